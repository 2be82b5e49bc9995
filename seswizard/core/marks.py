"""The one table of glyphs and words: how a level or a step's state is shown by every face, never by colour alone.

The screen adds colours (`tui/theme.py`), the linear mode and plain text take the words. Glyphs were chosen by counting
fonts that have them; `plain` serves terminals without them (`TERM=linux`, a locale that is not UTF-8).
"""

from collections.abc import Mapping
from dataclasses import dataclass

from seswizard.core.findings import Finding, Level, speaking
from seswizard.core.steps import State


@dataclass(frozen=True, slots=True)
class Mark:
    """A glyph, its stand-in on plain terminals, and the word that is never left out."""

    glyph: str
    plain: str
    word: str

    def shown(self, *, plain: bool = False) -> str:
        """The glyph as this terminal can show it."""
        return self.plain if plain else self.glyph


MARKS: dict[str, Mark] = {
    "ok": Mark("✓", "+", "ok"),
    "waiting": Mark("…", "~", "waiting"),
    "advice": Mark("▲", "!", "advice"),
    "unknown": Mark("?", "?", "unknown"),
    "problem": Mark("×", "x", "problem"),
    "unasked": Mark("–", "-", "not asked"),
    "open": Mark("○", "o", "to do"),
    "doing": Mark("●", "*", "now"),
    "done": Mark("✓", "+", "done"),
    "blocked": Mark("×", "x", "blocked"),
    "skipped": Mark("–", "-", "skipped"),
}
"""By name: the values of `Level` and `State`, and `doing`, `unasked`."""

WORDY: frozenset[str] = frozenset({"waiting", "blocked", "unknown", "skipped"})
"""The states whose word is shown in the rail too; the shapes of the others differ enough."""


def mark_of(level: Level) -> Mark:
    """The mark of a level."""
    return MARKS[level.value]


def step_mark(state: State, findings: tuple[Finding, ...]) -> str:
    """The name of a step's mark: a blocked step shows `unknown` where its worst finding is that nobody could look."""
    worst = speaking(findings)
    if state is State.BLOCKED and worst is not None and worst.level is Level.UNKNOWN:
        return "unknown"
    return state.value


def plain_terminal(environment: Mapping[str, str]) -> bool:
    """Whether these environment variables tell of a terminal that lacks the glyphs."""
    locale = next((value for name in ("LC_ALL", "LC_CTYPE", "LANG") if (value := environment.get(name))), "")
    narrow = bool(locale) and "utf" not in locale.lower() and not locale.startswith(("C.UTF", "C.utf"))
    return environment.get("TERM") == "linux" or narrow

"""The panel for "could not look": why, the one command that mends it, and what was seen before. No alarm."""

from dataclasses import dataclass

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Static

from seswizard.tui.paint import Text, quiet, shown
from seswizard.tui.widgets.table import Row, Table


@dataclass(frozen=True, slots=True)
class Blindness:
    """Why a step could not be looked at."""

    title: str
    """One sentence: what is so."""
    remedy: str = ""
    command: str = ""
    for_report: tuple[str, ...] = ()
    """Id, call and what the other side said."""
    seen_at: str = ""
    """When the last good look was; empty where there was none."""
    seen: tuple[Row, ...] = ()
    """Label, mark and sentence of each step in that look."""


class BlindPanel(Vertical):
    """Shown instead of a step's evidence while nothing is known about it."""

    DEFAULT_CSS = """
    BlindPanel { height: auto;
        Static { height: auto; }
        .value { width: auto; max-width: 100%; }
    }
    """

    def __init__(self, blindness: Blindness | None = None) -> None:
        super().__init__(id="blind")
        self.blindness = blindness

    def compose(self) -> ComposeResult:
        why = self.blindness
        if why is None:
            return
        if why.remedy:
            yield Static(shown(why.remedy))
        if why.command:
            yield Static(shown(why.command), classes="value")
        if why.seen:
            yield Static(shown(f"What was seen at {why.seen_at}"), classes="h")
            yield Table(*(tuple(quiet(cell) for cell in row) for row in why.seen), layouts=((18, 12, 58), (18, 12, 46)), wrap=2)
        if why.for_report:
            yield Static("For a report", classes="h")
            yield Static(quiet(_line(why.for_report)))

    async def show(self, blindness: Blindness | None) -> None:
        """Show another reason, or nothing."""
        if blindness != self.blindness:
            self.blindness = blindness
            if self.is_mounted:
                await self.recompose()


def _line(parts: tuple[str, ...]) -> Text:
    return " · ".join(part for part in parts if part)

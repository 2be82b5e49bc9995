"""The one coloured band of a screen: how it stands, and what comes next. The worst finding speaks."""

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widgets import Static

from seswizard.core.marks import MARKS
from seswizard.tui.paint import Text, changed, mark, same, shown


class Verdict(Horizontal):
    """Glyph and word in the level's colour, one sentence, and perhaps one quiet line below."""

    ALLOW_SELECT = True
    DEFAULT_CSS = """
    Verdict { height: auto; padding: 0 2 0 1; margin-bottom: 1;
        .mark { width: auto; padding-right: 2; text-style: bold; }
        .say, .then { width: 1fr; height: auto; }
        .then { display: none; }
        &.-two .then { display: block; }
        &.-ok, &.-done { border-left: outer $success; background: $success 10%; }
        &.-waiting { border-left: outer $secondary; background: $secondary 10%; }
        &.-advice { border-left: outer $warning; background: $warning 10%; }
        &.-problem, &.-blocked { border-left: outer $error; background: $error 10%; }
        &.-unknown { border-left: outer $foreground 50%; background: $foreground 8%; }
        &.-open, &.-doing, &.-skipped { border-left: outer $primary; background: $primary 10%; }
        &:ansi { background: ansi_default; }
    }
    """

    def __init__(self, level: str, say: Text, then: Text = "") -> None:
        super().__init__(classes=f"-{level}")
        self._said = (level, shown(say), shown(then))

    def compose(self) -> ComposeResult:
        level, say, then = self._said
        yield Static(mark(level), classes="mark")
        with Vertical(classes="say"):
            yield Static(say, classes="say")
            yield Static(then, classes="then quiet")

    def on_mount(self) -> None:
        """Dress for what is said by now, which may have changed since construction."""
        self._dress()

    def say(self, level: str, say: Text, then: Text = "") -> None:
        """Say something else; unchanged words are left alone."""
        said = (level, shown(say), shown(then))
        if level == self._said[0] and same(said[1:], self._said[1:]):
            return
        before, self._said = self._said, said
        if self.is_mounted:
            if (level, bool(said[2])) != (before[0], bool(before[2])):
                self._dress()
            for part, words in ((".mark", mark(level)), ("Static.say", said[1]), (".then", said[2])):
                changed(self.query_one(part, Static), words)

    def _dress(self) -> None:
        level, _, then = self._said
        for name in MARKS:
            self.set_class(name == level, f"-{name}")
        self.set_class(bool(then), "-two")

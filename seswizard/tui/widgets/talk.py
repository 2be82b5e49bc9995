"""An SMTP conversation as it happens: `0.58 ← 250 Ok`, growing downwards. Secrets were left out by the gateway."""

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from seswizard.core.conversation import Line
from seswizard.tui.paint import PLAIN, joined, quiet

_PLAIN_WAYS = {"→": ">", "←": "<", "·": "-"}


class Conversation(VerticalScroll, can_focus=False):
    """Lines of a conversation; it follows its end unless someone has scrolled up."""

    DEFAULT_CSS = """
    Conversation { height: auto; max-height: 100%;
        Static { height: auto; }
    }
    """

    def __init__(self, *lines: Line, id: str | None = None) -> None:
        super().__init__(id=id)
        self.lines = lines

    def compose(self) -> ComposeResult:
        for line in self.lines:
            yield Static(spoken(line))

    def on_mount(self) -> None:
        """Follow the end."""
        self.anchor()

    def hear(self, line: Line) -> None:
        """Add one line; made for the `hear` of a port, so it never raises once the screen is gone."""
        self.lines = (*self.lines, line)
        if self.is_mounted and self.is_attached:
            self.mount(Static(spoken(line)))

    async def show(self, *lines: Line) -> None:
        """Show another conversation."""
        if lines != self.lines:
            self.lines = lines
            if self.is_mounted:
                await self.recompose()


def spoken(line: Line) -> Content:
    """One line: seconds and direction muted, then the words."""
    way = _PLAIN_WAYS.get(line.way, line.way) if PLAIN else line.way
    return joined(quiet(f"{line.seconds:5.2f} {way} "), line.text)

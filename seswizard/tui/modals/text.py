"""Text to read, copy, or print plainly where the terminal's own selection works: a message, commands, a raw answer."""

from typing import ClassVar

from textual import getters, on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.widgets import Button, Static

from seswizard.tui.app import SeswizardApp
from seswizard.tui.modals.sheet import Sheet
from seswizard.tui.paint import bold, quiet, shown
from seswizard.tui.printing import print_plainly


class TextSheet(Sheet[None]):
    """A title, perhaps a sentence, and the text; nothing of it is taken for markup."""

    app = getters.app(SeswizardApp)
    AUTO_FOCUS = "#close"
    HELP = "`c` copies the text, `p` prints it below the screen, where the terminal's own mouse selection works."
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "close", "Close", key_display="esc", id="text.close", tooltip="Close"),
        Binding("c,f2", "copy", "Copy", id="text.copy", tooltip="Copy the text"),
        Binding("p,f3", "print", "Print plainly", id="text.print", tooltip="Leave the screen for a moment and print it"),
        Binding("down", "scroll(1)", "Down", show=False, system=True),
        Binding("up", "scroll(-1)", "Up", show=False, system=True),
        Binding("pagedown", "scroll(8)", "Page down", show=False, system=True),
        Binding("pageup", "scroll(-8)", "Page up", show=False, system=True),
    ]

    def __init__(self, title: str, text: str, sentence: str = "") -> None:
        super().__init__()
        self.title_text, self.text, self.sentence = title, text, sentence

    def compose_sheet(self) -> ComposeResult:
        """What is on the page."""
        yield Static(bold(self.title_text), classes="auto")
        if self.sentence:
            yield Static(quiet(self.sentence), classes="auto")
        with VerticalScroll(id="sheet-body", classes="gap", can_focus=False):
            yield Static(shown(self.text), classes="auto", id="text")
        with Horizontal(classes="line gap buttons"):
            yield Button("Close", variant="primary", compact=True, id="close")

    @on(Button.Pressed, "#close")
    def action_close(self) -> None:
        """Close."""
        if not self.close_help() and self.is_active:
            self.dismiss(None)

    def action_copy(self) -> None:
        """Copy the text."""
        self.app.copy(self.text, "Text")

    def action_scroll(self, lines: int) -> None:
        """Scroll the text."""
        self.query_one("#sheet-body", VerticalScroll).scroll_relative(y=lines, animate=False)

    @work(exclusive=True, group="print", description="printing plainly")
    async def action_print(self) -> None:
        """Print the text on the terminal itself until enter is pressed."""
        await print_plainly(self.app, self.text)

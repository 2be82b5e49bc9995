"""One short question with one field: where to save something."""

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.widgets import Button, Input, Static

from seswizard.tui.modals.sheet import Sheet
from seswizard.tui.paint import bold, quiet


class AskSheet(Sheet[str | None]):
    """A title, a sentence, a field; escape answers nothing."""

    AUTO_FOCUS = "Input"
    HELP = "Type an answer and press enter. Escape closes this, and nothing has happened."
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "cancel", "Not now", key_display="esc", id="ask.cancel", tooltip="Answer nothing"),
    ]

    def __init__(self, title: str, sentence: str, value: str, verb: str) -> None:
        super().__init__()
        self.title_text, self.sentence, self.value, self.verb = title, sentence, value, verb

    def compose_sheet(self) -> ComposeResult:
        """What is on the page."""
        yield Static(bold(self.title_text), classes="auto")
        yield Static(quiet(self.sentence), classes="auto")
        yield Static("")
        yield Input(self.value, id="answer")
        with Horizontal(classes="line gap buttons"):
            yield Button(self.verb, variant="primary", compact=True, id="yes")
            yield Button("Not now", compact=True, id="no")

    @on(Button.Pressed, "#yes")
    @on(Input.Submitted)
    def answer(self) -> None:
        """Answer with what is in the field, if anything."""
        if not self.close_help() and self.is_active and (text := self.query_one(Input).value.strip()):
            self.dismiss(text)

    @on(Button.Pressed, "#no")
    def action_cancel(self) -> None:
        """Answer nothing."""
        if not self.close_help() and self.is_active:
            self.dismiss(None)

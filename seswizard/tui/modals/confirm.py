"""A question with a safe answer; for removing things the name is typed."""

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.widgets import Button, Input, Static

from seswizard.tui.modals.sheet import Sheet
from seswizard.tui.paint import Text, bold, mark, quiet, shown


class Confirm(Sheet[bool]):
    """Ask; True only by the verb, and with `typed` only after that word was typed."""

    AUTO_FOCUS = "Input, #no"
    HELP = "Escape closes this, and nothing has happened."
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "decide(False)", "Not now", key_display="esc", id="confirm.not-now", tooltip="Do nothing"),
        Binding("left", "app.focus_previous", "Previous button", show=False, system=True),
        Binding("right", "app.focus_next", "Next button", show=False, system=True),
    ]

    def __init__(self, question: str, explanation: Text, verb: str, typed: str = "") -> None:
        super().__init__()
        self.question, self.explanation, self.verb, self.typed = question, explanation, verb, typed

    def compose_sheet(self) -> ComposeResult:
        """What is on the page."""
        yield Static(bold(self.question), classes="auto")
        yield Static(shown(self.explanation), classes="auto gap")
        if self.typed:
            yield Static(quiet(f"Type {self.typed} to go on:"), classes="auto gap")
            yield Input()
            yield Static("", id="answer")
        with Horizontal(classes="line gap buttons"):
            yield Button(shown(self.verb), variant="primary", compact=True, id="yes")
            yield Button("Not now", compact=True, id="no")

    @on(Button.Pressed, "#yes")
    @on(Input.Submitted)
    def _consent(self) -> None:
        if self.typed and self.query_one(Input).value.strip() != self.typed:
            self.query_one("#answer", Static).update(mark("problem", "that is another word"))
            self.query_one(Input).focus()
            return
        self.action_decide(True)

    @on(Button.Pressed, "#no")
    def _not_now(self) -> None:
        self.action_decide(False)

    def action_decide(self, consent: bool) -> None:
        """Close with an answer."""
        if not self.close_help() and self.is_active:
            self.dismiss(consent)

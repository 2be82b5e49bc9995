"""The frame of every sheet: the raised page with its buttons, its keys at the foot, the sentence for a tiny terminal."""

from typing import ClassVar, TypeVar

from textual import getters
from textual.app import ComposeResult
from textual.await_complete import AwaitComplete
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Static

from seswizard.tui.terminal import TOO_SMALL, TerminalApp, take_size
from seswizard.tui.widgets.key_footer import KeyFooter

Answer = TypeVar("Answer")


class Sheet(ModalScreen[Answer]):
    """A modal screen; a subclass says what is on the page."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f1", "app.help", "Help", id="sheet.help", tooltip="What this sheet is, and its keys"),
    ]

    app = getters.app(TerminalApp)

    def dismiss(self, result: Answer | None = None) -> AwaitComplete:
        """Close with an answer, once: a second one, given before the sheet had gone, would close the screen beneath."""
        return super().dismiss(result) if self.is_active else AwaitComplete()

    def close_help(self) -> bool:
        """Close the help if it is open, and tell whether it was: with the plan out of sight no key decides anything."""
        if not self.has_class("-help"):
            return False
        self.app.action_help()
        return True

    def compose_sheet(self) -> ComposeResult:
        """What is on the page, the buttons last."""
        yield from ()

    def compose(self) -> ComposeResult:
        take_size(self)
        with Vertical(id="sheet"):
            yield from self.compose_sheet()
        yield KeyFooter(show_command_palette=False)
        yield Static(TOO_SMALL, id="too-small")

"""The two places in which a password may leave its keep by the screen: shown once where nothing keeps it, and copied."""

from typing import ClassVar

from textual import getters, on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.widgets import Button, Static

from seswizard.core.login import Login
from seswizard.tui.app import SeswizardApp
from seswizard.tui.modals.confirm import Confirm
from seswizard.tui.modals.sheet import Sheet
from seswizard.tui.paint import bold, quiet, shown

_HIDDEN = "hidden until you press Show it"
_FOR_GOOD = "It is forgotten then, and nothing can show it again."


def copying(command: str) -> Confirm:
    """The question before a password is copied; `command` does without the clipboard."""
    why = (
        "It goes through the terminal as an escape sequence (OSC 52) and to your clipboard program. A clipboard history keeps "
        "it, and so may tmux, a recording of this terminal, or another program that reads the clipboard. Without any of "
        f"them: {command}"
    )
    return Confirm("Copy the password to the clipboard?", why, "Copy the password")


class SecretSheet(Sheet[bool]):
    """A login that nothing keeps: hidden at first, shown when asked; True once the person has it and it may go."""

    app = getters.app(SeswizardApp)
    AUTO_FOCUS = "#show"
    HELP = """\
### Shown once

You chose that nothing keeps this password: it is shown here and forgotten afterwards. Put it where it belongs first.

Escape closes this sheet; while the password was not shown it stays with seswizard, and the button shows it again.
"""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "close", "Close", key_display="esc", id="secret.close", tooltip="Close"),
        Binding("c,f2", "copy", "Copy password", id="secret.copy", tooltip="Copy the password, after a question"),
        Binding("left", "app.focus_previous", "Previous button", show=False, system=True),
        Binding("right", "app.focus_next", "Next button", show=False, system=True),
    ]

    def __init__(self, login: Login, command: str) -> None:
        super().__init__()
        self.login: Login | None = login
        self.command = command
        self.shown_now = False
        self.was_seen = False
        """Whether the person has had it, on the screen or on the clipboard."""

    def compose_sheet(self) -> ComposeResult:
        """What is on the page."""
        yield Static(bold("The password, this once"), classes="auto")
        yield Static(quiet("Nothing keeps it: once this is closed for good, only a rotation makes a new one."), classes="auto")
        yield Static(quiet("User name"), classes="auto gap")
        yield Static(shown(self.login.username if self.login else ""), classes="value")
        yield Static(quiet("Password"), classes="auto gap")
        yield Static(_HIDDEN, classes="value", id="password")
        with Horizontal(classes="line gap buttons"):
            yield Button("Show it", variant="primary", compact=True, id="show")
            yield Button("I have it", compact=True, id="done")

    @on(Button.Pressed, "#show")
    def _show_or_hide(self) -> None:
        if self.login is None or self.close_help():
            return
        self.shown_now = not self.shown_now
        self.was_seen = True
        self.query_one("#password", Static).update(shown(self.login.password.reveal()) if self.shown_now else _HIDDEN)
        button = self.query_one("#show", Button)
        button.label = "Hide it" if self.shown_now else "Show it"
        button.refresh(layout=True)

    @work(exclusive=True, group="secret", description="copying what was asked for")
    async def action_copy(self) -> None:
        """Copy the password, after a question."""
        if self.login is not None and await self.app.push_screen_wait(copying(self.command)) and self.login is not None:
            self.app.copy(self.login.password.reveal(), "Password")
            self.was_seen = True

    @on(Button.Pressed, "#done")
    @work(exclusive=True, group="secret", description="asking whether it may be forgotten")
    async def _done(self) -> None:
        if self.close_help():
            return
        if not self.was_seen:
            self.query_one("#show").focus()
            self.app.notify("It was not shown yet.", markup=False)
        elif await self.app.push_screen_wait(Confirm("Do you have the password?", _FOR_GOOD, "Yes, forget it")):
            self._close(forget=True)

    def action_close(self) -> None:
        """Close; the password stays with seswizard."""
        if not self.close_help():
            self._close(forget=False)

    def _close(self, *, forget: bool) -> None:
        self.query_one("#password", Static).update(_HIDDEN)
        self.login = None
        if self.is_active:
            self.dismiss(forget)

"""Examine a login that the person has already: two fields, and then what is wrong with it."""

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Grid, Horizontal, VerticalScroll
from textual.widgets import Button, Input, Static

from seswizard.core.findings import Finding, worst_first
from seswizard.core.login import Login
from seswizard.core.offer_words import EXAMINES
from seswizard.core.secret import Secret
from seswizard.tui.modals.sheet import Sheet
from seswizard.tui.paint import bold, mark, quiet
from seswizard.tui.widgets.finding import FindingPanel


class ExamineSheet(Sheet[Login | None]):
    """User name and password, the latter never shown; escape answers nothing."""

    AUTO_FOCUS = "#username"
    HELP = """\
### Examine a login

Type the login that refuses to work. Its shape is looked at first: a secret that is no SMTP password goes nowhere.

Then it is tried at SES, and where it is refused in the other regions too. No mail is sent, and nothing is stored.
"""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "cancel", "Not now", key_display="esc", id="examine.not-now", tooltip="Examine nothing"),
        Binding("f2", "take", "Examine", id="examine.take", tooltip="Examine this login"),
    ]

    def compose_sheet(self) -> ComposeResult:
        """What is on the page."""
        yield Static(bold("Examine a login that you have"), classes="auto")
        yield Static(quiet(EXAMINES), classes="auto")
        with Grid(classes="form gap"):
            yield Static("User name", classes="quiet")
            yield Input(placeholder="AKIA…", id="username")
            yield Static("")
            yield Static("", id="username-hint", classes="hint")
            yield Static("Password", classes="quiet")
            yield Input(password=True, id="password")
            yield Static("")
            yield Static("", id="password-hint", classes="hint")
        with Horizontal(classes="line buttons"):
            yield Button("Examine", variant="primary", compact=True, id="yes")
            yield Button("Not now", compact=True, id="no")

    @on(Input.Submitted, "#username")
    def _to_password(self) -> None:
        self.query_one("#password").focus()

    @on(Button.Pressed, "#yes")
    @on(Input.Submitted, "#password")
    def action_take(self) -> None:
        """Answer the login; the field forgets it."""
        if self.close_help() or not self.is_active:
            return
        username, password = self.query_one("#username", Input), self.query_one("#password", Input)
        for field in (username, password):
            empty = not field.value.strip()
            self.query_one(f"#{field.id}-hint", Static).update(mark("problem", "that is needed") if empty else "")
            if empty:
                field.focus()
                return
        login = Login(username.value, Secret(password.value))
        password.value = ""
        self.dismiss(login)

    @on(Button.Pressed, "#no")
    def action_cancel(self) -> None:
        """Answer nothing; the field forgets what was typed."""
        if not self.close_help() and self.is_active:
            self.query_one("#password", Input).value = ""
            self.dismiss(None)


class ExaminedSheet(Sheet[None]):
    """What was found."""

    AUTO_FOCUS = "#yes"
    HELP = "What the login's shape, SES and IAM say of it. Escape closes this."
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "close", "Close", key_display="esc", id="examined.close", tooltip="Close"),
        Binding("down", "scroll(1)", "Down", show=False, system=True),
        Binding("up", "scroll(-1)", "Up", show=False, system=True),
        Binding("pagedown", "scroll(8)", "Page down", show=False, system=True),
        Binding("pageup", "scroll(-8)", "Page up", show=False, system=True),
    ]

    def __init__(self, findings: tuple[Finding, ...]) -> None:
        super().__init__()
        self.findings = worst_first(findings)

    def compose_sheet(self) -> ComposeResult:
        """What is on the page."""
        yield Static(bold("What is so with this login"), classes="auto")
        with VerticalScroll(id="sheet-body", classes="gap", can_focus=False):
            for number, finding in enumerate(self.findings):
                panel = FindingPanel(finding)
                panel.set_class(not number, "-first")
                yield panel
        with Horizontal(classes="line gap buttons"):
            yield Button("Close", variant="primary", compact=True, id="yes")

    @on(Button.Pressed, "#yes")
    def action_close(self) -> None:
        """Close."""
        if not self.close_help() and self.is_active:
            self.dismiss(None)

    def action_scroll(self, lines: int) -> None:
        """Scroll the findings."""
        self.query_one("#sheet-body", VerticalScroll).scroll_relative(y=lines, animate=False)

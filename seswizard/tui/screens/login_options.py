"""What may be said of a login before it is made, all of it optional: user, keep, further domains and regions."""

from dataclasses import replace
from typing import ClassVar

from textual import getters, on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Grid, Horizontal
from textual.widgets import Button, Input, Static

from seswizard.actions.login_standing import Site
from seswizard.core.failure import BadInputError
from seswizard.core.keep import KeepChoice
from seswizard.core.login_wish import LoginWish, further_domains, further_regions
from seswizard.core.names import BadNameError, IdentityName, domain_of
from seswizard.core.policy import Names
from seswizard.core.text import elide, printable
from seswizard.tui.app import SeswizardApp
from seswizard.tui.modals.sheet import Sheet
from seswizard.tui.paint import Text, bold, mark, quiet, shown
from seswizard.tui.screens.login_asking import ask_for_keep


class OptionsSheet(Sheet[LoginWish | None]):
    """A small form; answers the wish, or None where nothing was changed."""

    app = getters.app(SeswizardApp)
    AUTO_FOCUS = "Input:enabled"
    HELP = """\
### Options

Everything here may stay as it is.

**IAM user**: the name of the user that gets the key. **Kept in**: where the password lies.

**Further domains** may be sent as by the same login. **Further regions** get a password of their own from the same key.

Escape closes this, and nothing has changed.
"""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "cancel", "Not now", key_display="esc", id="options.not-now", tooltip="Change nothing"),
        Binding("f2", "take", "Use these", id="options.take", tooltip="Use these options"),
    ]

    def __init__(self, name: IdentityName, region: str, wish: LoginWish, site: Site | None) -> None:
        super().__init__()
        self.identity, self.wish, self.site = name, wish, site
        self.proposed = Names(str(domain_of(name)), region).user
        self.keep = wish.keep

    @property
    def settled(self) -> bool:
        """Whether user and keep were chosen before, so that they stay."""
        return bool(self.site and self.site.choices.login_keep and self.site.choices.iam_user)

    def compose_sheet(self) -> ComposeResult:
        """What is on the page."""
        proposed = self.wish.user or (self.site.user if self.site else self.proposed)
        yield Static(bold("Options of the SMTP login"), classes="auto")
        with Grid(classes="form gap"):
            yield Static("IAM user", classes="quiet")
            yield Input(printable(proposed), id="user", disabled=self.settled)
            yield Static("")
            yield Static(quiet("stays: a login is there" if self.settled else ""), id="user-hint", classes="hint")
            yield Static("Kept in", classes="quiet")
            yield Button(self._kept(), compact=True, id="keep", disabled=self.settled)
            yield Static("")
            yield Static("", id="keep-hint", classes="hint")
            yield Static("Further domains", classes="quiet")
            yield Input(" ".join(self.wish.also), placeholder="none; or example.org", id="also")
            yield Static("")
            yield Static("", id="also-hint", classes="hint")
            yield Static("Further regions", classes="quiet")
            yield Input(" ".join(self.wish.regions), placeholder="none; or us-east-1", id="regions")
            yield Static("")
            yield Static("", id="regions-hint", classes="hint")
        with Horizontal(classes="line buttons"):
            yield Button("Use these", variant="primary", compact=True, id="yes")
            yield Button("Not now", compact=True, id="no")

    def _kept(self) -> Text:
        choice = self.keep or (self.site.choice if self.site else KeepChoice())
        return shown(elide(choice.text, 40) if choice == self.keep or self.settled else f"{choice.text}, or choose another")

    @on(Button.Pressed, "#keep")
    @work(exclusive=True, group="keep", description="asking for a keep")
    async def _choose_keep(self) -> None:
        chosen = await ask_for_keep(self.app, self.identity, "Where is the password kept?", "The first one fits this computer.")
        if chosen is not None and self.is_attached:
            self.keep = chosen
            self.query_one("#keep", Button).label = self._kept()
            self.query_one("#keep", Button).refresh(layout=True)

    @on(Input.Submitted)
    def _next_field(self) -> None:
        self.focus_next()

    @on(Button.Pressed, "#yes")
    def action_take(self) -> None:
        """Answer the wish, or say under a field what is wrong with it."""
        if self.close_help() or not self.is_active:
            return
        typed = self.query_one("#user", Input).value.strip()
        user = "" if self.settled or typed == self.proposed else typed
        try:
            at = "user"
            wish = LoginWish(user=user)
            at = "also"
            also = further_domains(self.query_one("#also", Input).value)
            at = "regions"
            regions = further_regions(self.query_one("#regions", Input).value)
        except (BadInputError, BadNameError) as error:
            for one in ("user", "also", "regions"):
                self.query_one(f"#{one}-hint", Static).update(mark("problem", str(error)) if one == at else "")
            self.query_one(f"#{at}", Input).focus()
            return
        self.dismiss(replace(wish, keep=None if self.settled else self.keep, also=also, regions=regions))

    @on(Button.Pressed, "#no")
    def action_cancel(self) -> None:
        """Answer nothing."""
        if not self.close_help() and self.is_active:
            self.dismiss(None)

"""SMTP login: a user that may send as this domain and nothing else, its password in a keep, proven by logging in."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import ClassVar

from textual import on, work
from textual.binding import Binding, BindingType
from textual.command import Provider
from textual.events import ScreenSuspend
from textual.widgets import Button, Input

from seswizard.actions.login import MakeLogin
from seswizard.actions.revoke_login import prepare_revoke
from seswizard.core.failure import Failure
from seswizard.core.login import PORTS
from seswizard.core.login_life import Life
from seswizard.core.offer_words import ANOTHER_KEEP, MAKES_KEY, MAKES_LOGIN, NEXT_PORT, NOTHING_TO_DO, REVOKES, ROTATES
from seswizard.core.ports import recommended
from seswizard.core.quoting import our_command
from seswizard.core.step_words import settings
from seswizard.core.steps import unmet
from seswizard.tui.app import SeswizardApp
from seswizard.tui.messages import GoTo
from seswizard.tui.modals.confirm import Confirm
from seswizard.tui.screens.login_asking import (
    Settled,
    ask_how_to_rotate,
    ask_where_else,
    may_leave,
    settled_login,
    settled_rotation,
)
from seswizard.tui.screens.login_commands import LoginCommands
from seswizard.tui.screens.login_live import LiveChange, Prepared, live_login
from seswizard.tui.screens.login_options import OptionsSheet
from seswizard.tui.screens.login_secret import SecretSheet
from seswizard.tui.screens.login_view import LoginView
from seswizard.tui.screens.login_words import HELP, key_is_broken
from seswizard.tui.step_screen import Do

Certain = Callable[[], Awaitable[bool]]


class LoginScreen(LoginView):
    """What exists and where the secret lies; then the proof by logging in; and the login's whole life."""

    HELP = HELP
    COMMANDS: ClassVar[set[type[Provider] | Callable[[], type[Provider]]]] = {LoginCommands}
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("t", "try_now", "Log in", id="login.try", tooltip="Log in now"),
        Binding("f2", "options", "Options", id="login.options", tooltip="User, keep, further domains and regions"),
        Binding("r,f10", "rotate", "Rotate", id="login.rotate", tooltip=f"{ROTATES[0].upper()}{ROTATES[1:]}"),
        Binding("v,f11", "revoke", "Revoke", id="login.revoke", tooltip=REVOKES.capitalize()),
        Binding("p,f3", "ports", "Ports", id="login.ports", tooltip="Try SES's ports from here"),
        Binding("e,f12", "examine", "Examine", id="login.examine", tooltip="Say what is wrong with a login that you have"),
        Binding("g", "other_port", "Other port", show=False, id="login.port", tooltip=NEXT_PORT),
        Binding("c,f4", "copy_user", "Copy user name", show=False, id="login.copy", tooltip="Copy the SMTP user name"),
        Binding("C", "copy_password", "Copy password", show=False, id="login.copy-password", tooltip="Copy the password"),
        Binding("s", "reveal", "Show password", show=False, id="login.reveal", tooltip="Show the password, or hide it again"),
        *(
            Binding(
                str(number),
                f"copy_setting({number})",
                "Copy",
                show=number == 1,
                key_display="1-5",
                id=f"login.setting-{number}",
                tooltip="Copy one of the settings",
            )
            for number in range(1, 6)
        ),
        Binding("b,f7", "leaving('back')", "Back", show=False, system=True),
        Binding("n,f8", "leaving('next')", "Next", show=False, system=True),
        Binding("o,f9", "leaving('overview')", "Overview", show=False, system=True),
        Binding("q,ctrl+q", "leaving('quit')", "Quit", show=False, system=True),
    ]
    _asked_for = 0
    """The password that was last asked about."""

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Keys that would do nothing are not there."""
        there = bool(self.username)
        if action == "leaving":
            return self.live.holds_secret
        if action in ("try_now", "copy_user"):
            return there or self.live.showing is not None
        if action in ("copy_password", "reveal"):
            return self.kept is not None
        if action == "copy_setting":
            return there and self.smtp_here and (parameters != (5,) or self.kept is not None)
        if action in ("rotate", "revoke", "options"):
            known = there or (self.look is not None and self.look.life not in (Life.NONE, Life.UNKNOWN))
            return self.smtp_here and not self.live.doing and (known or action == "options")
        if action in ("ports", "examine", "other_port"):
            return self.smtp_here
        return super().check_action(action, parameters)

    def primary(self) -> Do | None:
        """Make it, look after its secret, go on with what was begun, prove it, go on."""
        live = self.live
        if not self.smtp_here:
            return self.way_on()
        if self.session.report is None:
            return Do("Show the plan", "looking first")
        if live.unsaved:
            return Do(ANOTHER_KEEP, "or have its key deleted", self._ask_where_else)
        if live.showing:
            return Do("Show the password", "once, for nothing keeps it", self._show_password)
        if live.doing:
            return Do("Working", "it goes on by itself, also on other screens")
        return self._life_goes_on() or self._proof_goes_on() or self.way_on()

    def _life_goes_on(self) -> Do | None:
        """What the login's state asks for."""
        standing = self.look.standing if self.look else None
        life = standing.life.state if standing else None
        if life is Life.STAGED:
            return Do("Go on with the rotation", "proves the new login, then switches to it", self._rotate_on)
        if not self.username:
            if unmet("login", self.session.states):
                return Do("Show the plan", "first the domain has to be known to SES")
            return Do("Show the plan", MAKES_LOGIN, self._plan)
        if life is Life.LOST or key_is_broken(self.session.report):
            return Do("Show the plan", MAKES_KEY, self._plan)
        if life is Life.HALF_MADE:
            return Do("Clean up", "deletes the key that nobody has the secret of", self._plan)
        if life is Life.SWITCHED:
            return Do("Switch the old key off", "it can be deleted some days later", self._rotate_on)
        if standing and standing.life.due(self.session.services.clock.now()):
            return Do("Delete the old key", "it has been off for long enough", self._rotate_on)
        return None

    def _proof_goes_on(self) -> Do | None:
        """What a proof that failed asks for."""
        if self.proving is None or self.live.doing:
            return None
        best = recommended(self.ports)
        if self.proving.unreached and best is not None and best != self.proving.port:
            return Do(f"Use port {best}", "it is open from here", self._use_best_port)
        if self.proving.refused:
            return Do("Find out why", "looks at its key, and tries the other regions", self.find_out)
        return Do("Log in again", "nothing is changed by that", self._try) if self.proving.unreached else None

    # ---- making, rotating, revoking -------------------------------------------------------------------------

    async def _plan(self) -> None:
        if self.session.name is not None:
            prepared, wish = await settled_login(self.app, self.session.name, self.live.wish)
            self.live.wish = replace(self.live.wish, keep=wish.keep)
            await self._consent((prepared, wish))

    @work(exclusive=True, group="do", description="preparing a rotation")
    async def action_rotate(self) -> None:
        """Show what a rotation does next."""
        how = await ask_how_to_rotate(self.app, self.look, self.port)
        if how is not None and self.session.name is not None:
            await self._consent(await settled_rotation(self.app, self.session.name, self.live.wish, how))

    async def _rotate_on(self) -> None:
        if self.session.name is not None:
            await self._consent(await settled_rotation(self.app, self.session.name, self.live.wish))

    @work(exclusive=True, group="do", description="preparing to revoke the login")
    async def action_revoke(self) -> None:
        """Show what would be removed; the domain's name is typed at last."""
        app, name = self.app, self.session.name
        if name is None:
            return

        async def certain() -> bool:
            why = "Programs that log in with it can send no more. What is removed cannot be brought back."
            return await app.push_screen_wait(Confirm("Revoke the login?", why, "Revoke the login", typed=str(name)))

        await self._consent((await prepare_revoke(self.session.services, name), self.live.wish), certain)

    async def _consent(self, settled: Settled | tuple[Prepared | Failure, object], certain: Certain | None = None) -> None:
        prepared, live = settled[0], self.live
        if prepared is None:
            return
        live.failure = prepared if isinstance(prepared, Failure) else None
        if not isinstance(prepared, Failure) and prepared.plan.changes:
            if isinstance(prepared, MakeLogin):
                prepared.hold = True
            titles = {"make": "Making the SMTP login", "revo": "Revoking the SMTP login", "take": "Taking the rotation back"}
            doing = titles.get(prepared.plan.title[:4], "Rotating the SMTP login")
            change = LiveChange(prepared, live, doing, lambda app=self.app: tell(app), certain)  # type: ignore[misc]
            await self.app.ask_for_consent(change)
        elif not isinstance(prepared, Failure):
            self.notify(prepared.plan.notes[0] if prepared.plan.notes else NOTHING_TO_DO, markup=False)
            self.action_look_now()
        self.redraw()

    @work(exclusive=True, group="do", description="asking for options")
    async def action_options(self) -> None:
        """Ask for user, keep, further domains and regions; where a login is there, show the plan at once."""
        session, live = self.session, self.live
        if session.name is None:
            return
        sheet = OptionsSheet(session.name, session.region, live.wish, self.look.site if self.look else None)
        wish = await self.app.push_screen_wait(sheet)
        if wish is None:
            return
        live.failure = None
        if self.username:
            await self._consent(await settled_login(self.app, session.name, wish))
        else:
            live.wish = wish
        self.redraw()

    @on(Button.Pressed, "#options")
    def _options(self) -> None:
        self.action_options()

    # ---- a secret that waits for a decision -----------------------------------------------------------------

    def ask_once(self) -> None:
        """Ask where a password goes as soon as it waits; afterwards the button does. One that nothing keeps is proven now."""
        if self.live.showing and self.proving is None:
            self.action_try_now()
        if self.live.unsaved and self.live.held != self._asked_for:
            self._asked_for = self.live.held
            self.run_worker(self._ask_where_else(), group="keep", exclusive=True, description="asking for another keep")

    async def _ask_where_else(self) -> None:
        live = self.live
        if self.session.name is None or not live.unsaved:
            return
        choice = await ask_where_else(self.app, self.session.name, live.failure.title if live.failure else "")
        if choice is not None:
            live.decide(choice)

    async def _show_password(self) -> None:
        if self.live.showing is None:
            return
        sheet = SecretSheet(self.live.showing, self._reveal())
        if await self.app.push_screen_wait(sheet):
            self.live.decide("had")

    @work(exclusive=True, group="leave", description="asking before leaving")
    async def action_leaving(self, way: str) -> None:
        """Ask before a password is left alone that nothing keeps."""
        if not await may_leave(self.app, quitting=way == "quit"):
            return
        if way == "quit":
            self.live.decide("delete")
            await self.app.action_quit()
            return
        actions = {"back": self.app.action_back, "next": self.app.action_next, "overview": self.app.action_overview}
        self.app.call_later(actions[way])

    def action_leave(self) -> None:
        """Escape: as everywhere, but a password that nothing keeps is asked about first."""
        if self.live.holds_secret and not self.has_class("-help") and not isinstance(self.focused, Input):
            self.action_leaving("back")
        else:
            super().action_leave()

    # ---- proving ------------------------------------------------------------------------------

    async def _try(self) -> None:
        self.action_try_now()

    async def _use_best_port(self) -> None:
        self.chosen = recommended(self.ports)
        self.action_try_now()

    def action_other_port(self) -> None:
        """Use the next port, and log in there."""
        ports = [port for port, _ in PORTS]
        self.chosen = ports[(ports.index(self.port) + 1) % len(ports)]
        self.redraw()
        if self.kept or self.live.showing:
            self.action_try_now()

    # ---- copying --------------------------------------------------------------------------------------------

    def action_copy_user(self) -> None:
        """Copy the SMTP user name."""
        self.app.copy(self.username, "User name")

    @work(exclusive=True, group="secret", description="copying what was asked for")
    async def action_copy_password(self) -> None:
        """Copy the password; it is read from where it is stored only now."""
        if login := await self.login():
            self.app.copy(login.password.reveal(), "Password")

    def action_copy_setting(self, number: int) -> None:
        """Copy one field of the settings."""
        fields = settings(self.session.region, self.port, self.username)
        if number > len(fields):
            self.action_copy_password()
        else:
            label, value = fields[number - 1]
            self.app.copy(value, label)

    @work(exclusive=True, group="secret", description="showing what was asked for")
    async def action_reveal(self) -> None:
        """Show the password until the same key, or until one leaves."""
        self.show_secret(None if self.revealed else await self.login())

    @on(ScreenSuspend)
    def _hide(self) -> None:
        """Whatever comes over this screen, the password is not under it."""
        self.workers.cancel_group(self, "secret")
        self.show_secret(None)

    def _reveal(self) -> str:
        return self.app.pasted(our_command("login show", self.session.name, region=self.session.region, reveal=True))


def tell(app: SeswizardApp) -> None:
    """Bring the login's screen up to date; where a password waits for a decision, go there."""
    live = live_login(app)
    screens = [screen for screen in app.step_screens if isinstance(screen, LoginScreen)]
    for screen in screens:
        screen.redraw()
        screen.ask_once()
    if live.holds_secret and not screens:
        app.post_message(GoTo("login"))

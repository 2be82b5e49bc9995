"""What the login's screen looks at while it is open: where the login stands, whether it works, which ports are open.

What has been decided and what is on its way lies in `LiveLogin`, which outlives the screen; what was looked at lies here.
"""

import asyncio
from dataclasses import replace
from datetime import datetime

from textual import on, work
from textual.events import Mount, Unmount

from seswizard.actions.examine_login import examine_login
from seswizard.actions.kept import kept_login
from seswizard.core.facts import KeptLogin
from seswizard.core.failure import FailureError
from seswizard.core.login import PORTS, Login
from seswizard.core.ports import PortSeen, in_order, recommended
from seswizard.core.reading import Reading, Seen
from seswizard.core.regions import has_smtp
from seswizard.core.steps import State
from seswizard.look.knowing import judged
from seswizard.tui.messages import WriteEnded
from seswizard.tui.screens.login_examine import ExaminedSheet, ExamineSheet
from seswizard.tui.screens.login_live import LiveLogin, live_login
from seswizard.tui.screens.login_looking import LoginLook, look_at_life
from seswizard.tui.screens.login_ports import try_ports
from seswizard.tui.screens.login_proving import Proving, patience_for
from seswizard.tui.step_screen import StepScreen


class LoginReads(StepScreen):
    """The reads; how they are shown is the subclass's."""

    step = "login"
    parts = frozenset({"access", "identity", "login"})

    def __init__(self) -> None:
        super().__init__()
        self.look: LoginLook | None = None
        self.proving: Proving | None = None
        self.chosen: int | None = None
        """The port that the person chose."""
        self.ports: tuple[PortSeen, ...] = ()
        self.trying = False
        """Whether the ports are being tried."""
        self.ports_read: Reading[tuple[PortSeen, ...]] | None = None
        """What trying them came to."""
        self.examining = False
        """Whether a login is being examined."""
        self.proved_by_itself = False
        """Whether the login was proven, or begun to be, since it is what it is."""

    def redraw(self) -> None:
        """Bring the frame up to date; a subclass draws its body too."""
        self.refresh_frame()

    # ---- what is so -----------------------------------------------------------------------------------------

    @property
    def live(self) -> LiveLogin:
        """What has been decided, and the change that is on its way."""
        return live_login(self.app)

    @property
    def kept(self) -> KeptLogin | None:
        """The login that the keep holds."""
        facts = self.session.facts
        login = facts.login.value if facts and isinstance(facts.login, Seen) else None
        return None if login and login.keep == "show" else login

    @property
    def username(self) -> str:
        """The login's user name; empty while there is no login."""
        if self.kept:
            return self.kept.username
        site, standing = (self.look.site, self.look.standing) if self.look else (None, None)
        shown_once = site is not None and site.choice.kind == "show"
        return standing.life.current.id if shown_once and standing and standing.life.current else ""

    @property
    def smtp_here(self) -> bool:
        """Whether there is anything to log in to, and anybody who wants to."""
        return has_smtp(self.session.region) and self.state is not State.SKIPPED

    @property
    def port(self) -> int:
        """The chosen port, else the one that fits this network."""
        return self.chosen or (None if self.trying else recommended(self.ports)) or PORTS[0][0]

    # ---- looking --------------------------------------------------------------------------------------------

    @on(Mount)
    def _first_look(self) -> None:
        self.action_ports()
        self._look_at_life_too()

    @on(Unmount)
    def _told(self) -> None:
        """What a change has told was seen; the next visit begins afresh."""
        live = self.live
        if not live.doing:
            live.failure, live.title = None, ""
            live.rows.clear()

    async def look_once(self) -> None:
        """The usual parts, and where the login stands."""
        await asyncio.gather(super().look_once(), self._look_at_life())

    @work(exclusive=True, group="life", description="looking where the login stands")
    async def _look_at_life_too(self) -> None:
        if self._is_fresh():
            await self._look_at_life()

    async def _look_at_life(self) -> None:
        name = self.session.name
        if name is not None and self.smtp_here:
            self.look = await look_at_life(self.session.services, name, self.live.wish)
            self.redraw()

    @on(WriteEnded)
    def _prove_anew(self) -> None:
        self.proved_by_itself = False
        self.proving = None

    # ---- proving --------------------------------------------------------------------------------------------

    @work(exclusive=True, group="prove", description="proving the login by logging in")
    async def action_try_now(self) -> None:
        """Log in until it works or it is clear that it will not."""
        if (login := await self.login()) is None:
            return
        made = next((one.key.created for one in self.look.uses if one.key.id == login.username), None) if self.look else None
        made = made or self._made_as_seen(login.username)
        clock = self.session.services.clock
        self.proving = Proving(self.session.services, self.port, self.redraw, patience_for(made, clock.now()))
        self.redraw()
        await self.proving.run(login)

    def _made_as_seen(self, key: str) -> datetime | None:
        facts = self.session.facts
        keys = facts.keys.value if facts and isinstance(facts.keys, Seen) else ()
        return next((one.created for one in keys if one.id == key), None)

    async def login(self) -> Login | None:
        """The login with its password; None where there is none, or where the keep cannot be read."""
        name = self.session.name
        if self.live.showing or name is None:
            return self.live.showing
        try:
            return await kept_login(self.session.services, name)
        except FailureError as error:
            self.live.failure = error.failure
            self.refresh_frame()
            return None

    # ---- examining -----------------------------------------------------------------------------------------

    async def find_out(self) -> None:
        """Say why the kept login is refused."""
        if login := await self.login():
            await self._examine(login, kept=True)

    @work(exclusive=True, group="examine", description="examining a login")
    async def action_examine(self) -> None:
        """Ask for a login, and say what is wrong with it."""
        if login := await self.app.push_screen_wait(ExamineSheet()):
            await self._examine(login, kept=False)

    async def _examine(self, login: Login, *, kept: bool) -> None:
        name = self.session.name
        if name is None:
            return
        self.examining = True
        self.refresh_frame()
        try:
            found = await examine_login(self.session.services, name, login, port=self.port, hear=lambda _line: None, kept=kept)
        finally:
            self.examining = False
        self.refresh_frame()
        self.app.push_screen(ExaminedSheet(found))

    # ---- ports ----------------------------------------------------------------------------------------------

    @work(exclusive=True, group="ports", description="trying SES's ports")
    async def action_ports(self) -> None:
        """Try every port, by IPv4 and IPv6, all at once."""
        if not self.smtp_here:
            return
        self.ports, self.trying = (), True
        self.redraw()
        try:
            self.ports_read = await try_ports(self.session.services, self._came)
        finally:
            self.trying = False
        self.tell_of_ports()
        self.redraw()

    def _came(self, seen: PortSeen) -> None:
        self.ports = in_order((*self.ports, seen))
        self.redraw()

    def tell_of_ports(self) -> None:
        """Let every screen know, as after a look."""
        session = self.session
        if session.facts is not None and session.report is not None:
            facts = replace(session.facts, ports=self.ports_read)
            self.app.know(judged(session, facts))

"""A change of the login that is on its way: it belongs to the App, for leaving the screen neither stops nor forgets it.

A change whose password no keep has taken, or that is to be shown once, does not end before a person has decided about it.
While it has not ended the App does not quit, so the secret cannot be lost by leaving, by quitting, or by the palette.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Literal

from seswizard.actions.action import Outcome, Progress, Say
from seswizard.actions.login import MakeLogin
from seswizard.actions.login_steps import unread
from seswizard.actions.revoke_login import RevokeLogin
from seswizard.actions.rotate_login import RotateLogin
from seswizard.core.failure import Failure
from seswizard.core.keep import KeepChoice
from seswizard.core.login import Login
from seswizard.core.login_wish import LoginWish
from seswizard.core.plan import Plan
from seswizard.tui.app import SeswizardApp

Prepared = MakeLogin | RotateLogin | RevokeLogin
Decision = KeepChoice | Literal["delete", "had"]
"""What becomes of a password: another keep takes it, its key is deleted, or the person has it."""


@dataclass(slots=True)
class LiveLogin:
    """What has been decided and what has happened so far, for one domain in one region."""

    place: tuple[str, str]
    """The identity's name and the region."""
    wish: LoginWish = field(default_factory=LoginWish)
    """What was set under Options."""
    doing: str = ""
    """What is being done, as a title: `Making the SMTP login`; empty while nothing is."""
    rows: dict[str, Progress] = field(default_factory=dict)
    """Each thing of the change as it went along."""
    failure: Failure | None = None
    """Why the last change stopped, or was not even planned."""
    title: str = ""
    """How the last change ended, or how it stands while it waits for a decision."""
    unsaved: bool = False
    """Whether a password waits for a keep that takes it."""
    showing: Login | None = field(default=None, repr=False)
    """The login that is to be shown once, for nothing keeps it."""
    held: int = 0
    """How often a password had to wait for a decision."""
    _decision: "asyncio.Future[Decision] | None" = None

    @property
    def holds_secret(self) -> bool:
        """Whether quitting now would lose a secret."""
        return self.unsaved or self.showing is not None

    def decide(self, decision: Decision) -> None:
        """Say what becomes of the password."""
        if self._decision is not None and not self._decision.done():
            self._decision.set_result(decision)

    async def decision(self) -> Decision:
        """Wait for `decide`."""
        self._decision = asyncio.get_running_loop().create_future()
        return await self._decision


def live_login(app: SeswizardApp) -> LiveLogin:
    """The App's live login; a new one for another domain or region, unless a change still runs."""
    place = (str(app.session.name or ""), app.session.region)
    live = app.live_login
    if live is None or (live.place != place and not live.doing):
        live = app.live_login = LiveLogin(place)
    return live


@dataclass(slots=True)
class LiveChange:
    """A prepared change that keeps a `LiveLogin` up to date, whatever screen is open."""

    prepared: Prepared
    live: LiveLogin
    doing: str
    changed: Callable[[], None]
    """Called after every piece of news."""
    certain: Callable[[], Awaitable[bool]] | None = None
    """A last question after the plan; what is not confirmed is not done."""
    _given_up: bool = False
    """Whether the person let a password go that they were to read."""

    @property
    def plan(self) -> Plan:
        """The plan of the change."""
        return self.prepared.plan

    async def apply(self, say: Say) -> Outcome:
        """Ask for the last time, do it, and let a person decide about a password that nothing keeps."""
        if self.certain is not None and not await self.certain():
            return Outcome("Nothing was done.")
        live = self.live
        live.doing, live.failure, live.title = self.doing, None, ""
        live.rows.clear()
        self.changed()

        def told(progress: Progress) -> None:
            live.rows[progress.what] = progress
            say(progress)
            self.changed()

        try:
            if not isinstance(self.prepared, RevokeLogin):
                self.prepared.hand = self._show
            outcome = await self.prepared.apply(told)
            if isinstance(self.prepared, MakeLogin):
                outcome = await self._keep(self.prepared, outcome, told)
        finally:
            live.doing, live.unsaved, live.showing = "", False, None
        live.failure, live.title = outcome.failure, outcome.title
        if outcome.ok:
            live.wish = LoginWish()  # It is among the choices now.
        self.changed()
        return outcome

    async def _keep(self, prepared: MakeLogin, outcome: Outcome, told: Say) -> Outcome:
        """Until some keep has the password, or its key is deleted again."""
        while prepared.unsaved:
            if self._given_up:
                return await prepared.give_up(told)
            live = self.live
            live.unsaved, live.failure, live.title = True, outcome.failure, outcome.title
            live.held += 1
            self.changed()
            decision = await live.decision()
            live.unsaved, live.failure = False, None
            self.changed()
            if isinstance(decision, KeepChoice):
                outcome = await prepared.store_elsewhere(decision, told)
            else:
                outcome = await prepared.give_up(told)
        return outcome

    async def _show(self, login: Login) -> None:
        """Hold a login that nothing keeps until the person has it; one that is let go costs its key."""
        live = self.live
        live.showing = login
        self.changed()
        try:
            self._given_up = await live.decision() != "had"
        finally:
            live.showing = None
        if self._given_up:
            raise unread()

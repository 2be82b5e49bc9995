"""A proof that is on its way, or the click before it: both belong to the App, for leaving the screen stops neither."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from seswizard.actions.action import Outcome, Say
from seswizard.actions.event_path import MakePath
from seswizard.actions.proof import ProofRun, Sending
from seswizard.actions.recipient import click
from seswizard.actions.send_proof import SendProof
from seswizard.core.conversation import Line
from seswizard.core.events import MailEvent
from seswizard.core.failure import Failure, FailureError
from seswizard.core.names import EmailAddress
from seswizard.core.pacing import EVENT_SLOW
from seswizard.core.plan import Plan
from seswizard.core.way_back import Link, links
from seswizard.look.way_back import look_way
from seswizard.ports import Clock, Services

Tell = Callable[[], None]
"""Told that there is news."""
_LINKS_AFTER = 5.0
"""Seconds of waiting after which the links are read: mostly the event is there before that."""


@dataclass(slots=True)
class Click:
    """A link that SES has mailed to a mailbox, and whether somebody has clicked it."""

    address: EmailAddress
    since: datetime
    done: bool | None = None
    """None while it is waited for; False when the link has expired."""
    failure: Failure | None = None

    @property
    def waiting(self) -> bool:
        """Whether SES is still being asked."""
        return self.done is None and self.failure is None


@dataclass(slots=True)
class LiveProof:
    """What was chosen to be sent, and what has been heard and seen of it so far."""

    sending: Sending | None = None
    """None while nothing was chosen: the bounce of the simulator."""
    region: str = ""
    way_chosen: bool = False
    """Whether the port, or the API, was chosen by the person; else it is what is recommended from here."""
    lines: list[Line] = field(default_factory=list)
    events: list[tuple[MailEvent, float]] = field(default_factory=list)
    message_id: str = ""
    sent_at: float | None = None
    """Monotonic seconds at which SES took it."""
    running: bool = False
    run: ProofRun | None = None
    failure: Failure | None = None
    made: MakePath | None = None
    """The way back that this message's event comes by."""
    links: tuple[Link, ...] = ()
    """Its links as they were last read."""
    links_at: float | None = None
    """Monotonic seconds at which reading them was last begun."""
    click: Click | None = None

    def links_due(self, now: float) -> bool:
        """Whether the links are to be read: while waiting for a while, and once more when that is slower than usual."""
        if not self.running or self.sent_at is None or self.made is None:
            return False
        if self.links_at is None:
            return now - self.sent_at >= _LINKS_AFTER
        return self.links_at - self.sent_at < EVENT_SLOW <= now - self.sent_at

    async def read_links(self, services: Services) -> None:
        """Read every link of the way back; what cannot be read is left to the diagnosis at the end."""
        made, sending = self.made, self.sending
        if made is None or sending is None:
            return
        self.links_at = services.clock.monotonic()
        try:
            path = await look_way(services, made.way, made.caller, default_set=made.path.default_set, named=True)
        except FailureError:
            return
        self.links = links(path, sending.expected.upper())


@dataclass(slots=True)
class SendLive:
    """The proof as an action that keeps a `LiveProof` up to date while it goes along, whatever screen is open."""

    prepared: SendProof
    live: LiveProof
    clock: Clock
    changed: Tell
    """Called after every piece of news."""

    @property
    def plan(self) -> Plan:
        """The plan of the proof."""
        return self.prepared.plan

    async def apply(self, say: Say) -> Outcome:
        """Send, wait, and keep what happened."""
        self.live.running, self.live.made = True, self.prepared.path
        self.prepared.hear, self.prepared.came, self.prepared.taken = self._hear, self._came, self._taken
        self.changed()
        try:
            outcome = await self.prepared.apply(say)
        finally:
            self.live.running = False
        self.live.run, self.live.failure = self.prepared.run, outcome.failure
        if self.prepared.run and self.prepared.run.links:
            self.live.links = self.prepared.run.links
        self.changed()
        return outcome

    def _hear(self, line: Line) -> None:
        self.live.lines.append(line)
        self.changed()

    def _came(self, event: MailEvent, seconds: float) -> None:
        self.live.events.append((event, seconds))
        self.changed()

    def _taken(self, message_id: str) -> None:
        self.live.message_id, self.live.sent_at = message_id, self.clock.monotonic()
        self.changed()


async def wait_for_click(services: Services, awaited: Click, changed: Tell) -> None:
    """Ask SES until the mailbox is verified or the link has expired, and keep what came of it. Never raises `FailureError`."""
    try:
        awaited.done = await click(services, awaited.address, lambda _seconds: changed())
    except FailureError as error:
        awaited.failure = error.failure
    changed()

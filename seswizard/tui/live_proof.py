"""A proof that is on its way: it belongs to the App, for leaving the screen neither stops nor forgets it."""

from collections.abc import Callable
from dataclasses import dataclass, field

from seswizard.actions.action import Outcome, Say
from seswizard.actions.proof import ProofRun
from seswizard.actions.send_proof import SendProof
from seswizard.core.conversation import Line
from seswizard.core.events import MailEvent
from seswizard.core.failure import Failure
from seswizard.core.plan import Plan
from seswizard.ports import Clock


@dataclass(slots=True)
class LiveProof:
    """What has been heard and seen so far."""

    lines: list[Line] = field(default_factory=list)
    events: list[tuple[MailEvent, float]] = field(default_factory=list)
    message_id: str = ""
    sent_at: float | None = None
    """Monotonic seconds at which SES took it."""
    running: bool = False
    run: ProofRun | None = None
    failure: Failure | None = None


@dataclass(slots=True)
class SendLive:
    """The proof as an action that keeps a `LiveProof` up to date while it goes along, whatever screen is open."""

    prepared: SendProof
    live: LiveProof
    clock: Clock
    changed: Callable[[], None]
    """Called after every piece of news."""

    @property
    def plan(self) -> Plan:
        """The plan of the proof."""
        return self.prepared.plan

    async def apply(self, say: Say) -> Outcome:
        """Send, wait, and keep what happened."""
        self.live.running = True
        self.prepared.hear, self.prepared.came, self.prepared.taken = self._hear, self._came, self._taken
        self.changed()
        try:
            outcome = await self.prepared.apply(say)
        finally:
            self.live.running = False
        self.live.run, self.live.failure = self.prepared.run, outcome.failure
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

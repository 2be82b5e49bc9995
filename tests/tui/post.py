"""A world in which mail is sent: what SES, its events and its SMTP endpoint do with a message, on the clock of the test."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any, cast

from seswizard.core.aws_things import QueueMessage
from seswizard.core.conversation import Conversation, Hear, Line
from seswizard.core.login import Login
from seswizard.core.suppression import Suppressed
from seswizard.ports import Services, Smtp
from tests.fake_aws import Calls, FakeEvents, FakeSes
from tests.fake_aws import ManualClock as OtherClock
from tests.fakes import FakeSuppression
from tests.tui.fakes import START, FakeSmtp, ManualClock, World

NAME = "example.com"
MESSAGE_ID = "0102018f6e4c2b1a-1111-000000"
TOLD = (
    Line(0.01, "·", "email-smtp.eu-west-1.amazonaws.com is 192.0.2.25"),
    Line(0.04, "·", "connected to 192.0.2.25"),
    Line(0.12, "·", "TLS 1.3 TLS_AES_256_GCM_SHA384, certificate good until 1 March 2027"),
    Line(0.15, "→", "AUTH PLAIN password hidden"),
    Line(0.31, "←", "235 Authentication successful."),
    Line(0.32, "→", f"MAIL FROM:<proof@{NAME}>"),
    Line(0.40, "→", "RCPT TO:<bounce@simulator.amazonses.com>"),
    Line(0.50, "→", "DATA 612 bytes"),
    Line(0.58, "←", f"250 Ok {MESSAGE_ID}"),
)


class Queues(FakeEvents):
    """Topics and queues whose messages come at a moment of the test's own clock."""

    def __init__(self, clock: ManualClock) -> None:
        super().__init__(Calls(), OtherClock())
        self.time = clock

    def later(self, seconds: float, kind: str, **more: Any) -> None:
        """An event of our message, so many seconds from now."""
        self.arrives(event(kind, **more), self.time.seconds + seconds)

    async def receive(self, url: str, wait: float, hidden: float = 10.0) -> tuple[QueueMessage, ...]:
        until = self.time.seconds + wait
        while not (there := [one for at, one in self.coming if at <= self.time.seconds]) and self.time.seconds < until:
            await self.time.sleep(1.0)
        return tuple(there)


def event(kind: str, *, to: str = "bounce@simulator.amazonses.com", message_id: str = MESSAGE_ID, **detail: Any) -> str:
    """An SES event as JSON."""
    mail: dict[str, Any] = {
        "messageId": message_id,
        "timestamp": "2026-11-22T09:00:02Z",
        "destination": [to],
        "source": f"app@{NAME}",
    }
    mail |= {key: detail.pop(key) for key in ("tags", "commonHeaders") if key in detail}
    return json.dumps({"eventType": kind, "mail": mail, kind.lower(): detail})


@dataclass
class Endpoint(FakeSmtp):
    """An endpoint that takes everything and tells the conversation."""

    sent: list[tuple[str, str]] = field(default_factory=list)
    told: tuple[Line, ...] = TOLD
    then: Callable[[], None] = lambda: None
    """What the world does with a message that was taken."""

    async def send(self, login: Login, port: int, sender: str, to: str, message: bytes, hear: Hear) -> Conversation:
        for line in self.told:
            hear(line)
        self.sent.append((sender, to))
        self.then()
        return Conversation(self.told, "DATA", 250, f"Ok {MESSAGE_ID}", MESSAGE_ID)


@dataclass
class PostWorld(World):
    """A proven domain in an account in the sandbox, unless a test says otherwise."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.queues = Queues(self.clock)
        self.aws = FakeSes(Calls(), self.queues)
        self.endpoint = Endpoint()
        self.list = FakeSuppression(Calls())

    def services(self, region: str = "eu-west-1") -> Services:
        """The services of this world in a region."""
        plain = super().services(region)
        return replace(plain, ses=self.aws, events=self.queues, smtp=cast("Smtp", self.endpoint), suppression=self.list)

    def suppress(self, *addresses: str, reason: str = "BOUNCE") -> None:
        """Put addresses on the list."""
        self.list.entries += [Suppressed(address, reason, START) for address in addresses]


def post_world() -> PostWorld:
    """Everything is set up, and a bounce has come back once."""
    from tests.tui.golden.scenes import proven  # which in turn draws scenes of this world

    base = proven()
    world = PostWorld(clock=base.clock, dns=base.dns, vault=base.vault, state=base.state, iam=base.iam)
    world.aws.identities |= base.ses.known
    return world

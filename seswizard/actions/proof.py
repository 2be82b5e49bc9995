"""The proof: an event path that reports bounces, one message through the person's own login, and its event seen."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from secrets import token_hex

from seswizard.actions.refusals import refusal
from seswizard.core.aws_things import Queue
from seswizard.core.conversation import Conversation, Hear, Line
from seswizard.core.events import MailEvent, read_event
from seswizard.core.failure import Failure, FailureError
from seswizard.core.login import Login
from seswizard.core.names import EmailAddress, IdentityName
from seswizard.core.pacing import EVENT_LOST
from seswizard.core.policy import Names
from seswizard.core.remembered import Proof
from seswizard.core.simulator import scenario
from seswizard.exports.proof_message import proof_message
from seswizard.ports import Services

Came = Callable[[MailEvent, float], None]
"""Called for every event of the message, with the seconds since it was sent."""


@dataclass(frozen=True, slots=True)
class Sending:
    """What to send, and how."""

    name: IdentityName
    to: str = "bounce"
    """A simulator scenario, or an address."""
    via: str = "smtp"
    port: int = 587
    sender: str = ""
    """The From address; empty for `proof@` the domain."""

    @property
    def recipient(self) -> str:
        """The address it goes to."""
        known = scenario(self.to)
        return known.address if known else self.to

    @property
    def expected(self) -> str:
        """The event type that proves it."""
        known = scenario(self.to)
        return known.event if known else "Delivery"

    @property
    def from_address(self) -> str:
        """The From address."""
        return self.sender or (str(self.name) if isinstance(self.name, EmailAddress) else f"proof@{self.name}")


@dataclass(frozen=True, slots=True)
class ProofRun:
    """How it ended."""

    message_id: str | None
    event: MailEvent | None
    seconds: float
    """From the send to the event, or to giving up."""
    failure: Failure | None = None
    conversation: Conversation | None = None
    forgotten: Failure | None = None
    """Why the proof could not be remembered, though it was seen."""

    @property
    def ok(self) -> bool:
        """Whether the event of this very message was seen."""
        return self.event is not None


async def run_proof(
    services: Services,
    sending: Sending,
    login: Login | None,
    queue: Queue,
    *,
    hear: Hear,
    came: Came,
    taken: Callable[[str], None] = lambda _id: None,
    patience: float = EVENT_LOST,
) -> ProofRun:
    """Send one message and wait up to `patience` seconds for the event with its id. Never raises `FailureError`."""
    names = Names(str(sending.name).rpartition("@")[2], services.region)
    message = proof_message(sending.from_address, sending.recipient, services.clock.now(), token_hex(6), names.set)
    started = services.clock.monotonic()
    message_id: str | None = None
    conversation: Conversation | None = None
    try:
        if sending.via == "api":
            message_id = await _by_api(services, sending, message, names.set, hear)
        else:
            assert login is not None
            conversation = await services.smtp.send(login, sending.port, sending.from_address, sending.recipient, message, hear)
            if conversation.message_id is None:
                failure = refusal(conversation.code, conversation.reply, services.region, sending.from_address)
                return ProofRun(None, None, 0.0, failure, conversation)
            message_id = conversation.message_id
        taken(message_id)
        event = await wait_for_event(services, queue, message_id, sending.expected, started, came, patience)
    except FailureError as error:
        return ProofRun(message_id, None, services.clock.monotonic() - started, error.failure, conversation)
    seconds = services.clock.monotonic() - started
    if event is None:
        return ProofRun(message_id, None, seconds, not_seen(sending.expected, patience), conversation)
    key_id = "api" if sending.via == "api" or login is None else login.username
    if sending.to == "bounce":
        lost = await _keep_proof(services, sending, Proof(message_id, key_id, event.type, services.clock.now()))
        return ProofRun(message_id, event, seconds, None, conversation, lost)
    return ProofRun(message_id, event, seconds, None, conversation)


async def _keep_proof(services: Services, sending: Sending, proof: Proof) -> Failure | None:
    """Remember the proof; a state directory that cannot be written does not make it less proven, but is said."""
    try:
        await services.state.save_proof(str(sending.name), services.region, proof)
    except FailureError as error:
        return error.failure
    return None


async def _by_api(services: Services, sending: Sending, message: bytes, configuration_set: str, hear: Hear) -> str:
    hear(Line(0.0, "→", f"ses:SendEmail to {sending.recipient}"))
    message_id = await services.ses.send_raw(sending.from_address, sending.recipient, message, configuration_set)
    hear(Line(0.0, "←", f"MessageId {message_id}"))
    return message_id


async def wait_for_event(
    services: Services,
    queue: Queue,
    message_id: str,
    expected: str,
    started: float,
    came: Came,
    patience: float,
) -> MailEvent | None:
    """Read the queue until the expected event of this message is there; other messages' events are left in it."""
    seen: set[tuple[str, str]] = set()
    while (waited := services.clock.monotonic() - started) < patience:
        for message in await services.events.receive(queue.url, min(10.0, max(1.0, patience - waited))):
            event = read_event(message.body)
            if event is not None and event.message_id != message_id:
                continue
            await services.events.delete_message(queue.url, message.receipt)
            if event is None or (event.type, event.at) in seen:
                continue
            seen.add((event.type, event.at))
            came(event, services.clock.monotonic() - started)
            if event.type == expected:
                return event
        await asyncio.sleep(0)
    return None


def not_seen(expected: str, patience: float) -> Failure:
    """The event did not come back in time."""
    return Failure(
        "events.not-seen",
        f"SES took the message, but no {expected} event came back in {patience:.0f} s.",
        remedy="Look at the configuration set's destination, the topic's policy and the queue's policy.",
    )

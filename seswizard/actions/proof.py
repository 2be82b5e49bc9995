"""The proof: an event path that reports bounces, one message through the person's own login, and its event seen."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from secrets import token_hex

from seswizard.actions.refusals import refusal, refused_by_api
from seswizard.core.aws_things import Queue, QueueMessage
from seswizard.core.conversation import Conversation, Hear, Line
from seswizard.core.events import MailEvent, read_event
from seswizard.core.explain.bounces import BOUNCES, OTHER_BOUNCES
from seswizard.core.failure import Failure, FailureError
from seswizard.core.login import Login
from seswizard.core.names import EmailAddress, IdentityName
from seswizard.core.pacing import EVENT_LOST, hidden
from seswizard.core.remembered import Proof
from seswizard.core.simulator import scenario
from seswizard.core.text import elide
from seswizard.core.way_back import Link
from seswizard.exports.proof_message import proof_message
from seswizard.ports import Services

Came = Callable[[MailEvent, float], None]
"""Called for every event of the message, with the seconds since it was sent."""


@dataclass(frozen=True, slots=True)
class Sending:
    """What to send, and how."""

    name: IdentityName
    to: str = "bounce"
    """A simulator scenario, or an address; empty for no message of ours."""
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
    links: tuple[Link, ...] = ()
    """Every link of the way back as it was read when the event did not come."""
    forgotten: Failure | None = None
    """Why the proof could not be remembered, though it was seen."""
    sent_at: datetime | None = None
    """When the message was handed over; None if it was not taken."""

    @property
    def ok(self) -> bool:
        """Whether the expected event of this very message was seen."""
        return self.event is not None and self.failure is None


async def run_proof(
    services: Services,
    sending: Sending,
    login: Login | None,
    queue: Queue,
    *,
    configuration_set: str,
    hear: Hear,
    came: Came,
    taken: Callable[[str], None] = lambda _id: None,
    patience: float = EVENT_LOST,
) -> ProofRun:
    """Send one message and wait up to `patience` seconds for the event with its id. Never raises `FailureError`."""
    message = proof_message(sending.from_address, sending.recipient, services.clock.now(), token_hex(6), configuration_set)
    started, sent_at = services.clock.monotonic(), services.clock.now()
    message_id: str | None = None
    conversation: Conversation | None = None
    try:
        if sending.via == "api":
            message_id = await _by_api(services, sending, message, configuration_set, hear)
        else:
            assert login is not None
            conversation = await services.smtp.send(login, sending.port, sending.from_address, sending.recipient, message, hear)
            if conversation.message_id is None:
                if conversation.accepted:
                    return ProofRun(None, None, 0.0, without_id(conversation.reply), conversation, sent_at=sent_at)
                failure = refusal(conversation.code, conversation.reply, services.region, sending.from_address)
                return ProofRun(None, None, 0.0, failure, conversation)
            message_id = conversation.message_id
        taken(message_id)
        event = await wait_for_event(services, queue, message_id, sending.expected, started, came, patience)
    except FailureError as error:
        seconds = services.clock.monotonic() - started
        if message_id is None:
            by_api = sending.via == "api"
            failure = refused_by_api(error.failure, services.region, sending.from_address) if by_api else error.failure
            return ProofRun(None, None, seconds, unsure(failure) if by_api else failure)
        return ProofRun(message_id, None, seconds, error.failure, conversation, sent_at=sent_at)
    run = ProofRun(message_id, event, services.clock.monotonic() - started, None, conversation, sent_at=sent_at)
    if event is None:
        return replace(run, failure=not_seen(sending.expected, patience))
    if event.type != sending.expected:
        return replace(run, failure=other_end(event))
    if sending.to != "bounce":
        return run
    key_id = "api" if sending.via == "api" or login is None else login.username
    proof = Proof(message_id, key_id, event.type, services.clock.now())
    return replace(run, forgotten=await _keep_proof(services, sending, proof))


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
    """The expected event of this message, or another one after which it cannot come; None after `patience` seconds.

    Other messages' events are left in the queue.
    """
    seen: set[tuple[str, str]] = set()
    others = 0
    while (waited := services.clock.monotonic() - started) < patience:
        messages = await received(services, queue.url, min(10.0, max(1.0, patience - waited)), others)
        if messages is None:
            return None  # reading the links tells so
        for message in messages:
            event = read_event(message.body)
            if event is not None and event.message_id != message_id:
                others += 1
                continue
            await services.events.delete_message(queue.url, message.receipt)
            if event is None or (event.type, event.at) in seen:
                continue
            seen.add((event.type, event.at))
            came(event, services.clock.monotonic() - started)
            if event.type in (expected, *_LAST):
                return event
        await asyncio.sleep(0)
    return None


async def received(services: Services, url: str, wait: float, others: int) -> tuple[QueueMessage, ...] | None:
    """What is in the queue, where so many were not ours so far; None if the queue is there no more.

    Raises:
        FailureError: it could not be read.
    """
    try:
        return await services.events.receive(url, wait, hidden(others))
    except FailureError as error:
        if "NonExistentQueue" in f"{error.failure.title} {error.failure.detail}":
            return None
        raise


_LAST = ("Bounce", "Reject")
"""After these nothing else happens to a message for one recipient."""


def other_end(event: MailEvent) -> Failure:
    """SES took the message, but it ended otherwise than it was to."""
    if event.type == "Reject":
        remedy = "SES's virus scanner did not like it; tell AWS with the message id if it was harmless."
        return Failure("send.rejected", "SES took the message, then refused it for its content.", remedy=remedy)
    kind, _, sub = event.subtype.partition(", ")
    known = BOUNCES.get((kind, sub)) or OTHER_BOUNCES.get(kind) or OTHER_BOUNCES["Undetermined"]
    found = known.kind if known.kind == "suppression.listed" else "send.rejected"
    title = f"The message came back: Bounce{f' ({event.subtype})' if event.subtype else ''}. {known.title}"
    return Failure(found, title, event.subtype, known.remedy)


def without_id(reply: str) -> Failure:
    """It was accepted, by somebody who does not speak as SES does: which event is its own nobody can tell."""
    return Failure(
        "events.not-seen",
        f"The message was accepted, but without SES's message id ({elide(reply, 100) or '250'}): its event cannot be told apart.",
        remedy="Something between here and SES may take mail in its stead; take another port or another network.",
    )


def unsure(failure: Failure) -> Failure:
    """The failure of a call by API; where its answer was lost, the message may be on its way."""
    lost = ("ReadTimeoutError", "ConnectionClosedError", "no answer in time", "nobody listened")
    if failure.kind != "access.endpoint-unreachable" or not any(word in failure.detail for word in lost):
        return failure
    return replace(
        failure,
        kind="send.unsure",
        title="The message may have been sent: SES's answer to it was lost.",
        remedy="Look for it where it was to arrive before you send it again.",
        retry=False,
    )


def not_seen(expected: str, patience: float) -> Failure:
    """The event did not come back in time."""
    return Failure(
        "events.not-seen",
        f"SES took the message, but no {expected} event came back in {patience:.0f} s.",
        remedy="Look at the configuration set's destination, the topic's policy and the queue's policy.",
    )

"""Proof: one message through the person's own login, and the event of that very message coming back."""

from collections.abc import Iterator

from seswizard.actions.send_proof import prepare_send
from seswizard.actions.sending import NOT_PROVEN, sending_to, why_api
from seswizard.cli.linear.lines import evidence_lines
from seswizard.cli.linear.login import tell_conversation
from seswizard.cli.linear.offers import blind, first, way_on
from seswizard.cli.linear.proof_more import ask_recipient, listen_offer, verified
from seswizard.cli.linear.walk import LinearStep, Offer, Walk
from seswizard.core.events import MailEvent
from seswizard.core.failure import Failure
from seswizard.core.findings import Finding, Level
from seswizard.core.login import smtp_host
from seswizard.core.names import domain_of
from seswizard.core.offer_words import ANOTHER_MESSAGE, TAKEN, WAY_BACK, patience
from seswizard.core.policy import Names
from seswizard.core.reading import Seen
from seswizard.core.remembered import Proof
from seswizard.core.steps import State
from seswizard.core.way_back import link_evidence


def _kept(walk: Walk) -> Proof | None:
    proof = walk.session.facts.proof if walk.session.facts else None
    return proof.value if isinstance(proof, Seen) else None


def _facts(walk: Walk) -> Iterator[str]:
    if walk.session.states["proof"] is State.DONE and (kept := _kept(walk)):
        yield f"{kept.event}: seen {kept.at:%Y-%m-%d %H:%M} UTC"
        yield f"Message id: {kept.message_id}"
        return
    sending, region = sending_to(walk.session), walk.session.region
    yield f"From: {sending.from_address}"
    yield f"To: {sending.recipient}"
    yield f"Through: {'the API of SES' if sending.via == 'api' else f'{smtp_host(region)}, port {sending.port}'}"
    if why := why_api(walk.session):
        yield f"By API because: {why}. {NOT_PROVEN}"
    yield f"Comes back by: {WAY_BACK}, {Names(str(domain_of(sending.name)), region).set}"


def _offers(walk: Walk) -> Iterator[Offer]:
    on = way_on(walk, "proof")
    if comes_first := first(walk, "proof"):
        yield comes_first
        yield on
    elif walk.session.states["proof"] is State.DONE:
        yield on
        yield Offer(ANOTHER_MESSAGE, _plan)
        yield Offer("Send to another address of the simulator, or to a mailbox of mine", _plan_for)
        yield from listen_offer()
    elif blind(walk, "proof"):
        yield on
    else:
        yield Offer("Show the plan: one message to the simulator, and its bounce", _plan)
        yield on
        yield Offer("Send to another address of the simulator, or to a mailbox of mine", _plan_for)
        yield from listen_offer()
    if walk.heard:
        yield Offer("Tell the conversation with SES", tell_conversation)


async def _plan(walk: Walk) -> None:
    await _send(walk, "bounce")


async def _plan_for(walk: Walk) -> None:
    await _send(walk, await ask_recipient(walk))


async def _send(walk: Walk, to: str) -> None:
    walk.heard.clear()

    def taken(message_id: str) -> None:
        walk.may_stop = True
        walk.tell.value(f"{TAKEN}; its id", message_id)
        walk.tell.say(f"waiting: for {awaited}; {patience()}.")

    def came(event: MailEvent, seconds: float) -> None:
        walk.tell.say(f"came back: {event.type} {event.subtype}".rstrip() + f", after {seconds:.1f} s")

    sending = sending_to(walk.session, to)
    awaited = "its bounce" if sending.expected == "Bounce" else f"the {sending.expected} event"
    prepared = await prepare_send(walk.services, sending, hear=walk.heard.append, came=came, taken=taken)
    if isinstance(prepared, Failure) and prepared.kind == "send.recipient-unverified":
        walk.failed(prepared)
        if not await verified(walk, sending):
            return
        prepared = await prepare_send(walk.services, sending, hear=walk.heard.append, came=came, taken=taken)
    if isinstance(prepared, Failure):
        walk.failed(prepared)
        return
    outcome = await walk.carry_out(prepared)
    if outcome is None:
        return
    if prepared.run and prepared.run.links:
        evidence = link_evidence(prepared.run.links, walk.services.clock.now())
        walk.tell.lines(evidence_lines(Finding("events.not-seen", Level.PROBLEM, "", evidence)))
    await walk.look(PROOF.parts)


PROOF = LinearStep(frozenset({"access", "identity", "login", "proof"}), _facts, _offers)

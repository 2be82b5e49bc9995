"""More than the bounce: other recipients of the simulator, a mailbox of one's own, and another program's mail."""

from collections.abc import Iterator

from seswizard.actions.listen import begin, listen, prepare_listen
from seswizard.actions.proof import Sending
from seswizard.actions.recipient import click, prepare_recipient
from seswizard.cli.linear.lines import evidence_lines, finding_lines
from seswizard.cli.linear.walk import MINUTE, Offer, Walk
from seswizard.core.failure import Failure, FailureError
from seswizard.core.findings import Level
from seswizard.core.names import EmailAddress
from seswizard.core.offer_words import HEADER_LINE, MAIL_TO, NOT_CLICKED
from seswizard.core.simulator import SCENARIOS
from seswizard.core.text import duration
from seswizard.core.way_back import links

LISTENS = 600.0
"""Seconds for which it listens, as the command does."""


async def ask_recipient(walk: Walk) -> str:
    """A simulator scenario, or an address.

    Raises:
        Away: the person went somewhere instead.
    """
    words = [f"{one.to}: {one.what}" for one in SCENARIOS]
    at = await walk.ask.choose("Send to whom?", (*words, "A mailbox of mine: a real mail, to look at"), 0)
    if at < len(SCENARIOS):
        return SCENARIOS[at].to
    return str(await walk.ask.text("Your mailbox", EmailAddress.parse))


async def verified(walk: Walk, sending: Sending) -> bool:
    """Have SES mail a link to the recipient, and wait for the click; whether SES sends to it now."""
    prepared = await prepare_recipient(walk.services, sending)
    if isinstance(prepared, Failure):
        if prepared.kind != "send.recipient-verified":
            walk.failed(prepared)
        return prepared.kind == "send.recipient-verified"
    if prepared.plan.changes:
        outcome = await walk.carry_out(prepared)
        if outcome is None or not outcome.ok:
            return False
    address = prepared.recipient.address
    walk.tell.say(f"SES has mailed a link to {address}. Waiting for the click; Ctrl-C ends the waiting, not the link.")
    minutes = _Minutes(walk)
    try:
        done = await click(walk.services, address, minutes.passed)
    except FailureError as error:
        walk.failed(error.failure)
        return False
    walk.tell.say(f"done: {address} is verified." if done else f"problem: {NOT_CLICKED}")
    return done


def listen_offer() -> Iterator[Offer]:
    """Prove another program."""
    yield Offer("Prove another program, such as WordPress or Postfix, by the bounce of its mail", _listen)


async def _listen(walk: Walk) -> None:
    made = await prepare_listen(walk.services, walk.name)
    if isinstance(made, Failure):
        walk.failed(made)
        return
    if made.plan.changes:
        outcome = await walk.carry_out(made)
        if outcome is None or not outcome.ok:
            return
    try:
        listening = await begin(walk.services, walk.name, made)
        walk.tell.value(MAIL_TO, listening.address)
        if links(listening.path)[0].state != "whole":
            walk.tell.value(HEADER_LINE, listening.path.way.header)
        walk.tell.say(f"Its bounce is waited for {duration(LISTENS)}. Ctrl-C ends it, and nothing is harmed.")
        event, findings = await listen(walk.services, listening, LISTENS, _Minutes(walk).passed)
    except FailureError as error:
        walk.failed(error.failure)
        return
    if event:
        walk.tell.say(f"came back: {event.type} {event.subtype}".rstrip())
    for finding in findings:
        walk.tell.lines(finding_lines(finding))
        if finding.level is not Level.OK:
            walk.tell.lines(evidence_lines(finding))


class _Minutes:
    """Says that it still waits, once a minute."""

    def __init__(self, walk: Walk) -> None:
        self._walk, self._said = walk, 0.0

    def passed(self, seconds: float) -> None:
        """So many seconds have passed."""
        if seconds - self._said >= MINUTE:
            self._said = seconds
            self._walk.tell.say(f"waiting: for {duration(seconds)}.")

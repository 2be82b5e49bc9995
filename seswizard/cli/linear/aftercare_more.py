"""Beside the steps: one address on the suppression list, and what a reply, a log line or a word means."""

from collections.abc import Iterator

from seswizard.actions.suppression import find_address, prepare_removal
from seswizard.cli.linear.lines import evidence_lines, finding_lines
from seswizard.cli.linear.walk import Offer, Walk
from seswizard.core.explain import explain
from seswizard.core.failure import Failure, FailureError
from seswizard.core.names import EmailAddress
from seswizard.core.reading import Seen
from seswizard.core.suppression import listed, not_listed


def more_offers() -> Iterator[Offer]:
    """What can be looked up at any time."""
    yield Offer("Look for an address on the suppression list", _suppression)
    yield Offer("Tell what a reply, a log line, a record or a word means", _explain)


async def _suppression(walk: Walk) -> None:
    address = str(await walk.ask.text("Which address", EmailAddress.parse))
    account = walk.session.facts.account if walk.session.facts else None
    reasons = account.value.suppressed_reasons if isinstance(account, Seen) else ()
    try:
        entry = (await find_address(walk.services, address)).entry
    except FailureError as error:
        walk.failed(error.failure)
        return
    finding = listed(entry, address, reasons) if entry else not_listed(address, walk.session.region)
    walk.tell.lines(finding_lines(finding))
    walk.tell.lines(evidence_lines(finding))
    if entry is None:
        return
    if await walk.ask.choose("Take it off the list?", ("Leave it on the list", "Show the plan: takes it off"), 0) == 0:
        return
    prepared = await prepare_removal(walk.services, entry.address)
    if isinstance(prepared, Failure):
        walk.failed(prepared)
    else:
        await walk.carry_out(prepared)


async def _explain(walk: Walk) -> None:
    text = await walk.ask.text("Paste one line, such as 554 Message rejected, or type a word, such as DKIM", str)
    found = explain(text)
    for finding in found.findings:
        walk.tell.lines(finding_lines(finding))
        walk.tell.lines(evidence_lines(finding))

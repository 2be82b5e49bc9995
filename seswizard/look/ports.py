"""Every port of SES's SMTP endpoint by IPv4 and IPv6, all at once. Asked for by name: it opens ten connections."""

import asyncio

from seswizard.core.failure import Failure
from seswizard.core.login import PORTS
from seswizard.core.ports import FAMILIES, TOO_BUSY, PortSeen, in_order
from seswizard.core.reading import Reading, Seen, Unseen
from seswizard.core.regions import has_smtp
from seswizard.look.zone import BLOCKED, BUSY
from seswizard.ports import Services


async def look_at_ports(services: Services, region: str) -> Reading[tuple[PortSeen, ...]] | None:
    """What each port looks like from here; None in a region in which SES listens on none.

    Where nothing could be tried at all, not even an address found, this says nothing about the ports.
    """
    if not has_smtp(region):
        return None
    at = services.clock.now()
    found = await asyncio.gather(*(services.smtp.probe(port, family) for port, _ in PORTS for family in FAMILIES))
    if all(one.absent for one in found):
        why = found[0].why_not or "nothing to try"
        cause = BUSY if any(one.why_not == TOO_BUSY for one in found) else BLOCKED
        failure = Failure(cause.kind, cause.title, f"{services.smtp.host}: {why}", cause.remedy, retry=True)
        return Unseen(failure, "smtp", at)
    return Seen(in_order(found), "smtp", at)

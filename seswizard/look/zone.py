"""Which zone a domain lies in and which servers the world is sent to.

The first resolver is asked for the SOA of the domain only, never for a record's name: asking a resolver early would
plant "no such name" in its cache. The delegation comes from the parent's own servers, asked without recursion.
"""

import asyncio
import random
from collections.abc import Iterable

from seswizard.core.answers import Answer, Delegation, Question, Reply, Row, Server, Silence
from seswizard.core.failure import Failure, FailureError
from seswizard.core.names import DomainName, within
from seswizard.core.reading import Reading, Seen, Unseen, reading
from seswizard.look.asking import PATIENCE
from seswizard.look.resolving import resolved
from seswizard.look.servers import Glue, addressed
from seswizard.ports import Services

BLOCKED = Failure(
    "dns.blocked",
    "Could not look: no DNS server answered from here.",
    "which servers the zone has",
    remedy="Check this machine's network; port 53 may be blocked here. That says nothing about your records.",
    retry=True,
)

BUSY = Failure(
    "dns.busy",
    "Could not look: this machine was too busy to listen for answers.",
    "which servers the zone has",
    remedy="Look again when it has less to do. That says nothing about your records.",
    retry=True,
)


def why_unheard(replies: Iterable[Reply]) -> Failure:
    """What hindered a look to which nobody answered."""
    return BUSY if any(isinstance(reply, Silence) and reply.reason == "busy" for reply in replies) else BLOCKED


async def zone_of(services: Services, domain: str, *, timeout: float = 1.0) -> str | None:
    """The zone that a name lies in, as a resolver says; None if none does."""
    if not services.dns.resolvers:
        return None
    try:
        return await _zone(services, domain, timeout)
    except FailureError:
        return None


async def _zone(services: Services, domain: str, timeout: float) -> str | None:
    """The same.

    Raises:
        FailureError: this machine was too busy to hear it.
    """
    reply = await resolved(services, Question(domain, "SOA"), timeout)
    if why_unheard((reply,)) is BUSY:
        raise FailureError(BUSY)
    return _zone_in(reply, domain) if isinstance(reply, Answer) else None


def _zone_in(answer: Answer, domain: str) -> str | None:
    for row in (*answer.rows, *answer.authority):
        if row.type == "SOA" and within(domain, row.name):
            return row.name
    return None


async def delegation_of(services: Services, domain: DomainName) -> Reading[Delegation]:
    """The delegation of the domain's zone, from its parent's servers where these can be asked.

    Where this network lets no DNS question out at all, HTTPS may still tell the zone; its servers nobody could ask.
    """
    found = await reading(_delegation(services, str(domain)), "DNS", services.clock.now())
    if not isinstance(found, Unseen) or found.failure != BLOCKED or not services.dns.doh:
        return found
    reply = await services.dns.ask_doh(Question(str(domain), "SOA"))
    zone = _zone_in(reply, str(domain)) if isinstance(reply, Answer) else None
    return found if zone is None else Seen(Delegation(zone, (), from_parent=False), "DNS over HTTPS", found.at)


async def _delegation(services: Services, domain: str) -> Delegation:
    if not services.dns.resolvers:
        raise FailureError(BLOCKED)
    # Most domains are zones of their own: their parent is looked for meanwhile.
    above = asyncio.ensure_future(_parent(services, domain))
    try:
        zone = await _zone(services, domain, 3.0)
        if zone is None:
            zone = await _zone(services, domain, 3.0)
        if zone is None:
            parent, zone = await _unserved(services, domain)
            names, glue = await _referral(services, zone, parent, await resolved(services, _servers_of(parent), 2.0))
        elif zone == domain:
            names, glue = await _referral(services, zone, *await above)
        else:
            names, glue = await _referral(services, zone, *await _parent(services, zone))
    finally:
        above.cancel()
    from_parent = bool(names)
    if not names:
        names = _targets(await resolved(services, _servers_of(zone), 3.0), zone)
    found = await addressed(services, names, glue)
    if not found.servers:
        raise FailureError(_all_private(zone, found.private) if found.private else BLOCKED)
    # In one order however the parent turns them: what is shown and compared must not change from look to look.
    in_order = tuple(sorted(found.servers, key=lambda server: (server.name, ":" in server.address, server.address)))
    return Delegation(zone, in_order, from_parent, found.unaddressed, tuple(sorted(names)), found.private)


def _all_private(zone: str, servers: tuple[Server, ...]) -> Failure:
    """A company's resolver may tell its own view of a zone, with servers that only its network reaches: no fault of theirs."""
    shown = ", ".join(f"{one.name} is {one.address}" for one in servers[:2])
    return Failure(
        "dns.private",
        f"Could not look: every name server of {zone} has a private address here ({shown}), and such are not asked.",
        "which servers the zone has",
        remedy="This network seems to have its own view of the zone; SES and your recipients see the public one. "
        "Look from a network outside, such as a phone's.",
    )


async def _parent(services: Services, zone: str) -> tuple[str | None, Reply | None]:
    """The zone of a zone's parent and who serves it; None if the resolver does not say, or for the root."""
    if not zone:
        return None, None
    above = zone.partition(".")[2]
    parent, reply = await asyncio.gather(
        zone_of(services, above or ".", timeout=2.0), resolved(services, _servers_of(above), 2.0)
    )
    if parent is not None and parent != above:
        reply = await resolved(services, _servers_of(parent), 2.0)
    return parent, reply


def _servers_of(zone: str) -> Question:
    return Question(zone or ".", "NS")


async def _unserved(services: Services, domain: str) -> tuple[str, str]:
    """The deepest zone above the domain that the resolver can speak for, and the name below it for which it cannot.

    Raises:
        FailureError: it speaks for nothing, or for everything: it is not the zone's servers that keep silent.
    """
    labels, known = domain.split("."), None
    for depth in range(1, len(labels) + 1):
        name = ".".join(labels[-depth:])
        found = await _zone(services, name, 2.0)
        if found is None and known is not None:
            return known, name
        if found is None:
            break
        known = found
    raise FailureError(BLOCKED)


async def _referral(services: Services, zone: str, parent: str | None, served: Reply | None) -> tuple[tuple[str, ...], Glue]:
    """What two of the parent's servers say of the zone, the first of them who says anything: server names and glue."""
    if parent is None or not isinstance(served, Answer):
        return (), {}
    hosts = _targets(served, parent)
    hosts = tuple(random.sample(hosts, min(2, len(hosts))))  # Others the next time, should these be out of reach.
    parents = (await addressed(services, hosts, glue_of(served, hosts))).servers
    asked = [asyncio.ensure_future(services.dns.ask(one, _servers_of(zone), timeout=PATIENCE)) for one in parents]
    try:
        for first in asyncio.as_completed(asked):
            reply = await first
            if isinstance(reply, Answer):
                rows = [row for row in (*reply.authority, *reply.rows) if row.type == "NS" and row.name == zone]
                if names := tuple(dict.fromkeys(row.value for row in rows)):
                    return names, glue_of(reply, names)
    finally:
        for one in asked:
            one.cancel()
    return (), {}


def _targets(reply: Reply, zone: str) -> tuple[str, ...]:
    rows: Iterable[Row] = reply.rows if isinstance(reply, Answer) else ()
    return tuple(dict.fromkeys(row.value for row in rows if row.type == "NS" and row.name == zone))


def glue_of(answer: Answer, names: tuple[str, ...]) -> Glue:
    """The addresses of these servers that the answer brings along."""
    glue: Glue = {}
    for row in answer.additional:
        if row.type in ("A", "AAAA") and row.name in names:
            glue[row.name] = (*glue.get(row.name, ()), row.value)
    return glue

"""Which zone a domain lies in, which servers the world is sent to, and what each of them answers.

The first resolver is asked for the SOA of the domain only, never for a record's name: asking a resolver early would
plant "no such name" in its cache. The delegation comes from the parent's own servers, asked without recursion.
"""

import asyncio
from collections.abc import Iterable

from seswizard.core import misses
from seswizard.core.answers import Answer, Asked, Delegation, Question, Row, Server, Silence, Sweep
from seswizard.core.cells import right, told
from seswizard.core.failure import Failure, FailureError
from seswizard.core.names import DomainName, within
from seswizard.core.reading import Reading, Seen, Unseen, reading
from seswizard.core.records import Record
from seswizard.ports import Services

SWEEP_TIMEOUT = 0.8
"""Seconds for one question of a sweep; it is asked twice at most."""

BLOCKED = Failure(
    "dns.blocked",
    "Could not look: no DNS server answered from here.",
    remedy="Check this machine's network; port 53 may be blocked here. That says nothing about your records.",
    retry=True,
)


async def zone_of(services: Services, domain: str, *, timeout: float = 1.0) -> str | None:
    """The zone that a name lies in, as the system's resolver says; None if it does not say."""
    resolvers = services.dns.resolvers
    if not resolvers:
        return None
    reply = await resolved(services, Question(domain, "SOA"), timeout)
    return _zone_in(reply, domain) if isinstance(reply, Answer) else None


async def resolved(services: Services, question: Question, timeout: float) -> Answer | Silence:
    """What the system's resolver says; where it fails, what it says with DNSSEC checking disabled."""
    resolver = services.dns.resolvers[0]
    reply = await services.dns.ask(resolver, question, recursive=True, timeout=timeout)
    if isinstance(reply, Answer) and reply.status == "SERVFAIL":
        return await services.dns.ask(resolver, question, recursive=True, timeout=timeout, checking_disabled=True)
    return reply


def _zone_in(answer: Answer, domain: str) -> str | None:
    for row in (*answer.rows, *answer.authority):
        if row.type == "SOA" and within(domain, row.name):
            return row.name
    return None


async def delegation_of(services: Services, domain: DomainName) -> Reading[Delegation]:
    """The delegation of the domain's zone, from its parent's servers where these can be asked."""
    return await reading(_delegation(services, str(domain)), "DNS", services.clock.now())


async def _delegation(services: Services, domain: str) -> Delegation:
    resolvers = services.dns.resolvers
    if not resolvers:
        raise FailureError(BLOCKED)
    zone = await zone_of(services, domain, timeout=3.0)
    if zone is None:
        zone = await zone_of(services, domain, timeout=3.0)
    parent: str | None
    if zone is None:
        parent, zone = await _unserved(services, domain)
    else:
        parent = await zone_of(services, zone.partition(".")[2] or ".", timeout=2.0) if zone else None
    names, glue = (await _referral(services, zone, parent)) if parent is not None else ((), {})
    from_parent = bool(names)
    if not names:
        names = _targets(await resolved(services, Question(zone, "NS"), 3.0), zone)
    servers, unaddressed = await _addressed(services, names, glue)
    if not servers:
        raise FailureError(BLOCKED)
    return Delegation(zone, servers, from_parent, unaddressed)


async def _unserved(services: Services, domain: str) -> tuple[str, str]:
    """The deepest zone above the domain that the resolver can speak for, and the name below it for which it cannot.

    Raises:
        FailureError: it speaks for nothing, or for everything: it is not the zone's servers that keep silent.
    """
    labels, known = domain.split("."), None
    for depth in range(1, len(labels) + 1):
        name = ".".join(labels[-depth:])
        found = await zone_of(services, name, timeout=2.0)
        if found is None and known is not None:
            return known, name
        if found is None:
            break
        known = found
    raise FailureError(BLOCKED)


async def _referral(services: Services, zone: str, parent: str) -> tuple[tuple[str, ...], dict[str, tuple[str, ...]]]:
    """What two of the parent's servers say of the zone: name server names and glue."""
    reply = await resolved(services, Question(parent or ".", "NS"), 2.0)
    parents, _ = await _addressed(services, _targets(reply, parent), {}, limit=2)
    replies = await asyncio.gather(*(_twice(services, server, Question(zone, "NS")) for server in parents[:2]))
    for reply in replies:
        if isinstance(reply, Answer):
            rows = [row for row in (*reply.authority, *reply.rows) if row.type == "NS" and row.name == zone]
            if rows:
                names = tuple(dict.fromkeys(row.value for row in rows))
                glue: dict[str, tuple[str, ...]] = {}
                for row in reply.additional:
                    if row.type in ("A", "AAAA") and row.name in names:
                        glue[row.name] = (*glue.get(row.name, ()), row.value)
                return names, glue
    return (), {}


def _targets(reply: Answer | Silence, zone: str) -> tuple[str, ...]:
    rows: Iterable[Row] = reply.rows if isinstance(reply, Answer) else ()
    return tuple(dict.fromkeys(row.value for row in rows if row.type == "NS" and row.name == zone))


async def _addressed(
    services: Services, names: tuple[str, ...], glue: dict[str, tuple[str, ...]], limit: int | None = None
) -> tuple[tuple[Server, ...], tuple[str, ...]]:
    """Every address of every name: the glue, else what the resolver says."""
    wanted = names[:limit] if limit else names
    found = await asyncio.gather(*(_addresses(services, name, glue.get(name, ())) for name in wanted))
    servers = tuple(
        Server(name, address, services.dns.port) for name, addresses in zip(wanted, found, strict=True) for address in addresses
    )
    return servers, tuple(name for name, addresses in zip(wanted, found, strict=True) if not addresses)


async def _addresses(services: Services, name: str, glued: tuple[str, ...]) -> tuple[str, ...]:
    if glued:
        return glued
    replies = await asyncio.gather(*(resolved(services, Question(name, rtype), 2.0) for rtype in ("A", "AAAA")))
    return tuple(row.value for reply in replies if isinstance(reply, Answer) for row in reply.rows if row.type in ("A", "AAAA"))


async def sweep_zone(
    services: Services,
    delegation: Delegation,
    domain: DomainName,
    records: tuple[Record, ...],
    previous_tokens: tuple[str, ...] = (),
) -> Reading[Sweep]:
    """Ask every server for every record, follow referrals, then ask what follows from the answers.

    For a record that no server has: where it may have landed. For a DKIM CNAME that is there: TXT through it.
    """
    at = services.clock.now()
    zone = delegation.zone
    ours = [record for record in records if within(record.name, zone)]
    first = [Question(zone, "SOA"), Question(zone, "NS"), Question(str(domain), "CNAME")]
    first += [Question(str(domain), "TXT")] if any(record.purpose == "mail-from-spf" for record in ours) else []
    first += [Question(record.name, record.type) for record in ours]
    sweep = Sweep(await _ask_all(services, delegation.servers, list(dict.fromkeys(first))))
    if not any(isinstance(one.reply, Answer) for one in sweep.asked):
        return Unseen(await _why_silent(services, delegation), "the zone's name servers", at)
    sweep = sweep.plus(await _follow(services, sweep, ours, zone))
    near: list[Question] = []
    for record in ours:
        if right(record, sweep):
            near += [Question(record.name, "TXT")] if record.purpose == "dkim" and record.type == "CNAME" else []
        elif told(record, sweep):
            near += misses.questions(record, str(domain), zone, previous_tokens)
    answering = tuple(
        server
        for server in delegation.servers
        if any(isinstance(one.reply, Answer) and one.server == server for one in sweep.asked)
    )
    if near:
        sweep = sweep.plus(await _ask_all(services, answering, list(dict.fromkeys(near))))
    return Seen(sweep, "the zone's name servers", at)


async def _why_silent(services: Services, delegation: Delegation) -> Failure:
    """No server of the zone answered: is it them, or does this network let no question out?"""
    # About this zone a resolver would wait for the same silent servers.
    question = Question(delegation.zone.partition(".")[2] or ".", "SOA")
    public = services.dns.resolvers[1:]
    replies = await asyncio.gather(*(services.dns.ask(one, question, recursive=True, timeout=SWEEP_TIMEOUT) for one in public))
    if not any(isinstance(reply, Answer) for reply in replies):
        return BLOCKED
    return Failure(
        "dns.silent",
        f"Could not look: none of the {len(delegation.servers)} name servers of {delegation.zone} answers.",
        remedy="That says nothing about your records. Ask your DNS host, or look again.",
        retry=True,
    )


async def _follow(services: Services, sweep: Sweep, records: list[Record], zone: str) -> tuple[Asked, ...]:
    """Ask the servers of sub-zones that a server of ours refers to, for the records that lie there."""
    found: list[Asked] = []
    for record in records:
        referring = [answer for _, answer in sweep.answers(record.name, record.type) if answer.referral(record.name)]
        if not referring or referring[0].referral(record.name) == zone:
            continue
        cut = referring[0].referral(record.name)
        names = tuple(dict.fromkeys(row.value for row in referring[0].authority if row.type == "NS" and row.name == cut))
        glue = {
            name: tuple(row.value for row in referring[0].additional if row.name == name and row.type in ("A", "AAAA"))
            for name in names
        }
        servers, _ = await _addressed(services, names, glue)
        found += await _ask_all(services, servers, [Question(record.name, record.type)])
    return tuple(found)


async def _ask_all(services: Services, servers: tuple[Server, ...], questions: list[Question]) -> tuple[Asked, ...]:
    """Every question to every server at once; a server that keeps silent costs one time-out, not one a question."""

    async def one(server: Server, question: Question) -> Asked:
        return Asked(server, question, await _twice(services, server, question))

    return tuple(await asyncio.gather(*(one(server, question) for server in servers for question in questions)))


async def _twice(services: Services, server: Server, question: Question) -> Answer | Silence:
    reply = await services.dns.ask(server, question, timeout=SWEEP_TIMEOUT)
    if isinstance(reply, Silence) and reply.reason == "timeout":
        reply = await services.dns.ask(server, question, timeout=SWEEP_TIMEOUT)
    return reply

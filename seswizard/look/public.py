"""Ask the resolvers, but only for records that every server of the zone has: asking early plants "no such name"."""

import asyncio

from seswizard.core.answers import Answer, Asked, Question, Server, Sweep
from seswizard.core.cells import everywhere
from seswizard.core.reading import Reading, Seen
from seswizard.core.records import Record
from seswizard.ports import Services

_TIMEOUT = 0.8


async def ask_resolvers(services: Services, zone: str, records: tuple[Record, ...], sweep: Sweep) -> Reading[Sweep]:
    """What each resolver answers about the records that are out, and the system's resolver about the zone itself."""
    at = services.clock.now()
    out = [Question(record.name, record.type) for record in records if everywhere(record, sweep)]
    resolvers = services.dns.resolvers
    asked = [(resolvers[0], Question(zone, "SOA"))] if resolvers else []
    asked += [(resolver, question) for resolver in resolvers for question in dict.fromkeys(out)]
    found = await asyncio.gather(*(_ask(services, resolver, question) for resolver, question in asked))
    return Seen(Sweep(tuple(one for pair in found for one in pair)), "resolvers", at)


async def _ask(services: Services, resolver: Server, question: Question) -> tuple[Asked, ...]:
    """One question; a SERVFAIL is followed by the same with DNSSEC checking disabled."""
    reply = await services.dns.ask(resolver, question, recursive=True, timeout=_TIMEOUT)
    first = Asked(resolver, question, reply)
    if not isinstance(reply, Answer) or reply.status != "SERVFAIL":
        return (first,)
    again = await services.dns.ask(resolver, question, recursive=True, timeout=_TIMEOUT, checking_disabled=True)
    return first, Asked(resolver, question, again, checking_disabled=True)

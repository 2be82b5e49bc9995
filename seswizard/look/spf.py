"""Count what evaluating MAIL FROM's SPF record costs, by asking for every record that it includes."""

import asyncio

from seswizard.core.answers import Answer, Question, Sweep
from seswizard.core.reading import Reading, Seen
from seswizard.core.records import Record
from seswizard.core.spf import MOST_TERMS, SpfCount, count, is_spf, terms
from seswizard.look.asking import PATIENCE
from seswizard.look.resolving import resolved, usable
from seswizard.ports import Services

_WHOLE = 4 * MOST_TERMS
"""Records after which nothing more is asked: that is far too many already."""


async def count_spf(services: Services, record: Record, sweep: Sweep) -> Reading[SpfCount] | None:
    """The cost of the record at the MAIL FROM name; None where there is not exactly one, or nobody can be asked."""
    at = services.clock.now()
    texts = {
        row.value: server.shown
        for server, answer in sweep.answers(record.name, "TXT")
        for row in answer.of(record.name, "TXT")
        if is_spf(row.value)
    }
    own = tuple(texts)
    if len(own) != 1 or not services.dns.resolvers:
        return None
    records: dict[str, tuple[str, ...]] = {record.name: own}
    waiting = _nested(own[0])
    while waiting and len(records) < _WHOLE:
        found = await asyncio.gather(*(_ask(services, name) for name in waiting))
        if any(one is None for one in found):
            return None
        fresh = {name: one or () for name, one in zip(waiting, found, strict=True)}
        records |= fresh
        nested = {name for one in fresh.values() if one for name in _nested(one[0])}
        waiting = sorted(nested - set(records))
    return Seen(count(record.name, records), texts[own[0]], at)


def _nested(record: str) -> list[str]:
    return sorted({nested for term in terms(record) if (nested := term.nested)})


async def _ask(services: Services, name: str) -> tuple[str, ...] | None:
    """The SPF records at a name, as a resolver sees them; None if none answers."""
    reply = await resolved(services, Question(name, "TXT"), PATIENCE)
    if not isinstance(reply, Answer) or not usable(reply):
        return None
    return tuple(row.value for row in reply.through("TXT") if is_spf(row.value))

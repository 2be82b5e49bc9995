"""What DNS publishes about the domains of one mail: the DMARC policy of its From, and which domains belong together.

A receiver asks its resolver, and so is it done here.
"""

import asyncio
from collections.abc import Iterable
from contextlib import suppress

from seswizard.core import dmarc
from seswizard.core.answers import Answer, Question
from seswizard.core.headers.alignment import Published
from seswizard.core.headers.organisation import organisational_domain
from seswizard.core.names import BadNameError, DomainName, within
from seswizard.core.reading import Reading, Seen, Unseen
from seswizard.look.zone import BLOCKED
from seswizard.ports import Services

_MOST = 8
"""Domains of one mail that are looked up; it may name any number."""


async def look_published(services: Services, author: str, others: Iterable[str]) -> Reading[Published]:
    """The policy of the From's domain, and the organisational domains of it and of what lies within the same one."""
    at = services.clock.now()
    try:
        domain = DomainName.parse(author)
    except BadNameError:
        return Seen(Published(None, ()), "DNS", at)
    texts = await _walk(services, domain)
    if texts is None:
        return Unseen(BLOCKED, "DNS", at)
    organisation = organisational_domain(domain, texts)
    found = {author: organisation}
    # Only what lies within the From's organisation can align, so nothing else is asked about.
    for one in _within(organisation, others, author):
        more = await _walk(services, one)
        if more is None:
            return Unseen(BLOCKED, "DNS", at)
        found[str(one)] = organisational_domain(one, more)
    return Seen(Published(dmarc.find(domain, texts).policy, tuple(found.items())), "DNS", at)


def _within(organisation: str, names: Iterable[str], author: str) -> list[DomainName]:
    found: list[DomainName] = []
    for name in dict.fromkeys(names):
        if name != author and within(name, organisation) and len(found) < _MOST:
            with suppress(BadNameError):
                found.append(DomainName.parse(name))
    return found


async def _walk(services: Services, domain: DomainName) -> dict[str, tuple[str, ...]] | None:
    """The TXT values at every name of the walk; None if one of them could not be asked."""
    names = dmarc.walk_names(domain)
    answers = await asyncio.gather(*(_texts(services, name) for name in names))
    return {name: texts for name, texts in zip(names, answers, strict=True) if texts is not None} if None not in answers else None


async def _texts(services: Services, name: str) -> tuple[str, ...] | None:
    question = Question(name, "TXT")
    for resolver in services.dns.resolvers:
        reply = await services.dns.ask(resolver, question, recursive=True, timeout=2.0)
        if isinstance(reply, Answer) and reply.status in ("NOERROR", "NXDOMAIN"):
            return tuple(row.value for row in reply.through("TXT"))
    if services.dns.doh:
        reply = await services.dns.ask_doh(question)
        if isinstance(reply, Answer) and reply.status in ("NOERROR", "NXDOMAIN"):
            return tuple(row.value for row in reply.through("TXT"))
    return None

"""Find the DMARC policy: the walk of RFC 9989, asked of the domain's own servers wherever the name lies in its zone."""

import asyncio

from seswizard.core import dmarc
from seswizard.core.answers import Answer, Delegation, Question
from seswizard.core.names import DomainName, within
from seswizard.core.reading import Reading, Seen, Unseen
from seswizard.look.zone import BLOCKED
from seswizard.ports import Services


async def find_dmarc(services: Services, domain: DomainName, delegation: Delegation) -> Reading[dmarc.DmarcFound]:
    """The policy that applies to the domain; unseen when a name that may hold it could not be asked anywhere."""
    at = services.clock.now()
    names = dmarc.walk_names(domain)
    replies = await asyncio.gather(*(_texts(services, name, delegation) for name in names))
    found = dmarc.find(domain, {name: reply or () for name, reply in zip(names, replies, strict=True)})
    if replies[0] is None or (found.policy is None and None in replies):
        return Unseen(BLOCKED, "DNS", at)
    return Seen(found, "DNS", at)


async def find_dmarc_by_https(services: Services, domain: DomainName) -> Reading[dmarc.DmarcFound]:
    """The same where this network lets no DNS question out."""
    at = services.clock.now()
    names = dmarc.walk_names(domain)
    replies = await asyncio.gather(*(services.dns.ask_doh(Question(name, "TXT")) for name in names))
    texts: dict[str, tuple[str, ...]] = {}
    for name, reply in zip(names, replies, strict=True):
        if not isinstance(reply, Answer) or reply.status not in ("NOERROR", "NXDOMAIN"):
            return Unseen(BLOCKED, "DNS over HTTPS", at)
        texts[name] = tuple(row.value for row in reply.through("TXT"))
    return Seen(dmarc.find(domain, texts), "DNS over HTTPS", at)


async def _texts(services: Services, name: str, delegation: Delegation) -> tuple[str, ...] | None:
    """The TXT values at a name; None if nobody answered. An alias or a sub-zone is followed by the resolver."""
    if not within(name, delegation.zone):
        return await _resolved(services, name)
    for server in delegation.servers:
        reply = await services.dns.ask(server, Question(name, "TXT"), timeout=0.8)
        if not isinstance(reply, Answer) or reply.status not in ("NOERROR", "NXDOMAIN"):
            continue
        if reply.referral(name) not in (None, delegation.zone):
            return await _resolved(services, name)
        texts = reply.through("TXT")
        if reply.authoritative and not texts and (alias := reply.of(name, "CNAME")):
            return await _resolved(services, alias[0].value)
        if reply.authoritative:
            return tuple(row.value for row in texts)
    return None


async def _resolved(services: Services, name: str) -> tuple[str, ...] | None:
    for resolver in services.dns.resolvers:
        reply = await services.dns.ask(resolver, Question(name, "TXT"), recursive=True, timeout=2.0)
        if isinstance(reply, Answer) and reply.status in ("NOERROR", "NXDOMAIN"):
            return tuple(row.value for row in reply.through("TXT"))
    return None

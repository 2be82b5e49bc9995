"""Find the DMARC policy: the walk of RFC 9989, asked of the domain's own servers wherever the name lies in its zone."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass

from seswizard.core import dmarc
from seswizard.core.answers import Answer, Delegation, Question
from seswizard.core.names import DomainName, within
from seswizard.core.reading import Reading, Seen, Unseen
from seswizard.look.asking import Asking, to_servers
from seswizard.look.resolving import resolved_by, usable
from seswizard.look.zone import why_unheard
from seswizard.ports import Services

POLICY = "the DMARC policy"
"""What is unseen where it could not be asked for."""


async def find_dmarc(
    services: Services, domain: DomainName, delegation: Delegation, asking: Asking | None = None
) -> Reading[dmarc.DmarcFound]:
    """The policy that applies to the domain; unseen when a name that may hold it could not be asked anywhere.

    What `asking` has asked the zone's servers already is not asked again.
    """
    if asking is None:
        with to_servers(services) as asking_alone:
            return await find_dmarc(services, domain, delegation, asking_alone)
    at, names = services.clock.now(), dmarc.walk_names(domain)
    asking.ask(delegation.servers, [Question(name, "TXT") for name in names if within(name, delegation.zone)])
    above = [asyncio.ensure_future(_texts(services, name, delegation, asking)) for name in names[1:]]
    try:
        told = {names[0]: await _texts(services, names[0], delegation, asking)}
        found = dmarc.find(domain, _values(told))
        if found.policy is None:
            told |= zip(names[1:], await asyncio.gather(*above), strict=True)
            found = dmarc.find(domain, _values(told))
            if told[names[0]] is None or (found.policy is None and None in told.values()):
                return Unseen(why_unheard(one.reply for one in asking.heard.asked), "DNS", at).of(POLICY)
    finally:
        for one in above:
            one.cancel()
    spoke = told[found.policy.at if found.policy and not found.duplicates else names[0]]
    return Seen(found, spoke.source if spoke else "DNS", at)


def _values(told: Mapping[str, "_Texts | None"]) -> dict[str, tuple[str, ...]]:
    return {name: one.values if one else () for name, one in told.items()}


async def find_dmarc_by_https(services: Services, domain: DomainName) -> Reading[dmarc.DmarcFound]:
    """The same where this network lets no DNS question out."""
    at = services.clock.now()
    names = dmarc.walk_names(domain)
    replies = await asyncio.gather(*(services.dns.ask_doh(Question(name, "TXT")) for name in names))
    texts: dict[str, tuple[str, ...]] = {}
    for name, reply in zip(names, replies, strict=True):
        if not isinstance(reply, Answer) or reply.status not in ("NOERROR", "NXDOMAIN"):
            return Unseen(why_unheard((reply,)), "DNS over HTTPS", at).of(POLICY)
        texts[name] = tuple(row.value for row in reply.through("TXT"))
    return Seen(dmarc.find(domain, texts), "DNS over HTTPS", at)


@dataclass(frozen=True, slots=True)
class _Texts:
    """The TXT values at a name, and who told them."""

    values: tuple[str, ...]
    source: str


async def _texts(services: Services, name: str, delegation: Delegation, asking: Asking) -> _Texts | None:
    """The TXT values at a name; None if nobody answered. An alias or a sub-zone is followed by the resolver."""
    if not within(name, delegation.zone):
        return await _resolved(services, name)
    for wait in (asking.enough, asking.whole):
        for server, answer in (await wait()).answers(name, "TXT"):
            if answer.status not in ("NOERROR", "NXDOMAIN"):
                continue
            if answer.referral(name) not in (None, delegation.zone):
                return await _resolved(services, name)
            texts = answer.through("TXT")
            if answer.authoritative and not texts and (alias := answer.of(name, "CNAME")):
                return await _resolved(services, alias[0].value)
            if answer.authoritative:
                return _Texts(tuple(row.value for row in texts), server.shown)
    return None


async def _resolved(services: Services, name: str) -> _Texts | None:
    """What a resolver says; None where none says anything."""
    said = await resolved_by(services, Question(name, "TXT"), 1.0)
    if not isinstance(said.reply, Answer) or not usable(said.reply):
        return None
    return _Texts(tuple(row.value for row in said.reply.through("TXT")), said.server.shown)

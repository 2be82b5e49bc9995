"""Is a MAIL FROM name free? Asked of the zone's own servers only, so that no resolver learns "no such name"."""

import asyncio

from seswizard.core.answers import Answer, Delegation, Question, Row
from seswizard.core.failure import FailureError
from seswizard.core.names import DomainName
from seswizard.core.records import mail_from_proposal
from seswizard.ports import Services

PROPOSALS: tuple[str, ...] = ("bounce", "bounces", "ses-bounce")
"""The labels proposed, in order; `mail` is never among them, for it is most often in use."""


async def rows_at(services: Services, delegation: Delegation, name: str) -> tuple[Row, ...] | None:
    """What stands at a name: its CNAME, A, AAAA, MX and TXT; None if no server answered."""
    questions = [Question(name, rtype) for rtype in ("CNAME", "A", "AAAA", "MX", "TXT")]
    for server in delegation.servers:
        replies = await asyncio.gather(*(services.dns.ask(server, one, timeout=0.8) for one in questions))
        answers = [reply for reply in replies if isinstance(reply, Answer) and reply.authoritative]
        if answers:
            return tuple(dict.fromkeys(row for answer in answers for row in answer.rows if row.name == name))
    return None


async def propose_mail_from(services: Services, domain: DomainName, delegation: Delegation) -> str:
    """The first proposed MAIL FROM name that nothing stands at; the first one if nobody answered."""
    try:
        remembered = await services.state.choices()
    except FailureError:
        remembered = ()
    elsewhere = any(one.name == str(domain) and one.region != services.region for one in remembered)
    first = mail_from_proposal(domain, services.region, second_region=elsewhere)
    label = first.partition(".")[0]
    for name in (first, *(f"{other}{label.removeprefix('bounce')}.{domain}" for other in PROPOSALS[1:])):
        if not await rows_at(services, delegation, name):
            return name
    return first

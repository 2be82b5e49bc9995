"""Everything that DNS says of the expected records: at the zone's servers, at the resolvers, and what it leads on to."""

import asyncio
from collections.abc import Callable
from dataclasses import replace

from seswizard.core.answers import Answer, Asked, Delegation, Question, Reply, Server, Sweep
from seswizard.core.dmarc import DmarcFound, ReportPlace, parse, permission_name, report_domains
from seswizard.core.facts import Facts
from seswizard.core.failure import Failure
from seswizard.core.names import within
from seswizard.core.reading import Reading, Seen, Unseen
from seswizard.core.records import Record
from seswizard.core.spf import SpfCount
from seswizard.look.asking import PATIENCE, Asking
from seswizard.look.dmarc import POLICY, find_dmarc, find_dmarc_by_https
from seswizard.look.near import IN_TURN
from seswizard.look.public import Public
from seswizard.look.resolving import resolved_by, usable
from seswizard.look.spf import count_spf
from seswizard.look.sweeping import Sweeping
from seswizard.ports import Services

DOH = Server("DNS over HTTPS", "DNS over HTTPS", 443)
"""What stands in for the zone's servers where this network lets no DNS question out."""

RECORDS = "the records"
"""What is unseen where no server could be asked."""

UNSERVED = Failure("dns.lame", "Could not look: no delegated server serves the zone.", POLICY, retry=True)

Expect = Callable[[Facts], Facts]
"""The facts with the records that are expected, as far as these facts tell."""


def without_delegation(facts: Facts, cause: Unseen) -> Facts:
    """The facts where nobody told which servers the zone has, so that nothing could be asked there."""
    return replace(facts, delegation=cause, sweep=cause.of(RECORDS), dmarc=cause.of(POLICY), public=None, spf=None, reports=None)


async def look_at_dns(services: Services, facts: Facts, expect: Expect = lambda facts: facts) -> Facts:
    """The facts with a fresh look at the DMARC policy and the records; the delegation was looked at before.

    `expect` gives the facts the records that follow from the policy. The resolvers are asked as soon as the servers that
    answer agree, while those that keep silent are still waited for.
    """
    delegation = facts.delegation
    if not isinstance(delegation, Seen):
        return facts
    zone = delegation.value
    facts = expect(facts)
    last = facts.sweep
    before = last.value if isinstance(last, Seen) and facts.at - last.at <= IN_TURN else None
    sweeping = Sweeping(services, zone, str(facts.domain), facts.previous_tokens, before)
    asked = Public(services, zone.zone)
    with sweeping.asking, asked.asking:
        sweeping.begin(facts.records)
        facts = expect(replace(facts, dmarc=await find_dmarc(services, facts.domain, zone, sweeping.asking)))
        sweeping.begin(facts.records)
        asked.ask(facts.records, await sweeping.asking.enough())
        swept, spf, reports = await asyncio.gather(
            sweeping.finish(facts.records), _spf(services, facts.records, sweeping.asking), _reports(services, facts)
        )
        if isinstance(swept, Unseen):
            return await _instead(services, facts, zone, swept)
        if isinstance(facts.dmarc, Unseen) and not _served(zone.zone, swept.value):
            facts = replace(facts, dmarc=replace(facts.dmarc, failure=UNSERVED))
        asked.ask(facts.records, swept.value)
        public = Seen(await asked.asking.whole(), "resolvers", services.clock.now())
    return replace(facts, sweep=swept, public=public, spf=spf, reports=reports)


async def _instead(services: Services, facts: Facts, zone: Delegation, silent: Unseen) -> Facts:
    """No server answered: what HTTPS tells where the network is at fault, else one cause for all that was not seen."""
    facts = replace(facts, public=None, spf=None, reports=None)
    blocked = silent.failure.kind == "dns.blocked" and services.dns.doh
    over = await by_https(services, facts, zone) if blocked else None
    unseen = isinstance(facts.dmarc, Unseen)
    if over is None:
        return replace(facts, sweep=silent.of(RECORDS), dmarc=silent.of(POLICY) if unseen else facts.dmarc)
    return replace(facts, sweep=over, dmarc=await find_dmarc_by_https(services, facts.domain) if unseen else facts.dmarc)


def _served(zone: str, sweep: Sweep) -> bool:
    return any(one.authoritative and one.status == "NOERROR" for _, one in sweep.answers(zone, "SOA"))


async def by_https(services: Services, facts: Facts, delegation: Delegation) -> Seen[Sweep] | None:
    """The records as DNS over HTTPS gives them; None where that is shut as well."""
    at = services.clock.now()
    wanted = [Question(one.name, one.type) for one in facts.records if within(one.name, delegation.zone)]
    questions = list(dict.fromkeys([Question(delegation.zone, "SOA"), *wanted]))
    first = await services.dns.ask_doh(questions[0])
    if not isinstance(first, Answer):
        return None
    rest = await asyncio.gather(*(services.dns.ask_doh(question) for question in questions[1:]))
    asked = zip(questions, (first, *rest), strict=True)
    return Seen(Sweep(tuple(Asked(DOH, question, _as_told(reply)) for question, reply in asked)), "DNS over HTTPS", at)


def _as_told(reply: Reply) -> Reply:
    """Counted like a server of the zone: there is no better one to be had here."""
    return replace(reply, authoritative=True) if isinstance(reply, Answer) else reply


async def _spf(services: Services, records: tuple[Record, ...], asking: Asking) -> Reading[SpfCount] | None:
    """What evaluating MAIL FROM's SPF record costs, counted as soon as some server has told the record."""
    record = next((one for one in records if one.purpose == "mail-from-spf"), None)
    if record is None:
        return None
    sweep = await asking.enough()
    if not sweep.answers(record.name, record.type):
        sweep = await asking.whole()
    return await count_spf(services, record, sweep)


async def _reports(services: Services, facts: Facts) -> Reading[tuple[ReportPlace, ...]] | None:
    """Whether the foreign places of the DMARC policy's `rua` permit its reports; unasked where nobody answers."""
    found: DmarcFound | None = facts.dmarc.value if isinstance(facts.dmarc, Seen) else None
    policy = found.policy if found else None
    if policy is None or not (domains := report_domains(policy)) or not services.dns.resolvers:
        return None
    names = [permission_name(policy, domain) for domain in domains]
    asked = await asyncio.gather(*(resolved_by(services, Question(name, "TXT"), PATIENCE) for name in names))
    places = []
    for domain, name, reply in zip(domains, names, (one.reply for one in asked), strict=True):
        if not isinstance(reply, Answer) or not usable(reply):
            return None
        places.append(ReportPlace(domain, any(parse(name, row.value) for row in reply.through("TXT"))))
    return Seen(tuple(places), ", ".join(dict.fromkeys(one.server.shown for one in asked)), services.clock.now())

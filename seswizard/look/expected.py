"""Look at DNS only, against records that a file expects."""

from dataclasses import replace

from seswizard.core.facts import Facts
from seswizard.core.names import DomainName
from seswizard.core.reading import Unseen
from seswizard.exports.records.document import RecordsDocument
from seswizard.look.truths import look_at_dns, without_delegation
from seswizard.look.zone import delegation_of
from seswizard.ports import Services


async def look_expected(services: Services, document: RecordsDocument) -> Facts:
    """The facts that DNS alone gives about a records document. Never raises `FailureError`."""
    domain = DomainName.parse(document.domain)
    facts = Facts(
        domain,
        document.region,
        services.clock.now(),
        records=document.records,
        previous_tokens=document.previous_tokens,
    )
    return await with_dns(services, facts)


async def with_dns(services: Services, facts: Facts) -> Facts:
    """The facts with a fresh look at delegation, DMARC and the records."""
    delegation = await delegation_of(services, facts.domain)
    if isinstance(delegation, Unseen):
        return without_delegation(facts, delegation)
    return await look_at_dns(services, replace(facts, delegation=delegation))

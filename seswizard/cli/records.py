"""`records`: what SES asks to be published, in the format that is wanted."""

import asyncio

import click

from seswizard.cli.ending import Ended, say
from seswizard.cli.options import DOMAIN, aws_options, run_async, services_for, warn_overrides
from seswizard.cli.pasting import pasted
from seswizard.core.dmarc import DmarcFound
from seswizard.core.failure import FailureError
from seswizard.core.names import DomainName
from seswizard.core.quoting import our_command
from seswizard.core.reading import Seen, reading
from seswizard.core.records import required_records
from seswizard.exports.records import EXPORTERS, RecordsDocument
from seswizard.exports.records.document import BadDocumentError, from_dict
from seswizard.look.dmarc import find_dmarc
from seswizard.look.previous import previous_tokens
from seswizard.look.zone import delegation_of
from seswizard.ports import Services

DNS_SECONDS = 1.0
"""What the zone and the DMARC policy may cost; SES's answer does not wait for them longer."""


@click.command("records", short_help="The DNS records that SES asks for.")
@click.argument("domain", type=DOMAIN)
@click.option("--format", "form", type=click.Choice(list(EXPORTERS)), default="text", show_default=True)
@click.option("-o", "--output", metavar="FILE", help="Write to FILE instead of stdout.")
@click.option("--offline", is_flag=True, help="No network: the copy of the last look.")
@aws_options
def command(
    domain: DomainName,
    form: str,
    output: str | None,
    offline: bool,
    profile: str | None,
    region: str | None,
    debug: str | None,
) -> None:
    """Print the DNS records that DOMAIN needs, built from what SES says now."""
    if offline:
        from seswizard.cli.options import dns_services

        services = dns_services(debug)
        document = run_async(kept(services, domain, region))
    else:
        services = services_for(profile, region, debug)
        warn_overrides(services)
        document = run_async(present(services, domain))
    text = EXPORTERS[form](document)
    if output:
        run_async(services.files.write(output, text))
        say(f"Written to {output}.")
    else:
        click.echo(text, nl=False)


async def kept(services: Services, domain: DomainName, region: str | None) -> RecordsDocument:
    """The copy of the last look.

    Raises:
        Ended: there is none that can be read (exit 3).
    """
    copy = await services.state.records_copy(str(domain), region)
    try:
        if copy is not None:
            return from_dict(copy)
        say(f"No records of {domain} were seen here before; look once without --offline.")
    except BadDocumentError:
        say(f"What was remembered of {domain}'s records is damaged; look once without --offline.")
    raise Ended(3)


async def present(services: Services, domain: DomainName) -> RecordsDocument:
    """What SES and DNS say now.

    Raises:
        Ended: SES does not know the domain (exit 1).
        FailureError: SES could not be asked.
    """
    at = services.clock.now()
    identity, (zone, found), previous = await asyncio.gather(
        services.ses.identity(str(domain)),
        _dns(services, domain),
        reading(previous_tokens(services, str(domain), services.region), "journal", at),
    )
    if identity is None:
        say(pasted(f"SES in {services.region} does not know {domain}. Make it known with: {our_command('setup', domain)}"))
        raise Ended(1)
    records = required_records(identity, services.region, found)
    known = previous.value if isinstance(previous, Seen) else ()
    tokens = tuple(token for token in known if token not in identity.dkim.tokens)
    document = RecordsDocument(str(domain), services.region, records, zone, services.clock.now(), tokens)
    try:
        await services.state.save_records_copy(str(domain), services.region, document.as_dict())
    except FailureError as error:
        say(error.failure.title)
    return document


async def _dns(services: Services, domain: DomainName) -> tuple[str | None, DmarcFound | None]:
    zone: str | None = None
    found: DmarcFound | None = None
    try:
        async with asyncio.timeout(DNS_SECONDS):
            delegation = await delegation_of(services, domain)
            if isinstance(delegation, Seen):
                zone = delegation.value.zone
                dmarc = await find_dmarc(services, domain, delegation.value)
                found = dmarc.value if isinstance(dmarc, Seen) else None
    except TimeoutError:
        pass
    if found is None:
        say("There was no time to ask DNS to the end; whether a DMARC policy exists is not known.")
    return zone, found

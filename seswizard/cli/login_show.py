"""`login show`: hand the kept login to the program that needs it."""

import json
import os

import click

from seswizard.actions.kept import held, no_login
from seswizard.cli.ending import Ended, say
from seswizard.cli.login import tell
from seswizard.cli.options import NAME, aws_options, dns_services, run_async, services_for
from seswizard.cli.pasting import pasted
from seswizard.core.failure import BadInputError
from seswizard.core.keep import KeepChoice
from seswizard.core.login import PORTS, Login, smtp_host
from seswizard.core.names import IdentityName, domain_of
from seswizard.core.quoting import our_command
from seswizard.core.remembered import DomainChoices
from seswizard.ports import Services


@click.command("show", short_help="Its user name; with --reveal its password.")
@click.argument("name", type=NAME, metavar="DOMAIN")
@click.option("--reveal", is_flag=True, help="Print the password, and nothing else.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@aws_options
def command(name: IdentityName, reveal: bool, form: str, profile: str | None, region: str | None, debug: str | None) -> None:
    """Print the SMTP user name; asks AWS only if AWS keeps it. For `passwordeval`: seswizard login show DOMAIN --reveal."""
    if reveal and form == "json":
        raise click.UsageError("--reveal prints the password alone, and JSON never holds it: it goes without --format json.")
    services, domain = dns_services(debug), str(domain_of(name))
    known = run_async(services.state.choices())
    choices = _choices(known, str(name), domain, region)
    choice = KeepChoice.of(choices)
    if choice.kind in ("secretsmanager", "ssm"):
        services = services_for(profile, choices.region, debug)
    login = run_async(_read(services, known, choices, domain))
    if form == "json":
        about = {
            "schema": 1,
            "domain": domain,
            "region": choices.region,
            "username": login.username,
            "host": smtp_host(choices.region),
            "ports": [port for port, _ in PORTS],
            "keep": choice.text,
        }
        click.echo(json.dumps(about))
    else:
        click.echo(login.password.reveal() if reveal else login.username)


def _choices(known: tuple[DomainChoices, ...], name: str, domain: str, region: str | None) -> DomainChoices:
    """Whose login is meant: of this region, or of the only one in which a login is kept.

    Raises:
        BadInputError: logins are kept for several regions.
        Ended: none is.
    """
    found = [one for one in known if one.name in (name, domain) and one.login_keep and region in (None, one.region)]
    regions = sorted({one.region for one in found})
    if len(regions) > 1:
        raise BadInputError(f"Logins of {domain} are kept for {', '.join(regions)}; say which with --region.")
    if found:
        return next((one for one in found if one.name == name), found[0])
    where = region or os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION")
    if not where:
        raise _none(domain, "")
    return DomainChoices(name, where)


async def _read(services: Services, known: tuple[DomainChoices, ...], choices: DomainChoices, domain: str) -> Login:
    if KeepChoice.of(choices).kind == "show":
        raise Ended(tell(no_login(services, choices, domain, choices.region)))
    login = await held(services, known, choices, domain)
    if login is None:
        raise _none(domain, f" in {choices.region}")
    return login


def _none(domain: str, where: str) -> Ended:
    say(pasted(f"No login is kept for {domain}{where} (login.none). Make one with: {our_command('login create', domain)}"))
    return Ended(1)

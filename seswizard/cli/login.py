"""`login`: make the SMTP login, prove it, and hand it to the program that needs it."""

import json
import os

import click

from seswizard.actions.kept import kept_login
from seswizard.actions.login import prepare_login
from seswizard.actions.prove_login import Attempt, prove_login
from seswizard.cli.consent import apply, ask, exit_of
from seswizard.cli.ending import Ended, say
from seswizard.cli.options import NAME, aws_options, consent_options, dns_services, run_async, services_for, warn_overrides
from seswizard.core.conversation import Line
from seswizard.core.failure import BadInputError, Failure
from seswizard.core.keep import KeepChoice
from seswizard.core.login import PORTS, Login, smtp_host
from seswizard.core.names import IdentityName, domain_of
from seswizard.core.text import duration
from seswizard.ports import Services


@click.group("login", short_help="The SMTP login: create, test, show.")
def command() -> None:
    """The SMTP login of a domain: an IAM user that may send as it, and the password in your keyring."""


@command.command("create")
@click.argument("name", type=NAME, metavar="DOMAIN")
@consent_options
@aws_options
def create(
    name: IdentityName,
    yes: bool,
    dry_run: bool,
    profile: str | None,
    region: str | None,
    debug: str | None,
) -> None:
    """Make the login: user, policy, key; the password goes into the keyring and is read back."""
    services = services_for(profile, region, debug)
    warn_overrides(services)
    raise Ended(run_async(_create(services, name, yes=yes, dry_run=dry_run)))


async def _create(services: Services, name: IdentityName, *, yes: bool, dry_run: bool) -> int:
    prepared = await prepare_login(services, name)
    if isinstance(prepared, Failure):
        return tell(prepared)
    if not prepared.plan.changes:
        say("The login is there already; seswizard login test proves it.")
        return 0
    if not ask(prepared.plan, yes=yes, dry_run=dry_run):
        say("Nothing was done.")
        return 0
    await apply(prepared)
    login = await kept_login(services, name)
    assert login is not None
    return await _prove(services, login, 587)


@command.command("test")
@click.argument("name", type=NAME, metavar="DOMAIN")
@click.option("--port", type=click.Choice([str(port) for port, _ in PORTS]), default="587", show_default=True)
@aws_options
def test(name: IdentityName, port: str, profile: str | None, region: str | None, debug: str | None) -> None:
    """Log in with the kept login."""
    services = services_for(profile, region, debug)
    warn_overrides(services)
    raise Ended(run_async(_test(services, name, int(port))))


async def _test(services: Services, name: IdentityName, port: int) -> int:
    login = await kept_login(services, name)
    if login is None:
        say(f"No login is kept for {domain_of(name)} in {services.region} (login.none).")
        return 1
    return await _prove(services, login, port, patience=0.0)


async def _prove(services: Services, login: Login, port: int, patience: float = 300.0) -> int:
    def hear(line: Line) -> None:
        say(f"{line.seconds:6.2f} {line.way} {line.text}")

    def tried(attempt: Attempt) -> None:
        if attempt.next_in is not None:
            say(f"{attempt.reply}; normal for a new key. Trying again in {duration(attempt.next_in)}.")

    proven = await prove_login(services, login, port=port, hear=hear, tried=tried, patience=patience)
    say(proven.title)
    if proven.failure:
        if proven.failure.remedy:
            say(proven.failure.remedy)
        return 3 if proven.failure.kind.startswith("ports.") and proven.conversation is None else 1
    return 0


@command.command("show")
@click.argument("name", type=NAME, metavar="DOMAIN")
@click.option("--reveal", is_flag=True, help="Print the password, and nothing else.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option("--region", metavar="REGION", help="Which one, if several are kept.")
def show(name: IdentityName, reveal: bool, form: str, region: str | None) -> None:
    """Print the SMTP user name; needs no AWS. For `passwordeval`: seswizard login show DOMAIN --reveal."""
    services = dns_services(None)
    domain = str(domain_of(name))
    where, login = run_async(_kept(services, str(name), domain, region))
    if form == "json":
        about = {
            "schema": 1,
            "domain": domain,
            "region": where,
            "username": login.username,
            "host": smtp_host(where),
            "ports": [port for port, _ in PORTS],
            "keep": "keyring",
        }
        click.echo(json.dumps(about))
    else:
        click.echo(login.password.reveal() if reveal else login.username)


async def _kept(services: Services, name: str, domain: str, region: str | None) -> tuple[str, Login]:
    if region:
        regions = [region]
    else:
        choices = await services.state.choices()
        regions = sorted({one.region for one in choices if one.name in (name, domain) and one.login_keep})
        if not regions:
            regions = [one for one in (os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION"),) if one]
    if len(regions) > 1:
        raise BadInputError(f"Logins of {domain} are kept for {', '.join(regions)}; say which with --region.")
    for one in regions:
        if login := await services.keeps.open(KeepChoice()).read(domain, one):
            return one, login
    where = f" in {region}" if region else ""
    say(f"No login is kept for {domain}{where} (login.none). Make one with: seswizard login create {domain}")
    raise Ended(1)


def tell(failure: Failure) -> int:
    """Say why nothing was done; the exit code."""
    say(f"{failure.title} ({failure.kind})")
    if failure.remedy:
        say(failure.remedy)
    if failure.command:
        say(f"  {failure.command}")
    return exit_of(failure.kind)

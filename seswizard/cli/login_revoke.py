"""`login revoke`: the login's end; only what seswizard made is removed."""

import click

from seswizard.actions.revoke_login import prepare_revoke
from seswizard.cli.closing import Closing, form_option, refused_in
from seswizard.cli.consent import ask, carried_out
from seswizard.cli.ending import Ended, say
from seswizard.cli.options import NAME, aws_options, consent_options, run_async, services_for, warn_overrides
from seswizard.core.failure import Failure
from seswizard.core.names import IdentityName, domain_of
from seswizard.ports import Services


@click.command("revoke", short_help="Remove key, password, policy and user.")
@click.argument("name", type=NAME, metavar="DOMAIN")
@form_option
@consent_options
@aws_options
def command(
    name: IdentityName,
    form: str,
    yes: bool,
    dry_run: bool,
    profile: str | None,
    region: str | None,
    debug: str | None,
) -> None:
    """Remove the login's keys, passwords, policy and user; what somebody else made or changed stays and is named."""
    services = services_for(profile, region, debug, refused=refused_in(str(domain_of(name)), form))
    warn_overrides(services)
    closing = Closing(str(domain_of(name)), services.region, form)
    raise Ended(run_async(closing.of(_revoke(services, name, closing, yes=yes, dry_run=dry_run))))


async def _revoke(services: Services, name: IdentityName, closing: Closing, *, yes: bool, dry_run: bool) -> int:
    prepared = await prepare_revoke(services, name)
    if isinstance(prepared, Failure):
        return closing.refused(prepared)
    if not prepared.plan.changes:
        for note in prepared.plan.notes:
            say(note)
        nothing = f"There is no login of {name} in {services.region} that seswizard made."
        if not dry_run:
            return closing.well(nothing)
        click.echo(nothing)
        return 0
    if not ask(prepared.plan, yes=yes, dry_run=dry_run):
        say("Nothing was done.")
        return 0
    outcome = await carried_out(prepared)
    if outcome.failure:
        say(outcome.title)
        return closing.refused(outcome.failure)
    for note in prepared.plan.notes:
        say(note)
    return closing.well(outcome.title)

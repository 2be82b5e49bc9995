"""`login revoke`: the login's end; only what seswizard made is removed."""

import click

from seswizard.actions.revoke_login import prepare_revoke
from seswizard.cli.consent import apply, ask
from seswizard.cli.ending import Ended, say
from seswizard.cli.login import tell
from seswizard.cli.options import NAME, aws_options, consent_options, run_async, services_for, warn_overrides
from seswizard.core.failure import Failure
from seswizard.core.names import IdentityName
from seswizard.ports import Services


@click.command("revoke", short_help="Remove key, password, policy and user.")
@click.argument("name", type=NAME, metavar="DOMAIN")
@consent_options
@aws_options
def command(
    name: IdentityName,
    yes: bool,
    dry_run: bool,
    profile: str | None,
    region: str | None,
    debug: str | None,
) -> None:
    """Remove the login's keys, passwords, policy and user; what somebody else made or changed stays and is named."""
    services = services_for(profile, region, debug)
    warn_overrides(services)
    raise Ended(run_async(_revoke(services, name, yes=yes, dry_run=dry_run)))


async def _revoke(services: Services, name: IdentityName, *, yes: bool, dry_run: bool) -> int:
    prepared = await prepare_revoke(services, name)
    if isinstance(prepared, Failure):
        return tell(prepared)
    if not prepared.plan.changes:
        for note in prepared.plan.notes:
            say(note)
        (click.echo if dry_run else say)(f"There is no login of {name} in {services.region} that seswizard made.")
        return 0
    if not ask(prepared.plan, yes=yes, dry_run=dry_run):
        say("Nothing was done.")
        return 0
    outcome = await apply(prepared)
    for note in prepared.plan.notes:
        say(note)
    say(outcome.title)
    return 0

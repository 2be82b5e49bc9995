"""`undo`: take back what the journal says we made."""

import click

from seswizard.actions.undo import prepare_undo
from seswizard.cli.consent import apply, ask
from seswizard.cli.ending import Ended, say
from seswizard.cli.login import tell
from seswizard.cli.options import NAME, aws_options, consent_options, run_async, services_for, warn_overrides
from seswizard.core.failure import Failure
from seswizard.core.names import IdentityName
from seswizard.ports import Services


@click.command("undo", short_help="Take back what seswizard made.")
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
    """Remove what seswizard made for DOMAIN in this region: only what its journal names, tagged and unchanged."""
    services = services_for(profile, region, debug)
    warn_overrides(services)
    raise Ended(run_async(_undo(services, name, yes=yes, dry_run=dry_run)))


async def _undo(services: Services, name: IdentityName, *, yes: bool, dry_run: bool) -> int:
    prepared = await prepare_undo(services, name)
    if isinstance(prepared, Failure):
        return tell(prepared)
    if not prepared.plan.changes:
        for note in prepared.plan.notes:
            say(note)
        nothing = f"Nothing to take back: the journal names nothing of {name} in {services.region} that is still there."
        (click.echo if dry_run else say)(nothing)
        return 0
    if not ask(prepared.plan, yes=yes, dry_run=dry_run):
        say("Nothing was done.")
        return 0
    outcome = await apply(prepared)
    for note in prepared.plan.notes:
        say(note)
    say(outcome.title)
    return 0

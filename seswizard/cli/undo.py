"""`undo`: take back what the journal says we made."""

import click

from seswizard.actions.undo import prepare_undo
from seswizard.cli.closing import Closing, form_option, refused_in
from seswizard.cli.consent import ask, carried_out
from seswizard.cli.ending import Ended, say
from seswizard.cli.options import NAME, aws_options, consent_options, run_async, services_for, warn_overrides
from seswizard.core.failure import Failure
from seswizard.core.names import IdentityName
from seswizard.ports import Services


@click.command("undo", short_help="Take back what seswizard made.")
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
    """Remove what seswizard made for DOMAIN in this region: only what its journal names, tagged and unchanged."""
    services = services_for(profile, region, debug, refused=refused_in(str(name), form))
    warn_overrides(services)
    closing = Closing(str(name), services.region, form)
    raise Ended(run_async(closing.of(_undo(services, name, closing, yes=yes, dry_run=dry_run))))


async def _undo(services: Services, name: IdentityName, closing: Closing, *, yes: bool, dry_run: bool) -> int:
    prepared = await prepare_undo(services, name)
    if isinstance(prepared, Failure):
        return closing.refused(prepared)
    if not prepared.plan.changes:
        for note in prepared.plan.notes:
            say(note)
        nothing = f"Nothing to take back: the journal names nothing of {name} in {services.region} that is still there."
        if not dry_run:
            return closing.well(nothing, "undo.ok")
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
    return closing.well(outcome.title, "undo.ok")

"""`login rotate`: a second key, proven before the first one goes; run again, it goes on from where it stands."""

import click

from seswizard.actions.login_standing import Site
from seswizard.actions.rotate_login import RotateLogin, prepare_rotation
from seswizard.cli.closing import Closing, form_option, refused_in
from seswizard.cli.consent import apply, ask, carried_out, tell_plan
from seswizard.cli.ending import Ended, say
from seswizard.cli.keep_options import keep_options
from seswizard.cli.login_create import printed, tell_afterwards
from seswizard.cli.login_options import login_options, settled
from seswizard.cli.options import NAME, aws_options, consent_options, on_terminal, run_async, services_for, warn_overrides
from seswizard.core.failure import Failure
from seswizard.core.keep import KeepChoice
from seswizard.core.login import PORTS
from seswizard.core.login_wish import RETIRED_DAYS, LoginWish, RotateWish
from seswizard.core.names import IdentityName, domain_of
from seswizard.ports import Services


@click.command("rotate", short_help="A new key, proven before the old one goes.")
@click.argument("name", type=NAME, metavar="DOMAIN")
@click.option(
    "--after",
    type=click.IntRange(0, 3650),
    default=RETIRED_DAYS,
    show_default=True,
    metavar="DAYS",
    help="How long the old key stays, switched off, before it may be deleted.",
)
@click.option("--delete-old", is_flag=True, help="Delete the old key in this run.")
@click.option("--cancel", is_flag=True, help="Take a rotation back that is not proven yet.")
@click.option("--port", type=click.Choice([str(port) for port, _ in PORTS]), default="587", show_default=True)
@keep_options
@login_options
@form_option
@consent_options
@aws_options
def command(
    name: IdentityName,
    after: int,
    delete_old: bool,
    cancel: bool,
    port: str,
    keep: KeepChoice | None,
    also: tuple[str, ...],
    regions: tuple[str, ...],
    retire: str,
    form: str,
    yes: bool,
    dry_run: bool,
    profile: str | None,
    region: str | None,
    debug: str | None,
) -> None:
    """Make a second key, prove it, switch to it, and switch the old key off; with --keep the login moves there."""
    if cancel and delete_old:
        raise click.UsageError("--cancel keeps the old key; --delete-old deletes it.")
    if cancel and keep:
        raise click.UsageError("--cancel takes a rotation back; --keep begins one.")
    wish, how = LoginWish(keep, also, regions, retire=retire), RotateWish(after, delete_old, cancel, int(port))
    services = services_for(profile, region, debug, refused=refused_in(str(domain_of(name)), form))
    warn_overrides(services)
    closing = Closing(str(domain_of(name)), services.region, form)
    raise Ended(run_async(closing.of(_rotate(services, name, wish, how, closing, yes=yes, dry_run=dry_run))))


async def _rotate(
    services: Services, name: IdentityName, wish: LoginWish, how: RotateWish, closing: Closing, *, yes: bool, dry_run: bool
) -> int:
    asks = not yes and not dry_run
    prepared, wish = await settled(lambda one: prepare_rotation(services, name, one, how), wish, asks=asks)
    if isinstance(prepared, Failure):
        return closing.refused(prepared)
    if prepared.standing.life.current:
        closing.holds(prepared.standing.site.choice, prepared.standing.life.current.id)
    if not prepared.plan.changes:
        nothing = prepared.plan.notes[0] if prepared.plan.notes else "There is nothing to rotate."
        if not dry_run:
            return closing.well(nothing)
        click.echo(nothing)
        return 0
    choice = (prepared.move or prepared.standing).site.choice
    closing.shows(choice)
    if not ask(prepared.plan, yes=yes, dry_run=dry_run):
        say("Nothing was done.")
        return 0
    unwritten: list[OSError] = []
    prepared.hand = printed(unwritten)
    outcome = await carried_out(prepared)
    if prepared.made:
        closing.holds(choice, prepared.made.username)
    if outcome.failure:
        say(outcome.title)
        if unwritten:
            raise unwritten[0]
        return closing.refused(outcome.failure)
    code = closing.well(outcome.title)
    tell_afterwards(choice, prepared.made)
    if not cancel_or_deleted(how) and asks and on_terminal():
        await _delete_old(services, name, prepared.standing.site)
    return code


def cancel_or_deleted(how: RotateWish) -> bool:
    """Whether no old key can be left to ask about."""
    return how.cancel or how.delete_old


async def _delete_old(services: Services, name: IdentityName, site: Site) -> None:
    """A person may agree at once to what is otherwise planned for later."""
    rest = await prepare_rotation(services, name, LoginWish(), RotateWish(delete_old=True))
    if not isinstance(rest, RotateLogin) or not rest.plan.changes or not rest.standing.life.old:
        return
    tell_plan(rest.plan)
    if click.confirm(f"Delete the old key of {site.user} now?", default=False, err=True):
        say((await apply(rest)).title)

"""`login create`: user, policy, key; the password into the keep, read back; then the proof by logging in."""

import errno
import os

import click

from seswizard.actions.action import Outcome
from seswizard.actions.kept import kept_login
from seswizard.actions.login import MakeLogin, prepare_login
from seswizard.actions.login_steps import Hand, unread
from seswizard.actions.prove_login import Attempt, in_region, prove_login
from seswizard.cli.closing import Closing, form_option, refused_in
from seswizard.cli.consent import ask, carried_out, told
from seswizard.cli.ending import Ended, say, tell_way_out
from seswizard.cli.keep_options import keep_options
from seswizard.cli.login_options import another_keep, login_options, settled
from seswizard.cli.options import NAME, aws_options, consent_options, on_terminal, run_async, services_for, warn_overrides
from seswizard.cli.streams import output_closed
from seswizard.core.conversation import Line
from seswizard.core.failure import Failure
from seswizard.core.findings import Finding, Level, remedy_of
from seswizard.core.keep import KeepChoice
from seswizard.core.login import Login
from seswizard.core.login_wish import LoginWish
from seswizard.core.names import IdentityName, domain_of
from seswizard.core.text import duration
from seswizard.ports import Services


@click.command("create", short_help="Make the login, keep it, prove it.")
@click.argument("name", type=NAME, metavar="DOMAIN")
@click.option("--user", default="", metavar="NAME", help="The IAM user's name, instead of seswizard-DOMAIN-REGION.")
@click.option("--adopt", is_flag=True, help="Use that user although seswizard did not make it.")
@keep_options
@login_options
@form_option
@consent_options
@aws_options
def command(
    name: IdentityName,
    user: str,
    adopt: bool,
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
    """Make the login: user, policy, key; the password goes into the keep and is read back."""
    wish = LoginWish(keep, also, regions, user, adopt, retire)
    services = services_for(profile, region, debug, refused=refused_in(str(domain_of(name)), form))
    warn_overrides(services)
    closing = Closing(str(domain_of(name)), services.region, form)
    raise Ended(run_async(closing.of(_create(services, name, wish, closing, yes=yes, dry_run=dry_run))))


async def _create(services: Services, name: IdentityName, wish: LoginWish, closing: Closing, *, yes: bool, dry_run: bool) -> int:
    prepared, wish = await settled(lambda one: prepare_login(services, name, one), wish, asks=not yes and not dry_run)
    if isinstance(prepared, Failure):
        return closing.refused(prepared)
    choice, current = prepared.standing.site.choice, prepared.standing.life.current
    if current:
        closing.holds(choice, current.id)
    if not prepared.plan.changes:
        if dry_run:
            click.echo("The login is there already; nothing would be done.")
            return 0
        proves = "it was shown once" if choice.kind == "show" else "seswizard login test proves it"
        return closing.well(f"The login is there already; {proves}.")
    closing.shows(choice)
    if not ask(prepared.plan, yes=yes, dry_run=dry_run):
        say("Nothing was done.")
        return 0
    unwritten: list[OSError] = []
    prepared.hold, prepared.hand = on_terminal() and closing.form == "text", printed(unwritten)
    outcome = await carried_out(prepared)
    if prepared.unsaved:
        say(_reason(outcome))
        outcome = await _elsewhere(prepared)
        if prepared.made is None:
            say(outcome.title)
            return 1
    if outcome.failure:
        say(outcome.title)
        if unwritten:
            raise unwritten[0]
        return closing.refused(outcome.failure)
    login = prepared.made or await kept_login(services, name)
    if login is None:
        return closing.well(outcome.title)
    closing.holds(prepared.standing.site.choice, login.username)
    tell_afterwards(prepared.standing.site.choice, prepared.made)
    proven = await prove(services, login)
    for region in prepared.standing.site.regions:
        further = await prepared.vault.read(prepared.names.domain, region) if proven.level is Level.OK else None
        if further:
            say(f"The password for {region}:")
            proven = await prove(in_region(services, region), further)
    return closing.judged(proven)


async def _elsewhere(prepared: MakeLogin) -> Outcome:
    """Until some keep has the login, or its key is deleted again."""
    while prepared.unsaved:
        choice = another_keep()
        if choice is None:
            return await prepared.give_up(told)
        here = prepared.services.here
        outcome = await prepared.store_elsewhere(choice.anchored(here.home, here.directory), told)
        if outcome.failure is None:
            return outcome
        say(_reason(outcome))
    return Outcome("There is no login.")


def _reason(outcome: Outcome) -> str:
    return f"{outcome.title} {outcome.failure.title}" if outcome.failure else outcome.title


def printed(unwritten: list[OSError]) -> Hand:
    """Print a login that nothing keeps; what kept it from being written is for the exit code."""

    async def hand(login: Login) -> None:
        try:
            if output_closed():
                raise OSError(errno.EBADF, os.strerror(errno.EBADF))
            click.echo(f"{login.username}\n{login.password.reveal()}")
        except OSError as error:  # its reader has gone, or the disk is full
            unwritten.append(error)
            raise unread() from None
        say("User name and password, shown this once; nothing keeps them.")

    return hand


def tell_afterwards(choice: KeepChoice, made: Login | None) -> None:
    """What is left to do with a login that was just made."""
    if made and choice.afterwards:
        say(f"Postfix reads it after: {choice.afterwards}")


async def prove(services: Services, login: Login, port: int = 587, patience: float = 300.0) -> Finding:
    """Log in, with the conversation as talk; what came of it, already said."""

    def hear(line: Line) -> None:
        say(f"{line.seconds:6.2f} {line.way} {line.text}")

    def tried(attempt: Attempt) -> None:
        if attempt.next_in is not None:
            say(f"{attempt.reply}; normal for a new key. Trying again in {duration(attempt.next_in)}.")

    proven = await prove_login(services, login, port=port, hear=hear, tried=tried, patience=patience)
    say(proven.title)
    if proven.failure is None:
        return Finding("login.ok", Level.OK, proven.title)
    tell_way_out(proven.failure)
    unreached = proven.failure.kind.startswith("ports.") and proven.conversation is None
    level = Level.UNKNOWN if unreached else Level.PROBLEM
    return Finding(proven.failure.kind, level, proven.title, (), remedy_of(proven.failure))

"""`login create`: user, policy, key; the password into the keep, read back; then the proof by logging in."""

import click

from seswizard.actions.action import Outcome
from seswizard.actions.kept import kept_login
from seswizard.actions.login import MakeLogin, prepare_login
from seswizard.actions.login_steps import Hand, unread
from seswizard.actions.prove_login import Attempt, in_region, prove_login
from seswizard.cli.consent import ask, told
from seswizard.cli.ending import Ended, say
from seswizard.cli.keep_options import keep_options
from seswizard.cli.login import tell
from seswizard.cli.login_options import another_keep, login_options, settled
from seswizard.cli.options import NAME, aws_options, consent_options, on_terminal, run_async, services_for, warn_overrides
from seswizard.core.conversation import Line
from seswizard.core.failure import Failure
from seswizard.core.keep import KeepChoice
from seswizard.core.login import Login
from seswizard.core.login_wish import LoginWish
from seswizard.core.names import IdentityName
from seswizard.core.text import duration
from seswizard.ports import Services


@click.command("create", short_help="Make the login, keep it, prove it.")
@click.argument("name", type=NAME, metavar="DOMAIN")
@click.option("--user", default="", metavar="NAME", help="The IAM user's name, instead of seswizard-DOMAIN-REGION.")
@click.option("--adopt", is_flag=True, help="Use that user although seswizard did not make it.")
@keep_options
@login_options
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
    yes: bool,
    dry_run: bool,
    profile: str | None,
    region: str | None,
    debug: str | None,
) -> None:
    """Make the login: user, policy, key; the password goes into the keep and is read back."""
    wish = LoginWish(keep, also, regions, user, adopt, retire)
    services = services_for(profile, region, debug)
    warn_overrides(services)
    raise Ended(run_async(_create(services, name, wish, yes=yes, dry_run=dry_run)))


async def _create(services: Services, name: IdentityName, wish: LoginWish, *, yes: bool, dry_run: bool) -> int:
    prepared, wish = await settled(lambda one: prepare_login(services, name, one), wish, asks=not yes and not dry_run)
    if isinstance(prepared, Failure):
        return tell(prepared)
    if not prepared.plan.changes:
        if dry_run:
            click.echo("The login is there already; nothing would be done.")
        else:
            shown = prepared.standing.site.choice.kind == "show"
            say(f"The login is there already; {'it was shown once' if shown else 'seswizard login test proves it'}.")
        return 0
    if not ask(prepared.plan, yes=yes, dry_run=dry_run):
        say("Nothing was done.")
        return 0
    unwritten: list[OSError] = []
    prepared.hold, prepared.hand = on_terminal(), printed(unwritten)
    outcome = await prepared.apply(told)
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
        return tell(outcome.failure)
    login = prepared.made or await kept_login(services, name)
    if login is None:
        say(outcome.title)
        return 0
    tell_afterwards(prepared.standing.site.choice, prepared.made)
    code = await prove(services, login)
    for region in prepared.standing.site.regions if code == 0 else ():
        further = await prepared.vault.read(prepared.names.domain, region)
        if further and code == 0:
            say(f"The password for {region}:")
            code = await prove(in_region(services, region), further)
    return code


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


async def prove(services: Services, login: Login, port: int = 587, patience: float = 300.0) -> int:
    """Log in, with the conversation as talk; the exit code."""

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

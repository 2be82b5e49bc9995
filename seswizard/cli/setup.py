"""`setup`: the wizard, the same as plain questions and lines, or unattended. Each goes on where another one stopped."""

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import click

from seswizard.cli.ending import Ended, say
from seswizard.cli.keep_options import keep_options
from seswizard.cli.linear.how import How
from seswizard.cli.options import NAME, WATCHED, aws_options, consent_options, run_async, services_for
from seswizard.core.answers_file import (
    SetupAnswers,
    mail_from_name,
    read_answers,
    read_proof,
    read_sends_by,
    reports_address,
    write_answers,
)
from seswizard.core.failure import BadInputError, FailureError
from seswizard.core.keep import KeepChoice
from seswizard.core.login_wish import LoginWish
from seswizard.core.names import DomainName, IdentityName
from seswizard.core.text import printable
from seswizard.ports import Services


@dataclass(frozen=True, slots=True)
class World:
    """How services are made in this run."""

    profile: str | None
    region: str | None
    debug: str | None

    def services(self, region: str | None = None, *, supported: bool = True) -> Services:
        """Those of a region, or of the one that was given."""
        return services_for(self.profile, region or self.region, self.debug, supported=supported)

    def beginning(self) -> Services:
        """Those that a person begins with: without a region where none is set, for the first questions ask for it."""
        return services_for(self.profile, self.region, self.debug, asked=True)


@click.command("setup", short_help="Walk the road, or go on where you left it.")
@click.argument("name", type=NAME, required=False)
@click.option("--linear", is_flag=True, help="Plain questions and lines; also by TERM=dumb or SESWIZARD_LINEAR=1.")
@click.option("--answers", "file", metavar="FILE", help="Answers from a TOML file; options win over it.")
@click.option("--write-answers", "target", metavar="FILE", help="Write what was chosen to FILE, without secrets.")
@click.option("--sends-by", type=click.Choice(["smtp", "sdk"]), help="What will send; an SDK with a role needs no login.")
@click.option("--mail-from", metavar="NAME", help="Where bounces go: a label or a name below the domain; none for none.")
@click.option("--reports-to", metavar="ADDRESS", help="Where DMARC reports go; none for nowhere.")
@click.option("--user", metavar="NAME", help="The IAM user's name, instead of seswizard-DOMAIN-REGION.")
@keep_options
@click.option("--proof", type=click.Choice(["bounce", "none"]), help="What proves it; none sends no message.")
@click.option("--wait", is_flag=True, help="Unattended: wait for DNS and SES instead of ending with 4.")
@click.option("--timeout", type=WATCHED, metavar="SECONDS", help="With --wait: how long, in all.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), help="Unattended: talk, or JSON lines on stdout.")
@consent_options
@aws_options
def command(
    name: IdentityName | None,
    linear: bool,
    file: str | None,
    target: str | None,
    sends_by: str | None,
    mail_from: str | None,
    reports_to: str | None,
    user: str | None,
    keep: KeepChoice | None,
    proof: str | None,
    wait: bool,
    timeout: float | None,
    form: Literal["text", "json"] | None,
    yes: bool,
    dry_run: bool,
    profile: str | None,
    region: str | None,
    debug: str | None,
) -> None:
    """Set up NAME, a domain or an e-mail address, or go on where you left it.

    With --yes (or --dry-run, --wait, --format) it asks nothing: it goes as far as it can, prints the records to publish
    and ends with 4 until SES has verified them; run again it goes on there. What is not answered is as it was chosen
    before, or: SMTP, MAIL FROM bounce.DOMAIN, no DMARC reports, the keyring, a proven bounce.
    """
    given = SetupAnswers(
        name,
        region,
        read_sends_by(sends_by) if sends_by else None,
        mail_from,
        None if reports_to is None else reports_address(reports_to),
        keep,
        LoginWish(user=user).user if user else None,
        read_proof(proof) if proof else None,
    )
    answers = given.over(_from_file(file) if file else SetupAnswers())
    if isinstance(answers.name, DomainName) and answers.mail_from is not None:
        mail_from_name(answers.name, answers.mail_from)
    if timeout is not None and not wait:
        raise click.UsageError("--timeout goes with --wait.")
    world = World(profile, answers.region, debug)
    terminal = sys.stdin.isatty() and sys.stdout.isatty()
    answered = answers != SetupAnswers(answers.name, answers.region)
    scripted = yes or dry_run or wait or form is not None or (not terminal and (linear or answered))
    if scripted:
        code = _unattended(world, answers, form or "text", How(yes, dry_run, wait, timeout))
    elif not terminal:
        say("The wizard needs a terminal. Without one say --yes, which agrees to every plan, or --dry-run, which shows them.")
        raise Ended(2)
    elif linear or wants_lines(os.environ):
        code = _linear(world, answers)
    elif answered:
        raise click.UsageError("Answers go with --linear or --yes; the full-screen wizard asks for itself.")
    else:
        _screen(world, answers.name)
        code = 0
    if target and not dry_run:
        _write(world, answers, target)
    raise Ended(code)


def wants_lines(environment: Mapping[str, str]) -> bool:
    """Whether these variables ask for lines instead of a screen."""
    return environment.get("TERM") == "dumb" or environment.get("SESWIZARD_LINEAR", "") not in ("", "0")


def _from_file(path: str) -> SetupAnswers:
    """The answers in a file.

    Raises:
        BadInputError: it cannot be read, or holds something else.
    """
    from seswizard.cli.options import dns_services
    from seswizard.wiring import this_computer

    try:
        answers = read_answers(run_async(dns_services(None).files.read(path)))
    except FailureError as error:
        raise BadInputError(error.failure.title) from None
    here = this_computer()
    keep = answers.keep.anchored(here.home, here.directory) if answers.keep else None
    return SetupAnswers(keep=keep).over(answers)


def _unattended(world: World, answers: SetupAnswers, form: Literal["text", "json"], how: How) -> int:
    from seswizard.cli.linear.unattended import unattended
    from seswizard.cli.options import remembered, warn_overrides

    services = world.services(supported=False)
    warn_overrides(services)
    (name,) = remembered(services, (answers.name,) if answers.name else ())
    return run_async(unattended(services, name, answers, form, how))


def _linear(world: World, answers: SetupAnswers) -> int:
    from seswizard.cli.linear.conversation import converse

    return converse(world.beginning(), answers, world.services, lambda services, name: _screen(world, name, services))


def _screen(world: World, name: IdentityName | None, services: Services | None = None) -> None:
    from seswizard.cli.screen import open_screen

    open_screen(services or world.beginning(), name, rewire=world.services)


def _write(world: World, answers: SetupAnswers, target: str) -> None:
    """Write what was chosen, as the state remembers it."""
    from seswizard.cli.options import remembered

    services = services_for(world.profile, world.region, world.debug, supported=False, asked=True)
    there = [one for one in run_async(services.state.choices()) if services.region in ("", one.region)]
    if answers.name or services.region:
        (name,) = remembered(services, (answers.name,) if answers.name else ())
        there = [one for one in there if one.name == str(name)]
    if not there:
        what = answers.name or "any domain"
        raise BadInputError(f"Nothing was chosen for {what} in {services.region or 'any region'}; no answers were written.")
    chosen = SetupAnswers.of(there[-1], answers.proof)
    run_async(services.files.write(target, write_answers(chosen)))
    say(f"Answers written to {printable(target)}.")

"""`send`: one message through the kept login, and the event of that very message."""

import json
from datetime import datetime

import click

from seswizard.actions.proof import ProofRun, Sending
from seswizard.actions.send_proof import prepare_send
from seswizard.cli.consent import ask, exit_of, told
from seswizard.cli.ending import Ended, say
from seswizard.cli.login import tell
from seswizard.cli.options import NAME, aws_options, consent_options, run_async, services_for, warn_overrides
from seswizard.core.conversation import Line
from seswizard.core.events import MailEvent
from seswizard.core.failure import BadInputError, Failure
from seswizard.core.findings import Finding, Level, Remedy
from seswizard.core.names import EmailAddress, IdentityName, domain_of, within
from seswizard.core.simulator import SCENARIOS, scenario
from seswizard.exports.report import finding_dict
from seswizard.exports.times import rfc3339
from seswizard.ports import Services


@click.command("send", short_help="Send one message and wait for its event.")
@click.argument("name", type=NAME, metavar="DOMAIN")
@click.option(
    "--to",
    default="bounce",
    show_default=True,
    metavar="WHOM",
    help="One of " + ", ".join(one.to for one in SCENARIOS) + ", or an address.",
)
@click.option("--via", type=click.Choice(["smtp", "api"]), default="smtp", show_default=True)
@click.option("--from", "sender", metavar="ADDRESS", default="", help="The From address; else proof@ the domain.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@consent_options
@aws_options
def command(
    name: IdentityName,
    to: str,
    via: str,
    sender: str,
    form: str,
    yes: bool,
    dry_run: bool,
    profile: str | None,
    region: str | None,
    debug: str | None,
) -> None:
    """Send one message through DOMAIN's own login and wait for the event with its message id."""
    if scenario(to) is None:
        to = str(EmailAddress.parse(to))
    if sender:
        given = EmailAddress.parse(sender)
        if not within(str(given.domain), str(domain_of(name))):
            raise BadInputError(f"{given} is not an address of {domain_of(name)}.")
        sender = str(given)
    services = services_for(profile, region, debug)
    warn_overrides(services)
    sending = Sending(name, to, via, sender=sender)
    raise Ended(run_async(_send(services, sending, form=form, yes=yes, dry_run=dry_run)))


async def _send(services: Services, sending: Sending, *, form: str, yes: bool, dry_run: bool) -> int:
    def hear(line: Line) -> None:
        say(f"{line.seconds:6.2f} {line.way} {line.text}")

    def came(event: MailEvent, seconds: float) -> None:
        say(f"{seconds:6.2f} ✓ {event.type} {event.subtype}".rstrip())

    prepared = await prepare_send(services, sending, hear=hear, came=came)
    if isinstance(prepared, Failure):
        return refused(services, sending, prepared, form)
    if not ask(prepared.plan, yes=yes, dry_run=dry_run):
        say("Nothing was done.")
        return 0
    started = services.clock.now()
    outcome = await prepared.apply(told)
    run = prepared.run
    if run is None:
        assert outcome.failure is not None
        return refused(services, sending, outcome.failure, form)
    finding = as_finding(run)
    if run.forgotten:
        say(f"The proof could not be remembered: {run.forgotten.title}")
    if form == "json":
        print_json(services, sending, finding, run, started)
    else:
        if run.message_id:
            click.echo(run.message_id)
        say(finding.title)
        if finding.remedy:
            say(finding.remedy.text)
    return exit_of(run.failure.kind) if run.failure else 0


def refused(services: Services, sending: Sending, failure: Failure, form: str) -> int:
    """Nothing was sent: say why, and in JSON too."""
    if form == "json":
        print_json(services, sending, failure_finding(failure))
    return tell(failure)


def print_json(
    services: Services, sending: Sending, finding: Finding, run: ProofRun | None = None, started: datetime | None = None
) -> None:
    """The object of CONTRACT §3, with nulls for what did not come to be."""
    event = run.event if run else None
    about = {
        "schema": 1,
        "domain": str(sending.name),
        "region": services.region,
        "to": sending.to,
        "via": sending.via,
        "message_id": run.message_id if run else None,
        "sent_at": rfc3339(started) if run and run.message_id else None,
        "event": {"type": event.type, "subtype": event.subtype, "at": event.at} if event else None,
        "level": finding.level.value,
        "findings": [finding_dict(finding)],
    }
    click.echo(json.dumps(about))


def as_finding(run: ProofRun) -> Finding:
    """The finding that a run stands for."""
    if run.failure is None:
        return Finding("send.ok", Level.OK, "Proven: the event of this message came back.")
    return failure_finding(run.failure)


def failure_finding(failure: Failure) -> Finding:
    """The finding that a failure stands for."""
    code = exit_of(failure.kind)
    level = Level.WAITING if failure.retry and code != 3 else Level.UNKNOWN if code == 3 else Level.PROBLEM
    remedy = Remedy(failure.remedy, command=failure.command) if failure.remedy or failure.command else None
    return Finding(failure.kind, level, failure.title, (), remedy)

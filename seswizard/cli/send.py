"""`send`: one message through the kept login, and the event of that very message."""

import json
from dataclasses import replace
from datetime import datetime

import click

from seswizard.actions.proof import ProofRun, Sending
from seswizard.actions.recipient import click as click_on
from seswizard.actions.recipient import not_verified, prepare_recipient
from seswizard.actions.send_proof import prepare_send
from seswizard.cli.consent import ask, exit_of, told
from seswizard.cli.ending import Ended, say
from seswizard.cli.options import NAME, SECONDS, aws_options, consent_options, run_async, services_for, warn_overrides
from seswizard.cli.pasting import pasted
from seswizard.cli.reporting import clear, tick
from seswizard.cli.tidy import tidy
from seswizard.core.conversation import Line
from seswizard.core.events import MailEvent
from seswizard.core.failure import BadInputError, Failure, FailureError
from seswizard.core.findings import Evidence, Finding, Level, remedy_of
from seswizard.core.login import PORTS
from seswizard.core.names import EmailAddress, IdentityName, domain_of, within
from seswizard.core.pacing import EVENT_LOST
from seswizard.core.simulator import BY_API, SCENARIOS, explained, scenario
from seswizard.core.text import duration
from seswizard.core.way_back import link_evidence
from seswizard.exports.report import finding_dict, remedy_lines
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
@click.option("--verify", is_flag=True, help="Have SES mail a link to the recipient first, and wait for the click.")
@click.option("--via", type=click.Choice(["smtp", "api"]), default="smtp", show_default=True)
@click.option(
    "--port",
    type=click.Choice([str(port) for port, _ in PORTS]),
    help=f"SES's SMTP port: STARTTLS, or TLS at once on 465 and 2465.  [default: {PORTS[0][0]}]",
)
@click.option("--from", "sender", metavar="ADDRESS", default="", help="The From address; else proof@ the domain.")
@click.option(
    "--timeout",
    type=SECONDS,
    metavar="SECONDS",
    default=EVENT_LOST,
    show_default=True,
    help="How long to wait for the event.",
)
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@consent_options
@aws_options
def command(
    name: IdentityName,
    to: str,
    verify: bool,
    via: str,
    port: str | None,
    sender: str,
    timeout: float,
    form: str,
    yes: bool,
    dry_run: bool,
    profile: str | None,
    region: str | None,
    debug: str | None,
) -> None:
    """Send one message through DOMAIN's own login and wait for the event with its message id."""
    if scenario(to) is None:
        if "@" not in to:
            raise BadInputError(f"{to[:40]!r} is no address, and none of {', '.join(one.to for one in SCENARIOS)}.")
        to = str(EmailAddress.parse(to))
    if sender:
        given = EmailAddress.parse(sender)
        if not within(str(given.domain), str(domain_of(name))):
            raise BadInputError(f"{given} is not an address of {domain_of(name)}.")
        sender = str(given)
    if verify and scenario(to) is not None:
        raise BadInputError("--verify is for an address of yours; the simulator needs none.")
    if port and via == "api":
        raise BadInputError("--port is for SMTP; the API has none to choose.")
    sending = Sending(name, to, via, int(port or PORTS[0][0]), sender)

    def nowhere(region: str, finding: Finding) -> None:
        if form == "json":
            print_json(region, sending, finding)

    services = services_for(profile, region, debug, refused=nowhere)
    warn_overrides(services)
    raise Ended(run_async(_send(services, sending, timeout, verify=verify, form=form, yes=yes, dry_run=dry_run)))


async def _verify(services: Services, sending: Sending, *, yes: bool, dry_run: bool) -> Failure | None:
    """Have SES mail a link to the recipient, and wait for the click; None once SES sends to it."""
    prepared = await prepare_recipient(services, sending)
    if isinstance(prepared, Failure):
        return None if prepared.kind == "send.recipient-verified" else prepared
    if prepared.plan.changes or dry_run:
        if not ask(prepared.plan, yes=yes, dry_run=dry_run):
            say("Nothing was done.")
            raise Ended(0)
        outcome = await prepared.apply(told)
        if outcome.failure:
            say(outcome.title)
            return outcome.failure
    address = prepared.recipient.address
    say(f"SES has mailed a link to {address}; waiting for the click. Ctrl-C ends the waiting, not the link.")
    try:
        done = await click_on(
            services, address, lambda waited: tick(f"waiting for the click on {address} for {duration(waited)}")
        )
    except FailureError as error:
        return error.failure
    finally:
        clear()
    return None if done else not_verified(prepared.recipient, sending, services.region)


async def _send(
    services: Services, sending: Sending, timeout: float, *, verify: bool, form: str, yes: bool, dry_run: bool
) -> int:
    def hear(line: Line) -> None:
        say(f"{line.seconds:6.2f} {line.way} {line.text}")

    def came(event: MailEvent, seconds: float) -> None:
        say(f"{seconds:6.2f} ✓ {event.type} {event.subtype}".rstrip())

    if not dry_run:
        await tidy(services)
    if verify and (unverified := await _verify(services, sending, yes=yes, dry_run=dry_run)):
        return refused(services, sending, unverified, form)
    prepared = await prepare_send(services, sending, keep=False, hear=hear, came=came)
    if isinstance(prepared, Failure):
        return refused(services, sending, prepared, form)
    if not ask(prepared.plan, yes=yes, dry_run=dry_run):
        say("Nothing was done.")
        return 0
    if yes and form == "text":
        say("\n".join(explained(sending.to)))
    prepared.patience = timeout
    outcome = await prepared.apply(told)
    run = prepared.run
    if run is None:
        assert outcome.failure is not None
        return refused(services, sending, outcome.failure, form)
    finding = as_finding(run, sending, services.clock.now())
    if sending.via == "api":
        say(BY_API)
    if run.forgotten:
        say(f"The proof could not be remembered: {run.forgotten.title}")
    if form == "json":
        print_json(services.region, sending, finding, run)
    else:
        if run.message_id:
            click.echo(run.message_id)
        _tell(finding)
    return finding.level.exit_code


def refused(services: Services, sending: Sending, failure: Failure, form: str) -> int:
    """Nothing was sent: say why, and in JSON too."""
    finding = failure_finding(failure)
    if form == "json":
        print_json(services.region, sending, finding)
    _tell(finding)
    return finding.level.exit_code


def _tell(finding: Finding) -> None:
    """What is so, and what to do."""
    say(finding.title if finding.level is Level.OK else f"{finding.title} ({finding.id})")
    for line in remedy_lines(pasted(finding)):
        say(line)


def print_json(region: str, sending: Sending, finding: Finding, run: ProofRun | None = None) -> None:
    """The object of CONTRACT §3, with nulls for what did not come to be."""
    event = run.event if run else None
    about = {
        "schema": 1,
        "domain": str(sending.name),
        "region": region,
        "to": sending.to,
        "via": sending.via,
        "message_id": run.message_id if run else None,
        "sent_at": rfc3339(run.sent_at) if run and run.sent_at else None,
        "event": {"type": event.type, "subtype": event.subtype, "at": event.at} if event else None,
        "level": finding.level.value,
        "findings": [finding_dict(pasted(finding))],
    }
    click.echo(json.dumps(about))


def as_finding(run: ProofRun, sending: Sending, at: datetime) -> Finding:
    """The finding that a run stands for: the event itself as evidence, or the link that a lost one did not get past."""
    evidence = link_evidence(run.links, at)
    if run.event:
        seen = f"{run.event.type} {run.event.subtype}".rstrip()
        evidence = (Evidence("event", seen, sending.expected, "sqs:ReceiveMessage", at),)
    if run.failure is None:
        return Finding("send.ok", Level.OK, "Proven: the event of this message came back.", evidence)
    return replace(failure_finding(run.failure), evidence=evidence)


def failure_finding(failure: Failure) -> Finding:
    """The finding that a failure stands for: what could not be reached is unknown, what passes by itself waits."""
    if exit_of(failure.kind) == 3 or failure.kind.startswith("ports."):
        level = Level.UNKNOWN
    else:
        level = Level.WAITING if failure.retry or exit_of(failure.kind) == 4 else Level.PROBLEM
    return Finding(failure.kind, level, failure.title, (), remedy_of(failure))

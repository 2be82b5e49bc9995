"""`listen`: prove somebody's own program by the bounce of a mail that it sends."""

import json

import click

from seswizard.actions.listen import begin, listen, prepare_listen
from seswizard.cli.closing import refused_in
from seswizard.cli.consent import ask, told
from seswizard.cli.ending import Ended, say
from seswizard.cli.login import tell
from seswizard.cli.options import NAME, SECONDS, aws_options, consent_options, run_async, services_for, warn_overrides
from seswizard.cli.reporting import clear, show, tick
from seswizard.cli.send import failure_finding
from seswizard.cli.tidy import tidy
from seswizard.core.failure import Failure, FailureError
from seswizard.core.findings import Level, Report
from seswizard.core.listening import Listening
from seswizard.core.names import IdentityName, domain_of
from seswizard.core.pacing import EVENT_SLOW
from seswizard.core.text import duration
from seswizard.core.way_back import links
from seswizard.exports.report import evidence_lines
from seswizard.ports import Services


@click.command("listen", short_help="Prove your own program: wait for the bounce of a mail it sends.")
@click.argument("name", type=NAME, metavar="DOMAIN")
@click.option(
    "--timeout",
    type=SECONDS,
    metavar="SECONDS",
    default=600.0,
    show_default=True,
    help="How long to listen.",
)
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@consent_options
@aws_options
def command(
    name: IdentityName,
    timeout: float,
    form: str,
    yes: bool,
    dry_run: bool,
    profile: str | None,
    region: str | None,
    debug: str | None,
) -> None:
    """Print a fresh address, and wait for the bounce of the mail that your program sends to it.

    Have WordPress, cron, Postfix or whatever sends for DOMAIN write to that address. It belongs to AWS's mailbox
    simulator: it works in the sandbox and harms no reputation. The address is printed on stdout, JSON as one line each:
    first the address, then the report.
    """
    services = services_for(profile, region, debug, refused=refused_in(str(domain_of(name)), form))
    warn_overrides(services)
    raise Ended(run_async(_listen(services, name, timeout, form=form, yes=yes, dry_run=dry_run)))


async def _listen(services: Services, name: IdentityName, timeout: float, *, form: str, yes: bool, dry_run: bool) -> int:
    if not dry_run:
        await tidy(services)
    try:
        return await _prepared(services, name, timeout, form=form, yes=yes, dry_run=dry_run)
    except FailureError as error:
        finding = failure_finding(error.failure)
        if form == "json":
            show((Report(str(domain_of(name)), services.region, (finding,)),), form)
        tell(error.failure)
        return finding.level.exit_code


async def _prepared(services: Services, name: IdentityName, timeout: float, *, form: str, yes: bool, dry_run: bool) -> int:
    """Make what is missing, and listen.

    Raises:
        FailureError: nothing can be listened for, or AWS could not be asked.
    """
    made = await prepare_listen(services, name)
    if isinstance(made, Failure):
        raise FailureError(made)
    if made.plan.changes or dry_run:
        if not ask(made.plan, yes=yes, dry_run=dry_run):
            say("Nothing was done.")
            return 0
        outcome = await made.apply(told)
        if outcome.failure:
            say(outcome.title)
            raise FailureError(outcome.failure)
    listening = await begin(services, name, made)
    _announce(listening, form, timeout)

    def waiting(seconds: float) -> None:
        slow = " (slower than usual)" if seconds > EVENT_SLOW else ""
        tick(f"listening for {duration(seconds)} of {duration(timeout)}{slow}; Ctrl-C ends it")

    event, findings = await listen(services, listening, timeout, waiting)
    clear()
    report = Report(str(listening.domain), services.region, findings)
    if event and form == "text":
        say(f"{event.type} {event.subtype}: {event.message_id}".strip())
    show((report,), form)
    if event and form == "text" and report.level is Level.OK:
        # A report leaves out who said what is well; here that is what one wants to know.
        for line in evidence_lines(findings[0]):
            click.echo(f"    {line}")
    return report.level.exit_code


def _announce(listening: Listening, form: str, timeout: float) -> None:
    """The address, and the header that the program has to add where no default set applies."""
    applied = links(listening.path)[0]
    if form == "json":
        header = None if applied.state == "whole" else listening.path.way.header
        about = {"schema": 1, "domain": str(listening.domain), "region": listening.region}
        click.echo(json.dumps({**about, "address": listening.address, "header": header}))
    else:
        click.echo(listening.address)
    say(f"Have your program send a mail from {listening.domain} to this address; its bounce is waited for {duration(timeout)}.")
    if applied.state != "whole":
        say(applied.remedy)

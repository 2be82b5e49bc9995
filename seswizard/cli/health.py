"""`health`: every step's findings; on a terminal the same screens as the set-up, else text or JSON."""

import asyncio
import sys
from itertools import repeat

import click

from seswizard.actions.account_guard import choices_for
from seswizard.cli.ending import Ended, say
from seswizard.cli.options import NAME, WATCHED, aws_options, doh_option, remembered, run_async, services_for, warn_overrides
from seswizard.cli.reporting import clear, exit_code, show, tick
from seswizard.cli.watching import watch
from seswizard.core.checks import judge
from seswizard.core.facts import Facts
from seswizard.core.failure import FailureError
from seswizard.core.findings import Report
from seswizard.core.names import IdentityName
from seswizard.core.pacing import SES_LOOK
from seswizard.core.reading import Seen
from seswizard.core.remembered import DomainChoices
from seswizard.core.step_words import could_not_look
from seswizard.core.steps import STEP, step_of
from seswizard.look import ALL_PARTS, PORTS_TOO, look
from seswizard.ports import Services


@click.command("health", short_help="Look at everything and say how it stands.")
@click.argument("names", type=NAME, nargs=-1, metavar="[DOMAIN]...")
@click.option("--only", type=click.Choice(list(STEP)), multiple=True, help="Only the findings of this step.")
@click.option("--format", "form", type=click.Choice(["screen", "text", "json"]), help="[default: screen on a terminal]")
@click.option("--watch", "again", is_flag=True, help="Look again and again; a report at each change.")
@click.option("--until", type=click.Choice(["ok"]), help="With --watch: end when all is ok or advice.")
@click.option("--timeout", type=WATCHED, metavar="SECONDS", help="With --watch: stop after so long.")
@doh_option
@aws_options
def command(
    names: tuple[IdentityName, ...],
    only: tuple[str, ...],
    form: str | None,
    again: bool,
    until: str | None,
    timeout: float | None,
    profile: str | None,
    region: str | None,
    debug: str | None,
    doh: str,
) -> None:
    """Look at AWS and DNS and report; without DOMAIN, the one that was set up here."""
    services = services_for(profile, region, debug, supported=False, doh=doh == "on")
    wanted = remembered(services, names)
    if form is None:
        on_screen = sys.stdin.isatty() and sys.stdout.isatty() and not again and not only and len(wanted) == 1
        form = "screen" if on_screen else "text"
    if (until or timeout is not None) and not again:
        raise click.UsageError("--until and --timeout go with --watch.")
    if form == "screen" and not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise click.UsageError("The screen needs a terminal; say --format text or json.")
    if form == "screen":
        from seswizard.cli.screen import open_screen

        open_screen(services, wanted[0], start="overview")
        return
    warn_overrides(services)
    reports = run_async(reported(services, wanted, frozenset(only), form, again, until == "ok", timeout))
    clear()
    raise Ended(exit_code(reports))


async def reported(
    services: Services,
    names: tuple[IdentityName, ...],
    only: frozenset[str],
    form: str,
    again: bool,
    until_ok: bool,
    timeout: float | None,
) -> tuple[Report, ...]:
    """Look once, or watch; the last reports, already shown."""

    ports: dict[IdentityName, Facts] = {}

    async def once() -> tuple[Report, ...]:
        return tuple(await asyncio.gather(*(one(services, name, only, ports) for name in names)))

    if not again:
        reports = await once()
        show(reports, form)
        return reports
    return await watch(
        once,
        lambda reports: show(reports, form),
        tick,
        clock=services.clock,
        pauses=repeat(SES_LOOK),
        timeout=timeout,
        until_ok=until_ok,
    )


async def one(services: Services, name: IdentityName, only: frozenset[str], ports: dict[IdentityName, Facts]) -> Report:
    """The report of one name, cut down to the steps that are asked for.

    `ports` keeps what was seen of SES's ports: ten connections are made once, however long one watches.
    """
    try:
        choices = await choices_for(services, str(name))
    except FailureError as error:
        say(error.failure.title)
        choices = DomainChoices(str(name), services.region)
    known = ports.get(name)
    parts = ALL_PARTS if known or (only and "login" not in only) else PORTS_TOO
    facts = await look(services, name, parts=parts, last=known, choices=choices)
    if isinstance(facts.ports, Seen):
        ports[name] = Facts(name, services.region, facts.at, ports=facts.ports)
    report = judge(facts)
    if not only:
        return report
    findings = [finding for finding in report.findings if step_of(finding) in only]
    for step in STEP:
        # What hinders the look at one step may be a finding of another one.
        blind = could_not_look(step, facts, report) if step in only else None
        if blind and blind.id not in {finding.id for finding in findings}:
            findings.append(blind)
    return Report(report.domain, report.region, tuple(findings), report.topics)

"""`login test`: prove the kept login, or examine one that a person has; with `--ports`, which way is open from here."""

import sys
from dataclasses import replace

import click

from seswizard.actions.account_guard import choices_for
from seswizard.actions.examine_login import examine_login
from seswizard.actions.kept import kept_login, no_login
from seswizard.cli.closing import refused_in
from seswizard.cli.ending import Ended, say
from seswizard.cli.options import NAME, aws_options, on_terminal, run_async, services_for, warn_overrides
from seswizard.cli.reporting import exit_code, show
from seswizard.cli.streams import piped
from seswizard.core.checks import CHECKS, judge, merge
from seswizard.core.checks.ports import port_evidence
from seswizard.core.conversation import Line
from seswizard.core.examine_login import derived, without_line_end
from seswizard.core.facts import Facts
from seswizard.core.failure import BadInputError, FailureError
from seswizard.core.findings import Evidence, Finding, Level, Remedy, Report
from seswizard.core.login import PORTS, Login
from seswizard.core.names import IdentityName, domain_of
from seswizard.core.ports import FAMILIES, PortSeen, recommendation, recommended
from seswizard.core.reading import Seen
from seswizard.core.regions import has_smtp
from seswizard.core.remembered import DomainChoices
from seswizard.core.secret import Secret
from seswizard.look.ports import look_at_ports
from seswizard.ports import Services

_LONGEST = 4096
"""Bytes of a password file."""


@click.command("test", short_help="Log in, and say what is wrong if it fails.")
@click.argument("name", type=NAME, metavar="DOMAIN")
@click.option("--port", type=click.Choice([str(port) for port, _ in PORTS]), help="[default: 587; with --ports, the best one]")
@click.option("--ports", is_flag=True, help="Look at every port first.")
@click.option("--username", metavar="USER", help="Examine this login instead of the kept one.")
@click.option("--password-from", "source", metavar="FILE|-", help="Where its password is; else it is asked for, unseen.")
@click.option("--other-regions/--no-other-regions", "others", default=True, help="Try a refused login in the other regions.")
@click.option("--reveal", is_flag=True, help="Where a secret access key was given: print the password derived from it.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@aws_options
def test(
    name: IdentityName,
    port: str | None,
    ports: bool,
    username: str | None,
    source: str | None,
    others: bool,
    reveal: bool,
    form: str,
    profile: str | None,
    region: str | None,
    debug: str | None,
) -> None:
    """Log in with the kept login, or examine one that you have; no mail is sent."""
    if source and not username:
        raise click.UsageError("--password-from goes with --username.")
    if reveal and (not username or form == "json"):
        raise click.UsageError("--reveal goes with --username and without --format json.")
    services = services_for(profile, region, debug, refused=refused_in(str(name), form))
    warn_overrides(services)
    given = Login(username, _password(services, source)) if username else None
    if reveal:
        assert given is not None
        _print_derived(given, services.region)
    report = run_async(_test(services, name, given, int(port) if port else None, ports=ports, others=others, form=form))
    show((report,), form)
    raise Ended(exit_code((report,)))


def _print_derived(given: Login, region: str) -> None:
    """The password alone on stdout, and nothing more: the person asked for it by name.

    Raises:
        BadInputError: the given password is no secret access key.
        Ended: always, when it was printed.
    """
    login = derived(given, region)
    if login is None:
        raise BadInputError("--reveal derives a password from a secret access key of 40 characters; this is none.")
    if not has_smtp(region):
        raise BadInputError(f"SES has no SMTP endpoint in {region}; there is no password for it.")
    click.echo(login.password.reveal())
    raise Ended(0)


async def _test(
    services: Services, name: IdentityName, given: Login | None, port: int | None, *, ports: bool, others: bool, form: str
) -> Report:
    def hear(line: Line) -> None:
        say(f"{line.seconds:6.2f} {line.way} {line.text}")

    found: list[Finding] = []
    seen: tuple[PortSeen, ...] = ()
    if not has_smtp(services.region):
        return _report(services, name, [_no_smtp(services.region)])
    if ports:
        seen, findings = await _ports(services, name)
        found += findings
        if form == "text" and seen:
            click.echo("\n".join(_table(seen)) + f"\n{recommendation(seen)}\n")
        port = port or recommended(seen)
    login = given or await kept_login(services, name)
    if login is None:
        found.append(_nothing_kept(services, name, await choices_for(services, str(name))))
    elif ports and seen and port is None:
        say("No port is open from here, so nobody logged in.")
    else:
        found += await examine_login(
            services, name, login, port=port or PORTS[0][0], hear=hear, kept=given is None, others=others
        )
    return _report(services, name, found)


async def _ports(services: Services, name: IdentityName) -> tuple[tuple[PortSeen, ...], tuple[Finding, ...]]:
    """What was seen, and the findings about it, with times and banners."""
    reading = await look_at_ports(services, services.region)
    report = judge(
        Facts(name, services.region, services.clock.now(), ports=reading), [one for one in CHECKS if one.topic == "ports"]
    )
    if not isinstance(reading, Seen):
        return (), report.findings
    evidence = port_evidence(reading.value, services.region, reading.at, times=True)
    return reading.value, tuple(replace(one, evidence=evidence) for one in report.findings)


def _report(services: Services, name: IdentityName, found: list[Finding]) -> Report:
    findings = merge(found)
    return Report(str(name), services.region, findings, frozenset(one.topic for one in findings))


def _no_smtp(region: str) -> Finding:
    return Finding(
        "region.no-smtp",
        Level.PROBLEM,
        f"SES in {region} takes mail by API only; it has no SMTP endpoint there.",
        (Evidence("Region", region, source="AWS General Reference"),),
        Remedy("Send with an AWS SDK, or set up in a region with SMTP, such as eu-west-1."),
    )


def _nothing_kept(services: Services, name: IdentityName, choices: DomainChoices) -> Finding:
    failure = no_login(services, choices, str(domain_of(name)), services.region)
    remedy = Remedy(f"{failure.remedy} Or name the login with --username.", command=failure.command)
    return Finding(failure.kind, Level.PROBLEM, failure.title, (), remedy)


def _table(seen: tuple[PortSeen, ...]) -> list[str]:
    """The ports as rows: how TLS begins, and how it went by each address family."""
    rows: list[tuple[str, ...]] = [("Port", "TLS", "IPv4", "IPv6")]
    for port, mode in PORTS:
        cells = [next((one for one in seen if (one.port, one.family) == (port, family)), None) for family in FAMILIES]
        rows.append((str(port), "STARTTLS" if mode == "starttls" else "at once", *(_cell(one) for one in cells)))
    widths = [max(len(row[place]) for row in rows) for place in range(4)]
    return ["  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)).rstrip() for row in rows]


def _cell(one: PortSeen | None) -> str:
    if one is None:
        return "not asked"
    if not one.open:
        return one.why_not
    return f"open, {one.tls}, {one.connected or 0.0:.2f} s to connect, {one.seconds:.2f} s in all"


def _password(services: Services, source: str | None) -> Secret:
    """From a file, from a pipe, or typed unseen; never from the command line, which every process here can read.

    Raises:
        BadInputError: it cannot be read, or there is nothing.
    """
    if source and source != "-":
        try:
            password = without_line_end(run_async(services.files.read(source, _LONGEST)))
        except FailureError as error:
            raise BadInputError(error.failure.title) from None
    elif source and not sys.stdin.isatty():
        content, more = piped(_LONGEST)
        if more:
            raise BadInputError(f"What came by the pipe is longer than {_LONGEST:,} bytes; that is no password.")
        password = without_line_end(content.decode("utf-8", errors="replace"))
    elif on_terminal():
        password = Secret(click.prompt("SMTP password", hide_input=True, err=True, default="", show_default=False))
    else:
        raise click.UsageError("Say where the password is: --password-from FILE, or - for standard input.")
    if not password.reveal().strip():
        raise BadInputError("The password is empty.")
    return password

"""Options that several commands share, and the services they build."""

import math
import sys
from collections.abc import Callable, Coroutine
from dataclasses import replace
from typing import Any, TypeVar

import click

from seswizard.cli.pasting import note_profile
from seswizard.core.failure import BadInputError, NoRegionError
from seswizard.core.findings import Evidence, Finding
from seswizard.core.names import DomainName, IdentityName, parse_identity
from seswizard.core.regions import is_supported
from seswizard.ports import Services

T = TypeVar("T")
F = TypeVar("F", bound=Callable[..., Any])


class NameType(click.ParamType[IdentityName]):
    """A domain or an e-mail address."""

    name = "NAME"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> IdentityName:
        return parse_identity(value)


class DomainType(click.ParamType[DomainName]):
    """A domain."""

    name = "DOMAIN"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> DomainName:
        return DomainName.parse(value)


class SecondsType(click.FloatRange):
    """How long to wait: a week at most."""

    name = "SECONDS"

    def __init__(self, least: float = 1.0) -> None:
        super().__init__(min=least, max=7 * 24 * 3600.0)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        seconds = super().convert(value, param, ctx)
        if math.isnan(seconds):
            self.fail(f"{value!r} is no number of seconds.", param, ctx)
        return seconds


NAME, DOMAIN, SECONDS, WATCHED = NameType(), DomainType(), SecondsType(), SecondsType(0.0)


def aws_options(command: F) -> F:
    """`--profile`, `--region` and `--debug`."""
    for option in (
        click.option("--debug", metavar="FILE", help="Log calls to FILE (0600); never bodies, never secrets."),
        click.option("--region", metavar="REGION", help="The AWS region; else AWS_REGION, AWS_DEFAULT_REGION, the profile's."),
        click.option("--profile", metavar="NAME", callback=note_profile, help="The AWS profile to use."),
    ):
        command = option(command)
    return command


def consent_options(command: F) -> F:
    """`--yes` and `--dry-run`."""
    for option in (
        click.option("--dry-run", is_flag=True, help="Show the plan; change nothing."),
        click.option("--yes", is_flag=True, help="Do it without asking."),
    ):
        command = option(command)
    return command


def doh_option(command: F) -> F:
    """`--doh off`: never ask by HTTPS where this network lets no DNS question out."""
    help_text = "Ask by HTTPS where port 53 is blocked."
    return click.option("--doh", type=click.Choice(["on", "off"]), default="on", show_default=True, help=help_text)(command)


def services_for(
    profile: str | None,
    region: str | None,
    debug: str | None,
    *,
    supported: bool = True,
    doh: bool = True,
    asked: bool = False,
    refused: Callable[[str, Finding], object] | None = None,
) -> Services:
    """The services of one run; `refused` tells a region without SES in JSON, too.

    With `asked` a person can be asked for the region: where none is set, the services have none and ask nothing of AWS.

    Raises:
        BadInputError: there is no region, or the overrides are not for loopback.
        Ended: SES is not in that region (exit 1).
    """
    from seswizard.wiring import Options, build, resolve_region

    options = Options(profile=profile, region=region, debug=debug, doh=doh)
    try:
        found = resolve_region(options)
    except NoRegionError:
        if not asked:
            raise
        return build(replace(options, region=""))
    if supported and not is_supported(found):
        from seswizard.cli.ending import Ended, say

        say(f"There is no SES in {found[:40]!r}. Choose a region that has it, such as eu-west-1.")
        if refused:
            from seswizard.core.checks.access import not_supported

            source = Evidence("Region", found, source="AWS General Reference")
            refused(found, not_supported(found, source))
        raise Ended(1)
    return build(replace(options, region=found))


def dns_services(debug: str | None, *, doh: bool = True) -> Services:
    """Services for a run that never asks AWS."""
    from seswizard.wiring import Options, build

    return build(Options(profile=None, region="", debug=debug, doh=doh))


def run_async(work: Coroutine[Any, Any, T], finishing: str = "") -> T:
    """Run to the end. The first SIGINT, SIGTERM or SIGHUP cancels the work, so that what is temporary is taken away first.

    Raises:
        Ended: SIGTERM came (exit 143), or SIGHUP or the terminal has gone (129).
        KeyboardInterrupt: SIGINT came.
    """
    from seswizard.cli.ending import say
    from seswizard.cli.interrupts import CALL, Interrupts
    from seswizard.wiring import WAITS

    WAITS.on_wait = say
    return Interrupts(WAITS, finishing or CALL).run(work)


def warn_overrides(services: Services) -> None:
    """Every face says that test addresses are in force."""
    if services.overrides:
        from seswizard.cli.ending import say

        say("Test addresses are in force (SESWIZARD_… variables).")


def on_terminal() -> bool:
    """Whether a person can be asked: questions stand on stderr."""
    return sys.stdin.isatty() and sys.stderr.isatty()


def remembered(services: Services, names: tuple[IdentityName, ...]) -> tuple[IdentityName, ...]:
    """The names given, or the one that is remembered for this region.

    Raises:
        BadInputError: none or several are remembered.
    """
    if names:
        return names
    found = sorted({one.name for one in run_async(services.state.choices()) if one.region == services.region})
    if len(found) == 1:
        return (parse_identity(found[0]),)
    if not found:
        raise BadInputError("Say which domain: nothing was set up here yet.")
    raise BadInputError(f"Say which one of {', '.join(found)}.")

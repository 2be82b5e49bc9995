"""The one place that builds gateways: options and environment in, `Services` out.

Building asks nothing of the network and loads no library but our own; each gateway loads what it needs when it is used.
"""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from seswizard.core.failure import BadInputError, NoRegionError
from seswizard.core.keep import Surroundings
from seswizard.core.pacing import SES_GAP
from seswizard.core.text import elide, printable
from seswizard.gateways.aws import AwsSession
from seswizard.gateways.clipboard import ClipboardGateway
from seswizard.gateways.clock import SystemClock
from seswizard.gateways.debug import CallLog
from seswizard.gateways.dns import DnsGateway
from seswizard.gateways.environment import overrides
from seswizard.gateways.events import EventsGateway
from seswizard.gateways.files import FilesGateway, expanded
from seswizard.gateways.iam import IamGateway
from seswizard.gateways.journal import JournalGateway
from seswizard.gateways.keep_here import surroundings
from seswizard.gateways.keeps import KeepsGateway
from seswizard.gateways.lane import Lane
from seswizard.gateways.profiles import profile
from seswizard.gateways.ses import SesGateway
from seswizard.gateways.smtp import SmtpGateway
from seswizard.gateways.state import StateGateway
from seswizard.gateways.state_directory import StateDirectory
from seswizard.gateways.sts import StsGateway
from seswizard.gateways.suppression import SuppressionGateway
from seswizard.gateways.threads import WAITS
from seswizard.gateways.vault import VaultGateway
from seswizard.ports import Services

__all__ = ["WAITS", "Options", "build", "resolve_region", "this_computer"]


@dataclass(frozen=True, slots=True)
class Options:
    """What the command line said about where to work."""

    profile: str | None = None
    region: str | None = None
    """None: to be resolved. Empty: this run asks nothing of AWS."""
    state_dir: Path | None = None
    """Instead of SESWIZARD_STATE_DIR and the platform's."""
    debug: str | None = None
    """The file to log calls to."""
    doh: bool = True
    """Whether DNS may be asked by HTTPS where port 53 is blocked."""


def resolve_region(options: Options, environment: Mapping[str, str] = os.environ) -> str:
    """The region by option, AWS_REGION, AWS_DEFAULT_REGION or the profile.

    Raises:
        NoRegionError: there is none.
        BadInputError: it is no region's name, or the profile is not known.
    """
    given = options.region or environment.get("AWS_REGION") or environment.get("AWS_DEFAULT_REGION")
    region = given or profile(options.profile, environment).region
    if not region:
        raise NoRegionError("No region is set; give --region, or set AWS_REGION.")
    if not re.fullmatch(r"[a-z]{2,5}(-[a-z]{2,12}){1,3}-\d{1,2}", region):
        raise BadInputError(f"{printable(region)[:60]} is not the name of a region; eu-west-1 is one.")
    return region


def this_computer(environment: Mapping[str, str] = os.environ) -> Surroundings:
    """What decides which keep fits here."""
    return surroundings(environment)


def build(options: Options, environment: Mapping[str, str] = os.environ) -> Services:
    """Everything one run needs of the world.

    Raises:
        BadInputError: region, profile, a SESWIZARD_ variable or the debug file cannot be used.
    """
    place = resolve_region(options, environment) if options.region is None else options.region
    named = profile(options.profile, environment).name if place else options.profile
    instead = overrides(environment)
    log = CallLog(options.debug or None)
    clock = SystemClock()
    directory = StateDirectory(_state_dir(options, environment))
    aws = AwsSession(named, place, log)

    def session_in(region: str) -> AwsSession:
        return aws if region in ("", place) else AwsSession(named, region, log)

    lane = Lane(directory, clock, SES_GAP if instead.ses_gap is None else instead.ses_gap)
    return Services(
        region=place,
        clock=clock,
        sts=StsGateway(aws),
        ses=SesGateway(aws, lane),
        iam=IamGateway(aws),
        events=EventsGateway(aws),
        suppression=SuppressionGateway(aws, lane),
        dns=DnsGateway(instead, log, doh=options.doh, environment=environment),
        smtp=SmtpGateway(place, instead, log),
        keeps=KeepsGateway(VaultGateway(log), session_in, clock, log),
        state=StateGateway(directory),
        journal=JournalGateway(directory),
        files=FilesGateway(),
        clipboard=ClipboardGateway(environment),
        waits=WAITS,
        overrides=instead.names,
        profile=options.profile or "",
        here=this_computer(environment),
        warm=aws.warm,
    )


def _state_dir(options: Options, environment: Mapping[str, str]) -> Path | None:
    named = environment.get("SESWIZARD_STATE_DIR")
    if options.state_dir or not named:
        return options.state_dir
    try:
        return expanded(named).absolute()
    except OSError as error:
        raise BadInputError(f"SESWIZARD_STATE_DIR is {printable(elide(named, 200))}, but {error.strerror}.") from None

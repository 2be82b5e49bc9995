"""AWS asks for fewer calls while somebody waits: that is waiting too, for as long as was said."""

import json
from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest

from seswizard.cli.health import reported
from seswizard.cli.linear.how import How
from seswizard.cli.linear.unattended import unattended
from seswizard.core.answers_file import SetupAnswers
from seswizard.core.findings import Level
from seswizard.core.names import DomainName
from seswizard.demo.faults import Fault
from seswizard.demo.place import DOMAIN
from seswizard.demo.world import World
from seswizard.ports import Services
from seswizard.wiring import Options, build
from tests.conftest import MakeWorld
from tests.fake_aws import ManualClock

NAME = DomainName(DOMAIN)
TRIES = 3
"""How often the library tries a call by itself."""
LONG = 6
"""Looks that are throttled: more than the library bears by itself."""
WAITING = How(yes=True, wait=True, timeout=40.0)


def throttled(operation: str, count: int | None) -> Fault:
    return Fault(operation, "TooManyRequestsException", "Too many requests.", status=429, count=count)


def timeless() -> tuple[Services, ManualClock]:
    """The product's own, whose waits take no time."""
    clock = ManualClock()
    return replace(build(Options()), clock=clock), clock


def said(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


@pytest.fixture
def production(make_world: MakeWorld) -> World:
    """Made before the test's own loop runs: the scenario has a past, which takes a loop of its own."""
    return make_world("production")


@pytest.mark.parametrize("operation", ["GetCallerIdentity", "GetAccount", "GetEmailIdentity", "GetUser"])
async def test_a_look_that_is_throttled_is_waited_for(
    world: World, quick: None, capsys: pytest.CaptureFixture[str], operation: str
) -> None:
    services, clock = timeless()
    world.faults.append(throttled(operation, LONG * TRIES))
    code = await unattended(services, NAME, SetupAnswers(), "json", How(dry_run=True, wait=True, timeout=600.0))
    told = said(capsys)
    assert (code, len(world.faults)) == (0, 0), told
    assert [one["title"] for one in told if one["event"] == "plan"] == ["make example.com known to SES", "make the SMTP login"]
    waits = [one for one in told if one["event"] == "waiting"]
    assert len(waits) == 1, "not a line for each try"
    assert clock.slept


@pytest.mark.parametrize("operation", ["CreateEmailIdentity", "CreateUser", "CreateAccessKey"])
async def test_a_change_that_is_throttled_is_made_later(
    world: World, quick: None, capsys: pytest.CaptureFixture[str], operation: str
) -> None:
    services, _ = timeless()
    world.faults.append(throttled(operation, LONG * TRIES if operation != "CreateAccessKey" else LONG))
    code = await unattended(services, NAME, SetupAnswers(), "json", WAITING)
    assert (code, said(capsys)[-1]["level"], len(world.faults)) == (4, "waiting", 0), "it waits for the records"
    assert sum(line.startswith("seswizard-") for line in world.inventory()["iam_keys"]) == 1


async def test_the_time_that_was_given_ends_it_as_the_last_look_has_it(
    world: World, quick: None, capsys: pytest.CaptureFixture[str]
) -> None:
    services, clock = timeless()
    world.faults.append(throttled("GetAccount", None))
    code = await unattended(services, NAME, SetupAnswers(), "json", WAITING)
    told = said(capsys)
    assert (code, told[-1]["event"], told[-1]["level"]) == (3, "end", "unknown")
    assert clock.passed == WAITING.timeout
    assert all(later >= before for before, later in pairwise(clock.slept[:-1])), "ever more rarely"
    assert [one["finding"]["id"] for one in told if one["event"] == "finding"].count("access.throttled") == 1


async def test_without_wait_it_ends_at_once(world: World, quick: None, capsys: pytest.CaptureFixture[str]) -> None:
    services, clock = timeless()
    world.faults.append(throttled("GetAccount", None))
    assert await unattended(services, NAME, SetupAnswers(), "json", How(yes=True)) == 3
    assert not clock.slept
    assert not [one for one in said(capsys) if one["event"] == "waiting"]


async def test_health_goes_on_watching(production: World, quick: None, capsys: pytest.CaptureFixture[str]) -> None:
    services, clock = timeless()
    production.faults.append(throttled("GetEmailIdentity", LONG * TRIES))
    (report,) = await reported(services, (NAME,), frozenset({"domain"}), "json", True, True, 600.0)
    shown = said(capsys)
    assert report.level in (Level.OK, Level.ADVICE)
    assert [one["level"] for one in shown] == ["unknown", shown[-1]["level"]]
    assert len(clock.slept) == LONG

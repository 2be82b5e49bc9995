"""What a refused login turns out to be, and that an ill-shaped one is never sent anywhere."""

from datetime import timedelta

import pytest

from seswizard.actions.examine_login import examine_login
from seswizard.core.aws_things import AccessKey
from seswizard.core.failure import Failure
from seswizard.core.findings import Finding
from seswizard.core.login import Login, smtp_password
from seswizard.core.names import DomainName
from seswizard.core.policy import Names
from seswizard.core.secret import Secret
from tests.fake_aws import REGION, START
from tests.fakes import FakeWorld

NAME = DomainName("example.com")
KEY = "AKIAEXAMPLE000000001"
SECRET = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
LOGIN = Login(KEY, smtp_password(Secret(SECRET), REGION))
INVALID = (535, "Authentication Credentials Invalid")


def refusing(*, age: float | None = 86400.0, active: bool = True) -> FakeWorld:
    """SES refuses; the key is this many seconds old, or IAM has none."""
    world = FakeWorld()
    world.smtp.replies = [INVALID]
    if age is not None:
        world.iam.held[Names("example.com", REGION).user] = (AccessKey(KEY, active, START - timedelta(seconds=age)),)
    return world


async def examined(world: FakeWorld, login: Login = LOGIN, *, kept: bool = False, others: bool = True) -> Finding:
    heard: list[object] = []
    (found,) = await examine_login(world.services, NAME, login, port=587, hear=heard.append, kept=kept, others=others)
    assert SECRET not in repr(found)
    assert login.password.reveal() not in repr(found)
    return found


async def test_an_accepted_login_is_ok() -> None:
    found = await examined(FakeWorld())
    assert (found.id, found.level.value) == ("login.ok", "ok")
    assert found.evidence[0].seen == "235 Authentication successful."
    assert found.evidence[0].source == f"email-smtp.{REGION}.amazonaws.com:587"


@pytest.mark.parametrize(
    "login", [Login(KEY, Secret(SECRET)), Login("ASIAEXAMPLE000000001", LOGIN.password), Login(KEY, Secret("short"))]
)
async def test_an_ill_shaped_login_is_sent_nowhere(login: Login) -> None:
    world = FakeWorld()
    assert (await examined(world, login)).level.value == "problem"
    assert world.calls.log == []


@pytest.mark.parametrize(
    ("world", "kept", "ident", "level"),
    [
        (refusing(age=20), True, "login.too-new", "waiting"),
        (refusing(age=299), False, "login.too-new", "waiting"),
        (refusing(age=301), True, "send.auth-failed", "problem"),
        (refusing(active=False), True, "login.key-inactive", "problem"),
        (refusing(age=20, active=False), False, "login.key-inactive", "problem"),
        (refusing(age=None), True, "login.key-missing", "problem"),
        (refusing(age=None), False, "send.auth-failed", "problem"),
    ],
)
async def test_the_key_tells_why(world: FakeWorld, kept: bool, ident: str, level: str) -> None:
    found = await examined(world, kept=kept)
    assert (found.id, found.level.value) == (ident, level)
    assert found.remedy


async def test_a_region_that_accepts_it_is_named_also_for_a_young_key() -> None:
    world = refusing(age=20)
    world.smtp.elsewhere("us-east-1").replies = [(235, "Authentication successful.")]
    found = await examined(world)
    assert (found.id, found.level.value) == ("login.other-region", "problem")
    assert "us-east-1" in found.title
    assert found.remedy
    assert "email-smtp.us-east-1.amazonaws.com" in found.remedy.text
    assert [one.label for one in found.evidence] == ["login", "us-east-1"]
    assert "smtp.send" not in world.calls.log


async def test_only_regions_of_the_same_partition_are_asked_and_each_once() -> None:
    world = refusing()
    found = await examined(world)
    assert len(world.smtp.regions) == 16
    assert not any(region.startswith("us-gov") for region in world.smtp.regions)
    assert world.calls.log.count("smtp.prove") == 17
    assert found.remedy
    assert "every other region" in found.remedy.text


async def test_the_other_regions_are_left_alone_if_one_says_so() -> None:
    world = refusing()
    assert (await examined(world, others=False)).id == "send.auth-failed"
    assert world.smtp.regions == {}


async def test_an_iam_that_does_not_answer_is_no_obstacle() -> None:
    world = refusing(age=20)
    world.calls.fail("iam.keys", Failure("access.denied", "You are not allowed to call iam:ListAccessKeys."))
    assert (await examined(world, kept=True)).id == "send.auth-failed"


@pytest.mark.parametrize(("code", "ident", "level"), [(454, "send.throttled", "waiting"), (421, "send.throttled", "waiting")])
async def test_a_passing_refusal_is_waiting(code: int, ident: str, level: str) -> None:
    world = FakeWorld()
    world.smtp.replies = [(code, "Try again later")]
    found = await examined(world)
    assert (found.id, found.level.value) == (ident, level)
    assert world.smtp.regions == {}


async def test_a_port_that_cannot_be_reached_says_nothing_about_the_login() -> None:
    world = FakeWorld()
    world.calls.fail("smtp.prove", Failure("ports.blocked", "Port 587 cannot be reached.", "refused", "Take another."))
    found = await examined(world)
    assert (found.id, found.level.value) == ("ports.blocked", "unknown")

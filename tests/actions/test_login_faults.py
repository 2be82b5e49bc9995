"""A bad day at AWS, in each call of a login's life: the right message, a journal that tells it, a re-run that mends it."""

import asyncio
from collections.abc import Awaitable, Callable

import boto3
import pytest

from seswizard.actions.action import Outcome, silent
from seswizard.actions.login import MakeLogin, prepare_login
from seswizard.actions.revoke_login import RevokeLogin, prepare_revoke
from seswizard.actions.rotate_login import RotateLogin, prepare_rotation
from seswizard.core.failure import Failure
from seswizard.core.login_wish import LoginWish, RotateWish
from seswizard.core.names import DomainName
from seswizard.demo.faults import Fault
from seswizard.demo.world import World
from seswizard.ports import Services
from seswizard.wiring import Options, build

Run = Callable[[Services, DomainName], Awaitable[Outcome]]


async def create(services: Services, name: DomainName) -> Outcome:
    action = await prepare_login(services, name)
    return await action.apply(silent) if isinstance(action, MakeLogin) else Outcome("", action)


async def rotate(services: Services, name: DomainName) -> Outcome:
    action = await prepare_rotation(services, name, LoginWish(), RotateWish(delete_old=True))
    return await action.apply(silent) if isinstance(action, RotateLogin) else Outcome("", action)


async def revoke(services: Services, name: DomainName) -> Outcome:
    action = await prepare_revoke(services, name)
    return await action.apply(silent) if isinstance(action, RevokeLogin) else Outcome("", action)


CALLS: dict[str, tuple[Run, str]] = {
    "create": (create, "GetUser CreateUser PutUserPolicy CreateAccessKey"),
    "rotate": (rotate, "GetUser GetUserPolicy ListAccessKeys CreateAccessKey UpdateAccessKey DeleteAccessKey"),
    "revoke": (revoke, "GetUser GetUserPolicy ListAccessKeys DeleteAccessKey DeleteUserPolicy DeleteUser"),
}
ROWS = [(action, call) for action, (_, calls) in CALLS.items() for call in calls.split()]
WRITES = [(action, call) for action, call in ROWS if not call.startswith(("Get", "List"))]
ACTIONS = {
    "CreateUser": "iam-user.create",
    "PutUserPolicy": "iam-policy.put",
    "CreateAccessKey": "access-key.create",
    "UpdateAccessKey": "access-key.retire",
    "DeleteAccessKey": "access-key.delete",
    "DeleteUserPolicy": "iam-policy.delete",
    "DeleteUser": "iam-user.delete",
}


@pytest.fixture
def services(world: World, monkeypatch: pytest.MonkeyPatch) -> Services:
    """The product's own, without SES's pause between calls and without the library's pauses before it tries again."""
    monkeypatch.setattr("botocore.endpoint.time.sleep", lambda _seconds: None)
    monkeypatch.setattr("seswizard.gateways.lane.Lane.turn", _at_once)
    return build(Options(region="eu-west-1"))


async def _at_once(_lane: object, _key: object) -> None:
    """SES's one call a second is another test's matter."""


def domain_of_row(action: str, call: str) -> DomainName:
    return DomainName(f"{action}-{call.lower()}.example")


async def broken(services: Services, world: World, action: str, call: str, fault: Fault) -> tuple[Outcome, DomainName]:
    """How a run ends that meets the fault, in a domain of its own."""
    name = domain_of_row(action, call)
    if action != "create":
        assert (await create(services, name)).ok
    world.faults.append(fault)
    outcome = await CALLS[action][0](services, name)
    world.faults.clear()
    return outcome, name


async def mended(services: Services, world: World, action: str, name: DomainName) -> None:
    """The next run does what the broken one could not."""
    again = await CALLS[action][0](services, name)
    assert again.ok, (action, name, again.failure)
    user = f"seswizard-{name}-eu-west-1"
    keys = [line for line in world.inventory()["iam_keys"] if line.startswith(f"{user} ")]
    kept = world.vault.read("seswizard", f"{name}/eu-west-1")
    if action == "revoke":
        assert (keys, kept) == ([], None), name
        assert not any(line.endswith(f"/{user}") for line in world.inventory()["iam_users"])
    else:
        assert len(keys) == 1, (name, keys)
        assert kept is not None
        assert keys[0].split()[1] in kept, name


async def failed_lines(services: Services, name: DomainName) -> list[str]:
    return [one.action for one in await services.journal.entries(str(name)) if one.phase == "failed"]


@pytest.mark.parametrize("action", list(CALLS))
def test_a_call_that_is_not_allowed_is_named(services: Services, world: World, action: str) -> None:
    async def each() -> None:
        for call in CALLS[action][1].split():
            message = f"User: arn:aws:iam::1:user/ann is not authorized to perform: iam:{call} on resource: x"
            outcome, name = await broken(services, world, action, call, Fault(call, "AccessDenied", message, 403, count=9))
            assert outcome.failure is not None, call
            assert outcome.failure.kind == "access.denied", (call, outcome.failure)
            assert f"iam:{call}" in outcome.failure.title
            if call in ACTIONS:
                assert await failed_lines(services, name) == [ACTIONS[call]], call
            await mended(services, world, action, name)

    asyncio.run(each())


@pytest.mark.parametrize("action", list(CALLS))
def test_a_throttled_call_says_so_and_can_be_made_again(services: Services, world: World, action: str) -> None:
    async def each() -> None:
        for call in CALLS[action][1].split():
            fault = Fault(call, "Throttling", "Rate exceeded", count=9)
            outcome, name = await broken(services, world, action, call, fault)
            assert outcome.failure is not None, call
            assert (outcome.failure.kind, outcome.failure.retry) == ("access.throttled", True), (call, outcome.failure)
            await mended(services, world, action, name)

    asyncio.run(each())


@pytest.mark.parametrize("action", list(CALLS))
def test_an_answer_that_is_lost_after_the_work_was_done_leaves_nothing_behind(
    services: Services, world: World, action: str
) -> None:
    """The library asks again and finds it done; a key, which is never asked for twice, is found and deleted at once."""

    async def each() -> None:
        for call in CALLS[action][1].split():
            outcome, name = await broken(services, world, action, call, Fault(call, drop=True))
            if call == "CreateAccessKey":
                assert outcome.failure is not None
                assert outcome.failure.kind == "access.endpoint-unreachable"
                user = f"seswizard-{name}-eu-west-1"
                keys = [line for line in world.inventory()["iam_keys"] if line.startswith(f"{user} ")]
                assert len(keys) == (1 if action == "rotate" else 0), "the lost key is gone already"
                await mended(services, world, action, name)
            else:
                assert outcome.ok, (call, outcome.failure)

    asyncio.run(each())


THEIRS = '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "ses:SendRawEmail", "Resource": "*"}]}'
LIMITS = [
    ("create", "CreateAccessKey", "LimitExceeded", 409, "login.two-keys"),
    ("rotate", "CreateAccessKey", "LimitExceeded", 409, "login.two-keys"),
    ("create", "PutUserPolicy", "LimitExceeded", 409, "login.policy-too-long"),
    ("create", "CreateUser", "EntityAlreadyExists", 409, "login.user-not-ours"),
    ("revoke", "DeleteUser", "DeleteConflict", 409, "login.user-in-use"),
]


@pytest.mark.parametrize(("action", "call", "code", "status", "kind"), LIMITS, ids=lambda value: str(value))
def test_what_iam_refuses_is_said_in_words(
    services: Services, world: World, action: str, call: str, code: str, status: int, kind: str
) -> None:
    async def one() -> None:
        outcome, name = await broken(services, world, action, call, Fault(call, code, "Cannot.", status))
        assert isinstance(outcome.failure, Failure)
        assert outcome.failure.kind == kind
        assert code not in outcome.failure.title, "no raw word"
        assert outcome.failure.remedy
        assert await failed_lines(services, name) == [ACTIONS[call]]
        await mended(services, world, action, name)

    asyncio.run(one())


def test_a_user_with_a_second_policy_of_somebody_elses_is_not_deleted(services: Services, world: World) -> None:
    name = DomainName("example.com")
    user = "seswizard-example.com-eu-west-1"

    async def road() -> Outcome:
        assert (await create(services, name)).ok
        boto3.Session().client("iam").put_user_policy(UserName=user, PolicyName="theirs", PolicyDocument=THEIRS)
        return await revoke(services, name)

    outcome = asyncio.run(road())
    assert outcome.failure is not None
    assert outcome.failure.kind == "login.user-in-use"
    assert any(line.endswith(f"/{user}") for line in world.inventory()["iam_users"])


def test_two_creates_at_once_make_one_login(world: World, services: Services) -> None:
    """The second one waits, looks again, and finds it done."""
    name = DomainName("example.com")

    async def both() -> list[Outcome]:
        one, other = await prepare_login(services, name), await prepare_login(build(Options(region="eu-west-1")), name)
        assert isinstance(one, MakeLogin)
        assert isinstance(other, MakeLogin)
        return list(await asyncio.gather(one.apply(silent), other.apply(silent)))

    outcomes = asyncio.run(both())
    assert [outcome.failure for outcome in outcomes] == [None, None]
    assert sorted(outcome.title for outcome in outcomes)[0] == "The login is made and kept. Now it is proven by logging in."
    assert sorted(outcome.title for outcome in outcomes)[1] == "The login is there already."
    assert len([line for line in world.inventory()["iam_keys"] if "example.com" in line]) == 1

"""What is called gone is gone: keys that work keep their password, and a plan that is stale is not carried out."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from seswizard.actions.action import silent
from seswizard.actions.login import MakeLogin, prepare_login
from seswizard.actions.revoke_login import RevokeLogin, prepare_revoke
from seswizard.actions.rotate_login import RotateLogin, prepare_rotation
from seswizard.actions.undo import Undo, prepare_undo
from seswizard.core.aws_things import AccessKey, IamUser
from seswizard.core.failure import Failure
from seswizard.core.login_wish import LoginWish, RotateWish
from seswizard.core.names import DomainName, EmailAddress, IdentityName
from seswizard.core.policy import POLICY_NAME, senders_of
from tests.fakes import REGION, START, FakeWorld

NAME = DomainName("example.com")
USER = "seswizard-example.com-eu-west-1"
KEPT = ("example.com", REGION)


async def made(world: FakeWorld) -> str:
    """A login that works; its key."""
    action = await prepare_login(world.services, NAME)
    assert isinstance(action, MakeLogin), action
    assert (await action.apply(silent)).ok
    return world.iam.held[USER][0].id


async def revoking(world: FakeWorld) -> RevokeLogin:
    action = await prepare_revoke(world.services, NAME)
    assert isinstance(action, RevokeLogin), action
    return action


async def undoing(world: FakeWorld) -> Undo:
    action = await prepare_undo(world.services, NAME)
    assert isinstance(action, Undo), action
    return action


PLANS: dict[str, Callable[[FakeWorld], Awaitable[RevokeLogin | Undo]]] = {"revoke": revoking, "undo": undoing}


def untagged(world: FakeWorld) -> None:
    world.iam.users[USER] = replace(world.iam.users[USER], tags=())


def keys(world: FakeWorld) -> list[str]:
    return [key.id for key in world.iam.held.get(USER, ())]


@pytest.mark.parametrize("how", list(PLANS))
async def test_the_key_that_the_journal_names_goes_although_the_user_lost_our_tag(how: str) -> None:
    world = FakeWorld()
    await made(world)
    untagged(world)
    action = await PLANS[how](world)
    assert (await action.apply(silent)).ok
    assert (keys(world), KEPT in world.vault.held) == ([], False)
    assert USER in world.iam.users
    assert (USER, POLICY_NAME) in world.iam.policies
    assert any("no longer carries our tag" in note for note in action.plan.notes)


async def test_a_kept_key_that_nothing_calls_ours_stays_with_its_password_and_its_choice() -> None:
    """Made on another computer, and the tag is gone: revoking would only take away what a person could still revoke with."""
    world = FakeWorld()
    key = await made(world)
    world.journal.lines.clear()
    untagged(world)
    before, chosen = world.inventory(), dict(world.state.chosen)
    refused = await prepare_revoke(world.services, NAME)
    assert isinstance(refused, Failure)
    assert refused.kind == "login.key-stays"
    assert key in refused.title
    assert f"--access-key-id {key}" in refused.command
    assert (world.inventory(), world.state.chosen) == (before, chosen)


@pytest.mark.parametrize("how", list(PLANS))
async def test_a_key_that_is_still_there_after_its_deletion_keeps_its_password(how: str, monkeypatch: pytest.MonkeyPatch) -> None:
    world = FakeWorld()
    key = await made(world)

    async def says_yes(_user: str, _key: str) -> bool:
        return True

    action = await PLANS[how](world)
    monkeypatch.setattr(world.iam, "delete_key", says_yes)
    outcome = await action.apply(silent)
    assert outcome.failure is not None
    assert outcome.failure.kind == "removal.still-there"
    assert key in outcome.failure.title
    assert KEPT in world.vault.held
    assert world.state.chosen
    monkeypatch.undo()
    assert (await (await PLANS[how](world)).apply(silent)).ok, "the next run finishes it"
    assert keys(world) == []


async def test_an_old_key_that_is_still_there_is_not_called_deleted(monkeypatch: pytest.MonkeyPatch) -> None:
    world = FakeWorld()
    await made(world)

    async def says_yes(_user: str, _key: str) -> bool:
        return True

    action = await prepare_rotation(world.services, NAME, LoginWish(), RotateWish(delete_old=True))
    assert isinstance(action, RotateLogin), action
    monkeypatch.setattr(world.iam, "delete_key", says_yes)
    outcome = await action.apply(silent)
    assert outcome.failure is not None
    assert outcome.failure.kind == "removal.still-there"


async def test_rotate_refuses_a_user_that_create_refuses() -> None:
    world = FakeWorld()
    await made(world)
    untagged(world)
    for refused in (await prepare_login(world.services, NAME), await prepare_rotation(world.services, NAME)):
        assert isinstance(refused, Failure)
        assert refused.kind == "login.user-not-ours"
        assert "--adopt" in refused.remedy


async def test_adopting_is_the_way_back_for_a_login_whose_user_lost_its_tag() -> None:
    world = FakeWorld()
    await made(world)
    untagged(world)
    action = await prepare_login(world.services, NAME, LoginWish(adopt=True))
    assert isinstance(action, MakeLogin), action
    assert [change.what for change in action.plan.changes] == ["IAM user"]
    assert (await action.apply(silent)).ok
    assert isinstance(await prepare_rotation(world.services, NAME), RotateLogin)


def new_policy(world: FakeWorld) -> None:
    world.iam.policies[(USER, POLICY_NAME)] = '{"Statement": []}'


def another_user(world: FakeWorld) -> None:
    world.iam.users[USER] = IamUser(USER, "/", f"arn:aws:iam::1:user/{USER}", (("team", "other"),))
    world.iam.held[USER] = (AccessKey("AKIATHEIRS", True, START),)
    new_policy(world)


BENT = {"the tag": untagged, "the policy": new_policy, "the user": another_user}


@pytest.mark.parametrize("how", list(PLANS))
@pytest.mark.parametrize("bent", list(BENT))
async def test_what_others_changed_while_the_question_stood_stays(how: str, bent: str) -> None:
    world = FakeWorld()
    await made(world)
    action = await PLANS[how](world)
    BENT[bent](world)
    await action.apply(silent)
    assert USER in world.iam.users
    assert (USER, POLICY_NAME) in world.iam.policies
    assert keys(world) == (["AKIATHEIRS"] if bent == "the user" else [])
    assert any(note.startswith("Stays") for note in action.plan.notes), "what stays is said, as it is now"


@pytest.mark.parametrize("how", list(PLANS))
async def test_what_came_while_the_question_stood_is_not_removed_unasked(how: str) -> None:
    world = FakeWorld()
    action = await PLANS[how](world) if how == "revoke" else None
    await made(world)
    action = action or await PLANS[how](world)
    before = keys(world)
    if how == "undo":
        rotation = await prepare_rotation(world.services, NAME, LoginWish(), RotateWish(after=3))
        assert isinstance(rotation, RotateLogin)
        assert (await rotation.apply(silent)).ok
        before = keys(world)
    outcome = await action.apply(silent)
    assert keys(world) == before
    assert how == "revoke" or (outcome.failure is not None and outcome.failure.kind == "login.changed")


@pytest.mark.parametrize("how", list(PLANS))
async def test_of_several_at_once_all_end_well(how: str) -> None:
    world = FakeWorld()
    await made(world)
    plans = [await PLANS[how](world) for _ in range(3)]
    assert [(await action.apply(silent)).failure for action in plans] == [None] * 3
    assert USER not in world.iam.users


async def broken_run(world: FakeWorld) -> None:
    """Alice's run ends before her key exists."""
    world.calls.fail("iam.create_key")
    action = await prepare_login(world.services, NAME)
    assert isinstance(action, MakeLogin), action
    assert not (await action.apply(silent)).ok
    world.calls.mend()


@pytest.mark.parametrize("how", ["create", "revoke", "undo"])
async def test_a_colleagues_key_that_is_in_use_is_not_taken_for_one_that_nobody_has(how: str) -> None:
    world = FakeWorld()
    await broken_run(world)
    world.iam.held[USER] = (AccessKey("AKIABOB", True, START + timedelta(minutes=1)),)
    world.iam.used["AKIABOB"] = START + timedelta(minutes=2)
    if how == "create":
        action = await prepare_login(world.services, NAME)
        assert isinstance(action, MakeLogin), action
        assert not [change for change in action.plan.changes if change.sign == "-"]
        assert any("AKIABOB" in note and "--retire AKIABOB" in note for note in action.plan.notes), action.plan.notes
        assert (await action.apply(silent)).ok
    else:
        plan = await PLANS[how](world)
        assert (await plan.apply(silent)).ok
        assert any("AKIABOB" in note for note in plan.plan.notes)
    assert "AKIABOB" in keys(world)


async def test_a_key_that_the_journal_names_is_an_orphan_although_our_own_proof_used_it() -> None:
    world = FakeWorld()
    world.calls.fail("vault.store")
    action = await prepare_login(world.services, NAME)
    assert isinstance(action, MakeLogin), action
    world.calls.fail("iam.delete_key")
    assert not (await action.apply(silent)).ok
    world.calls.mend()
    (left,) = keys(world)
    world.iam.used[left] = START + timedelta(hours=1)
    again = await prepare_login(world.services, NAME)
    assert isinstance(again, MakeLogin), again
    assert any(change.sign == "-" and left in change.detail for change in again.plan.changes), again.plan.changes


async def test_a_policy_of_an_adopted_user_that_is_not_ours_is_not_lost() -> None:
    world = FakeWorld()
    world.iam.users[USER] = IamUser(USER, "/", f"arn:aws:iam::1:user/{USER}", ())
    world.iam.policies[(USER, POLICY_NAME)] = '{"Statement": ["theirs"]}'
    refused = await prepare_login(world.services, NAME, LoginWish(adopt=True))
    assert isinstance(refused, Failure)
    assert refused.kind == "login.policy-not-ours"


ADDRESS = EmailAddress.parse("me@team.example.com")
TEAM = "seswizard-team.example.com-eu-west-1"


async def made_for(world: FakeWorld, name: IdentityName) -> MakeLogin:
    action = await prepare_login(world.services, name)
    assert isinstance(action, MakeLogin), action
    assert (await action.apply(silent)).ok
    return action


def line(action: MakeLogin) -> str:
    return next(change.detail for change in action.plan.changes if change.what == "Policy")


@pytest.mark.parametrize("name", [ADDRESS, NAME], ids=str)
async def test_the_plan_says_of_the_policy_what_the_policy_says(name: IdentityName) -> None:
    world = FakeWorld()
    action = await made_for(world, name)
    senders = senders_of(world.iam.policies[(TEAM if name is ADDRESS else USER, POLICY_NAME)])
    assert line(action) == f"may send only as {', '.join(senders)}"
    assert senders == ((str(ADDRESS),) if name is ADDRESS else ("*@example.com", "*@*.example.com"))


async def test_an_addresss_login_that_may_send_as_its_whole_domain_goes_on_so_and_it_is_said() -> None:
    world = FakeWorld()
    await made_for(world, DomainName("team.example.com"))
    before = dict(world.iam.policies)
    action = await prepare_login(world.services, ADDRESS)
    assert isinstance(action, MakeLogin), action
    assert not [change for change in action.plan.changes if change.what == "Policy"]
    assert any("*@team.example.com" in note and "stays so" in note for note in action.plan.notes), action.plan.notes
    await action.apply(silent)
    assert world.iam.policies == before


async def test_a_second_address_takes_nothing_from_the_first() -> None:
    world = FakeWorld()
    await made_for(world, ADDRESS)
    other = EmailAddress.parse("you@team.example.com")
    action = await made_for(world, other)
    assert senders_of(world.iam.policies[(TEAM, POLICY_NAME)]) == (str(ADDRESS), str(other))
    assert line(action) == f"may send only as {ADDRESS}, {other}"

"""A change that stops before anything was begun says so, instead of that it is not finished."""

import pytest

from seswizard.actions.action import Action, silent
from seswizard.actions.login import MakeLogin, prepare_login
from seswizard.actions.revoke_login import RevokeLogin, prepare_revoke
from seswizard.actions.rotate_login import RotateLogin, prepare_rotation
from seswizard.actions.undo import Undo, prepare_undo
from seswizard.core.names import DomainName
from tests.fakes import FakeWorld

NAME = DomainName("example.com")


async def prepared(world: FakeWorld, what: str) -> Action:
    made = await prepare_login(world.services, NAME)
    assert isinstance(made, MakeLogin)
    if what == "create":
        return made
    assert (await made.apply(silent)).ok
    if what == "rotate":
        action: object = await prepare_rotation(world.services, NAME)
    else:
        action = await (prepare_revoke if what == "revoke" else prepare_undo)(world.services, NAME)
    assert isinstance(action, (RotateLogin, RevokeLogin, Undo))
    return action


@pytest.mark.parametrize("what", ["create", "rotate", "revoke", "undo"])
async def test_nothing_was_begun(what: str) -> None:
    world = FakeWorld()
    action = await prepared(world, what)
    before = world.inventory()
    world.calls.fail("journal.alone")
    outcome = await action.apply(silent)
    assert outcome.failure
    assert outcome.title == "Nothing was done."
    assert world.inventory() == before


@pytest.mark.parametrize(
    ("what", "call"),
    [("create", "iam.create_key"), ("rotate", "iam.set_key"), ("revoke", "iam.delete_user"), ("undo", "iam.delete_user")],
)
async def test_something_was_begun(what: str, call: str) -> None:
    world = FakeWorld()
    action = await prepared(world, what)
    world.calls.fail(call)
    outcome = await action.apply(silent)
    assert outcome.failure
    assert "run it again to go on" in outcome.title

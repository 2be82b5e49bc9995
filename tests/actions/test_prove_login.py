"""A login is proven by logging in; a young key's 535 is waited out, anything else is not."""

import pytest

from seswizard.actions.prove_login import Attempt, LoginProven, prove_login
from seswizard.core.conversation import Line
from seswizard.core.login import Login
from seswizard.core.secret import Secret
from tests.fakes import DENIED, FakeWorld

LOGIN = Login("AKIAEXAMPLE000000001", Secret("canary-password"))
INVALID = (535, "Authentication Credentials Invalid")


async def proven(world: FakeWorld, patience: float = 300.0) -> tuple[LoginProven, list[Attempt], list[Line]]:
    tried: list[Attempt] = []
    heard: list[Line] = []
    ended = await prove_login(world.services, LOGIN, port=587, hear=heard.append, tried=tried.append, patience=patience)
    return ended, tried, heard


async def test_a_login_that_works_is_proven_at_once() -> None:
    world = FakeWorld()
    ended, tried, heard = await proven(world)
    assert (ended.ok, ended.failure, [one.number for one in tried]) == (True, None, [1])
    assert tried[0].next_in is None
    assert ended.conversation is not None and ended.conversation.code == 235
    assert heard
    assert world.clock.slept == []


async def test_535_is_waited_out_with_growing_pauses() -> None:
    world = FakeWorld()
    world.smtp.replies = [INVALID] * 4
    ended, tried, _ = await proven(world)
    assert ended.ok
    assert [one.number for one in tried] == [1, 2, 3, 4, 5]
    assert world.clock.slept == [one.next_in for one in tried[:-1]] == sorted(world.clock.slept)
    assert tried[0].reply == "535 Authentication Credentials Invalid"


async def test_it_gives_up_when_patience_is_used_up() -> None:
    world = FakeWorld()
    world.smtp.replies = [INVALID] * 200
    ended, tried, _ = await proven(world)
    assert not ended.ok
    assert ended.failure is not None
    assert ended.failure.kind == "send.auth-failed"
    assert tried[-1].next_in is None
    assert 300 <= world.clock.passed <= 320
    assert "canary-password" not in repr(ended)


@pytest.mark.parametrize("code", [454, 421, 451])
async def test_a_passing_trouble_is_waited_out_too(code: int) -> None:
    world = FakeWorld()
    world.smtp.replies = [(code, "Temporary authentication failure")]
    ended, tried, _ = await proven(world)
    assert ended.ok
    assert len(tried) == 2


async def test_any_other_refusal_ends_it_at_once() -> None:
    world = FakeWorld()
    world.smtp.replies = [(530, "Authentication required")]
    ended, tried, _ = await proven(world)
    assert not ended.ok
    assert ended.conversation is not None and ended.conversation.code == 530
    assert (len(tried), world.clock.slept) == (1, [])


async def test_a_server_that_cannot_be_reached_is_a_failure_and_not_a_refusal() -> None:
    world = FakeWorld()
    world.calls.fail("smtp.prove")
    ended, tried, _ = await proven(world)
    assert (ended.ok, ended.failure, ended.conversation, tried) == (False, DENIED, None, [])

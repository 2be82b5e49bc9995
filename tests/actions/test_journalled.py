"""A journal's intent always gets its end, whatever ends the call that it announced."""

import asyncio

import pytest

from seswizard.actions.action import silent
from seswizard.actions.journalled import Journalled, Step
from tests.fakes import FakeWorld

STEP = Step("iam-user.create", "iam-user", "sender", "IAM user", "sender")


@pytest.mark.parametrize("error", [KeyError("x"), RuntimeError(), asyncio.CancelledError()])
async def test_an_intent_gets_its_end_whatever_is_raised(error: BaseException) -> None:
    world = FakeWorld()

    async def call() -> None:
        raise error

    made = Journalled(world.services, "example.com", "123456789012", silent).make(STEP, call)
    with pytest.raises(type(error)):
        await made
    assert [entry.phase for entry in world.journal.lines] == ["intent", "failed"]
    assert dict(world.journal.lines[-1].detail) == {"failure": type(error).__name__}

"""What `login create` and `login rotate` ask on a terminal, and what follows from each answer."""

from collections.abc import Callable
from typing import Any

import click
import pytest

from seswizard.cli.closing import Closing
from seswizard.cli.login_create import _create
from seswizard.cli.login_rotate import _rotate
from seswizard.core.aws_things import AccessKey, IamUser
from seswizard.core.login_wish import LoginWish, RotateWish
from seswizard.core.names import DomainName
from tests.fakes import ACCOUNT, REGION, START, FakeWorld

NAME = DomainName("example.com")
USER = "seswizard-example.com-eu-west-1"
CLOSING = Closing("example.com", REGION)
KEPT = ("example.com", REGION)
Answers = Callable[..., list[str]]


@pytest.fixture
def answers(monkeypatch: pytest.MonkeyPatch) -> Answers:
    """A person at the terminal who gives these answers, in order; gives the questions as they come."""

    def person(*given: object) -> list[str]:
        left, asked = list(given), []

        def answer(question: str, *_: Any, **__: Any) -> object:
            asked.append(question)
            return left.pop(0)

        for place in ("login_create", "login_rotate", "login_options", "consent"):
            monkeypatch.setattr(f"seswizard.cli.{place}.on_terminal", lambda: True)
        monkeypatch.setattr(click, "confirm", answer)
        monkeypatch.setattr(click, "prompt", answer)
        return asked

    return person


async def create(world: FakeWorld, wish: LoginWish | None = None) -> int:
    return await _create(world.services, NAME, wish or LoginWish(), CLOSING, yes=False, dry_run=False)


async def test_the_plan_is_consented_to(answers: Answers) -> None:
    world = FakeWorld()
    assert answers(False) == []
    assert await create(world) == 0
    assert world.writes() == []
    answers(True)
    assert await create(world) == 0
    assert world.vault.held


async def test_a_password_that_cannot_be_kept_may_go_elsewhere(
    answers: Answers, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    world = FakeWorld()
    real, tries = world.vault.store, iter([True, False])

    async def once_locked(*place: Any, **how: Any) -> None:
        if next(tries):
            world.calls.fail("vault.store")
        await real(*place, **how)

    monkeypatch.setattr(world.vault, "store", once_locked)

    def mended(*_: Any, **__: Any) -> str:
        world.calls.mend()
        return "file:/etc/ses-login"

    answers(True)
    monkeypatch.setattr(click, "prompt", mended)
    assert await create(world) == 0
    assert world.state.chosen[KEPT].login_keep == "file:/etc/ses-login"
    assert len(world.iam.held[USER]) == 1
    said = capsys.readouterr()
    assert "not lost yet" in said.err
    assert world.vault.held[KEPT].password.reveal() not in said.err + said.out


async def test_or_its_key_is_deleted(answers: Answers) -> None:
    world = FakeWorld()
    world.calls.fail("vault.store")
    asked = answers(True, "nowhere at all", "delete")
    assert await create(world) == 1
    assert asked[1:] == ["Keep it in", "Keep it in"]
    assert world.iam.held[USER] == ()


async def test_a_user_of_somebody_elses_is_asked_about(answers: Answers) -> None:
    world = FakeWorld()
    world.iam.users[USER] = IamUser(USER, "/", f"arn:aws:iam::{ACCOUNT}:user/{USER}", ())
    answers(False)
    assert await create(world) == 1
    assert world.writes() == []
    asked = answers(True, True)
    assert await create(world) == 0
    assert asked[0].startswith("Let it have our policy")
    assert world.vault.held


async def test_which_of_two_keys_goes_is_asked_by_number(answers: Answers) -> None:
    world = FakeWorld()
    answers(True)
    assert await create(world) == 0
    world.vault.held.clear()
    world.iam.held[USER] = (AccessKey("AKIA1", True, START), AccessKey("AKIA2", True, START))
    answers(0)
    assert await create(world) == 1
    answers(2, True)
    assert await create(world) == 0
    assert [key.id for key in world.iam.held[USER]][:1] == ["AKIA1"]
    assert len(world.iam.held[USER]) == 2


@pytest.mark.parametrize(("agreed", "keys"), [(True, 1), (False, 2)])
async def test_after_a_rotation_the_old_key_may_go_at_once(answers: Answers, agreed: bool, keys: int) -> None:
    world = FakeWorld()
    answers(True)
    assert await create(world) == 0
    asked = answers(True, agreed)
    assert await _rotate(world.services, NAME, LoginWish(), RotateWish(), CLOSING, yes=False, dry_run=False) == 0
    assert asked[-1] == f"Delete the old key of {USER} now?"
    assert len(world.iam.held[USER]) == keys

"""A login's life broken off at every single call, in memory: what SIGKILL does in `tests/kill`, with more kinds of keeps.

Here the run is broken by an exception that nothing catches, at each call to any port, and then run again.
"""

from dataclasses import dataclass

import pytest

from seswizard.actions.action import silent
from seswizard.actions.login import MakeLogin, prepare_login
from seswizard.actions.revoke_login import RevokeLogin, prepare_revoke
from seswizard.actions.rotate_login import RotateLogin, prepare_rotation
from seswizard.actions.undo import Undo, prepare_undo
from seswizard.core.keep import KeepChoice
from seswizard.core.login import Login, smtp_password
from seswizard.core.login_wish import LoginWish, RotateWish
from seswizard.core.names import DomainName
from seswizard.core.secret import Secret
from tests.fakes import REGION, FakeWorld

NAME = DomainName("example.com")
USER = "seswizard-example.com-eu-west-1"
COMMAND = KeepChoice("command", "", "pass insert -m ses", "pass show ses")
SECRETS = KeepChoice("secretsmanager", "ses/login")
PLAIN = LoginWish()
SHARED = LoginWish(also=("b.example", "c.example"), regions=("us-east-1",))


class KilledError(BaseException):
    """The process is gone: nothing of ours sees it, nothing cleans up."""


@dataclass
class Breaking:
    """Breaks the run at its nth call."""

    left: int

    def __call__(self) -> None:
        if self.left == 0:
            raise KilledError
        self.left -= 1


class BreakingWorld(FakeWorld):
    """A world whose calls can end the run."""

    def break_at(self, number: int) -> None:
        breaking, begin = Breaking(number), type(self.calls).begin

        def broken(name: str) -> None:
            breaking()
            begin(self.calls, name)

        self.calls.begin = broken  # type: ignore[method-assign]  # that is the point

    def whole(self) -> None:
        del self.calls.begin


async def create(world: FakeWorld, wish: LoginWish) -> None:
    action = await prepare_login(world.services, NAME, wish)
    assert isinstance(action, MakeLogin), action
    outcome = await action.apply(silent)
    assert outcome.ok, outcome.failure


async def rotate(world: FakeWorld, wish: LoginWish) -> None:
    action = await prepare_rotation(world.services, NAME, PLAIN, RotateWish(delete_old=True))
    assert isinstance(action, RotateLogin), action
    outcome = await action.apply(silent)
    assert outcome.ok, outcome.failure


async def revoke(world: FakeWorld, wish: LoginWish) -> None:
    action = await prepare_revoke(world.services, NAME)
    assert isinstance(action, RevokeLogin), action
    outcome = await action.apply(silent)
    assert outcome.ok, outcome.failure


async def undo(world: FakeWorld, wish: LoginWish) -> None:
    action = await prepare_undo(world.services, NAME)
    assert isinstance(action, Undo), action
    outcome = await action.apply(silent)
    assert outcome.ok, outcome.failure


RUNS = {"create": create, "rotate": rotate, "revoke": revoke, "undo": undo}
WISHES = {
    "keyring": PLAIN,
    "shared": SHARED,
    "command": LoginWish(COMMAND),
    "secrets manager, two regions": LoginWish(SECRETS, also=("b.example",), regions=("us-east-1",)),
}


def works(world: FakeWorld) -> bool:
    """Whether every place of the keep holds the password of one and the same active key."""
    names = {login.username for (_, region), login in world.vault.held.items() if not region.endswith("/next")}
    active = {key.id for key in world.iam.held.get(USER, ()) if key.active}
    return len(names) == 1 and names <= active and right(world)


def right(world: FakeWorld) -> bool:
    """Whether every password is that of its key and region."""
    return all(
        login.password == smtp_password(Secret(f"secret-{int(login.username[-9:])}"), region.removesuffix("/next"))
        for (_, region), login in world.vault.held.items()
    )


async def length(action: str, wish: LoginWish) -> int:
    world = BreakingWorld()
    if action != "create":
        await create(world, wish)
    world.calls.log.clear()
    await RUNS[action](world, wish)
    return len(world.calls.log)


@pytest.mark.parametrize("keep", list(WISHES))
@pytest.mark.parametrize("action", list(RUNS))
async def test_broken_at_any_call_and_run_again(action: str, keep: str) -> None:
    wish = WISHES[keep]
    calls = await length(action, wish)
    assert calls > 15
    for number in range(calls):
        world = BreakingWorld()
        if action != "create":
            await create(world, wish)
        world.break_at(number)
        with pytest.raises(KilledError):
            await RUNS[action](world, wish)
        world.whole()
        assert len(world.iam.held.get(USER, ())) <= 2, number
        if action == "rotate":
            held = world.vault.held[("example.com", REGION)]
            assert held.username in {key.id for key in world.iam.held[USER] if key.active}, "it works at every moment"
        if action == "undo" and not world.state.chosen:
            continue
        await RUNS[action](world, wish)
        if action in ("create", "rotate"):
            assert works(world), number
            assert len(world.iam.held[USER]) == 1, number
            assert not [slot for _, slot in world.vault.held if slot.endswith("/next")], number
        else:
            assert (world.iam.users, world.iam.policies, world.vault.held) == ({}, {}, {}), number
            assert not world.iam.held.get(USER), number
            assert not [one for one in world.state.chosen.values() if one.login_keep or one.iam_user], number


async def test_a_shown_password_that_was_shown_is_the_login_and_one_that_was_not_costs_its_key() -> None:
    """Nothing can be read back from `show`: the journal tells how far it came."""
    wish = LoginWish(KeepChoice("show"))
    calls = await length("create", wish)
    for number in range(calls):
        world = BreakingWorld()
        world.vault.held = Forgetful()
        world.break_at(number)
        with pytest.raises(KilledError):
            await create(world, wish)
        world.whole()
        await create(world, wish)
        assert len(world.iam.held[USER]) == 1, number


class Forgetful(dict[tuple[str, str], Login]):
    """A keep that keeps nothing."""

    def __setitem__(self, key: tuple[str, str], value: Login) -> None:
        """It is gone at once."""

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
from seswizard.core.failure import Failure
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


class Reader:
    """A person who reads what is shown once, and remembers the user names."""

    def __init__(self, world: FakeWorld) -> None:
        self.world = world
        self.read: list[str] = []

    async def __call__(self, login: Login) -> None:
        self.world.calls.begin("person.reads")
        self.read.append(login.username)
        self.world.calls.begin("person.has read")


async def show(world: FakeWorld, reader: Reader, action: str) -> None:
    prepared = await (
        prepare_login(world.services, NAME, LoginWish(KeepChoice("show")))
        if action == "create"
        else prepare_rotation(world.services, NAME, PLAIN, RotateWish(delete_old=True))
    )
    assert not isinstance(prepared, Failure), prepared
    prepared.hand = reader
    outcome = await prepared.apply(silent)
    assert outcome.ok, outcome.failure


@pytest.mark.parametrize("action", ["create", "rotate"])
async def test_a_shown_password_that_was_read_is_the_login_and_one_that_was_not_costs_its_key(action: str) -> None:
    """Nothing can be read back from `show`: the journal tells whether it reached the person."""
    number = 0
    while True:
        world = BreakingWorld()
        reader = Reader(world)
        if action == "rotate":
            await show(world, reader, "create")
        world.break_at(number)
        try:
            await show(world, reader, action)
            break
        except KilledError:
            world.whole()
        if action == "rotate":
            assert {key.id for key in world.iam.held[USER] if key.active} & set(reader.read), "a login that was read works"
        await show(world, reader, action)
        assert [key.id for key in world.iam.held[USER]] == reader.read[-1:], number
        number += 1
    assert number > 20


@pytest.mark.parametrize("action", ["create", "rotate"])
async def test_a_password_that_nobody_reads_costs_its_key_and_no_other(action: str) -> None:
    world = FakeWorld()
    if action == "rotate":
        await show(world, Reader(world), "create")
    before = list(world.iam.held.get(USER, ()))
    prepared = await (
        prepare_login(world.services, NAME, LoginWish(KeepChoice("show")))
        if action == "create"
        else prepare_rotation(world.services, NAME, PLAIN, RotateWish(delete_old=True))
    )
    assert not isinstance(prepared, Failure), prepared
    outcome = await prepared.apply(silent)
    assert outcome.failure is not None
    assert outcome.failure.kind == "login.not-shown"
    assert list(world.iam.held[USER]) == before
    assert prepared.made is None

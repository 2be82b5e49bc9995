"""A login moves to another keep by a rotation, broken off at every single call and run again, in memory."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from seswizard.actions.action import silent
from seswizard.actions.login import prepare_login
from seswizard.actions.revoke_login import prepare_revoke
from seswizard.actions.rotate_login import RotateLogin, prepare_rotation
from seswizard.actions.undo import prepare_undo
from seswizard.core.failure import Failure
from seswizard.core.keep import KeepChoice
from seswizard.core.login import Login, smtp_password
from seswizard.core.login_wish import LoginWish, RotateWish
from seswizard.core.secret import Secret
from seswizard.ports import Services
from tests.actions.test_login_crash import NAME, USER, BreakingWorld, KilledError
from tests.fakes import REGION, FakeVault

HOME = ("example.com", REGION)
FILE = KeepChoice("file", "/home/me/login.json")
SHOW, COMMAND, SECRETS = KeepChoice("show"), KeepChoice("command", "", "keep it", "read it"), KeepChoice("ssm", "/mail")


class MovingWorld(BreakingWorld):
    """A world with a vault for each kind of keep, and a person who reads what is shown."""

    def __init__(self) -> None:
        super().__init__()
        self.vaults: dict[str, FakeVault] = {"keyring": self.vault}
        self.read: list[str] = []

    def open(self, choice: KeepChoice) -> FakeVault:
        return self.vaults.setdefault(choice.kind, FakeVault(self.calls))

    @property
    def all(self) -> Services:
        """The services, with these keeps."""
        return replace(self.services, keeps=self)

    async def hand(self, login: Login) -> None:
        self.calls.begin("person.reads")
        self.read.append(login.username)

    @property
    def held(self) -> dict[str, dict[tuple[str, str], Login]]:
        """What lies where."""
        return {kind: vault.held for kind, vault in self.vaults.items() if vault.held}


async def make(world: MovingWorld, keep: KeepChoice | None, **more: tuple[str, ...]) -> None:
    prepared = await prepare_login(world.all, NAME, LoginWish(keep, **more))  # type: ignore[arg-type]  # domains, regions
    assert not isinstance(prepared, Failure), prepared
    prepared.hand = world.hand
    assert (await prepared.apply(silent)).ok


async def move(world: MovingWorld, keep: KeepChoice | None) -> None:
    prepared = await prepare_rotation(world.all, NAME, LoginWish(keep), RotateWish(delete_old=True))
    assert isinstance(prepared, RotateLogin), prepared
    prepared.hand = world.hand
    outcome = await prepared.apply(silent)
    assert outcome.ok, outcome.failure


def chosen(world: MovingWorld) -> tuple[str, str]:
    one = world.state.chosen[str(NAME), REGION]
    return one.login_keep, one.beside_keep


def active(world: MovingWorld) -> set[str]:
    return {key.id for key in world.iam.held[USER] if key.active}


def works(world: MovingWorld) -> bool:
    """Whether the keep that the state names holds an active key's password; nothing else holds one of a key that is gone."""
    kind = chosen(world)[0].partition(":")[0]
    if kind == "show":
        return world.read[-1] in active(world)
    login = world.vaults[kind].held.get(HOME)
    return bool(
        login
        and login.username in active(world)
        and login.password == smtp_password(Secret(f"secret-{int(login.username[-9:])}"), REGION)
    )


@pytest.mark.parametrize(
    ("start", "to"), [(None, FILE), (FILE, SECRETS), (SHOW, FILE), (None, SHOW), (COMMAND, FILE), (FILE, COMMAND)]
)
async def test_a_move_broken_at_any_call_and_run_again(start: KeepChoice | None, to: KeepChoice) -> None:
    number = 0
    while True:
        world = MovingWorld()
        await make(world, start, **({} if SHOW in (start, to) or COMMAND in (start, to) else {"also": ("b.example",)}))
        world.break_at(number)
        try:
            await move(world, to)
            break
        except KilledError:
            world.whole()
        assert works(world), f"{number}: it works at every moment"
        if chosen(world)[0] == to.text:
            await move(world, None)
        elif to == SHOW and world.read:
            await move(world, None)  # It was read, and the choices do not say so yet: its key goes, and it moves anew.
            await move(world, to)
        else:
            await move(world, to)
        assert works(world), number
        assert chosen(world) == (to.text, ""), number
        assert len(world.iam.held[USER]) == 1, number
        assert set(world.held) == {to.kind} - {"show"}, number
        number += 1
    assert number > 30


async def test_a_move_that_broke_is_cleaned_up_by_revoking_too() -> None:
    number = 0
    while True:
        world = MovingWorld()
        await make(world, None)
        world.break_at(number)
        try:
            await move(world, FILE)
            break
        except KilledError:
            world.whole()
        prepared = await prepare_revoke(world.all, NAME)
        assert not isinstance(prepared, Failure)
        assert (await prepared.apply(silent)).ok
        assert (world.iam.users, world.held, world.state.chosen.get((str(NAME), REGION))) == (
            {}, {}, replace(world.state.chosen[str(NAME), REGION], login_keep="", beside_keep="", iam_user=""),
        ), number  # fmt: skip
        number += 1


async def test_a_keep_that_does_not_keep_leaves_the_login_where_it_is() -> None:
    world = MovingWorld()
    await make(world, None)
    before = dict(world.vault.held)
    world.open(FILE)
    world.calls.fail("vault.store")
    prepared = await prepare_rotation(world.all, NAME, LoginWish(FILE))
    assert isinstance(prepared, RotateLogin)
    outcome = await prepared.apply(silent)
    assert outcome.failure is not None
    assert (world.held, chosen(world)) == ({"keyring": before}, ("keyring", ""))
    assert len(world.iam.held[USER]) == 1


async def test_a_keep_that_holds_somebody_else_s_login_is_refused() -> None:
    world = MovingWorld()
    await make(world, None)
    world.open(FILE).held[HOME] = Login("AKIASOMEBODYELSE0001", Secret("B" * 44))
    refused = await prepare_rotation(world.all, NAME, LoginWish(FILE))
    assert isinstance(refused, Failure)
    assert refused.kind == "login.has-its-own"


async def test_a_place_under_another_name_is_not_written_over() -> None:
    """Two command lines of one program lead to the same place."""
    world = MovingWorld()
    await make(world, COMMAND)
    before = dict(world.vaults["command"].held)
    refused = await prepare_rotation(world.all, NAME, LoginWish(replace(COMMAND, store_with="keep it by force")))
    assert isinstance(refused, Failure)
    assert "this very login" in refused.title
    assert world.vaults["command"].held == before


async def test_a_move_waits_for_a_rotation_that_is_under_way() -> None:
    world = MovingWorld()
    await make(world, None)
    prepared = await prepare_rotation(world.all, NAME)
    assert isinstance(prepared, RotateLogin)
    assert (await prepared.apply(silent)).ok
    refused = await prepare_rotation(world.all, NAME, LoginWish(FILE))
    assert isinstance(refused, Failure)
    assert (refused.kind, "--delete-old" in refused.command) == ("login.staged", True)


@pytest.mark.parametrize("end", [prepare_revoke, prepare_undo])
@pytest.mark.parametrize("keep", [SECRETS, COMMAND])
async def test_a_create_that_broke_anywhere_is_taken_back_whole(keep: KeepChoice, end: Callable[..., Any]) -> None:
    """Also the trial that a keep gets before there is any key, and before the login's choices are on disk."""
    number = 0
    while True:
        world = MovingWorld()
        world.break_at(number)
        try:
            await make(world, keep)
            break
        except KilledError:
            world.whole()
        prepared = await end(world.all, NAME)
        assert not isinstance(prepared, Failure)
        assert (await prepared.apply(silent)).ok
        assert (world.iam.users, world.iam.held.get(USER, ()), world.held) == ({}, (), {}), number
        number += 1
    assert number > 20

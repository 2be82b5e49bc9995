"""Whatever is raised while a new key's password is on its way: the key is deleted again, or it is said that it stays."""

from typing import Any

import pytest

from seswizard.actions.action import Progress, silent
from seswizard.actions.login import MakeLogin, prepare_login
from seswizard.actions.rotate_login import RotateLogin, prepare_rotation
from seswizard.core.keep import KeepChoice
from seswizard.core.login import Login
from seswizard.core.login_wish import LoginWish
from seswizard.core.names import DomainName
from tests.actions.test_move_login import FILE, MovingWorld
from tests.fakes import FakeVault

NAME = DomainName("example.com")
USER = "seswizard-example.com-eu-west-1"
COMMAND = KeepChoice("command", "", "store it", "read it")
RAISED = (RuntimeError("wrong state"), UnicodeError("no such encoding"), KeyError("collection"), OSError(5, "broken"))


class RaisingVault(FakeVault):
    """Raises what no port should let through, at every password but the trial."""

    error: Exception | None = None

    async def store(self, domain: str, region: str, login: Login, *, staged: bool = False) -> None:
        """Raise before anything is kept."""
        if self.error and login.username.startswith("AKIA"):
            raise self.error
        await super().store(domain, region, login, staged=staged)


class RaisingWorld(MovingWorld):
    """Whose keeps can be told to raise."""

    def __init__(self) -> None:
        super().__init__()
        self.error: Exception | None = None

    def open(self, choice: KeepChoice) -> FakeVault:
        """A keep that raises what the world does."""
        if not isinstance(self.vaults.get(choice.kind), RaisingVault):
            self.vaults[choice.kind] = RaisingVault(self.calls)
        vault = self.vaults[choice.kind]
        assert isinstance(vault, RaisingVault)
        vault.error = self.error
        return vault

    def journalled(self) -> list[str]:
        """The last lines of the journal."""
        return [one for one in self.writes() if one.startswith("journal.")][-3:]


TAKEN_BACK = ["journal.intent access-key.delete", "journal.done access-key.delete", "journal.undone access-key.create"]


async def made(world: RaisingWorld, keep: KeepChoice | None) -> MakeLogin:
    prepared = await prepare_login(world.all, NAME, LoginWish(keep))
    assert isinstance(prepared, MakeLogin), prepared
    return prepared


async def rotation(world: RaisingWorld, keep: KeepChoice | None) -> RotateLogin:
    prepared = await prepare_rotation(world.all, NAME, LoginWish(keep))
    assert isinstance(prepared, RotateLogin), prepared
    return prepared


async def stops(world: RaisingWorld, action: MakeLogin | RotateLogin, error: Exception) -> list[Progress]:
    """Carry it out; it stops by this error, which nobody has translated."""
    told: list[Progress] = []
    with pytest.raises(type(error)):
        await action.apply(told.append)
    return told


@pytest.mark.parametrize("error", RAISED, ids=lambda error: type(error).__name__)
@pytest.mark.parametrize("hold", [False, True])
@pytest.mark.parametrize("keep", [None, COMMAND])
async def test_a_new_login_s_key_is_taken_back(error: Exception, keep: KeepChoice | None, hold: bool) -> None:
    world = RaisingWorld()
    world.error = error
    action = await made(world, keep)
    action.hold = hold
    await stops(world, action, error)
    assert world.iam.held[USER] == ()
    assert not world.held, "not even the trial"
    assert set(TAKEN_BACK) <= set(world.writes())


@pytest.mark.parametrize("error", RAISED, ids=lambda error: type(error).__name__)
@pytest.mark.parametrize(("keep", "to"), [(None, None), (COMMAND, None), (None, FILE)], ids=["beside", "one place", "moved"])
async def test_a_rotation_s_key_is_taken_back(error: Exception, keep: KeepChoice | None, to: KeepChoice | None) -> None:
    world = RaisingWorld()
    assert (await (await made(world, keep)).apply(silent)).ok
    held, keys = dict(world.held), world.iam.held[USER]
    world.error = error
    world.open(keep or KeepChoice())
    await stops(world, await rotation(world, to), error)
    assert (world.held, world.iam.held[USER]) == (held, keys)
    assert set(TAKEN_BACK) <= set(world.writes())


@pytest.mark.parametrize(("keep", "to"), [(COMMAND, None), (None, FILE)], ids=["one place", "moved"])
async def test_a_proof_that_raises_costs_the_new_key_only(
    monkeypatch: pytest.MonkeyPatch, keep: KeepChoice | None, to: KeepChoice | None
) -> None:
    world = RaisingWorld()
    assert (await (await made(world, keep)).apply(silent)).ok
    keys = world.iam.held[USER]

    async def prove(*_: Any, **__: Any) -> None:
        raise RuntimeError

    monkeypatch.setattr("seswizard.actions.rotate_login.prove_everywhere", prove)
    await stops(world, await rotation(world, to), RuntimeError())
    assert world.iam.held[USER] == keys


async def test_a_key_that_cannot_be_taken_back_is_said_to_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    world = RaisingWorld()
    world.error = RuntimeError()
    action = await made(world, None)

    async def delete_key(_user: str, _key: str) -> bool:
        """Raise what no port should let through."""
        raise KeyError("ResponseMetadata")

    monkeypatch.setattr(world.iam, "delete_key", delete_key)
    told = await stops(world, action, RuntimeError())
    assert any("could not be deleted again; the next run removes it" in one.detail for one in told)
    assert len(world.iam.held[USER]) == 1

"""The keyring: whatever a back end does, within its time there is a value or a sentence."""

import asyncio
import json
import threading
from collections.abc import Iterator

import keyring.core
import pytest
from keyring.backend import KeyringBackend
from keyring.backends import SecretService, chainer, fail, null
from keyring.errors import KeyringError, KeyringLocked, PasswordSetError

from seswizard.core.failure import FailureError
from seswizard.core.keep import KeepChoice
from seswizard.core.login import Login
from seswizard.core.secret import Secret
from seswizard.gateways import keyrings
from seswizard.gateways.debug import CallLog
from seswizard.gateways.vault import VaultGateway
from seswizard.ports import Services

LOGIN = Login("AKIAEXAMPLE", Secret("B" + "x" * 43))


class DBusError(Exception):
    """What a D-Bus library raises: no KeyringError."""


class Memory(KeyringBackend):
    """A keyring that works; with switches for the ways in which real ones do not."""

    priority = 5

    def __init__(self, fault: str = "") -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # keyring leaves it untyped
        self.entries: dict[tuple[str, str], str] = {}
        self.fault = fault
        self.release = threading.Event()

    def set_password(self, service: str, username: str, password: str) -> None:
        if self.fault == "hang":
            self.release.wait(20)
        if self.fault == "raise":
            raise DBusError(f"cannot store {password}")
        if self.fault != "forget":
            self.entries[service, username] = password

    def get_password(self, service: str, username: str) -> str | None:
        if self.fault == "hang":
            self.release.wait(20)
        return self.entries.get((service, username))

    def delete_password(self, service: str, username: str) -> None:
        del self.entries[service, username]


class EncryptedKeyring(Memory):
    """Named like those that prompt with getpass."""


VAULT = VaultGateway(CallLog(), limit=0.3)


@pytest.fixture
def backend(monkeypatch: pytest.MonkeyPatch) -> Iterator[Memory]:
    """A working keyring that was named in the environment."""
    made = Memory()
    use(monkeypatch, made)
    yield made
    made.release.set()


def use(monkeypatch: pytest.MonkeyPatch, backend: KeyringBackend, *, named: bool = True) -> None:
    monkeypatch.setattr(keyring.core, "_keyring_backend", backend)
    if named:
        monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "somewhere.Backend")
    else:
        monkeypatch.delenv("PYTHON_KEYRING_BACKEND", raising=False)


async def test_the_worlds_keyring_keeps_a_login(services: Services) -> None:
    kept = await services.keeps.open(KeepChoice()).probe()
    assert (kept.name, kept.usable, kept.reason) == ("seswizard.demo.vault.WorldKeyring", True, "")
    assert await services.keeps.open(KeepChoice()).read("example.com", "eu-west-1") is None
    await services.keeps.open(KeepChoice()).store("example.com", "eu-west-1", LOGIN)
    assert await services.keeps.open(KeepChoice()).read("example.com", "eu-west-1") == LOGIN
    assert await services.keeps.open(KeepChoice()).read("example.com", "us-east-1") is None
    assert await services.keeps.open(KeepChoice()).delete("example.com", "eu-west-1")
    assert not await services.keeps.open(KeepChoice()).delete("example.com", "eu-west-1")


async def test_entries_have_the_contracts_form(backend: Memory) -> None:
    await VAULT.store("example.com", "eu-west-1", LOGIN)
    ((place, value),) = backend.entries.items()
    assert place == ("seswizard", "example.com/eu-west-1")
    assert json.loads(value) == {"username": LOGIN.username, "password": LOGIN.password.reveal()}


async def test_a_probe_leaves_nothing_behind(backend: Memory) -> None:
    assert (await VAULT.probe()).usable
    assert backend.entries == {}


@pytest.mark.parametrize(
    ("fault", "reason"),
    [("hang", "did not answer within"), ("raise", "failed (DBusError)"), ("forget", "does not give back")],
)
async def test_a_keyring_that_does_not_keep_is_a_sentence(backend: Memory, fault: str, reason: str) -> None:
    backend.fault = fault
    kept = await VAULT.probe()
    assert not kept.usable
    assert reason in kept.reason
    with pytest.raises(FailureError) as caught:
        await VAULT.store("example.com", "eu-west-1", LOGIN)
    failure = caught.value.failure
    assert failure.kind == "login.vault-missing"
    assert LOGIN.password.reveal() not in repr(failure)
    assert caught.value.__cause__ is None


@pytest.mark.parametrize("made", [fail.Keyring, null.Keyring, EncryptedKeyring])
@pytest.mark.parametrize("named", [True, False])
async def test_some_keyrings_are_refused_even_when_named(
    monkeypatch: pytest.MonkeyPatch, made: type[KeyringBackend], named: bool
) -> None:
    use(monkeypatch, made(), named=named)
    kept = await VAULT.probe()
    assert not kept.usable
    assert kept.reason.endswith(".")


async def test_a_strange_keyring_is_used_only_when_named(monkeypatch: pytest.MonkeyPatch) -> None:
    use(monkeypatch, Memory(), named=False)
    kept = await VAULT.probe()
    assert not kept.usable
    assert "PYTHON_KEYRING_BACKEND" in kept.reason
    use(monkeypatch, Memory(), named=True)
    assert (await VAULT.probe()).name.endswith("Memory")


async def test_the_platforms_own_is_used_unasked(monkeypatch: pytest.MonkeyPatch) -> None:
    memory = Memory()
    own = SecretService.Keyring()  # type: ignore[no-untyped-call]  # as above
    for name in ("set_password", "get_password", "delete_password"):
        monkeypatch.setattr(own, name, getattr(memory, name))
    use(monkeypatch, own, named=False)
    kept = await VAULT.probe()
    assert (kept.name, kept.usable) == ("Secret Service", True)


async def test_of_a_chain_the_first_link_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = EncryptedKeyring(), Memory()
    chain = chainer.ChainerBackend()  # type: ignore[no-untyped-call]  # as above
    use(monkeypatch, chain)
    monkeypatch.setattr(chainer.ChainerBackend, "backends", [first, second])
    assert not (await VAULT.probe()).usable
    monkeypatch.setattr(chainer.ChainerBackend, "backends", [second, first])
    assert (await VAULT.probe()).usable
    monkeypatch.setattr(chainer.ChainerBackend, "backends", [])
    assert not (await VAULT.probe()).usable


@pytest.mark.parametrize("name", ["no.such.module.Keyring", "keyring.backends.null.NoSuchClass"])
async def test_a_named_keyring_that_is_not_there(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setattr(keyring.core, "_keyring_backend", None)
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", name)
    kept = await VAULT.probe()
    assert not kept.usable
    assert "not installed" in kept.reason


@pytest.mark.parametrize("value", ["", "{", "[]", '{"username": 5, "password": "x"}', '{"username": "x"}'])
async def test_an_entry_of_somebody_else_is_not_taken_for_none(backend: Memory, value: str) -> None:
    backend.entries["seswizard", "example.com/eu-west-1"] = value
    with pytest.raises(FailureError):
        await VAULT.read("example.com", "eu-west-1")


@pytest.mark.parametrize(
    ("number", "told"),
    [("-25244", "another one made it"), ("-25293", "did not accept"), ("-25308", "no desktop session"), ("-128", "told no")],
)
@pytest.mark.parametrize("kind", [PasswordSetError, KeyringLocked, KeyringError, DBusError])
async def test_macos_refusals_are_named_by_their_number(
    backend: Memory, monkeypatch: pytest.MonkeyPatch, number: str, told: str, kind: type[Exception]
) -> None:
    def refuse(service: str, username: str, password: str) -> None:
        raise kind(f"Can't store password on keychain: ({number}, 'Unknown Error') {password}")

    monkeypatch.setattr(backend, "set_password", refuse)
    for work in (VAULT.probe(), VAULT.store("example.com", "eu-west-1", LOGIN)):
        with pytest.raises(FailureError) as caught:
            await work
        failure = caught.value.failure
        assert (failure.kind, told in failure.title, bool(failure.remedy)) == ("login.keychain-refused", True, True)
        assert LOGIN.password.reveal() not in repr(failure)


async def test_a_number_is_found_where_an_exception_came_from(backend: Memory, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(service: str, username: str) -> None:
        try:
            raise RuntimeError(-25293, "The user name or passphrase you entered is not correct.")
        except RuntimeError as error:
            raise KeyringError("no") from error

    monkeypatch.setattr(backend, "get_password", refuse)
    with pytest.raises(FailureError, match="25293"):
        await VAULT.read("example.com", "eu-west-1")


@pytest.mark.parametrize("text", ["took -1285 ms", "at 10.-128.4", "id=x-128", "(25244)"])
async def test_other_numbers_name_nothing(backend: Memory, monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    def refuse(service: str, username: str) -> None:
        raise KeyringError(text)

    monkeypatch.setattr(backend, "get_password", refuse)
    with pytest.raises(FailureError) as caught:
        await VAULT.read("example.com", "eu-west-1")
    assert caught.value.failure.kind == "login.vault-missing"


async def test_a_keychain_that_asks_in_a_window_is_named(backend: Memory, monkeypatch: pytest.MonkeyPatch) -> None:
    """macOS asks again after every upgrade of Python, and nothing returns until somebody has answered."""
    monkeypatch.setattr(keyrings, "chosen", lambda: (backend, "macOS Keychain"))
    vault, backend.fault = VaultGateway(CallLog(), limit=0.2), "hang"
    for _ in range(2):
        with pytest.raises(FailureError, match="in a window") as caught:
            await vault.read("example.com", "eu-west-1")
        assert caught.value.failure.kind == "login.keychain-refused"


async def test_while_a_call_hangs_the_next_ones_start_nothing(backend: Memory, monkeypatch: pytest.MonkeyPatch) -> None:
    vault, backend.fault, asked = VaultGateway(CallLog(), limit=0.2), "hang", []
    real = backend.get_password

    def get(service: str, username: str) -> str | None:
        asked.append(username)
        return real(service, username)

    monkeypatch.setattr(backend, "get_password", get)
    for _ in range(4):
        with pytest.raises(FailureError, match="did not answer"):
            await vault.read("example.com", "eu-west-1")
    assert len(asked) == 1


async def test_a_call_that_was_given_up_while_it_waited_its_turn_starts_nothing(
    backend: Memory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its thread may come to run long after its awaiter has left, and by then the keyring is somebody else's."""
    vault, asked, over = VaultGateway(CallLog(), limit=0.1), [], threading.Event()

    class LateTurn:
        """A turn that comes only when nobody waits any more."""

        def acquire(self, timeout: float) -> bool:
            return backend.release.wait(20)

        def release(self) -> None:
            over.set()

    monkeypatch.setattr(vault, "_turn", LateTurn())
    monkeypatch.setattr(backend, "get_password", lambda service, username: asked.append(username))
    with pytest.raises(FailureError, match="did not answer"):
        await vault.read("example.com", "eu-west-1")
    backend.release.set()
    assert await asyncio.to_thread(over.wait, 20)
    assert asked == []


@pytest.mark.parametrize("former", [None, "former"])
async def test_what_a_hung_keyring_stores_in_the_end_is_taken_back(
    backend: Memory, monkeypatch: pytest.MonkeyPatch, former: str | None
) -> None:
    """It was called failed and its key was deleted: it must not turn up afterwards."""
    place, over = ("seswizard", "example.com/eu-west-1"), threading.Event()
    if former:
        backend.entries[place] = former
    real_set, real_delete, sets = backend.set_password, backend.delete_password, []

    def slow(service: str, username: str, password: str) -> None:
        sets.append(password)
        if len(sets) == 1:
            backend.release.wait(20)
        real_set(service, username, password)
        if len(sets) == 2:
            over.set()

    def delete(service: str, username: str) -> None:
        real_delete(service, username)
        over.set()

    monkeypatch.setattr(backend, "set_password", slow)
    monkeypatch.setattr(backend, "delete_password", delete)
    with pytest.raises(FailureError, match="did not answer"):
        await VaultGateway(CallLog(), limit=0.2).store("example.com", "eu-west-1", LOGIN)
    backend.release.set()
    assert await asyncio.to_thread(over.wait, 20)
    assert backend.entries.get(place) == former


async def test_a_store_is_not_lost_when_its_awaiter_is_cancelled(backend: Memory, monkeypatch: pytest.MonkeyPatch) -> None:
    started, real = threading.Event(), backend.set_password

    def slow(service: str, username: str, password: str) -> None:
        started.set()
        backend.release.wait(20)
        real(service, username, password)

    monkeypatch.setattr(backend, "set_password", slow)
    task = asyncio.create_task(VaultGateway(CallLog(), limit=20).store("example.com", "eu-west-1", LOGIN))
    assert await asyncio.to_thread(started.wait, 20)
    task.cancel()
    await asyncio.sleep(0)
    backend.release.set()
    await asyncio.wait([task])
    assert len(backend.entries) == 1

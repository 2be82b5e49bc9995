"""The keyring: whatever a back end does, within its time there is a value or a sentence."""

import json
import threading
from collections.abc import Iterator

import keyring.core
import pytest
from keyring.backend import KeyringBackend
from keyring.backends import SecretService, chainer, fail, null

from seswizard.core.failure import FailureError
from seswizard.core.keep import KeepChoice
from seswizard.core.login import Login
from seswizard.core.secret import Secret
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

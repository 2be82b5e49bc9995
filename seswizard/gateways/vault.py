"""The OS keyring: the keep that holds SMTP logins.

A keyring may hang for two minutes, ask a question nobody sees, or raise an exception of some D-Bus library, so every
operation has three seconds on a thread of its own, and anything that goes wrong becomes one sentence.
"""

import contextlib
import importlib
import json
import secrets
from collections.abc import Callable
from typing import Any, TypeVar

from seswizard.core.failure import Failure, FailureError
from seswizard.core.login import Keep, Login
from seswizard.core.secret import Secret
from seswizard.core.text import printable
from seswizard.gateways.debug import CallLog
from seswizard.gateways.threads import in_thread

T = TypeVar("T")

SERVICE = "seswizard"
LIMIT = 3.0
_LOADING = 10.0
"""Seconds for loading the keyring library itself, once."""


def entry_of(domain: str, region: str, *, staged: bool) -> str:
    """The user name of an entry: `<domain>/<region>`, with `/next` for the login that is to follow it."""
    return f"{domain}/{region}/next" if staged else f"{domain}/{region}"


class VaultGateway:
    """Logins under service `seswizard`, user name `<domain>/<region>`."""

    def __init__(self, log: CallLog, limit: float = LIMIT) -> None:
        self._log = log
        self._limit = limit

    async def probe(self) -> Keep:
        """Whether a secret written here can be read back; really tried, nothing left behind."""
        names: list[str] = []

        def work(backend: Any, name: str) -> bool:
            names.append(name)
            user, value = f"probe/{secrets.token_hex(8)}", secrets.token_urlsafe(24)
            backend.set_password(SERVICE, user, value)
            try:
                return bool(backend.get_password(SERVICE, user) == value)
            finally:
                with contextlib.suppress(Exception):  # it did not keep it: there is nothing to delete
                    backend.delete_password(SERVICE, user)

        try:
            kept = await self._run("probe", work)
        except FailureError as error:
            return Keep(names[0] if names else "keyring", usable=False, reason=error.failure.title)
        reason = "" if kept else "The keyring does not give back what it was given."
        return Keep(names[0], usable=kept, reason=reason)

    async def read(self, domain: str, region: str, *, staged: bool = False) -> Login | None:
        """The login kept for a domain in a region."""
        entry = entry_of(domain, region, staged=staged)
        text = await self._run("read", lambda backend, _: _secret(backend.get_password(SERVICE, entry)))
        return None if text is None else _login(text)

    async def store(self, domain: str, region: str, login: Login, *, staged: bool = False) -> None:
        """Write and read back; raises if it does not read back the same."""
        entry = entry_of(domain, region, staged=staged)

        def work(backend: Any, _name: str) -> bool:
            value = json.dumps({"username": login.username, "password": login.password.reveal()})
            backend.set_password(SERVICE, entry, value)
            return bool(backend.get_password(SERVICE, entry) == value)

        if not await self._run("store", work):
            raise FailureError(_failure("The keyring does not give back what it was given."))

    async def delete(self, domain: str, region: str, *, staged: bool = False) -> bool:
        """Whether there was one."""
        entry = entry_of(domain, region, staged=staged)

        def work(backend: Any, _name: str) -> bool:
            if backend.get_password(SERVICE, entry) is None:
                return False
            backend.delete_password(SERVICE, entry)
            return True

        return await self._run("delete", work)

    async def _run(self, operation: str, work: Callable[[Any, str], T]) -> T:
        """Any for the backend: its type would load keyring."""

        def run() -> T:
            try:
                keyrings = _keyrings()
                backend, name = keyrings.chosen()
                return work(backend, printable(name))
            except Exception as error:  # noqa: BLE001  # back ends raise whatever their libraries raise
                # From None, and by class alone: a message or a frame could hold the value.
                raise FailureError(_failure(_sentence(error))) from None

        with self._log.call(f"keyring:{operation}"):
            try:
                await in_thread(_keyrings, _LOADING)
                return await in_thread(run, self._limit)
            except TimeoutError:
                raise FailureError(_failure(f"The keyring did not answer within {self._limit:g} s.")) from None
            except ImportError as error:
                raise FailureError(_failure(_sentence(error))) from None


def _keyrings() -> Any:
    return importlib.import_module("seswizard.gateways.keyrings")


def _secret(text: str | None) -> Secret | None:
    return None if text is None else Secret(text)


def _login(text: Secret) -> Login:
    try:
        entry = json.loads(text.reveal())
        return Login(printable(entry["username"]), Secret(str(entry["password"])))
    except (ValueError, TypeError, KeyError):
        raise FailureError(_failure("The keyring's entry is not one that seswizard wrote.")) from None


def _sentence(error: Exception) -> str:
    kind = type(error).__name__
    if kind == "UnusableError":
        return printable(str(error))
    if isinstance(error, ImportError | AttributeError):
        return "The keyring named in PYTHON_KEYRING_BACKEND is not installed."
    if kind == "NoKeyringError":
        return "No keyring runs here."
    if kind in ("KeyringLocked", "InitError"):
        return "The keyring is locked."
    return f"The keyring failed ({printable(kind)})."


def _failure(title: str) -> Failure:
    remedy = "Unlock or start a keyring (Secret Service, KWallet), then try again."
    return Failure("login.vault-missing", title, remedy=remedy)

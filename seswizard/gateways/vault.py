"""The OS keyring: the keep that holds SMTP logins.

A keyring may hang for two minutes, ask a question nobody sees, or raise an exception of some D-Bus library, so every
operation has three seconds on a thread of its own, and anything that goes wrong becomes one sentence.
"""

import contextlib
import importlib
import secrets
import threading
import time
from collections.abc import Callable
from typing import Any, TypeVar

from seswizard.core.failure import FailureError
from seswizard.core.login import Keep, Login
from seswizard.core.secret import Secret
from seswizard.core.text import printable
from seswizard.gateways.debug import CallLog
from seswizard.gateways.keep_calls import changed, looked
from seswizard.gateways.keep_refusals import keyring_failure, refusal, silence
from seswizard.gateways.keep_values import KIND, login_of, written

T = TypeVar("T")

SERVICE = "seswizard"
LIMIT = 3.0
_LOADING = 10.0
"""Seconds for loading the keyring library itself, once."""
_FORGETS = "The keyring does not give back what it was given."


def entry_of(domain: str, region: str, *, staged: bool) -> str:
    """The user name of an entry: `<domain>/<region>`, with `/next` for the login that is to follow it."""
    return f"{domain}/{region}/next" if staged else f"{domain}/{region}"


class VaultGateway:
    """Logins under service `seswizard`, user name `<domain>/<region>`."""

    def __init__(self, log: CallLog, limit: float = LIMIT) -> None:
        self._log = log
        self._limit = limit
        self._backend = ""
        self._turn = threading.Lock()
        """Held by a call until it ends: while one hangs, the next ones wait their seconds and start nothing."""

    async def probe(self) -> Keep:
        """Whether a secret written here can be read back; really tried, nothing left behind.

        Raises:
            FailureError: kind `login.keychain-refused`, which has a remedy of its own.
        """
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
            if error.failure.kind != KIND:
                raise
            return Keep.unusable(names[0] if names else "keyring", error.failure)
        return Keep(names[0], usable=kept, reason="" if kept else _FORGETS)

    async def read(self, domain: str, region: str, *, staged: bool = False) -> Login | None:
        """The login kept for a domain in a region."""
        entry = entry_of(domain, region, staged=staged)
        text = await self._run("read", lambda backend, _: _secret(backend.get_password(SERVICE, entry)))
        return None if text is None else _login(text)

    async def store(self, domain: str, region: str, login: Login, *, staged: bool = False) -> None:
        """Write and read back; raises if it does not read back the same."""
        entry, value = entry_of(domain, region, staged=staged), written(login)
        former: list[str | None] = []

        def work(backend: Any, _name: str) -> bool:
            former.append(backend.get_password(SERVICE, entry))
            backend.set_password(SERVICE, entry, value)
            return bool(backend.get_password(SERVICE, entry) == value)

        def late(backend: Any) -> None:
            # It was called failed, so it must not turn up afterwards in place of the one before.
            if former and backend.get_password(SERVICE, entry) == value != former[0]:
                if former[0] is None:
                    backend.delete_password(SERVICE, entry)
                else:
                    backend.set_password(SERVICE, entry, former[0])

        if not await self._run("store", work, late):
            raise keyring_failure(_FORGETS)

    async def delete(self, domain: str, region: str, *, staged: bool = False) -> bool:
        """Whether there was one."""
        entry = entry_of(domain, region, staged=staged)

        def work(backend: Any, _name: str) -> bool:
            if backend.get_password(SERVICE, entry) is None:
                return False
            backend.delete_password(SERVICE, entry)
            return True

        return await self._run("delete", work)

    async def _run(self, operation: str, work: Callable[[Any, str], T], late: Callable[[Any], None] | None = None) -> T:
        """Any for the backend: its type would load keyring."""
        opened: list[tuple[Any, str]] = []
        given_up = 0.0

        def run() -> T:
            if not self._turn.acquire(timeout=max(0.0, given_up - time.monotonic())):
                raise TimeoutError
            try:
                if time.monotonic() >= given_up:  # this thread came late: its awaiter has left
                    raise TimeoutError
                opened.append(_keyrings().chosen())
                self._backend = printable(opened[0][1])
                return work(opened[0][0], self._backend)
            except Exception as error:  # noqa: BLE001  # back ends raise whatever their libraries raise
                # From None, and by class and number alone: a message or a frame could hold the value.
                raise refusal(error) from None
            finally:
                self._turn.release()

        def take_back() -> None:
            if late and opened:
                with self._turn:
                    late(opened[0][0])

        with self._log.call(f"keyring:{operation}"):
            try:
                await looked(_keyrings, _LOADING)
                given_up = time.monotonic() + self._limit
                if operation in ("store", "delete"):
                    return await changed(run, self._limit, take_back)
                return await looked(run, self._limit)
            except TimeoutError:
                raise silence(self._backend, self._limit) from None
            except FailureError:
                raise
            except Exception as error:  # noqa: BLE001  # loading it may raise whatever back ends do
                raise refusal(error) from None


def _keyrings() -> Any:
    return importlib.import_module("seswizard.gateways.keyrings")


def _secret(text: str | None) -> Secret | None:
    return None if text is None else Secret(text)


def _login(text: Secret) -> Login:
    try:
        return login_of(text, "")
    except FailureError:
        raise keyring_failure("The keyring's entry is not one that seswizard wrote.") from None

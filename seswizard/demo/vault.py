"""The world's throw-away keyring: a file in the world's own directory, so that a demo never touches the real one.

It is used only when named: `PYTHON_KEYRING_BACKEND=seswizard.demo.vault.WorldKeyring`, with the file's path in
`KEYRING_PROPERTY_SESWIZARD_WORLD`, which keyring hands over as the attribute `seswizard_world`.
"""

import contextlib
import fcntl
import json
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

from keyring.backend import KeyringBackend
from keyring.errors import KeyringError, PasswordDeleteError


class VaultFile:
    """Entries by service and user name, in one 0600 file that several processes may use at once."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def read(self, service: str, username: str) -> str | None:
        """The entry, or None."""
        with self._locked():
            return self._entries().get(service, {}).get(username)

    def write(self, service: str, username: str, value: str) -> None:
        """Keep an entry, in place of an older one."""
        with self._locked():
            entries = self._entries()
            entries.setdefault(service, {})[username] = value
            self._save(entries)

    def delete(self, service: str, username: str) -> bool:
        """Forget an entry; whether there was one."""
        with self._locked():
            entries = self._entries()
            found = entries.get(service, {}).pop(username, None)
            if found is not None:
                self._save(entries)
            return found is not None

    @contextlib.contextmanager
    def _locked(self) -> Iterator[None]:
        descriptor = os.open(self._path.with_suffix(".lock"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)

    def _entries(self) -> dict[str, dict[str, str]]:
        if not self._path.exists():
            return {}
        entries: dict[str, dict[str, str]] = json.loads(self._path.read_text(encoding="utf-8"))
        return entries

    def _save(self, entries: dict[str, dict[str, str]]) -> None:
        descriptor, name = tempfile.mkstemp(dir=self._path.parent, prefix=".keyring-")
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump(entries, file)
        Path(name).replace(self._path)


class WorldKeyring(KeyringBackend):
    """The keyring backend over that file."""

    # Below 1, keyring never chooses it by itself.
    priority = 0.1
    seswizard_world: str = ""

    def get_password(self, service: str, username: str) -> str | None:
        """The entry, or None."""
        return self._file().read(service, username)

    def set_password(self, service: str, username: str, password: str) -> None:
        """Keep an entry."""
        self._file().write(service, username, password)

    def delete_password(self, service: str, username: str) -> None:
        """Forget an entry.

        Raises:
            PasswordDeleteError: there is none.
        """
        if not self._file().delete(service, username):
            raise PasswordDeleteError("Password not found")

    def _file(self) -> VaultFile:
        if not self.seswizard_world:
            raise KeyringError("KEYRING_PROPERTY_SESWIZARD_WORLD names no file; this keyring exists inside a world only")
        return VaultFile(Path(self.seswizard_world))

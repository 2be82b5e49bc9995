"""What we changed, one JSON line each, on disk before the call that it announces: undo reads it after any crash."""

import contextlib
import json
import os
from collections.abc import AsyncIterator
from pathlib import Path

from seswizard.core.failure import Failure, FailureError
from seswizard.core.remembered import Entry
from seswizard.gateways.files import open_plain, sync_directory
from seswizard.gateways.locks import lock_file, locked, taken
from seswizard.gateways.state_directory import StateDirectory, read_only
from seswizard.gateways.state_values import entry_from, entry_to, scrubbed

FILE = "journal.jsonl"
ALONE = "login.lock"
_HELD = "held-"
"""How the lock files of names begin."""
_BUSY = 30.0
"""Seconds for a change of a login that another process makes."""


class JournalGateway:
    """JSON Lines in the state directory."""

    def __init__(self, directory: StateDirectory) -> None:
        self._directory = directory

    @contextlib.asynccontextmanager
    async def alone(self) -> AsyncIterator[None]:
        """Hold the lock that every change of a login is made under; the system frees it when a process is killed."""

        directory = await self._directory.prepared()
        lock = locked(directory / ALONE, _BUSY)
        try:
            await lock.__aenter__()
        except OSError as error:
            raise read_only(directory, error) from None
        try:
            yield
        finally:
            await lock.__aexit__(None, None, None)

    @contextlib.asynccontextmanager
    async def holding(self, name: str) -> AsyncIterator[bool]:
        """Be the one who works with a thing of this name; False where another process is. The lock's file goes with it."""

        def opened(directory: Path) -> tuple[Path, int, bool]:
            path = directory / f"{_HELD}{name}.lock"
            _sweep(directory, path)
            descriptor = lock_file(path)
            return path, descriptor, taken(descriptor)

        path, descriptor, mine = await self._directory.change(opened)
        try:
            yield mine
        finally:
            if mine:
                with contextlib.suppress(OSError):
                    path.unlink()
            os.close(descriptor)

    async def write(self, entry: Entry) -> None:
        """Append a line and wait until it is on the disk."""
        line = json.dumps(entry_to(entry)).encode() + b"\n"

        await self._directory.change(lambda directory: _append(directory / FILE, line))

    async def entries(self, domain: str | None = None) -> tuple[Entry, ...]:
        """All lines, or those of one domain, oldest first; a line torn by a crash is left out."""

        def look() -> tuple[Entry, ...]:
            found = (_entry(line) for line in self._lines())
            return tuple(one for one in found if one and domain in (None, one.domain))

        return await self._directory.look(look)

    def _lines(self) -> list[bytes]:
        directory = self._directory.for_reading()
        if directory is None:
            return []
        try:
            with os.fdopen(open_plain(directory / FILE, os.O_RDONLY), "rb") as file:
                return file.read().splitlines()
        except FileNotFoundError:
            return []
        except (OSError, ValueError) as error:
            why = (error.strerror if isinstance(error, OSError) else "") or type(error).__name__
            raise FailureError(Failure("state.unreadable", f"The journal cannot be read: {why}.")) from None


def _sweep(directory: Path, wanted: Path) -> None:
    """Remove the lock files of killed processes; the directory's own lock is held, so none is just being taken."""
    for path in directory.glob(f"{_HELD}*.lock"):
        if path == wanted:
            continue
        with contextlib.suppress(OSError):
            descriptor = lock_file(path)
            try:
                if taken(descriptor):
                    path.unlink()
            finally:
                os.close(descriptor)


def _append(path: Path, line: bytes) -> None:
    descriptor = open_plain(path, os.O_RDWR | os.O_APPEND | os.O_CREAT)
    try:
        size = os.fstat(descriptor).st_size
        if size and os.pread(descriptor, 1, size - 1) != b"\n":
            line = b"\n" + line  # the last line was torn by a crash; ours must not continue it
        while line:
            line = line[os.write(descriptor, line) :]
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    sync_directory(path.parent)


def _entry(line: bytes) -> Entry | None:
    """A line's entry; None for one that a crash has torn.

    Raises:
        FailureError: a newer version wrote it; what it says must not be passed over.
    """
    try:
        data = json.loads(line)
        if isinstance(data, dict) and isinstance(data.get("schema"), int) and data["schema"] > 1:
            raise FailureError(Failure("state.newer", "The journal was written by a newer seswizard; use that one."))
        return entry_from(scrubbed(data))
    except (ValueError, RecursionError):
        return None

"""What we changed, one JSON line each, on disk before the call that it announces: undo reads it after any crash."""

import asyncio
import contextlib
import fcntl
import json
import os
from collections.abc import AsyncIterator
from pathlib import Path

from seswizard.core.failure import Failure, FailureError
from seswizard.core.remembered import Entry
from seswizard.gateways.files import sync_directory
from seswizard.gateways.state_directory import StateDirectory
from seswizard.gateways.state_values import entry_from, entry_to, scrubbed
from seswizard.gateways.threads import in_thread, to_completion

FILE = "journal.jsonl"
ALONE = "login.lock"
_HELD = "held-"
"""How the lock files of names begin."""
_READING = 10.0
_BUSY, _PAUSE = 30.0, 0.1


class JournalGateway:
    """JSON Lines in the state directory."""

    def __init__(self, directory: StateDirectory) -> None:
        self._directory = directory

    @contextlib.asynccontextmanager
    async def alone(self) -> AsyncIterator[None]:
        """Hold the lock that every change of a login is made under; the system frees it when a process is killed."""

        def opened() -> int:
            with self._directory.locked() as directory:
                return _opened(directory / ALONE)

        descriptor = await to_completion(opened)
        try:
            for _ in range(int(_BUSY / _PAUSE)):
                if _taken(descriptor):
                    break
                await asyncio.sleep(_PAUSE)
            else:
                raise FailureError(_BUSY_ELSEWHERE)
            yield
        finally:
            os.close(descriptor)

    @contextlib.asynccontextmanager
    async def holding(self, name: str) -> AsyncIterator[bool]:
        """Be the one who works with a thing of this name; False where another process is. The lock's file goes with it."""

        def opened() -> tuple[Path, int, bool]:
            with self._directory.locked() as directory:
                path = directory / f"{_HELD}{name}.lock"
                _sweep(directory, path)
                descriptor = _opened(path)
                return path, descriptor, _taken(descriptor)

        path, descriptor, mine = await to_completion(opened)
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

        def work() -> None:
            with self._directory.locked() as directory:
                _append(directory / FILE, line)

        await to_completion(work)

    async def entries(self, domain: str | None = None) -> tuple[Entry, ...]:
        """All lines, or those of one domain, oldest first; a line torn by a crash is left out."""

        def look() -> tuple[Entry, ...]:
            found = (_entry(line) for line in self._lines())
            return tuple(one for one in found if one and domain in (None, one.domain))

        return await in_thread(look, _READING)

    def _lines(self) -> list[bytes]:
        directory = self._directory.for_reading()
        if directory is None:
            return []
        try:
            return (directory / FILE).read_bytes().splitlines()
        except FileNotFoundError:
            return []
        except OSError as error:
            raise FailureError(Failure("state.unreadable", f"The journal cannot be read: {error.strerror}.")) from None


_BUSY_ELSEWHERE = Failure(
    "state.busy",
    "Another seswizard is changing a login here.",
    remedy="Nothing was done; try again when it has ended.",
    retry=True,
)


def _opened(path: Path) -> int:
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)


def _sweep(directory: Path, wanted: Path) -> None:
    """Remove the lock files of killed processes; the directory's own lock is held, so none is just being taken."""
    for path in directory.glob(f"{_HELD}*.lock"):
        if path == wanted:
            continue
        with contextlib.suppress(OSError):
            descriptor = _opened(path)
            try:
                if _taken(descriptor):
                    path.unlink()
            finally:
                os.close(descriptor)


def _taken(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _append(path: Path, line: bytes) -> None:
    descriptor = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
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

"""A lock that several processes share, on a file of ours; waiting for it is told, can be left, and ends.

The system frees it with the process that holds it. Who that is, the system tells too, where it can (Linux).
"""

import asyncio
import contextlib
import fcntl
import os
import time
from collections.abc import AsyncIterator
from pathlib import Path

from seswizard.core.failure import Failure, FailureError
from seswizard.gateways.files import open_plain
from seswizard.gateways.threads import WAITS, in_thread

LIMIT = 10.0
"""Seconds for what is held for moments only."""
_OPENING = 10.0
_QUIET, _PAUSE = 1.0, 0.05
"""Seconds after which the waiting is told, and between two tries."""


@contextlib.asynccontextmanager
async def locked(path: Path, limit: float | None = None) -> AsyncIterator[int]:
    """Hold the lock file; gives its descriptor.

    Raises:
        FailureError: kind `state.busy`; another process did not let go of it in time.
        OSError: it cannot be opened.
    """
    descriptor = await in_thread(lambda: lock_file(path), _OPENING)
    try:
        await _taking(descriptor, LIMIT if limit is None else limit)
        yield descriptor
    finally:
        os.close(descriptor)


def lock_file(path: Path) -> int:
    """The file, opened; for a thread."""
    return open_plain(path, os.O_RDWR | os.O_CREAT)


def taken(descriptor: int) -> bool:
    """Whether the lock could be had at once."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


async def _taking(descriptor: int, limit: float) -> None:
    began, told = time.monotonic(), False
    while not taken(descriptor):
        waited = time.monotonic() - began
        if waited >= limit:
            raise FailureError(_busy(descriptor))
        if waited >= _QUIET and not told:
            told = True
            WAITS.on_wait(f"Waiting for another seswizard{_who(descriptor)} that is at work here, {limit:g} s at most.")
        await asyncio.sleep(_PAUSE)


def _busy(descriptor: int) -> Failure:
    return Failure(
        "state.busy",
        f"Another seswizard{_who(descriptor)} is at work here and did not finish in time.",
        remedy="Try again when it has ended.",
        retry=True,
    )


def _who(descriptor: int) -> str:
    """` (pid N)` of the process that holds it, as the system tells it; nothing where it tells nobody's."""
    found = os.fstat(descriptor)
    place = f"{os.major(found.st_dev):02x}:{os.minor(found.st_dev):02x}:{found.st_ino}"
    with contextlib.suppress(OSError):
        for line in Path("/proc/locks").read_text(encoding="ascii", errors="replace").splitlines():
            words = line.split()  # "1: FLOCK ADVISORY WRITE 4711 fd:01:393 0 EOF"; one who waits has "->" after the number
            if len(words) > 5 and words[1] == "FLOCK" and words[5] == place and words[4].isdigit() and words[4] != "0":
                return f" (pid {words[4]})"
    return ""

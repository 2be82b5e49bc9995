"""`--debug FILE`: which calls were made, how long they took and how they ended. Never a body, never a secret."""

import contextlib
import os
import stat
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from seswizard.core.failure import BadInputError, FailureError
from seswizard.core.text import printable


class CallLog:
    """A log of calls in a file that only its owner can read; without a file it does nothing."""

    def __init__(self, path: Path | None = None) -> None:
        """Open the log.

        Raises:
            BadInputError: the file cannot be written, or is no plain file of ours.
        """
        self._lock = threading.Lock()
        self._descriptor = None if path is None else _opened(path)

    @contextlib.contextmanager
    def call(self, source: str) -> Iterator[None]:
        """Log one call with its duration and outcome."""
        began = time.monotonic()
        outcome = "ok"
        try:
            yield
        except FailureError as error:
            outcome = error.failure.kind
            raise
        except BaseException as error:
            outcome = type(error).__name__
            raise
        finally:
            self.write(source, time.monotonic() - began, outcome)

    def write(self, source: str, seconds: float, outcome: str) -> None:
        """Log one call that is over."""
        if self._descriptor is None:
            return
        line = f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%S.%fZ} {source} {seconds * 1000:.0f} ms {outcome}"
        with self._lock, contextlib.suppress(OSError):  # a full disk must not break the work that is logged
            os.write(self._descriptor, printable(line).encode() + b"\n")


def _opened(path: Path) -> int:
    flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK
    try:
        descriptor = os.open(path, flags, 0o600)
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            os.close(descriptor)
            raise BadInputError(f"{printable(str(path))} is no plain file to log to.")
        os.fchmod(descriptor, 0o600)
    except OSError as error:
        raise BadInputError(f"{printable(str(path))} cannot be written: {error.strerror}.") from None
    return descriptor

"""`--debug FILE`: which calls were made, how long they took and how they ended. Never a body, never a secret."""

import contextlib
import errno
import os
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime

from seswizard.core.failure import BadInputError, FailureError
from seswizard.core.text import elide, printable
from seswizard.gateways.files import expanded, open_plain


class CallLog:
    """A log of calls in a file that only its owner can read; without a file it does nothing."""

    def __init__(self, path: str | None = None) -> None:
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


def _opened(path: str) -> int:
    """Append to a file of ours, readable by us alone.

    A hard link is refused too: by its other name it may be a file that nobody meant to write to.
    """
    try:
        descriptor = open_plain(expanded(path), os.O_WRONLY | os.O_APPEND | os.O_CREAT)
        if os.fstat(descriptor).st_nlink > 1:
            os.close(descriptor)
            raise PermissionError(errno.EPERM, "it has a second name (a hard link)")
        os.fchmod(descriptor, 0o600)
    except OSError as error:
        raise BadInputError(f"{printable(elide(path, 200))} cannot be logged to: {error.strerror}.") from None
    return descriptor

"""`--debug FILE`: which calls were made, how long they took and how they ended. Never a body, never a secret."""

import contextlib
import errno
import os
import re
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime

from seswizard.core.failure import BadInputError, FailureError
from seswizard.core.text import elide, printable
from seswizard.gateways.files import expanded, open_plain

_OURS = re.compile(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z ")
"""How a line of the log begins."""


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

    What holds anything but such a log is left as it is, mode and all: root owns very many files. So is a hard link: by its
    other name it may be a file that nobody meant to write to.
    """
    try:
        descriptor = open_plain(expanded(path), os.O_RDWR | os.O_APPEND | os.O_CREAT)
        try:
            if os.fstat(descriptor).st_nlink > 1:
                raise PermissionError(errno.EPERM, "it has a second name (a hard link)")
            if (begins := os.pread(descriptor, 28, 0)) and not _OURS.match(begins):
                raise PermissionError(errno.EPERM, "it is there already and is no log of seswizard")
            os.fchmod(descriptor, 0o600)
        except OSError:
            os.close(descriptor)
            raise
    except OSError as error:
        raise BadInputError(f"{printable(elide(path, 200))} cannot be logged to: {error.strerror}.") from None
    return descriptor

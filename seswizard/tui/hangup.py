"""A terminal that goes away: the SSH session broke off, or its window was closed.

The kernel sends SIGHUP to the session's leader alone, which may be `make` or `uvx`; and Textual's writer dies at the first
refused write, after which every further frame would wait for it for ever.
"""

import select
import sys
import threading
from collections.abc import Callable
from typing import IO, Any

from textual.driver import Driver


class Quiet:
    """The terminal as a file that never refuses: what is written to one that has gone is lost, and nobody needs it."""

    def __init__(self, file: IO[str]) -> None:
        self._file = file

    def write(self, text: str) -> int:
        """Write text, or lose it."""
        try:
            return self._file.write(text)
        except OSError:
            return len(text)

    def flush(self) -> None:
        """Bring it out, or lose it."""
        try:
            self._file.flush()
        except OSError:
            return

    def __getattr__(self, name: str) -> Any:
        """Everything else is the file's own; Any, for it may be any attribute of a file."""
        return getattr(self._file, name)


def never_refuse(driver: Driver) -> None:
    """Let a driver that writes to the terminal go on when it is gone; Textual offers no way to give it a file."""
    file = getattr(driver, "_file", None)
    if file is not None:
        driver._file = Quiet(file)  # type: ignore[attr-defined]  # its own field, read when the application mode starts


def on_hangup(tell: Callable[[], None]) -> None:
    """Call `tell`, on another thread, once the terminal on standard input has gone; costs nothing until then."""
    try:
        poll, terminal = select.poll(), sys.__stdin__
        if terminal is None or not terminal.isatty():
            return
        poll.register(terminal.fileno(), 0)  # no event but the ones that cannot be left out: hang-up and error
    except (AttributeError, OSError, ValueError):  # no poll on this system, or no such file
        return

    def wait() -> None:
        if any(event & select.POLLHUP for _, event in poll.poll()):
            tell()

    threading.Thread(target=wait, name="seswizard-hangup", daemon=True).start()

"""A terminal that may go away while it is written to: an SSH session broke off, or a window was closed.

Textual's writer dies at the first refused write, after which every further frame would wait for it for ever.
"""

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

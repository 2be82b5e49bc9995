"""A terminal that may go away while it is written to, and that may send any byte.

An SSH session breaks off, or a window is closed: Textual's writer dies at the first refused write, after which every further
frame would wait for it for ever. A terminal set to Latin-1 sends é as one byte, and Textual's reader dies of it.
"""

import codecs
import sys
from functools import partial
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


def read_any_byte() -> None:
    """Have the driver read a byte that is not UTF-8 as the Latin-1 character that it most often is."""
    codecs.register_error(_AS_LATIN_1, _as_latin_1)
    driver = sys.modules.get("textual.drivers.linux_driver")
    if driver is not None:
        driver.getincrementaldecoder = _tolerant  # type: ignore[attr-defined]  # the name that its reading thread looks up


_AS_LATIN_1 = "seswizard.as-latin-1"


def _as_latin_1(error: UnicodeError) -> tuple[str, int]:
    assert isinstance(error, UnicodeDecodeError)
    text = error.object[error.start : error.end].decode("latin-1")
    return "".join(sign if sign >= "\xa0" else "\ufffd" for sign in text), error.end  # no control characters


def _tolerant(encoding: str) -> partial[codecs.IncrementalDecoder]:
    return partial(codecs.getincrementaldecoder(encoding), _AS_LATIN_1)

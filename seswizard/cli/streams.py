"""The standard streams as a shell hands them over.

One that it has closed (`<&-`, `>&-`) is an empty one, and what the terminal's encoding lacks becomes a question mark.
"""

import io
import os
import sys

_closed: set[str] = set()
"""The streams that the shell has closed."""


def reopen() -> None:
    """Put an empty stream where the shell has closed one: Python has None in its place; let no character be refused."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, os.fdopen(os.open(os.devnull, os.O_RDWR), mode))
            _closed.add(name)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


def output_closed() -> bool:
    """Whether what is written to standard output reaches nobody, for the shell has closed it."""
    return "stdout" in _closed


def piped(limit: int) -> tuple[bytes, bool]:
    """Up to `limit` bytes of standard input, and whether there are more."""
    content = sys.stdin.buffer.read(limit + 1)
    return content[:limit], len(content) > limit

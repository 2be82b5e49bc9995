"""The standard streams as a shell hands them over; one that it has closed (`<&-`, `>&-`) is an empty one."""

import os
import sys


def reopen() -> None:
    """Put an empty stream where the shell has closed one: Python has None in its place."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, os.fdopen(os.open(os.devnull, os.O_RDWR), mode))


def piped(limit: int) -> tuple[bytes, bool]:
    """Up to `limit` bytes of standard input, and whether there are more."""
    content = sys.stdin.buffer.read(limit + 1)
    return content[:limit], len(content) > limit

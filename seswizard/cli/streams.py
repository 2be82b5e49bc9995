"""The standard streams as a shell hands them over; one that it has closed (`<&-`) is None in Python, and means nothing typed."""

import sys
from typing import TextIO


def are_terminals(*streams: TextIO | None) -> bool:
    """Whether all of these streams are a person's terminal."""
    return all(one is not None and one.isatty() for one in streams)


def piped(limit: int) -> tuple[bytes, bool]:
    """Up to `limit` bytes of standard input, and whether there are more."""
    if sys.stdin is None:
        return b"", False
    content = sys.stdin.buffer.read(limit + 1)
    return content[:limit], len(content) > limit

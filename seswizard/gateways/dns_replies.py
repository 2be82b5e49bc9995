"""What may come of reading a reply besides an answer.

Apart from the reading itself, which loads dnspython: sockets are made and errors are caught before that is there.
"""

from enum import Enum


class MalformedError(Exception):
    """The bytes are no usable reply to this query, or DNS cannot carry the question."""


class Again(Enum):
    """The server wants the question another way."""

    BY_TCP = "by TCP"
    WITHOUT_EDNS = "without EDNS"

"""A mail as its bytes, split into header fields and body (RFC 5322 §2.1, §2.2); forgiving, and linear in its length.

Mail programs save with LF or CRLF, with an mbox line or a byte-order mark in front, with or without the body.
"""

import re
from dataclasses import dataclass

from seswizard.core.failure import BadInputError

_NAME = re.compile(rb"([!-9;-~]{1,200})[ \t]*:")
"""A field's name: visible ASCII without the colon (RFC 5322 §2.2); white space before the colon is obsolete (§4.5)."""
_MOST = 20_000
"""Fields that are kept; mail has fifty, and servers refuse a header section of some hundred kilobytes."""
_LOOKED_AT = 20
"""Lines by which a margin is known."""
NOT_A_MAIL = "That holds no header fields; save the mail as a file (Show original, View source), and give that."


@dataclass(frozen=True, slots=True)
class Field:
    """One header field."""

    name: str
    """In lower case."""
    value: str
    """Unfolded, as it came: not scrubbed."""


@dataclass(frozen=True, slots=True)
class Message:
    """Header fields from the top down, and the body."""

    fields: tuple[Field, ...]
    body: bytes | None
    """With CRLF line ends; None where only header fields were given."""

    def all(self, name: str) -> tuple[str, ...]:
        """The values of every field of this (lower-case) name, from the top down."""
        return tuple(field.value for field in self.fields if field.name == name)

    def first(self, name: str) -> str:
        """The value of the topmost field of this name; empty if there is none."""
        return next((field.value for field in self.fields if field.name == name), "")


def parse(content: bytes) -> Message:
    """Split a mail; the header section ends at an empty line, or at a line that is no field.

    Raises:
        BadInputError: it holds no header field.
    """
    lines = _lines(content)
    at = 1 if lines[0].startswith((b"From ", b">From ")) else 0
    if lines[0].startswith(b"From "):
        lines = _first_of(lines)
    fields: list[tuple[str, list[bytes]]] = []
    present: list[bytes] = []
    while at < len(lines) and lines[at]:
        line = lines[at]
        if line[:1] in (b" ", b"\t") and fields:
            present.append(line)
        elif found := _NAME.match(line):
            present = [line[found.end() :]]
            if len(fields) < _MOST:
                fields.append((found[1].decode("ascii").lower(), present))
        else:
            break
        at += 1
    if not fields:
        raise BadInputError(NOT_A_MAIL)
    cut = at < len(lines) and not lines[at]
    body = b"\r\n".join(lines[at + 1 if cut else at :])
    return Message(tuple(Field(name, _unfolded(parts)) for name, parts in fields), body or None)


def _lines(content: bytes) -> list[bytes]:
    """The lines as they were before a program saved them: as UTF-16, with bare CR, or moved in by a page's margin."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        content = content.decode("utf-16", "replace").encode("utf-8", "replace")
    whole = content.removeprefix(b"\xef\xbb\xbf").replace(b"\r\n", b"\n").lstrip(b"\r\n")
    if b"\n" not in whole:
        whole = whole.replace(b"\r", b"\n")
    lines = whole.split(b"\n")
    margin = len(lines[0]) - len(lines[0].lstrip(b" \t"))
    if not margin:
        return lines
    moved = lines[0][:margin]
    if all(line.startswith(moved) or not line.strip() for line in lines[:_LOOKED_AT]):
        return [line.removeprefix(moved) for line in lines]
    return [lines[0].lstrip(b" \t"), *lines[1:]]


def _first_of(lines: list[bytes]) -> list[bytes]:
    """The first mail of an mbox file, with `>From ` as it was (RFC 4155, Appendix A)."""
    end = next((at for at in range(2, len(lines)) if lines[at].startswith(b"From ") and not lines[at - 1]), len(lines))
    return [line[1:] if line.startswith(b">From ") else line for line in lines[:end]]


def _unfolded(parts: list[bytes]) -> str:
    """The lines joined; their white space stays (RFC 5322 §2.2.3)."""
    return b"".join(parts).decode("utf-8", "replace").strip()

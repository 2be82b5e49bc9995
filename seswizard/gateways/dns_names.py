"""Domain names between their text and the bytes of a DNS message.

The text is that of master files: `.` parts labels, odd bytes are written as `\\027`. Names are compared without case,
so everything read is lower-case. The message may be hostile: pointers only lead backwards, and not for ever.
"""

import re

LABELS_AT_MOST = 127
"""Also the pointers that one name may follow: a name that needs more was made to keep us busy."""
_BYTES_AT_MOST = 255
_LABEL_AT_MOST = 63
_POINTER = 0xC0
_PLAIN = re.compile(rb"[a-z0-9_-]*")
_ESCAPE = re.compile(rb"\\([0-9]{3}|[^0-9])")
_PARTS = re.compile(rb"((?:[^.\\]|\\[0-9]{3}|\\[^0-9])+)(\.|\Z)")
_SPECIAL = frozenset(b'"().;\\@$')

Labels = tuple[str, ...]
"""A name as its labels' texts; the root is empty."""


class MalformedError(Exception):
    """The bytes are no usable message, or the text is no name."""


def to_wire(text: str) -> bytes:
    """The bytes of a name, without compression.

    Raises:
        MalformedError: DNS cannot carry it.
    """
    try:
        rest = b"" if text == "." else text.encode("ascii")
    except UnicodeEncodeError:
        raise MalformedError("no A-labels") from None
    wire, at = b"", 0
    while at < len(rest):
        part = _PARTS.match(rest, at)
        label = _ESCAPE.sub(_unescaped, part[1]) if part else b""
        if not part or len(label) > _LABEL_AT_MOST:
            raise MalformedError("a label is empty or too long")
        wire += bytes((len(label),)) + label
        at = part.end()
    if len(wire) >= _BYTES_AT_MOST:
        raise MalformedError("too long")
    return wire + b"\0"


def _unescaped(found: re.Match[bytes]) -> bytes:
    code = found[1]
    if not code.isdigit():
        return code
    if int(code) > 0xFF:
        raise MalformedError("no byte has that number")
    return bytes((int(code),))


def to_text(labels: Labels) -> str:
    """The name without the trailing dot; the root is empty."""
    return ".".join(labels)


def ancestors(labels: Labels) -> set[Labels]:
    """The name itself and every name above it."""
    return {labels[depth:] for depth in range(len(labels) + 1)}


def read(wire: bytes, at: int, known: dict[int, Labels]) -> tuple[Labels, int]:
    """The name that begins here and the place behind it; `known` remembers what pointers led to.

    Raises:
        MalformedError: a pointer leads forwards or nowhere, or the name is too long.
        IndexError: the message ends before the name does.
    """
    if wire[at] < _POINTER:
        return _followed(wire, at)
    target = _target(wire, at)
    if target >= at:
        raise MalformedError("a pointer forwards")
    if target not in known:
        known[target] = _followed(wire, target)[0]
    return known[target], at + 2


def _followed(wire: bytes, at: int) -> tuple[Labels, int]:
    labels: list[str] = []
    length, limit, behind, pointers = 1, at, 0, 0
    while size := wire[at]:
        if size >= _POINTER:
            target, behind, pointers = _target(wire, at), behind or at + 2, pointers + 1
            if target >= limit or pointers > LABELS_AT_MOST:
                raise MalformedError("pointers in a loop, or too many")
            limit = at = target
            continue
        length += size + 1
        label = wire[at + 1 : at + 1 + size]
        if size > _LABEL_AT_MOST or len(label) < size or length > _BYTES_AT_MOST:
            raise MalformedError("a label or the name is too long")
        labels.append(_shown(label.lower()))
        at += size + 1
    return tuple(labels), behind or at + 1


def _target(wire: bytes, at: int) -> int:
    return (wire[at] & 0x3F) << 8 | wire[at + 1]


def _shown(label: bytes) -> str:
    if _PLAIN.fullmatch(label):
        return label.decode("ascii")
    return "".join(_byte(code) for code in label)


def _byte(code: int) -> str:
    if code in _SPECIAL:
        return "\\" + chr(code)
    return chr(code) if 0x20 < code < 0x7F else f"\\{code:03d}"

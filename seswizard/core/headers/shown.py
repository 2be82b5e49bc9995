"""Foreign text of a mail as it may be shown, and the domains in it."""

from seswizard.core.headers.words import without_comments
from seswizard.core.names import BadNameError, DomainName
from seswizard.core.text import elide, printable

_LONGEST = 320
"""An address at its longest (RFC 5321 §4.5.3.1): 64 + 1 + 255."""


def shown(text: str) -> str:
    """Scrubbed, and no longer than an address can be."""
    return elide(printable(text[: 4 * _LONGEST]), _LONGEST)


def domain_in(text: str) -> str:
    """The domain of an address or name, in lower-case A-labels; empty if there is none."""
    name = text[-4 * _LONGEST :].strip().strip("<>").rpartition("@")[2].strip().rstrip(".").lower()
    try:
        return DomainName.parse(name).text
    except BadNameError:
        return shown(name)


def mailboxes(value: str) -> tuple[str, ...]:
    """The bare addresses of an address field (RFC 5322 §3.4): the angle-bracketed one where there is one."""
    found = []
    for part in _split(without_comments(value)):
        inner = part.rpartition("<")[2].partition(">")[0].strip()
        if "@" in inner:
            found.append(inner)
    return tuple(found)


def _split(text: str) -> list[str]:
    """At commas, but not at those inside quotes."""
    parts: list[list[str]] = [[]]
    for place, piece in enumerate(text.replace('\\"', "").split('"')):
        if place % 2:
            parts[-1].append('"')
            continue
        first, *rest = piece.split(",")
        parts[-1].append(first)
        parts += [[one] for one in rest]
    return ["".join(pieces) for pieces in parts]

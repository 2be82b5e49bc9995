"""Received fields (RFC 5321 §4.4): was the hop on which SES handed the mail over encrypted?

`with ESMTPS` and its like say so (RFC 3848, RFC 6531 §4.3); so do the notes that servers write in comments.
"""

import re
from dataclasses import dataclass

from seswizard.core.headers.message import Message
from seswizard.core.headers.shown import shown
from seswizard.core.headers.words import without_comments

_FROM = re.compile(r"\s*from\s+([^\s();]+)", re.IGNORECASE)
_BY = re.compile(r"\sby\s+([^\s();]+)", re.IGNORECASE)
_WITH = re.compile(r"\swith\s+(Microsoft SMTP|[A-Za-z0-9]+)", re.IGNORECASE)
_VERSION = re.compile(r"(TLS|SSL)v?_?([0-9])(?:[._]([0-9]))?(?![0-9])", re.IGNORECASE)
_SECURE = frozenset("esmtps esmtpsa utf8smtps utf8smtpsa lmtps lmtpsa utf8lmtps utf8lmtpsa https".split())
_LONGEST = 4000
"""Characters of one field that are looked at; servers write a few hundred."""


@dataclass(frozen=True, slots=True)
class Hop:
    """One server taking the mail from another."""

    sender: str
    server: str
    protocol: str
    """The word after `with`."""
    version: str
    """`TLS 1.3`; empty where the field does not say."""

    @property
    def encrypted(self) -> bool | None:
        """Whether TLS was used; None where the field names neither TLS nor a protocol that would tell."""
        if self.version or self.protocol.lower() in _SECURE:
            return True
        return False if self.protocol.lower() in ("smtp", "esmtp", "esmtpa", "utf8smtp", "utf8smtpa") else None


def handover(message: Message) -> Hop | None:
    """The topmost hop from SES; if none is from there, the topmost that names where the mail came from."""
    found = [hop for value in message.all("received")[:200] if (hop := _hop(value))]
    from_ses = (hop for hop in found if hop.sender.lower().rstrip(".").endswith("amazonses.com"))
    return next(from_ses, next(iter(found), None))


def _hop(value: str) -> Hop | None:
    text = value[:_LONGEST]
    plain = without_comments(text)
    sender = _FROM.match(plain)
    if sender is None:
        return None
    by, protocol, version = _BY.search(plain), _WITH.search(plain), _VERSION.search(text)
    shown_version = f"{version[1].upper()} {version[2]}" + (f".{version[3]}" if version[3] else "") if version else ""
    return Hop(shown(sender[1]), shown(by[1]) if by else "", protocol[1] if protocol else "", shown_version)

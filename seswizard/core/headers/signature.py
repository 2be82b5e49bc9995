"""DKIM-Signature fields (RFC 6376 §3.5), and whether the body is still the one that was signed.

The body hash is plain hashing and needs no key: where it differs, somebody changed the body after signing. Whether the
signature itself holds is what the receiver says.
"""

import hashlib
import re
from base64 import b64decode
from binascii import Error
from dataclasses import dataclass

from seswizard.core.headers.message import Message
from seswizard.core.headers.shown import domain_in, shown
from seswizard.core.names import within

SES = "amazonses.com"
"""SES signs every mail a second time as this domain: https://docs.aws.amazon.com/ses/latest/dg/send-email-authentication-dkim.html"""
_MOST = 20
_BLANKS = re.compile(rb"[ \t]+")


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature as it stands in the mail."""

    domain: str
    """`d=`, lower-case A-labels."""
    selector: str
    """`s=`"""
    covers: frozenset[str]
    """`h=`: the header fields it signs, lower case."""
    hash_start: str
    """The first characters of `b=`, by which receivers name it in `header.b` (RFC 6008)."""
    body_intact: bool | None
    """Whether the body gives `bh=`; None where there is no body or the method is not known."""

    @property
    def of_ses(self) -> bool:
        """Whether it is SES's own second signature."""
        return within(self.domain, SES)

    @property
    def shown(self) -> str:
        """`d=example.com s=abc`."""
        return f"d={self.domain or 'none'} s={self.selector or 'none'}"


def signatures(message: Message) -> tuple[Signature, ...]:
    """The signatures from the top down; twenty at most, as receivers limit themselves too (RFC 6376 §8.4)."""
    found = message.all("dkim-signature")[:_MOST]
    hashes: dict[tuple[str, str, int | None], bytes | None] = {}
    return tuple(_signature(tags(value), message.body, hashes) for value in found)


def tags(value: str) -> dict[str, str]:
    """A tag list (RFC 6376 §3.2) with the white space taken out of its values; the first of a doubled tag counts."""
    found: dict[str, str] = {}
    for part in value.split(";"):
        name, equals, text = part.partition("=")
        if equals:
            found.setdefault(name.strip(), "".join(text.split()))
    return found


def _signature(given: dict[str, str], body: bytes | None, hashes: dict[tuple[str, str, int | None], bytes | None]) -> Signature:
    return Signature(
        domain_in(given.get("d", "")),
        shown(given.get("s", "")).lower(),
        frozenset(name.lower() for name in given.get("h", "").split(":")),
        given.get("b", "")[:8],
        _intact(given, body, hashes),
    )


def _intact(given: dict[str, str], body: bytes | None, hashes: dict[tuple[str, str, int | None], bytes | None]) -> bool | None:
    length = given.get("l")
    if length is not None and not re.fullmatch(r"[0-9]{1,15}", length):
        return None
    how = (given.get("c", "simple/simple").partition("/")[2] or "simple").lower()
    wanted = (given.get("a", "").lower().partition("-")[2], how, None if length is None else int(length))
    if wanted not in hashes:
        hashes[wanted] = body_hash(body, *wanted)
    made = hashes[wanted]
    try:
        signed = b64decode(given.get("bh", ""))
    except (Error, ValueError):
        return None
    if made is None or not signed:
        return None
    # Pasted header fields come without a body; only a mail that was signed empty is told from one.
    return True if made == signed else None if body is None else False


def body_hash(body: bytes | None, algorithm: str, how: str, length: int | None = None) -> bytes | None:
    """The hash of a canonical body (RFC 6376 §3.4.3, §3.4.4, §3.7); None for a method that is not known."""
    if algorithm not in ("sha256", "sha1") or how not in ("simple", "relaxed"):
        return None
    canonical = _canonical(body or b"", relaxed=how == "relaxed")[:length]
    return hashlib.new(algorithm, canonical, usedforsecurity=False).digest()


def _canonical(body: bytes, *, relaxed: bool) -> bytes:
    if relaxed:
        body = _BLANKS.sub(b" ", body).replace(b" \r\n", b"\r\n")
        body = body.removesuffix(b" ")
    end = len(body)
    while body.endswith(b"\r\n", 0, end):
        end -= 2
    if end or not relaxed:
        return body[:end] + b"\r\n"
    return b""

"""Domain names and e-mail addresses as SES takes them, parsed once at the edge.

A name is kept as lower-case A-labels without the trailing dot (RFC 5890 §2.3.2.1, RFC 1035 §2.3.4). What people paste
by mistake (a web address, a leading `www.`) gets a sentence that holds the name they meant.
"""

import re
from dataclasses import dataclass

from seswizard.core.text import elide, printable

_LABEL = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)")
_DEVIATING = frozenset("ßς\u200c\u200d")


class BadNameError(ValueError):
    """The text is no domain name or e-mail address; the message is one sentence for the person who typed it."""


@dataclass(frozen=True, slots=True, order=True)
class DomainName:
    """A domain name in lower-case A-labels, without the trailing dot."""

    text: str

    def __str__(self) -> str:
        return self.text

    @classmethod
    def parse(cls, typed: str) -> "DomainName":
        """Read a domain as typed: any case, Unicode or A-labels, with or without the trailing dot.

        Raises:
            BadNameError: it is a URL, an address, begins with `www.`, or breaks RFC 1035's limits of 63 and 253 characters.
        """
        text = typed.strip()
        if not text:
            raise BadNameError("Type a domain, such as example.com.")
        if "://" in text or "/" in text:
            inner = re.split(r"[/?#]", re.sub(r"^[^/]*://", "", text))[0].split("@")[-1].split(":")[0].lower()
            raise BadNameError(
                f"That is a web address; the domain is {_shown(inner.removeprefix('www.'))}."
                if inner
                else "Type a domain, such as example.com."
            )
        if "@" in text:
            raise BadNameError(f"That is an address; the domain is {_shown(text.rsplit('@', 1)[1])}.")
        name = _a_labels(text)
        if name.startswith("www.") and name.count(".") > 1:
            raise BadNameError(f"Mail comes from the domain itself: type {name.removeprefix('www.')}, without www.")
        return cls(name)

    @property
    def labels(self) -> tuple[str, ...]:
        """The labels, leftmost first."""
        return tuple(self.text.split("."))

    @property
    def unicode(self) -> str:
        """The name as people write it; A-labels that cannot be decoded stay as they are."""
        try:
            return self.text.encode("ascii").decode("idna")
        except UnicodeError:
            return self.text


@dataclass(frozen=True, slots=True, order=True)
class EmailAddress:
    """An e-mail address; the local part keeps its case, for SES compares it exactly."""

    local: str
    domain: DomainName

    def __str__(self) -> str:
        return f"{self.local}@{self.domain}"

    @property
    def text(self) -> str:
        """The address as SES knows it."""
        return str(self)

    @classmethod
    def parse(cls, typed: str) -> "EmailAddress":
        """Read an address.

        Raises:
            BadNameError: the local part is empty, over 64 characters or not plain (RFC 5321 §4.5.3.1.1), or the domain is bad.
        """
        local, at, domain = typed.strip().rpartition("@")
        if not at or not local or not domain:
            raise BadNameError("Type an address, such as post@example.com.")
        if len(local) > 64 or not re.fullmatch(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+", local) or ".." in f".{local}.":
            raise BadNameError(f"{_shown(local)} cannot stand before the @ of an address that SES accepts.")
        return cls(local, DomainName(_a_labels(domain)))


IdentityName = DomainName | EmailAddress
"""What SES calls an email identity: a domain or a single address."""


def parse_identity(typed: str) -> IdentityName:
    """Read a domain or an e-mail address.

    Raises:
        BadNameError: it is neither.
    """
    return EmailAddress.parse(typed) if "@" in typed and "/" not in typed else DomainName.parse(typed)


def domain_of(name: IdentityName) -> DomainName:
    """The domain whose DNS decides over this identity."""
    return name.domain if isinstance(name, EmailAddress) else name


def relative_to(name: str, zone: str) -> str:
    """The name as a zone's editor wants it: relative to the zone, `@` at its apex, whole if it lies elsewhere."""
    if name == zone:
        return "@"
    return name.removesuffix("." + zone)


def within(name: str, zone: str) -> bool:
    """Whether the name is the zone's own or below it."""
    return name == zone or name.endswith("." + zone) or not zone


_SECOND_LEVEL = frozenset("ac co com edu go gob gouv gov ltd me ne net nom or org plc sch".split())
"""What registries of countries put before their own two letters: `co.uk`, `com.au`."""


def is_registry(zone: str) -> bool:
    """Whether domains are registered in this zone: the root, a top-level domain, or a country's `co.uk`."""
    first, _, last = zone.rpartition(".")
    return not first or (first in _SECOND_LEVEL and len(last) == 2)


def _a_labels(typed: str) -> str:
    text = typed.strip().removesuffix(".").lower()
    if any(char in _DEVIATING for char in text):
        raise BadNameError(f"{_shown(typed)} has a letter that IDNA versions write differently; type the name's xn-- form.")
    try:
        name = text.encode("idna").decode("ascii").lower() if not text.isascii() else text
    except UnicodeError:
        raise BadNameError(f"{_shown(typed)} is not a domain name.") from None
    if len(name) > 253:
        raise BadNameError("That name is too long: a domain has at most 253 characters.")
    labels = name.split(".")
    for label in labels:
        if len(label) > 63:
            raise BadNameError(f"{_shown(label)} is too long: a part between dots has at most 63 characters.")
        if not _LABEL.fullmatch(label):
            raise BadNameError(f"{_shown(typed)} is not a domain name.")
    if len(labels) < 2:
        raise BadNameError(f"{_shown(typed)} has no dot; type a whole domain, such as {name}.com.")
    if labels[-1].isdigit():
        raise BadNameError(f"{_shown(typed)} is a network address, not a domain.")
    return name


def _shown(text: str) -> str:
    return elide(printable(text), 60)

"""What a record's data says, from its bytes to the text that the rest of the program compares.

Only the types that mail is about are read; any other is shown as bytes, the way RFC 3597 writes the unknown.
"""

import socket
import struct

from seswizard.core.text import printable
from seswizard.gateways import dns_names
from seswizard.gateways.dns_names import Labels, MalformedError

TYPES: dict[str, int] = {
    "A": 1,
    "NS": 2,
    "CNAME": 5,
    "SOA": 6,
    "PTR": 12,
    "MX": 15,
    "TXT": 16,
    "AAAA": 28,
    "SRV": 33,
    "DNAME": 39,
    "OPT": 41,
    "DS": 43,
    "RRSIG": 46,
    "NSEC": 47,
    "DNSKEY": 48,
    "NSEC3": 50,
    "TLSA": 52,
    "SVCB": 64,
    "HTTPS": 65,
    "SPF": 99,
    "ANY": 255,
    "CAA": 257,
}
"""Types by name; any other is written `TYPE123`."""
_NAMES = {number: name for name, number in TYPES.items()}
_TARGETS = frozenset(TYPES[name] for name in ("NS", "CNAME", "PTR", "DNAME"))
_ADDRESSES = {TYPES["A"]: (socket.AF_INET, 4), TYPES["AAAA"]: (socket.AF_INET6, 16)}
TEXTS = frozenset({TYPES["TXT"], TYPES["SPF"]})
_SOA_NUMBERS = struct.Struct(">5I")


def type_number(name: str) -> int:
    """The number of a type.

    Raises:
        MalformedError: no type has this name.
    """
    number = TYPES.get(name)
    if number is not None:
        return number
    digits = name.removeprefix("TYPE")
    if digits == name or not (digits.isascii() and digits.isdigit()) or int(digits) > 0xFFFF:
        raise MalformedError("no such type")
    return int(digits)


def type_name(number: int) -> str:
    """The name of a type."""
    return _NAMES.get(number) or f"TYPE{number}"


def read(wire: bytes, start: int, end: int, rtype: int, known: dict[int, Labels]) -> tuple[str, int | None]:
    """A record's value, and an MX's preference.

    Raises:
        MalformedError: the bytes are no data of this type.
        IndexError: the message ends before the data does.
    """
    if rtype in TEXTS:
        return _text(wire[start:end]), None
    if rtype in _TARGETS:
        return _only_name(wire, start, end, known), None
    if rtype == TYPES["MX"]:
        return _only_name(wire, start + 2, end, known), int.from_bytes(wire[start : start + 2], "big")
    if rtype in _ADDRESSES:
        family, size = _ADDRESSES[rtype]
        if end - start != size:
            raise MalformedError("no address")
        return socket.inet_ntop(family, wire[start:end]), None
    if rtype == TYPES["SOA"]:
        return _soa(wire, start, end, known), None
    return rf"\# {end - start} {wire[start:end].hex()}".rstrip(), None


def target(wire: bytes, start: int, end: int, known: dict[int, Labels]) -> Labels:
    """The name that the data consists of, as labels.

    Raises:
        MalformedError: it is no name, or not a name alone.
        IndexError: the message ends before the name does.
    """
    labels, behind = dns_names.read(wire, start, known)
    if behind != end:
        raise MalformedError("not a name alone")
    return labels


def _only_name(wire: bytes, start: int, end: int, known: dict[int, Labels]) -> str:
    return dns_names.to_text(target(wire, start, end, known)) or "."


def _text(data: bytes) -> str:
    """The strings of a TXT, joined; what is no UTF-8 becomes the replacement character."""
    parts, at = [], 0
    while at < len(data):
        size = data[at]
        part = data[at + 1 : at + 1 + size]
        if len(part) < size:
            raise MalformedError("a string longer than its record")
        parts.append(part)
        at += size + 1
    text = b"".join(parts).decode("utf-8", errors="replace")
    return text if text.isascii() and text.isprintable() else printable(text)


def _soa(wire: bytes, start: int, end: int, known: dict[int, Labels]) -> str:
    primary, at = dns_names.read(wire, start, known)
    mailbox, at = dns_names.read(wire, at, known)
    if end - at != _SOA_NUMBERS.size:
        raise MalformedError("no SOA")
    numbers = _SOA_NUMBERS.unpack_from(wire, at)
    return " ".join((dns_names.to_text(primary) or ".", dns_names.to_text(mailbox) or ".", *map(str, numbers)))

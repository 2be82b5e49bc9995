"""Names and record values between the world's plain texts and dnspython's objects.

The world writes names without the trailing dot, as SES and every provider's form shows them. Here alone they become
absolute names, so that no other file can forget the dot.
"""

import functools
from collections.abc import Iterable
from dataclasses import dataclass

import dns.name
import dns.rdata
import dns.rdataclass
import dns.rdataset
import dns.rdatatype
import dns.rdtypes.ANY.SOA
import dns.rdtypes.ANY.TXT
import dns.rdtypes.txtbase
import dns.rrset
from dns.rdata import Rdata
from dns.rdatatype import RdataType

Row = tuple[str, str, int, str]
"""One record: name, type, TTL and value in presentation form."""

Soa = dns.rdtypes.ANY.SOA.SOA

_NO_DOT = dns.rdata.RdataStyle(omit_final_dot=True)


@dataclass(frozen=True, slots=True)
class RecordSet:
    """The values that one name has for one type; sorted, so that equal sets compare equal."""

    ttl: int
    rdatas: tuple[Rdata, ...]

    @classmethod
    def of(cls, ttl: int, rdatas: Iterable[Rdata]) -> "RecordSet":
        """The set of these values, each once."""
        return cls(ttl, tuple(sorted(dict.fromkeys(rdatas))))


def parse_name(name: str) -> dns.name.Name:
    """The absolute lower-case name of a text with or without the trailing dot; `""` is the root."""
    return dns.name.from_text(name or ".").canonicalize()


def name_text(name: dns.name.Name) -> str:
    """The name in lower case without the trailing dot; the root is `""`."""
    return "" if name == dns.name.root else name.to_text(omit_final_dot=True).lower()


def parse_type(rtype: str) -> RdataType:
    """The record type of this mnemonic."""
    return dns.rdatatype.from_text(rtype)


def type_text(rtype: RdataType) -> str:
    """The mnemonic of this record type."""
    return dns.rdatatype.to_text(rtype)


def parse_values(rtype: str, ttl: int, values: tuple[str, ...]) -> RecordSet:
    """The record set of these values in presentation form; a TXT value without quotes is taken as one text."""
    return RecordSet.of(ttl, [_parse_value(rtype.upper(), value) for value in values])


def value_text(rdata: Rdata) -> str:
    """The value in presentation form, names without the trailing dot; `parse_values` reads it back."""
    return rdata.to_styled_text(_NO_DOT)


def plain_text(rdata: Rdata) -> str:
    """The value as a provider's form shows it: as `value_text`, but a TXT's strings joined and without quotes."""
    if isinstance(rdata, dns.rdtypes.txtbase.TXTBase):
        return b"".join(rdata.strings).decode("utf-8", "backslashreplace")
    return value_text(rdata)


def txt(value: str) -> str:
    """The presentation form of a TXT value of any length: quoted strings of at most 255 bytes."""
    raw = value.encode()
    pieces = [raw[start : start + 255] for start in range(0, len(raw), 255)] or [b""]
    return dns.rdtypes.ANY.TXT.TXT(dns.rdataclass.IN, RdataType.TXT, pieces).to_text()


def soa_rdata(records: RecordSet) -> Soa:
    """The one SOA record of this set."""
    rdata = records.rdatas[0]
    assert isinstance(rdata, Soa)
    return rdata


def to_rrset(name: dns.name.Name, rtype: RdataType, records: RecordSet) -> dns.rrset.RRset:
    """The record set as it stands in a message."""
    rrset = dns.rrset.RRset(name, dns.rdataclass.IN, rtype)
    for rdata in records.rdatas:
        rrset.add(rdata, records.ttl)
    return rrset


@functools.lru_cache(maxsize=4096)
def _parse_value(rtype: str, value: str) -> Rdata:
    written = txt(value) if rtype == "TXT" and not value.lstrip().startswith('"') else value
    return dns.rdata.from_text(dns.rdataclass.IN, rtype, written, origin=dns.name.root, relativize=False)

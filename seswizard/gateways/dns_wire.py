"""DNS messages to bytes and back, for a world where any server may send anything.

dnspython writes and reads the wire format; this file says which replies count and what of them is kept. It is loaded on
a thread when the first question is asked, so nothing else may import it at its top.
"""

import functools
import secrets
from collections.abc import Iterable

import dns.exception
import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdata
import dns.rdataclass
import dns.rdatatype
import dns.rrset
from dns.rdtypes.ANY.SOA import SOA
from dns.rdtypes.IN.A import A
from dns.rdtypes.IN.AAAA import AAAA
from dns.rdtypes.mxbase import MXBase
from dns.rdtypes.nsbase import NSBase
from dns.rdtypes.txtbase import TXTBase

from seswizard.core.answers import Answer, Question, Row
from seswizard.core.text import printable
from seswizard.gateways.dns_replies import Again, MalformedError

UDP_PAYLOAD = 1232
"""What fits through every network without fragments (DNS flag day 2020)."""
LINKS_AT_MOST = 32
"""A longer chain of aliases is rubbish: resolvers give up at 8 to 20."""
_ID = 2
_HEADER = 12
_TYPE_AND_CLASS = 4
_REPLY, _TRUNCATED = 0x80, 0x02
_OPCODE = 0x78
_WITHOUT_QUESTION = frozenset({dns.rcode.FORMERR, dns.rcode.SERVFAIL, dns.rcode.NOTIMP, dns.rcode.REFUSED})
"""Codes that may come without their question."""
_NO_EDNS = frozenset({dns.rcode.FORMERR, dns.rcode.NOTIMP})
_ADDRESSES = frozenset({dns.rdatatype.A, dns.rdatatype.AAAA})


@functools.lru_cache(maxsize=1024)
def _prepared(question: Question, recursive: bool, checking_disabled: bool, edns: bool) -> tuple[dns.name.Name, bytes]:
    """The name and the whole query without an id; the same few questions go to a dozen servers.

    Raises:
        MalformedError: DNS cannot carry it.
    """
    if not question.name.isascii():
        raise MalformedError("no A-labels")
    flags = dns.flags.RD * recursive | dns.flags.CD * checking_disabled
    try:
        name = dns.name.from_text(question.name)
        payload = UDP_PAYLOAD if edns else None
        query = dns.message.make_query(name, question.type, use_edns=edns, payload=payload, id=0, flags=flags)
        return name, query.to_wire()
    except (dns.exception.DNSException, ValueError) as error:
        raise MalformedError(type(error).__name__) from None


class Query:
    """One question as it goes over the wire, and what came back."""

    __slots__ = ("_edns", "_name", "_question", "id", "wire")

    def __init__(
        self,
        question: Question,
        *,
        recursive: bool = False,
        checking_disabled: bool = False,
        edns: bool = True,
        identifier: bytes | None = None,
    ) -> None:
        """Prepare a query, with a random id unless one is given.

        Raises:
            MalformedError: the name is too long for DNS, or the type is unknown.
        """
        self._name, wire = _prepared(question, recursive, checking_disabled, edns)
        self._edns = edns
        self.id = secrets.token_bytes(2) if identifier is None else identifier
        self.wire = self.id + wire[2:]
        length = sum(len(label) + 1 for label in self._name.labels)
        self._question = wire[_HEADER : _HEADER + length + _TYPE_AND_CLASS]

    def concerns(self, wire: bytes) -> bool:
        """Whether the bytes begin like a reply to this query: id, the bit that says reply, and the question.

        Asked of every packet that comes, so it parses nothing: a flood of wrong ones costs next to nothing.
        """
        if len(wire) < _HEADER or wire[:2] != self.id or wire[2] & (_REPLY | _OPCODE) != _REPLY:
            return False
        questions = wire[4:6]
        if questions == b"\0\1":
            asked = wire[_HEADER : _HEADER + len(self._question)]
            # Lower case leaves lengths alone, they are below the capitals; type and class are compared as they are.
            return asked[-4:] == self._question[-4:] and asked.lower() == self._question.lower()
        return questions == b"\0\0" and wire[3] & 0x0F in _WITHOUT_QUESTION

    def read(self, wire: bytes) -> Answer | Again:
        """The content of a datagram, or how the server wants to be asked instead.

        Raises:
            MalformedError: it does not parse, or answers another question.
        """
        if self.concerns(wire):
            if self._edns and wire[3] & 0x0F in _NO_EDNS:
                return Again.WITHOUT_EDNS
            if wire[2] & _TRUNCATED:
                return Again.BY_TCP
        return self.read_whole(wire)

    def read_whole(self, wire: bytes) -> Answer:
        """The content of a message that came by a way on which nothing need be cut.

        Raises:
            MalformedError: it does not parse, was cut all the same, or answers another question.
        """
        if not self.concerns(wire):
            raise MalformedError("another question")
        if wire[2] & _TRUNCATED:
            raise MalformedError("truncated")
        read = _read_again if len(wire) <= UDP_PAYLOAD else _read
        return read(self._question, bytes(_ID) + wire[_ID:])


def _read(question: bytes, wire: bytes) -> Answer:
    """The content of a reply to this question.

    Raises:
        MalformedError: it does not parse.
    """
    try:
        asked, _ = dns.name.from_wire(question, 0)
        # Each record by itself: a second CNAME for a name is a mistake to show, and sets would drop the first.
        return _answer(asked, dns.message.from_wire(wire, one_rr_per_rrset=True, ignore_trailing=True))
    except MalformedError:
        raise
    except Exception as error:  # noqa: BLE001  # a parser fed by strangers: whatever it trips over, it is their reply
        raise MalformedError(type(error).__name__) from None


_read_again = functools.lru_cache(maxsize=512)(_read)
"""Most servers of a zone say the same, look after look: the same bytes, id aside, mean the same. Every one of them came."""


def _answer(asked: dns.name.Name, reply: dns.message.Message) -> Answer:
    names = _chain(asked, reply.answer)
    ours = [one for one in reply.answer if one.name in names or _is_dname_above(one, names)]
    if reply.answer and not ours:
        raise MalformedError("an answer about other names")
    return Answer(
        status=dns.rcode.to_text(reply.rcode()),
        authoritative=bool(reply.flags & dns.flags.AA),
        rows=_rows(ours),
        authority=_rows(one for one in reply.authority if _is_above(one, names)),
        additional=_rows(one for one in reply.additional if one.rdtype in _ADDRESSES),
    )


def _chain(asked: dns.name.Name, answer: Iterable[dns.rrset.RRset]) -> set[dns.name.Name]:
    """The name that was asked and those that CNAMEs lead to from there."""
    aliases = {one.name: one[0] for one in answer if (one.rdtype, one.rdclass) == (dns.rdatatype.CNAME, dns.rdataclass.IN)}
    names, name = {asked}, asked
    while isinstance(alias := aliases.get(name), NSBase) and alias.target not in names:
        name = alias.target
        names.add(name)
        if len(names) > LINKS_AT_MOST:
            raise MalformedError("a chain of aliases without end")
    return names


def _is_above(one: dns.rrset.RRset, names: set[dns.name.Name]) -> bool:
    """Whether it stands at one of the names or above it."""
    return any(name.is_subdomain(one.name) for name in names)


def _is_dname_above(one: dns.rrset.RRset, names: set[dns.name.Name]) -> bool:
    return one.rdtype == dns.rdatatype.DNAME and _is_above(one, names)


def _rows(sets: Iterable[dns.rrset.RRset]) -> tuple[Row, ...]:
    """The records of the Internet class, each once, with the shortest life that was given for it."""
    rows: dict[tuple[str, str, str, int | None, tuple[bytes, ...]], int] = {}
    for one in sets:
        if one.rdclass == dns.rdataclass.IN:
            data = one[0]
            priority = data.preference if isinstance(data, MXBase) else None
            # The same text in other strings is another record: two SPF policies are an error, one sent twice is none.
            strings = data.strings if isinstance(data, TXTBase) else ()
            key = (_name(one.name), dns.rdatatype.to_text(one.rdtype), _value(data), priority, strings)
            rows[key] = min(rows.get(key, one.ttl), one.ttl)
    # A set has no order and many servers turn it with each answer (RFC 1034 §3.6): here it always has the same.
    place = {key[:2]: number for number, key in reversed(list(enumerate(rows)))}
    ordered = sorted(rows, key=lambda key: (place[key[:2]], key[3] or 0, key[2], key[4]))
    return tuple(Row(*key[:2], rows[key], *key[2:4]) for key in ordered)


def _value(data: dns.rdata.Rdata) -> str:
    match data:
        case TXTBase():
            return _shown(b"".join(data.strings).decode("utf-8", errors="replace"))
        case NSBase():
            return _name(data.target) or "."
        case MXBase():
            return _name(data.exchange) or "."
        case A() | AAAA():
            return _shown(data.address)
        case SOA():
            numbers = (data.serial, data.refresh, data.retry, data.expire, data.minimum)
            return " ".join((_name(data.mname) or ".", _name(data.rname) or ".", *map(str, numbers)))
        case _:
            return _shown(data.to_text().rstrip())


def _name(name: dns.name.Name) -> str:
    """Lower case without the trailing dot; odd bytes are escaped by dnspython as `\\027`. The root is empty."""
    return "" if name == dns.name.root else _shown(name.to_text(omit_final_dot=True).lower())


def _shown(text: str) -> str:
    return text if text.isascii() and text.isprintable() else printable(text)

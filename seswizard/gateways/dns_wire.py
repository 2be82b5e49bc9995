"""DNS messages to bytes and back, for a world where any server may send anything.

Written by hand because a sweep reads dozens of replies every second while a person types: this costs a fifth of what a
general library needs for the same reply, and its cost has a limit. Tests compare it with dnspython, reply by reply.
"""

import functools
import secrets
import struct
from collections.abc import Iterable
from enum import Enum

from seswizard.core.answers import Answer, Question, Row
from seswizard.gateways import dns_names, dns_values
from seswizard.gateways.dns_names import Labels, MalformedError

UDP_PAYLOAD = 1232
"""What fits through every network without fragments (DNS flag day 2020)."""
LINKS_AT_MOST = 32
"""A longer chain of aliases is rubbish: resolvers give up at 8 to 20."""
STATUSES: dict[int, str] = {
    0: "NOERROR",
    1: "FORMERR",
    2: "SERVFAIL",
    3: "NXDOMAIN",
    4: "NOTIMP",
    5: "REFUSED",
    6: "YXDOMAIN",
    7: "YXRRSET",
    8: "NXRRSET",
    9: "NOTAUTH",
    10: "NOTZONE",
    11: "DSOTYPENI",
    16: "BADVERS",
    23: "BADCOOKIE",
}
"""Response codes by number; any other is shown as its number."""
_HEADER = 12
_COUNTS = struct.Struct(">4H")
_ROW = struct.Struct(">HHIH")
_IN = b"\0\1"
_OPT = b"\0\0\x29" + UDP_PAYLOAD.to_bytes(2, "big") + b"\0\0\0\0\0\0"
_REPLY, _AUTHORITATIVE, _TRUNCATED = 0x80, 0x04, 0x02
_OPCODE = 0x78
_WITHOUT_QUESTION = frozenset({1, 2, 4, 5})
"""FORMERR, SERVFAIL, NOTIMP and REFUSED may come without their question."""
_NO_EDNS = frozenset({1, 4})
_CNAME, _DNAME, _OPT_TYPE = (dns_values.TYPES[name] for name in ("CNAME", "DNAME", "OPT"))
_ADDRESS_TYPES = frozenset({dns_values.TYPES["A"], dns_values.TYPES["AAAA"]})
_LONGEST_TTL = 0x7FFF_FFFF


class Again(Enum):
    """The server wants the question another way."""

    BY_TCP = "by TCP"
    WITHOUT_EDNS = "without EDNS"


_Raw = tuple[Labels, int, int, int, int, int]
"""A record of which only the frame has been read: owner, type, class, TTL, where its data begin and end."""


@functools.lru_cache(maxsize=1024)
def _asked(question: Question) -> bytes:
    """The question section; the same few questions go to a dozen servers."""
    return dns_names.to_wire(question.name) + dns_values.type_number(question.type).to_bytes(2, "big") + _IN


class Query:
    """One question as it goes over the wire, and what came back."""

    __slots__ = ("_edns", "_question", "id", "wire")

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
        self._question, self._edns = _asked(question), edns
        self.id = secrets.token_bytes(2) if identifier is None else identifier
        flags = bytes((recursive, checking_disabled << 4))
        self.wire = self.id + flags + _COUNTS.pack(1, 0, 0, edns) + self._question + (_OPT if edns else b"")

    def concerns(self, wire: bytes) -> bool:
        """Whether the bytes begin like a reply to this query: id, the bit that says reply, and the question."""
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
        try:
            return _Reply(wire, self._question).answer()
        except (IndexError, ValueError, struct.error) as error:
            raise MalformedError(type(error).__name__) from None


class _Reply:
    """One message being read."""

    def __init__(self, wire: bytes, question: bytes) -> None:
        self._wire = wire
        self._known: dict[int, Labels] = {}
        self._asked = dns_names.read(question, 0, {})[0]
        self._at = _HEADER + (len(question) if wire[5] else 0)

    def answer(self) -> Answer:
        _, answers, authorities, others = _COUNTS.unpack_from(self._wire, 4)
        answer, authority, additional = self._section(answers), self._section(authorities), self._section(others)
        names = self._chain(answer)
        enclosing = set().union(*map(dns_names.ancestors, names))
        return Answer(
            status=self._status(additional),
            authoritative=bool(self._wire[2] & _AUTHORITATIVE),
            rows=self._rows(raw for raw in answer if raw[0] in names or (raw[1] == _DNAME and raw[0] in enclosing)),
            authority=self._rows(raw for raw in authority if raw[0] in enclosing),
            additional=self._rows(raw for raw in additional if raw[1] in _ADDRESS_TYPES),
        )

    def _section(self, count: int) -> list[_Raw]:
        wire, known, rows = self._wire, self._known, []
        for _ in range(count):
            owner, at = dns_names.read(wire, self._at, known)
            rtype, rclass, ttl, size = _ROW.unpack_from(wire, at)
            start = at + _ROW.size
            self._at = start + size
            if self._at > len(wire):
                raise MalformedError("a record longer than its message")
            rows.append((owner, rtype, rclass, ttl, start, self._at))
        return rows

    def _status(self, additional: list[_Raw]) -> str:
        """The response code, of which EDNS carries the upper part."""
        upper = next((raw[3] >> 24 for raw in additional if raw[1] == _OPT_TYPE), 0)
        code = upper << 4 | self._wire[3] & 0x0F
        return STATUSES.get(code) or str(code)

    def _chain(self, answer: list[_Raw]) -> set[Labels]:
        """The name that was asked and those that CNAMEs lead to from there."""
        aliases = {raw[0]: (raw[4], raw[5]) for raw in answer if raw[1] == _CNAME and raw[2] == 1}
        names, name = {self._asked}, self._asked
        while place := aliases.get(name):
            name = dns_values.target(self._wire, *place, self._known)
            if name in names:
                break
            names.add(name)
            if len(names) > LINKS_AT_MOST:
                raise MalformedError("a chain of aliases without end")
        return names

    def _rows(self, raws: Iterable[_Raw]) -> tuple[Row, ...]:
        """The records of the Internet class, each once, with the shortest life that was given for it."""
        rows: dict[tuple[Labels, int, str, int | None, bytes], int] = {}
        for owner, rtype, rclass, ttl, start, end in raws:
            if rclass == 1:
                value, priority = dns_values.read(self._wire, start, end, rtype, self._known)
                # The same text in other strings is another record: two SPF policies are an error, one sent twice is none.
                key = (owner, rtype, value, priority, self._wire[start:end] if rtype in dns_values.TEXTS else b"")
                life = ttl if ttl <= _LONGEST_TTL else 0
                rows[key] = min(rows.get(key, life), life)
        return tuple(
            Row(dns_names.to_text(owner), dns_values.type_name(rtype), ttl, value, priority)
            for (owner, rtype, value, priority, _), ttl in rows.items()
        )

"""From the bytes of a datagram or a TCP frame to the bytes of the reply, for authoritative servers and resolvers alike.

Whatever comes in, nothing is raised: anybody on the machine may send anything to these sockets.
"""

import logging
import struct
from typing import Protocol

import dns.flags
import dns.message
import dns.opcode
import dns.rcode
import dns.update

from seswizard.demo.dns.asked import Transport
from seswizard.demo.dns.faults import Fault, fault_for

UDP_PAYLOAD = 1232
"""What fits into a datagram everywhere (DNS flag day 2020)."""

_HEADER = struct.Struct("!HHHHHH")
_GARBAGE = b"\x84\x00\xff\xff\xff\xff" + b"\xc0\x0c" * 12

_log = logging.getLogger(__name__)


class Answering(Protocol):
    """Something that answers DNS messages."""

    faults: list[Fault]

    def answer(self, query: dns.message.Message, transport: Transport) -> dns.message.Message | None:
        """The reply; None is silence."""


def respond(server: Answering, wire: bytes, transport: Transport) -> bytes | None:
    """The reply to a message in wire form; None where silence is due."""
    if len(wire) < _HEADER.size or wire[2] & 0x80:  # no header, or itself a reply: answering could go on for ever
        return None
    opcode = dns.opcode.from_flags(_HEADER.unpack_from(wire)[1])
    if opcode not in (dns.opcode.QUERY, dns.opcode.UPDATE):
        return _bare(wire, dns.rcode.NOTIMP)
    try:
        query = dns.message.from_wire(wire, keyring=False)
    except Exception:  # noqa: BLE001 - dnspython trips over rubbish in many ways, and all of them mean the same
        return _bare(wire, dns.rcode.FORMERR)
    try:
        return _reply(server, query, transport)
    except Exception:  # noqa: BLE001 - a datagram must not end the world; the log tells the developer
        _log.exception("no reply to a DNS message")
        return _bare(wire, dns.rcode.SERVFAIL)


def _reply(server: Answering, query: dns.message.Message, transport: Transport) -> bytes | None:
    if query.had_tsig or query.edns > 0:
        response = dns.message.make_response(query, our_payload=UDP_PAYLOAD)
        response.set_rcode(dns.rcode.NOTAUTH if query.had_tsig else dns.rcode.BADVERS)
        return response.to_wire()
    if len(query.question) == 1 and not isinstance(query, dns.update.UpdateMessage):
        fault = fault_for(server.faults, query, transport)
        if fault and fault.kind == "garbage":
            return query.id.to_bytes(2, "big") + _GARBAGE
    answer = server.answer(query, transport)
    if answer is None:
        return None
    if transport != "udp":
        return answer.to_wire(max_size=0xFFFF)
    size = min(query.payload, UDP_PAYLOAD) if query.edns == 0 else 512
    return answer.to_wire(max_size=size, prefer_truncation=True)


def _bare(wire: bytes, rcode: dns.rcode.Rcode) -> bytes:
    identity, flags, *_ = _HEADER.unpack_from(wire)
    kept = flags & (0x7800 | dns.flags.RD)
    return _HEADER.pack(identity, dns.flags.QR | kept | rcode, 0, 0, 0, 0)

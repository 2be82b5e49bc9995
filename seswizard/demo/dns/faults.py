"""What can be wrong with a server that is asked: the switches that scenarios and tests turn."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

import dns.flags
import dns.message
import dns.rcode
import dns.rdatatype

from seswizard.demo.dns.asked import Transport
from seswizard.demo.dns.values import name_text

FaultKind = Literal["servfail", "refused", "silent", "lame", "truncate", "garbage", "bogus"]

EVERY_TYPE: frozenset[str] = frozenset()
"""No type named: the fault holds for all of them."""


@dataclass(frozen=True, slots=True)
class Fault:
    """A server's misbehaviour for the names at and below `suffix`.

    `servfail` and `refused` are the replies of that name; `silent` gives no reply; `lame` replies without authority and
    without an answer; `truncate` makes every UDP reply ask for TCP; `garbage` sends bytes that are no message; `bogus`
    is what a validating resolver does where DNSSEC is broken: SERVFAIL unless checking is disabled.
    """

    suffix: str
    kind: FaultKind
    types: frozenset[str] = EVERY_TYPE
    sockets_only: bool = False
    """The world itself (its resolvers, SES) is served as ever: this machine's network is at fault, not the server."""

    def meets(self, query: dns.message.Message, transport: Transport) -> bool:
        """Whether the question falls under this fault."""
        if self.sockets_only and transport == "inside":
            return False
        question = query.question[0]
        name, suffix = name_text(question.name), self.suffix.lower().removesuffix(".")
        if suffix and name != suffix and not name.endswith("." + suffix):
            return False
        if self.kind == "bogus" and query.flags & dns.flags.CD:
            return False
        return not self.types or dns.rdatatype.to_text(question.rdtype) in self.types


def fault_for(faults: Iterable[Fault], query: dns.message.Message, transport: Transport) -> Fault | None:
    """The first fault that the question falls under; a TCP question is past truncation."""
    meeting = (fault for fault in tuple(faults) if fault.meets(query, transport))
    return next((fault for fault in meeting if fault.kind != "truncate" or transport == "udp"), None)


def bend(response: dns.message.Message, fault: Fault) -> dns.message.Message | None:
    """The still empty response as the fault leaves it; None is silence (`garbage` is made where wire is made)."""
    match fault.kind:
        case "silent" | "garbage":
            return None
        case "servfail" | "bogus":
            response.set_rcode(dns.rcode.SERVFAIL)
        case "refused":
            response.set_rcode(dns.rcode.REFUSED)
        case "truncate":
            response.flags |= dns.flags.TC
        case "lame":
            pass
    return response

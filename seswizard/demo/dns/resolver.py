"""A caching resolver of the embedded world: what the system's and the public resolvers are in life.

Its cache is a real one with short TTLs, so that "this resolver still says no" can be watched and waited out.
"""

import time
from collections.abc import Callable, Iterable

import dns.flags
import dns.message
import dns.name
import dns.opcode
import dns.rcode
import dns.rdataclass
from dns.rdatatype import ANY, RdataType

from seswizard.demo.dns.asked import Asked, QuestionLog, Transport
from seswizard.demo.dns.cache import Cache
from seswizard.demo.dns.faults import Fault, bend, fault_for
from seswizard.demo.dns.iterate import Internet, Reply, ask_one
from seswizard.demo.dns.server import AuthServer, alias_target, answerable
from seswizard.demo.dns.values import name_text, type_text
from seswizard.demo.dns.wire import UDP_PAYLOAD, respond
from seswizard.demo.dns.zones import Zone

_LONGEST_ALIAS_CHAIN = 8


class CachingResolver:
    """A resolver that iterates over the world's servers and remembers what they said."""

    def __init__(
        self,
        address: str,
        internet: Internet,
        *,
        preference: int = 0,
        longest: float = 5.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """The server at index `preference` of a zone is always asked first: so resolvers differ where servers do."""
        self.address = address
        self.faults: list[Fault] = []
        self.log = QuestionLog()
        self._internet = internet
        self._preference = preference
        self._cache = Cache(clock, longest)
        self._inner = AuthServer("inner", address)

    @property
    def asked(self) -> tuple[Asked, ...]:
        """The latest questions, oldest first."""
        return self.log.latest()

    def flush(self) -> None:
        """Forget everything cached."""
        self._cache.clear()

    def keep_up_to(self, seconds: float) -> None:
        """From now on keep answers for their TTL up to so many seconds; so far it was a few."""
        self._cache.longest = seconds

    def serve_inner(self, zones: Iterable[Zone]) -> None:
        """From now on answer for these zones from here and not from their servers: a split horizon."""
        self._inner.zones = list(zones)
        self.flush()

    def answer_wire(self, wire: bytes, transport: Transport) -> bytes | None:
        """The reply to a message as it came over a socket; None is silence."""
        return respond(self, wire, transport)

    def answer(self, query: dns.message.Message, transport: Transport = "inside") -> dns.message.Message | None:
        """The reply to a question; None is silence."""
        response = dns.message.make_response(query, recursion_available=True, our_payload=UDP_PAYLOAD)
        response.flags |= query.flags & dns.flags.CD
        if query.opcode() != dns.opcode.QUERY or len(query.question) != 1:
            response.set_rcode(dns.rcode.NOTIMP if query.opcode() != dns.opcode.QUERY else dns.rcode.FORMERR)
            return response
        question = query.question[0]
        self.log.note(name_text(question.name), type_text(question.rdtype), transport)
        if fault := fault_for(self.faults, query, transport):
            return bend(response, fault)
        recursive = bool(query.flags & dns.flags.RD)
        if question.rdclass != dns.rdataclass.IN or not answerable(question.rdtype) or not recursive:
            response.set_rcode(dns.rcode.REFUSED)
            return response
        self._resolve(question.name, question.rdtype, response)
        return response

    def _resolve(self, name: dns.name.Name, rtype: RdataType, response: dns.message.Message) -> None:
        for _ in range(_LONGEST_ALIAS_CHAIN):
            reply = self._reply(name, rtype)
            if reply is None:
                break
            response.answer.extend(reply.rrsets)
            if not reply.rrsets:
                response.set_rcode(reply.rcode)
                response.authority.extend([reply.soa] if reply.soa else [])
                return
            if rtype == ANY or any(rrset.rdtype == rtype for rrset in reply.rrsets):
                return
            name = alias_target(reply.rrsets[0])
        response.answer.clear()
        response.set_rcode(dns.rcode.SERVFAIL)

    def _reply(self, name: dns.name.Name, rtype: RdataType) -> Reply | None:
        kept = self._cache.get(name, rtype)
        if kept is not None:
            return kept
        if self._inner.zone_for(name):
            reply = ask_one(self._inner, name, rtype)
        else:
            reply = self._internet.ask(name, rtype, self._preference)
        return self._cache.put(name, rtype, reply) if reply else None

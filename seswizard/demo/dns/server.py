"""An authoritative server of the embedded world: its answers are those of RFC 1034 §4.3.2, its faults are switches.

It knows nothing of sockets (see `wire` and `listen`), so that the world's resolvers can ask it without any.
"""

from collections.abc import Iterable

import dns.flags
import dns.message
import dns.name
import dns.opcode
import dns.rcode
import dns.rdataclass
import dns.rdatatype
import dns.rrset
import dns.update
from dns.rdatatype import ANY, CNAME, DS, NS, RdataType
from dns.rdtypes.mxbase import MXBase
from dns.rdtypes.nsbase import NSBase

from seswizard.demo.dns.asked import Asked, QuestionLog, Transport
from seswizard.demo.dns.contents import Contents, Node
from seswizard.demo.dns.faults import Fault, FaultKind, bend, fault_for
from seswizard.demo.dns.updates import update
from seswizard.demo.dns.values import name_text, parse_name, to_rrset, type_text
from seswizard.demo.dns.wire import UDP_PAYLOAD, respond
from seswizard.demo.dns.zones import Zone

__all__ = ["Asked", "AuthServer", "Fault", "FaultKind"]

_LONGEST_ALIAS_CHAIN = 8


class AuthServer:
    """One authoritative server with its own copies of its zones."""

    def __init__(self, name: str, address: str, zones: Iterable[Zone] = ()) -> None:
        self.name = name
        self.address = address
        self.zones: list[Zone] = list(zones)
        self.faults: list[Fault] = []
        self.log = QuestionLog()

    @property
    def asked(self) -> tuple[Asked, ...]:
        """The latest questions, oldest first."""
        return self.log.latest()

    def zone(self, origin: str) -> Zone:
        """The zone of this very origin.

        Raises:
            KeyError: this server does not serve it.
        """
        wanted = parse_name(origin)
        for zone in tuple(self.zones):
            if zone.name == wanted:
                return zone
        raise KeyError(origin)

    def zone_for(self, name: str | dns.name.Name) -> Zone | None:
        """The deepest zone of this server that the name belongs to."""
        wanted = parse_name(name) if isinstance(name, str) else name
        enclosing = [zone for zone in tuple(self.zones) if wanted.is_subdomain(zone.name)]
        return max(enclosing, key=lambda zone: len(zone.name), default=None)

    def answer_wire(self, wire: bytes, transport: Transport) -> bytes | None:
        """The reply to a message as it came over a socket; None is silence."""
        return respond(self, wire, transport)

    def answer(self, query: dns.message.Message, transport: Transport = "inside") -> dns.message.Message | None:
        """The reply to a question or an update; None is silence."""
        response = dns.message.make_response(query, our_payload=UDP_PAYLOAD)
        if isinstance(query, dns.update.UpdateMessage):
            response.set_rcode(update(self.zones, query))
            return response
        if query.opcode() != dns.opcode.QUERY or len(query.question) != 1:
            response.set_rcode(dns.rcode.NOTIMP if query.opcode() != dns.opcode.QUERY else dns.rcode.FORMERR)
            return response
        question = query.question[0]
        self.log.note(name_text(question.name), type_text(question.rdtype), transport)
        if fault := fault_for(self.faults, query, transport):
            return bend(response, fault)
        if question.rdclass != dns.rdataclass.IN or not answerable(question.rdtype):
            response.set_rcode(dns.rcode.REFUSED)
            return response
        self._look_up(question.name, question.rdtype, response)
        return response

    def _look_up(self, name: dns.name.Name, rtype: RdataType, response: dns.message.Message) -> None:
        for _ in range(_LONGEST_ALIAS_CHAIN):
            zone = self._zone_asked(name, rtype)
            if zone is None:
                if not response.answer:
                    response.set_rcode(dns.rcode.REFUSED)
                return
            contents = zone.contents
            cut = contents.cut(name)
            if cut is not None and not (cut == name and rtype == DS):
                self._refer(contents, cut, response)
                return
            response.flags |= dns.flags.AA
            node = contents.node(name)
            found = _matching(node or {}, name, rtype)
            if found:
                response.answer.extend(found)
                self._add_addresses(found, response)
                return
            if not node or CNAME not in node:
                if node is None:
                    response.set_rcode(dns.rcode.NXDOMAIN)
                response.authority.append(contents.negative_soa())
                return
            alias = to_rrset(name, CNAME, node[CNAME])
            response.answer.append(alias)
            name = alias_target(alias)

    def _zone_asked(self, name: dns.name.Name, rtype: RdataType) -> Zone | None:
        zone = self.zone_for(name)
        if rtype == DS and zone is not None and zone.name == name and name != dns.name.root:
            return self.zone_for(name.parent()) or zone  # the parent side of a cut speaks for DS (RFC 4035 §3.1.4.1)
        return zone

    def _refer(self, contents: Contents, cut: dns.name.Name, response: dns.message.Message) -> None:
        referral = to_rrset(cut, NS, contents.nodes[cut][NS])
        response.authority.append(referral)
        self._add_addresses([referral], response)

    def _add_addresses(self, found: list[dns.rrset.RRset], response: dns.message.Message) -> None:
        for rrset in found:
            for rdata in rrset:
                host = rdata.target if isinstance(rdata, NSBase) and rrset.rdtype == NS else None
                host = rdata.exchange if isinstance(rdata, MXBase) else host
                zone = self.zone_for(host) if host is not None else None
                if host is not None and zone is not None:
                    known = zone.contents.addresses(host)
                    response.additional.extend(each for each in known if each not in response.additional)


def answerable(rtype: RdataType) -> bool:
    """Whether a question for this type can be answered from records: no zone transfers, no pseudo-types."""
    return rtype == ANY or not dns.rdatatype.is_metatype(rtype)


def alias_target(alias: dns.rrset.RRset) -> dns.name.Name:
    """Where a CNAME points."""
    target = alias[0]
    assert isinstance(target, NSBase)
    return target.target


def _matching(node: Node, name: dns.name.Name, rtype: RdataType) -> list[dns.rrset.RRset]:
    return [to_rrset(name, held, records) for held, records in node.items() if rtype in (held, ANY)]

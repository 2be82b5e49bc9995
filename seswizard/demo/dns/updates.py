"""Dynamic updates (RFC 2136), so that `nsupdate` can bend any scenario while it runs.

No key is wanted: the sockets are on loopback. An update changes the zone of the server that got it and no other, as
if somebody had edited the zone of one server and not told the next.
"""

from collections.abc import Iterable

import dns.name
import dns.rcode
import dns.rdataclass
import dns.rdatatype
import dns.rrset
import dns.update
from dns.rcode import Rcode
from dns.rdata import Rdata
from dns.rdatatype import ANY, CNAME, NS, SOA, RdataType

from seswizard.demo.dns.contents import Nodes
from seswizard.demo.dns.values import RecordSet, Soa
from seswizard.demo.dns.zones import Zone


class _RefusedError(Exception):
    def __init__(self, rcode: Rcode) -> None:
        super().__init__(rcode)
        self.rcode = rcode


def update(zones: Iterable[Zone], message: dns.update.UpdateMessage) -> Rcode:
    """Carry the update out, whole or not at all, and say with which response code."""
    if len(message.zone) != 1:
        return dns.rcode.FORMERR
    asked = message.zone[0]
    zone = next((zone for zone in tuple(zones) if zone.name == asked.name), None)
    if zone is None or asked.rdclass != dns.rdataclass.IN:
        return dns.rcode.NOTAUTH
    try:
        with zone.changing() as nodes:
            _check(zone, nodes, message.prerequisite)
            _scan(zone, message.update)
            for change in message.update:
                _apply(zone, nodes, change)
    except _RefusedError as refused:
        return refused.rcode
    return dns.rcode.NOERROR


def _check(zone: Zone, nodes: Nodes, prerequisites: list[dns.rrset.RRset]) -> None:
    """RFC 2136 §3.2."""
    wanted: dict[tuple[dns.name.Name, RdataType], list[Rdata]] = {}
    for each in prerequisites:
        if not each.name.is_subdomain(zone.name):
            raise _RefusedError(dns.rcode.NOTZONE)
        if each.rdclass != dns.rdataclass.IN:
            raise _RefusedError(dns.rcode.FORMERR)
        node = nodes.get(each.name, {})
        there = bool(node) if each.rdtype == ANY else each.rdtype in node
        match each.deleting:
            case dns.rdataclass.ANY if not there:
                raise _RefusedError(dns.rcode.NXDOMAIN if each.rdtype == ANY else dns.rcode.NXRRSET)
            case dns.rdataclass.NONE if there:
                raise _RefusedError(dns.rcode.YXDOMAIN if each.rdtype == ANY else dns.rcode.YXRRSET)
            case None:
                wanted.setdefault((each.name, each.rdtype), []).extend(each)
    for (name, rtype), rdatas in wanted.items():
        records = nodes.get(name, {}).get(rtype)
        if records is None or set(records.rdatas) != set(rdatas):
            raise _RefusedError(dns.rcode.NXRRSET)


def _scan(zone: Zone, changes: list[dns.rrset.RRset]) -> None:
    """RFC 2136 §3.4.1."""
    for change in changes:
        if not change.name.is_subdomain(zone.name):
            raise _RefusedError(dns.rcode.NOTZONE)
        whole_name = change.deleting == dns.rdataclass.ANY and change.rdtype == ANY
        if (dns.rdatatype.is_metatype(change.rdtype) and not whole_name) or change.rdclass != dns.rdataclass.IN:
            raise _RefusedError(dns.rcode.FORMERR)


def _apply(zone: Zone, nodes: Nodes, change: dns.rrset.RRset) -> None:
    """RFC 2136 §3.4.2, one record."""
    name = change.name.canonicalize()
    node = nodes.setdefault(name, {})
    held = node.get(change.rdtype)
    protected = (SOA, NS) if name == zone.name else ()
    match change.deleting:
        case dns.rdataclass.ANY:
            for rtype in tuple(node):
                if change.rdtype in (rtype, ANY) and rtype not in protected:
                    del node[rtype]
        case dns.rdataclass.NONE:
            left = [rdata for rdata in held.rdatas if rdata not in change] if held else []
            if held and change.rdtype != SOA and (left or change.rdtype not in protected):
                node[change.rdtype] = RecordSet.of(held.ttl, left)
        case _:
            _add(zone, name, node, change)


def _add(zone: Zone, name: dns.name.Name, node: dict[RdataType, RecordSet], change: dns.rrset.RRset) -> None:
    rtype, new = change.rdtype, list(change)
    if rtype == SOA:
        current = node.get(SOA)
        if name == zone.name and current and _newer(new[0], current.rdatas[0]):
            node[SOA] = RecordSet.of(change.ttl, new[:1])
        return
    others = [held for held, records in node.items() if records.rdatas and held != rtype]
    if (rtype == CNAME and others) or CNAME in others:
        return
    held = node.get(rtype)
    kept = list(held.rdatas) if held and rtype != CNAME else []
    node[rtype] = RecordSet.of(change.ttl, [*kept, *new])


def _newer(new: Rdata, old: Rdata) -> bool:
    assert isinstance(new, Soa)
    assert isinstance(old, Soa)
    return 0 < (new.serial - old.serial) % 2**32 < 2**31

"""What one zone holds at one moment, and how DNS looks a name up in it (RFC 1034 §4.3.2, RFC 4592).

Immutable: a server answers from one `Contents` from beginning to end while another thread edits the zone.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import dns.name
import dns.rrset
from dns.rdatatype import NS, SOA, RdataType

from seswizard.demo.dns.values import RecordSet, Soa, soa_rdata, to_rrset

Node = Mapping[RdataType, RecordSet]
Nodes = dict[dns.name.Name, dict[RdataType, RecordSet]]

_EMPTY: Node = {}


@dataclass(frozen=True, slots=True, eq=False)
class Contents:
    """The names of a zone with their record sets."""

    origin: dns.name.Name
    nodes: Nodes
    _names: frozenset[dns.name.Name] = field(init=False)
    """Every name that exists, empty non-terminals included."""

    def __post_init__(self) -> None:
        names: set[dns.name.Name] = {self.origin}
        for name in self.nodes:
            while name not in names:
                names.add(name)
                name = name.parent()
        object.__setattr__(self, "_names", frozenset(names))

    @property
    def soa(self) -> Soa:
        """The zone's SOA record."""
        return soa_rdata(self.nodes[self.origin][SOA])

    def negative_soa(self) -> dns.rrset.RRset:
        """The SOA as it stands in an answer that says no: its TTL is how long the no may be kept (RFC 2308 §3)."""
        records = self.nodes[self.origin][SOA]
        return to_rrset(self.origin, SOA, RecordSet(min(records.ttl, self.soa.minimum), records.rdatas))

    def cut(self, name: dns.name.Name) -> dns.name.Name | None:
        """The highest delegation at or above the name, if it lies below one."""
        depth = len(self.origin) + 1
        while depth <= len(name):
            ancestor = name.split(depth)[1]
            if NS in self.nodes.get(ancestor, _EMPTY):
                return ancestor
            depth += 1
        return None

    def node(self, name: dns.name.Name) -> Node | None:
        """The record sets that answer for the name; None if there is no such name.

        They are its own, or those of the wildcard that covers it; an empty non-terminal exists and has none.
        """
        if name in self._names:
            return self.nodes.get(name, _EMPTY)
        encloser = name.parent()
        while encloser not in self._names:
            encloser = encloser.parent()
        return self.nodes.get(dns.name.Name((b"*", *encloser.labels)))

    def addresses(self, name: dns.name.Name) -> list[dns.rrset.RRset]:
        """The addresses that this zone knows for a host, be they its own or glue."""
        node = self.nodes.get(name, _EMPTY)
        return [to_rrset(name, rtype, node[rtype]) for rtype in (RdataType.A, RdataType.AAAA) if rtype in node]

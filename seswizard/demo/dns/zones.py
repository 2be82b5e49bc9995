"""A zone that can be edited while it is served.

Every server has its own `Zone` of the same origin, for that is how servers come to differ. Edits come from the world's
threads and from RFC 2136 updates alike; each is one transaction and bumps the serial by one if it changed anything.
"""

import contextlib
import threading
from collections.abc import Iterable, Iterator

from dns.rdatatype import NS, SOA, RdataType
from dns.rdtypes.nsbase import NSBase

from seswizard.demo.dns.contents import Contents, Nodes
from seswizard.demo.dns.values import (
    RecordSet,
    Row,
    name_text,
    parse_name,
    parse_type,
    parse_values,
    soa_rdata,
    txt,
    type_text,
    value_text,
)

__all__ = ["Row", "Zone", "txt"]

DEFAULT_TTL = 5


class Zone:
    """An editable zone of one server."""

    def __init__(self, origin: str, *, primary: str, name_servers: Iterable[str] = (), serial: int = 1) -> None:
        """Make a zone that holds only its SOA and the NS records of `name_servers` (by default the primary alone)."""
        self.name = parse_name(origin)
        self.origin = name_text(self.name)
        self._lock = threading.RLock()
        person = f"hostmaster.{self.origin}" if self.origin else "hostmaster"
        soa = parse_values("SOA", DEFAULT_TTL, (f"{primary} {person} {serial} 60 30 600 {DEFAULT_TTL}",))
        servers = parse_values("NS", DEFAULT_TTL, tuple(name_servers) or (primary,))
        self._contents = Contents(self.name, {self.name: {SOA: soa, NS: servers}})

    @property
    def contents(self) -> Contents:
        """What the zone holds now."""
        return self._contents

    @property
    def serial(self) -> int:
        """The serial of the zone's SOA."""
        return self._contents.soa.serial

    @property
    def soa(self) -> tuple[str, str, int]:
        """The SOA's primary server, responsible person and serial."""
        soa = self._contents.soa
        return name_text(soa.mname), name_text(soa.rname), soa.serial

    def put(self, name: str, rtype: str, *values: str, ttl: int = DEFAULT_TTL) -> None:
        """Replace the record set of this name and type by these values in presentation form."""
        with self.changing() as nodes:
            nodes.setdefault(parse_name(name), {})[parse_type(rtype)] = parse_values(rtype, ttl, values)

    def remove(self, name: str, rtype: str | None = None) -> None:
        """Remove one record set of the name, or all of them; an apex keeps its SOA and NS unless NS is named."""
        owner = parse_name(name)
        with self.changing() as nodes:
            node = nodes.get(owner, {})
            if rtype is not None:
                node.pop(parse_type(rtype), None)
                return
            for kept in tuple(node):
                if owner != self.name or kept not in (SOA, NS):
                    del node[kept]

    def get(self, name: str, rtype: str) -> tuple[str, ...]:
        """The values of this very name and type in presentation form."""
        records = self._contents.nodes.get(parse_name(name), {}).get(parse_type(rtype))
        return tuple(value_text(rdata) for rdata in records.rdatas) if records else ()

    def records(self) -> tuple[Row, ...]:
        """Every record of the zone, by name and type."""
        return tuple(
            (name_text(name), type_text(rtype), records.ttl, value_text(rdata))
            for name, node in sorted(self._contents.nodes.items())
            for rtype, records in sorted(node.items())
            for rdata in records.rdatas
        )

    def replace(self, rows: Iterable[Row]) -> bool:
        """Replace all but SOA, NS and the servers' own addresses by these rows; return whether anything changed."""
        gathered: dict[tuple[str, str], list[Row]] = {}
        for row in rows:
            gathered.setdefault((name_text(parse_name(row[0])), row[1].upper()), []).append(row)
        before = self.serial
        with self.changing() as nodes:
            kept = self._infrastructure(nodes)
            nodes.clear()
            nodes.update(kept)
            for (name, rtype), same in gathered.items():
                if name == self.origin and rtype in ("SOA", "NS"):
                    continue
                values = parse_values(rtype, min(row[2] for row in same), tuple(row[3] for row in same))
                nodes.setdefault(parse_name(name), {})[parse_type(rtype)] = values
        return self.serial != before

    def _infrastructure(self, nodes: Nodes) -> Nodes:
        apex = nodes[self.name]
        hosts = (rdata.target for rdata in apex[NS].rdatas if isinstance(rdata, NSBase)) if NS in apex else ()
        names = {host.canonicalize(): (RdataType.A, RdataType.AAAA) for host in hosts}
        return {
            name: {rtype: nodes[name][rtype] for rtype in rtypes if rtype in nodes.get(name, {})}
            for name, rtypes in (*names.items(), (self.name, (SOA, NS)))
        }

    @contextlib.contextmanager
    def changing(self) -> Iterator[Nodes]:
        """A draft of the zone's nodes that becomes the zone when the block ends without an error."""
        with self._lock:
            before = self._contents.nodes
            draft: Nodes = {name: dict(node) for name, node in before.items()}
            yield draft
            after = _without_empty(draft)
            if after == before:
                return
            if after[self.name][SOA] == before[self.name][SOA]:
                after[self.name][SOA] = _bumped(after[self.name][SOA])
            self._contents = Contents(self.name, after)


def _without_empty(draft: Nodes) -> Nodes:
    kept = {name: {rtype: records for rtype, records in node.items() if records.rdatas} for name, node in draft.items()}
    return {name: node for name, node in kept.items() if node}


def _bumped(records: RecordSet) -> RecordSet:
    soa = soa_rdata(records)
    return RecordSet(records.ttl, (soa.replace(serial=(soa.serial + 1) % 2**32 or 1),))

"""Name servers for benchmarks: a process of its own that answers from memory after a simulated round trip.

`python -m tests.benchmarks.name_servers NETWORK PORT SECONDS DOMAINS DEAD…` serves `d0.com`, `d1.com` … on NETWORK.11–14,
`com.` on NETWORK.1 and eight resolvers on NETWORK.21–28; the DEAD ones hear everything and say nothing.
"""

import asyncio
import functools
import struct
import sys
from typing import cast

import dns.name

from seswizard.core.records import MAIL_FROM_SPF, Record, feedback_host

OWN, RESOLVERS = range(11, 15), range(21, 29)
TYPES = {"A": 1, "NS": 2, "CNAME": 5, "SOA": 6, "MX": 15, "TXT": 16}
NAMES = {number: name for name, number in TYPES.items()}
Rows = dict[tuple[str, str], list[bytes]]


def to_wire(name: str) -> bytes:
    """A name in the wire format."""
    return dns.name.from_text(name).to_wire() or b""


def records(number: int) -> tuple[Record, ...]:
    """What is right for one domain: six records."""
    domain = f"d{number}.com"
    dkim = [f"token{one}n{number}" for one in "abc"]
    return (
        *(Record("dkim", f"{one}._domainkey.{domain}", "CNAME", f"{one}.dkim.amazonses.com", required=True) for one in dkim),
        Record("mail-from-mx", f"bounce.{domain}", "MX", feedback_host("eu-west-1"), priority=10),
        Record("mail-from-spf", f"bounce.{domain}", "TXT", MAIL_FROM_SPF),
        Record("dmarc", f"_dmarc.{domain}", "TXT", "v=DMARC1; p=none;"),
    )


def data(rtype: str, value: str, network: str, priority: int = 0) -> bytes:
    """The data of a record as bytes."""
    if rtype == "TXT":
        return bytes((len(value),)) + value.encode()
    if rtype == "A":
        return bytes(map(int, f"{network}.{value}".split(".")))
    if rtype == "SOA":
        return to_wire(f"ns1.{value}") + to_wire(f"admin.{value}") + struct.pack(">5I", 1, 3600, 600, 86400, 60)
    return (struct.pack(">H", priority) if rtype == "MX" else b"") + to_wire(value)


class Content:
    """Everything there is, and what each kind of server makes of a question."""

    def __init__(self, network: str, domains: int) -> None:
        self._network, self._rows, self._names = network, Rows(), set[str]()
        self._put("com", "SOA", "com")
        self._put("com", "NS", "a.nic.com")
        self._put("a.nic.com", "A", "1")
        self._put("amazonses.com", "SOA", "amazonses.com")
        self._put("amazonses.com", "TXT", "v=spf1 ip4:192.0.2.0/24 -all")
        for host in OWN:
            self._put(f"ns{host}.dns.com", "A", str(host))
        for number in range(domains):
            zone = f"d{number}.com"
            self._put(zone, "SOA", zone)
            for host in OWN:
                self._put(zone, "NS", f"ns{host}.dns.com")
            for record in records(number):
                self._put(record.name, record.type, record.value or "", record.priority or 0)
        self.tail = functools.lru_cache(maxsize=None)(self._tail)

    def _put(self, name: str, rtype: str, value: str, priority: int = 0) -> None:
        content = data(rtype, value, self._network, priority)
        row = to_wire(name) + struct.pack(">HHIH", TYPES[rtype], 1, 300, len(content)) + content
        self._rows.setdefault((name, rtype), []).append(row)
        while name:
            self._names.add(name)
            name = name.partition(".")[2]

    def _tail(self, host: int, question: bytes) -> bytes:
        """The reply without its id."""
        labels, at = [], 0
        while size := question[at]:
            labels.append(question[at + 1 : at + 1 + size].decode().lower())
            at += size + 1
        name, rtype = ".".join(labels), NAMES.get(int.from_bytes(question[at + 1 : at + 3], "big"), "")
        zone = ".".join(labels[-2:])
        if host == 1 and len(labels) > 1:
            glue = [row for one in OWN for row in self._rows[(f"ns{one}.dns.com", "A")]]
            return self._reply(0x80, 0, question, [], self._rows.get((zone, "NS"), []), glue)
        found = self._rows.get((name, rtype)) or self._rows.get((name, "CNAME"), [])
        above = [] if found else self._rows.get((zone, "SOA")) or self._rows[("com", "SOA")]
        return self._reply(0x84 if host in OWN else 0x80, 0 if name in self._names else 3, question, found, above, [])

    def _reply(self, flags: int, code: int, question: bytes, *sections: list[bytes]) -> bytes:
        counts = struct.pack(">BB4H", flags, code, 1, *map(len, sections))
        return counts + question + b"".join(row for section in sections for row in section)


async def serve(network: str, port: int, seconds: float, content: Content, dead: frozenset[int]) -> None:
    """Answer for ever."""
    loop = asyncio.get_running_loop()

    class Host(asyncio.DatagramProtocol):
        def __init__(self, host: int) -> None:
            self.host = host

        def connection_made(self, transport: asyncio.BaseTransport) -> None:
            self.transport = cast("asyncio.DatagramTransport", transport)

        def datagram_received(self, query: bytes, addr: tuple[str, int]) -> None:
            if self.host in dead:
                return
            reply = query[:2] + content.tail(self.host, query[12 : query.index(b"\0", 12) + 5])
            if seconds:
                loop.call_later(seconds, self.transport.sendto, reply, addr)
            else:
                self.transport.sendto(reply, addr)

    for host in (1, *OWN, *RESOLVERS):
        await loop.create_datagram_endpoint(lambda host=host: Host(host), local_addr=(f"{network}.{host}", port))  # type: ignore[misc]  # a loop's variable
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(
        serve(
            sys.argv[1],
            int(sys.argv[2]),
            float(sys.argv[3]),
            Content(sys.argv[1], int(sys.argv[4])),
            frozenset(map(int, sys.argv[5:])),
        )
    )

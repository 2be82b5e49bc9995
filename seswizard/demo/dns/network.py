"""The whole DNS of one embedded world: servers, delegations, resolvers, and what the world does with them.

Sockets live on the event loop that `start` was awaited on; every other method may be called from any thread once
`start` has returned.
"""

import contextlib
import itertools
import time
from collections.abc import Callable, Iterable, Sequence

from seswizard.demo.dns.addresses import SIX, Addresses, pick
from seswizard.demo.dns.iterate import Internet
from seswizard.demo.dns.layout import AMAZONSES, DKIM_KEY, delegate, fill_amazonses, serve
from seswizard.demo.dns.listen import Listener
from seswizard.demo.dns.look import Look, look
from seswizard.demo.dns.resolver import CachingResolver
from seswizard.demo.dns.server import AuthServer
from seswizard.demo.dns.values import Row, parse_name, parse_type
from seswizard.demo.dns.zones import DEFAULT_TTL, Zone

_ATTEMPTS = 50


class DnsNetwork:
    """The DNS of one world, built around one domain."""

    def __init__(
        self,
        origin: str = "example.com",
        *,
        single: bool | None = None,
        six: bool | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Prepare the DNS around this domain under `com`; nothing is opened before `start`.

        `single` (one IPv4 address only) and `six` (there is `::1`) overrule what the machine says; `clock` ages caches.
        """
        self.origin = origin
        self.port = 0
        self.auth: tuple[AuthServer, ...] = ()
        self.other: AuthServer | None = None
        self.servers: tuple[AuthServer, ...] = ()
        self.resolvers: tuple[CachingResolver, ...] = ()
        self.resolver_addresses: tuple[str, ...] = ()
        self._single, self._six, self._clock = single, six, clock
        self._listeners: list[Listener] = []
        self._internet = Internet({}, ())
        self._looks = itertools.count()

    async def start(self) -> None:
        """Choose addresses and ports, build the zones and open the sockets.

        Raises:
            OSError: no free port could be had on this machine's loopback addresses.
        """
        for attempt in range(_ATTEMPTS):
            addresses = pick(single=self._single, six=self._six)
            self._build(addresses)
            try:
                await self._listen(addresses)
            except OSError:
                await self.stop()
                if attempt == _ATTEMPTS - 1:
                    raise
            else:
                return

    async def stop(self) -> None:
        """Close every socket; harmless if never started."""
        listeners, self._listeners = self._listeners, []
        for listener in listeners:
            await listener.stop()

    def publish(self, name: str, rtype: str, *values: str, ttl: int = DEFAULT_TTL, servers: Iterable[int] | None = None) -> None:
        """Put a record set on all servers of the name's deepest zone, or on those of `auth` with these indexes."""
        for zone in self._zones_for(name, servers):
            zone.put(name, rtype, *values, ttl=ttl)

    def unpublish(self, name: str, rtype: str | None = None, servers: Iterable[int] | None = None) -> None:
        """Remove one record set of the name, or all of them, from the servers that `publish` would take."""
        for zone in self._zones_for(name, servers):
            zone.remove(name, rtype)

    def add_zone(self, origin: str, servers: Sequence[AuthServer] | None = None) -> tuple[Zone, ...]:
        """Serve one more zone (by default at another company), delegated from the zone above; return its copies."""
        parents = self._deepest(origin)
        hosts = self._hosts(servers)
        zones = serve(origin, hosts)
        delegate(parents, origin, hosts)
        return zones

    def delegate(self, origin: str, servers: Sequence[AuthServer] | None = None) -> None:
        """Let the zone above refer to these servers (by default another company's) for this zone, whoever serves it."""
        above = origin.partition(".")[2]
        delegate(self._deepest(above), origin, self._hosts(servers))

    def replace_zone(self, origin: str, rows: Iterable[Row], servers: Iterable[int] | None = None) -> bool:
        """Let the zone hold these rows beside its SOA, its NS and their addresses; whether anything changed."""
        wanted, kept = parse_name(origin), tuple(rows)
        chosen = self.servers if servers is None else self._chosen(servers)
        zones = [zone for server in chosen for zone in tuple(server.zones) if zone.name == wanted]
        changed = [zone.replace(kept) for zone in zones]
        return any(changed)

    def add_dkim_key(self, token: str, hosted_zone: str) -> None:
        """Publish SES's public key for a token, where the user's DKIM CNAME points."""
        self.publish(f"{token}.{hosted_zone}", "TXT", DKIM_KEY)

    def look(self, name: str, rtype: str) -> Look:
        """Look a name up as SES does for its verdict: uncached, at each of the zone's servers in turn."""
        return look(self._internet, parse_name(name), parse_type(rtype), next(self._looks))

    def asked_anywhere(self, name: str) -> bool:
        """Whether anybody has asked any server or resolver for exactly this name over a socket."""
        return self.first_asked(name) is not None

    def first_asked(self, name: str, since: float = 0.0) -> float | None:
        """When, on the monotonic clock, this name was first asked for over a socket (after `since`)."""
        logs = [server.log for server in self.servers] + [resolver.log for resolver in self.resolvers]
        times = (log.first(name, since) for log in logs)
        return min((at for at in times if at is not None), default=None)

    def _build(self, addresses: Addresses) -> None:
        hosts: dict[str, AuthServer] = {}

        def host(name: str, address: str) -> AuthServer:
            return hosts.setdefault(address, AuthServer(name, address))

        domain = [
            host(f"ns{3 if address == SIX else number}.{self.origin}", address)
            for number, address in enumerate(addresses.auth, start=1)
        ]
        root = host("a.root-servers.net", addresses.root)
        com = [host(f"{'ab'[index]}.gtld-servers.net", address) for index, address in enumerate(addresses.com)]
        ses = host(f"ns1.{AMAZONSES}", addresses.amazonses)
        other = host("ns1.otherhost.com", addresses.other)

        root_zones = serve("", [root])
        com_zones = serve("com", com)
        delegate(root_zones, "com", com)
        for origin, servers in ((AMAZONSES, [ses]), ("otherhost.com", [other]), (self.origin, domain)):
            zones = serve(origin, servers)
            delegate(com_zones, origin, servers)
            if origin == AMAZONSES:
                fill_amazonses(zones[0])

        self.auth, self.other, self.servers = tuple(domain), other, tuple(hosts.values())
        self._internet = Internet(hosts, (root.address,))
        self.resolvers = tuple(
            CachingResolver(address, self._internet, preference=index, clock=self._clock)
            for index, address in enumerate(addresses.resolvers)
        )

    async def _listen(self, addresses: Addresses) -> None:
        self.port = 0
        for server in self.servers:
            self.port = await self._open(server, server.address, self.port)
        ports = [await self._open(resolver, resolver.address, 0) for resolver in self.resolvers]
        if self.port in ports:
            raise OSError("a resolver got the authoritative servers' port")
        self.resolver_addresses = tuple(f"{address}:{port}" for address, port in zip(addresses.resolvers, ports, strict=True))

    async def _open(self, server: AuthServer | CachingResolver, address: str, port: int) -> int:
        listener = Listener(server, address)
        await listener.start(port)
        self._listeners.append(listener)
        return listener.port

    def _zones_for(self, name: str, servers: Iterable[int] | None) -> list[Zone]:
        if servers is None:
            return self._deepest(name)
        zones = [server.zone_for(name) for server in self._chosen(servers)]
        return [zone for zone in zones if zone is not None]

    def _deepest(self, name: str) -> list[Zone]:
        zones = [zone for server in self.servers if (zone := server.zone_for(name)) is not None]
        depth = max(len(zone.name) for zone in zones)
        return [zone for zone in zones if len(zone.name) == depth]

    def _chosen(self, indexes: Iterable[int]) -> list[AuthServer]:
        chosen = []
        for index in indexes:
            with contextlib.suppress(IndexError):  # where ::1 or 127.0.0.2 does not bind, a world has fewer servers
                chosen.append(self.auth[index])
        return chosen

    def _hosts(self, servers: Sequence[AuthServer] | None) -> list[AuthServer]:
        if servers is not None:
            return list(servers)
        assert self.other is not None, "start() comes first"
        return [self.other]

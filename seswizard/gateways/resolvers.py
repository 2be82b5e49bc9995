"""Which resolvers stand for the rest of the world: the system's own first, then those that anybody may ask."""

import ipaddress
from pathlib import Path

from seswizard.core.answers import Server
from seswizard.gateways.dns_sockets import NoRouteError, connected

PUBLIC: tuple[Server, ...] = (
    Server("Cloudflare", "1.1.1.1"),
    Server("Google", "8.8.8.8"),
    Server("Quad9", "9.9.9.9"),
    Server("OpenDNS", "208.67.222.222"),
    Server("Cloudflare IPv6", "2606:4700:4700::1111"),
    Server("Google IPv6", "2001:4860:4860::8888"),
    Server("Quad9 IPv6", "2620:fe::fe"),
    Server("OpenDNS IPv6", "2620:119:35::35"),
)
"""Four operators, each by IPv4 and by IPv6: an operator's addresses may be served by different caches."""
RESOLV_CONF = Path("/etc/resolv.conf")
_LOOPBACK = "::1"
_TRANSLATED = ipaddress.IPv6Network("64:ff9b::/96")
"""IPv4 addresses as a network without IPv4 reaches them (RFC 6052)."""
_EMBEDDING = tuple(map(ipaddress.IPv6Network, ("::/96", "::ffff:0:0/96", "2002::/16", "fec0::/10")))
"""IPv4 in other disguises, and what once was private (RFC 4291, 3056, 3879): nobody's server is there."""


def system_resolver(file: Path = RESOLV_CONF) -> tuple[Server, ...]:
    """The first of the system's resolvers to which there is a way, else the first; nothing where none is configured."""
    try:
        lines = file.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return ()
    words = (line.split() for line in lines)
    named = [Server("system resolver", found[1]) for found in words if len(found) > 1 and found[0] == "nameserver"]
    return tuple([one for one in named if has_route(one.address)] or named)[:1]


def public_resolvers() -> tuple[Server, ...]:
    """Those to which there is a way; without any network those by IPv4, so that their silence can be shown."""
    there = tuple(one for one in PUBLIC if has_route(one.address))
    return there or tuple(one for one in PUBLIC if ":" not in one.address)


def has_ipv6(*, loopback: bool = False) -> bool:
    """Whether there is a way to the IPv6 Internet, or to this machine's own IPv6 address."""
    return has_route(_LOOPBACK if loopback else next(one.address for one in PUBLIC if ":" in one.address))


def has_route(address: str) -> bool:
    """Whether the system knows a way there; nothing is sent."""
    try:
        connected(address, 53).close()
    except (NoRouteError, OSError):
        return False
    return True


def of_the_internet(address: str) -> bool:
    """Whether it is an address that anybody's server can have; not loopback, private, link-local, multicast, or for examples."""
    try:
        there = ipaddress.ip_address(address)
    except ValueError:
        return False
    if there.version == 6 and there in _TRANSLATED:
        there = ipaddress.IPv4Address(there.packed[-4:])
    if there.version == 6 and any(there in network for network in _EMBEDDING):
        return False
    return there.is_global and not there.is_multicast

"""The zones that the embedded world's DNS begins with, and how one zone is delegated from another."""

from collections.abc import Iterable, Sequence

from seswizard.core.login import SMTP_REGIONS
from seswizard.demo.dns.server import AuthServer
from seswizard.demo.dns.zones import Zone, txt

AMAZONSES = "amazonses.com"

DKIM_KEY = (
    "p=MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAp5bqeIAqG5jHvWSYo5OVs5uSsHrHGnccpioaRy2KB0yx2GmBHxDCM0dg556aSxv4"
    "DgdTSZX8949nlSW31Rz3IuBkSvqpXabL38TQSH+WNldDSIRad26UhPWReGpx0QVpd7IvWoYSYxOssZmqRGIGB3it4j5ws4UVt/mgVYaPcrDSYsSY"
    "8B+1khH5hizXjjndKh6vNnJYqV9RsDGdzT2q6o5WC0adxFQfCbTadV/wRigfJAC4Xdf6aXj8KtUD7iBzAFwfF8xpjuI2oiekTS25qXNfahnjJM+7"
    "YjRXwszpHNY59sszSgA5cb3XvyvFbzz+iJNMiD8dmZVIMmsu+YQDkQIDAQAB"
)
"""A public RSA key as SES publishes it; its private half was never kept."""


def serve(origin: str, servers: Sequence[AuthServer]) -> tuple[Zone, ...]:
    """Give every server its own copy of a new zone that names them all."""
    names = [server.name for server in servers]
    zones = tuple(Zone(origin, primary=names[0], name_servers=names) for _ in servers)
    for server, zone in zip(servers, zones, strict=True):
        server.zones.append(zone)
        _name_hosts([zone], servers)
    return zones


def delegate(parents: Iterable[Zone], child: str, servers: Sequence[AuthServer]) -> None:
    """Let the copies of the parent zone refer to these servers for the child, with glue where theirs to give."""
    for parent in tuple(parents):
        parent.put(child, "NS", *(server.name for server in servers))
        _name_hosts([parent], servers)


def fill_amazonses(zone: Zone) -> None:
    """The public names of SES that others' records point to."""
    zone.put(AMAZONSES, "TXT", txt("v=spf1 ip4:199.255.192.0/22 -all"))
    for number, region in enumerate(sorted(SMTP_REGIONS), start=1):
        target = f"feedback-smtp.{region}.{AMAZONSES}"
        zone.put(target, "A", f"199.255.192.{number}")
        zone.put(target, "MX", f"10 {target}")


def _name_hosts(zones: Iterable[Zone], servers: Iterable[AuthServer]) -> None:
    for zone in zones:
        for server in servers:
            if not zone.origin or server.name == zone.origin or server.name.endswith("." + zone.origin):
                zone.put(server.name, "AAAA" if ":" in server.address else "A", server.address)

"""What SES sees when it looks a name up by itself, to judge whether a record is there."""

from dataclasses import dataclass
from typing import Literal

import dns.name
import dns.rcode
from dns.rdatatype import RdataType

from seswizard.demo.dns.iterate import Internet
from seswizard.demo.dns.server import alias_target
from seswizard.demo.dns.values import plain_text

Outcome = Literal["found", "no-name", "no-type", "failed"]

_LONGEST_ALIAS_CHAIN = 8


@dataclass(frozen=True, slots=True)
class Look:
    """One uncached look at the authoritative servers."""

    outcome: Outcome
    values: tuple[str, ...] = ()
    """Presentation form, names without the trailing dot, TXT joined and without quotes."""
    soa: tuple[str, str, int] | None = None
    """Primary server, responsible person and serial of the zone that was seen last."""


def look(internet: Internet, name: dns.name.Name, rtype: RdataType, preference: int) -> Look:
    """Look the name up, following CNAMEs unless a CNAME is wanted."""
    for _ in range(_LONGEST_ALIAS_CHAIN):
        reply = internet.ask(name, rtype, preference)
        if reply is None:
            break
        zone = reply.server.zone_for(name)
        soa = zone.soa if zone else None
        if not reply.rrsets:
            return Look("no-name" if reply.rcode == dns.rcode.NXDOMAIN else "no-type", (), soa)
        for rrset in reply.rrsets:
            if rrset.rdtype == rtype:
                return Look("found", tuple(plain_text(rdata) for rdata in rrset), soa)
        name = alias_target(reply.rrsets[0])
    return Look("failed")

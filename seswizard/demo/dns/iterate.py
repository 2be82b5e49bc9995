"""Finding an answer from the root down, as a resolver does, by asking the world's servers in process.

Every server is asked through its own `answer`, so its faults hold here too; only the waiting for silence is left out.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdatatype
import dns.rrset
from dns.rdatatype import ANY, CNAME, NS, SOA, RdataType
from dns.rdtypes.nsbase import NSBase

from seswizard.demo.dns.server import AuthServer

_MOST_REFERRALS = 16
_DEEPEST = 4


@dataclass(frozen=True, slots=True)
class Reply:
    """What an authoritative server says of one name and type."""

    rcode: dns.rcode.Rcode
    rrsets: tuple[dns.rrset.RRset, ...]
    """The name's own record sets: of the type asked, or its CNAME; none is a no."""
    soa: dns.rrset.RRset | None
    """The SOA that came with a no."""
    server: AuthServer


@dataclass(frozen=True, slots=True)
class Internet:
    """The servers that exist, by address, and where one begins to ask."""

    servers: Mapping[str, AuthServer]
    roots: Sequence[str]

    def ask(self, name: dns.name.Name, rtype: RdataType, preference: int = 0, depth: int = 0) -> Reply | None:
        """Follow the referrals to the reply; None if no server helps. CNAMEs are not followed.

        Of a zone's servers the one at index `preference` is asked first, then the others in turn.
        """
        zone, addresses = dns.name.root, list(self.roots)
        for _ in range(_MOST_REFERRALS):
            response = None
            for server in self._in_turn(addresses, preference):
                response = _usable(server, name, rtype, zone)
                if response is not None:
                    break
            if response is None:
                return None
            referral = _referral(response, name, zone)
            if referral is None:
                return _read(response, name, rtype, server)
            zone, addresses = referral.name, self._addresses(referral, response, preference, depth)
        return None

    def _in_turn(self, addresses: list[str], preference: int) -> Iterator[AuthServer]:
        first = preference % len(addresses) if addresses else 0
        for address in addresses[first:] + addresses[:first]:
            if address in self.servers:
                yield self.servers[address]

    def _addresses(self, referral: dns.rrset.RRset, response: dns.message.Message, preference: int, depth: int) -> list[str]:
        found: list[str] = []
        for rdata in referral:
            assert isinstance(rdata, NSBase)
            known = [rrset for rrset in response.additional if rrset.name == rdata.target]
            if not known and depth < _DEEPEST:
                for rtype in (RdataType.A, RdataType.AAAA):
                    reply = self.ask(rdata.target, rtype, preference, depth + 1)
                    known.extend(rrset for rrset in (reply.rrsets if reply else ()) if rrset.rdtype == rtype)
            found.extend(address.to_text() for rrset in known for address in rrset)
        return found


def ask_one(server: AuthServer, name: dns.name.Name, rtype: RdataType) -> Reply | None:
    """What this server says, if it has authority to say anything."""
    response = _usable(server, name, rtype, dns.name.root)
    return _read(response, name, rtype, server) if response and response.flags & dns.flags.AA else None


def _usable(server: AuthServer, name: dns.name.Name, rtype: RdataType, zone: dns.name.Name) -> dns.message.Message | None:
    response = server.answer(dns.message.make_query(name, rtype, flags=0))
    if response is None or response.rcode() not in (dns.rcode.NOERROR, dns.rcode.NXDOMAIN):
        return None
    if not response.flags & dns.flags.AA and _referral(response, name, zone) is None:
        return None
    return response


def _referral(response: dns.message.Message, name: dns.name.Name, zone: dns.name.Name) -> dns.rrset.RRset | None:
    if response.flags & dns.flags.AA:
        return None
    below = (rrset for rrset in response.authority if rrset.rdtype == NS and rrset.name != zone)
    return next((rrset for rrset in below if rrset.name.is_subdomain(zone) and name.is_subdomain(rrset.name)), None)


def _read(response: dns.message.Message, name: dns.name.Name, rtype: RdataType, server: AuthServer) -> Reply:
    own = tuple(rrset for rrset in response.answer if rrset.name == name and (rtype == ANY or rrset.rdtype in (rtype, CNAME)))
    soa = next((rrset for rrset in response.authority if rrset.rdtype == SOA), None)
    return Reply(dns.rcode.NOERROR if own else response.rcode(), own, None if own else soa, server)

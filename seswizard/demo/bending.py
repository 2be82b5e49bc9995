"""The steps by which a healthy world comes to a mistake and back: edits of records, faults of servers, moves of zones.

A step is anything that does something to a world. Texts in steps may hold `{first}`, `{second}` and `{third}` (the DKIM
tokens SES wants, sorted), `{zone}` (where SES keeps their keys), `{cell}` (its first label) and `{old}` (an earlier token).
"""

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import dns.message

from seswizard.demo.dns.faults import Fault
from seswizard.demo.dns.layout import serve
from seswizard.demo.dns.resolver import CachingResolver
from seswizard.demo.dns.server import AuthServer
from seswizard.demo.dns.zones import DEFAULT_TTL, Zone
from seswizard.demo.place import DOMAIN, REGION
from seswizard.demo.production import MAIL_FROM
from seswizard.demo.ses import Params, identities
from seswizard.demo.ses.region import Identity

if TYPE_CHECKING:
    from seswizard.demo.world import World

Step = Callable[["World"], None]
Where = Callable[["World"], Iterable[AuthServer | CachingResolver]]
"""The servers or resolvers that a fault is at."""

LONG = 300
"""Seconds that a resolver keeps what it should have forgotten: longer than anybody wants to wait."""


def identity_of(world: "World") -> Identity:
    """The identity that every mistake is about."""
    return world.ses.region(REGION).identities[DOMAIN]


def filled(text: str, world: "World") -> str:
    """The text with the tokens and zones of this world."""
    identity = identity_of(world)
    first, second, third = sorted(identity.tokens)
    zone, old = identity.hosted_zone, min(world.previous_tokens, default="")
    return text.format(first=first, second=second, third=third, zone=zone, cell=zone.partition(".")[0], old=old)


@dataclass(frozen=True, slots=True)
class Edit:
    """The record set of this name and type becomes these values; none: it goes. As RFC 2136: delete, then add."""

    name: str
    type: str
    values: tuple[str, ...] = ()
    servers: tuple[int, ...] | None = None
    """Only at these of the domain's servers, by index; None: at every server of the deepest zone."""
    ttl: int = DEFAULT_TTL

    def __call__(self, world: "World") -> None:
        """Edit the zone."""
        one = self.filled(world)
        if one.values:
            world.dns.publish(one.name, one.type, *one.values, ttl=one.ttl, servers=one.servers)
        else:
            world.dns.unpublish(one.name, one.type, servers=one.servers)

    def filled(self, world: "World") -> "Edit":
        """The same edit with the names of this world."""
        values = tuple(filled(value, world) for value in self.values)
        return replace(self, name=filled(self.name, world), values=values)


@dataclass(frozen=True, slots=True)
class Fails:
    """From now on these servers misbehave."""

    where: Where
    fault: Fault

    def __call__(self, world: "World") -> None:
        """Switch the fault on."""
        fault = replace(self.fault, suffix=filled(self.fault.suffix, world))
        for server in self.where(world):
            server.faults.append(fault)


@dataclass(frozen=True, slots=True)
class Recovers:
    """These servers are well again."""

    where: Where

    def __call__(self, world: "World") -> None:
        """Switch every fault off."""
        for server in self.where(world):
            server.faults.clear()


@dataclass(frozen=True, slots=True)
class Remembers:
    """A resolver is asked and keeps what it hears now for as long as the zone lets it."""

    resolver: int
    name: str
    type: str

    def __call__(self, world: "World") -> None:
        """Put the answer into the cache."""
        resolver = world.dns.resolvers[self.resolver]
        resolver.keep_up_to(LONG)
        resolver.answer(dns.message.make_query(filled(self.name, world), self.type))


@dataclass(frozen=True, slots=True)
class Forgets:
    """What a resolver kept has run out: five minutes have passed for it."""

    resolver: int

    def __call__(self, world: "World") -> None:
        """Empty the cache."""
        world.dns.resolvers[self.resolver].flush()


def second_server(world: "World") -> Iterable[AuthServer]:
    """One of the domain's servers, but not the first."""
    return world.dns.auth[1:2]


def domains_servers(world: "World") -> Iterable[AuthServer]:
    """Every server of the domain."""
    return world.dns.auth


def resolvers(world: "World") -> Iterable[CachingResolver]:
    """Every resolver, the system's and the public ones."""
    return world.dns.resolvers


def beyond_this_network(world: "World") -> Iterable[AuthServer | CachingResolver]:
    """Everything but the resolver that this network itself provides."""
    return (*world.dns.servers, *world.dns.resolvers[1:])


def negative_answers_last(world: "World") -> None:
    """The zone lets everybody keep "no such name" for five minutes."""
    for zone in _zones(world):
        primary, person, serial = zone.soa
        zone.put(DOMAIN, "SOA", f"{primary} {person} {serial + 1} 60 30 600 {LONG}", ttl=LONG)


def move_half_way(world: "World") -> None:
    """The registrar still delegates to the old company, whose zone names the new servers and lacks the new records."""
    assert world.dns.other is not None
    (old,) = serve(DOMAIN, [world.dns.other])
    kept: dict[tuple[str, str], list[str]] = {}
    for name, rtype, _, value in _zones(world)[0].records():
        if rtype != "SOA" and "_domainkey" not in name:
            kept.setdefault((name, rtype), []).append(value)
    for (name, rtype), values in kept.items():
        old.put(name, rtype, *values)
    world.dns.delegate(DOMAIN)


def move_whole(world: "World") -> None:
    """The registrar delegates to the new servers, and the old company has forgotten the zone."""
    assert world.dns.other is not None
    world.dns.other.zones.remove(world.dns.other.zone(DOMAIN))
    world.dns.delegate(DOMAIN, world.dns.auth)


def delegate_domainkey(world: "World") -> None:
    """`_domainkey` becomes a zone of its own at another company; what stands in the zone above is hidden from now on."""
    world.dns.add_zone(f"_domainkey.{DOMAIN}")


def serve_inner_zone(world: "World") -> None:
    """This network's resolver answers for the domain from the office's own server, which knows other names."""
    inner = Zone(DOMAIN, primary=f"dc1.{DOMAIN}", serial=77)
    inner.put(f"dc1.{DOMAIN}", "A", "10.0.0.10")
    inner.put(f"intranet.{DOMAIN}", "A", "10.0.0.20")
    world.dns.resolvers[0].serve_inner([inner])


def serve_no_inner_zone(world: "World") -> None:
    """The resolver tells of the domain what its servers say, as for everybody else."""
    world.dns.resolvers[0].serve_inner([])


def restart_dkim(world: "World") -> None:
    """SES makes new tokens; the records of the old ones are still published."""
    world.previous_tokens = tuple(sorted(identity_of(world).tokens))
    again = Params({"EmailIdentity": DOMAIN, "SigningAttributesOrigin": "AWS_SES"})
    identities.put_dkim_signing(world.ses, world.ses.region(REGION), again)


def give_up_mail_from(world: "World") -> None:
    """SES has looked for the MX for 72 hours in vain, and looks no more."""
    mail_from = identity_of(world).mail_from
    assert mail_from is not None
    mail_from.status = "FAILED"


def set_mail_from(world: "World") -> None:
    """Tell SES the MAIL FROM domain, also again: it then looks anew."""
    named = Params({"EmailIdentity": DOMAIN, "MailFromDomain": MAIL_FROM})
    identities.put_mail_from(world.ses, world.ses.region(REGION), named)


def stop_looking(world: "World") -> None:
    """SES does not look again by itself."""
    identity_of(world).next_look = math.inf


def _zones(world: "World") -> list[Zone]:
    return [server.zone(DOMAIN) for server in world.dns.auth]

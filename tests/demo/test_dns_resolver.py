"""The caching resolvers: what they remember, for how long, and what they do when servers fail."""

from collections.abc import AsyncIterator

import dns.asyncquery
import dns.asyncresolver
import dns.flags
import dns.message
import dns.rcode
import dns.rdatatype
import pytest

from seswizard.demo.dns.network import DnsNetwork
from seswizard.demo.dns.resolver import CachingResolver
from seswizard.demo.dns.server import AuthServer, Fault
from seswizard.demo.dns.zones import Zone


class Clock:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def network(clock: Clock) -> AsyncIterator[DnsNetwork]:
    network = DnsNetwork(clock=clock)
    await network.start()
    yield network
    await network.stop()


def _ask(resolver: CachingResolver, name: str, rtype: str, flags: int = dns.flags.RD) -> dns.message.Message:
    answer = resolver.answer(dns.message.make_query(name, rtype, flags=flags))
    assert answer is not None
    return answer


def _texts(message: dns.message.Message) -> list[str]:
    return [rdata.to_text() for rrset in message.answer for rdata in rrset]


def test_an_answer_is_kept_and_counts_down(network: DnsNetwork, clock: Clock) -> None:
    resolver = network.resolvers[0]
    network.publish("t.example.com", "TXT", "old", ttl=300)
    first = _ask(resolver, "t.example.com", "TXT")
    assert first.flags & dns.flags.RA
    assert not first.flags & dns.flags.AA
    assert first.answer[0].ttl == 5
    network.publish("t.example.com", "TXT", "new", ttl=300)
    clock.now += 3
    later = _ask(resolver, "T.example.com", "TXT")
    assert (_texts(later), later.answer[0].ttl) == (['"old"'], 2)
    clock.now += 2
    assert _texts(_ask(resolver, "t.example.com", "TXT")) == ['"new"']


@pytest.mark.parametrize("there", [False, True])
def test_a_no_is_kept_and_counts_down(network: DnsNetwork, clock: Clock, there: bool) -> None:
    resolver = network.resolvers[0]
    if there:
        network.publish("n.example.com", "A", "192.0.2.1")
    rcode = dns.rcode.NOERROR if there else dns.rcode.NXDOMAIN
    first = _ask(resolver, "n.example.com", "CNAME")
    assert (first.rcode(), first.authority[0].rdtype, first.authority[0].ttl) == (rcode, dns.rdatatype.SOA, 5)
    network.publish("n.example.com", "CNAME", "x.dkim.amazonses.com")
    clock.now += 1.5
    later = _ask(resolver, "n.example.com", "CNAME")
    assert (later.rcode(), later.answer, later.authority[0].ttl) == (rcode, [], 4)
    clock.now += 3.5
    assert _texts(_ask(resolver, "n.example.com", "CNAME")) == ["x.dkim.amazonses.com."]


def test_no_such_name_is_kept_for_every_type_and_no_such_type_is_not(network: DnsNetwork) -> None:
    resolver = network.resolvers[0]
    _ask(resolver, "n.example.com", "A")
    network.publish("n.example.com", "TXT", "x")
    assert _ask(resolver, "n.example.com", "TXT").rcode() == dns.rcode.NXDOMAIN
    resolver.flush()
    _ask(resolver, "n.example.com", "A")
    assert _texts(_ask(resolver, "n.example.com", "TXT")) == ['"x"']


def test_a_shorter_ttl_than_the_cap_holds(network: DnsNetwork, clock: Clock) -> None:
    resolver = network.resolvers[0]
    network.publish("t.example.com", "TXT", "old", ttl=2)
    assert _ask(resolver, "t.example.com", "TXT").answer[0].ttl == 2
    network.publish("t.example.com", "TXT", "new", ttl=0)
    clock.now += 2
    assert _texts(_ask(resolver, "t.example.com", "TXT")) == ['"new"']
    network.publish("t.example.com", "TXT", "newest", ttl=0)
    assert _texts(_ask(resolver, "t.example.com", "TXT")) == ['"newest"']


def test_an_alias_is_followed_into_ses_own_zone(network: DnsNetwork) -> None:
    network.publish("tok._domainkey.example.com", "CNAME", "tok.dkim.amazonses.com")
    resolver = network.resolvers[0]
    missing = _ask(resolver, "tok._domainkey.example.com", "TXT")
    assert (missing.rcode(), _texts(missing)) == (dns.rcode.NXDOMAIN, ["tok.dkim.amazonses.com."])
    assert missing.authority[0].name.to_text() == "amazonses.com."
    network.add_dkim_key("tok", "dkim.amazonses.com")
    resolver.flush()
    answer = _ask(resolver, "tok._domainkey.example.com", "TXT")
    assert [rrset.rdtype for rrset in answer.answer] == [dns.rdatatype.CNAME, dns.rdatatype.TXT]
    assert _texts(answer)[1].startswith('"p=MII')


def test_resolvers_differ_where_servers_differ(network: DnsNetwork) -> None:
    network.publish("p.example.com", "TXT", "x", servers=[0])
    assert [_ask(resolver, "p.example.com", "TXT").rcode() for resolver in network.resolvers[:2]] == [
        dns.rcode.NOERROR,
        dns.rcode.NXDOMAIN,
    ]


@pytest.mark.parametrize("kind", ["silent", "servfail", "refused", "lame", "garbage"])
def test_the_next_server_is_asked_where_one_fails(network: DnsNetwork, kind: str) -> None:
    network.publish("t.example.com", "TXT", "x")
    network.auth[0].faults.append(Fault("example.com", kind))  # type: ignore[arg-type]  # parametrised by name
    assert _texts(_ask(network.resolvers[0], "t.example.com", "TXT")) == ['"x"']
    for server in network.auth:
        server.faults = [Fault("", "servfail")]
    network.resolvers[0].flush()
    failed = _ask(network.resolvers[0], "t.example.com", "TXT")
    assert (failed.rcode(), failed.answer, failed.authority) == (dns.rcode.SERVFAIL, [], [])
    for server in network.auth:
        server.faults.clear()
    assert _texts(_ask(network.resolvers[0], "t.example.com", "TXT")) == ['"x"']


def test_an_endless_alias_fails(network: DnsNetwork) -> None:
    network.publish("l.example.com", "CNAME", "l.example.com")
    assert _ask(network.resolvers[0], "l.example.com", "TXT").rcode() == dns.rcode.SERVFAIL
    assert _texts(_ask(network.resolvers[0], "l.example.com", "CNAME")) == ["l.example.com."]


def test_broken_dnssec_shows_unless_checking_is_disabled(network: DnsNetwork) -> None:
    resolver = network.resolvers[0]
    resolver.faults.append(Fault("example.com", "bogus"))
    assert _ask(resolver, "example.com", "SOA").rcode() == dns.rcode.SERVFAIL
    unchecked = _ask(resolver, "example.com", "SOA", dns.flags.RD | dns.flags.CD)
    assert unchecked.flags & dns.flags.CD
    assert unchecked.answer


def test_recursion_must_be_asked_for(network: DnsNetwork) -> None:
    assert _ask(network.resolvers[0], "example.com", "SOA", 0).rcode() == dns.rcode.REFUSED


def test_an_inner_zone_hides_the_outer_one(network: DnsNetwork) -> None:
    inner = Zone("example.com", primary="dc1.example.com", serial=77)
    network.publish("t.example.com", "TXT", "outer")
    network.resolvers[0].serve_inner([inner])
    assert _ask(network.resolvers[0], "t.example.com", "TXT").rcode() == dns.rcode.NXDOMAIN
    assert "dc1.example.com." in _texts(_ask(network.resolvers[0], "example.com", "SOA"))[0]
    assert _texts(_ask(network.resolvers[1], "t.example.com", "TXT")) == ['"outer"']


def test_a_sub_zone_at_another_company_is_found_without_glue(network: DnsNetwork) -> None:
    zone = network.add_zone("sub.example.com")[0]
    zone.put("t.sub.example.com", "TXT", "x")
    network.publish("hidden.sub.example.com", "TXT", "wrong place", servers=range(3))
    assert _texts(_ask(network.resolvers[0], "t.sub.example.com", "TXT")) == ['"x"']
    assert _ask(network.resolvers[0], "hidden.sub.example.com", "TXT").rcode() == dns.rcode.NXDOMAIN


def test_a_delegation_to_a_server_that_does_not_know_the_zone_fails(network: DnsNetwork) -> None:
    network.delegate("example.com")
    assert _ask(network.resolvers[0], "example.com", "SOA").rcode() == dns.rcode.SERVFAIL


def test_a_delegation_in_a_circle_ends(network: DnsNetwork) -> None:
    nowhere = [AuthServer("ns.b.com", "127.0.0.1")]
    network.delegate("a.com", nowhere)
    network.delegate("b.com", [AuthServer("ns.a.com", "127.0.0.1")])
    for server in network.servers:
        if "gtld" in server.name:
            server.zone("com").remove("ns.a.com")
            server.zone("com").remove("ns.b.com")
    assert _ask(network.resolvers[0], "x.a.com", "A").rcode() == dns.rcode.SERVFAIL


async def test_a_stub_resolver_finds_answers_over_udp_and_tcp(network: DnsNetwork) -> None:
    network.publish("example.com", "MX", "10 mail.example.com")
    for tcp in (False, True):
        for text in network.resolver_addresses:
            address, port = text.rsplit(":", 1)
            stub = dns.asyncresolver.Resolver(configure=False)
            stub.nameservers, stub.port = [address], int(port)
            answer = await stub.resolve("example.com", "MX", tcp=tcp, lifetime=5)
            assert [rdata.to_text() for rdata in answer] == ["10 mail.example.com."]
            assert (await stub.resolve("com", "NS", lifetime=5)).rrset

"""Authoritative answers, as the messages say them."""

import dns.flags
import dns.message
import dns.rcode
import dns.rdatatype
import pytest

from seswizard.demo.dns.server import AuthServer, Fault
from seswizard.demo.dns.zones import Zone


@pytest.fixture
def server() -> AuthServer:
    zone = Zone("example.com", primary="ns1.example.com")
    zone.put("ns1.example.com", "A", "127.0.0.1")
    zone.put("mail.example.com", "MX", "10 ns1.example.com")
    zone.put("a.b.c.example.com", "TXT", "deep")
    zone.put("*.wild.example.com", "TXT", "any")
    zone.put("own.wild.example.com", "A", "192.0.2.1")
    zone.put("alias.example.com", "CNAME", "alias2.example.com")
    zone.put("alias2.example.com", "CNAME", "a.b.c.example.com")
    zone.put("away.example.com", "CNAME", "x.amazonses.com")
    zone.put("loop.example.com", "CNAME", "loop.example.com")
    zone.put("sub.example.com", "NS", "ns.sub.example.com", "ns.elsewhere.net")
    zone.put("ns.sub.example.com", "A", "127.0.0.9")
    zone.put("ns.sub.example.com", "AAAA", "::1")
    zone.put("hidden.sub.example.com", "TXT", "below the cut")
    return AuthServer("ns1.example.com", "127.0.0.1", [zone])


def _ask(server: AuthServer, name: str, rtype: str, rdclass: str = "IN") -> dns.message.Message:
    answer = server.answer(dns.message.make_query(name, rtype, rdclass))
    assert answer is not None
    return answer


def _texts(message: dns.message.Message) -> list[str]:
    return [rdata.to_text() for rrset in message.answer for rdata in rrset]


def test_an_answer_is_authoritative_and_brings_the_mail_hosts_address(server: AuthServer) -> None:
    answer = _ask(server, "mail.example.com", "MX")
    assert answer.flags & dns.flags.AA
    assert not answer.flags & dns.flags.RA
    assert _texts(answer) == ["10 ns1.example.com."]
    assert [rrset.name.to_text() for rrset in answer.additional] == ["ns1.example.com."]


@pytest.mark.parametrize(
    ("name", "rcode"),
    [
        ("none.example.com", dns.rcode.NXDOMAIN),
        ("mail.example.com", dns.rcode.NOERROR),
        ("b.c.example.com", dns.rcode.NOERROR),
        ("c.example.com", dns.rcode.NOERROR),
        ("own.wild.example.com", dns.rcode.NOERROR),
        ("x.own.wild.example.com", dns.rcode.NXDOMAIN),
        ("wild.example.com", dns.rcode.NOERROR),
    ],
)
def test_a_no_carries_the_soa_with_the_time_it_may_be_kept(server: AuthServer, name: str, rcode: int) -> None:
    server.zones[0].put("example.com", "SOA", "ns1.example.com hostmaster.example.com 9 60 30 600 3", ttl=7)
    answer = _ask(server, name, "TXT")
    assert (answer.rcode(), answer.answer) == (rcode, [])
    assert answer.flags & dns.flags.AA
    assert [(rrset.rdtype, rrset.ttl) for rrset in answer.authority] == [(dns.rdatatype.SOA, 3)]


def test_a_wildcard_answers_with_the_name_that_was_asked(server: AuthServer) -> None:
    answer = _ask(server, "Some.Thing.wild.example.com", "TXT")
    assert _texts(answer) == ['"any"']
    assert answer.answer[0].name.to_text() == "Some.Thing.wild.example.com."


def test_a_name_below_a_cut_is_referred_with_glue_of_both_families(server: AuthServer) -> None:
    for name in ("sub.example.com", "hidden.sub.example.com", "no.such.sub.example.com"):
        answer = _ask(server, name, "TXT")
        assert (answer.rcode(), answer.answer) == (dns.rcode.NOERROR, [])
        assert not answer.flags & dns.flags.AA
        assert [(rrset.name.to_text(), rrset.rdtype, len(rrset)) for rrset in answer.authority] == [
            ("sub.example.com.", dns.rdatatype.NS, 2)
        ]
        assert [rrset.rdtype for rrset in answer.additional] == [dns.rdatatype.A, dns.rdatatype.AAAA]


def test_the_parent_speaks_for_ds(server: AuthServer) -> None:
    answer = _ask(server, "sub.example.com", "DS")
    assert answer.flags & dns.flags.AA
    assert answer.authority[0].rdtype == dns.rdatatype.SOA


def test_aliases_are_followed_within_the_servers_zones_only(server: AuthServer) -> None:
    assert _texts(_ask(server, "alias.example.com", "TXT")) == ["alias2.example.com.", "a.b.c.example.com.", '"deep"']
    away = _ask(server, "away.example.com", "TXT")
    assert (away.rcode(), _texts(away), away.authority) == (dns.rcode.NOERROR, ["x.amazonses.com."], [])
    assert _texts(_ask(server, "alias.example.com", "CNAME")) == ["alias2.example.com."]
    assert len(_ask(server, "loop.example.com", "A").answer) == 8


def test_an_alias_at_the_apex_leaves_soa_and_ns_answered(server: AuthServer) -> None:
    server.zones[0].put("example.com", "CNAME", "site.example.net")
    assert _ask(server, "example.com", "SOA").answer[0].rdtype == dns.rdatatype.SOA
    assert _texts(_ask(server, "example.com", "MX")) == ["site.example.net."]


@pytest.mark.parametrize(
    ("name", "rtype", "rdclass"),
    [
        ("example.net", "A", "IN"),
        ("com", "NS", "IN"),
        ("version.bind", "TXT", "CH"),
        ("example.com", "AXFR", "IN"),
        ("example.com", "SOA", "ANY"),
    ],
)
def test_what_is_not_served_is_refused(server: AuthServer, name: str, rtype: str, rdclass: str) -> None:
    answer = _ask(server, name, rtype, rdclass)
    assert answer.rcode() == dns.rcode.REFUSED
    assert not answer.flags & dns.flags.AA


def test_any_gives_every_record_set(server: AuthServer) -> None:
    assert {rrset.rdtype for rrset in _ask(server, "example.com", "ANY").answer} == {
        dns.rdatatype.SOA,
        dns.rdatatype.NS,
    }


def test_faults_hold_for_their_names_and_types_until_taken_away(server: AuthServer) -> None:
    fault = Fault("wild.example.com", "servfail", frozenset({"TXT"}))
    server.faults.append(fault)
    assert _ask(server, "x.wild.example.com", "TXT").rcode() == dns.rcode.SERVFAIL
    assert _ask(server, "x.wild.example.com", "A").rcode() == dns.rcode.NOERROR
    assert _ask(server, "notwild.example.com", "TXT").rcode() == dns.rcode.NXDOMAIN
    server.faults.remove(fault)
    assert _ask(server, "x.wild.example.com", "TXT").rcode() == dns.rcode.NOERROR


def test_each_fault_shows_as_what_it_is(server: AuthServer) -> None:
    query = dns.message.make_query("mail.example.com", "MX")
    server.faults = [Fault("", "refused")]
    assert _ask(server, "mail.example.com", "MX").rcode() == dns.rcode.REFUSED
    server.faults = [Fault("EXAMPLE.com", "silent")]
    assert server.answer(query) is None
    server.faults = [Fault("", "lame")]
    lame = _ask(server, "mail.example.com", "MX")
    assert (lame.rcode(), lame.flags & dns.flags.AA, lame.answer, lame.authority) == (0, 0, [], [])
    server.faults = [Fault("", "silent", sockets_only=True)]
    assert server.answer(query, "udp") is None
    assert server.answer(query) is not None


def test_questions_are_remembered(server: AuthServer) -> None:
    _ask(server, "Mail.Example.com", "MX")
    server.answer(dns.message.make_query("x.example.com", "A"), "udp")
    assert [(asked.name, asked.type, asked.transport) for asked in server.asked] == [
        ("mail.example.com", "MX", "inside"),
        ("x.example.com", "A", "udp"),
    ]
    assert server.log.first("mail.example.com") is None
    assert server.log.first("X.example.com") == server.asked[1].at

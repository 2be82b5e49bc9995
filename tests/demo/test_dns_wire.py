"""Bytes in, bytes out: rubbish, sizes, and messages that are no questions."""

import random

import dns.exception
import dns.flags
import dns.message
import dns.opcode
import dns.rcode
import dns.update
import pytest

from seswizard.demo.dns.iterate import Internet
from seswizard.demo.dns.resolver import CachingResolver
from seswizard.demo.dns.server import AuthServer, Fault
from seswizard.demo.dns.zones import Zone, txt


@pytest.fixture
def server() -> AuthServer:
    zone = Zone("example.com", primary="ns1.example.com")
    zone.put("big.example.com", "TXT", *(txt(f"{number}" * 200) for number in range(1, 9)))
    zone.put("huge.example.com", "TXT", *(txt(f"{number:03}" * 80) for number in range(200)))
    return AuthServer("ns1.example.com", "127.0.0.1", [zone])


def _answer(server: AuthServer | CachingResolver, query: dns.message.Message) -> dns.message.Message:
    wire = server.answer_wire(query.to_wire(), "udp")
    assert wire is not None
    return dns.message.from_wire(wire)


def test_what_does_not_fit_is_truncated_for_udp_and_whole_for_tcp(server: AuthServer) -> None:
    for query in (
        dns.message.make_query("big.example.com", "TXT"),
        dns.message.make_query("big.example.com", "TXT", use_edns=0, payload=4096),
    ):
        wire = server.answer_wire(query.to_wire(), "udp")
        assert wire is not None
        assert len(wire) <= (1232 if query.edns == 0 else 512)
        assert dns.message.from_wire(wire).flags & dns.flags.TC
        whole = server.answer_wire(query.to_wire(), "tcp")
        assert whole is not None
        assert len(dns.message.from_wire(whole).answer[0]) == 8


def test_the_truncate_fault_is_past_on_tcp(server: AuthServer) -> None:
    server.faults = [Fault("", "truncate")]
    query = dns.message.make_query("example.com", "SOA")
    assert _answer(server, query).flags & dns.flags.TC
    whole = server.answer_wire(query.to_wire(), "tcp")
    assert whole is not None
    assert dns.message.from_wire(whole).answer


def test_a_newer_edns_version_is_named_bad(server: AuthServer) -> None:
    answer = _answer(server, dns.message.make_query("example.com", "SOA", use_edns=1))
    assert (answer.rcode(), answer.edns, answer.answer) == (dns.rcode.BADVERS, 0, [])


@pytest.mark.parametrize("opcode", [dns.opcode.NOTIFY, dns.opcode.STATUS, 15])
def test_an_unknown_opcode_is_not_implemented(server: AuthServer, opcode: int) -> None:
    query = dns.message.make_query("example.com", "SOA")
    wire = bytearray(query.to_wire())
    wire[2] = wire[2] & 0x87 | opcode << 3
    reply = server.answer_wire(bytes(wire), "udp")
    assert reply is not None
    assert reply[:2] == bytes(wire[:2])
    assert reply[3] & 0x0F == dns.rcode.NOTIMP


def test_a_broken_message_is_a_format_error_and_a_reply_or_a_scrap_is_ignored(server: AuthServer) -> None:
    whole = dns.message.make_query("example.com", "SOA").to_wire()
    broken = server.answer_wire(whole[:-3], "udp")
    assert broken is not None
    assert dns.message.from_wire(broken).rcode() == dns.rcode.FORMERR
    assert server.answer_wire(b"", "udp") is None
    assert server.answer_wire(whole[:11], "udp") is None
    assert server.answer_wire(whole[:2] + b"\x80" + whole[3:], "udp") is None


def test_no_question_and_two_questions_are_format_errors(server: AuthServer) -> None:
    none = dns.message.make_query("example.com", "SOA")
    none.question.clear()
    two = dns.message.make_query("example.com", "SOA")
    two.question.extend(dns.message.make_query("example.com", "NS").question)
    resolver = CachingResolver("127.0.0.2", Internet({}, ()))
    for query in (none, two):
        for asked in (server, resolver):
            assert _answer(asked, query).rcode() == dns.rcode.FORMERR


def test_the_garbage_fault_is_no_message(server: AuthServer) -> None:
    server.faults = [Fault("", "garbage")]
    wire = server.answer_wire(dns.message.make_query("example.com", "SOA").to_wire(), "udp")
    assert wire is not None
    with pytest.raises(dns.exception.DNSException):
        dns.message.from_wire(wire)


def _update() -> bytes:
    update = dns.update.UpdateMessage("example.com")
    update.present("big", "TXT")
    update.add("x", 5, "TXT", "x")
    return update.to_wire()


def test_nothing_that_comes_in_raises(server: AuthServer, caplog: pytest.LogCaptureFixture) -> None:
    resolver = CachingResolver("127.0.0.2", Internet({"127.0.0.1": server}, ("127.0.0.1",)))
    seeds = [
        dns.message.make_query("big.example.com", "TXT", use_edns=0, want_dnssec=True).to_wire(),
        dns.message.make_query("example.com", "SOA", flags=0).to_wire(),
        _update(),
    ]
    chance = random.Random(5)
    for _ in range(4000):
        wire = bytearray(chance.choice(seeds))
        for _ in range(chance.randint(1, 6)):
            wire[chance.randrange(len(wire))] = chance.randrange(256)
        wire = wire[: chance.randint(0, len(wire))] if chance.random() < 0.2 else wire
        for asked in (server, resolver):
            reply = asked.answer_wire(bytes(wire), chance.choice(("udp", "tcp")))
            assert reply is None or reply[:2] == bytes(wire[:2])
    assert not caplog.records

"""The network as a whole, over its real sockets and as SES sees it."""

import asyncio
import socket
import subprocess
import threading
import time
from collections.abc import AsyncIterator

import dns.asyncquery
import dns.flags
import dns.message
import dns.rcode
import dns.rdatatype
import pytest

from seswizard.demo.dns.listen import Listener, binds
from seswizard.demo.dns.look import Look
from seswizard.demo.dns.network import DnsNetwork
from seswizard.demo.dns.server import AuthServer, Fault
from seswizard.demo.dns.zones import txt
from tests.real.conftest import REQUIRED, find


@pytest.fixture
async def network() -> AsyncIterator[DnsNetwork]:
    network = DnsNetwork()
    await network.start()
    yield network
    await network.stop()


async def _ask(network: DnsNetwork, server: AuthServer, name: str, rtype: str) -> dns.message.Message:
    query = dns.message.make_query(name, rtype, flags=0)
    return await dns.asyncquery.udp(query, server.address, port=network.port, timeout=5)


def _named(network: DnsNetwork, name: str) -> AuthServer:
    return next(server for server in network.servers if server.name == name)


async def test_both_parent_servers_refer_to_the_domain_with_glue(network: DnsNetwork) -> None:
    for name in ("a.gtld-servers.net", "b.gtld-servers.net"):
        answer = await _ask(network, _named(network, name), "example.com", "NS")
        assert not answer.flags & dns.flags.AA
        assert not answer.answer
        assert {rdata.to_text() for rdata in answer.authority[0]} == {f"{server.name}." for server in network.auth}
        glue = {rrset.name.to_text(omit_final_dot=True): rrset[0].to_text() for rrset in answer.additional}
        assert glue == {server.name: server.address for server in network.auth}


async def test_every_server_of_the_domain_answers_with_authority(network: DnsNetwork) -> None:
    for server in network.auth:
        answer = await _ask(network, server, "example.com", "SOA")
        assert answer.flags & dns.flags.AA
        assert answer.answer[0].ttl == 5
        elsewhere = await _ask(network, server, "amazonses.com", "TXT")
        assert elsewhere.rcode() == dns.rcode.REFUSED


async def test_a_long_answer_comes_over_tcp(network: DnsNetwork) -> None:
    network.publish("big.example.com", "TXT", *(txt(f"{number}" * 250) for number in range(1, 9)))
    server, query = network.auth[0], dns.message.make_query("big.example.com", "TXT")
    short = await dns.asyncquery.udp(query, server.address, port=network.port, timeout=5)
    assert short.flags & dns.flags.TC
    whole, tcp = await dns.asyncquery.udp_with_fallback(query, server.address, port=network.port, timeout=5)
    assert tcp
    assert len(whole.answer[0]) == 8


async def test_a_silent_server_times_out_and_others_do_not(network: DnsNetwork) -> None:
    network.auth[0].faults.append(Fault("example.com", "silent"))
    query = dns.message.make_query("example.com", "SOA")
    with pytest.raises(dns.exception.Timeout):
        await dns.asyncquery.udp(query, network.auth[0].address, port=network.port, timeout=0.1)
    assert (await _ask(network, network.auth[1], "example.com", "SOA")).answer


async def test_two_networks_live_side_by_side(network: DnsNetwork) -> None:
    other = DnsNetwork()
    await other.start()
    try:
        network.publish("t.example.com", "TXT", "one")
        other.publish("t.example.com", "TXT", "two")
        for each, text in ((network, '"one"'), (other, '"two"')):
            for server in each.auth:
                answer = await _ask(each, server, "t.example.com", "TXT")
                assert answer.answer[0][0].to_text() == text
    finally:
        await other.stop()


async def test_one_ipv4_address_is_enough() -> None:
    network = DnsNetwork(single=True, six=False)
    await network.start()
    try:
        assert [(server.name, server.address) for server in network.servers] == [("ns1.example.com", "127.0.0.1")]
        network.publish("tok._domainkey.example.com", "CNAME", "tok.dkim.amazonses.com")
        network.add_dkim_key("tok", "dkim.amazonses.com")
        assert network.look("tok._domainkey.example.com", "TXT").values[0].startswith("p=MII")
        assert len(set(network.resolver_addresses)) == 3
        assert (await _ask(network, network.auth[0], "com", "NS")).answer[0][0].to_text() == "ns1.example.com."
    finally:
        await network.stop()


@pytest.mark.skipif(not binds("::1"), reason="this machine has no ::1")
async def test_the_third_server_answers_on_ipv6(network: DnsNetwork) -> None:
    assert [server.name for server in network.auth] == ["ns1.example.com", "ns2.example.com", "ns3.example.com"]
    assert network.auth[2].address == "::1"
    assert (await _ask(network, network.auth[2], "ns3.example.com", "AAAA")).answer


def test_ses_sees_what_is_there_and_what_is_not() -> None:
    async def run() -> list[Look]:
        network = DnsNetwork()
        await network.start()
        network.publish("a.example.com", "CNAME", "A.dkim.amazonses.com")
        network.publish("example.com", "TXT", txt("v=spf1 " + "x" * 300))
        looks = [network.look(name, "CNAME") for name in ("a.example.com", "none.example.com", "example.com")]
        looks.append(network.look("example.com", "TXT"))
        for server in network.auth:
            server.faults.append(Fault("", "servfail"))
        looks.append(network.look("a.example.com", "CNAME"))
        await network.stop()
        return looks

    found, no_name, no_type, text, failed = asyncio.run(run())
    assert (found.outcome, found.values) == ("found", ("A.dkim.amazonses.com",))
    assert found.soa is not None
    assert found.soa[:2] == ("ns1.example.com", "hostmaster.example.com")
    assert (no_name.outcome, no_name.soa) == ("no-name", found.soa)
    assert no_type.outcome == "no-type"
    assert text.values == ("v=spf1 " + "x" * 300,)
    assert failed == Look("failed")


async def test_ses_asks_the_servers_in_turn(network: DnsNetwork) -> None:
    network.publish("p.example.com", "TXT", "x", servers=[1])
    outcomes = [network.look("p.example.com", "TXT").outcome for _ in range(2 * len(network.auth))]
    assert outcomes.count("found") == 2


async def test_only_questions_over_sockets_count_as_asked(network: DnsNetwork) -> None:
    network.look("x.example.com", "TXT")
    assert not network.asked_anywhere("x.example.com")
    before = time.monotonic()
    address, port = network.resolver_addresses[1].rsplit(":", 1)
    await dns.asyncquery.udp(dns.message.make_query("X.Example.com", "TXT"), address, port=int(port), timeout=5)
    at = network.first_asked("x.example.COM")
    assert at is not None
    assert before <= at <= time.monotonic()
    assert network.asked_anywhere("x.example.com")
    assert not network.asked_anywhere("example.com")


async def test_records_can_differ_by_server(network: DnsNetwork) -> None:
    network.publish("t.example.com", "TXT", "x", servers=[0, 9])
    assert network.auth[0].zone("example.com").get("t.example.com", "TXT")
    assert not network.auth[1].zone("example.com").get("t.example.com", "TXT")
    network.publish("t.example.com", "TXT", "x")
    network.unpublish("t.example.com", servers=[1])
    assert not network.auth[1].zone("example.com").get("t.example.com", "TXT")
    network.unpublish("t.example.com", "TXT")
    assert not network.auth[0].zone("example.com").get("t.example.com", "TXT")


async def test_replacing_a_zone_leaves_it_reachable(network: DnsNetwork) -> None:
    rows = [("t.example.com", "TXT", 300, '"x"')]
    assert network.replace_zone("example.com", rows)
    assert not network.replace_zone("example.com", rows)
    assert network.look("t.example.com", "TXT").values == ("x",)
    for server in network.auth:
        answer = await _ask(network, server, "example.com", "NS")
        assert len(answer.additional) == len(network.auth)


async def test_ses_own_names_are_there(network: DnsNetwork) -> None:
    assert network.look("amazonses.com", "TXT").values == ("v=spf1 ip4:199.255.192.0/22 -all",)
    assert network.look("feedback-smtp.eu-west-1.amazonses.com", "A").outcome == "found"
    assert network.look("some-other-name.com", "A").outcome == "no-name"


async def test_rubbish_over_sockets_leaves_the_server_alive(network: DnsNetwork) -> None:
    server = network.auth[0]
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        for wire in (b"", b"x", b"\x00" * 12, b"\xff" * 400, bytes(range(256))):
            sender.sendto(wire, (server.address, network.port))
    reader, writer = await asyncio.open_connection(server.address, network.port)
    writer.write(b"\x00\x05hello\x00\x00\xff\xff" + b"\xff" * 30)
    writer.close()
    await writer.wait_closed()
    reader, writer = await asyncio.open_connection(server.address, network.port)
    writer.write(b"\x00\x0c" + b"\x00" * 12)
    assert await asyncio.wait_for(reader.readexactly(14), 5) == b"\x00\x0c\x00\x00\x80\x01" + b"\x00" * 8
    writer.close()
    assert (await _ask(network, server, "example.com", "SOA")).answer


async def test_stopping_closes_open_connections_and_frees_the_port() -> None:
    network = DnsNetwork()
    await network.stop()
    await network.start()
    reader, writer = await asyncio.open_connection(network.auth[0].address, network.port)
    await asyncio.wait_for(network.stop(), 5)
    assert await asyncio.wait_for(reader.read(), 5) == b""
    writer.close()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind((network.auth[0].address, network.port))
    await network.stop()


async def test_only_loopback_is_listened_on() -> None:
    with pytest.raises(ValueError, match="loopback"):
        Listener(AuthServer("x", "0.0.0.0"), "0.0.0.0")


async def test_a_taken_port_is_said() -> None:
    first, second = (Listener(AuthServer("x", "127.0.0.1"), "127.0.0.1") for _ in range(2))
    await first.start()
    try:
        with pytest.raises(OSError, match=r".+"):
            await second.start(first.port)
        await second.stop()
    finally:
        await first.stop()


async def test_other_threads_may_publish_while_questions_are_answered(network: DnsNetwork) -> None:
    done = threading.Event()

    def edit() -> None:
        for number in range(300):
            network.publish("t.example.com", "TXT", str(number))
            network.look("t.example.com", "TXT")
        done.set()

    thread = threading.Thread(target=edit)
    thread.start()
    while not done.is_set():
        answer = await _ask(network, network.auth[0], "t.example.com", "TXT")
        assert answer.rcode() in (dns.rcode.NOERROR, dns.rcode.NXDOMAIN)
    thread.join()


@pytest.mark.real
@pytest.mark.skipif(not REQUIRED and find("dig") is None, reason="dig is not installed")
async def test_dig_reads_the_delegation_and_the_key(network: DnsNetwork) -> None:
    def dig(*words: str) -> str:
        return subprocess.run(["dig", "+time=5", *words], capture_output=True, text=True, check=True).stdout

    parent = _named(network, "a.gtld-servers.net").address
    told = await asyncio.to_thread(dig, f"@{parent}", "-p", str(network.port), "+norec", "example.com", "NS")
    assert f"AUTHORITY: {len(network.auth)}," in told
    network.publish("tok._domainkey.example.com", "CNAME", "tok.dkim.amazonses.com")
    network.add_dkim_key("tok", "dkim.amazonses.com")
    address, port = network.resolver_addresses[0].rsplit(":", 1)
    key = await asyncio.to_thread(dig, f"@{address}", "-p", port, "+short", "tok._domainkey.example.com", "TXT")
    assert key.startswith('tok.dkim.amazonses.com.\n"p=MII')

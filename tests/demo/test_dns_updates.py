"""RFC 2136: prerequisites, additions and deletions, each server for itself."""

import asyncio
import subprocess

import dns.asyncquery
import dns.message
import dns.rcode
import dns.update
import pytest

from seswizard.demo.dns.network import DnsNetwork
from seswizard.demo.dns.server import AuthServer
from seswizard.demo.dns.zones import Zone
from tests.real.conftest import REQUIRED, find


@pytest.fixture
def server() -> AuthServer:
    zone = Zone("example.com", primary="ns1.example.com", name_servers=("ns1.example.com", "ns2.example.com"))
    zone.put("a.example.com", "TXT", "one", "two")
    zone.put("c.example.com", "CNAME", "a.example.com")
    return AuthServer("ns1.example.com", "127.0.0.1", [zone])


def _send(server: AuthServer, update: dns.update.UpdateMessage) -> dns.rcode.Rcode:
    wire = server.answer_wire(update.to_wire(), "tcp")
    assert wire is not None
    return dns.message.from_wire(wire).rcode()


def _update() -> dns.update.UpdateMessage:
    return dns.update.UpdateMessage("example.com")


def test_an_addition_joins_the_record_set_and_bumps_the_serial(server: AuthServer) -> None:
    zone, update = server.zones[0], _update()
    before = zone.serial
    update.add("a", 5, "TXT", "three")
    update.add("New", 5, "MX", "10 a")
    assert _send(server, update) == dns.rcode.NOERROR
    assert zone.serial == before + 1
    assert set(zone.get("a.example.com", "TXT")) == {'"one"', '"two"', '"three"'}
    assert zone.get("new.example.com", "MX") == ("10 a.example.com",)
    assert _send(server, update) == dns.rcode.NOERROR
    assert zone.serial == before + 1


def test_deletions_take_a_value_a_set_or_a_name(server: AuthServer) -> None:
    zone = server.zones[0]
    one, record_set, name = _update(), _update(), _update()
    one.delete("a", "TXT", "one")
    record_set.delete("a", "TXT")
    name.delete("c")
    assert _send(server, one) == dns.rcode.NOERROR
    assert zone.get("a.example.com", "TXT") == ('"two"',)
    assert _send(server, record_set) == dns.rcode.NOERROR
    assert _send(server, name) == dns.rcode.NOERROR
    assert {row[0] for row in zone.records()} == {"example.com"}


def test_the_apex_keeps_its_soa_and_its_last_name_server(server: AuthServer) -> None:
    zone, update = server.zones[0], _update()
    update.add("@", 5, "TXT", "gone")
    update.delete("@")
    update.delete("@", "NS")
    update.delete("@", "NS", "ns1")
    update.delete("@", "NS", "ns2")
    update.delete("@", "SOA")
    assert _send(server, update) == dns.rcode.NOERROR
    assert {(row[1], row[3].split()[0]) for row in zone.records() if row[0] == "example.com"} == {
        ("SOA", "ns1.example.com"),
        ("NS", "ns2.example.com"),
    }


def test_an_alias_and_other_records_do_not_meet(server: AuthServer) -> None:
    zone, update = server.zones[0], _update()
    update.add("a", 5, "CNAME", "elsewhere.example.net.")
    update.add("c", 5, "TXT", "x")
    update.add("c", 5, "CNAME", "other")
    assert _send(server, update) == dns.rcode.NOERROR
    assert zone.get("a.example.com", "CNAME") == ()
    assert zone.get("c.example.com", "TXT") == ()
    assert zone.get("c.example.com", "CNAME") == ("other.example.com",)


def test_a_newer_soa_is_taken_as_it_is_and_an_older_one_is_not(server: AuthServer) -> None:
    zone = server.zones[0]
    newer, older = _update(), _update()
    newer.add("@", 5, "SOA", "ns9.example.com. x.example.com. 500 60 30 600 5")
    older.add("@", 5, "SOA", "ns8.example.com. x.example.com. 400 60 30 600 5")
    _send(server, newer)
    _send(server, older)
    assert zone.soa == ("ns9.example.com", "x.example.com", 500)


def test_prerequisites_stop_the_whole_update(server: AuthServer) -> None:
    zone = server.zones[0]
    wrong: list[tuple[dns.update.UpdateMessage, dns.rcode.Rcode]] = []
    for rcode in (
        dns.rcode.NXDOMAIN,
        dns.rcode.YXDOMAIN,
        dns.rcode.NXRRSET,
        dns.rcode.YXRRSET,
        dns.rcode.NXRRSET,
        dns.rcode.NOTZONE,
    ):
        wrong.append((_update(), rcode))
    wrong[0][0].present("none")
    wrong[1][0].absent("a")
    wrong[2][0].present("a", "MX")
    wrong[3][0].absent("a", "TXT")
    wrong[4][0].present("a", "TXT", "one")
    wrong[5][0].present("example.net.")
    for update, rcode in wrong:
        update.add("z", 5, "TXT", "z")
        assert _send(server, update) == rcode
    assert zone.get("z.example.com", "TXT") == ()


def test_prerequisites_that_hold_let_it_pass(server: AuthServer) -> None:
    update = _update()
    update.present("a")
    update.absent("none")
    update.present("A", "TXT")
    update.absent("a", "MX")
    update.present("a", "TXT", "two", "one")
    update.add("z", 5, "TXT", "z")
    assert _send(server, update) == dns.rcode.NOERROR
    assert server.zones[0].get("z.example.com", "TXT") == ('"z"',)


def test_foreign_zones_and_names_are_refused_before_anything_changes(server: AuthServer) -> None:
    foreign = dns.update.UpdateMessage("example.net")
    foreign.add("x", 5, "TXT", "x")
    below = dns.update.UpdateMessage("sub.example.com")
    below.add("x", 5, "TXT", "x")
    outside = _update()
    outside.add("x", 5, "TXT", "x")
    outside.add("x.example.net.", 5, "TXT", "x")
    assert _send(server, foreign) == dns.rcode.NOTAUTH
    assert _send(server, below) == dns.rcode.NOTAUTH
    assert _send(server, outside) == dns.rcode.NOTZONE
    assert server.zones[0].get("x.example.com", "TXT") == ()


async def test_an_update_over_the_socket_changes_this_server_alone() -> None:
    network = DnsNetwork()
    await network.start()
    try:
        first, second = network.auth[:2]
        before = second.zone("example.com").serial
        update = _update()
        update.add("x", 5, "TXT", "x")
        for send in (dns.asyncquery.udp, dns.asyncquery.tcp):
            reply = await send(update, first.address, port=network.port, timeout=5)
            assert reply.rcode() == dns.rcode.NOERROR
        assert first.zone("example.com").get("x.example.com", "TXT") == ('"x"',)
        assert second.zone("example.com").get("x.example.com", "TXT") == ()
        assert second.zone("example.com").serial == before
    finally:
        await network.stop()


def _nsupdate(options: list[str], script: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["nsupdate", *options], input=script, capture_output=True, text=True, timeout=20, check=False)


@pytest.mark.real
@pytest.mark.skipif(not REQUIRED and find("nsupdate") is None, reason="nsupdate is not installed")
@pytest.mark.parametrize("options", [[], ["-v"]])
async def test_nsupdate_bends_the_zone(options: list[str]) -> None:
    network = DnsNetwork()
    await network.start()
    try:
        server = network.auth[-1]
        change = "prereq nxdomain x.example.com\nupdate add x.example.com 5 TXT hi\nsend\n"
        done = await asyncio.to_thread(_nsupdate, options, f"server {server.address} {network.port}\n{change}")
        assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
        assert server.zone("example.com").get("x.example.com", "TXT") == ('"hi"',)
    finally:
        await network.stop()

"""DNS asked for real: the embedded world's servers, plain servers, and what a question looks like on the wire."""

import asyncio
import dataclasses
import gc
import socket
import subprocess
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING, cast

import dns.flags
import dns.message
import pytest

from seswizard.core.answers import Answer, Question, Reply, Server
from seswizard.gateways import dns_sockets, patience, resolvers
from seswizard.gateways.debug import CallLog
from seswizard.gateways.dns import DnsGateway
from seswizard.gateways.dns_sockets import NoRouteError
from seswizard.gateways.environment import Overrides
from seswizard.gateways.patience import ROUNDS, Wait
from seswizard.ports import Services
from tests.odd_dns import GATEWAY, TXT, answer, ask, framed, reply_to, server, silence

if TYPE_CHECKING:
    from seswizard.demo.world import World


async def test_the_world_answers_with_authority_and_refers_where_it_is_not_its_own(services: Services, world: "World") -> None:
    world.dns.publish("example.com", "TXT", '"v=spf1 " "-all"')
    world.dns.publish("example.com", "MX", "10 Mail.Example.com")
    delegation = answer(await services.dns.ask(services.dns.resolvers[0], Question("com", "NS"), recursive=True))
    assert {row.type for row in delegation.rows} == {"NS"}
    parent = delegation.rows[0].value
    found = answer(await services.dns.ask(services.dns.resolvers[0], Question(parent, "A"), recursive=True))
    com = Server(parent, found.of(parent, "A")[0].value, services.dns.port)
    referral = answer(await services.dns.ask(com, Question("example.com", "NS")))
    assert referral.referral("example.com") == "example.com"
    glue = {row.name: row.value for row in referral.additional if row.type == "A"}
    primary = Server("ns1.example.com", glue["ns1.example.com"], services.dns.port)
    said = answer(await services.dns.ask(primary, TXT))
    assert (said.status, said.authoritative) == ("NOERROR", True)
    assert said.of("example.com", "TXT")[0].value == "v=spf1 -all"
    (mx,) = answer(await services.dns.ask(primary, Question("example.com", "MX"))).rows
    assert (mx.value, mx.priority) == ("mail.example.com", 10)
    soa = answer(await services.dns.ask(primary, Question("example.com", "SOA")))
    assert len(soa.rows[0].value.split()) == 7
    nothing = answer(await services.dns.ask(primary, Question("no.example.com", "TXT")))
    assert (nothing.status, nothing.rows, nothing.negative_seconds) == ("NXDOMAIN", (), 5)


async def test_the_world_is_overridden_and_says_so(services: Services, world: "World") -> None:
    assert services.dns.overridden
    assert services.dns.port == world.dns.port
    assert [f"{one.address}:{one.port}" for one in services.dns.resolvers if ":" not in one.address] == [
        one for one in world.dns.resolver_addresses if "[" not in one
    ]
    assert services.dns.resolvers[0].name == "system resolver"


async def test_a_truncated_reply_is_asked_for_again_by_tcp() -> None:
    long = " ".join(f'"{"x" * 255}"' for _ in range(200))

    def whole(query: bytes) -> list[bytes]:
        wire = framed(reply_to(query, f"example.com. 60 IN TXT {long}"))
        return [wire[:2], wire[2:100], wire[100:]]

    said = answer(await ask(lambda query: [reply_to(query, flags=dns.flags.TC)], whole, timeout=5))
    assert said.rows[0].value == "x" * 51_000


async def test_a_host_that_refuses_is_unreachable_and_one_that_is_silent_times_out() -> None:
    async with server(lambda _: []) as asked:
        assert silence(await GATEWAY.ask(asked, TXT, timeout=0.1)) == "timeout"
    assert silence(await GATEWAY.ask(asked, TXT, timeout=2)) == "unreachable"


@pytest.mark.parametrize("address", ["ns1.example.com", "", "127.0.0.1.1"])
async def test_a_name_is_never_looked_up(address: str) -> None:
    assert silence(await GATEWAY.ask(Server("x", address), TXT)) == "unreachable"


async def test_a_server_that_knows_no_edns_is_asked_without_it() -> None:
    def old(query: bytes) -> list[bytes]:
        if dns.message.from_wire(query).edns >= 0:
            return [query[:2] + b"\x80\x01" + b"\0" * 8]
        return [reply_to(query, "example.com. 60 IN TXT old")]

    assert answer(await ask(old)).rows[0].value == "old"


async def test_refusals_are_answers_even_without_their_question() -> None:
    for code, status in ((2, "SERVFAIL"), (5, "REFUSED")):
        assert answer(await ask(lambda query, code=code: [query[:2] + bytes([0x80, code]) + b"\0" * 8])).status == status  # type: ignore[misc]  # a default argument binds the loop's value


@pytest.mark.parametrize(
    "name", ["x" * 64 + ".example", ".".join(["x" * 60] * 6), "a..b", ".a", "a..", "ü.example", r"a\999.b", "a\\"]
)
async def test_a_name_that_dns_cannot_carry_is_not_asked(name: str) -> None:
    assert silence(await GATEWAY.ask(Server("x", "127.0.0.1", 1), Question(name, "TXT"))) == "malformed"


async def test_a_type_that_does_not_exist_is_not_asked() -> None:
    for rtype in ("NOSUCH", "TYPE", "TYPE65536", "TYPE-1", ""):
        assert silence(await GATEWAY.ask(Server("x", "127.0.0.1", 1), Question("example.com", rtype))) == "malformed"


async def test_recursion_and_unchecked_answers_are_asked_for_only_on_demand() -> None:
    seen: list[int] = []

    def note(query: bytes) -> list[bytes]:
        message = dns.message.from_wire(query)
        assert (message.edns, message.payload) == (0, 1232)
        seen.append(message.flags)
        return [reply_to(query)]

    async with server(note) as asked:
        await GATEWAY.ask(asked, TXT)
        await GATEWAY.ask(asked, TXT, recursive=True)
        await GATEWAY.ask(asked, TXT, recursive=True, checking_disabled=True)
    assert seen == [0, dns.flags.RD, dns.flags.RD | dns.flags.CD]


async def test_a_sweep_shares_sockets_and_starts_no_thread() -> None:
    ports: list[int] = []
    threads = threading.active_count()
    loop = asyncio.get_running_loop()

    class Noting(asyncio.DatagramProtocol):
        def connection_made(self, transport: asyncio.BaseTransport) -> None:
            self.transport = cast("asyncio.DatagramTransport", transport)

        def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
            ports.append(addr[1])
            loop.call_later(0.05, self.transport.sendto, reply_to(data), addr)

    transport, _ = await loop.create_datagram_endpoint(Noting, local_addr=("127.0.0.1", 0))
    there = Server("x", *transport.get_extra_info("sockname"))

    async def sweep(questions: int) -> list[Reply]:
        asking = (GATEWAY.ask(there, Question(f"{one}.example.com", "TXT")) for one in range(questions))
        return await asyncio.gather(*asking)

    assert all(isinstance(one, Answer) for one in await sweep(6))
    assert len(set(ports)) == 1
    assert all(isinstance(one, Answer) for one in await sweep(6))
    assert len(set(ports)) == 2, "the next look leaves by another port"
    assert all(isinstance(one, Answer) for one in await sweep(300))
    assert 4 <= len(set(ports)) <= 12, "nor is one port used for long"
    assert threading.active_count() == threads
    transport.close()


async def test_a_silent_server_costs_the_others_no_time() -> None:
    async with server(lambda _: []) as dead, server(lambda query: [reply_to(query)]) as alive:
        waiting = [asyncio.create_task(GATEWAY.ask(dead, TXT, timeout=60)) for _ in range(6)]
        replies = await asyncio.gather(*(GATEWAY.ask(alive, TXT, timeout=60) for _ in range(6)))
        assert all(isinstance(one, Answer) for one in replies)
        assert not any(one.done() for one in waiting)
        for one in waiting:
            one.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)


async def test_a_question_that_is_lost_is_asked_again_and_a_late_answer_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    """A packet lost costs little; a satellite's round trip is longer than the pause, and its first answer is taken."""
    monkeypatch.setattr(dns_sockets, "_AGAIN", 0.05)
    heard: list[bytes] = []

    def lossy(query: bytes) -> list[bytes]:
        heard.append(query)
        return [] if len(heard) == 1 else [reply_to(query)]

    assert answer(await ask(lossy)).milliseconds > 40
    assert len(heard) == 2
    assert heard[0] == heard[1], "the same question under the same id: a resolver that works on it knows it again"
    asleep: list[bytes] = []

    def slow(query: bytes) -> list[bytes]:
        asleep.append(query)
        return [reply_to(asleep[0], "example.com. 60 IN TXT late")] if len(asleep) == 2 else []

    assert answer(await ask(slow)).rows[0].value == "late"
    silent: list[bytes] = []
    monkeypatch.setattr(Wait, "disturbed", False)
    assert silence(await ask(lambda query: silent.append(query) or [], timeout=0.3)) == "timeout"  # type: ignore[func-returns-value]
    assert len(silent) == 2, "never a third time"


async def test_who_keeps_silent_while_this_machine_is_disturbed_is_asked_a_few_times_more(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It may be this machine that lost the question, or that starves whoever answers here; but not for ever."""
    monkeypatch.setattr(dns_sockets, "_AGAIN", 0.05)
    monkeypatch.setattr(Wait, "disturbed", True)
    heard: list[bytes] = []
    said = await ask(lambda query: heard.append(query) or [reply_to(query)] * (len(heard) == 4), timeout=0.1)  # type: ignore[func-returns-value]
    assert answer(said).status == "NOERROR"
    heard.clear()
    assert silence(await ask(lambda query: heard.append(query) or [], timeout=0.1)) == "timeout"  # type: ignore[func-returns-value]
    assert len(heard) == 2 + ROUNDS


async def test_a_machine_that_never_comes_to_listen_calls_nobody_silent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Wait, "worn_out", True)
    monkeypatch.setattr(patience, "_LATE", -1.0)
    assert silence(await ask(lambda _: [])) == "busy"
    tcp = await ask(lambda query: [reply_to(query, flags=dns.flags.TC)], lambda _: [], timeout=5)
    assert silence(tcp) == "malformed", "who hangs up has answered"


async def test_full_buffers_use_up_the_time_and_who_leaves_then_leaves_nothing_to_log(monkeypatch: pytest.MonkeyPatch) -> None:
    """An error that nobody takes would be written across the screen when it is collected."""
    logged: list[object] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: logged.append(context))
    monkeypatch.setattr(dns_sockets._Datagrams, "_sent", lambda *_: False)
    assert silence(await ask(lambda query: [reply_to(query)], timeout=0.1)) == "timeout"
    real, leaving = dns_sockets._Datagrams._late, list[asyncio.Task[Reply]]()

    def late(datagrams: dns_sockets._Datagrams, asked: dns_sockets._Asked, wait: Wait, left: float) -> None:
        real(datagrams, asked, wait, left)
        leaving[0].cancel()

    monkeypatch.setattr(dns_sockets._Datagrams, "_late", late)
    async with server(lambda _: []) as dead:
        leaving.append(asyncio.create_task(GATEWAY.ask(dead, TXT, timeout=0.1)))
        with pytest.raises(asyncio.CancelledError):
            await leaving[0]
    leaving.clear()
    gc.collect()
    assert logged == []


async def test_more_questions_than_may_be_under_way_wait_without_losing_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Had the time of the last begun with that of the first, it would have been over before they left."""
    monkeypatch.setattr(dns_sockets, "AT_ONCE", 3)
    monkeypatch.setattr(Wait, "disturbed", False)
    heard: set[bytes] = set()
    async with server(lambda query: heard.add(query) or []) as dead:  # type: ignore[func-returns-value]
        gateway = DnsGateway(Overrides(), CallLog())
        replies = await asyncio.gather(*(gateway.ask(dead, TXT, timeout=0.1) for _ in range(9)))
    assert all(silence(one) == "timeout" for one in replies)
    assert len(heard) == 9


def test_one_gateway_serves_one_event_loop_after_another() -> None:
    async def once() -> Reply:
        async with server(lambda query: [reply_to(query)]) as asked:
            replies = await asyncio.gather(*(GATEWAY.ask(asked, TXT) for _ in range(200)))
        return replies[-1]

    assert answer(asyncio.run(once())).status == answer(asyncio.run(once())).status == "NOERROR"


async def test_a_cancelled_question_leaves_no_socket_behind() -> None:
    gateway = DnsGateway(Overrides(), CallLog())
    async with server(lambda _: []) as dead:
        asking = asyncio.create_task(gateway.ask(dead, TXT, timeout=5))
        await asyncio.sleep(0.05)
        asking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asking
        assert silence(await gateway.ask(dead, TXT, timeout=0.05)) == "timeout"
    assert gateway._sockets
    assert gateway._sockets._open == {}


def test_the_systems_resolver_is_the_first_that_is_named(tmp_path: Path) -> None:
    file = tmp_path / "resolv.conf"
    assert resolvers.system_resolver(file) == ()
    file.write_text("# none\noptions edns0\n")
    assert resolvers.system_resolver(file) == ()
    file.write_text("search x\nnameserver 127.0.0.1\nnameserver 127.0.0.2\n")
    assert resolvers.system_resolver(file) == (Server("system resolver", "127.0.0.1"),)


def without(monkeypatch: pytest.MonkeyPatch, *marks: str) -> None:
    """No way to addresses with one of these marks."""
    real = dns_sockets.connected

    def connected(address: str, port: int) -> object:
        if any(mark in address for mark in marks) and address != "::1":
            raise NoRouteError
        return real("127.0.0.1" if "." in address else "::1", port)

    monkeypatch.setattr(resolvers, "connected", connected)
    monkeypatch.setattr(dns_sockets, "connected", connected)


async def test_without_an_ipv6_route_those_servers_are_left_out_and_not_called_silent(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    without(monkeypatch, ":")
    assert [one.name for one in resolvers.public_resolvers()] == ["Cloudflare", "Google", "Quad9", "OpenDNS"]
    assert not GATEWAY.ipv6
    assert silence(await GATEWAY.ask(Server("x", "2001:db8::1"), TXT)) == "no-ipv6"
    file = tmp_path / "resolv.conf"
    file.write_text("nameserver fe80::1%eth9\nnameserver 192.0.2.1\n")
    assert resolvers.system_resolver(file) == (Server("system resolver", "192.0.2.1"),)


def test_without_ipv4_the_others_remain_and_without_any_network_those_by_ipv4(monkeypatch: pytest.MonkeyPatch) -> None:
    without(monkeypatch, ".")
    try:
        dns_sockets.connected("::1", 53).close()
    except NoRouteError:
        pytest.skip("no IPv6 on this machine, not even loopback")
    assert all(":" in one.address for one in resolvers.public_resolvers())
    without(monkeypatch, ".", ":")
    assert [one for one in resolvers.public_resolvers() if ":" in one.address] == []
    assert len(resolvers.public_resolvers()) == 4


def test_there_are_four_operators_by_either_way() -> None:
    assert len(resolvers.PUBLIC) == len({one.address for one in resolvers.PUBLIC}) == 8
    for own in (resolvers.PUBLIC[:4], resolvers.PUBLIC[4:]):
        assert [one.name.removesuffix(" IPv6") for one in own] == ["Cloudflare", "Google", "Quad9", "OpenDNS"]
    assert [":" in one.address for one in resolvers.PUBLIC] == [" IPv6" in one.name for one in resolvers.PUBLIC]


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.0.0.1", "172.16.0.1", "192.168.1.1", "100.64.0.1", "169.254.169.254", "224.0.0.251", "0.0.0.0",
        "240.0.0.1", "255.255.255.255", "192.0.2.1", "::1", "::", "fe80::1", "fc00::1", "fec0::1", "ff02::1", "2001:db8::1",
        "::ffff:127.0.0.1", "::ffff:8.8.8.8", "2002:7f00:1::", "64:ff9b::7f00:1", "::127.0.0.1", "localhost", "",
    ],
)  # fmt: skip
def test_what_a_zone_names_as_its_server_is_asked_on_the_internet_only(address: str) -> None:
    """Else whoever holds a zone has us knock at the machines of this network."""
    assert not DnsGateway(Overrides(), CallLog()).may_ask(address)
    world = DnsGateway(Overrides(resolvers=(Server("x", "127.0.0.1"),)), CallLog())
    assert world.may_ask("127.0.0.1")


@pytest.mark.parametrize("address", ["198.41.0.4", "2001:503:ba3e::2:30", "64:ff9b::c629:4"])
def test_servers_of_the_internet_are_asked(address: str) -> None:
    assert DnsGateway(Overrides(), CallLog()).may_ask(address)


def test_a_kernel_without_ipv6_is_known_as_such(monkeypatch: pytest.MonkeyPatch) -> None:
    def none(family: int, kind: int) -> None:
        raise OSError(97, "Address family not supported by protocol")

    monkeypatch.setattr(socket, "socket", none)
    with pytest.raises(NoRouteError):
        dns_sockets.connected("2001:db8::1", 53)
    with pytest.raises(OSError, match="not supported"):
        dns_sockets.connected("192.0.2.1", 53)


async def test_the_worlds_own_ipv6_server_is_asked(services: Services, world: "World") -> None:
    if not services.dns.ipv6:
        pytest.skip("no IPv6 on this machine, not even loopback")
    own = [one.address for one in world.dns.auth]
    assert "::1" in own
    assert answer(await services.dns.ask(Server("x", "::1", services.dns.port), Question("example.com", "SOA"))).authoritative


def test_the_first_question_loads_dnspython_once_and_on_a_thread() -> None:
    script = """
import asyncio, sys, threading
from seswizard.core.answers import Question, Server
from seswizard.wiring import Options, build

class Watching:
    def find_spec(self, name, path=None, target=None):
        if name in ("dns", "dns.message"):
            print(name, threading.current_thread() is not threading.main_thread(), threading.active_count())

sys.meta_path.insert(0, Watching())
services = build(Options(region="eu-west-1"), {})
there = Server("x", "127.0.0.1", 1)

async def ask():
    asking = (services.dns.ask(there, Question(f"{one}.example.com", "TXT"), timeout=0.1) for one in range(50))
    print(len(await asyncio.gather(*asking)))

asyncio.run(ask())
print([name for name in ("http.client", "boto3", "dns.asyncquery", "dns.query", "dns.resolver", "httpx") if name in sys.modules])
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.splitlines() == ["dns True 2", "dns.message True 2", "50", "[]"]


async def test_no_look_leaves_the_world_by_https(services: Services) -> None:
    assert not services.dns.doh
    assert silence(dataclasses.replace(await services.dns.ask_doh(TXT), milliseconds=1.0)) == "unreachable"

"""DNS by HTTPS against a server of our own: what is sent, what is refused, and that nothing ever waits too long."""

import asyncio
import contextlib
import itertools
import socket
import ssl
import threading
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import dns.flags
import dns.message
import pytest

from seswizard.core.answers import Answer, Question, Reply, Silence
from seswizard.gateways import doh
from seswizard.gateways.debug import CallLog
from seswizard.gateways.dns import DnsGateway
from seswizard.gateways.doh import OPERATORS, DnsOverHttps, Operator, proxy_for
from seswizard.gateways.environment import Overrides
from seswizard.wiring import Options, build
from tests.certificates import Certified, certify
from tests.odd_dns import TXT, reply_to

WIDE = 60.0
"""Seconds within which anything must have ended, on a busy machine too; nothing here goes on for less than for ever."""
Serving = Callable[[bytes, bytes], Iterable[bytes]]
"""Head and body of a request to the pieces of the response."""


@pytest.fixture(scope="module")
def certified(tmp_path_factory: pytest.TempPathFactory) -> Certified:
    return certify(tmp_path_factory.mktemp("localhost"), "localhost")


async def request(reader: asyncio.StreamReader) -> tuple[bytes, bytes]:
    head = await reader.readuntil(b"\r\n\r\n")
    lengths = [line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
    return head, await reader.readexactly(int(lengths[0].split(b":")[1])) if lengths else b""


@asynccontextmanager
async def serving(respond: Serving, context: ssl.SSLContext | None, pause: float = 0.0) -> AsyncIterator[int]:
    """A server on loopback; its port."""

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError, EOFError):
            for piece in respond(*await request(reader)):
                await asyncio.sleep(pause)
                writer.write(piece)
                await writer.drain()
        writer.close()

    listening = await asyncio.start_server(connected, "127.0.0.1", 0, ssl=context)
    yield listening.sockets[0].getsockname()[1]
    listening.close()


def http(body: bytes, *, status: str = "200 OK", kind: str = "application/dns-message", more: str = "") -> bytes:
    return f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n{more}\r\n".encode() + body


def good(_head: bytes, body: bytes) -> list[bytes]:
    return [http(reply_to(body, "example.com. 60 IN TXT true"))]


def operator(port: int, host: str = "localhost", *addresses: str) -> Operator:
    return Operator("own", host, addresses or ("127.0.0.1",), port)


async def ask(respond: Serving, certified: Certified, *, timeout: float = 3.0, pause: float = 0.0) -> Reply:
    async with serving(respond, certified.server(), pause) as port:
        return await DnsOverHttps({}, (operator(port),), certified.client).ask(TXT, timeout=timeout)


async def test_the_question_goes_out_as_rfc_8484_wants_it(certified: Certified) -> None:
    seen: list[tuple[bytes, bytes]] = []

    def note(head: bytes, body: bytes) -> list[bytes]:
        seen.append((head, body))
        return good(head, body)

    reply = await ask(note, certified)
    assert isinstance(reply, Answer)
    assert reply.rows[0].value == "true"
    ((head, body),) = seen
    lines = head.decode().lower().split("\r\n")
    assert lines[0] == "post /dns-query http/1.1"
    assert {"content-type: application/dns-message", "accept: application/dns-message"} <= set(lines)
    message = dns.message.from_wire(body)
    assert (message.id, message.flags) == (0, dns.flags.RD)


REFUSED: dict[str, Serving] = {
    "a redirect": lambda _head, body: [http(reply_to(body), status="302 Found", more="Location: https://localhost/\r\n")],
    "a portal's page": lambda *_: [http(b"<html>Welcome", kind="text/html")],
    "a page with a message": lambda _head, body: [http(reply_to(body), kind="text/html")],
    "an error": lambda _head, body: [http(reply_to(body), status="500 Sorry")],
    "too long": lambda _head, body: [http(reply_to(body) + b"\0" * 70_000)],
    "too long in chunks": lambda *_: [
        b"HTTP/1.1 200 OK\r\nContent-Type: application/dns-message\r\nTransfer-Encoding: chunked\r\n\r\n",
        *[b"4000\r\n" + b"\0" * 0x4000 + b"\r\n"] * 8,
    ],
    "less than promised": lambda _head, body: [http(reply_to(body))[:-3]],
    "no HTTP": lambda *_: [b"220 mail.example.com ESMTP\r\n"],
    "a header without end": lambda *_: [b"HTTP/1.1 200 OK\r\nX: " + b"x" * 70_000],
    "nothing": lambda *_: [http(b"")],
    "another id": lambda _head, body: [http(b"\1\1" + reply_to(body)[2:])],
    "another question": lambda _head, body: [http(reply_to(body).replace(b"example", b"exbmple"))],
    "truncated": lambda _head, body: [http(reply_to(body, flags=dns.flags.TC))],
}


@pytest.mark.parametrize("how", REFUSED)
async def test_what_is_no_dns_message_is_malformed(how: str, certified: Certified) -> None:
    assert await ask(REFUSED[how], certified) == Silence("malformed")


async def test_a_server_that_hangs_up_says_nothing_useful_and_nobody_there_is_unreachable(certified: Certified) -> None:
    assert (await ask(lambda *_: [], certified)) == Silence("malformed")
    assert await DnsOverHttps({}, (operator(1),), certified.client).ask(TXT, timeout=2) == Silence("unreachable")


@pytest.mark.parametrize(
    "pieces", [[b"x"] * 400, [b"HTTP/1.1 200 OK\r\n", *[b"X: y\r\n"] * 400], [http(b"x" * 400)[:-400], *[b"x"] * 400]]
)
async def test_a_server_that_trickles_is_hung_up_on(pieces: list[bytes], certified: Certified) -> None:
    threads, said = threading.active_count(), 0

    def trickle(*_: bytes) -> Iterator[bytes]:
        nonlocal said
        for piece in itertools.chain(pieces, itertools.repeat(b"x")):
            said += 1
            yield piece

    async with asyncio.timeout(WIDE):
        async with serving(trickle, certified.server(), 0.02) as port:
            reply = await DnsOverHttps({}, (operator(port),), certified.client).ask(TXT, timeout=0.5)
            assert reply == Silence("timeout"), "though the server would go on for ever"
            while threading.active_count() > threads:  # noqa: ASYNC110  # a thread that ends tells nobody
                await asyncio.sleep(0.02)
    assert said > 0


async def test_a_server_that_never_shakes_hands_is_hung_up_on(certified: Certified) -> None:
    async with asyncio.timeout(WIDE), serving(good, None) as port:
        reply = await DnsOverHttps({}, (operator(port),), certified.client).ask(TXT, timeout=0.4)
    assert reply == Silence("timeout")


async def test_another_authority_and_another_name_are_refused(certified: Certified, tmp_path: Path) -> None:
    other = certify(tmp_path / "other", "localhost")
    elsewhere = certify(tmp_path / "elsewhere", "dns.example")
    for server, client in ((certified, other), (elsewhere, elsewhere)):
        async with serving(good, server.server()) as port:
            assert await DnsOverHttps({}, (operator(port),), client.client).ask(TXT, timeout=3) == Silence("unreachable")


@pytest.mark.parametrize("how", ["fails", "hangs", "lies"])
async def test_the_known_address_serves_where_the_name_does_not(
    how: str, certified: Certified, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    named = certify(tmp_path / "named", "dns.example")
    real = socket.getaddrinfo
    release = threading.Event()

    def look_up(host: str, *words: object, **more: object) -> object:
        if host != "dns.example":
            return real(host, *words, **more)  # type: ignore[arg-type]  # passed on as it came
        if how == "fails":
            raise socket.gaierror("no such name")
        if how == "hangs":
            release.wait(10)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.2", 1))]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    async with serving(good, named.server()) as port:
        asked = operator(port, "dns.example", "127.0.0.1")
        reply = await DnsOverHttps({}, (asked,), named.client).ask(TXT, timeout=3)
    release.set()
    assert isinstance(reply, Answer)


async def test_the_next_operator_is_asked_and_then_asked_first(certified: Certified) -> None:
    asked: list[str] = []

    def first(_head: bytes, _body: bytes) -> list[bytes]:
        asked.append("first")
        return [http(b"", status="503 Sorry")]

    def second(head: bytes, body: bytes) -> list[bytes]:
        asked.append("second")
        return good(head, body)

    context = certified.server()
    async with serving(first, context) as one, serving(second, context) as two:
        client = DnsOverHttps({}, (operator(one), operator(two)), certified.client)
        assert isinstance(await client.ask(TXT, timeout=3), Answer)
        assert isinstance(await client.ask(TXT, timeout=3), Answer)
    assert asked == ["first", "second", "second"]


@asynccontextmanager
async def proxying(allow: bool, seen: list[bytes]) -> AsyncIterator[int]:
    """A proxy that knows CONNECT."""

    async def pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            while data := await reader.read(4096):
                writer.write(data)
        writer.close()

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        seen.append(head)
        if not allow:
            writer.write(b"HTTP/1.1 407 Who are you\r\n\r\n")
            writer.close()
            return
        there = await asyncio.open_connection("127.0.0.1", int(head.split()[1].rpartition(b":")[2]))
        writer.write(b"HTTP/1.1 200 go on\r\n\r\n")
        await asyncio.gather(pump(reader, there[1]), pump(there[0], writer))

    listening = await asyncio.start_server(connected, "127.0.0.1", 0)
    yield listening.sockets[0].getsockname()[1]
    listening.close()


async def test_the_proxy_is_asked_for_the_name_and_tls_ends_at_the_operator(certified: Certified) -> None:
    seen: list[bytes] = []
    async with serving(good, certified.server()) as port, proxying(True, seen) as way:
        environment = {"HTTPS_PROXY": f"http://me:p%40ss@127.0.0.1:{way}"}
        reply = await DnsOverHttps(environment, (operator(port),), certified.client).ask(TXT, timeout=3)
    assert isinstance(reply, Answer)
    assert seen[0].startswith(f"CONNECT localhost:{port} ".encode())
    assert b"Proxy-Authorization: Basic bWU6cEBzcw==" in seen[0]


async def test_a_proxy_that_refuses_is_never_gone_round(certified: Certified) -> None:
    seen: list[bytes] = []
    async with serving(good, certified.server()) as port, proxying(False, seen) as way:
        for given in (f"127.0.0.1:{way}", "socks5://127.0.0.1:1", "http://127.0.0.1:x", "https://127.0.0.1"):
            client = DnsOverHttps({"https_proxy": given}, (operator(port),), certified.client)
            assert await client.ask(TXT, timeout=3) == Silence("unreachable")
    assert seen


def test_no_proxy_is_heeded_and_a_password_is_never_shown() -> None:
    given = {"HTTPS_PROXY": "http://me:secret@proxy.example:3128"}
    proxy = proxy_for("dns.google", given)
    assert proxy
    assert (proxy.host, proxy.port) == ("proxy.example", 3128)
    assert "Basic" not in repr(proxy)
    assert proxy_for("dns.google", {}) is None
    for direct in ("*", "dns.google", ".google", "localhost, google"):
        assert proxy_for("dns.google", {**given, "NO_PROXY": direct}) is None
    assert proxy_for("dns.google", {**given, "NO_PROXY": "oogle,,dns.google.example"})


async def test_the_gateway_asks_by_https_only_where_that_is_allowed(
    certified: Certified, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with serving(good, certified.server()) as port:
        monkeypatch.setattr(doh, "OPERATORS", ())
        for allowed in (True, False):
            gateway = DnsGateway(Overrides(), CallLog(), doh=allowed, environment={})
            own = DnsOverHttps({}, (operator(port),), certified.client)
            monkeypatch.setitem(gateway.__dict__, "_over_https", own)
            reply = await gateway.ask_doh(TXT, timeout=3)
            assert isinstance(reply, Answer if allowed else Silence)
            assert gateway.doh is allowed


def test_a_run_may_leave_https_alone() -> None:
    assert build(Options(region=""), {}).dns.doh
    assert not build(Options(region="", doh=False), {}).dns.doh


async def test_a_name_that_dns_cannot_carry_is_not_asked(certified: Certified) -> None:
    assert await DnsOverHttps({}, (), certified.client).ask(Question("a..b", "TXT"), timeout=1) == Silence("malformed")


def test_the_operators_are_two_and_known_by_address_too() -> None:
    assert [(one.name, one.host, one.port) for one in OPERATORS] == [
        ("Cloudflare", "cloudflare-dns.com", 443),
        ("Google", "dns.google", 443),
    ]
    assert all(one.addresses for one in OPERATORS)

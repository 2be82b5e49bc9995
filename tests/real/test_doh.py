"""DNS by HTTPS against bind9: the same answer as by UDP, and only from who can prove its name.

named speaks HTTP/2 alone; we speak HTTP/1.1, as the public operators do. So it stands where its own manual puts it:
behind a web server that ends TLS, which is haproxy here.
"""

import asyncio
import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from seswizard.core.answers import Answer, Question, Reply, Server, Silence
from seswizard.gateways.debug import CallLog
from seswizard.gateways.dns import DnsGateway
from seswizard.gateways.doh import DnsOverHttps, Operator
from seswizard.gateways.environment import Overrides
from tests.certificates import Certified, certify

pytestmark = pytest.mark.real

NAMED = """
options {{
    directory "{place}"; pid-file none; session-keyfile none; managed-keys-directory "{place}";
    listen-on-v6 {{ none; }};
    listen-on port {dns} {{ 127.0.0.1; }};
    listen-on port {plain} tls none http own {{ 127.0.0.1; }};
    recursion no;
}};
http own {{ endpoints {{ "/dns-query"; }}; }};
controls {{ }};
zone "example.com" {{ type primary; file "{place}/zone"; }};
"""
ZONE = r"""$TTL 300
@ SOA ns1 hostmaster 7 3600 600 86400 5
@ NS ns1
ns1 A 127.0.0.1
ns1 AAAA ::1
a._domainkey CNAME A.dkim.Amazonses.com.
bounce MX 10 feedback-smtp.eu-west-1.amazonses.com.
bounce TXT "v=spf1 include:amazonses.com " "~all"
odd TXT "\027[31m\000\195\188"
{long}
_dmarc TXT "v=DMARC1; p=none;"
"""
HAPROXY = """
global
    nbthread 1
defaults
    mode http
    timeout connect 5s
    timeout client 5s
    timeout server 5s
frontend own
    bind 127.0.0.1:{https} ssl crt {chain} alpn http/1.1
    default_backend named
backend named
    server named 127.0.0.1:{plain} proto h2
"""
QUESTIONS = [
    Question("example.com", "SOA"),
    Question("example.com", "NS"),
    Question("a._domainkey.example.com", "CNAME"),
    Question("bounce.example.com", "MX"),
    Question("bounce.example.com", "TXT"),
    Question("odd.example.com", "TXT"),
    Question("long.example.com", "TXT"),
    Question("_dmarc.example.com", "TXT"),
    Question("ns1.example.com", "AAAA"),
    Question("none.example.com", "TXT"),
    Question("example.com", "MX"),
    Question("example.org", "A"),
]


@dataclass(frozen=True)
class Bind:
    """A running bind9: its port for DNS, and the one for HTTPS in front of it."""

    dns: int
    https: int
    certified: Certified


def free_ports(count: int) -> list[int]:
    """Ports that nobody listens on, by TCP and UDP."""
    held: list[tuple[socket.socket, socket.socket]] = []
    while len(held) < count:
        stream, datagram = socket.socket(), socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        stream.bind(("127.0.0.1", 0))
        try:
            datagram.bind(stream.getsockname())
        except OSError:
            continue
        held.append((stream, datagram))
    ports = [stream.getsockname()[1] for stream, _ in held]
    for pair in held:
        for one in pair:
            one.close()
    return ports


def listening(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@pytest.fixture
def bind(tmp_path: Path, program: Callable[[str], str]) -> Iterator[Bind]:
    """bind9 with haproxy in front, ended afterwards."""
    programs = [program("named"), program("haproxy")]
    place = tmp_path / "bind"
    certified = certify(place, "localhost")
    dns, plain, https = free_ports(3)
    (place / "named.conf").write_text(NAMED.format(place=place, dns=dns, plain=plain))
    long = "long TXT " + " ".join(['"' + "x" * 250 + '"'] * 12)
    (place / "zone").write_text(ZONE.format(long=long))
    (place / "haproxy.cfg").write_text(HAPROXY.format(https=https, plain=plain, chain=certified.chain))
    words = [
        [programs[0], "-4", "-f", "-n", "1", "-c", str(place / "named.conf"), "-L", str(place / "log")],
        [programs[1], "-db", "-f", str(place / "haproxy.cfg")],
    ]
    running = []
    try:
        with (place / "said").open("wb") as said:
            for one in words:
                running.append(subprocess.Popen(one, stdout=said, stderr=said, env=os.environ.copy()))
        until = time.monotonic() + 20
        while not all(map(listening, (dns, plain, https))):
            told = (place / "said").read_text() + ((place / "log").read_text() if (place / "log").exists() else "")
            assert all(one.poll() is None for one in running), told
            assert time.monotonic() < until, told
            time.sleep(0.05)
        yield Bind(dns, https, certified)
    finally:
        for process in running:
            process.send_signal(signal.SIGTERM)
        for process in running:
            process.wait(10)


def without_time(reply: Reply) -> tuple[object, ...]:
    assert isinstance(reply, Answer), reply
    rows = (sorted(map(str, one)) for one in (reply.rows, reply.authority, reply.additional))
    return (reply.status, reply.authoritative, *rows)


def by_https(bind: Bind, host: str = "localhost", certified: Certified | None = None) -> DnsOverHttps:
    operator = Operator("bind", host, ("127.0.0.1",), bind.https)
    return DnsOverHttps({}, (operator,), (certified or bind.certified).client)


async def test_the_answer_by_https_is_the_one_by_udp(bind: Bind) -> None:
    gateway, client = DnsGateway(Overrides(), CallLog()), by_https(bind)
    here = Server("bind", "127.0.0.1", bind.dns)
    for question in QUESTIONS:
        by_udp = await gateway.ask(here, question, recursive=True, timeout=5)
        assert without_time(await client.ask(question, timeout=5)) == without_time(by_udp)
    long = await gateway.ask(here, Question("long.example.com", "TXT"))
    assert isinstance(long, Answer)
    assert long.rows[0].value == "x" * 3_000, "by TCP, after truncation"
    odd = await gateway.ask(here, Question("odd.example.com", "TXT"))
    assert isinstance(odd, Answer)
    assert odd.rows[0].value == "␛[31m␀ü"


async def test_many_questions_at_once_do_not_hold_up_the_loop(bind: Bind) -> None:
    client = by_https(bind)
    asking = asyncio.gather(*(client.ask(question, timeout=8) for question in QUESTIONS * 2))
    loop, worst = asyncio.get_running_loop(), 0.0
    while not asking.done():
        before = loop.time()
        await asyncio.sleep(0.005)
        worst = max(worst, loop.time() - before)
    assert all(isinstance(one, Answer) for one in await asking)
    assert worst < 0.5


async def test_another_authority_is_refused(bind: Bind, tmp_path: Path) -> None:
    other = certify(tmp_path / "other", "localhost")
    assert await by_https(bind, certified=other).ask(QUESTIONS[0], timeout=5) == Silence("unreachable")


async def test_another_name_is_refused(bind: Bind, monkeypatch: pytest.MonkeyPatch) -> None:
    real = socket.getaddrinfo
    monkeypatch.setattr(
        socket, "getaddrinfo", lambda host, *words, **more: real("127.0.0.1" if host == "dns.example" else host, *words, **more)
    )
    assert await by_https(bind, "dns.example").ask(QUESTIONS[0], timeout=5) == Silence("unreachable")


async def test_a_path_that_bind_does_not_serve_is_no_answer(bind: Bind) -> None:
    operator = Operator("bind", "localhost", ("127.0.0.1",), bind.https, "/elsewhere")
    client = DnsOverHttps({}, (operator,), bind.certified.client)
    assert await client.ask(QUESTIONS[0], timeout=5) == Silence("malformed")

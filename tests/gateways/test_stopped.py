"""This machine stops while answers are on their way, as it does when it sleeps, swaps or gives the processor to others.

The truest busy machine is a process that is stopped: after its question has left, for longer than its every limit. Whoever
was asked has answered meanwhile, or answers as soon as it is asked again; it is never called silent.
"""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import dns.flags
import dns.message
import pytest

from seswizard.gateways import doh
from tests.certificates import certify
from tests.gateways.smtp_peers import HOST, Peer, begin_tls, let_in
from tests.odd_dns import framed, reply_to

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="no process is stopped there")

LIMIT = 0.5
"""Seconds that each call is given."""
STOPPED = 3 * LIMIT
WIDE = 120
"""Seconds after which the test itself gives up."""
TRUE = "example.com. 60 IN TXT true"


class Asker:
    """A process that asks, and is stopped by the server that it asked."""

    def __init__(self, script: str, *arguments: object, limit: float = LIMIT) -> None:
        words = [sys.executable, "-c", script, str(limit), *map(str, arguments)]
        self._process = subprocess.Popen(words, stdout=subprocess.PIPE, text=True)
        self.stops = 0

    @contextmanager
    def stopped(self) -> Iterator[None]:
        """Stop it for longer than it has patience; what is done meanwhile, it finds when it goes on."""
        self.stops += 1
        os.kill(self._process.pid, signal.SIGSTOP)
        try:
            os.waitid(os.P_PID, self._process.pid, os.WSTOPPED | os.WNOWAIT)
            yield
            time.sleep(STOPPED)
        finally:
            os.kill(self._process.pid, signal.SIGCONT)

    def said(self) -> str:
        """What it has found out."""
        try:
            said, _ = self._process.communicate(timeout=WIDE)
        finally:
            self._process.kill()
        assert self.stops == 1
        return said.strip()


BY_UDP = """
import asyncio, sys
from seswizard.core.answers import Answer, Question, Server
from seswizard.gateways.debug import CallLog
from seswizard.gateways.dns import DnsGateway
from seswizard.gateways.environment import Overrides
limit, port, questions = float(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])

async def main():
    gateway, there = DnsGateway(Overrides(), CallLog()), Server("x", "127.0.0.1", port)
    asking = (gateway.ask(there, Question(f"{n}.example.com", "TXT"), timeout=limit) for n in range(questions))
    replies = await asyncio.gather(*asking)
    print(*sorted({"an answer" if isinstance(one, Answer) else one.reason for one in replies}))

asyncio.run(main())
"""


@contextmanager
def asked_by_udp(questions: int = 1, limit: float = LIMIT) -> Iterator[tuple[socket.socket, socket.socket, Asker]]:
    """A name server's two sockets, and the process that asks it."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp, socket.socket() as tcp:
        tcp.bind(("127.0.0.1", 0))
        tcp.listen()
        udp.bind(tcp.getsockname())
        for one in (udp, tcp):
            one.settimeout(WIDE)
        yield udp, tcp, Asker(BY_UDP, tcp.getsockname()[1], questions, limit=limit)


def test_answers_that_wait_in_the_socket_are_read_however_many_they_are() -> None:
    """More than are read in one turn: those of the next turn came in time as well."""
    with asked_by_udp(60, 0.3) as (udp, _, asker):
        heard: dict[bytes, tuple[bytes, object]] = {}
        while len(heard) < 60:
            query, place = udp.recvfrom(4096)
            heard[query[:2]] = query, place
        with asker.stopped():
            for query, place in heard.values():
                udp.sendto(reply_to(query), place)  # type: ignore[call-overload]  # it is the address that recvfrom gave
        assert asker.said() == "an answer"


def test_a_question_that_was_lost_while_the_machine_stood_is_asked_again() -> None:
    """While a laptop sleeps nothing reaches it; the questions under way are asked again before anybody is called silent."""
    with asked_by_udp() as (udp, _, asker):
        udp.recvfrom(4096)
        udp.recvfrom(4096)
        with asker.stopped():
            pass
        query, place = udp.recvfrom(4096)
        udp.sendto(reply_to(query), place)
        assert asker.said() == "an answer"


def test_a_server_that_wants_the_question_without_edns_is_still_asked_so() -> None:
    with asked_by_udp() as (udp, _, asker):
        query, place = udp.recvfrom(4096)
        with asker.stopped():
            udp.sendto(query[:2] + b"\x80\x01" + b"\0" * 8, place)
        while dns.message.from_wire(query).edns >= 0:
            query, place = udp.recvfrom(4096)
        udp.sendto(reply_to(query), place)
        assert asker.said() == "an answer"


def test_an_answer_by_tcp_is_waited_for() -> None:
    with asked_by_udp() as (udp, tcp, asker):
        query, place = udp.recvfrom(4096)
        udp.sendto(reply_to(query, flags=dns.flags.TC), place)
        connection, _ = tcp.accept()
        with connection:
            with asker.stopped():
                pass
            length = int.from_bytes(connection.recv(2), "big")
            connection.sendall(framed(reply_to(connection.recv(length), TRUE.replace("example", "0.example"))))
            assert asker.said() == "an answer"


BY_HTTPS = """
import asyncio, ssl, sys
from seswizard.core.answers import Answer, Question
from seswizard.gateways.doh import DnsOverHttps, Operator
limit, port, roots = float(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
operator = Operator("own", "localhost", ("127.0.0.1",), port)
client = DnsOverHttps({}, (operator,), lambda: ssl.create_default_context(cafile=roots))
said = asyncio.run(client.ask(Question("example.com", "TXT"), timeout=limit))
print("an answer" if isinstance(said, Answer) else said.reason)
"""


def _https(connection: socket.socket) -> None:
    head = b""
    while b"\r\n\r\n" not in head:
        head += connection.recv(4096)
    length = int(head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0])
    body = head.partition(b"\r\n\r\n")[2]
    while len(body) < length:
        body += connection.recv(4096)
    wire = reply_to(body, TRUE)
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n" % (doh._TYPE.encode(), len(wire)))
    connection.sendall(wire)


@pytest.mark.parametrize("when", ["before TLS", "before the answer"])
def test_an_answer_by_https_is_waited_for(when: str, tmp_path: Path) -> None:
    own = certify(tmp_path / "localhost", "localhost")
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(WIDE)
        asker = Asker(BY_HTTPS, listening.getsockname()[1], own.roots)
        connection, _ = listening.accept()
        if when == "before TLS":
            with asker.stopped():
                pass
        with own.server().wrap_socket(connection, server_side=True) as secured:
            if when == "before the answer":
                with asker.stopped():
                    pass
            _https(secured)
            assert asker.said() == "an answer"


BY_SMTP = """
import asyncio, sys
from pathlib import Path
from seswizard.core.failure import FailureError
from seswizard.core.login import Login
from seswizard.core.secret import Secret
from seswizard.gateways.debug import CallLog
from seswizard.gateways.environment import Overrides
from seswizard.gateways.smtp import SmtpGateway
limit, port, roots, what = float(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3]), sys.argv[4]
overrides = Overrides(smtp_host="127.0.0.1", smtp_port_offset=port - 587, ca_file=roots)
gateway = SmtpGateway("eu-west-1", overrides, CallLog(), limit, limit)

async def main():
    if what == "probe":
        seen = await gateway.probe(587, 4)
        return "open" if seen.open else seen.why_not
    try:
        login = Login("AKIAEXAMPLE000000001", Secret("Bcanary/password+1"))
        return (await gateway.prove(login, 587, lambda _line: None)).code
    except FailureError as error:
        return error.failure.title

print(asyncio.run(main()))
"""


def _at_the_banner(asker: Asker) -> Callable[[Peer], None]:
    def script(peer: Peer) -> None:
        with asker.stopped():
            pass
        let_in(peer)

    return script


def _at_the_login(asker: Asker) -> Callable[[Peer], None]:
    def script(peer: Peer) -> None:
        begin_tls(peer)
        peer.hear()
        with asker.stopped():
            pass
        peer.say(b"235 come in\r\n")

    return script


@pytest.mark.parametrize(
    ("what", "script", "said"),
    [("probe", _at_the_banner, "open"), ("prove", _at_the_banner, "235"), ("prove", _at_the_login, "235")],
)
def test_a_conversation_goes_on(what: str, script: Callable[[Asker], Callable[[Peer], None]], said: str, tmp_path: Path) -> None:
    own = certify(tmp_path / "ours", HOST)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(WIDE)
        asker = Asker(BY_SMTP, listening.getsockname()[1], own.roots, what)
        connection, _ = listening.accept()
        with connection, suppress(OSError, EOFError):
            script(asker)(Peer(connection, own.server(), []))
        assert asker.said() == said


BY_AWS = """
import asyncio, sys
from seswizard.core.failure import FailureError
from seswizard.gateways.aws import AwsSession
from seswizard.gateways.debug import CallLog
limit = float(sys.argv[1])
session = AwsSession(None, "eu-west-1", CallLog())
client = session.client("sts", once=True)

async def main():
    try:
        said = await session.read("sts:GetCallerIdentity", client.get_caller_identity, limit)
    except FailureError as error:
        return error.failure.detail
    return said["Account"]

print(asyncio.run(main()))
"""
IDENTITY = (
    b'<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult>'
    b"<Arn>arn:aws:iam::123456789012:user/ann</Arn><UserId>A</UserId><Account>123456789012</Account>"
    b"</GetCallerIdentityResult></GetCallerIdentityResponse>"
)


def test_an_answer_of_aws_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(WIDE)
        monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{listening.getsockname()[1]}")
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAEXAMPLE000000001")
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "x")
        asker = Asker(BY_AWS)
        connection, _ = listening.accept()
        with connection:
            connection.recv(65_536)
            with asker.stopped():
                head = b"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nConnection: close\r\nContent-Length: %d\r\n\r\n"
                connection.sendall(head % len(IDENTITY) + IDENTITY)
            assert asker.said() == "123456789012"

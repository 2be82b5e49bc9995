"""Scripted SMTP servers for tests: they follow a script line by line, on a port that a gateway takes for one of SES's."""

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from seswizard.core.login import Login, smtp_host
from seswizard.core.secret import Secret
from seswizard.gateways.debug import CallLog
from seswizard.gateways.environment import Overrides
from seswizard.gateways.smtp import SmtpGateway
from tests.certificates import Certified, certify

HOST = smtp_host("eu-west-1")
LOGIN = Login("AKIAEXAMPLE000000001", Secret("Bcanary/password+1"))


class Peer:
    """The server's end of a scripted conversation."""

    def __init__(self, connection: socket.socket, context: ssl.SSLContext, received: list[bytes]) -> None:
        self.connection = connection
        self.received = received
        self._context = context

    def say(self, text: bytes) -> None:
        self.connection.sendall(text)

    def hear(self) -> bytes:
        line = b""
        while not line.endswith(b"\n"):
            byte = self.connection.recv(1)
            if not byte:
                raise EOFError
            line += byte
        self.received.append(line)
        return line

    def secure(self) -> None:
        self.connection = self._context.wrap_socket(self.connection, server_side=True)

    def hang(self) -> None:
        """Say nothing more until the other side goes."""
        while self.connection.recv(4096):
            pass


Script = Callable[[Peer], None]


@contextmanager
def scripted(
    tmp_path: Path,
    script: Script,
    *,
    port: int = 587,
    limit: float = 5.0,
    shown: Certified | None = None,
    trusted: Certified | None = None,
) -> Iterator[tuple[SmtpGateway, list[bytes]]]:
    """A gateway whose port leads to a server that follows the script, and what that server was told.

    `shown` is the certificate it presents, `trusted` the authority that the gateway knows: one of SES's name by default.
    """
    ours = shown or certify(tmp_path / "ours", HOST)
    context = ours.server()
    received: list[bytes] = []
    listening = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        with suppress(OSError, EOFError):
            connection, _ = listening.accept()
            with connection:
                peer = Peer(connection, context, received)
                script(peer)
                peer.connection.close()

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    roots = (trusted or ours).roots
    overrides = Overrides(smtp_host="127.0.0.1", smtp_port_offset=listening.getsockname()[1] - port, ca_file=roots)
    try:
        yield SmtpGateway("eu-west-1", overrides, CallLog(), limit, limit), received
    finally:
        listening.close()
        thread.join(5)
        assert not thread.is_alive(), "the connection was left open"


def greet(peer: Peer, *more: bytes) -> None:
    """The banner, and what is offered before TLS."""
    peer.say(b"220 hello\r\n")
    peer.hear()
    peer.say(b"".join(b"250-%s\r\n" % line for line in (b"hello", *more)) + b"250 STARTTLS\r\n")


def begin_tls(peer: Peer) -> None:
    """STARTTLS, and EHLO once more behind it."""
    greet(peer)
    peer.hear()
    peer.say(b"220 go\r\n")
    peer.secure()
    peer.hear()
    peer.say(b"250-hello\r\n250 AUTH PLAIN LOGIN\r\n")


def let_in(peer: Peer) -> None:
    """TLS, and any login is taken."""
    begin_tls(peer)
    peer.hear()
    peer.say(b"235 come in\r\n")

"""One SMTP conversation, blocking, told line by line. Loaded with the first conversation.

smtplib carries the protocol; TLS and AUTH are done by hand, so that the certificate is checked for SES's name wherever
TCP goes, nothing is said before TLS that belongs behind it, and a wrong password is tried once.
"""

import base64
import contextlib
import re
import smtplib
import socket
import ssl
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from seswizard.core.conversation import Conversation, Hear, Line
from seswizard.core.login import Login, tls_mode
from seswizard.core.text import elide, printable

_CONNECT = 10.0
"""Seconds for one address: a port that is blocked is silent, and the next address may not be."""
_LONGEST_LINE = 1000
_MOST_LINES = 20


@dataclass(frozen=True, slots=True)
class Place:
    """Where a conversation goes."""

    host: str
    """The name the certificate must have."""
    port: int
    """SES's port; it decides how TLS begins."""
    tcp_host: str
    tcp_port: int
    context: ssl.SSLContext


class RefusedError(Exception):
    """The server answered, and the answer was no."""


class SmtpSession:
    """A conversation that ends at its deadline, or when somebody else closes it."""

    def __init__(self, place: Place, hear: Hear, seconds: float) -> None:
        self._place = place
        self._hear = hear
        self._began = time.monotonic()
        self._deadline = self._began + seconds
        self._lines: list[Line] = []
        self._client = smtplib.SMTP(local_hostname="localhost")
        self._last = ("CONNECT", 0, "")

    def prove(self, login: Login) -> Conversation:
        """Log in and leave."""
        return self._whole(lambda: self._log_in(login))

    def send(self, login: Login, sender: str, to: str, message: bytes) -> Conversation:
        """Log in and hand over one message."""

        def work() -> None:
            self._log_in(login)
            self._hand_over(sender, to, message)

        return self._whole(work)

    def close(self) -> None:
        """Cut the connection, from any thread."""
        connection = self._client.sock
        if connection is not None:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def _whole(self, work: Callable[[], None]) -> Conversation:
        try:
            with contextlib.suppress(RefusedError):
                work()
            with contextlib.suppress(OSError, smtplib.SMTPException):
                self._in_time()
                self._client.putcmd("QUIT")  # and go: the verdict is in, and must not be lost to a server that dawdles
        finally:
            self._client.close()
        verb, code, reply = self._last
        found = re.match(r"Ok (\S+)", reply) if verb == "DATA" and code == 250 else None
        return Conversation(tuple(self._lines), verb, code, reply, found[1] if found else None)

    def _log_in(self, login: Login) -> None:
        self._connect()
        if tls_mode(self._place.port) == "tls":
            self._begin_tls()
        self._reply("CONNECT", *self._client.getreply(), wanted=220, shown=True)
        if tls_mode(self._place.port) == "starttls":
            self._command("EHLO", "EHLO localhost", 250, shown=False)
            self._command("STARTTLS", "STARTTLS", 220, say="STARTTLS", shown=False)
            self._begin_tls()
        self._command("EHLO", "EHLO localhost", 250, shown=False)
        text = base64.b64encode(f"\0{login.username}\0{login.password.reveal()}".encode()).decode()
        self._command("AUTH", f"AUTH PLAIN {text}", 235, say="AUTH PLAIN password hidden")

    def _hand_over(self, sender: str, to: str, message: bytes) -> None:
        self._command("MAIL", f"MAIL FROM:<{sender}>", 250, say=f"MAIL FROM:<{sender}>", shown=False)
        self._command("RCPT", f"RCPT TO:<{to}>", 250, say=f"RCPT TO:<{to}>", shown=False)
        self._command("DATA", "DATA", 354, say=f"DATA {len(message):,} bytes", shown=False)
        body = re.sub(rb"\r\n|\n|\r", b"\r\n", message).removesuffix(b"\r\n") + b"\r\n"
        self._in_time()
        self._client.send(re.sub(rb"(?m)^\.", b"..", body) + b".\r\n")
        self._reply("DATA", *self._client.getreply(), wanted=250, shown=True)

    def _connect(self) -> None:
        place = self._place
        connection = socket.create_connection((place.tcp_host, place.tcp_port), min(_CONNECT, self._left()))
        self._client.sock = connection
        self._tell("·", f"connected to {connection.getpeername()[0]}")

    def _begin_tls(self) -> None:
        self._in_time()
        assert self._client.sock is not None
        secured = self._place.context.wrap_socket(self._client.sock, server_hostname=self._place.host)
        self._client.sock = secured
        self._client.file = None  # what came before TLS, and anything pushed in behind STARTTLS, is not read on
        version = (secured.version() or "TLS").replace("TLSv", "TLS ")
        self._tell("·", f"{version} certificate good until {_until(secured)}")

    def _command(self, verb: str, line: str, wanted: int, *, say: str = "", shown: bool = True) -> None:
        self._in_time()
        if say:
            self._tell("→", say)
        self._client.putcmd(line)
        self._reply(verb, *self._client.getreply(), wanted=wanted, shown=shown)

    def _reply(self, verb: str, code: int, text: bytes, *, wanted: int, shown: bool) -> None:
        lines = text.decode("utf-8", errors="replace").splitlines()[:_MOST_LINES]
        reply = " ".join(elide(printable(line), _LONGEST_LINE) for line in lines)
        self._last = (verb, code, reply)
        if shown or code != wanted:
            self._tell("←", f"{code} {reply}")
        if code != wanted:
            raise RefusedError

    def _tell(self, way: str, text: str) -> None:
        line = Line(time.monotonic() - self._began, way, printable(text))
        self._lines.append(line)
        self._hear(line)

    def _left(self) -> float:
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError
        return left

    def _in_time(self) -> None:
        if self._client.sock is not None:
            self._client.sock.settimeout(self._left())


def _until(secured: ssl.SSLSocket) -> str:
    end = (secured.getpeercert() or {}).get("notAfter")
    if not isinstance(end, str):
        return "an unknown day"
    day = datetime.fromtimestamp(ssl.cert_time_to_seconds(end), UTC)
    return f"{day.day} {day:%B %Y}"

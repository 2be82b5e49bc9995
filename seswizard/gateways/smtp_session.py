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
from typing import Any

from seswizard.core.conversation import Conversation, Hear, Line
from seswizard.core.login import Login, tls_mode
from seswizard.core.text import elide, printable
from seswizard.gateways.patience import GRACE, shake_hands

_CONNECT = 10.0
"""Seconds for one address: a port that is blocked is silent, and the next address may not be."""
_LONGEST_LINE = 1000
_LONGEST_READ = 8192
"""Bytes of one line that are taken at all; RFC 5321 (4.5.3.1.5) allows 512."""
_MOST_LINES = 20
_MOST_READ = 100
"""Lines of one reply that are taken at all."""


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


@dataclass(slots=True)
class Met:
    """What the server has shown of itself so far."""

    address: str = ""
    connected: float | None = None
    """Seconds until TCP was open."""
    banner: str = ""
    starttls: bool = False
    """Whether STARTTLS was among the extensions it offered in the clear."""
    tls: str = ""
    """Such as `TLS 1.3`, once its certificate was verified."""
    certificate: str = ""
    """The name in that certificate which is SES's."""
    handed_over: bool = False
    """Whether the message may be the server's: its end went out, or was about to."""
    verdict: Conversation | None = None
    """How it ended, before the good-bye, which may take longer than anybody waits."""


class SmtpSession:
    """A conversation that ends when nothing is left of its time, or when somebody else closes it."""

    def __init__(self, place: Place, hear: Hear, left: Callable[[], float]) -> None:
        self._place = place
        self._hear = hear
        self._began = time.monotonic()
        self._time_left = left
        self._lines: list[Line] = []
        self._client = smtplib.SMTP(local_hostname="localhost")
        self._last = ("CONNECT", 0, "")
        self.met = Met()

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
            verdict = self.met.verdict = self._ended()
            with contextlib.suppress(OSError, smtplib.SMTPException):
                self._in_time()
                self._client.putcmd("QUIT")  # and go: the verdict is in, and must not be lost to a server that dawdles
        finally:
            self._client.close()
        return verdict

    def _ended(self) -> Conversation:
        verb, code, reply = self._last
        found = re.match(r"Ok (\S+)", reply) if verb == "DATA" and code == 250 else None
        return Conversation(tuple(self._lines), verb, code, reply, found[1] if found else None)

    def _log_in(self, login: Login) -> None:
        self._greet()
        text = base64.b64encode(f"\0{login.username}\0{login.password.reveal()}".encode()).decode()
        self._command("AUTH", f"AUTH PLAIN {text}", 235, say="AUTH PLAIN password hidden")

    def _greet(self) -> None:
        """Come as far as SES's own EHLO behind verified TLS; what is offered before that is not trusted for anything."""
        mode = tls_mode(self._place.port)
        self._connect()
        if mode == "tls":
            self._begin_tls()
        self._reply("CONNECT", *self._answer(), wanted=220, shown=True)
        if mode == "starttls":
            self._command("EHLO", "EHLO localhost", 250, say="EHLO localhost", shown=False)
            self._command("STARTTLS", "STARTTLS", 220, say="STARTTLS")
            self._begin_tls()
        self._command("EHLO", "EHLO localhost", 250, say="EHLO localhost", shown=False)

    def _hand_over(self, sender: str, to: str, message: bytes) -> None:
        self._command("MAIL", f"MAIL FROM:<{sender}>", 250, say=f"MAIL FROM:<{sender}>", shown=False)
        self._command("RCPT", f"RCPT TO:<{to}>", 250, say=f"RCPT TO:<{to}>", shown=False)
        self._command("DATA", "DATA", 354, say=f"DATA {len(message):,} bytes", shown=False)
        body = re.sub(rb"\r\n|\n|\r", b"\r\n", message).removesuffix(b"\r\n") + b"\r\n"
        self._in_time()
        self.met.handed_over = True
        self._client.send(re.sub(rb"(?m)^\.", b"..", body) + b".\r\n")
        self._reply("DATA", *self._answer(), wanted=250, shown=True)

    def _connect(self) -> None:
        place = self._place
        found = socket.getaddrinfo(place.tcp_host, place.tcp_port, type=socket.SOCK_STREAM)
        addresses = list(dict.fromkeys(str(info[4][0]) for info in found))
        more = f" and {len(addresses) - 1} more" if len(addresses) > 1 else ""
        self._tell("·", f"{place.host} is {addresses[0]}{more}")
        self._connected(socket.create_connection((place.tcp_host, place.tcp_port), min(_CONNECT, self._left())))

    def _connected(self, connection: socket.socket) -> None:
        self._client.sock = connection
        self.met.address, self.met.connected = connection.getpeername()[0], time.monotonic() - self._began
        self._tell("·", f"connected to {self.met.address}")

    def _begin_tls(self) -> None:
        self._in_time()
        assert self._client.sock is not None
        secured = self._place.context.wrap_socket(
            self._client.sock, server_hostname=self._place.host, do_handshake_on_connect=False
        )
        self._client.sock = secured
        shake_hands(secured, self._time_left)
        self._client.file = None  # what came before TLS, and anything pushed in behind STARTTLS, is not read on
        self.met.tls = (secured.version() or "TLS").replace("TLSv", "TLS ")
        self.met.certificate = _name_in(secured, self._place.host)
        cipher = (secured.cipher() or ("an unknown cipher",))[0]
        self._tell("·", f"{self.met.tls}, {cipher}")
        self._tell("·", f"certificate of {self.met.certificate} good until {_until(secured)}")

    def _command(self, verb: str, line: str, wanted: int, *, say: str = "", shown: bool = True) -> None:
        self._in_time()
        if say:
            self._tell("→", say)
        self._client.putcmd(line)
        self._reply(verb, *self._answer(), wanted=wanted, shown=shown)

    def _answer(self) -> tuple[int, bytes]:
        """One reply, in bounds: no line and no reply is read to an end that may never come."""
        client = self._client
        assert client.sock is not None
        if client.file is None:
            client.file = client.sock.makefile("rb")
        lines: list[bytes] = []
        while len(lines) < _MOST_READ:
            self._in_time()
            line = client.file.readline(_LONGEST_READ + 1)
            if not line:
                raise smtplib.SMTPServerDisconnected("the connection was closed")
            if len(line) > _LONGEST_READ:
                raise smtplib.SMTPException("a line of the reply is far too long")
            lines.append(line[4:].strip(b" \t\r\n"))
            if line[3:4] != b"-":
                return (int(line[:3]) if re.fullmatch(rb"[2-5]\d\d", line[:3]) else -1), b"\n".join(lines)
        raise smtplib.SMTPException("the reply has far too many lines")

    def _reply(self, verb: str, code: int, text: bytes, *, wanted: int, shown: bool) -> None:
        lines = text.decode("utf-8", errors="replace").splitlines()[:_MOST_LINES]
        reply = " ".join(elide(printable(line), _LONGEST_LINE) for line in lines)
        self._last = (verb, code, reply)
        if verb == "CONNECT":
            self.met.banner = reply
        elif verb == "EHLO" and not self.met.tls:
            self.met.starttls = any(line.split()[:1] == ["STARTTLS"] for line in lines)
        if shown or code != wanted:
            self._tell("←", f"{code} {reply}")
        if code != wanted:
            raise RefusedError

    def _tell(self, way: str, text: str) -> None:
        line = Line(time.monotonic() - self._began, way, printable(text))
        self._lines.append(line)
        self._hear(line)

    def _left(self) -> float:
        left = self._time_left()
        if left <= 0:
            raise TimeoutError
        return left

    def _in_time(self) -> None:
        if self._client.sock is not None:
            self._client.sock.settimeout(self._left() + GRACE)


def _until(secured: ssl.SSLSocket) -> str:
    end = (secured.getpeercert() or {}).get("notAfter")
    if not isinstance(end, str):
        return "an unknown day"
    day = datetime.fromtimestamp(ssl.cert_time_to_seconds(end), UTC)
    return f"{day.day} {day:%B %Y}"


def _name_in(secured: ssl.SSLSocket, host: str) -> str:
    """The name of a verified certificate that stands for the host: the host's own, or the wildcard that covers it."""
    pairs: Any = (secured.getpeercert() or {}).get("subjectAltName", ())  # typeshed mixes the shapes of all of its fields
    names = [str(value) for kind, value in pairs if kind == "DNS"]
    return next((printable(name) for name in names if name in (host, f"*.{host.partition('.')[2]}")), host)

"""One try at one of SES's SMTP ports: as far as EHLO behind verified TLS, then QUIT. Nothing is ever logged in."""

import contextlib
import errno
import smtplib
import socket
import ssl
import time
from collections.abc import Callable
from typing import Any

from seswizard.core.ports import Family, PortSeen
from seswizard.core.text import elide, printable
from seswizard.gateways.smtp_session import Place, RefusedError, SmtpSession

_LONGEST_BANNER = 200
_LONGEST_REASON = 160
_NO_WAY = frozenset({errno.ENETUNREACH, errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT})
_FAMILIES: dict[Family, socket.AddressFamily] = {4: socket.AF_INET, 6: socket.AF_INET6}


class AbsentError(Exception):
    """There is no address of this family, or no way to it: nothing was tried."""


class PortProbe(SmtpSession):
    """A conversation that only looks; `seen` can be read at any time, from any thread."""

    def __init__(self, place: Place, family: Family, left: Callable[[], float]) -> None:
        super().__init__(place, lambda _line: None, left)
        self._family = family
        self._stage = "while its address was looked up"

    def probe(self) -> PortSeen:
        """Connect, see banner, STARTTLS and certificate, and leave; whatever hinders that is the answer."""
        why = ""
        try:
            self._greet()
            with contextlib.suppress(Exception):
                self._in_time()
                self._client.putcmd("QUIT")
        except AbsentError as error:
            return self.seen(str(error), absent=True)
        except RefusedError:
            why = self._refused()
        except Exception as error:  # noqa: BLE001  # nothing is lost: its class is in the answer
            why = _reason(error, self._stage)
        finally:
            with contextlib.suppress(Exception):  # what was seen is seen
                self._client.close()
        return self.seen(why)

    def late(self) -> PortSeen:
        """What is known when time is up."""
        return self.seen(f"no answer in time, {self._stage}", absent=not self.met.address)

    def seen(self, why_not: str = "", *, absent: bool = False) -> PortSeen:
        """What was found out so far."""
        met = self.met
        return PortSeen(
            self._place.port,
            self._family,
            self._place.host,
            met.address,
            met.connected,
            met.tls,
            met.certificate,
            met.starttls,
            elide(met.banner, _LONGEST_BANNER),
            time.monotonic() - self._began,
            elide(printable(why_not), _LONGEST_REASON),
            absent,
        )

    def _connect(self) -> None:
        found = self._addresses()
        self._stage = "while connecting"
        for place, (family, where) in enumerate(found):
            self.met.address = str(where[0])
            try:
                connection = self._connection(family, where, self._left() / (len(found) - place))
            except OSError as error:
                if place + 1 < len(found):
                    continue
                if error.errno in _NO_WAY:
                    raise AbsentError(f"no IPv{self._family} here") from None
                raise
            self._stage = "while it greeted"
            self._connected(connection)
            return

    def _connection(self, family: int, where: Any, seconds: float) -> socket.socket:  # an address has a shape for each family
        connection = socket.socket(family, socket.SOCK_STREAM)
        self._client.sock = connection  # so that it can be cut from outside
        try:
            connection.settimeout(seconds)
            connection.connect(where)
        except BaseException:
            connection.close()
            raise
        return connection

    def _command(self, verb: str, line: str, wanted: int, *, say: str = "", shown: bool = True) -> None:
        if verb == "STARTTLS" and not self.met.starttls:
            self._last = (verb, 0, "")
            raise RefusedError
        super()._command(verb, line, wanted, say=say, shown=shown)

    def _begin_tls(self) -> None:
        self._stage = "while TLS began"
        super()._begin_tls()
        self._stage = "behind TLS"

    def _addresses(self) -> list[tuple[int, Any]]:
        """At most two addresses of this family.

        Raises:
            AbsentError: there is none.
        """
        host, port = self._place.tcp_host, self._place.tcp_port
        try:
            found = socket.getaddrinfo(host, port, _FAMILIES[self._family], socket.SOCK_STREAM)
        except socket.gaierror as error:
            if error.errno in (socket.EAI_AGAIN, socket.EAI_FAIL):
                raise AbsentError("its address could not be looked up") from None
            raise AbsentError(f"no IPv{self._family} address") from None
        except UnicodeError:
            raise AbsentError("its address could not be looked up") from None
        return [(family, where) for family, _, _, _, where in found[:2]]

    def _refused(self) -> str:
        verb, code, reply = self._last
        if verb == "STARTTLS" and not self.met.starttls:
            return "it offers no STARTTLS"
        return f"it answered {code} {reply}" if code > 0 else "it speaks no SMTP"


def _reason(error: Exception, stage: str) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"its certificate is not SES's: {error.verify_message}"
    if isinstance(error, ssl.SSLError):
        return "TLS did not begin"
    if isinstance(error, TimeoutError):
        return f"no answer in time, {stage}"
    if isinstance(error, ConnectionRefusedError):
        return "the connection was refused"
    if isinstance(error, (ConnectionError, smtplib.SMTPServerDisconnected)):
        return f"the connection was closed, {stage}"
    said = error.strerror if isinstance(error, OSError) else str(error) if isinstance(error, smtplib.SMTPException) else ""
    return f"{said or type(error).__name__}, {stage}"

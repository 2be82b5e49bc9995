"""SES's SMTP endpoint. The conversation runs on a thread of its own and is heard on the event loop."""

import asyncio
import importlib
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from seswizard.core.conversation import Conversation, Hear, Line
from seswizard.core.failure import Failure, FailureError
from seswizard.core.login import Login, smtp_host
from seswizard.core.ports import TOO_BUSY, Family, PortSeen, dual_stack_host
from seswizard.core.text import elide, printable
from seswizard.gateways.debug import CallLog
from seswizard.gateways.environment import Overrides
from seswizard.gateways.patience import TooBusyError, limit
from seswizard.gateways.threads import in_thread

if TYPE_CHECKING:
    import ssl

    from seswizard.gateways.smtp_ports import PortProbe
    from seswizard.gateways.smtp_session import Met, Place, SmtpSession

LIMIT = 30.0
"""Seconds for a whole conversation."""
PROBE_LIMIT = 5.0
"""Seconds for one look at one port."""


class SmtpGateway:
    """The endpoint of one region."""

    def __init__(
        self, region: str, overrides: Overrides, log: CallLog, limit: float = LIMIT, probe_limit: float = PROBE_LIMIT
    ) -> None:
        self.host = smtp_host(region)
        self._dual_stack = dual_stack_host(region)
        self.overridden = overrides.smtp_host is not None
        self._overrides = overrides
        self._log = log
        self._limit = limit
        self._probe_limit = probe_limit
        self._trust: ssl.SSLContext | None = None
        self._trusting = threading.Lock()

    def elsewhere(self, region: str) -> "SmtpGateway":
        """The endpoint of another region, reached in the same way."""
        other = SmtpGateway(region, self._overrides, self._log, self._limit, self._probe_limit)
        other._trust = self._trust
        return other

    async def probe(self, port: int, family: Family) -> PortSeen:
        """Look at one port by one address family, without logging in; whatever hinders it is in the answer, 5 s at most.

        SES's usual name has no IPv6 address, so IPv6 goes to its dual-stack name
        (https://docs.aws.amazon.com/general/latest/gr/ses.html) where no override is in force.
        """
        probes: list[PortProbe] = []

        def run() -> PortSeen:
            module: Any = importlib.import_module("seswizard.gateways.smtp_ports")
            hosts = [self.host] if family == 4 or self.overridden else [self.host, self._dual_stack]
            seen = PortSeen(port, family, absent=True)
            for host in hosts:
                probes.append(module.PortProbe(self._place(port, host), family, lambda: wait.left))
                seen = probes[-1].probe()
                if not seen.absent:
                    break
            return seen

        with self._log.call(f"smtp:probe {self.host}:{port} IPv{family}"):
            try:
                async with limit(self._probe_limit) as wait:
                    return await in_thread(run, wait.left)
            except TooBusyError:
                return PortSeen(port, family, why_not=TOO_BUSY, absent=True)
            except TimeoutError:
                return probes[-1].late() if probes else PortSeen(port, family, why_not=TOO_BUSY, absent=True)
            except Exception as error:  # noqa: BLE001  # whatever hinders it is the answer
                return PortSeen(port, family, why_not=f"it could not be tried from here: {_words(error)}", absent=True)
            finally:
                for one in probes:
                    one.close()

    async def prove(self, login: Login, port: int, hear: Hear) -> Conversation:
        """Log in and leave; a refusal is a `Conversation` with its code, an unreachable server a failure."""
        return await self._talk(port, hear, lambda session: session.prove(login))

    async def send(self, login: Login, port: int, sender: str, to: str, message: bytes, hear: Hear) -> Conversation:
        """Log in and hand over one message; its line ends become CRLF."""
        return await self._talk(port, hear, lambda session: session.send(login, sender, to, message))

    async def _talk(self, port: int, hear: Hear, work: Callable[["SmtpSession"], Conversation]) -> Conversation:
        wire = _Relay(hear)
        opened: list[SmtpSession] = []

        def run() -> Conversation:
            try:
                session = self._session(port, wire.hear, lambda: wait.left)
                opened.append(session)
                conversation = work(session)
            except Exception as error:  # noqa: BLE001  # nothing is lost: each becomes a sentence with its class
                if verdict := _verdict(opened):
                    return verdict
                # From None: the frames of the original hold the login.
                raise FailureError(_failure(error, self.host, port, opened[0].met if opened else None)) from None
            if not session.met.tls:
                raise FailureError(_in_the_clear(self.host, port, conversation))
            return conversation

        with self._log.call(f"smtp:{self.host}:{port}"):
            try:
                async with limit(self._limit) as wait:
                    return await in_thread(run, wait.left)
            except TimeoutError as error:
                met = [session.met for session in opened]
                if verdict := _verdict(opened):
                    return verdict
                handed_over = any(one.handed_over for one in met)
                if isinstance(error, TooBusyError) and not handed_over:
                    raise FailureError(_too_busy(self.host, port)) from None
                connected = any(one.connected is not None for one in met)
                failure = _unsure(port, _LATE) if handed_over else _blocked(self.host, port, _LATE, connected=connected)
                raise FailureError(failure) from None
            except OSError as error:
                raise FailureError(_failure(error, self.host, port, None)) from None
            finally:
                wire.over = True
                for session in opened:
                    session.close()

    def _session(self, port: int, hear: Hear, left: Callable[[], float]) -> "SmtpSession":
        module: Any = importlib.import_module("seswizard.gateways.smtp_session")
        session: SmtpSession = module.SmtpSession(self._place(port, self.host), hear, left)
        return session

    def _place(self, port: int, host: str) -> "Place":
        module: Any = importlib.import_module("seswizard.gateways.smtp_session")
        place: Place = module.Place(
            host=host,
            port=port,
            tcp_host=self._overrides.smtp_host or host,
            tcp_port=port + self._overrides.smtp_port_offset,
            context=self._context(),
        )
        return place

    def _context(self) -> "ssl.SSLContext":
        """The roots we trust, read once: ten ports are looked at together."""
        import ssl

        with self._trusting:
            if self._trust is None:
                roots = self._overrides.ca_file
                self._trust = ssl.create_default_context(cafile=str(roots) if roots else None)
            return self._trust


class _Relay:
    """Brings each line from the thread to the event loop, until the conversation is over for its listener."""

    def __init__(self, hear: Hear) -> None:
        self._hear = hear
        self._loop = asyncio.get_running_loop()
        self.over = False

    def hear(self, line: Line) -> None:
        """For the thread."""
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._arrived, line)

    def _arrived(self, line: Line) -> None:
        if not self.over:
            self._hear(line)


def _verdict(opened: "list[SmtpSession]") -> Conversation | None:
    """How it ended behind TLS, before whatever broke the good-bye."""
    return next((one.met.verdict for one in opened if one.met.verdict and one.met.tls), None)


def _words(error: Exception) -> str:
    """What the system or the server says; of anything else its class, for its words may hold the login."""
    import smtplib

    told = isinstance(error, (OSError, smtplib.SMTPException)) and printable(str(error))[:300]
    return told or type(error).__name__


def _failure(error: Exception, host: str, port: int, met: "Met | None") -> Failure:
    import smtplib
    import ssl

    said = _words(error)
    if met is None:
        return _broken(f"Port {port} of {host} could not be tried from here: {said}.", said)
    connected = met.connected is not None
    if met.handed_over:
        return _unsure(port, _LATE if isinstance(error, TimeoutError) else said)
    if isinstance(error, ssl.SSLCertVerificationError):
        title = f"The server on port {port} is not {host}."
        remedy = "Something on this network stands in between; take another network. The login was not sent."
        return Failure("ports.certificate", title, printable(error.verify_message), remedy)
    if isinstance(error, ssl.SSLError):
        title = f"Port {port} of {host} did not begin TLS."
        remedy = "Take another port, or another network. The login was not sent."
        return Failure("ports.certificate", title, said, remedy)
    if isinstance(error, TimeoutError):
        return _blocked(host, port, _LATE, connected=connected)
    if isinstance(error, (OSError, smtplib.SMTPException)):
        return _blocked(host, port, said, connected=connected)
    return _broken(f"The conversation on port {port} of {host} broke off on our side: {said}.", said)


_LATE = "no answer in time"
_ELSEWHERE = "Take another of SES's ports, such as 2587 or 2465, or another network."


def _unsure(port: int, said: str) -> Failure:
    """The message went out to its last byte, and the word on it never came."""
    title = f"The message may have been sent: on port {port} it was handed over, and the answer was lost ({said})."
    return Failure("send.unsure", title, said, "Look for it where it was to arrive before you send it again.")


def _too_busy(host: str, port: int) -> Failure:
    """Its time was over before this machine came to listen; whoever was asked may have answered."""
    title = f"Could not look at port {port} of {host}: {TOO_BUSY}."
    return Failure(
        "ports.blocked", title, TOO_BUSY, "Let it come to rest, then try again; that says nothing about SES.", retry=True
    )


def _broken(title: str, said: str) -> Failure:
    """This machine, not the server."""
    return Failure("ports.blocked", title, said, "Try again. That says nothing about SES.", retry=True)


def _blocked(host: str, port: int, said: str, *, connected: bool) -> Failure:
    title = f"Port {port} of {host} cannot be reached."
    if connected:
        title = f"What answers on port {port} of {host} does not speak as SES does: {said}."
    return Failure("ports.blocked", title, said, _ELSEWHERE, retry=True)


def _in_the_clear(host: str, port: int, conversation: Conversation) -> Failure:
    """A refusal before TLS: whoever stands in between can say it, so it tells nothing about the login or the message."""
    known = conversation.code > 0
    said = f"{conversation.code} {elide(conversation.reply, 200)}".strip() if known else "that is no SMTP"
    title = f"Port {port} of {host} turns us away before TLS: {said}"
    remedy = f"The login was not sent. Try again in a moment. {_ELSEWHERE}"
    return Failure("ports.blocked", title, said, remedy, retry=True)

"""SES's SMTP endpoint. The conversation runs on a thread of its own and is heard on the event loop."""

import asyncio
import importlib
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from seswizard.core.conversation import Conversation, Hear, Line
from seswizard.core.failure import Failure, FailureError
from seswizard.core.login import Login, smtp_host
from seswizard.core.text import printable
from seswizard.gateways.debug import CallLog
from seswizard.gateways.environment import Overrides
from seswizard.gateways.threads import in_thread

if TYPE_CHECKING:
    from seswizard.gateways.smtp_session import SmtpSession

LIMIT = 30.0
"""Seconds for a whole conversation."""


class SmtpGateway:
    """The endpoint of one region."""

    def __init__(self, region: str, overrides: Overrides, log: CallLog, limit: float = LIMIT) -> None:
        self.host = smtp_host(region)
        self.overridden = overrides.smtp_host is not None
        self._overrides = overrides
        self._log = log
        self._limit = limit

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
            session = self._session(port, wire.hear)
            opened.append(session)
            try:
                return work(session)
            except Exception as error:
                failure = _failure(error, self.host, port)
                if failure is None:
                    raise
                # From None: the frames of the original hold the login.
                raise FailureError(failure) from None

        with self._log.call(f"smtp:{self.host}:{port}"):
            try:
                return await in_thread(run, self._limit)
            except TimeoutError:
                raise FailureError(_blocked(self.host, port, "no answer in time")) from None
            finally:
                wire.over = True
                for session in opened:
                    session.close()

    def _session(self, port: int, hear: Hear) -> "SmtpSession":
        import ssl

        module: Any = importlib.import_module("seswizard.gateways.smtp_session")
        roots = self._overrides.ca_file
        place = module.Place(
            host=self.host,
            port=port,
            tcp_host=self._overrides.smtp_host or self.host,
            tcp_port=port + self._overrides.smtp_port_offset,
            context=ssl.create_default_context(cafile=str(roots) if roots else None),
        )
        session: SmtpSession = module.SmtpSession(place, hear, self._limit)
        return session


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


def _failure(error: Exception, host: str, port: int) -> Failure | None:
    import smtplib
    import ssl

    said = printable(str(error))[:300]
    if isinstance(error, ssl.SSLCertVerificationError):
        title = f"The server on port {port} is not {host}."
        remedy = "Something on this network stands in between; take another network. The login was not sent."
        return Failure("ports.certificate", title, printable(error.verify_message), remedy)
    if isinstance(error, ssl.SSLError):
        title = f"Port {port} of {host} did not begin TLS."
        remedy = "Take another port, or another network. The login was not sent."
        return Failure("ports.certificate", title, said, remedy)
    if isinstance(error, TimeoutError):
        return _blocked(host, port, "no answer in time")
    if isinstance(error, (OSError, smtplib.SMTPException)):
        return _blocked(host, port, said)
    return None


def _blocked(host: str, port: int, said: str) -> Failure:
    title = f"Port {port} of {host} cannot be reached."
    remedy = "Take another of SES's ports, such as 2587 or 2465, or another network."
    return Failure("ports.blocked", title, said, remedy, retry=True)

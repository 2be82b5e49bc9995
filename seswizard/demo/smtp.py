"""SES's SMTP endpoints: the same ports plus an offset, the same replies, the region taken from SNI.

STARTTLS on 25, 587 and 2587, TLS from the start on 465 and 2465; logins are the world's active IAM access keys with the
password derived for that region; permission is asked at DATA, as SES does, for `ses:SendRawEmail`.
"""

import asyncio
import hmac
import logging
import random
import ssl
import sys
import traceback
import weakref
from datetime import UTC, datetime
from typing import Any, AnyStr

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session, TLSSetupException

from seswizard.core.login import PORTS, SMTP_REGIONS, smtp_host, smtp_password
from seswizard.core.secret import Secret
from seswizard.demo.aws import backend
from seswizard.demo.aws.access import caller_context, first_denied
from seswizard.demo.aws.gate import ADMIN
from seswizard.demo.refusal import RefusedError
from seswizard.demo.ses import Ses
from seswizard.demo.ses.sending import Mail, accept, conditions, resources

_REGIONS = {smtp_host(region): region for region in SMTP_REGIONS}
_INVALID = "535 Authentication Credentials Invalid"
_WORDS = {
    "MessageRejected": "554 Message rejected: {}",
    "LimitExceededException": "454 Throttling failure: {}",
    "SendingPausedException": "554 Sending paused: {}",
    "AccountSuspendedException": "554 Message rejected: {}",
}
_DENIED = "554 Access denied: User `{}' is not authorized to perform `ses:SendRawEmail' on resource `{}'"
_ATTEMPTS = 50


class _Smtp(SMTP):
    async def push(self, status: AnyStr) -> None:
        """Answer in SES's words where aiosmtpd has its own."""
        if isinstance(status, str) and status.startswith("530 5.7.0"):
            await super().push("530 Authentication required")
        else:
            await super().push(status)


class SmtpServers:
    """The five ports of the endpoint on one loopback address."""

    def __init__(self, ses: Ses, context: ssl.SSLContext, default_region: str) -> None:
        self._ses, self._context, self._default = ses, context, default_region
        self._regions: weakref.WeakKeyDictionary[ssl.SSLObject, str] = weakref.WeakKeyDictionary()
        self._servers: dict[int, asyncio.Server] = {}
        self.host, self.offset = "", 0
        self.key_lag = 0.0
        """Seconds for which a new access key is not yet known here: it answers 535."""
        self.attempts: list[str] = []
        """The user name of every login that was tried, right or wrong."""
        self.failures: list[str] = []
        """Tracebacks of this server's own mistakes: bugs in the world."""
        context.sni_callback = self._note_region
        for name in ("mail.log", "mail.debug"):
            logging.getLogger(name).setLevel(logging.CRITICAL + 1)

    async def start(self) -> None:
        """Open all five ports on the same offset.

        Raises:
            OSError: no free offset was found.
        """
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(_quiet)
        for attempt in range(_ATTEMPTS):
            self.host = "127.0.0.1" if sys.platform == "darwin" else f"127.{_byte(1)}.{_byte(0)}.{_byte(1)}"
            self.offset = random.randrange(10_000, 60_000)
            try:
                for port, mode in PORTS:
                    context = self._context if mode == "tls" else None
                    factory = self._implicit if mode == "tls" else self._starttls
                    self._servers[port] = await loop.create_server(factory, self.host, port + self.offset, ssl=context)
            except OSError:
                await self.stop()
                if attempt == _ATTEMPTS - 1:
                    raise
            else:
                return

    async def stop(self) -> None:
        """Close the ports."""
        servers, self._servers = self._servers, {}
        for server in servers.values():
            server.close()

    async def shut(self, *ports: int) -> None:
        """Be a network that lets these ports of SES not through: connections to them are refused from now on."""
        for port in ports:
            self._servers.pop(port).close()

    def _starttls(self) -> SMTP:
        return self._protocol(tls_context=self._context, require_starttls=True, auth_required=True)

    def _implicit(self) -> SMTP:
        # aiosmtpd does not see the TLS that asyncio has put around this port, and would warn on the terminal that logins
        # are required without it: so they are required a moment later.
        protocol = self._protocol(auth_require_tls=False)
        protocol._auth_required = True
        return protocol

    def _protocol(self, **more: Any) -> SMTP:  # options of an untyped constructor
        return _Smtp(
            _Handler(self),
            hostname="email-smtp.amazonaws.com",
            ident="ESMTP SimpleEmailService-d-embedded",
            authenticator=self.authenticate,
            auth_exclude_mechanism=["CRAM-MD5"],
            data_size_limit=40 * 1024 * 1024,
            loop=asyncio.get_running_loop(),
            **more,
        )

    def _note_region(self, tls: ssl.SSLObject, name: str | None, context: ssl.SSLContext) -> int | None:
        if name is None:
            return None
        if name not in _REGIONS:
            return ssl.ALERT_DESCRIPTION_UNRECOGNIZED_NAME
        self._regions[tls] = _REGIONS[name]
        return None

    def region(self, server: SMTP) -> str:
        """The region that the client asked for by SNI; the world's own if it named none."""
        transport = server.transport
        tls = transport.get_extra_info("ssl_object") if transport else None
        return self._regions.get(tls, self._default) if tls else self._default

    def authenticate(self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: object) -> AuthResult:
        """Check a login against the world's access keys."""
        refused = AuthResult(success=False, handled=False, message=_INVALID)
        if not isinstance(data, LoginPassword):
            return refused
        name, region = data.login.decode(errors="replace"), self.region(server)
        self.attempts.append(name)
        key = backend.access_key(name)
        if key is None or not key.active or (datetime.now(UTC) - _aware(key.created)).total_seconds() < self.key_lag:
            return refused
        expected = smtp_password(Secret(key.secret), region).reveal()
        if not hmac.compare_digest(expected.encode(), data.password):
            return refused
        backend.mark_used(name, "ses", region, datetime.now(UTC))
        return AuthResult(success=True, auth_data=name)

    def deliver(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """The reply to a message."""
        key = backend.access_key(str(session.auth_data))
        if key is None or not key.active:
            return _INVALID
        content = envelope.content if isinstance(envelope.content, bytes) else str(envelope.content or "").encode()
        mail = Mail(envelope.mail_from or "", tuple(envelope.rcpt_tos), content, "smtp", key.user)
        with self._ses.lock:
            region = self._ses.region(self.region(server))
            needed = resources(region, mail)
            context = caller_context(key.user, "sesv2", region.name) | conditions(mail)
            try:
                if key.user != ADMIN and (found := first_denied(key.user, "ses:SendRawEmail", needed, context)):
                    return _DENIED.format(key.arn, found[0])
                return f"250 Ok {accept(self._ses, region, mail)}"
            except RefusedError as refusal:
                return _WORDS.get(refusal.code, "554 Transaction failed: {}").format(refusal.message)


class _Handler:
    """What aiosmtpd calls, by names it has chosen."""

    def __init__(self, servers: SmtpServers) -> None:
        self._servers = servers

    async def handle_EHLO(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        """SES's own list of extensions, without those that aiosmtpd adds."""
        session.host_name = hostname
        offered = [line for line in responses[1:] if line[4:].split(" ")[0] in ("AUTH", "STARTTLS", "8BITMIME")]
        return ["250-email-smtp.amazonaws.com", *(f"250-{line[4:]}" for line in offered), "250 Ok"]

    async def handle_MAIL(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Take the sender; it is judged with the message."""
        envelope.mail_from = address
        return "250 Ok"

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Take a recipient; it is judged with the message."""
        envelope.rcpt_tos.append(address)
        return "250 Ok"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Judge the message."""
        return self._servers.deliver(server, session, envelope)

    async def handle_exception(self, error: Exception) -> str:
        """Remember our own mistake where a test will see it."""
        if not isinstance(error, ConnectionError | ssl.SSLError | TLSSetupException):
            self._servers.failures.append("".join(traceback.format_exception(error)))
        return "451 Temporary service failure"


def _byte(lowest: int) -> int:
    return random.randint(lowest, 254)


def _aware(at: datetime) -> datetime:
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def _quiet(loop: asyncio.AbstractEventLoop, context: dict[str, object]) -> None:
    # A client that rejects our certificate, or goes away, is its own business and no traceback on the terminal.
    error = context.get("exception")
    if not isinstance(error, TLSSetupException | ssl.SSLError | ConnectionError):
        loop.default_exception_handler(context)

"""The same questions by HTTPS (RFC 8484), for networks that let no DNS out; asked only when a person's look says so.

HTTP/1.1 by the standard library, through HTTPS_PROXY where one is set. Calls block, so each runs on a daemon thread and
is hung up on when its time is over. TLS is verified for the operator's name, also where its address was known beforehand.
"""

import contextlib
import functools
import http.client
import os
import socket
import ssl
import urllib.parse
from base64 import b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from seswizard.core.answers import Answer, Question, Reply, Silence
from seswizard.gateways.dns_replies import MalformedError
from seswizard.gateways.dns_wire import Query
from seswizard.gateways.patience import GRACE, TooBusyError, Wait, asked_again, patience, shake_hands
from seswizard.gateways.threads import in_thread

LONGEST_REPLY = 65_535
_TYPE = "application/dns-message"
_LOOKING_UP = 1.0
"""Seconds for the operator's name: where DNS is blocked this look-up may hang too, and we know an address."""


@dataclass(frozen=True, slots=True)
class Operator:
    """A public resolver that is asked by HTTPS."""

    name: str
    host: str
    """For TLS and HTTP; looked up by the system."""
    addresses: tuple[str, ...]
    """Where it is when the look-up fails or leads astray."""
    port: int = 443
    path: str = "/dns-query"


OPERATORS: tuple[Operator, ...] = (
    Operator("Cloudflare", "cloudflare-dns.com", ("1.1.1.1", "2606:4700:4700::1111")),
    Operator("Google", "dns.google", ("8.8.8.8", "2001:4860:4860::8888")),
)
"""Who is asked, in this order until one answers; both speak HTTP/1.1."""


@dataclass(frozen=True, slots=True)
class Proxy:
    """The way out that HTTPS_PROXY names."""

    host: str
    port: int
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)


def proxy_for(host: str, environment: Mapping[str, str]) -> Proxy | None:
    """The proxy for this host, or None where the way is direct.

    Raises:
        OSError: HTTPS_PROXY names something that we cannot go through.
    """
    given = environment.get("https_proxy") or environment.get("HTTPS_PROXY") or ""
    direct = environment.get("no_proxy") or environment.get("NO_PROXY") or ""
    if not given or _bypassed(host, direct):
        return None
    try:
        parts = urllib.parse.urlsplit(given if "://" in given else f"http://{given}")
        port = parts.port or 80
    except ValueError:
        raise OSError("HTTPS_PROXY is no URL") from None
    if parts.scheme != "http" or not parts.hostname:
        raise OSError("HTTPS_PROXY is no http:// URL")
    user, password = (urllib.parse.unquote(part or "") for part in (parts.username, parts.password))
    login = b64encode(f"{user}:{password}".encode()).decode()
    return Proxy(parts.hostname, port, {"Proxy-Authorization": f"Basic {login}"} if user else {})


def _bypassed(host: str, direct: str) -> bool:
    """Whether NO_PROXY names the host or a domain above it."""
    names = (one.strip().lstrip(".").lower() for one in direct.split(","))
    return any(name == "*" or (name and f".{host}".endswith(f".{name}")) for name in names)


class DnsOverHttps:
    """Asks the operators one after the other, and first the one that answered last time."""

    def __init__(
        self,
        environment: Mapping[str, str] = os.environ,
        operators: tuple[Operator, ...] = OPERATORS,
        roots: Callable[[], ssl.SSLContext] = ssl.create_default_context,
    ) -> None:
        self._environment = environment
        self._operators = operators
        self._roots = roots

    @functools.cached_property
    def _context(self) -> ssl.SSLContext:
        """Made on a thread, when first used: reading the system's roots takes a while."""
        context = self._roots()
        context.set_alpn_protocols(["http/1.1"])
        return context

    async def ask(self, question: Question, *, timeout: float) -> Reply:
        """One question; every failure to get a usable reply is a `Silence`."""
        try:
            query = Query(question, recursive=True, edns=False, identifier=b"\0\0")
        except MalformedError:
            return Silence("malformed")
        own, reply = patience(), Silence("timeout")
        end, operators = own.now() + timeout, self._operators
        for place, operator in enumerate(operators):
            share = (end - own.now()) / (len(operators) - place)
            said = await self._one(operator, query, share)
            if isinstance(said, Answer):
                self._operators = (operator, *(one for one in operators if one is not operator))
                return said
            reply = said
        return reply

    async def _one(self, operator: Operator, query: Query, seconds: float) -> Reply:
        try:
            return await asked_again(lambda wait: self._asked(operator, query, wait), seconds, seconds)
        except TooBusyError:
            return Silence("busy")
        except TimeoutError:
            return Silence("timeout")
        except (MalformedError, http.client.HTTPException):
            return Silence("malformed")
        except (OSError, UnicodeError):  # also a proxy's name that no encoding takes
            return Silence("unreachable")
        except Exception:  # noqa: BLE001  # what is said here is not DNS
            return Silence("malformed")

    async def _asked(self, operator: Operator, query: Query, wait: Wait) -> Answer:
        proxy = proxy_for(operator.host, self._environment)
        found = (operator.host,) if proxy else await _looked_up(operator, min(_LOOKING_UP, wait.left / 3))
        places = tuple(dict.fromkeys((*found, *operator.addresses)))
        call = _Call(operator, places, query, proxy, wait)
        try:
            return await in_thread(lambda: call.run(self._context), wait.left)
        finally:
            call.hang_up()


async def _looked_up(operator: Operator, seconds: float) -> tuple[str, ...]:
    """The operator's first addresses as the system knows them; nothing if it does not say in time."""

    def look_up() -> tuple[str, ...]:
        found = socket.getaddrinfo(operator.host, operator.port, type=socket.SOCK_STREAM)
        return tuple(str(one[4][0]) for one in found[:2])

    try:
        return await in_thread(look_up, seconds)
    except (OSError, UnicodeError):
        return ()


class _Call:
    """One request to one operator: `run` on a thread, `hang_up` from outside."""

    def __init__(self, operator: Operator, places: tuple[str, ...], query: Query, proxy: Proxy | None, wait: Wait) -> None:
        self._operator, self._places, self._query, self._proxy, self._wait = operator, places, query, proxy, wait
        self._socket: socket.socket | None = None
        self._tunnel: http.client.HTTPConnection | None = None
        self._over = False

    def hang_up(self) -> None:
        """End whatever `run` is waiting for: a server may send a byte a second for ever."""
        self._over = True
        for one in (self._tunnel and self._tunnel.sock, self._socket):
            if one:
                with contextlib.suppress(OSError):
                    socket.socket.shutdown(one, socket.SHUT_RDWR)  # not TLS's own, which would wait for the thread

    def run(self, context: ssl.SSLContext) -> Answer:
        """Ask at the first of the places that is the operator."""
        error: OSError = TimeoutError()
        for place, address in enumerate(self._places):
            # Half of what is left: a place that swallows everything must leave time for the next one.
            share = self._wait.left / min(2, len(self._places) - place)
            if self._over or share <= 0:
                break
            try:
                connection = self._connected(address, context, share)
            except OSError as caught:
                error = caught
                continue
            try:
                return self._exchanged(connection)
            finally:
                connection.close()
        raise error

    def _connected(self, address: str, context: ssl.SSLContext, seconds: float) -> http.client.HTTPConnection:
        """A connection to the operator, who has proved its name; `address` may be that name where a proxy finds it."""
        operator = self._operator
        raw = self._through(self._proxy, address, seconds) if self._proxy else _direct(address, operator.port, seconds)
        try:
            self._socket = secured = context.wrap_socket(raw, server_hostname=operator.host, do_handshake_on_connect=False)
        except BaseException:
            raw.close()
            raise
        connection = http.client.HTTPSConnection(operator.host, operator.port, context=context)
        connection.sock = secured
        try:
            until = self._wait.left - seconds
            shake_hands(secured, lambda: self._wait.left - until)
        except BaseException:
            connection.close()
            raise
        return connection

    def _through(self, proxy: Proxy, address: str, seconds: float) -> socket.socket:
        self._tunnel = tunnel = http.client.HTTPConnection(proxy.host, proxy.port, timeout=seconds)
        tunnel.set_tunnel(address, self._operator.port, dict(proxy.headers))
        try:
            tunnel.connect()
        except BaseException:
            tunnel.close()
            raise
        return tunnel.sock

    def _exchanged(self, connection: http.client.HTTPConnection) -> Answer:
        if self._over or self._wait.left <= 0:
            raise TimeoutError
        connection.sock.settimeout(self._wait.left + GRACE)
        connection.request("POST", self._operator.path, self._query.wire, {"Content-Type": _TYPE, "Accept": _TYPE})
        response = connection.getresponse()
        kind = (response.getheader("Content-Type") or "").partition(";")[0].strip().lower()
        if response.status != 200 or kind != _TYPE:  # redirects too: the question goes to nobody else
            raise MalformedError("no DNS message")
        wire = response.read(LONGEST_REPLY + 1)
        if len(wire) > LONGEST_REPLY:
            raise MalformedError("too long")
        return self._query.read_whole(wire)


def _direct(address: str, port: int, seconds: float) -> socket.socket:
    return socket.create_connection((address, port), timeout=seconds)

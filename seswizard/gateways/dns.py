"""One DNS question to one server at a time, over sockets of our own: silence and rubbish are values here.

A resolver library hides who said what and retries behind one's back; telling who said what is the point of the matrix.
"""

import asyncio
import functools
import os
import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from seswizard.core.answers import Answer, Question, Reply, Server, Silence
from seswizard.gateways.debug import CallLog
from seswizard.gateways.dns_replies import Again, MalformedError
from seswizard.gateways.dns_sockets import Noise, NoRouteError, Sockets, by_tcp
from seswizard.gateways.environment import Overrides
from seswizard.gateways.patience import TooBusyError, asked_again, patience
from seswizard.gateways.resolvers import has_ipv6, of_the_internet, public_resolvers, system_resolver
from seswizard.gateways.threads import in_thread

if TYPE_CHECKING:
    from seswizard.gateways.dns_wire import Query
    from seswizard.gateways.doh import DnsOverHttps

_LOADING = 30.0


class DnsGateway:
    """Questions by UDP, by TCP where the server says that its reply did not fit, and by HTTPS where neither gets out."""

    def __init__(
        self, overrides: Overrides, log: CallLog, *, doh: bool = True, environment: Mapping[str, str] = os.environ
    ) -> None:
        self._overrides = overrides
        self._log = log
        self._environment = environment
        self._sockets: Sockets | None = None
        self.port = overrides.dns_port
        self.overridden = bool(overrides.resolvers)
        # The operators of DNS over HTTPS are real: a world of our own, and its secrets, end at its own servers.
        self.doh = doh and not self.overridden

    @functools.cached_property
    def resolvers(self) -> tuple[Server, ...]:
        """The system's resolver first, then the public ones; found out when first asked for."""
        return self._overrides.resolvers or (*system_resolver(), *public_resolvers())

    @property
    def ipv6(self) -> bool:
        """Whether servers with IPv6 addresses can be asked from here."""
        return has_ipv6(loopback=self.overridden)

    def may_ask(self, address: str) -> bool:
        """Whether an address that a zone gives for its server may be asked: one of the Internet, or of our own world."""
        return self.overridden or of_the_internet(address)

    async def ask(
        self,
        server: Server,
        question: Question,
        *,
        recursive: bool = False,
        timeout: float = 1.5,
        checking_disabled: bool = False,
    ) -> Reply:
        """One question, TCP after truncation; every failure to get a usable reply is a `Silence`."""
        sockets, noise = self._here(), Noise()
        reply: Reply
        try:
            message = await _message_format(sockets)
        except Exception:  # noqa: BLE001  # on this side: nobody was asked
            return Silence("busy")
        make = functools.partial(message, question, recursive=recursive, checking_disabled=checking_disabled)
        async with sockets.slots:
            began = time.perf_counter()
            try:
                reply = await _exchange(sockets, noise, server, make, timeout)
            except TooBusyError:
                reply = Silence("busy")
            except TimeoutError:
                reply = Silence("malformed" if noise.heard else "timeout")
            except (MalformedError, EOFError):
                reply = Silence("malformed")
            except NoRouteError:
                reply = Silence("no-ipv6")
            except OSError:
                reply = Silence("unreachable")
            except Exception:  # noqa: BLE001  # whatever it is, there is no usable reply
                reply = Silence("malformed")
        return self._timed(reply, began, f"dns:{question.type} {question.name} @{server.address}:{server.port}")

    async def ask_doh(self, question: Question, *, timeout: float = 4.0) -> Reply:
        """One question to a public operator by HTTPS; silent at once where that is not allowed."""
        if not self.doh:
            return Silence("unreachable")
        began = time.perf_counter()
        try:
            client = await in_thread(lambda: self._over_https, _LOADING)
        except Exception:  # noqa: BLE001  # on this side: nobody was asked
            return Silence("busy")
        return self._timed(await client.ask(question, timeout=timeout), began, f"doh:{question.type} {question.name}")

    @functools.cached_property
    def _over_https(self) -> "DnsOverHttps":
        """Loaded when first used: HTTP and TLS cost more to load than everything else here."""
        from seswizard.gateways.doh import DnsOverHttps

        return DnsOverHttps(self._environment)

    def _here(self) -> Sockets:
        """The sockets of the running event loop."""
        loop = asyncio.get_running_loop()
        if self._sockets is None or self._sockets.loop is not loop:
            self._sockets = Sockets(loop, patience())
        return self._sockets

    def _timed(self, reply: Reply, began: float, what: str) -> Reply:
        seconds = time.perf_counter() - began
        self._log.write(what, seconds, reply.status if isinstance(reply, Answer) else reply.reason)
        return reply.after(seconds * 1000)


@functools.cache
def _loaded() -> "type[Query]":
    from seswizard.gateways.dns_wire import Query

    return Query


async def _message_format(sockets: Sockets) -> "type[Query]":
    """What writes and reads messages, loaded by the first who asks; on a thread, as dnspython is large."""
    if not _loaded.cache_info().currsize:
        async with sockets.loading:
            if not _loaded.cache_info().currsize:
                await in_thread(_loaded, _LOADING)
    return _loaded()


async def _exchange(sockets: Sockets, noise: Noise, server: Server, make: "Callable[..., Query]", timeout: float) -> Answer:
    end = sockets.patience.now() + timeout
    query = make()
    heard = await sockets.by_udp(server, query, noise, timeout)
    if heard is Again.WITHOUT_EDNS:
        query = make(edns=False)
        heard = await sockets.by_udp(server, query, noise, end - sockets.patience.now())
    if isinstance(heard, Answer):
        return heard
    return await asked_again(lambda _: by_tcp(server, query), end - sockets.patience.now(), timeout)

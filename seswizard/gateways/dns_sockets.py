"""The sockets that DNS questions leave by: one to a server while questions to it are under way, no thread, no name look-up.

A socket is connected, so the system drops what other addresses and ports send; its port is random and it is given up
as soon as nothing is awaited, so a forger has to guess port, id and question at once.
"""

import asyncio
import errno
import ipaddress
import socket
from typing import TYPE_CHECKING

from seswizard.core.answers import Answer, Server
from seswizard.gateways.dns_replies import Again, MalformedError
from seswizard.gateways.patience import ROUNDS, Patience, TooBusyError, Wait
from seswizard.gateways.threads import in_thread

if TYPE_CHECKING:
    from seswizard.gateways.dns_wire import Query

AT_ONCE = 128
"""Questions under way at one time; the others wait, and their time does not run. Systems allow as few as 256 files."""
_QUESTIONS = 64
"""How many questions one socket is used for."""
_LONGEST_DATAGRAM = 4096
"""We say that we take 1232 bytes; what is much longer is no reply to us."""
_RUBBISH_AT_MOST = 16
"""How many unreadable replies to one question are read before it counts as answered so."""
_READS_AT_ONCE = 32
"""Then the screen has its turn: a flood must not hold it up."""
_BUFFER_FULL = 0.005
_AGAIN = 0.4
"""Seconds after which a question without an answer is sent once more: packets get lost. Either answer counts."""
_LONG_REPLY = 4096
"""Bytes from which on a reply is read on a thread: 64 KB made for it can take a tenth of a second."""
_READING = 30.0
_NO_IPV6 = frozenset({errno.EAFNOSUPPORT, errno.EADDRNOTAVAIL, errno.ENETUNREACH, errno.EHOSTUNREACH, errno.EACCES})


class NoRouteError(Exception):
    """This machine has no way to such an address by IPv6: nothing was sent, nobody kept silent."""


class Noise:
    """What came while a question was under way and was no reply to it."""

    __slots__ = ("heard",)

    def __init__(self) -> None:
        self.heard = 0


class Sockets:
    """The sockets of one event loop."""

    def __init__(self, loop: asyncio.AbstractEventLoop, patience: Patience) -> None:
        self.loop = loop
        self.patience = patience
        self.slots = asyncio.Semaphore(AT_ONCE)
        self.loading = asyncio.Lock()
        """Held by the question that loads what reads messages; the others wait for it."""
        self._open: dict[tuple[str, int], _Datagrams] = {}

    async def by_udp(self, server: Server, query: "Query", noise: Noise, timeout: float) -> Answer | Again:
        """The first readable reply to the query within `timeout` seconds of listening.

        Raises:
            TooBusyError: this machine did not come to listen for so long.
            TimeoutError: it did, and none came.
            NoRouteError: it is an IPv6 address, and there is no IPv6 here.
            MalformedError: rubbish upon rubbish came.
            OSError: there is no way there, or nobody there.
        """
        place = (server.address, server.port)
        datagrams = self._open.get(place)
        if datagrams is None or not datagrams.takes(query):
            datagrams = self._open[place] = _Datagrams(connected(*place), self.loop, self.patience)
        try:
            return await datagrams.ask(query, noise, timeout)
        finally:
            if datagrams.closed and self._open.get(place) is datagrams:
                del self._open[place]


def connected(address: str, port: int) -> socket.socket:
    """A UDP socket towards an address; connecting it sends nothing and never blocks.

    Raises:
        NoRouteError: it is an IPv6 address, and there is no IPv6 here.
        OSError: there is no way there.
    """
    try:
        target = ipaddress.ip_address(address)  # the system would look a name up, and everything would wait
    except ValueError:
        raise OSError(errno.EINVAL, "no address") from None
    six = target.version == 6
    try:
        made = socket.socket(socket.AF_INET6 if six else socket.AF_INET, socket.SOCK_DGRAM)
        try:
            made.setblocking(False)
            made.connect((address, port))
            # From a link-local address no reply comes back from further away.
            if six and not target.is_link_local and ipaddress.ip_address(made.getsockname()[0]).is_link_local:
                raise OSError(errno.ENETUNREACH, "link-local only")
        except OSError:
            made.close()
            raise
    except OSError as error:
        if six and error.errno in _NO_IPV6:
            raise NoRouteError from None
        raise
    return made


class _Asked:
    """One query under way."""

    __slots__ = ("noise", "query", "reply", "rounds", "timeout", "unreadable", "wait")

    wait: Wait

    def __init__(self, query: "Query", noise: Noise, timeout: float, loop: asyncio.AbstractEventLoop) -> None:
        self.query, self.noise, self.timeout = query, noise, timeout
        self.rounds = 0
        self.reply: asyncio.Future[Answer | Again] = loop.create_future()
        self.unreadable = 0

    def hear(self, data: bytes) -> None:
        """Take the reply if it is one; a later one may still be."""
        if self.reply.done():
            return
        if not self.query.concerns(data):
            self.noise.heard += 1
            return
        try:
            self.reply.set_result(self.query.read(data))
        except MalformedError as error:
            self.noise.heard += 1
            self.unreadable += 1
            if self.unreadable >= _RUBBISH_AT_MOST:
                self.reply.set_exception(error)


class _Datagrams:
    """One connected UDP socket and the questions that were put to its server; closed when the last is over."""

    def __init__(self, opened: socket.socket, loop: asyncio.AbstractEventLoop, patience: Patience) -> None:
        self._socket, self._loop, self._patience = opened, loop, patience
        self._asked: dict[bytes, _Asked] = {}
        """By id, also those that are over: their late replies are no rubbish."""
        self._under_way = 0
        self.closed = False
        loop.add_reader(opened, self._read)

    def takes(self, query: "Query") -> bool:
        """Whether this socket can carry one more query, and this one's id."""
        return not self.closed and len(self._asked) < _QUESTIONS and query.id not in self._asked

    async def ask(self, query: "Query", noise: Noise, timeout: float) -> Answer | Again:
        asked = self._asked[query.id] = _Asked(query, noise, timeout, self._loop)
        self._under_way += 1
        self._listen(asked, min(_AGAIN, timeout), timeout - _AGAIN)
        try:
            # Full buffers announce themselves to nobody else.
            while not self._sent(query.wire) and not asked.reply.done():  # noqa: ASYNC110
                await asyncio.sleep(_BUFFER_FULL)
            return await asked.reply
        finally:
            asked.wait.cancel()
            asked.reply.cancel()
            self._under_way -= 1
            if not self._under_way:
                self.closed = True
                self._loop.remove_reader(self._socket)
                self._socket.close()

    def _sent(self, wire: bytes) -> bool:
        try:
            self._socket.send(wire)
        except BlockingIOError:
            return False
        return True

    def _listen(self, asked: _Asked, seconds: float, left: float) -> None:
        asked.wait = self._patience.after(seconds, lambda wait: self._late(asked, wait, left))

    def _late(self, asked: _Asked, wait: Wait, left: float) -> None:
        """No answer so far: send the question again while there is time left or this machine was disturbed, else give it up."""
        if asked.reply.done():
            return
        if wait.worn_out:
            asked.reply.set_exception(TooBusyError())
            return
        if left <= 0:
            if asked.rounds == ROUNDS or not wait.disturbed:
                asked.reply.set_exception(TimeoutError())
                return
            asked.rounds += 1
            left = max(asked.timeout, _AGAIN)
        self._listen(asked, left, 0.0)
        try:
            self._sent(asked.query.wire)
        except OSError as error:
            self._fail(error)

    def _read(self) -> None:
        for _ in range(_READS_AT_ONCE):
            try:
                data = self._socket.recv(_LONGEST_DATAGRAM + 1)
            except (BlockingIOError, InterruptedError):
                return
            except OSError as error:
                self._fail(error)
                return
            asked = self._asked.get(data[:2]) if len(data) <= _LONGEST_DATAGRAM else None
            if asked:
                asked.hear(data)
            else:
                for each in self._asked.values():
                    each.noise.heard += 1

    def _fail(self, error: OSError) -> None:
        for asked in self._asked.values():
            if not asked.reply.done():
                asked.reply.set_exception(error)


async def by_tcp(server: Server, query: "Query") -> Answer:
    """The reply by TCP; waits for ever.

    Raises:
        MalformedError: it is no reply to the query.
        EOFError: the server hung up before its end.
        OSError: there is no way there, or nobody there.
    """
    reader, writer = await asyncio.open_connection(server.address, server.port)
    try:
        writer.write(len(query.wire).to_bytes(2, "big") + query.wire)
        length = int.from_bytes(await reader.readexactly(2), "big")
        wire = await reader.readexactly(length)
    finally:
        writer.transport.abort()
    if length < _LONG_REPLY:
        return query.read_whole(wire)
    return await in_thread(lambda: query.read_whole(wire), _READING)

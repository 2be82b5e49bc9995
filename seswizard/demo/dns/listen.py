"""The sockets: one UDP and one TCP socket of the same port for everything that answers DNS messages."""

import asyncio
import contextlib
import ipaddress
import socket
from typing import Protocol, cast

from seswizard.demo.dns.asked import Transport

_IDLE = 10.0
_ATTEMPTS = 50


class AnswersWire(Protocol):
    """Something that answers DNS messages in wire form."""

    def answer_wire(self, wire: bytes, transport: Transport) -> bytes | None:
        """The reply; None is silence."""


class Listener:
    """A server's two open sockets."""

    def __init__(self, server: AnswersWire, address: str) -> None:
        if not ipaddress.ip_address(address).is_loopback:
            raise ValueError(f"{address} is not a loopback address")
        self._server = server
        self._address = address
        self._family = socket.AF_INET6 if ":" in address else socket.AF_INET
        self._datagrams: asyncio.DatagramTransport | None = None
        self._streams: asyncio.Server | None = None
        self._talking: set[asyncio.Task[None]] = set()
        self.port = 0

    async def start(self, port: int = 0) -> None:
        """Open both sockets on this port; 0 takes one that is free for both.

        Raises:
            OSError: the address does not exist here, or the port is taken.
        """
        tcp, udp = _bound(self._family, self._address, port)
        self.port = tcp.getsockname()[1]
        self._streams = await asyncio.start_server(self._talk, sock=tcp)
        loop = asyncio.get_running_loop()
        self._datagrams, _ = await loop.create_datagram_endpoint(lambda: _Datagrams(self._server), sock=udp)

    async def stop(self) -> None:
        """Close both sockets and every connection; harmless if never started."""
        if self._datagrams is not None:
            self._datagrams.close()
        if self._streams is not None:
            self._streams.close()
        for task in tuple(self._talking):
            task.cancel()
        await asyncio.gather(*self._talking, return_exceptions=True)
        if self._streams is not None:
            await self._streams.wait_closed()
        await asyncio.sleep(0)  # a closed datagram transport lets go of its socket on the loop's next turn

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._talking.add(task)
        try:
            with contextlib.suppress(asyncio.IncompleteReadError, TimeoutError, OSError):
                while True:
                    async with asyncio.timeout(_IDLE):
                        length = int.from_bytes(await reader.readexactly(2), "big")
                        wire = await reader.readexactly(length)
                        reply = self._server.answer_wire(wire, "tcp")
                        if reply is not None:
                            writer.write(len(reply).to_bytes(2, "big") + reply)
                            await writer.drain()
        finally:
            self._talking.discard(task)
            writer.close()


class _Datagrams(asyncio.DatagramProtocol):
    def __init__(self, server: AnswersWire) -> None:
        self._server = server
        self._transport: asyncio.DatagramTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.DatagramTransport", transport)  # 3.11's own class does not say that it is one

    def datagram_received(self, data: bytes, address: tuple[str | object, int]) -> None:
        reply = self._server.answer_wire(data, "udp")
        if reply is not None and self._transport is not None:
            self._transport.sendto(reply, address)


def binds(address: str) -> bool:
    """Whether this machine has the address."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    try:
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.bind((address, 0))
    except OSError:
        return False
    return True


def _bound(family: socket.AddressFamily, address: str, port: int) -> tuple[socket.socket, socket.socket]:
    for attempt in range(_ATTEMPTS):
        tcp = socket.socket(family, socket.SOCK_STREAM)
        udp = socket.socket(family, socket.SOCK_DGRAM)
        try:
            tcp.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            tcp.bind((address, port))
            tcp.listen(100)
            udp.bind((address, tcp.getsockname()[1]))
        except OSError:
            tcp.close()
            udp.close()
            if port or attempt == _ATTEMPTS - 1:
                raise
            continue
        tcp.setblocking(False)
        udp.setblocking(False)
        return tcp, udp
    raise AssertionError("unreachable")

"""Name servers on loopback that send whatever hurts, and the gateway that asks them."""

import asyncio
import contextlib
import struct
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import cast

import dns.message
import dns.rrset

from seswizard.core.answers import Answer, Question, Reply, Server, Silence
from seswizard.gateways.debug import CallLog
from seswizard.gateways.dns import DnsGateway
from seswizard.gateways.environment import Overrides

TXT = Question("example.com", "TXT")
GATEWAY = DnsGateway(Overrides(), CallLog())
HEADER = struct.Struct(">HHHHHH")
Answering = Callable[[bytes], list[bytes]]


@asynccontextmanager
async def server(udp: Answering, tcp: Answering | None = None, pause: float = 0.0) -> AsyncIterator[Server]:
    """A server that answers with these bytes; by TCP with the pause before each piece."""

    class Protocol(asyncio.DatagramProtocol):
        def connection_made(self, transport: asyncio.BaseTransport) -> None:
            self.transport = cast("asyncio.DatagramTransport", transport)  # it is one only by its methods in 3.11

        def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
            for reply in udp(data):
                self.transport.sendto(reply, addr)

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        assert tcp is not None
        with contextlib.suppress(OSError, EOFError):
            length = int.from_bytes(await reader.readexactly(2), "big")
            for piece in tcp(await reader.readexactly(length)):
                await asyncio.sleep(pause)
                writer.write(piece)
                await writer.drain()
        writer.close()

    loop = asyncio.get_running_loop()
    listening = await asyncio.start_server(connected, "127.0.0.1", 0) if tcp else None
    port = listening.sockets[0].getsockname()[1] if listening else 0
    transport, _ = await loop.create_datagram_endpoint(Protocol, local_addr=("127.0.0.1", port))
    try:
        yield Server("odd", "127.0.0.1", transport.get_extra_info("sockname")[1])
    finally:
        transport.close()
        if listening:
            listening.close()
        await asyncio.sleep(0)  # a transport closes its socket in the loop's next round


async def ask(udp: Answering, tcp: Answering | None = None, *, timeout: float = 0.5, pause: float = 0.0) -> Reply:
    """What the gateway makes of such a server."""
    async with server(udp, tcp, pause) as asked:
        return await GATEWAY.ask(asked, TXT, timeout=timeout)


def reply_to(query: bytes, *rows: str, flags: int = 0) -> bytes:
    """A proper reply with these rows in its answer section, cut to nothing."""
    message = dns.message.make_response(dns.message.from_wire(query))
    message.flags |= flags
    for row in rows:
        name, ttl, rdclass, rtype, value = row.split(" ", 4)
        message.answer.append(dns.rrset.from_text(name, int(ttl), rdclass, rtype, value))
    return message.to_wire(max_size=65_535)


def framed(wire: bytes) -> bytes:
    """The message as TCP carries it."""
    return len(wire).to_bytes(2, "big") + wire


def silence(reply: Reply) -> str:
    """The reason of a silence that took some time."""
    assert isinstance(reply, Silence), reply
    assert reply.milliseconds > 0
    return reply.reason


def answer(reply: Reply) -> Answer:
    """The reply, which is one."""
    assert isinstance(reply, Answer), reply
    return reply

"""A small Internet of real servers: bind9 is the root, `com.` and the name servers, unbound resolves and keeps answers.

Every server is a process of its own in a directory of its own, on an address of its own of 127.0.0.0/8; one port serves
them all, as it is with port 53 in life. bind9 listens on no address that no interface names, of which loopback has one:
it listens there on a port of its own, and `Relay` hands on every byte. Nothing needs root, and nothing is left once
`stop` has returned.
"""

import asyncio
import contextlib
import os
import random
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Coroutine, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

import dns.exception
import dns.flags
import dns.message
import dns.query
import dns.rcode
import dns.update

PATIENCE = 20.0
NAMED = """
options {{
    directory "{place}"; managed-keys-directory "{place}"; pid-file none; session-keyfile none; lock-file none;
    listen-on port {port} {{ 127.0.0.1; }};
    listen-on-v6 {{ none; }};
    recursion no; notify no; dnssec-validation no; allow-update {{ 127.0.0.0/8; }};
}};
controls {{ }};
"""
ZONE = 'zone "{name}" {{ type primary; file "{file}"; }};\n'
UNBOUND = """
server:
    interface: {address}
    port: {port}
    directory: "{place}"
    username: ""
    chroot: ""
    pidfile: ""
    use-syslog: no
    verbosity: 1
    num-threads: 1
    do-ip6: no
    do-not-query-localhost: no
    access-control: 127.0.0.0/8 allow
    module-config: "{modules}"
{anchor}
remote-control:
    control-enable: no
"""
STUB = """
stub-zone:
    name: "{name}"
{addresses}
"""
HEAD = """$TTL {ttl}
@ SOA {primary} hostmaster.example.com. {serial} 3600 600 86400 {negative}
"""


def zone_text(primary: str, rows: Iterable[str], *, serial: int = 1, ttl: int = 300, negative: int = 60) -> str:
    """A master file: SOA first, then these rows."""
    return HEAD.format(ttl=ttl, primary=primary, serial=serial, negative=negative) + "\n".join(rows) + "\n"


class Relay:
    """Hands on what comes to one address and port, by UDP and TCP, to a port of 127.0.0.1, and the replies back."""

    def __init__(self, address: str, port: int, to: int) -> None:
        """Listen until `stop`.

        Raises:
            OSError: the address or its port cannot be had.
        """
        self._to = ("127.0.0.1", to)
        self._loop = asyncio.new_event_loop()
        self._tasks: set[asyncio.Task[None]] = set()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        asyncio.run_coroutine_threadsafe(self._listen(address, port), self._loop).result(PATIENCE)

    async def _listen(self, address: str, port: int) -> None:
        relay = self

        class Heard(asyncio.DatagramProtocol):
            def connection_made(self, transport: asyncio.BaseTransport) -> None:
                self.transport = cast("asyncio.DatagramTransport", transport)  # it is one only by its methods in 3.11

            def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
                relay._start(relay._datagram(data, addr, self.transport))

        self._udp, _ = await self._loop.create_datagram_endpoint(Heard, local_addr=(address, port))
        self._tcp = await asyncio.start_server(self._stream, address, port)

    def _start(self, work: Coroutine[None, None, None]) -> None:
        task = self._loop.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _datagram(self, data: bytes, addr: tuple[str, int], back: asyncio.DatagramTransport) -> None:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as out, contextlib.suppress(OSError, TimeoutError):
            out.setblocking(False)
            out.connect(self._to)
            await self._loop.sock_sendall(out, data)
            async with asyncio.timeout(PATIENCE):
                back.sendto(await self._loop.sock_recv(out, 65_535), addr)

    async def _stream(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.closing(writer), contextlib.suppress(OSError):
            there, out = await asyncio.open_connection(*self._to)
            with contextlib.closing(out):
                await asyncio.wait(
                    [asyncio.ensure_future(_pour(*pair)) for pair in ((reader, out), (there, writer))],
                    return_when=asyncio.FIRST_COMPLETED,
                )

    async def _end(self) -> None:
        self._udp.close()
        self._tcp.close()
        left = [one for one in asyncio.all_tasks() if one is not asyncio.current_task()]
        for one in left:
            one.cancel()
        await asyncio.gather(*left, return_exceptions=True)
        await asyncio.sleep(0)  # a transport closes its socket in the loop's next round

    def stop(self) -> None:
        """Close every socket."""
        asyncio.run_coroutine_threadsafe(self._end(), self._loop).result(PATIENCE)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(PATIENCE)
        self._loop.close()


async def _pour(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError):
        while data := await reader.read(65_536):
            writer.write(data)
            await writer.drain()


@dataclass(frozen=True)
class Running:
    """One server."""

    process: "subprocess.Popen[bytes]"
    relay: Relay | None


@dataclass
class Lan:
    """The addresses of one test, their one port, and what runs there."""

    place: Path
    program: Callable[[str], str]
    network: str = ""
    port: int = 0
    running: dict[str, Running] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.network, self.port = _free_network()

    def address(self, host: int) -> str:
        """The address with this number."""
        return f"{self.network}.{host}"

    def named(self, host: int, zones: Mapping[str, str | None]) -> str:
        """Start bind9 with these zones; a zone without text has no master file, so it is answered by SERVFAIL."""
        address = self.address(host)
        place = self._directory(f"named-{host}")
        own = _free_port()
        lines = [NAMED.format(place=place, port=own)]
        for name, text in zones.items():
            file = place / f"{name.strip('.') or 'root'}.zone"
            if text is not None:
                file.write_text(text)
            lines.append(ZONE.format(name=name, file=file))
        (place / "named.conf").write_text("".join(lines))
        words = ["-4", "-f", "-n", "1", "-c", str(place / "named.conf"), "-L", str(place / "log")]
        self._run("named", address, place, words, relay_to=own)
        return address

    def unbound(self, host: int, stubs: Mapping[str, Iterable[str]], *, anchor: str = "") -> str:
        """Start unbound, which asks these addresses about these zones; with a trust anchor it validates."""
        address = self.address(host)
        place = self._directory(f"unbound-{host}")
        (place / "anchor").write_text(anchor)
        text = UNBOUND.format(
            address=address,
            port=self.port,
            place=place,
            modules="validator iterator" if anchor else "iterator",
            anchor=f'    trust-anchor-file: "{place}/anchor"' if anchor else "",
        )
        for name, addresses in stubs.items():
            lines = "\n".join(f"    stub-addr: {one}@{self.port}" for one in addresses)
            text += STUB.format(name=name, addresses=lines)
        (place / "unbound.conf").write_text(text)
        self._run("unbound", address, place, ["-d", "-p", "-c", str(place / "unbound.conf")])
        return address

    def ask(self, address: str, name: str, rtype: str, *, recursive: bool = False, timeout: float = 5.0) -> dns.message.Message:
        """One question by UDP, as it stands: a truncated reply is given back truncated."""
        query = dns.message.make_query(name, rtype, use_edns=0, payload=1232)
        if not recursive:
            query.flags &= ~dns.flags.RD
        return dns.query.udp(query, address, timeout, self.port)

    def update(self, addresses: Iterable[str], zone: str, name: str, rtype: str, *values: str, ttl: int = 300) -> None:
        """Replace one record set by RFC 2136, at each of these servers; without values it is taken away."""
        for address in addresses:
            change = dns.update.UpdateMessage(zone)
            change.delete(f"{name.rstrip('.')}.", rtype)
            for value in values:
                change.add(f"{name.rstrip('.')}.", ttl, rtype, value)
            reply = dns.query.tcp(change, address, 5.0, self.port)
            assert reply.rcode() == dns.rcode.NOERROR, reply

    def freeze(self, address: str) -> None:
        """The server stops short: it hears everything and says nothing."""
        self.running[address].process.send_signal(signal.SIGSTOP)

    def stop(self, *addresses: str) -> None:
        """End these servers, or all, and see that each is gone."""
        ending = [self.running.pop(one) for one in addresses or tuple(self.running)]
        for one in ending:
            one.process.send_signal(signal.SIGTERM)
            one.process.send_signal(signal.SIGCONT)
            if one.relay:
                one.relay.stop()
        for one in ending:
            try:
                one.process.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                one.process.kill()
                one.process.wait(PATIENCE)
                raise

    def _directory(self, name: str) -> Path:
        place = self.place / name
        place.mkdir(parents=True, exist_ok=True)
        return place

    def _run(self, name: str, address: str, place: Path, words: list[str], *, relay_to: int = 0) -> None:
        said = place / "said"
        with said.open("wb") as out:
            process = subprocess.Popen(
                [self.program(name), *words], stdin=subprocess.DEVNULL, stdout=out, stderr=out, cwd=place, env=os.environ.copy()
            )
        relay = None
        try:
            relay = Relay(address, self.port, relay_to) if relay_to else None
        finally:
            self.running[address] = Running(process, relay)
        until = time.monotonic() + PATIENCE
        while not self._answers(address):
            told = said.read_text() + ((place / "log").read_text() if (place / "log").exists() else "")
            assert process.poll() is None, told
            assert time.monotonic() < until, told
            time.sleep(0.02)

    def _answers(self, address: str) -> bool:
        """Whether it is up: any reply will do, for a server may be meant to refuse."""
        try:
            self.ask(address, "version.bind", "TXT", timeout=0.2)
        except (dns.exception.DNSException, OSError):
            return False
        return True


def _free_network() -> tuple[str, int]:
    """A random /24 of 127.0.0.0/8 and a port that is free on its first addresses, by UDP and TCP."""
    for _ in range(100):
        network = f"127.{random.randint(1, 254)}.{random.randint(1, 254)}"
        port = random.randint(20_000, 32_000)
        if all(
            _free(f"{network}.{host}", port, kind) for host in range(1, 16) for kind in (socket.SOCK_DGRAM, socket.SOCK_STREAM)
        ):
            return network, port
    raise AssertionError("no free loopback network was found")


def _free_port() -> int:
    """A port of 127.0.0.1 that nobody listens on, by UDP and TCP."""
    while True:
        port = random.randint(20_000, 32_000)
        if all(_free("127.0.0.1", port, kind) for kind in (socket.SOCK_DGRAM, socket.SOCK_STREAM)):
            return port


def _free(address: str, port: int, kind: socket.SocketKind) -> bool:
    with socket.socket(socket.AF_INET, kind) as probe:
        try:
            probe.bind((address, port))
        except OSError:
            return False
    return True


def signed(program: Callable[[str], str], place: Path, zone: str, text: str, keys: "ZoneKey") -> str:
    """The zone's text, signed with this key."""
    source = place / f"{zone.strip('.')}.unsigned"
    source.write_text(f"{text}\n$INCLUDE {keys.file}.key\n")
    out = place / f"{zone.strip('.')}.signed"
    words = [program("dnssec-signzone"), "-z", "-x", "-P", "-K", str(place), "-o", zone, "-f", str(out), str(source)]
    done = subprocess.run(words, cwd=place, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    return out.read_text()


@dataclass(frozen=True)
class ZoneKey:
    """One key that signs a zone by itself."""

    file: Path
    """Its files' name, without the suffix."""
    dnskey: str
    """The public key as a record, for a trust anchor."""
    ds: str
    """What the parent has to say of it."""


def make_key(program: Callable[[str], str], place: Path, zone: str) -> ZoneKey:
    """A fresh key for a zone."""

    def ran(name: str, *words: str) -> str:
        done = subprocess.run([program(name), *words], cwd=place, capture_output=True, text=True, timeout=60, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    place.mkdir(parents=True, exist_ok=True)
    name = ran("dnssec-keygen", "-q", "-a", "ECDSAP256SHA256", "-f", "KSK", "-K", str(place), zone)
    file = place / name
    lines = [line for line in (place / f"{name}.key").read_text().splitlines() if line and not line.startswith(";")]
    return ZoneKey(file, lines[0], ran("dnssec-dsfromkey", "-2", f"{file}.key").split("DS ", 1)[1])

"""An embedded world whose DNS answers after a simulated round trip, in a process of its own that is told what to publish.

`python -m tests.benchmarks.slow_world SECONDS` holds example.com as an identity whose records nobody has published. It
prints its environment and the records as one line of JSON, then obeys one line of JSON each, `[name, type, value]` (no
value: it goes), and prints the monotonic time at which that was served.
"""

import asyncio
import functools
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Self

from seswizard.core.records import Record, label, required_records
from seswizard.demo.dns import listen
from seswizard.demo.world import World
from seswizard.wiring import Options, build
from tests.road import make_identity


class SlowWorld:
    """The process, as its parent sees it."""

    def __init__(self, round_trip: float) -> None:
        """`round_trip` in seconds."""
        words = [sys.executable, "-m", "tests.benchmarks.slow_world", str(round_trip)]
        self._process = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        told = json.loads(self._line())
        self.environment: dict[str, str] = {**os.environ, **told["environment"]}
        for name in told["unset"]:
            self.environment.pop(name, None)
        self.records: dict[str, tuple[str, str, str]] = {name: tuple(row) for name, row in told["records"].items()}
        """By the name that the screen gives it: name, type and value as they are published."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._process.communicate()

    def _line(self) -> str:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        assert line, "the world has ended"
        return line

    def publish(self, shown: str, *, gone: bool = False) -> float:
        """Publish one record, or take it away; the monotonic time from which on it is served so."""
        name, rtype, value = self.records[shown]
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps([name, rtype, None if gone else value]) + "\n")
        self._process.stdin.flush()
        return float(self._line())


def delayed(seconds: float) -> type[asyncio.DatagramProtocol]:
    """The world's UDP side, with every reply held back."""

    class Delayed(listen._Datagrams):
        def datagram_received(self, data: bytes, address: tuple[str | object, int]) -> None:
            asyncio.get_running_loop().call_later(seconds, functools.partial(super().datagram_received, data, address))

    return Delayed


@contextmanager
def living(round_trip: float) -> Iterator[World]:
    """The world, and this process in it."""
    listen._Datagrams = delayed(round_trip)  # type: ignore[assignment,misc]  # the servers have no door for a delay
    with World("blank") as world:
        os.environ.update(world.environment, SESWIZARD_STATE_DIR=str(world.state_dir))
        make_identity()
        yield world


def published(record: Record) -> tuple[str, str, str]:
    """A record as the world publishes it."""
    value = record.value or ""
    if record.type == "TXT":
        value = json.dumps(value)
    return record.name, record.type, f"{record.priority} {value}" if record.type == "MX" else value


def records_of(world: World) -> dict[str, tuple[str, str, str]]:
    """What SES wants, by the names that the screen uses."""

    async def ask() -> tuple[Record, ...]:
        identity = await build(Options(region=world.region)).ses.identity(world.domain)
        assert identity is not None
        return required_records(identity, world.region, None)

    records = asyncio.run(ask())
    return {label(one, records): published(one) for one in records}


def main() -> None:
    """Live until standard input ends."""
    with living(float(sys.argv[1])) as world:
        environment = {**world.environment, "SESWIZARD_STATE_DIR": str(world.state_dir)}
        told = {"environment": environment, "unset": world.unset, "records": records_of(world)}
        sys.stdout.write(json.dumps(told) + "\n")
        sys.stdout.flush()
        for line in sys.stdin:
            name, rtype, value = json.loads(line)
            if value is None:
                world.dns.unpublish(name, rtype)
            else:
                world.dns.publish(name, rtype, value, ttl=5)
            sys.stdout.write(f"{time.monotonic()}\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main()

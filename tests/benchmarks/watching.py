"""The figures of waiting: how soon what was published is shown, what keys feel like meanwhile, what it costs to wait.

The wizard runs in a pty on its Verification screen, over an embedded world in another process whose DNS answers after a
simulated round trip; what is measured is what a terminal gets to draw, up to the byte that completes it.
"""

import functools
import json
import os
import random
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pexpect

from tests.benchmarks.slow_world import SlowWorld
from tests.journey.terminal import Terminal

ROUND_TRIP = 0.05
PUBLISHED = ("dkim 1", "dkim 2", "MAIL FROM MX", "MAIL FROM SPF")
"""The records that come and go; the third DKIM record never comes, so SES verifies nothing and the watch stays eager."""
ROUNDS = 4
HELD, HELD_BARE = 25.0, 8.0
"""Seconds for which keys are pressed, in the wizard and in the bare app."""
EAGER = 40.0
"""Seconds after which the watch is eager no longer: thirty pauses of a second and the looks between them."""
COUNTED = 20.0
"""Seconds over which CPU time is counted."""
SHOWN = 3.0
"""Seconds after which a change is shown and bold no longer: from then on one only waits."""
NOTHING_YET = "not there yet"
"""On the matrix, whatever the verdict is: SES misses the MAIL FROM MX once it has seen it."""
HERE = "2b2a46"
"""The background of the cell that has the focus, in the dark theme."""
WIZARD = [sys.executable, "-m", "tests.benchmarks.probed_wizard"]
BARE = [sys.executable, "-m", "tests.benchmarks.bare_rows"]


class Watched(Terminal):
    """A terminal that knows when the last bytes came."""

    def __init__(self, words: list[str], environment: Mapping[str, str], first: str) -> None:
        """Run a program until the screen says `first`, and a little longer."""
        self.at = 0.0
        super().__init__(words, (80, 24), {**environment, "COLORTERM": "truecolor"})
        self.wait(first)
        self.rest(3.0)  # what is loaded late is loaded now

    def _read(self, seconds: float) -> None:
        try:
            data = self._child.read_nonblocking(65536, timeout=seconds)
        except (pexpect.TIMEOUT, pexpect.EOF):
            return
        self.at = time.monotonic()
        self.raw += data
        self._stream.feed(data)

    def seen(self, true: Callable[[], bool], seconds: float = 20.0) -> float:
        """The monotonic time of the bytes that made it true."""
        deadline = time.monotonic() + seconds
        while not true():
            assert time.monotonic() < deadline, self.screen
            self._read(0.05)
        return self.at

    def send(self, key: str) -> float:
        """Press a key at once; when that was."""
        self._child.send(key)
        return time.monotonic()

    def row(self, name: str) -> int | None:
        """The row of the matrix that begins with this name; None while a frame is half drawn."""
        return next((y for y, line in enumerate(self._display.display) if line.strip().startswith(name + " ")), None)

    def shows(self, name: str, words: str) -> bool:
        """Whether the row says these words."""
        row = self.row(name)
        return row is not None and words in self._display.display[row]

    def here(self, name: str) -> bool:
        """Whether the row's first cell has the focus."""
        row = self.row(name)
        return row is not None and bool(self._display.buffer[row][17].bg == HERE)

    def cpu(self) -> float:
        """Seconds of CPU that the process has used, all its threads together."""
        words = Path(f"/proc/{self._child.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(words[11]) + int(words[12])) / os.sysconf("SC_CLK_TCK")

    def share(self, seconds: float) -> float:
        """The share of a core that the process uses in these seconds."""
        before, began = self.cpu(), time.monotonic()
        self.rest(seconds)
        return (self.cpu() - before) / (time.monotonic() - began)


def take_away(world: SlowWorld, terminal: Watched) -> None:
    """Nothing of ours is published any more, the screen says so, and the watch begins anew."""
    for name in PUBLISHED:
        world.publish(name, gone=True)
    for name in PUBLISHED:
        terminal.seen(functools.partial(terminal.shows, name, "not there yet"))
    terminal.send("l")


def publications(world: SlowWorld, terminal: Watched) -> list[float]:
    """Seconds from a record's being served everywhere to its being shown, each published at a random moment."""
    found = []
    for _ in range(ROUNDS):
        take_away(world, terminal)
        for name in PUBLISHED:
            terminal.rest(random.uniform(0.5, 1.8))
            served = world.publish(name)
            found.append(terminal.seen(functools.partial(terminal.shows, name, "all 3")) - served)
    take_away(world, terminal)
    return sorted(found)


def keys(terminal: Watched, rows: Sequence[str], seconds: float, meanwhile: Callable[[float], None]) -> list[tuple[float, float]]:
    """For each key that moves the focus up or down: when it was pressed, and the seconds to its frame."""
    found, at, step, began = [], 0, 1, time.monotonic()
    while (gone := time.monotonic() - began) < seconds:
        meanwhile(gone)
        terminal.rest(random.uniform(0, 0.04))
        step = 1 if at == 0 else -1 if at == len(rows) - 1 else step
        at += step
        pressed = terminal.send("\x1b[B" if step > 0 else "\x1b[A")
        found.append((pressed, terminal.seen(functools.partial(terminal.here, rows[at])) - pressed))
    return found


class Flips:
    """Records that come and go, one every second and a half."""

    def __init__(self, world: SlowWorld) -> None:
        self._world, self._count = world, 0

    def __call__(self, gone: float) -> None:
        """Publish or take away what is due."""
        if gone > self._count * 1.5:
            self._world.publish(PUBLISHED[self._count % 4], gone=self._count % 8 > 3)
            self._count += 1


def percentile(found: Sequence[float], share: float) -> float:
    """Of sorted figures."""
    return found[min(len(found) - 1, int(len(found) * share))]


def milliseconds(found: Sequence[float]) -> str:
    """Median, p99 and the longest, in milliseconds."""
    figures = (percentile(found, 0.5), percentile(found, 0.99), found[-1])
    return "p50 {:.1f} ms, p99 {:.1f} ms, longest {:.1f} ms".format(*(1000 * one for one in figures))


def waiting(world: SlowWorld) -> None:
    """From publishing to showing, and what waiting costs."""
    with Watched(WIZARD, world.environment, NOTHING_YET) as terminal:
        found = publications(world, terminal)
        print(
            f"    published to shown, first 30 s: median {percentile(found, 0.5):.2f} s, "
            f"longest {found[-1]:.2f} s of {len(found)}   aim median 1.2 s"
        )
        terminal.rest(SHOWN)
        eager = terminal.share(COUNTED)
        terminal.rest(EAGER - COUNTED - SHOWN)
        later = terminal.share(COUNTED)
        print(f"    CPU while waiting: {eager:.1%} of a core in the first 30 s, {later:.1%} afterwards   aim 2 %")


def pressing(world: SlowWorld, lag: Path) -> None:
    """Keys while looks go on and records come and go, beside keys in a bare app."""
    rows = list(world.records)
    with Watched(BARE, world.environment, "DMARC") as terminal:
        terminal.seen(functools.partial(terminal.here, rows[0]))
        bare = sorted(took for _, took in keys(terminal, rows, HELD_BARE, lambda _: None))
        terminal.send("q")
        terminal.ended()
    with Watched(WIZARD, {**world.environment, "SESWIZARD_BENCH_LAG": str(lag)}, NOTHING_YET) as terminal:
        terminal.send("m")
        terminal.seen(functools.partial(terminal.here, rows[0]))
        found = keys(terminal, rows, HELD, Flips(world))
        terminal.send("q")
        terminal.ended()
    told = json.loads(lag.read_text())
    every = sorted(took for _, took in found)
    during = sorted(took for at, took in found if any(began <= at <= ended for began, ended in told["looks"]))
    print(f"    key to frame, {len(every)} keys: {milliseconds(every)}   aim p99 50 ms")
    print(f"        of these {len(during)} pressed during a look: {milliseconds(during)}")
    print(f"        {len(bare)} keys in a bare Textual app: {milliseconds(bare)}")
    late = sorted(told["late"])
    print(f"    event-loop lag during looks and those keys: {milliseconds(late)}   aim p99 30 ms")


def measure() -> None:
    """Measure and print."""
    what = "6 records x (3 servers + 3 resolvers)"
    load = f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}"
    print(f"the Verification screen in a terminal, {what} at a round trip of {ROUND_TRIP * 1000:.0f} ms; {load}:")
    with SlowWorld(ROUND_TRIP) as world, tempfile.TemporaryDirectory() as folder:
        waiting(world)
        pressing(world, Path(folder) / "lag")


if __name__ == "__main__":
    measure()

"""SES's one request a second, shared by whatever of ours runs on this machine."""

import asyncio
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from seswizard.gateways.lane import Lane
from seswizard.gateways.state_directory import StateDirectory

KEY = ("https://email.eu-west-1.amazonaws.com", "eu-west-1", "AKIAEXAMPLE")


class FakeClock:
    """Time that passes by sleeping."""

    def __init__(self) -> None:
        self.time = 1000.0
        self.on_sleep: Callable[[], object] | None = None

    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic(self) -> float:
        return self.time

    async def sleep(self, seconds: float) -> None:
        if self.on_sleep:
            self.on_sleep()
        await asyncio.sleep(0)
        self.time += max(0.0, seconds)


async def test_turns_of_one_process_are_apart(directory: StateDirectory) -> None:
    clock = FakeClock()
    lane = Lane(directory, clock)
    moments = []
    for _ in range(4):
        await lane.turn(KEY)
        moments.append(clock.time)
    assert moments == pytest.approx([1000.0, 1001.1, 1002.2, 1003.3])


async def test_turns_of_two_lanes_on_one_directory_are_apart(directory: StateDirectory) -> None:
    clock = FakeClock()
    one, other = Lane(directory, clock), Lane(StateDirectory(directory.path), clock)
    await one.turn(KEY)
    await other.turn(KEY)
    assert clock.time == pytest.approx(1001.1)
    await one.turn((*KEY[:2], "AKIAOTHER"))
    assert clock.time == pytest.approx(1001.1)


async def test_a_cancelled_turn_gives_its_moment_to_the_next(directory: StateDirectory) -> None:
    clock = FakeClock()
    lane = Lane(directory, clock)
    await lane.turn(KEY)
    waiting = asyncio.ensure_future(lane.turn(KEY))
    clock.on_sleep = waiting.cancel
    with pytest.raises(asyncio.CancelledError):
        await waiting
    clock.on_sleep = None
    await lane.turn(KEY)
    assert clock.time == pytest.approx(1001.1)


async def test_a_booking_from_before_a_restart_is_forgotten(directory: StateDirectory) -> None:
    late, clock = FakeClock(), FakeClock()
    late.time = 9_000_000.0
    await Lane(directory, late).turn(KEY)
    await Lane(directory, clock).turn(KEY)
    assert clock.time == 1000.0


async def test_a_lane_file_with_rubbish_in_it_is_written_anew(directory: StateDirectory) -> None:
    clock = FakeClock()
    await Lane(directory, clock).turn(KEY)
    (file,) = directory.path.glob("lane-*")
    assert file.stat().st_mode & 0o777 == 0o600
    file.write_bytes(b"\xff" * 8)
    await Lane(directory, clock).turn(KEY)
    await Lane(directory, clock).turn(KEY)
    assert clock.time == pytest.approx(1001.1)


async def test_where_nothing_can_be_written_the_process_keeps_its_own_pace() -> None:
    clock = FakeClock()
    lane = Lane(StateDirectory(Path("/proc/nowhere/state")), clock)
    await lane.turn(KEY)
    await lane.turn(KEY)
    assert clock.time == pytest.approx(1001.1)


def test_one_lane_serves_one_loop_after_another(directory: StateDirectory) -> None:
    clock = FakeClock()
    lane = Lane(directory, clock)

    async def both() -> None:
        await asyncio.gather(lane.turn(KEY), lane.turn(KEY))

    asyncio.run(both())
    asyncio.run(both())
    assert clock.time == pytest.approx(1003.3)


def test_two_processes_keep_apart(tmp_path: Path) -> None:
    script = f"""
import asyncio, time
from pathlib import Path
from seswizard.gateways.clock import SystemClock
from seswizard.gateways.lane import Lane
from seswizard.gateways.state_directory import StateDirectory
async def main():
    lane = Lane(StateDirectory(Path({str(tmp_path / "state")!r})), SystemClock(), gap=0.2)
    for _ in range(3):
        await lane.turn({KEY!r})
        print(time.monotonic())
asyncio.run(main())
"""
    began = time.monotonic()
    both = [subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True) for _ in range(2)]
    moments = sorted(float(line) for one in both for line in one.communicate(timeout=30)[0].split())
    assert len(moments) == 6
    assert moments[-1] - began >= 5 * 0.2 - 0.05

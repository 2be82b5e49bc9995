"""Threads: late reads are dropped, writes are never lost, and nothing waits for a hung call."""

import asyncio
import subprocess
import sys
import threading
import time

import pytest

from seswizard.gateways.threads import in_thread, to_completion


async def test_a_read_gives_its_value() -> None:
    assert await in_thread(lambda: 7, 5) == 7


async def test_a_read_gives_its_exception() -> None:
    def work() -> None:
        raise KeyError("x")

    with pytest.raises(KeyError):
        await in_thread(work, 5)


async def test_a_late_read_is_dropped_and_the_loop_goes_on() -> None:
    release, over = threading.Event(), threading.Event()

    def work() -> None:
        release.wait(10)
        over.set()

    with pytest.raises(TimeoutError):
        await in_thread(work, 0.05)
    release.set()
    await asyncio.to_thread(over.wait, 10)
    await asyncio.sleep(0)


async def test_a_stop_iteration_does_not_hang_the_awaiter() -> None:
    with pytest.raises(RuntimeError):
        await in_thread(lambda: next(iter(())), 5)


async def test_a_cancelled_write_hands_its_result_over_before_it_is_cancelled() -> None:
    release = threading.Event()
    kept: list[str] = []

    def create() -> str:
        release.wait(10)
        return "secret"

    async def creating() -> None:
        made = await to_completion(create, 60)
        await to_completion(lambda: kept.append(made), 60)
        await asyncio.sleep(30)

    task = asyncio.create_task(creating())
    await asyncio.sleep(0.05)
    task.cancel()
    await asyncio.sleep(0.05)
    task.cancel()
    await asyncio.sleep(0)
    release.set()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert kept == ["secret"]


async def test_a_cancelled_write_that_fails_tells_so() -> None:
    release = threading.Event()
    failed: list[str] = []

    def create() -> None:
        release.wait(10)
        raise ValueError

    async def creating() -> None:
        try:
            await to_completion(create, 60)
        except ValueError:
            failed.append("yes")
        await asyncio.sleep(30)

    task = asyncio.create_task(creating())
    await asyncio.sleep(0.05)
    task.cancel()
    await asyncio.sleep(0)
    release.set()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert failed == ["yes"]


def test_a_program_ends_without_waiting_for_a_hung_read() -> None:
    script = """
import asyncio, time
from seswizard.gateways.threads import in_thread
async def main():
    try:
        await in_thread(lambda: time.sleep(60), 0.05)
    except TimeoutError:
        print("late")
asyncio.run(main())
"""
    began = time.monotonic()
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=50, check=True)
    assert done.stdout == "late\n"
    assert done.stderr == ""
    assert time.monotonic() - began < 50


def test_a_result_for_a_closed_loop_is_dropped_in_silence() -> None:
    release, over = threading.Event(), threading.Event()

    def work() -> None:
        release.wait(10)

    async def main() -> None:
        with pytest.raises(TimeoutError):
            await in_thread(work, 0.05)

    asyncio.run(main())
    release.set()
    over.wait(0.1)

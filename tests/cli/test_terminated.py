"""SIGTERM ends a command in order, whatever its event loop was doing at that moment."""

import asyncio
import os
import signal
from collections.abc import Iterator

import pytest

from seswizard.cli.ending import ended
from seswizard.cli.options import run_async


@pytest.fixture(autouse=True)
def usual_handler() -> Iterator[None]:
    before = signal.getsignal(signal.SIGTERM)
    yield
    signal.signal(signal.SIGTERM, before)


@pytest.mark.parametrize("where", ["callback", "coroutine", "between"])
def test_what_is_temporary_is_taken_away_first(where: str) -> None:
    taken_away = []

    def terminate() -> None:
        os.kill(os.getpid(), signal.SIGTERM)

    async def work() -> None:
        try:
            if where == "callback":
                asyncio.get_running_loop().call_soon(terminate)
            elif where == "coroutine":
                terminate()
            else:
                asyncio.get_running_loop().run_in_executor(None, terminate)
            await asyncio.wait_for(asyncio.Event().wait(), 5)
        finally:
            await asyncio.sleep(0)
            taken_away.append(True)

    assert ended(lambda: run_async(work())) == 143
    assert taken_away == [True]


def test_a_command_that_goes_on_after_its_work_still_hears_it() -> None:
    async def work() -> int:
        return 0

    def command() -> None:
        run_async(work())
        os.kill(os.getpid(), signal.SIGTERM)

    assert ended(command) == 143

"""Blocking calls off the event loop, on daemon threads of their own.

An executor's threads are waited for when a program ends, so one hung call would hold the person at the prompt. These
threads are never waited for: a read that comes late is dropped, a write is waited for by its awaiter alone.
"""

import asyncio
import contextlib
import threading
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


def _started(work: Callable[[], T]) -> asyncio.Future[T]:
    loop = asyncio.get_running_loop()
    future: asyncio.Future[T] = loop.create_future()

    def run() -> None:
        # A closure without arguments: asyncio's debug log prints a callback's arguments, and results may be secrets.
        try:
            value = work()
        except BaseException as error:  # noqa: BLE001  # whatever it is, the awaiter decides, not the thread
            caught = RuntimeError("the call stopped iterating") if isinstance(error, StopIteration) else error

            def settle() -> None:
                if not future.done():
                    future.set_exception(caught)

        else:

            def settle() -> None:
                if not future.done():
                    future.set_result(value)

        with contextlib.suppress(RuntimeError):  # the loop is closed: nobody waits any more
            loop.call_soon_threadsafe(settle)

    threading.Thread(target=run, name="seswizard-call", daemon=True).start()
    return future


async def in_thread(work: Callable[[], T], timeout: float) -> T:
    """Read something on a thread; a result that comes too late, or after the awaiter was cancelled, is dropped.

    Raises:
        TimeoutError: it took longer than `timeout` seconds; the thread goes on by itself.
    """
    future = _started(work)
    async with asyncio.timeout(timeout):
        return await future


async def to_completion(work: Callable[[], T]) -> T:
    """Write something on a thread, without time limit.

    A cancellation that comes meanwhile is put off until the first `await` after the call that is not itself a
    `to_completion`: the awaiter gets the result and can keep it (a created key's secret goes into the vault) before it
    is cancelled.
    """
    future = _started(work)
    task = asyncio.current_task()
    cancellations = 0
    try:
        while True:
            try:
                return await asyncio.shield(future)
            except asyncio.CancelledError:
                if future.cancelled() or task is None:
                    raise
                task.uncancel()
                cancellations += 1
                if future.done():
                    return future.result()
    finally:
        for _ in range(cancellations):
            assert task is not None
            task.cancel()

"""Blocking calls off the event loop, on daemon threads of their own.

An executor's threads are waited for when a program ends, so one hung call would hold the person at the prompt. These
threads are never waited for: a read that comes late is dropped, a write is waited for by its awaiter alone. What a run may
not leave at once is counted in `WAITS`, so that a face can say so, and end it all the same when it is told again.
"""

import asyncio
import contextlib
import errno
import threading
import weakref
from collections.abc import Callable, Coroutine, Iterator
from typing import Any, TypeVar

from seswizard.gateways.patience import limit

T = TypeVar("T")


class Waits:
    """What a run may not leave at once. Signals come to a whole process, so this is one for the process, too."""

    def __init__(self) -> None:
        self.on_wait: Callable[[str], None] = _nobody
        """Told, on the event loop, what is waited for when it takes its time; the face that is open sets it."""
        self._unfinished: set[asyncio.Future[Any]] = set()
        self._abandoned: weakref.WeakSet[asyncio.AbstractEventLoop] = weakref.WeakSet()

    def finishing(self) -> bool:
        """Whether the running loop is at something that a cancellation has to wait for."""
        loop = asyncio.get_running_loop()
        return any(future.get_loop() is loop for future in self._unfinished)

    async def whole(self, work: Coroutine[Any, Any, T]) -> T:
        """Do it to its end though the awaiter is cancelled meanwhile, for half of it is worse than either end."""
        task = asyncio.ensure_future(work)
        with self.unfinished(task):
            return await _outlasting(task)

    def abandon(self) -> None:
        """End what is not finished, and begin nothing more in this loop: the person has said it twice."""
        loop = asyncio.get_running_loop()
        self._abandoned.add(loop)
        for future in [future for future in self._unfinished if future.get_loop() is loop]:
            future.cancel()

    async def aside(self, work: Callable[[], T]) -> T:
        """Compute something on a thread that no program's end waits for."""
        return await _started(work)

    def may_begin(self) -> None:
        """Raise `CancelledError` where the running loop was abandoned."""
        if asyncio.get_running_loop() in self._abandoned:
            raise asyncio.CancelledError

    @contextlib.contextmanager
    def unfinished(self, future: "asyncio.Future[Any]") -> Iterator[None]:
        """Count this as something that must not be left."""
        self._unfinished.add(future)
        try:
            yield
        finally:
            self._unfinished.discard(future)


def _nobody(_sentence: str) -> None:
    """Nobody listens."""


WAITS = Waits()


def _started(work: Callable[[], T]) -> asyncio.Future[T]:
    WAITS.may_begin()
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

    try:
        threading.Thread(target=run, name="seswizard-call", daemon=True).start()
    except RuntimeError:  # how threading says what is the system's to say, and what every caller takes from it
        raise OSError(errno.EAGAIN, "this system gives us no thread") from None
    return future


async def in_thread(work: Callable[[], T], timeout: float) -> T:
    """Read something on a thread; a result that comes too late, or after the awaiter was cancelled, is dropped.

    Raises:
        TimeoutError: it took longer than `timeout` seconds of listening; the thread goes on by itself.
    """
    future = _started(work)
    async with limit(timeout):
        return await future


async def to_completion(work: Callable[[], T], limit: float) -> T:
    """Write something on a thread.

    A cancellation that comes meanwhile is put off until the first `await` after the call that is not itself a
    `to_completion`: the awaiter gets the result and can keep it before it is cancelled. Only `WAITS.abandon` ends it.

    Raises:
        TimeoutError: it took longer than `limit` seconds. Whether it was done is not known; the thread goes on.
    """
    future = _started(work)

    def give_up() -> None:
        if not future.done():
            future.set_exception(TimeoutError())

    timer = asyncio.get_running_loop().call_later(limit, give_up)
    try:
        with WAITS.unfinished(future):
            return await _outlasting(future)
    finally:
        timer.cancel()


async def _outlasting(future: "asyncio.Future[T]") -> T:
    """Wait for it, and put cancellations of the awaiter off until then."""
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

"""Ctrl-C, SIGTERM and SIGHUP while an event loop runs: the first is answered in words and lets one call finish.

A change at AWS that is left in the middle may leave a key without an owner, so the first signal cancels the work and whatever
cannot be left is finished; that is said at once, for it may take half a minute. The second one ends it: the journal names
what was begun, and the next run looks at it. A third one does not even tidy up.
"""

import asyncio
import os
import signal
import threading
import time
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager, suppress
from typing import Any, TypeVar

from seswizard.cli.ending import ENDING, Ended, say
from seswizard.ports import Waits

T = TypeVar("T")

CALL = "Finishing one call so that nothing is orphaned; again to stop now."
CHANGE = "Finishing this change so that nothing is half done; again to stop now."
_TIDYING = "Putting things in order first; again to stop now."
_STOPPED = "Stopped now. What was begun is in the journal, and the next run looks at it."
_AT_ONCE = 0.5
"""Seconds that ending may take before a word is said about it."""
_SAME_WORD = 1.0
"""Seconds in which SIGHUP says nothing new: shell and kernel each send one when a terminal goes away, and so do we."""
_LAST_PATIENCE = 1.0
"""Seconds after the second signal from which on the third is obeyed on the spot; until then it is a key held down."""
_LONGEST_END = 5.0
"""Seconds that a run may take to end once it was told twice."""


class Interrupts:
    """The signals of one run of an event loop."""

    def __init__(self, waits: Waits, finishing: str = CALL) -> None:
        self._waits, self._finishing = waits, finishing
        self._loop: asyncio.AbstractEventLoop | None = None
        self._task: asyncio.Task[Any] | None = None
        self._heard: list[int] = []
        self._latest = 0.0
        self._came_at: list[float] = []
        """When signals came, whether the loop was free to answer them or not."""

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Run to the end.

        Raises:
            Ended: SIGTERM (exit 143) or SIGHUP (129) came.
            KeyboardInterrupt: SIGINT came.
        """
        with self._handled(), asyncio.Runner() as runner:
            self._loop = runner.get_loop()
            try:
                return runner.run(self._watched(work))
            except asyncio.CancelledError:
                if not self._heard:
                    raise
                raise self._end() from None

    async def _watched(self, work: Coroutine[Any, Any, T]) -> T:
        self._task = asyncio.current_task()
        if self._heard and self._task:  # it came while the loop was being made
            self._task.cancel()
        return await work

    def _end(self) -> BaseException:
        number = self._heard[0]
        return KeyboardInterrupt() if number == signal.SIGINT else Ended(128 + number)

    @contextmanager
    def _handled(self) -> Iterator[None]:
        """Plain handlers: the loop's own would not be called while it is busy, and those that raise are lost in callbacks."""
        usual = {number: signal.getsignal(number) for number in (signal.SIGINT, *ENDING)}
        usual = {number: handler for number, handler in usual.items() if handler != signal.SIG_IGN}  # nohup
        if threading.current_thread() is not threading.main_thread():
            usual = {}
        for number in usual:
            signal.signal(number, self._came)
        try:
            yield
        finally:
            for number, handler in usual.items():
                # A terminal that goes away says so more than once: not in the middle of our last words.
                over = number == signal.SIGHUP and number in self._heard
                signal.signal(number, signal.SIG_IGN if over else handler or signal.SIG_DFL)

    def _came(self, number: int, _frame: object) -> None:
        if number != signal.SIGHUP:  # that one comes several times at once
            self._came_at.append(time.monotonic())
            if len(self._came_at) > 2 and self._came_at[-1] - self._came_at[1] > _LAST_PATIENCE:
                os._exit(128 + number)
        if self._loop is not None:
            with suppress(RuntimeError):  # it is closed: the run is over
                self._loop.call_soon_threadsafe(self._answer, number)

    def _answer(self, number: int) -> None:
        assert self._loop is not None
        now, before = self._loop.time(), self._latest
        if self._heard and number == signal.SIGHUP and now - before < _SAME_WORD:
            return
        self._heard.append(number)
        self._latest = now
        if len(self._heard) == 1:
            self._first()
        elif len(self._heard) == 2:
            self._second()

    def _first(self) -> None:
        if self._waits.finishing():
            say(self._finishing)
        elif self._loop is not None:
            self._loop.call_later(_AT_ONCE, self._still)
        if self._task:
            self._task.cancel()

    def _still(self) -> None:
        if len(self._heard) == 1 and self._task and not self._task.done():
            say(_TIDYING)

    def _second(self) -> None:
        if self._waits.finishing():
            say(_STOPPED)
        watch = threading.Timer(_LONGEST_END, os._exit, (128 + self._heard[0],))
        watch.daemon = True
        watch.start()
        self._waits.abandon()
        if self._task:
            self._task.cancel()

"""The world's one time line: an event loop in a thread of its own, on which everything that happens later happens."""

import asyncio
import threading
import traceback
from collections.abc import Callable, Coroutine
from typing import TypeVar

Result = TypeVar("Result")


class TimeLine:
    """A loop that other threads may give work to."""

    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self.loop.run_forever, name="demo-world", daemon=True)
        self.failures: list[str] = []
        """Tracebacks of what went wrong on the time line: bugs in the world."""

    def start(self) -> None:
        """Let time begin."""
        self._thread.start()

    def stop(self) -> None:
        """End it; what was still to come never happens."""
        if self._thread.is_alive():
            self.loop.call_soon_threadsafe(self.loop.stop)
            self._thread.join()
        self.loop.run_until_complete(self._cancel_rest())
        self.loop.close()

    @staticmethod
    async def _cancel_rest() -> None:
        pending = asyncio.all_tasks() - {asyncio.current_task()}
        for task in pending:
            task.cancel()
        await asyncio.gather(*pending, return_exceptions=True)

    def run(self, work: Coroutine[object, object, Result]) -> Result:
        """Run a coroutine there, from another thread, and wait for it."""
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(timeout=10)

    def after(self, seconds: float, action: Callable[[], None]) -> None:
        """Do something later."""
        self.loop.call_soon_threadsafe(lambda: self.loop.call_later(seconds, self._guarded, action))

    def every(self, seconds: float, action: Callable[[], None]) -> None:
        """Do something again and again."""

        def again() -> None:
            self._guarded(action)
            self.loop.call_later(seconds, again)

        self.loop.call_soon_threadsafe(again)

    def _guarded(self, action: Callable[[], None]) -> None:
        try:
            action()
        except Exception:  # noqa: BLE001  # one event that fails must not end time; tests look at `failures`
            self.failures.append(traceback.format_exc())

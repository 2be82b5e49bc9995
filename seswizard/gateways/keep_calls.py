"""Calls into a keep that may hang: every one has its seconds, and one that ends too late is taken back.

A change runs to its end or its limit even if its awaiter is cancelled, for the secret it keeps is shown only once.
"""

import contextlib
import errno
import threading
from collections.abc import Callable
from typing import Generic, TypeVar

from seswizard.gateways.threads import in_thread, to_completion

T = TypeVar("T")

_SLACK = 5.0
"""Seconds for a busy machine: the call itself counts its own."""


async def looked(work: Callable[[], T], limit: float) -> T:
    """Read something.

    Raises:
        TimeoutError: it took longer than `limit` seconds.
    """
    return await in_thread(work, limit)


async def changed(work: Callable[[], T], limit: float, late: Callable[[], object] = lambda: None) -> T:
    """Write something; `late` takes it back when it comes after the limit, when nobody reckons with it any more.

    Raises:
        TimeoutError: it took longer than `limit` seconds.
    """
    return await to_completion(lambda: _Call(work, late).result(limit), limit + _SLACK)


class _Call(Generic[T]):
    """One call on a thread of its own; it ends in time or too late, never in between."""

    def __init__(self, work: Callable[[], T], late: Callable[[], object]) -> None:
        self._work, self._late = work, late
        self._settled = threading.Condition()
        self._given_up = False
        self._values: list[T] = []
        self._error: BaseException | None = None

    def result(self, limit: float) -> T:
        try:
            threading.Thread(target=self._run, name="seswizard-keep", daemon=True).start()
        except RuntimeError:
            raise OSError(errno.EAGAIN, "this system gives us no thread") from None
        with self._settled:
            if not self._settled.wait_for(lambda: bool(self._values or self._error), limit):
                self._given_up = True
                raise TimeoutError
        if self._error is not None:
            raise self._error
        return self._values[0]

    def _run(self) -> None:
        error, values = None, []
        try:
            values.append(self._work())
        except BaseException as caught:  # noqa: BLE001  # the waiter decides what it means, not the thread
            error = caught
        with self._settled:
            self._values, self._error = values, error
            self._settled.notify_all()
            if not self._given_up:
                return
        with contextlib.suppress(Exception):  # it was given up; that was said already
            self._late()

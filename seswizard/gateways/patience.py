"""The time in which this process really listened; every limit on a wait for somebody else counts it.

A limit in seconds of the wall calls a server silent while this machine slept, swapped, or gave the processor to others.
So a heart beats on the event loop while anything is waited for: a beat that comes late counts like one in time, nothing
expires at it, and what waits in the sockets is read first. Lateness that never ends is granted up to a bound, and said.
"""

import asyncio
import heapq
import itertools
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    import ssl

T = TypeVar("T")

ROUNDS = 3
"""How often somebody silent is asked again while this machine is disturbed."""

_BEAT = 0.05
"""Seconds between beats."""
_LATE = 0.02
"""Seconds of lateness that count as listening all the same; a quiet machine has a tenth of that."""
_HELD_UP = 0.002
"""Seconds of lateness, without what this process computed meanwhile, that show that others have the processor."""
_CROWDED = 0.25
"""The share of such beats from which on a slow server and a silent one look alike from here."""
_STOOD = 0.2
"""Seconds of it in all from which on what was under way may have been lost."""
_STALL = 1.0
"""Seconds that one stall counts at most: a night asleep is no sign of a machine that never gets anything done."""
_MOST = 20.0
"""Seconds of lateness that one wait is granted in all."""


class TooBusyError(TimeoutError):
    """This machine was late for longer than anybody can be kept waiting: that tells nothing about who was asked."""


class Wait:
    """Something that is called once enough listening time is over, unless it is cancelled before."""

    __slots__ = ("_beats", "_call", "_crowded", "_held_up", "_late", "_patience", "due", "over")

    def __init__(self, patience: "Patience", due: float, call: Callable[["Wait"], None]) -> None:
        self._patience, self.due, self._call = patience, due, call
        self._late, self._held_up = patience.late, patience.held_up
        self._beats, self._crowded = patience.beats, patience.crowded
        self.over = False

    @property
    def left(self) -> float:
        """Seconds of listening time that are left; may be read on any thread."""
        return self.due - self._patience.now()

    @property
    def worn_out(self) -> bool:
        """Whether this machine was late for longer than anybody can be kept waiting."""
        return self._patience.late - self._late >= _MOST

    @property
    def disturbed(self) -> bool:
        """Whether the machine stood still, or others kept the processor from us and from what else of it is on the way."""
        beats, crowded = self._patience.beats - self._beats, self._patience.crowded - self._crowded
        return self._patience.held_up - self._held_up >= _STOOD or (beats > 0 and crowded >= beats * _CROWDED)

    def cancel(self) -> None:
        """Nothing is waited for any more."""
        if not self.over:
            self.over = True
            self._patience.settle()

    def expire(self) -> None:
        """Its time is over."""
        if not self.over:
            self.over = True
            self._patience.settle()
            self._call(self)


class Patience:
    """The listening time of one event loop; it passes while something waits."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._waits: list[tuple[float, int, Wait]] = []
        self._order = itertools.count()
        self._open = 0
        self._timer: asyncio.TimerHandle | None = None
        self._counted = 0.0
        """Seconds of listening up to the last beat."""
        self._last = self._planned = self._computed = 0.0
        self.late = self.held_up = 0.0
        """Seconds by which beats came late, long stalls shortened; and those of them that this process did not use itself."""
        self.beats = self.crowded = 0
        """How many beats there were, and how many came late for others' sake."""

    def after(self, seconds: float, call: Callable[[Wait], None]) -> Wait:
        """Call after so many seconds of listening."""
        if self._timer is None:
            self._last, self._computed = self._loop.time(), time.process_time()
        wait = Wait(self, self.now() + max(seconds, 0.0), call)
        heapq.heappush(self._waits, (wait.due, next(self._order), wait))
        self._open += 1
        if self._timer is None or wait.due - self._counted < self._planned - self._last:
            self._plan()
        return wait

    def now(self) -> float:
        """The listening time; of the time since the last beat what a beat in time would count. For any thread."""
        if self._timer is None:
            return self._counted
        return self._counted + min(self._loop.time() - self._last, self._planned - self._last + _LATE)

    def belongs_to(self, loop: asyncio.AbstractEventLoop) -> bool:
        """Whether it is this loop that it counts."""
        return self._loop is loop

    def settle(self) -> None:
        """Rest where the last wait was cancelled."""
        self._open -= 1
        if not self._open:
            self._waits.clear()
            self._rest()

    def _rest(self) -> None:
        if self._timer is not None:
            self._counted = self.now()
            self._timer.cancel()
            self._timer = None

    def _plan(self) -> None:
        """The next beat: soon, and no later than the next wait is over."""
        if self._timer is not None:
            self._timer.cancel()
        next_due = self._waits[0][0] - self._counted if self._waits else _BEAT
        self._planned = self._last + max(min(_BEAT, next_due), 0.001)
        self._timer = self._loop.call_at(self._planned, self._beat)

    def _beat(self) -> None:
        now, computed = self._loop.time(), time.process_time()
        late = now - self._planned
        self._counted = self.now()
        self.beats += 1
        held_up = late - (computed - self._computed)
        if held_up > _HELD_UP:
            self.crowded += 1
            self.held_up += min(held_up, _STALL)
        self._last, self._computed = now, computed
        if late > _LATE:
            self.late += min(late, _STALL)
            over = [wait for _, _, wait in self._waits if wait.worn_out]
        else:
            over = []
            while self._waits and (self._waits[0][2].over or self._waits[0][0] <= self._counted + 1e-6):
                over.append(heapq.heappop(self._waits)[2])
        for wait in over:
            self._loop.call_soon(wait.expire)
        self._plan()


_current: Patience | None = None


def patience() -> Patience:
    """The patience of the running event loop."""
    global _current  # a command may run one loop to plan and another to act, never two at once
    loop = asyncio.get_running_loop()
    if _current is None or not _current.belongs_to(loop):
        _current = Patience(loop)
    return _current


@asynccontextmanager
async def limit(seconds: float) -> AsyncIterator[Wait]:
    """Bound a wait in listening time.

    Raises:
        TooBusyError: this machine did not come to listen for so long.
        TimeoutError: it did, and it took longer.
    """
    loop = asyncio.get_running_loop()
    bound = asyncio.timeout(None)
    wait = patience().after(seconds, lambda _: bound.reschedule(loop.time()))
    try:
        async with bound:
            yield wait
    except TimeoutError:
        if bound.expired() and wait.worn_out:
            raise TooBusyError from None
        raise
    finally:
        wait.cancel()


async def asked_again(ask: Callable[[Wait], Awaitable[T]], seconds: float, whole: float) -> T:
    """What is said within this listening time, or the whole of it again where this machine was disturbed meanwhile.

    Raises:
        TooBusyError: this machine did not come to listen for so long.
        TimeoutError: it did, and nothing came.
    """
    for _ in range(ROUNDS):
        try:
            async with limit(seconds) as wait:
                return await ask(wait)
        except TimeoutError as error:
            if isinstance(error, TooBusyError) or not wait.disturbed:
                raise
        seconds = whole
    async with limit(seconds) as wait:
        return await ask(wait)


GRACE = 30.0
"""Seconds of the wall that a socket on a thread gets beyond its limit: whoever limits the call hangs up on it."""
_SLICE = 1.0


def shake_hands(secured: "ssl.SSLSocket", left: Callable[[], float]) -> None:
    """TLS's handshake on a thread, within the listening time that is left: its own limit would count the wall's.

    Raises:
        TimeoutError: it took longer.
        OSError: it failed.
    """
    while True:
        secured.settimeout(max(min(_SLICE, left()), 0.01))
        try:
            secured.do_handshake()
        except TimeoutError:
            if left() <= 0:
                raise
        else:
            return

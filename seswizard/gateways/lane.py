"""SES allows one control request a second for a whole account and region; our processes share it through a file.

Each call books the next free moment under a lock and then waits for it without holding anything. Only one call of a
process books at a time, so that looks which are cancelled while they queue leave no gaps behind.
"""

import asyncio
import hashlib
import os
import struct

from seswizard.core.failure import FailureError
from seswizard.core.pacing import SES_GAP
from seswizard.gateways.locks import locked
from seswizard.gateways.state_directory import StateDirectory
from seswizard.gateways.threads import WAITS
from seswizard.ports import Clock

_LONGEST_QUEUE = 60.0
"""A booking further ahead is left over from before a restart of the machine."""
_LONG_PAUSE = 5.0
"""Seconds from which on waiting for one's turn is told."""
_PATIENCE = 5.0
"""Seconds for the file, which each process holds for an instant."""
_MOMENT = struct.Struct("<d")


class Lane:
    """The moments at which control calls may go out."""

    def __init__(self, directory: StateDirectory, clock: Clock, gap: float = SES_GAP) -> None:
        self._directory = directory
        self._clock = clock
        self._gap = gap
        self._queue: tuple[asyncio.AbstractEventLoop, asyncio.Lock] | None = None
        self._booked: dict[str, float] = {}
        """This process's latest bookings: all there is where the state directory cannot be written."""
        self._alone: set[str] = set()
        """What this process keeps its own pace for."""
        self._unused: dict[str, float] = {}
        """A moment that was booked by a call cancelled before it came."""

    async def turn(self, key: tuple[str, ...]) -> None:
        """Return when a call counted by this key may go out."""
        name = hashlib.sha256("\0".join(key).encode()).hexdigest()[:32]
        async with self._own_queue():
            moment = self._unused.pop(name, None)
            if moment is None or moment < self._clock.monotonic():
                moment = await self._book(name)
            pause = moment - self._clock.monotonic()
            if pause >= _LONG_PAUSE:
                WAITS.on_wait(f"SES takes one request a second, and others of ours are asking too: waiting {pause:.0f} s.")
            try:
                await self._clock.sleep(pause)
            except asyncio.CancelledError:
                self._unused[name] = moment
                raise

    def _own_queue(self) -> asyncio.Lock:
        """The lock of the running loop: a command may run one loop to plan and another to act."""
        loop = asyncio.get_running_loop()
        if self._queue is None or self._queue[0] is not loop:
            self._queue = (loop, asyncio.Lock())
        return self._queue[1]

    async def _book(self, name: str) -> float:
        try:
            moment = await self._book_in_file(name)
        except (OSError, FailureError):
            # Nothing can be written, or somebody does not let go of the file: nobody waits for that twice.
            self._alone.add(name)
            moment = self._after(self._booked.get(name))
        self._booked[name] = moment
        return moment

    async def _book_in_file(self, name: str) -> float:
        if name in self._alone:
            return self._after(self._booked.get(name))
        directory = await self._directory.prepared()
        async with locked(directory / f"lane-{name}", _PATIENCE) as descriptor:
            kept = os.pread(descriptor, _MOMENT.size, 0)
            latest = _MOMENT.unpack(kept)[0] if len(kept) == _MOMENT.size else None
            moment = max(self._after(latest), self._after(self._booked.get(name)))
            os.pwrite(descriptor, _MOMENT.pack(moment), 0)
        return moment

    def _after(self, latest: float | None) -> float:
        now = self._clock.monotonic()
        if latest is None or not latest <= now + _LONGEST_QUEUE:
            return now
        return max(now, latest + self._gap)

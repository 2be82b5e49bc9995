"""A screen that looks while it is open: at once, then after each pause; leaving it ends that.

Kept apart from the frame, which only shows what the looks have brought.
"""

from collections.abc import Iterator

from textual import getters, on, work
from textual.events import Mount
from textual.screen import Screen
from textual.timer import Timer

from seswizard.look import ALL_PARTS
from seswizard.look.knowing import not_fresh
from seswizard.look.session import Session
from seswizard.tui.app import SeswizardApp

EAGER = 1.0
"""Seconds between looks at which one no longer counts them down: the note would change as often as it can be read."""
_BREATH = 0.2


class LookingScreen(Screen[None]):
    """Reads belong to the open screen; the App merges what they bring."""

    app = getters.app(SeswizardApp)
    parts: frozenset[str] = ALL_PARTS
    """What `look_once` looks at."""

    def __init__(self) -> None:
        super().__init__()
        self.paused = False
        """Whether looking again is held back (space)."""
        self._looking: object | None = None
        """What stands for the look that is going on: one that was ended must not end its successor."""
        self.due: float | None = None
        """The monotonic time of the next look."""
        self.eager = False
        """Whether it looks about every second."""
        self._pauses: Iterator[float] | None = None
        self._ticker: Timer | None = None

    @property
    def looking(self) -> bool:
        """Whether a look is going on."""
        return self._looking is not None

    @property
    def session(self) -> Session:
        """What is known now."""
        return self.app.session

    async def look_once(self) -> None:
        """One look at what this screen is about."""
        await self.app.look(self.parts)

    def pauses(self) -> Iterator[float]:
        """Seconds between looks; nothing means that it looks once, when opened."""
        return iter(())

    def tick(self) -> None:
        """Called every second while open, and when looking begins or ends."""

    @on(Mount)
    def _count_seconds(self) -> None:
        self._ticker = self.set_interval(1.0, self.tick)

    def on_screen_resume(self) -> None:
        """Look, or go on with the pause that was running."""
        if self._ticker is not None:
            self._ticker.resume()
        self.watch_world()

    def on_screen_suspend(self) -> None:
        """A covered or left screen does not look."""
        if self._ticker is not None:
            self._ticker.pause()
        self.workers.cancel_group(self, "look")

    @work(exclusive=True, group="look", description="looking at AWS and DNS")
    async def watch_world(self) -> None:
        """Look when it is due, again and again."""
        clock = self.session.services.clock
        if self._pauses is None:
            self._pauses = iter(self.pauses())
            self.due = clock.monotonic()
            if self._is_fresh():
                self._plan_next()
        while self.due is not None:
            left = self.due - clock.monotonic()
            if self.paused:
                return
            if left > 0:
                await clock.sleep(min(1.0, max(left, _BREATH)))
                continue
            mine = self._looking = object()
            if not self.eager:
                self.tick()
            try:
                await self.look_once()
            finally:
                if self._looking is mine:
                    self._looking = None
            self._plan_next()

    def action_look_now(self) -> None:
        """Look at once, and begin the pauses anew."""
        self.paused = False
        self._pauses = iter(self.pauses())
        self.due = self.session.services.clock.monotonic()
        self.watch_world()

    def action_pause(self) -> None:
        """Hold looking back, or resume it."""
        self.paused = not self.paused
        self.tick()
        if not self.paused and not self.looking:
            self.watch_world()

    def _plan_next(self) -> None:
        pause = next(self._pauses, None) if self._pauses else None
        was, self.eager = self.eager, pause is not None and pause <= EAGER
        self.due = None if pause is None else self.session.services.clock.monotonic() + pause
        if not (was and self.eager):
            self.tick()

    def _is_fresh(self) -> bool:
        return not not_fresh(self.session, self.parts)

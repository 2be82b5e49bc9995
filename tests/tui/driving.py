"""How tests drive the wizard: open it over a small world, press keys, read what the screen shows."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from textual.pilot import Pilot

from seswizard.core.names import parse_identity
from seswizard.ports import Services
from seswizard.tui.app import SeswizardApp
from tests.tui.fakes import World

SMALL = (80, 24)
LARGE = (120, 36)
Driven = tuple[SeswizardApp, Pilot[str]]


async def settle(pilot: Pilot[str], times: int = 4) -> None:
    """Let messages and workers run until nothing is due."""
    for _ in range(times):
        for _ in range(10):
            await asyncio.sleep(0)
        await pilot.pause()


@asynccontextmanager
async def driven(
    world: World,
    name: str | None = "example.com",
    *,
    start: str | None = None,
    size: tuple[int, int] = SMALL,
    rewire: Callable[[str], Services] | None = None,
) -> AsyncIterator[Driven]:
    """The wizard, opened and settled."""
    app = SeswizardApp(world.services(), parse_identity(name) if name else None, start, rewire)
    app.consent_pauses = (0.0, 0.0)
    async with app.run_test(size=size, notifications=True) as pilot:
        await settle(pilot, 8)
        for _ in range(20):
            if name is None or app.visited:
                break
            await settle(pilot, 4)  # A busy machine needs more turns until the first look has ended.
        yield app, pilot


async def press(pilot: Pilot[str], *keys: str) -> None:
    """Press keys as a person would: one after the other, each with time to act."""
    for key in keys:
        await pilot.press(key)
        await settle(pilot, 2)


def lines(app: SeswizardApp) -> list[str]:
    """What the screen shows, as plain rows."""
    width, height = app.size
    strips = app.screen._compositor.render_strips()
    return ["".join(segment.text for segment in strips[row]).rstrip()[:width] for row in range(min(height, len(strips)))]


def text(app: SeswizardApp) -> str:
    """What the screen shows, as one text."""
    return "\n".join(lines(app))

"""Looking: it belongs to the open screen; the slow watch goes on under the others."""

import asyncio
from collections.abc import Iterator

import pytest
from textual.pilot import Pilot

from seswizard.core.facts import Facts
from seswizard.core.names import DomainName
from seswizard.core.reading import Seen
from seswizard.core.steps import State
from seswizard.look.session import merged
from seswizard.tui.app import SeswizardApp
from seswizard.tui.modals.text import TextSheet
from seswizard.tui.step_screen import StepScreen
from tests.tui.driving import LARGE, driven, lines, press, settle, text
from tests.tui.fakes import START, World, pending


class Counting(StepScreen):
    """A screen that looks every five seconds."""

    step = "domain"
    heading = "Counting"
    parts = frozenset({"identity"})
    HELP = "It counts."

    def pauses(self) -> Iterator[float]:
        """Five seconds, for ever."""
        while True:
            yield 5.0


async def open_counting(app: SeswizardApp) -> Counting:
    """The screen above, in place of the present one."""
    screen = Counting()
    app.visited.append("domain")
    await app._switch(screen)
    return screen


async def held_up(world: World, app: SeswizardApp, pilot: Pilot[str]) -> tuple[Counting, asyncio.Event]:
    """That screen in the middle of a look, which goes on when the event is set."""
    screen = await open_counting(app)
    await settle(pilot)
    world.ses.gate = asyncio.Event()
    await press(pilot, "l")
    return screen, world.ses.gate


async def test_a_look_fresh_from_the_last_screen_is_not_made_again() -> None:
    """SES allows one call a second for everybody; moving about must not cost any."""
    world = World()
    async with driven(world, start="access") as (app, pilot):
        before = world.ses.looks
        await press(pilot, "o", "b", "n")
        assert world.ses.looks == before
        await world.clock.advance(11)
        await press(pilot, "o")
        assert world.ses.looks == before + 1
        assert app.step == "overview"


async def test_the_note_counts_down_to_the_next_look() -> None:
    """`next look in 3 s`, in place, and then it looks."""
    world = World()
    async with driven(world, start="access") as (app, pilot):
        screen = await open_counting(app)
        await settle(pilot)
        before = world.ses.looks
        await world.clock.advance(2)
        screen.tick()
        await settle(pilot)
        assert "next look in 3 s" in text(app)
        await world.clock.advance(4)
        await settle(pilot)
        assert world.ses.looks == before + 1
        screen.action_pause()
        await settle(pilot)
        assert "paused, space resumes" in text(app)
        await world.clock.advance(30)
        assert world.ses.looks == before + 1
        await press(pilot, "f5")
        assert world.ses.looks == before + 2
        screen.action_pause()
        await world.clock.advance(30)
        assert world.ses.looks == before + 2
        screen.action_pause()
        await settle(pilot)
        assert world.ses.looks == before + 3, "what was due meanwhile is looked at as soon as it resumes"


async def test_leaving_a_screen_cancels_its_look() -> None:
    """A look that hangs ends with its screen, and its late answer is dropped."""
    world = World()
    async with driven(world, start="access") as (app, pilot):
        screen, gate = await held_up(world, app, pilot)
        running = [worker for worker in app.workers if worker.group == "look" and worker.node is screen]
        assert [worker.is_running for worker in running] == [True]
        assert screen.looking
        await press(pilot, "o")
        assert all(worker.is_cancelled for worker in running)
        gate.set()
        await settle(pilot)
        assert app.step == "overview"


async def test_pausing_and_resuming_in_the_middle_of_a_look_begins_no_other() -> None:
    """SES allows one call a second for everybody."""
    world = World()
    async with driven(world, start="access") as (app, pilot):
        screen, gate = await held_up(world, app, pilot)
        before = world.ses.looks
        for _ in range(3):
            screen.action_pause()
            screen.action_pause()
            await settle(pilot)
        assert (world.ses.looks, screen.looking) == (before, True)
        await press(pilot, "l")
        assert screen.looking, "the look that was ended does not end the one that has taken its place"
        gate.set()
        await settle(pilot)
        assert not screen.looking


async def test_two_looks_at_once_keep_each_others_news() -> None:
    """Three ways: what I saw since the base, upon what others saw meanwhile."""
    base = Facts(DomainName("example.com"), "eu-west-1", START)
    mine = Facts(DomainName("example.com"), "eu-west-1", START, identity=Seen(None, "ses", START))
    theirs = Facts(DomainName("example.com"), "eu-west-1", START, previous_tokens=("old",))
    both = merged(base, mine, theirs)
    assert both.identity == mine.identity
    assert both.previous_tokens == ("old",)
    assert merged(None, mine, theirs) is mine


@pytest.mark.parametrize("paused", [False, True])
async def test_with_a_sheet_over_verification_the_app_looks_in_its_place(paused: bool) -> None:
    """The covered screen's worker has ended; unless it was told to pause, what it waits for is still found and rung for."""
    world = World()
    world.ses.known["example.com"] = pending("example.com")
    world.publish(1, 2, 3)
    async with driven(world, start="propagation") as (app, pilot):
        rung: list[bool] = []
        app.bell = lambda: rung.append(True)  # type: ignore[method-assign]  # nobody hears the headless bell
        await press(pilot, *(["space"] if paused else []), "m", "enter")
        assert isinstance(app.screen, TextSheet)
        asked = world.ses.looks
        world.ses.known["example.com"] = pending("example.com", dkim="SUCCESS")
        await world.clock.advance(40)
        await settle(pilot)
        assert (world.ses.looks > asked) is not paused
        assert bool(rung) is not paused
        assert app.session.verified is not paused
        await press(pilot, "escape")
        assert ("✓ verified" in text(app)) is not paused


async def test_while_a_step_waits_the_app_looks_now_and_then() -> None:
    """The rail says how many and when; a change rings and F6 goes there."""
    world = World()
    world.ses.known["example.com"] = pending("example.com")
    world.publish(1, 3)
    async with driven(world, start="access", size=LARGE) as (app, pilot):
        rung: list[bool] = []
        app.bell = lambda: rung.append(True)  # type: ignore[method-assign]  # nobody hears the headless bell
        await world.clock.advance(4)
        assert isinstance(app.screen, StepScreen)
        app.screen.tick()
        await settle(pilot)
        assert any(line.startswith("  DKIM 2/3 · looks in 12 s") for line in lines(app)), text(app)
        assert "What changed" not in lines(app)[-1]
        asked = world.dns.asked
        world.publish(2)
        await world.clock.advance(14)
        await settle(pilot)
        assert world.dns.asked > asked
        assert rung
        assert app.news is not None
        assert app.news.step == "propagation"
        assert "F6 opens it" in text(app)
        assert "What changed" in lines(app)[-1]
        await press(pilot, "f6")
        assert app.step == "propagation"
        assert app.news is None


async def test_the_slow_watch_rests_where_the_screen_looks_by_itself() -> None:
    """Verification looks faster; the watch would only cost calls."""
    world = World()
    world.ses.known["example.com"] = pending("example.com")
    async with driven(world, start="propagation") as (app, _):
        assert app.watch_left() is None
        await world.clock.advance(3)
        assert app.watch_left() is None


async def test_verified_rings_once_and_stands_in_the_title() -> None:
    """The bell, and ✓ in the terminal's title."""
    world = World()
    world.ses.known["example.com"] = pending("example.com")
    async with driven(world, start="access") as (app, _):
        rung: list[bool] = []
        app.bell = lambda: rung.append(True)  # type: ignore[method-assign]  # nobody hears the headless bell
        assert app.title == "example.com"
        world.ses.known["example.com"] = pending("example.com", dkim="SUCCESS")
        await app.look(frozenset({"identity"}))
        assert app.title == "✓ example.com"
        assert len(rung) == 1
        await app.look(frozenset({"identity"}))
        assert len(rung) == 1


async def test_quitting_while_waiting_tells_the_command_that_goes_on() -> None:
    """What keeps running without us is AWS; how to watch it is said after the screen has gone."""
    world = World()
    world.ses.known["example.com"] = pending("example.com")
    async with driven(world, start="access") as (app, pilot):
        assert app.session.states["propagation"] is State.WAITING
        await pilot.press("q")
        await pilot.pause()
    assert "seswizard health example.com --watch --until ok" in str(app.return_value)


async def test_quitting_with_nothing_to_wait_for_says_nothing() -> None:
    """No farewell without a reason."""
    async with driven(World(), start="access") as (app, pilot):
        await pilot.press("ctrl+q")
        await pilot.pause()
    assert app.return_value is None
    assert app.return_code == 0

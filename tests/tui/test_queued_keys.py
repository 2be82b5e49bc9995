"""Keys that were pressed faster than the screens change."""

import asyncio

import pytest
from rich.style import Style
from textual.command import CommandList

from seswizard.tui.modals.plan import PlanSheet
from seswizard.tui.step_screen import StepScreen
from tests.tui.driving import Driven, driven, press, settle, text
from tests.tui.fakes import World
from tests.tui.test_writing import Gated, Making


@pytest.mark.parametrize("enters", [2, 3, 4, 6])
async def test_enter_pressed_again_while_the_palette_closes_closes_nothing_else(enters: int) -> None:
    async with driven(World()) as (app, pilot):
        for again in range(3):
            pilot.app.simulate_key("ctrl+p")
            for _ in range(enters):
                pilot.app.simulate_key("enter")
            await settle(pilot, 6)
            while not isinstance(app.screen, StepScreen):
                pilot.app.simulate_key("escape")
                await settle(pilot)
            assert len(app.screen_stack) == 2, again


async def opened(at: Driven) -> Gated:
    """A plan on the screen, with the focus on its verb."""
    action = Gated()
    await at[0].push_screen(Making(action))
    at[0].step_screens[-1].run_worker(at[0].ask_for_consent(action))
    while not isinstance(at[0].screen, PlanSheet):
        await settle(at[1])
    await settle(at[1])
    assert at[0].focused is not None
    assert at[0].focused.id == "yes"
    return action


async def test_a_key_held_down_agrees_to_nothing() -> None:
    async with driven(World()) as at:
        action = await opened(at)
        at[0].consent_pauses = (0.0, 3600.0)
        for _ in range(12):
            at[0].simulate_key("enter")
            await settle(at[1], 1)
        assert action.applied == 0
        assert isinstance(at[0].screen, PlanSheet)


async def test_the_first_repeat_of_the_key_that_opened_the_plan_agrees_to_nothing() -> None:
    async with driven(World()) as at:
        at[0].simulate_key("enter")
        action = await opened(at)
        at[0].consent_pauses = (3600.0, 0.0)
        for _ in range(12):
            at[0].simulate_key("enter")
            await settle(at[1], 2)
        assert action.applied == 0
        assert text(at[0]).count("held down agrees to nothing") == 1
        assert "Make the login" in text(at[0])


async def test_one_press_agrees_when_nothing_came_close_to_it() -> None:
    async with driven(World()) as at:
        at[0].simulate_key("enter")
        await asyncio.sleep(0.1)
        action = await opened(at)
        at[0].consent_pauses = (0.05, 0.01)
        at[0].simulate_key("enter")
        while not action.applied:
            await settle(at[1])
        action.gate.set()
        await settle(at[1])


async def test_a_click_agrees_at_once() -> None:
    async with driven(World()) as at:
        action = await opened(at)
        at[0].consent_pauses = (3600.0, 3600.0)
        await at[1].click("#yes")
        await settle(at[1], 6)
        assert action.applied == 1
        action.gate.set()
        await settle(at[1])


@pytest.mark.parametrize("theme", ["NO_COLOR", "ansi-dark", "ansi-light"])
async def test_the_chosen_row_of_the_palette_is_told_without_colour(theme: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if theme == "NO_COLOR":
        monkeypatch.setenv("NO_COLOR", "1")
    async with driven(World()) as (app, pilot):
        if theme != "NO_COLOR":
            app.theme = theme
        await press(pilot, "ctrl+p")
        await settle(pilot, 10)
        await press(pilot, "down", "down")
        rows: dict[int, list[Style]] = {}
        chosen = app.screen.query_one(CommandList)
        strips = app.screen._compositor.render_strips()
        for row in range(chosen.region.y, chosen.region.bottom):
            cells = [segment.style or Style() for segment in strips[row] if segment.text.strip()]
            rows[row] = cells
        told = [row for row, cells in rows.items() if cells and all(style.underline for style in cells)]
        plain = [row for row, cells in rows.items() if cells and row not in told]
        assert told
        assert plain
        assert not any(style.bold for row in plain for style in rows[row])

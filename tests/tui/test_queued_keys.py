"""Keys that were pressed faster than the screens change."""

import pytest

from seswizard.tui.step_screen import StepScreen
from tests.tui.driving import driven, settle
from tests.tui.fakes import World


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

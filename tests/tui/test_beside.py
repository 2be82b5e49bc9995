"""The screens beside the road: each has the frame, its help, a way back and its place in the palette."""

import pytest

from seswizard.tui.app import NEEDS_NO_DOMAIN
from seswizard.tui.commands import BESIDE, WizardCommands
from seswizard.tui.screens.first_run import FirstRunScreen
from seswizard.tui.step_screen import StepScreen
from tests.tui.driving import LARGE, SMALL, driven, lines, press, settle, text
from tests.tui.fakes import World
from tests.tui.post import post_world


@pytest.mark.parametrize("size", [SMALL, LARGE])
@pytest.mark.parametrize("place", [place for _, _, place in BESIDE])
async def test_it_has_the_frame_help_and_a_way_back(place: str, size: tuple[int, int]) -> None:
    """A verdict, something that has the focus, at most five keys beside Commands, F1, and escape leads back."""
    async with driven(post_world(), start="aftercare", size=size) as (app, pilot):
        await app.open(place)
        await settle(pilot, 10)
        screen = app.screen
        assert isinstance(screen, StepScreen)
        assert screen.HELP.strip()
        assert screen.heading in text(app)
        assert screen.focused is not None
        shown = [one for one in screen.active_bindings.values() if one.binding.show]
        assert len({one.binding.action for one in shown}) <= 5
        assert "F1 Help" in lines(app)[-1]
        await press(pilot, "f1")
        assert screen.has_class("-help")
        await press(pilot, "f1")
        for _ in range(3):
            if app.step != "aftercare":
                await press(pilot, "escape")
                await settle(pilot, 6)
        assert app.step == "aftercare"


@pytest.mark.parametrize("theme", ["textual-light", "ansi-dark"])
@pytest.mark.parametrize("place", [place for _, _, place in BESIDE])
async def test_it_is_drawn_in_other_themes_too(place: str, theme: str) -> None:
    async with driven(post_world(), start="aftercare") as (app, pilot):
        app.theme = theme
        await app.open(place)
        await settle(pilot, 10)
        assert lines(app)[1].strip()


async def test_the_palette_lists_them_and_whom_to_send_to_on_the_proof() -> None:
    async with driven(post_world(), start="proof") as (app, pilot):
        await settle(pilot)
        names = {one.name for one in WizardCommands(app.screen)._commands()}
        assert {name for name, _, _ in BESIDE} <= names
        assert "Send to another recipient" in names
        await app.open("aftercare")
        await settle(pilot)
        assert "Send to another recipient" not in {one.name for one in WizardCommands(app.screen)._commands()}


@pytest.mark.parametrize("size", [SMALL, LARGE])
@pytest.mark.parametrize("place", NEEDS_NO_DOMAIN)
async def test_what_needs_no_domain_is_there_from_the_first_questions(place: str, size: tuple[int, int]) -> None:
    async with driven(World(), name=None, size=size) as (app, pilot):
        await settle(pilot, 6)
        assert isinstance(app.screen, FirstRunScreen)
        names = {one.name for one in WizardCommands(app.screen)._commands()}
        assert names & {name for name, _, _ in BESIDE} == {name for name, _, where in BESIDE if where in NEEDS_NO_DOMAIN}
        await app.open(place)
        await settle(pilot, 8)
        assert app.step == place
        assert "F1 Help" in lines(app)[-1]
        await press(pilot, "f2")
        assert "the text is empty" in text(app)
        for _ in range(3):
            if app.step == place:
                await press(pilot, "escape")
                await settle(pilot, 6)
        assert isinstance(app.screen, FirstRunScreen)


async def test_other_places_stay_shut_without_a_domain() -> None:
    async with driven(World(), name=None) as (app, pilot):
        await settle(pilot, 6)
        await app.open("suppression")
        assert isinstance(app.screen, FirstRunScreen)

"""A machine without a region: the first questions ask for it, with the nearest on top; nothing is looked at before."""

from dataclasses import dataclass

import pytest

from seswizard.core.keep import Surroundings
from seswizard.core.remembered import DomainChoices
from seswizard.ports import Services
from seswizard.tui.screens.chooser import ChooserScreen
from seswizard.tui.screens.first_run import FirstRunScreen
from tests.tui.driving import driven, lines, press, settle, text
from tests.tui.fakes import FakeState, World


@dataclass
class Unset(World):
    """Nothing says which region."""

    def services(self, region: str = "") -> Services:
        return super().services(region)


def berlin(*remembered: DomainChoices) -> Unset:
    return Unset(here=Surroundings(display=False, time_zone="Europe/Berlin"), state=FakeState(*remembered))


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_the_field_is_empty_and_the_nearest_are_listed(size: tuple[int, int]) -> None:
    world = berlin()
    async with driven(world, None, size=size, rewire=world.services) as (app, pilot):
        assert isinstance(app.screen, FirstRunScreen)
        shown = text(app)
        assert "eu-central-1" in shown
        assert shown.index("eu-central-1") < shown.index("eu-central-2")
        assert app.screen.query_one("#body").max_scroll_y == 0, "everything fits"
        assert "choose the AWS region" not in shown, "nobody was wrong yet"
        await press(pilot, *"example.com", "enter", "enter", "down", "enter")
        assert app.screen.query_one("#region").value == "eu-central-2"  # type: ignore[attr-defined]
        assert "Zurich; mail by API only" in text(app)
        assert not app.screen.query_one("#regions").display
        assert world.ses.looks == 0
        await press(pilot, "enter")
        await settle(pilot, 8)
        assert app.session.region == "eu-central-2"
        assert [(one.name, one.region) for one in world.state.remembered] == [("example.com", "eu-central-2")]
        assert world.ses.looks > 0


async def test_typing_finds_a_region_by_its_place() -> None:
    world = berlin()
    async with driven(world, None, rewire=world.services) as (app, pilot):
        await press(pilot, *"example.com", "enter", "enter", *"tok")
        assert [line for line in lines(app) if "ap-northeast-1" in line]
        assert not [line for line in lines(app) if "eu-central-1" in line]
        await press(pilot, "enter", "enter")
        await settle(pilot, 8)
        assert app.session.region == "ap-northeast-1"


async def test_starting_without_one_says_what_is_missing() -> None:
    world = berlin()
    async with driven(world, None, rewire=world.services) as (app, pilot):
        await press(pilot, *"example.com", "f2")
        assert "× problem" in text(app) or "× choose the AWS region" in text(app)
        assert "choose the AWS region that your mail is sent from" in text(app)
        assert app.screen.query_one("#region").has_focus
        assert world.ses.looks == 0


async def test_a_name_that_was_given_is_filled_in() -> None:
    world = berlin()
    async with driven(world, "example.com", rewire=world.services) as (app, pilot):
        await settle(pilot, 8)
        assert isinstance(app.screen, FirstRunScreen)
        assert app.screen.query_one("#name").value == "example.com"  # type: ignore[attr-defined]
        assert "Choose the AWS region that your mail is sent from." in text(app)
        assert app.screen.query_one("#region").has_focus
        assert world.ses.looks == 0
        await press(pilot, "enter", "enter")
        await settle(pilot, 8)
        assert (str(app.session.name), app.session.region) == ("example.com", "eu-central-1")


async def test_the_only_region_that_is_remembered_for_the_name_is_taken() -> None:
    world = berlin(DomainChoices("example.com", "us-east-1"), DomainChoices("example.net", "eu-west-1"))
    async with driven(world, "example.com", rewire=world.services) as (app, _):
        assert (str(app.session.name), app.session.region) == ("example.com", "us-east-1")
        assert app.visited


async def test_of_several_one_is_chosen() -> None:
    world = berlin(DomainChoices("example.com", "us-east-1"), DomainChoices("example.com", "eu-west-1"))
    async with driven(world, "example.com", rewire=world.services) as (app, pilot):
        await settle(pilot, 8)
        assert isinstance(app.screen, ChooserScreen)
        assert world.ses.looks == 0

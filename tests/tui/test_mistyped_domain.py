"""A domain that nobody has registered does not go through to a plan; unless the person says so."""

import pytest

from seswizard.tui.screens.first_run import FirstRunScreen
from tests.linear.test_first_minute import FOO, mistyped
from tests.tui.driving import driven, press, settle, text
from tests.tui.fakes import FakeState, pending


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_it_is_said_and_the_button_changes_the_domain(size: tuple[int, int]) -> None:
    world = mistyped()
    async with driven(world, "foo.org", size=size) as (app, pilot):
        assert app.step == "domain"
        shown = " ".join(text(app).split())
        assert "× problem foo.org is not registered, or has no name servers." in shown
        assert "Is it spelled right?" in shown
        assert "bounces will come back" not in shown
        assert "F3 Go on anyway" in shown
        assert app.screen.query_one("#body").max_scroll_y == 0
        await press(pilot, "enter")
        await settle(pilot, 8)
        assert isinstance(app.screen, FirstRunScreen)
        assert app.screen.query_one("#name").value == "foo.org"  # type: ignore[attr-defined]
        assert world.state.remembered == [], "nothing was made for it"
        assert world.ses.made == []


async def test_one_may_go_on_anyway() -> None:
    async with driven(mistyped(), "foo.org") as (app, pilot):
        await press(pilot, "f3")
        await settle(pilot, 8)
        shown = " ".join(text(app).split())
        assert "SES does not know foo.org yet." in shown
        assert "DNS zone org, 1 name server" in shown
        assert "Show the plan" in shown
        assert "F3" not in shown


async def test_what_was_made_is_not_forgotten() -> None:
    """Only a name for which nothing was ever made may have been mistyped."""
    world = mistyped()
    made = FOO.__class__("foo.org", "eu-west-1", "123456789012")
    world.state = FakeState(made)
    async with driven(world, "foo.org") as (_app, pilot):
        await press(pilot, "enter")
        await settle(pilot, 8)
        assert world.state.remembered == [made]


async def test_when_we_could_not_look_nothing_is_claimed() -> None:
    world = mistyped()
    world.dns.silent = True
    async with driven(world, "example.com") as (app, _):
        assert "is not registered" not in text(app)
    known = mistyped()
    known.ses.known["foo.org"] = pending("foo.org")
    async with driven(known, "foo.org", start="domain") as (app, _):
        assert "Change the domain" not in text(app)

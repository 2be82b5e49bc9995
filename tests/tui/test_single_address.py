"""A single address: no DNS records, only the link that SES mails. Every screen says so, and what to do meanwhile."""

from dataclasses import replace

import pytest
from textual.widgets import Button, Input

from seswizard.core.identity import Dkim, Identity
from seswizard.tui.widgets.matrix import TruthMatrix
from tests.tui.driving import LARGE, SMALL, driven, lines, press, settle, text
from tests.tui.fakes import World, pending

NAME = "me@example.com"


def known(status: str = "PENDING") -> Identity:
    """The address as SES has it."""
    made = pending(NAME, dkim=status)
    return replace(made, is_domain=False, dkim=Dkim("NOT_STARTED", (), None), mail_from=None)


@pytest.mark.parametrize("size", [SMALL, LARGE])
async def test_to_make_it_there_is_nothing_to_fill_in(size: tuple[int, int]) -> None:
    """No dead fields: one sentence, and the plan."""
    async with driven(World(), NAME, start="domain", size=size) as (app, _):
        assert not [field for field in app.screen.query(Input) if field.region.height]
        assert "A single address needs no DNS records." in text(app)
        assert f"SES does not know {NAME} yet." in text(app)
        assert "Show the plan" in text(app)


@pytest.mark.parametrize("step", ["domain", "propagation"])
async def test_while_the_link_is_not_clicked_it_says_what_is_awaited(step: str) -> None:
    """What, since when, where to look, and what to do meanwhile."""
    world = World()
    world.ses.known[NAME] = known()
    async with driven(world, NAME, start=step) as (app, pilot):
        await world.clock.advance(70)
        await app.look(frozenset({"identity"}))
        await settle(pilot)
        shown = text(app)
        assert f"… waiting  SES mailed {NAME} a link: click it." in shown
        assert "waiting for 1 min" in shown
        assert "Awaited" in shown
        assert "Waiting           since " in shown
        assert "no-reply-aws@amazon.com" in shown
        assert "Meanwhile" in shown
        assert not [cells for cells in app.screen.query(TruthMatrix) if cells.region.height]
        assert "Cells" not in lines(app)[-1]
        assert str(app.screen.query_one("#go", Button).label).startswith("Go on to")


async def test_records_are_skipped_and_say_why() -> None:
    """No empty list, nothing to copy."""
    world = World()
    world.ses.known[NAME] = known()
    async with driven(world, NAME, start="records") as (app, pilot):
        assert "– skipped  A single address needs no DNS records." in text(app)
        assert "Copy" not in lines(app)[-1]
        assert app.session.states["records"].value == "skipped"
        assert app.session.states["propagation"].value == "waiting"
        await press(pilot, "n")
        assert app.step == "propagation"


async def test_only_ses_is_asked_and_a_click_is_seen() -> None:
    """Not oftener than every ten seconds; the bell, the title, the verdict."""
    world = World()
    world.ses.known[NAME] = known()
    async with driven(world, NAME, start="propagation") as (app, pilot):
        rung: list[bool] = []
        app.bell = lambda: rung.append(True)  # type: ignore[method-assign]  # nobody hears the headless bell
        asked, looks = world.dns.asked, world.ses.looks
        await world.clock.advance(35)
        assert world.dns.asked == asked
        assert 2 <= world.ses.looks - looks <= 4
        world.ses.known[NAME] = known("SUCCESS")
        await world.clock.advance(11)
        await settle(pilot)
        assert f"✓ ok  {NAME} is verified: the link was clicked." in text(app)
        assert rung == [True]
        assert app.title == f"✓ {NAME}"


async def test_a_link_that_ended_says_what_to_do() -> None:
    """Twenty-four hours are over."""
    world = World()
    world.ses.known[NAME] = known("FAILED")
    async with driven(world, NAME, start="propagation") as (app, _):
        assert "× problem  The link was not clicked in time." in text(app)
        assert "make it again" in " ".join(text(app).split())

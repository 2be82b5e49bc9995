"""The overview: the button means the row under the cursor, and the cursor begins where there is something to do."""

import pytest
from textual.widgets import Button

from seswizard.tui.screens.overview import OverviewScreen
from tests.tui.driving import driven, press, settle, text
from tests.tui.fakes import World, denied, pending


def button(app: object) -> str:
    """What the button says."""
    return str(app.screen.query_one("#go", Button).label)  # type: ignore[attr-defined]  # the App


async def test_the_button_follows_the_cursor_and_does_what_it_says() -> None:
    """By arrows while the button has the focus, and by the same in the list."""
    async with driven(World(), start="overview") as (app, pilot):
        assert button(app) == "Open Domain"
        assert "the next thing to do" in text(app)
        await press(pilot, "down")
        assert button(app) == "Open DNS records"
        await press(pilot, "down", "down", "enter")
        assert app.step == "login"


async def test_the_cursor_begins_at_what_is_broken() -> None:
    """A problem comes before what is merely to do."""
    world = World()
    world.ses.known["example.com"] = pending("example.com", dkim="FAILED")
    async with driven(world, start="overview") as (app, _):
        assert button(app) == "Open Domain"
        assert "shows what to do about it" in text(app)


async def test_a_look_keeps_the_cursor_and_the_button() -> None:
    """Live news never changes what enter does."""
    world = World()
    async with driven(world, start="overview") as (app, pilot):
        await press(pilot, "down")
        before = button(app)
        world.ses.known["example.com"] = pending("example.com", dkim="SUCCESS")
        await app.look()
        await settle(pilot)
        assert isinstance(app.screen, OverviewScreen)
        assert button(app) == before


async def test_a_step_to_do_says_what_comes_first() -> None:
    """Not the finding that it was not made yet."""
    async with driven(World(), start="overview") as (app, pilot):
        await press(pilot, "down", "down", "down", "down")
        assert button(app) == "Open Proof"
        assert "first Domain and SMTP login" in text(app)
        assert "First: Domain and SMTP login." in " ".join(text(app).split())


@pytest.mark.parametrize("name", ["example.com", "me@example.com"])
async def test_without_credentials_only_the_cause_is_said(name: str) -> None:
    """CONTRACT §2: one finding of the cause; what is still to be made is no news then."""
    world = World()
    world.sts.failure = world.ses.failure = denied()
    async with driven(world, name, start="overview") as (app, _):
        report = app.session.report
        assert report is not None
        ids = [finding.id for finding in report.findings]
        assert "access.sso-expired" in ids
        assert not {"proof.none", "login.none", "proof.ok", "login.ok"} & set(ids)
        assert not {"proof", "login"} & report.topics
        assert app.session.states["propagation"].value == "open", "right servers alone say nothing of SES's records"

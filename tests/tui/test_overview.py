"""The overview: the button means the row under the cursor, and the cursor begins where there is something to do."""

import pytest
from textual.widgets import Button

from seswizard.tui.screens.overview import OverviewScreen
from tests.tui.driving import LARGE, SMALL, driven, lines, press, settle, text
from tests.tui.fakes import World, denied, pending
from tests.tui.test_layout import doubled, verified


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


@pytest.mark.parametrize("size", [SMALL, LARGE])
async def test_a_record_that_was_saved_wrongly_leaves_the_records_undone(size: tuple[int, int]) -> None:
    """Rail and overview say so of the step where it is mended, not only of the one where it was noticed."""
    async with driven(doubled(), start="overview", size=size) as (app, _):
        row = next(line for line in lines(app) if "× blocked  DNS records" in line)
        assert "dkim 1 was saved under" in row
        if size == LARGE:
            assert "× DNS records    blocked" in text(app)


async def test_what_ses_sees_already_it_has_not_to_see_yet() -> None:
    """With everything verified the records' button does not contradict the verdict above it."""
    world = verified()
    world.publish(1, 2, 3)
    async with driven(world, start="records") as (app, _):
        assert app.session.verified
        assert "SES has to see them" not in text(app)

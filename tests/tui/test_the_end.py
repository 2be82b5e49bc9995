"""The end: a finished set-up is green and says so, one comes back to it, and aftercare can be decided."""

import pytest

from seswizard.cli.linear.asking import Away
from seswizard.cli.linear.road import visit, walk_road
from seswizard.core.failure import Failure, FailureError
from tests.linear.talking import Typed, unwrapped, walk_of
from tests.tui.driving import driven, lines, press, settle, text
from tests.tui.fakes import World, denied
from tests.tui.golden.scenes import proven

PROVEN = "Proven on 22 November, 09:00 UTC"


def sandboxed() -> World:
    world = proven()
    world.ses.production = False
    return world


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_one_comes_back_to_a_green_overview(size: tuple[int, int]) -> None:
    world = proven()
    world.smtp.replies = ["235 Authentication successful"]
    async with driven(world, size=size) as (app, pilot):
        assert app.step == "overview"
        shown = " ".join(text(app).split())
        assert "✓ ok Mail from example.com works." in shown
        assert PROVEN in shown
        assert "Aftercare: 3 things to decide" in shown
        assert "● now" not in shown
        assert "to do" not in shown
        assert "Open SMTP login the settings for your program" in shown
        await press(pilot, "enter")
        assert app.step == "login"


async def test_in_the_sandbox_too_and_it_says_to_whom() -> None:
    """Production access may be waited for, or never asked for: mail works all the same."""
    async with driven(sandboxed()) as (app, _):
        assert app.step == "overview"
        shown = " ".join(text(app).split())
        assert f"✓ ok Mail from example.com works. ▌ {PROVEN} · sandbox: only to verified addresses" in shown


async def test_without_the_proof_it_does_not_work_yet() -> None:
    world = proven()
    world.state.proofs.clear()
    async with driven(world) as (app, pilot):
        assert app.step == "proof"
        await press(pilot, "o")
        assert "works." not in text(app)


async def test_what_breaks_later_speaks_again() -> None:
    world = proven()
    world.iam.own_keys = ()
    async with driven(world) as (app, pilot):
        assert app.step == "login"
        await press(pilot, "o")
        assert "works." not in text(app)
        assert "× problem" in text(app)


async def test_who_cannot_look_claims_nothing() -> None:
    world = proven()
    world.sts.failure = world.ses.failure = denied()
    async with driven(world) as (app, pilot):
        await press(pilot, "o")
        assert "works." not in text(app)


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_aftercare_is_noted_or_set_aside_and_remembered(size: tuple[int, int]) -> None:
    """As said by the person, never as seen by us; and the same key takes it back."""
    world = proven()
    async with driven(world, start="aftercare", size=size) as (app, pilot):
        assert "✓ ok  Mail works. Three things keep it that way." in text(app)
        assert app.screen.query_one("#body").max_scroll_y == 0
        await press(pilot, "d", "down", "x", "down", "d")
        shown = text(app)
        assert [line for line in lines(app) if "✓ done by you" in line and "Alarms" in line]
        assert [line for line in lines(app) if "– not for me" in line and "Bounce mails" in line]
        assert [line for line in lines(app) if "✓ done by you" in line and "Health timer" in line]
        assert "Decided by you; nothing of it is checked here." in shown
        assert world.state.remembered[-1].aftercare == "alarms=done bounces=aside health=done"
        assert world.state.remembered[-1].mail_from == "bounce.example.com", "the other choices stay"
        await press(pilot, "d")
        assert world.state.remembered[-1].aftercare == "alarms=done bounces=aside"
        assert "1 of 3 to decide" in text(app)
        await press(pilot, "enter")
        assert app.step == "overview"
        assert "Aftercare: 1 thing to decide" in text(app)
    async with driven(world, start="aftercare", size=size) as (app, _):
        assert "1 of 3 to decide" in text(app), "it is remembered"


async def test_a_state_that_cannot_be_written_says_so_and_decides_nothing() -> None:
    world = proven()

    async def refuse(choices: object) -> None:
        raise FailureError(Failure("state.read-only", "The state directory cannot be written."))

    world.state.save_choices = refuse  # type: ignore[method-assign]  # a read-only directory
    async with driven(world, start="aftercare") as (app, pilot):
        await press(pilot, "d")
        await settle(pilot)
        assert "The state directory cannot be written." in text(app)
        assert "3 of 3 to decide" in text(app)


async def test_the_end_in_lines() -> None:
    talk = Typed()
    walk = walk_of(proven().services(), talk, choices=proven().state.remembered[0])
    with pytest.raises(Away):
        await walk_road(walk)
    told = unwrapped(talk.lines)
    assert f"ok: Mail from example.com works. {PROVEN} · Aftercare: 3 things to decide." in told
    assert "1. Open SMTP login: the settings for your program" in talk.lines


async def test_aftercare_in_lines() -> None:
    world, talk = proven(), Typed("2", "2", "3", "1")
    walk = walk_of(world.services(), talk, choices=world.state.remembered[0])
    await walk.look()
    with pytest.raises(Away):
        await visit(walk, "aftercare")
    assert world.state.remembered[-1].aftercare == "alarms=done bounces=aside"
    told = unwrapped(talk.lines)
    assert "Mail works. Three things keep it that way. 3 of 3 to decide: done by you, or not for you." in told
    assert "done by you: Alarms." in told
    assert "not for me: Bounce mails." in told
    assert "to decide: Health timer." in told

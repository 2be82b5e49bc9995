"""The suppression list: searching, checking, taking off after the plan, saving; long lists, and what cannot be looked at."""

import asyncio
from dataclasses import replace

import pytest

from seswizard.core.suppression import SuppressionPage
from seswizard.tui.modals.plan import PlanSheet
from seswizard.tui.screens.suppression import MOST, SuppressionScreen
from seswizard.tui.widgets.rows import Rows
from tests.tui.driving import LARGE, SMALL, Driven, driven, press, settle, text
from tests.tui.fakes import denied
from tests.tui.post import PostWorld, post_world
from tests.tui.test_hostile import EVIL, SEEN


def listing() -> PostWorld:
    """Three addresses, in an account that suppresses both."""
    world = post_world()
    world.aws.status = replace(world.aws.status, production=True, suppressed_reasons=("BOUNCE", "COMPLAINT"))
    world.suppress("ann@example.net", "Bob@example.org")
    world.suppress("carl@example.org", reason="COMPLAINT")
    return world


async def opened(at: Driven, about: str = "") -> SuppressionScreen:
    await at[0].open(f"suppression {about}".strip())
    await settle(at[1], 12)
    screen = at[0].screen
    assert isinstance(screen, SuppressionScreen)
    return screen


@pytest.mark.parametrize("size", [SMALL, LARGE])
async def test_the_list_its_settings_and_the_note_on_the_global_one(size: tuple[int, int]) -> None:
    """From Aftercare by key; reason and date of each."""
    async with driven(listing(), start="aftercare", size=size) as at:
        await press(at[1], "s")
        await settle(at[1], 12)
        flat = " ".join(text(at[0]).replace("▌", "").replace("▕", "").split())
        assert "3 addresses on the account’s suppression list in eu-west-1." in flat
        assert "after hard bounces and complaints" in flat
        assert "Nobody can ask it" in flat
        assert "carl@example.org" in flat
        assert "a complaint" in flat
        assert "2026-11-22" in flat


async def test_typing_filters_in_any_letter_case() -> None:
    async with driven(listing(), start="aftercare") as at:
        screen = await opened(at)
        await press(at[1], *"bob")
        assert [one.address for one in screen.shown_entries] == ["Bob@example.org"]
        assert "1 of 3 match" in text(at[0])
        assert "ann@example.net" not in text(at[0])


async def test_an_entry_is_taken_off_after_its_plan_in_exactly_its_spelling() -> None:
    """The focus of the sheet is on the safe answer; escape takes nothing off."""
    world = listing()
    async with driven(world, start="aftercare") as at:
        await opened(at)
        await press(at[1], *"bob", "enter", "enter")
        await settle(at[1], 8)
        assert isinstance(at[0].screen, PlanSheet)
        assert "take Bob@example.org off" in text(at[0])
        await press(at[1], "enter")
        assert len(world.list.entries) == 3, "the first enter is on Not now"
        await press(at[1], "enter")
        await settle(at[1], 8)
        await press(at[1], "left", "enter")
        await settle(at[1], 12)
        assert [one.address for one in world.list.entries] == ["ann@example.net", "carl@example.org"]
        assert "2 addresses" in text(at[0])


async def test_one_address_is_checked_in_any_spelling() -> None:
    async with driven(listing(), start="aftercare") as at:
        await opened(at)
        await press(at[1], "f2")
        await press(at[1], *"nonsense", "enter")
        assert "is no address" in text(at[0])
        await press(at[1], *["backspace"] * 8, *"BOB", "@", *"EXAMPLE.ORG", "enter")
        await settle(at[1], 8)
        flat = " ".join(text(at[0]).replace("▌", "").split())
        assert "spelt Bob@example.org" in flat
        await press(at[1], "f2")
        await press(at[1], *"new", "@", *"example.org", "enter")
        await settle(at[1], 8)
        assert "new@example.org is not on the account's suppression list" in " ".join(text(at[0]).replace("▌", "").split())


async def test_opened_about_an_address_it_is_looked_for_at_once() -> None:
    async with driven(listing(), start="aftercare") as at:
        screen = await opened(at, "ann@example.net")
        assert [one.address for one in screen.shown_entries] == ["ann@example.net"]
        assert "takes ann@example.net off" in text(at[0])


async def test_what_is_shown_is_saved_as_csv() -> None:
    world = listing()
    async with driven(world, start="aftercare") as at:
        await opened(at)
        await press(at[1], *"example.org", "f3", "enter")
        await settle(at[1])
        assert list(world.files.written) == ["suppression-eu-west-1.csv"]
        saved = world.files.written["suppression-eu-west-1.csv"]
        assert saved.startswith("address,reason,since\r\n")
        assert "Bob@example.org,BOUNCE,2026-11-22T09:00:00Z" in saved
        assert "ann@" not in saved


async def test_a_long_list_shows_its_progress_and_blocks_nothing() -> None:
    """A page a second; leaving ends the reading; what is shown is bounded."""
    world = listing()
    gate = asyncio.Event()
    world.suppress(*(f"user{number}@example.org" for number in range(3000)))
    world.list.page_size = 1000
    pages = world.list.page

    async def slowly(following: str | None = None, **more: object) -> SuppressionPage:
        if following:
            await gate.wait()
        return await pages(following)

    world.list.page = slowly  # type: ignore[method-assign]  # a page that takes its time
    async with driven(world, start="aftercare") as at:
        screen = await opened(at)
        assert "Reading the list: 1,000 so far." in text(at[0])
        await press(at[1], *"x")
        gate.set()
        await settle(at[1], 20)
        await press(at[1], "backspace")
        await settle(at[1], 10)
        assert screen.entries is not None
        assert len(screen.entries) == 3003
        assert screen.query_one(Rows).option_count == MOST
        assert f"{3003 - MOST:,} more; type to narrow them down" in text(at[0])


async def test_what_cannot_be_looked_at_is_said_and_tried_again() -> None:
    world = listing()
    pages = world.list.page

    async def refusing(following: str | None = None, **more: object) -> SuppressionPage:
        raise denied()

    world.list.page = refusing  # type: ignore[method-assign]  # no session any more
    async with driven(world, start="aftercare") as at:
        await opened(at)
        assert "? unknown  The SSO session" in text(at[0])
        world.list.page = pages  # type: ignore[method-assign]  # and back
        at[0].screen.query_one("#go").focus()
        await press(at[1], "enter")
        await settle(at[1], 12)
        assert "3 addresses" in text(at[0])


async def test_hostile_addresses_are_shown_as_they_are_and_removable() -> None:
    world = listing()
    world.suppress(f"{EVIL}@example.org", reason=EVIL)
    async with driven(world, start="aftercare", size=LARGE) as at:
        screen = await opened(at)
        assert SEEN in text(at[0])
        assert "\x1b" not in text(at[0])
        assert any(one.address == f"{EVIL}@example.org" for one in screen.entries or ())

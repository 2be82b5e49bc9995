"""Help: why, this screen's keys first, then the common ones; Textual's own not at all."""

import pytest
from textual.containers import VerticalScroll
from textual.widgets import Input

from seswizard.tui.modals.plan import PlanSheet
from tests.tui.driving import LARGE, Driven, driven, lines, press, settle, text
from tests.tui.fakes import World, pending


async def keys_of(at: Driven) -> list[str]:
    """The rows under the heads, as `key what`."""
    app, pilot = at
    await press(pilot, "f1")
    await settle(pilot)
    body = app.screen.query_one("#help-body", VerticalScroll)
    return [" ".join(str(one.render()).split()) for one in body.query("Static")]


@pytest.mark.parametrize("size", [(80, 24), LARGE])
async def test_our_keys_come_first_and_textuals_never(size: tuple[int, int]) -> None:
    """The screen's own before those that mean the same everywhere."""
    world = World()
    world.ses.known["example.com"] = pending("example.com")
    async with driven(world, start="propagation", size=size) as at:
        rows = await keys_of(at)
        here, everywhere = rows.index("Keys here"), rows.index("Keys everywhere")
        assert here < rows.index("space") < everywhere
        assert rows[rows.index("m F2") + 1] == "Go into the matrix; enter opens a cell"
        assert everywhere < rows.index("n F8")
        assert everywhere < rows.index("^q q") < rows.index("esc")
        for theirs in ("Press button", "Focus Next", "Focus Previous", "Copy selected text"):
            assert theirs not in rows


async def test_the_keys_of_a_focused_cell_are_there_too() -> None:
    """In the matrix enter opens the raw answers."""
    world = World()
    world.ses.known["example.com"] = pending("example.com")
    async with driven(world, start="propagation") as at:
        await press(at[1], "m")
        rows = await keys_of(at)
        assert rows.index("Open the raw answers of this cell") < rows.index("Keys everywhere")


async def test_the_help_scrolls_to_its_end_by_the_arrows() -> None:
    """At 80×24 the words and the keys are longer than the screen."""
    async with driven(World(), start="records") as at:
        app, pilot = at
        await keys_of(at)
        await press(pilot, "end")
        body = app.screen.query_one("#help-body", VerticalScroll)
        assert body.scroll_y == body.max_scroll_y > 0


@pytest.mark.parametrize("key", ["enter", "escape"])
async def test_with_the_help_over_a_plan_no_key_decides_anything(key: str) -> None:
    """On a narrow terminal the help hides the plan: what one cannot see, one cannot consent to."""
    async with driven(World(), start="domain") as (app, pilot):
        await press(pilot, "enter", "f1")
        assert isinstance(app.screen, PlanSheet)
        assert app.screen.query("Help")
        await press(pilot, key)
        assert isinstance(app.screen, PlanSheet)
        assert not app.screen.query("Help")
        assert "F1 Help" in lines(app)[-1]


@pytest.mark.parametrize("size", [(60, 20), (80, 24), LARGE])
async def test_what_is_typed_over_the_help_reaches_nothing_beneath_it(size: tuple[int, int]) -> None:
    """The field had the focus: letters do not change it, escape closes the help, and typing then goes on where it was."""
    async with driven(World(), None, size=size) as (app, pilot):
        field = app.screen.query_one("#name", Input)
        await press(pilot, *"exam", "f1", *"xyz", "backspace", "tab", *"n2")
        assert app.screen.query("Help")
        assert "F1 closes this  esc too" in text(app)
        assert field.value == "exam"
        await press(pilot, "escape")
        assert not app.screen.query("Help")
        assert app.focused is field
        await press(pilot, *"ple.com")
        assert field.value == "example.com"


@pytest.mark.parametrize("key", ["escape", "enter", "q", "f1", "question_mark"])
async def test_each_of_these_keys_closes_the_help_and_does_nothing_else(key: str) -> None:
    """On a screen with a button that has the focus; afterwards it has it again."""
    world = World()
    world.ses.known["example.com"] = pending("example.com")
    async with driven(world, start="propagation") as (app, pilot):
        await press(pilot, "f1", key)
        assert not app.screen.query("Help")
        assert app.step == "propagation"
        assert app.focused is app.screen.query_one("#go")


async def test_nothing_stands_upon_the_help_where_it_takes_the_whole_screen() -> None:
    """Scrolled line by line, no line loses its first letters."""
    async with driven(World(), start="records") as (app, pilot):
        await press(pilot, "f1", "down")
        assert lines(app)[0].startswith("  DNS records")


async def test_while_the_help_has_the_keyboard_the_foot_names_no_other_key() -> None:
    """Beside the page they would be keys that do nothing."""
    async with driven(World(), start="records", size=LARGE) as (app, pilot):
        await press(pilot, "f1")
        assert lines(app)[-1].split("^p")[0].strip() == "esc Close help"
        await press(pilot, "escape")
        assert "F1 Help" in lines(app)[-1]

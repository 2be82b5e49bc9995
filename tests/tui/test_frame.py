"""The frame every screen shares: where it begins, how one moves, what it shows at every size."""

import pytest
from textual.widgets import Button

from seswizard.core.remembered import DomainChoices
from seswizard.core.steps import STEPS
from seswizard.tui.step_screen import StepScreen
from seswizard.tui.terminal import TOO_SMALL
from tests.tui.driving import LARGE, SMALL, driven, lines, press, settle, text
from tests.tui.fakes import World, denied, pending


async def test_a_name_opens_the_first_step_that_is_to_do() -> None:
    """Access and limits are done by looking, so a new domain begins at Domain."""
    async with driven(World()) as (app, _):
        assert app.step == "domain"
        assert lines(app)[0].startswith("  example.com")
        assert "eu-west-1 · 1234-5678-9012 · sandbox" in lines(app)[0]


async def test_the_world_is_warmed_once_and_after_the_first_frame() -> None:
    """Loading the AWS library must not delay the first frame."""
    world = World()
    async with driven(world):
        assert world.warmed == 1


async def test_overrides_are_said_in_the_top_bar() -> None:
    """Every face says that test addresses are in force."""
    async with driven(World(overrides=("SESWIZARD_RESOLVERS",))) as (app, _):
        assert "test addresses in force" in lines(app)[0]


@pytest.mark.parametrize("size", [SMALL, LARGE])
@pytest.mark.parametrize("step", [step.id for step in STEPS] + ["overview"])
async def test_every_screen_has_the_frame_and_help_at_both_sizes(step: str, size: tuple[int, int]) -> None:
    """Verdict, one button that has the focus or a list or field, footer of at most six keys, HELP text."""
    world = World()
    world.ses.known["example.com"] = pending("example.com")
    async with driven(world, start=step, size=size) as (app, _):
        screen = app.screen
        assert isinstance(screen, StepScreen)
        assert screen.step == step
        assert screen.HELP.strip()
        assert screen.focused is not None
        footer = lines(app)[-1]
        assert "F1 Help" in footer
        shown = [one for one in screen.active_bindings.values() if one.binding.show]
        assert len({one.binding.action for one in shown}) <= 5, "the sixth is Commands"
        assert screen.query_one("#do").region.height == 1
        assert screen.query_one("#do").region.bottom <= size[1]


async def test_a_tiny_terminal_says_what_it_needs_and_goes_on_when_enlarged() -> None:
    """20×5 shows the sentence alone; 80×24 is as if nothing had happened."""
    async with driven(World(), start="access") as (app, pilot):
        before = text(app)
        await pilot.resize_terminal(20, 5)
        await settle(pilot)
        said = " ".join(text(app).split())
        assert said == TOO_SMALL
        assert "needs 80×24" in lines(app)[0]
        await pilot.resize_terminal(80, 24)
        await settle(pilot)
        assert text(app) == before
        assert isinstance(app.focused, Button)


async def test_keys_move_along_the_road_and_back() -> None:
    """n, b, o and escape; the way back is the way one came."""
    async with driven(World(), start="access") as (app, pilot):
        await press(pilot, "n")
        assert app.step == "sandbox"
        await press(pilot, "o")
        assert app.step == "overview"
        await press(pilot, "b")
        assert app.step == "sandbox"
        await press(pilot, "escape")
        assert app.step == "access"
        await press(pilot, "b")
        assert app.step == "access"
        await press(pilot, "f8", "f9")
        assert app.step == "overview"


async def test_the_button_has_the_focus_and_goes_on() -> None:
    """Enter is always the next thing to do."""
    async with driven(World(), start="access") as (app, pilot):
        assert app.focused is app.screen.query_one("#go")
        await press(pilot, "enter")
        assert app.step == "sandbox"


@pytest.mark.parametrize("key", ["f1", "question_mark"])
async def test_help_takes_the_place_of_the_rail(key: str) -> None:
    """Why, keys and the legend; the same key or escape closes it."""
    async with driven(World(), start="access", size=LARGE) as (app, pilot):
        await press(pilot, key)
        assert "Who you are at AWS" in text(app)
        assert "F1 closes this" in text(app)
        assert "– not asked" in text(app)
        assert not app.screen.query_one("#rail").display
        await press(pilot, "escape")
        assert app.step == "access"
        assert app.screen.query_one("#rail").display
        assert "F1 closes this" not in text(app)


@pytest.mark.parametrize("key", ["ctrl+p", "colon"])
async def test_the_palette_jumps_to_any_step(key: str) -> None:
    """Typing a step's name and enter opens it."""
    async with driven(World(), start="access") as (app, pilot):
        await press(pilot, key)
        await press(pilot, *"sending")
        await settle(pilot, 30)
        await press(pilot, "enter")
        await settle(pilot, 20)
        assert app.step == "sandbox"


async def test_a_look_keeps_focus_scroll_and_the_do_row() -> None:
    """Live news never moves what one is about to press."""
    world = World()
    world.ses.known["example.com"] = pending("example.com")
    async with driven(world, start="overview") as (app, pilot):
        await press(pilot, "shift+tab", "down", "down")
        focused, place = app.focused, app.screen.query_one("#do").region
        assert focused is not None
        world.ses.known["example.com"] = pending("example.com", dkim="SUCCESS")
        world.publish(1, 2, 3)
        await app.look()
        await settle(pilot)
        assert app.focused is focused
        assert app.screen.query_one("#do").region == place
        await press(pilot, "tab")
        assert app.focused is app.screen.query_one("#go")


async def test_a_wide_terminal_has_the_rail_with_words() -> None:
    """The waiting steps say so in words, the others by their shapes."""
    world = World()
    world.ses.known["example.com"] = pending("example.com")
    async with driven(world, start="access", size=LARGE) as (app, _):
        rail = [line[:28] for line in lines(app)]
        assert any("✓ Access" in line for line in rail)
        assert any("… Verification   waiting" in line for line in rail)


async def test_could_not_look_shows_the_command_and_what_was_seen() -> None:
    """An ended session says nothing about the domain; the old facts stay, dated."""
    world = World()
    async with driven(world, start="access") as (app, pilot):
        world.sts.failure = world.ses.failure = denied()
        await press(pilot, "l")
        shown = text(app)
        assert "? unknown  Could not look: the SSO session" in shown
        assert "That says nothing about your domain." in shown
        assert "aws sso login --profile mail-admin" in shown
        assert "What was seen at" in shown
        assert "Try again" in shown
        await press(pilot, "f4")
        assert world.clipboard.taken == ["aws sso login --profile mail-admin"]
        world.sts.failure = world.ses.failure = None
        await press(pilot, "enter")
        assert "You are in." in text(app)


async def test_no_color_uses_the_terminals_own_two_colours(monkeypatch: pytest.MonkeyPatch) -> None:
    """NO_COLOR: our look without a hue; glyph and word are there."""
    monkeypatch.setenv("NO_COLOR", "1")
    async with driven(World(), start="access") as (app, _):
        assert app.no_color
        assert app.native_ansi_color
        assert "✓ ok  You are in." in text(app)
        colours = {
            segment.style.color
            for strip in app.screen._compositor.render_strips()
            for segment in strip.apply_filter(app._filters[-1], app.screen.background_colors[1])
            if segment.style and segment.style.color and not segment.style.color.is_default
        }
        assert not colours


async def test_an_empty_no_color_means_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """The convention asks for a non-empty value."""
    monkeypatch.setenv("NO_COLOR", "")
    async with driven(World(), start="access") as (app, _):
        assert not app.no_color


async def test_a_chosen_theme_is_remembered_and_comes_back() -> None:
    """Ours, the built-in ones and the ANSI ones all draw; the choice is kept in the state."""
    world = World()
    async with driven(world, start="access") as (app, pilot):
        for theme in ("seswizard-light", "textual-dark", "ansi-dark", "nord"):
            app.theme = theme
            await settle(pilot)
            assert "You are in." in text(app)
        assert world.state.saved_theme == "nord"
    async with driven(world, start="access") as (app, _):
        assert app.theme == "nord"


async def test_one_remembered_domain_is_resumed_and_several_are_offered() -> None:
    """Without a name: the only one at once, several as a list."""
    world = World()
    world.state.remembered = [DomainChoices("example.com", "eu-west-1")]
    async with driven(world, None) as (app, _):
        assert str(app.session.name) == "example.com"
        assert app.step == "domain"
    world.state.remembered.append(DomainChoices("example.org", "eu-west-1", sends_by="sdk"))
    async with driven(world, None) as (app, pilot):
        assert "Welcome back" in text(app)
        await press(pilot, "down", "enter")
        assert str(app.session.name) == "example.org"
        assert app.session.choices is not None
        assert app.session.choices.sends_by == "sdk"
        assert len(world.state.remembered) == 2


async def test_findings_are_copied_and_shown_as_plain_text() -> None:
    """From the overview: c copies, p shows the sheet, escape closes it."""
    world = World()
    async with driven(world, start="overview") as (app, pilot):
        await press(pilot, "c")
        assert "access.ok" in world.clipboard.taken[0]
        assert app.clipboard == world.clipboard.taken[0]
        await press(pilot, "p")
        assert "What was found" in text(app)
        await press(pilot, "escape")
        assert app.step == "overview"
        assert "What was found" not in text(app)

"""What fits: the first painted frame, the footer, the button's sentence, titles, and everything one consents to."""

import re
from dataclasses import replace
from typing import Any

import pytest
from textual.screen import Screen

from seswizard.core.names import parse_identity
from seswizard.core.plan import Change, Plan
from seswizard.core.steps import STEPS
from seswizard.tui.app import SeswizardApp
from seswizard.tui.modals.plan import PlanSheet
from seswizard.tui.paint import columns
from seswizard.tui.step_screen import StepScreen
from seswizard.tui.watch import News
from seswizard.tui.widgets.rail import Rail
from tests.tui.driving import LARGE, SMALL, driven, lines, press, settle, text
from tests.tui.fakes import TOKENS, ZONE, World, pending

EVERY = [step.id for step in STEPS] + ["overview"]
LONG = "/seswizard/seswizard-a-rather-long-name.example.com-eu-west-1-and-more-of-it"


def doubled() -> World:
    """A world in which one record was saved under a doubled name."""
    world = World()
    world.ses.known["example.com"] = pending("example.com")
    world.publish(1, 3)
    world.dns.published[f"{TOKENS[1]}._domainkey.example.com.example.com", "CNAME"] = f"{TOKENS[1]}.{ZONE}"
    return world


def verified() -> World:
    """A world in which SES has verified the domain."""
    world = World()
    world.ses.known["example.com"] = pending("example.com", dkim="SUCCESS")
    world.publish(1, 2, 3)
    return world


@pytest.mark.parametrize(("size", "with_rail"), [(SMALL, False), (LARGE, True)])
async def test_every_painted_frame_has_the_layout_of_its_size(
    monkeypatch: pytest.MonkeyPatch, size: tuple[int, int], with_rail: bool
) -> None:
    """Also the first frame of a screen: the rail is never painted for a moment where there is no room for it."""
    painted: list[bool] = []
    display = SeswizardApp._display

    def watching(self: SeswizardApp, screen: Screen[Any], renderable: Any) -> None:
        if isinstance(screen, StepScreen) and (rail := screen.query(Rail)):
            painted.append(bool(rail.first().region.width))
        display(self, screen, renderable)

    monkeypatch.setattr(SeswizardApp, "_display", watching)
    async with driven(World(), start="access", size=size) as (_, pilot):
        await press(pilot, "n", "o", "b")
    assert painted
    assert set(painted[1:] if not painted[0] else painted) == {with_rail}


@pytest.mark.parametrize("size", [SMALL, (90, 24), LARGE])
@pytest.mark.parametrize("step", EVERY)
async def test_the_footer_never_overflows_when_something_has_changed(step: str, size: tuple[int, int]) -> None:
    """F6 comes, and what is missed least goes; help and the palette stay."""
    async with driven(doubled(), start=step, size=size) as (app, pilot):
        app.news = News("domain", "done", "Domain: done")
        app.screen.refresh_bindings()
        await settle(pilot)
        footer = lines(app)[-1]
        assert "F6 What changed" in footer
        assert "F1 Help" in footer
        assert footer.endswith("^p Commands")
        first = next(
            (one.binding for one in app.screen.active_bindings.values() if one.binding.show and one.node is app.screen), None
        )
        assert first is None or first.description in footer, "the screen's first key stays"
        await pilot.resize_terminal(120, 30)
        await settle(pilot)
        assert "b Back" in lines(app)[-1], "it comes back where there is room"


@pytest.mark.parametrize("make", [World, doubled, verified])
@pytest.mark.parametrize("step", EVERY)
async def test_the_buttons_sentence_is_whole_at_80_columns(step: str, make: type[World]) -> None:
    """One row, no ellipsis, nothing hidden."""
    async with driven(make(), start=step) as (app, _):
        why = app.screen.query_one("#why")
        assert app.screen.query_one("#do").region.height == 1
        row = lines(app)[why.region.y]
        assert "…" not in row
        assert why.render().plain.strip() in row  # type: ignore[union-attr]  # a Static renders Content


@pytest.mark.parametrize("size", [SMALL, LARGE])
@pytest.mark.parametrize("detail", [LONG, "arn:aws:sns:eu-west-1:123456789012:" + "a-topic-with-a-long-name-" * 4])
async def test_everything_one_consents_to_is_readable(detail: str, size: tuple[int, int]) -> None:
    """A long detail wraps; nothing of a plan is cut."""
    plan = Plan("make the SMTP login", (Change("+", "Configuration set", detail), Change("~", "Access key", "kept")), "Make it")
    async with driven(World(), start="access", size=size) as (app, pilot):
        app.push_screen(PlanSheet(plan))
        await settle(pilot)
        place = app.screen.query_one("#changes").region
        rows = [line[place.x + 20 : place.right].strip() for line in lines(app)[place.y : place.bottom]]
        assert "".join(rows) == f"{detail}kept"
        assert "Make it" in text(app)


async def test_a_long_title_wraps_in_findings_and_in_the_overview() -> None:
    """At 80 columns every word of it can be read."""
    world = World()
    title = "SES gave up looking for the records of example.com."
    world.ses.known["example.com"] = replace(pending("example.com"), status="FAILED")
    async with driven(world, start="overview") as (app, _):
        assert title in " ".join(re.sub(r"^ +\S+ \w+ +Domain", "", line).strip() for line in lines(app))
        rows = app.screen.query_one("#steps")
        shown = lines(app)[rows.region.y : rows.region.bottom]
        assert not [line for line in shown if line.endswith("…")]


def test_a_wrapped_column_goes_on_below_itself() -> None:
    """Indented to its column, and nothing lost."""
    made = columns(("one", "several words that do not fit", "three"), (5, 12, 6), wrap=1).plain
    assert made.split("\n") == ["one  several     three ", "     words that", "     do not fit"]


async def test_ctrl_c_says_which_key_leaves_and_leaves_nothing() -> None:
    """In our words; the program goes on."""
    async with driven(World(), start="access") as (app, pilot):
        await press(pilot, "ctrl+c")
        assert "ctrl+q quits" in text(app)
        assert "Do you want to quit?" not in text(app)
        assert app.is_running


async def test_a_screen_that_only_waits_for_a_key_repaints_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its tick goes on, and no widget is updated by it."""
    async with driven(World(), start="access") as (app, pilot):
        world_clock = app.session.services.clock
        await world_clock.advance(12)  # type: ignore[attr-defined]  # the manual clock
        assert isinstance(app.screen, StepScreen)
        app.screen.tick()
        await settle(pilot)
        updated: list[str] = []
        monkeypatch.setattr("seswizard.tui.paint.Static.update", lambda self, *_, **__: updated.append(str(self.id)))
        await world_clock.advance(5)  # type: ignore[attr-defined]  # the manual clock
        app.screen.tick()
        assert not updated


@pytest.mark.parametrize("name", ["example.com", "a-rather-long-name.of-a-department.example.org"])
@pytest.mark.parametrize("size", [(60, 20), SMALL, LARGE])
async def test_the_domain_is_whole_in_the_top_bar(name: str, size: tuple[int, int]) -> None:
    """Also beside the help; what stands at the right gives way, but for the words on test addresses."""
    app = SeswizardApp(replace(World().services(), overrides=("SESWIZARD_CA_FILE",)), parse_identity(name), "access")
    async with app.run_test(size=size) as pilot:
        await settle(pilot, 12)
        assert lines(app)[0].startswith(f"  {name} ")
        assert "test" in lines(app)[0]
        if size == LARGE:
            await press(pilot, "f1")
            await settle(pilot)
            assert lines(app)[0].startswith(f"  {name} ")


async def test_a_toast_covers_nothing_on_the_smallest_usual_terminal() -> None:
    """It stands in the air above the foot: the value, the button and its sentence stay whole; only the last one is shown."""
    async with driven(doubled(), start="records") as (app, pilot):
        before = lines(app)
        await press(pilot, "2", "3", "1")
        await settle(pilot, 8)
        after = lines(app)
        assert "Hostname sent to clipboard" in after[-2]
        assert not before[-2].strip()
        assert [row for row in before[2:-2] if row not in after] == []
        assert "Type sent" not in text(app)


@pytest.mark.parametrize("size", [SMALL, LARGE])
async def test_beside_a_sheet_nothing_of_the_page_is_seen(size: tuple[int, int]) -> None:
    """Cut words beside the plan would be noise."""
    async with driven(World(), start="domain", size=size) as (app, pilot):
        await press(pilot, "enter")
        await settle(pilot, 8)
        assert isinstance(app.screen, PlanSheet)
        left = app.screen.query_one("#sheet").region.x
        assert not [row for row in lines(app)[:-1] if row[:left].strip()]
        assert "Domain  " not in text(app)

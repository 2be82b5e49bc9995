"""Foreign text is shown as it is: never parsed as markup, never sent to the terminal as a control."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from textual.app import App, ComposeResult

from seswizard.core.account import Account, Caller, Quota
from seswizard.core.conversation import Line
from seswizard.core.findings import Evidence, Finding, Level, Paste, Remedy
from seswizard.core.plan import Change, Plan
from seswizard.core.remembered import DomainChoices
from seswizard.tui.modals.confirm import Confirm
from seswizard.tui.modals.plan import PlanSheet
from seswizard.tui.modals.text import TextSheet
from seswizard.tui.paint import columns, mark, rich, shown
from seswizard.tui.widgets.blind import Blindness, BlindPanel
from seswizard.tui.widgets.card import RecordCard
from seswizard.tui.widgets.facts import FactsGrid
from seswizard.tui.widgets.finding import Findings
from seswizard.tui.widgets.matrix import TruthMatrix
from seswizard.tui.widgets.rows import Rows
from seswizard.tui.widgets.table import Table
from seswizard.tui.widgets.talk import Conversation
from seswizard.tui.widgets.verdict import Verdict
from tests.tui.driving import LARGE, driven, press, settle, text
from tests.tui.fakes import World, denied, pending

EVIL = "[/x][ERROR]$primary[b]\x1b[31m\x9b"
SEEN = "[/x][ERROR]$primary[b]␛[31m"
"""The beginning of it on the screen: the brackets whole, the escape visible."""
NOW = datetime(2026, 11, 22, tzinfo=UTC)


def finding(level: Level = Level.PROBLEM) -> Finding:
    """A finding that is foreign through and through."""
    evidence = (Evidence(EVIL, EVIL, EVIL, EVIL, NOW),)
    return Finding(f"dkim.{EVIL}", level, EVIL, evidence, Remedy(EVIL, (Paste(EVIL, "TXT", EVIL),), EVIL))


class Zoo(App[None]):
    """Every widget with hostile text in every place."""

    CSS = "* { height: auto; }"

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """The marks' styles."""
        from seswizard.tui.theme import span_styles

        return span_styles(self.current_theme, ansi=self.native_ansi_color)

    def compose(self) -> ComposeResult:
        yield Verdict("problem", EVIL, EVIL)
        yield FactsGrid((EVIL, EVIL))
        yield Table((EVIL, EVIL), layouts=((50, 50),))
        yield Rows((EVIL, EVIL), layouts=((50, 50),), middle=1)
        yield Findings(finding(), finding(Level.UNKNOWN))
        yield TruthMatrix((EVIL, EVIL), (EVIL, ((EVIL, EVIL),)))
        yield RecordCard(EVIL, EVIL, (EVIL, EVIL), note=EVIL)
        yield Conversation(Line(0.1, EVIL, EVIL))
        yield BlindPanel(Blindness(EVIL, EVIL, EVIL, (EVIL,), EVIL, ((EVIL, EVIL, EVIL),)))


async def test_every_widget_shows_hostile_text_as_it_is() -> None:
    """Also when it comes later, by `show`."""
    app = Zoo()
    async with app.run_test(size=(120, 60)) as pilot:
        for _ in range(3):
            plain = "\n".join("".join(one.text for one in strip) for strip in app.screen._compositor.render_strips())
            assert plain.count("[/x][ERROR]") >= 20
            assert "\x1b" not in plain
            assert "\x9b" not in plain
            app.query_one(Verdict).say("ok", EVIL + "!", EVIL)
            await app.query_one(FactsGrid).show((EVIL, EVIL + "!"), ("more", EVIL))
            app.query_one(Table).show((EVIL, EVIL), (EVIL, EVIL))
            app.query_one(Rows).show((EVIL, EVIL), (EVIL, EVIL))
            await app.query_one(Findings).show(finding(Level.WAITING))
            await app.query_one(TruthMatrix).show((EVIL, "x"), (EVIL, (("x", EVIL),)))
            await app.query_one(RecordCard).show(EVIL, "y", (EVIL, EVIL), (EVIL, EVIL))
            app.query_one(Conversation).hear(Line(0.2, "←", EVIL))
            await pilot.pause()


def test_paint_keeps_strings_literal() -> None:
    """A string is never markup, a variable of our markup neither."""
    assert shown(EVIL).plain.startswith(SEEN)
    assert rich("[b]$name[/b]", name=EVIL).plain.startswith(SEEN)
    assert mark("problem", EVIL).plain.startswith(f"× {SEEN}")
    assert SEEN in columns((EVIL, "x"), (60, 5)).plain


async def test_every_sheet_shows_hostile_text_as_it_is() -> None:
    """Plan, question and text."""
    plan = Plan(EVIL, (Change("+", EVIL, EVIL, EVIL), Change("-", EVIL, EVIL)), EVIL, EVIL, (EVIL,))
    async with driven(World(), start="access") as (app, pilot):
        for sheet in (PlanSheet(plan), Confirm(EVIL, EVIL, EVIL, EVIL), TextSheet(EVIL, EVIL, EVIL)):
            app.push_screen(sheet)
            await settle(pilot)
            assert SEEN in text(app)
            assert "\x1b" not in text(app)
            await press(pilot, "escape")
        app.push_screen(PlanSheet(plan))
        await settle(pilot)
        assert app.focused is app.screen.query_one("#no"), "removing begins at the safe answer"


@pytest.mark.parametrize("step", ["access", "sandbox", "production", "aftercare", "overview"])
async def test_every_simple_screen_survives_hostile_answers(step: str) -> None:
    """From AWS, DNS and the state, when seen and when not."""
    world = World()
    world.sts.arn = f"arn:aws:iam::1:user/{EVIL}"
    evil = pending("example.com")
    world.ses.known["example.com"] = replace(evil, status=EVIL, dkim=replace(evil.dkim, status=EVIL, hosted_zone=EVIL))
    world.publish(1)

    async def account() -> Account:
        return Account(False, True, EVIL, Quota(200, 1, 3), EVIL, EVIL, EVIL, (EVIL,))

    async def caller() -> Caller:
        return Caller(EVIL, f"arn:aws:iam::1:user/{EVIL}")

    world.ses.account = account  # type: ignore[method-assign]  # a bent answer
    world.sts.caller = caller  # type: ignore[method-assign]  # a bent answer
    async with driven(world, start=step, size=LARGE) as (app, pilot):
        assert "\x1b" not in text(app)
        assert app.step == step
        world.ses.failure = denied(EVIL)
        del world.ses.account
        await app.look()
        await settle(pilot)
        assert "\x1b" not in text(app)


async def test_hostile_choices_do_not_stop_the_chooser() -> None:
    """A broken line of the state is said, not parsed."""
    world = World()
    world.state.remembered = [DomainChoices(EVIL, EVIL), DomainChoices("example.com", "eu-west-1")]
    async with driven(world, None, size=LARGE) as (app, pilot):
        assert SEEN in text(app)
        await press(pilot, "enter")
        assert app.session.name is None
        await press(pilot, "down", "enter")
        assert str(app.session.name) == "example.com"


async def test_the_terminal_title_carries_no_escape() -> None:
    """It is written to the terminal as it is."""
    async with driven(World(), start="access") as (app, _):
        written: list[str] = []
        assert app._driver is not None
        app._driver.write = lambda data: written.append(data)  # type: ignore[method-assign]  # what goes to the terminal
        app.set_terminal_title(EVIL)
        assert written == [f"\x1b]2;{SEEN}\\x9b\x07"]

"""In every scenario, with the real screens: each tells what its step found; that, and the plan behind its button, is told in
lines too."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from textual.widgets import Static

from seswizard.actions.action import Action
from seswizard.cli.linear.asking import Away
from seswizard.cli.linear.lines import plan_lines
from seswizard.cli.linear.road import visit
from seswizard.cli.linear.table import WALKED
from seswizard.cli.linear.walk import Walk
from seswizard.core.answers_file import SetupAnswers
from seswizard.core.facts import Facts
from seswizard.core.findings import Finding, Level, speaking
from seswizard.core.keep import KeepChoice
from seswizard.core.names import DomainName, IdentityName
from seswizard.core.plan import Plan
from seswizard.core.remembered import DomainChoices
from seswizard.core.steps import STEP, findings_of
from seswizard.demo.mistakes import MISTAKES
from seswizard.demo.scenarios import SCENARIOS
from seswizard.look import everything
from seswizard.look.knowing import judged
from seswizard.look.session import Session
from seswizard.ports import Services
from seswizard.tui.app import SeswizardApp
from seswizard.tui.modals.plan import PlanSheet
from seswizard.tui.step_screen import StepScreen
from seswizard.tui.widgets.finding import FindingPanel
from seswizard.wiring import Options, build
from tests.conftest import MakeWorld
from tests.linear.talking import Typed, walk_of
from tests.road import make_identity
from tests.tui.driving import settle

ABOUT_DNS = ("domain", "records", "propagation")
"""The steps that each mistake may change; another one that is in the same state with the same findings is not shown again."""

LISTED = "dmarc.missing"
"""The screen's list of records says this already, lines tell it whole."""

Told = dict[str, set[tuple[object, ...]]]
"""By step: what was told of each finding."""


def whole(finding: Finding) -> tuple[object, ...]:
    """What a person is told of a finding: its id, level and title, and how it is mended."""
    return finding.id, finding.level, finding.title, finding.remedy


async def on_screens(services: Services) -> tuple[Told, dict[str, Plan]]:
    """The findings that each step's screen shows, and the plans behind its button."""
    app = SeswizardApp(services, DomainName("example.com"), start="overview")
    found: Told = {}
    plans: dict[str, Plan] = {}
    async with app.run_test(size=(80, 24)) as pilot:
        await _until(pilot, lambda: app.step == "overview")
        for step in STEP:
            await app.open(step)
            found[step] = await _shown(app, pilot, step)
            plans |= await _plan_behind_the_button(app, pilot)
    return found, plans


async def _shown(app: SeswizardApp, pilot: Any, step: str) -> set[tuple[object, ...]]:
    """What the screen of this step shows when it has come to rest."""
    await settle(pilot, 2)
    assert isinstance(app.screen, StepScreen)
    assert app.screen.step == step
    return {whole(panel.finding) for panel in app.screen.query(FindingPanel)}


def unsaid(app: SeswizardApp) -> list[str]:
    """What is wrong at this step, or has the word at it, and stands nowhere on its screen; the cells tell what waits beside."""
    screen = app.screen
    assert isinstance(screen, StepScreen)
    assert app.session.report is not None
    shown = [one for one in screen.query(Static) if all(node.display for node in one.ancestors_with_self if node is not app)]
    said = " ".join(" ".join(str(one.render()) for one in shown).split())
    found = [one for one in findings_of(screen.step, app.session.report) if one.level in (Level.PROBLEM, Level.WAITING)]
    return [one.id for one in found if one.title not in said and (one.level is Level.PROBLEM or one is speaking(found))]


def out_of_sight(app: SeswizardApp) -> list[str]:
    """The problems on Verification of which it is not seen at once, at 80x24, what to do about them."""
    body = app.screen.query_one("#body").region
    found = []
    for panel in app.screen.query(FindingPanel) if app.step == "propagation" else ():
        finding, advice = panel.finding, panel.finding.remedy.text[:30] if panel.finding.remedy else ""
        told = [one.region.offset for one in panel.query(Static) if advice and str(one.render()).startswith(advice)]
        if finding.level is Level.PROBLEM and not (told and all(map(body.contains_point, told))):
            found.append(finding.id)
    return found


async def _plan_behind_the_button(app: SeswizardApp, pilot: Any) -> dict[str, Plan]:
    """Press it where it leads to a plan, take that, and press Escape; the plan by its step."""
    assert isinstance(app.screen, StepScreen)
    do = app.screen.primary()
    if do is None or do.run is None or str(do.label) != "Show the plan":
        return {}
    await pilot.pause(0.3)
    await pilot.click("#go")
    await _until(pilot, lambda: isinstance(app.screen, PlanSheet))
    sheet = app.screen
    assert isinstance(sheet, PlanSheet)
    await pilot.press("escape")
    await _until(pilot, lambda: not isinstance(app.screen, PlanSheet))
    return {app.step: sheet.plan}


async def _until(pilot: Any, true: Callable[[], bool]) -> None:
    for _ in range(400):
        if true():
            return
        await pilot.pause(0.05)
    raise AssertionError("the screen never got there")


async def in_lines(services: Services, monkeypatch: pytest.MonkeyPatch) -> tuple[Told, dict[str, Plan]]:
    """The findings that lines tell of each step, and the plans that its choices lead to."""
    known = [one for one in await services.state.choices() if one.name == "example.com"]
    talk = Typed()
    walk = walk_of(services, talk, "example.com", known[0] if known else None)
    walk.answers = SetupAnswers(keep=KeepChoice())
    await walk.look()
    found: Told = {}
    plans: dict[str, Plan] = {}

    async def seen(walk: Walk, action: Action) -> None:
        plans.setdefault(walk.visited[-1], action.plan)

    monkeypatch.setattr(Walk, "carry_out", seen)
    for step in STEP:
        talk.answers = []
        with pytest.raises(Away):
            await visit(walk, step)
        found[step] = {whole(one) for one in walk.tell.memory.told(step)}
        for offer in WALKED[step].offers(walk):
            if offer.words.startswith("Show the plan"):
                talk.answers = ["", ""]
                await offer.run(walk)
    return found, plans


@pytest.fixture
def seen(monkeypatch: pytest.MonkeyPatch) -> list[Facts]:
    """A world is looked at once, for real; then both faces know what was seen, so that they can be compared."""
    kept: list[Facts] = []

    async def look(services: Services, name: IdentityName, **how: Any) -> Facts:
        if not kept:
            kept.append(await everything.look(services, name, choices=how["choices"]))
        return kept[0]

    monkeypatch.setattr("seswizard.look.knowing.look", look)
    return kept


def compared(screens: Told, lines: Told, screen_plans: dict[str, Plan], line_plans: dict[str, Plan]) -> list[str]:
    """The steps at which the screen shows more than the lines, or another plan."""
    wrong = [step for step, told in screens.items() if not told <= lines[step]]
    return wrong + [
        f"{step}: plan"
        for step, plan in screen_plans.items()
        if step not in line_plans or list(plan_lines(plan)) != list(plan_lines(line_plans[step]))
    ]


@pytest.mark.parametrize(
    ("scenario", "planned"),
    [("blank", "domain"), ("first-time", "domain"), ("route53", "domain"), ("production", None), ("made", "login")],
)
def test_lines_reach_what_the_screen_shows(
    make_world: MakeWorld,
    no_lane: None,
    scenario: str,
    planned: str | None,
    seen: list[Facts],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What a step's screen shows, with its remedies and its plan, is told in lines too."""
    make_world("blank" if scenario == "made" else scenario)
    if scenario == "made":
        make_identity()
    services = build(Options(region="eu-west-1"))
    screens, screen_plans = asyncio.run(on_screens(services))
    lines, line_plans = asyncio.run(in_lines(services, monkeypatch))
    assert len(seen) == 1
    assert set(screen_plans) == {planned} - {None}
    assert compared(screens, lines, screen_plans, line_plans) == []


def session_of(services: Services, choices: DomainChoices, facts: Facts) -> Session:
    """What is known after this look."""
    return judged(Session(services, DomainName("example.com")).with_choices(choices), facts)


async def test_lines_reach_what_the_screen_shows_of_every_mistake(
    make_world: MakeWorld, no_lane: None, seen: list[Facts], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The same in a world of each mistake: every screen is opened once, and is shown one world after the other.

    No screen keeps back what is wrong at its own step, or what it waits for.
    """
    screens: dict[str, Told] = {}
    lines: dict[str, Told] = {}
    known: dict[str, tuple[DomainChoices, Facts]] = {}
    plans: dict[str, dict[str, Plan]] = {}
    wrong: dict[str, list[str]] = {}

    async def world_of(scenario: str) -> Services:
        monkeypatch.setenv("SESWIZARD_STATE_DIR", str(tmp_path / scenario))
        await asyncio.to_thread(make_world, scenario, tmp_path / scenario)  # A world ends in a loop of its own.
        return build(Options(region="eu-west-1"))

    app = SeswizardApp(await world_of("blank"), DomainName("example.com"), start="login")
    app.consent_pauses = (0.0, 0.0)
    async with app.run_test(size=(80, 24)) as pilot:
        await _until(pilot, lambda: app.step == "login" and bool(app.screen.query("#go")))
        await settle(pilot)
        for mistake in MISTAKES:
            services = await world_of(mistake.id)
            (choices,) = await services.state.choices()
            seen[:] = [await everything.look(services, DomainName("example.com"), choices=choices)]
            lines[mistake.id], line_plans = await in_lines(services, monkeypatch)
            known[mistake.id] = choices, seen[0]
            app.know(session_of(services, *known[mistake.id]))
            screens[mistake.id] = {"login": await _shown(app, pilot, "login")}
            plans[mistake.id] = await _plan_behind_the_button(app, pilot)
            wrong[mistake.id] = compared({}, {}, plans[mistake.id], line_plans)
        for step in STEP:
            await app.open(step)
            await settle(pilot)
            before: dict[object, set[tuple[object, ...]]] = {}
            for scenario, (choices, facts) in known.items():
                session = session_of(services, choices, facts)
                assert session.report is not None
                same = frozenset(map(whole, findings_of(step, session.report))), tuple(session.states.values())
                if step in ABOUT_DNS or same not in before:
                    seen[:] = [facts]
                    app.know(session)
                    before[same] = await _shown(app, pilot, step)
                    wrong[scenario] += [f"what to do about {ident} is out of sight" for ident in out_of_sight(app)]
                    wrong[scenario] += [f"{step}: nothing is said of {ident}" for ident in unsaid(app)]
                screens[scenario][step] = before[same]
    for scenario, told in screens.items():
        wrong[scenario] += compared(told, lines[scenario], {}, {})
        read = lines[scenario] if scenario == LISTED else {step: told[step] for step in ("records", "propagation")}
        if scenario not in {one[0] for findings in read.values() for one in findings}:
            wrong[scenario].append("it was not really read")
    assert {scenario: found for scenario, found in wrong.items() if found} == {}
    assert sum(map(len, plans.values())) > len(MISTAKES) / 2, "the plans were really compared"
    assert set(SCENARIOS) == {"blank", "first-time", "route53", "production", *screens}

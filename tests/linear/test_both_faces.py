"""Screen and lines say the same: every finding, remedy, cause of blindness and plan of the one is reachable in the other."""

import ast
import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import seswizard
from seswizard.actions.action import Action
from seswizard.actions.sending import NOT_PROVEN
from seswizard.cli.linear.asking import Away
from seswizard.cli.linear.lines import evidence_lines, plan_lines
from seswizard.cli.linear.records import record_lines
from seswizard.cli.linear.road import visit
from seswizard.cli.linear.table import WALKED
from seswizard.cli.linear.walk import Walk
from seswizard.core import step_words
from seswizard.core.findings import Level, Report
from seswizard.core.keep import KEEPS, KeepChoice, keep_questions
from seswizard.core.login_life import ROTATION
from seswizard.core.names import DomainName
from seswizard.core.plan import Plan
from seswizard.core.reading import Unseen
from seswizard.core.remembered import DomainChoices
from seswizard.core.step_help import HELP
from seswizard.core.step_words import (
    CLICK,
    FOR_REAL_MAIL,
    LINK_MAIL,
    NO_RECORDS,
    NO_RECORDS_YET,
    REQUEST,
    ROAD,
    SENDERS,
    TO_DO,
    TOUCHES_NO_DNS,
    WATCH,
)
from seswizard.core.steps import STEP, findings_of
from seswizard.demo.mistakes import MISTAKES
from seswizard.exports.records import ENDINGS
from seswizard.ports import Services
from seswizard.tui import blindness
from seswizard.tui.app import SeswizardApp
from seswizard.tui.modals.plan import PlanSheet
from seswizard.tui.screens.first_run import FirstRunScreen
from seswizard.tui.screens.registry import screen_for
from seswizard.tui.step_screen import StepScreen
from seswizard.tui.widgets.finding import FindingPanel
from seswizard.wiring import Options, build
from tests.conftest import MakeWorld
from tests.core.scene import Scene
from tests.core.test_checks import TABLE
from tests.fakes import START
from tests.linear.talking import Typed, unwrapped, walk_of
from tests.road import make_identity
from tests.tui.driving import settle
from tests.tui.fakes import World as Fakes
from tests.tui.fakes import denied

SAMPLE = ("blank", "production", *(one.id for one in MISTAKES[::20]))
"""Worlds in which the screen itself is asked; the table of the checks has every finding, without a world."""


# ---- every finding that there is ----------------------------------------------------------------------------


def told(scene: Scene) -> tuple[Walk, Typed, Report]:
    """Everything that lines tell about a scene: each step, its evidence, and the records."""
    facts, report = scene.facts(), scene.report
    talk = Typed()
    choices = DomainChoices(str(scene.name), scene.region, sends_by=scene.sends_by)
    walk = walk_of(Fakes().services(scene.region), talk, str(scene.name), choices)
    walk.session = walk.session.with_report(facts, report)
    for step in STEP:
        walk.tell_step(step, WALKED[step])
    for number, record in enumerate(facts.records, 1):
        walk.tell.lines(record_lines(walk, record, number))
    for finding in report.findings:
        walk.tell.lines(evidence_lines(finding))
    return walk, talk, report


def bent(bend: Callable[[Scene], Any]) -> Scene:
    scene = Scene()
    bend(scene)
    return scene


def unseen(name: str) -> Callable[[Scene], Any]:
    """Nobody could look at this."""
    return lambda scene: scene.unseen.update({name: Unseen(denied().failure, "AWS", START)})


READINGS = ("caller", "account", "identity", "delegation", "sweep", "login", "proof", "keys", "dmarc")
BLIND = [pytest.param(unseen(name), id=f"{name} unseen") for name in READINGS]


@pytest.mark.parametrize("bend", [*(pytest.param(bend, id=name) for name, bend, _ in TABLE), *BLIND])
def test_every_finding_and_remedy_is_told(bend: Callable[[Scene], Any]) -> None:
    walk, talk, report = told(bent(bend))
    text = unwrapped(talk.lines)
    for step in STEP:
        on_screen = {one.id for one in findings_of(step, report)}
        in_lines = {one.id for one in walk.tell.memory.told(step)}
        assert on_screen <= in_lines, step
        beside = {one.id for one in WALKED[step].beside(walk)}
        blind = blindness.blindness(step, walk.session)
        said = step_words.could_not_look(step, walk.session.facts, report) if walk.session.facts else None
        assert in_lines - on_screen <= beside | ({said.id} if said else set()), step
        assert (blind is None) == (said is None), step
        if blind and said and said.remedy:
            assert (said.title, said.remedy.text, said.remedy.command) == (blind.title, blind.remedy, blind.command), step
            assert said.title in text
    for finding in report.findings:
        assert f"{finding.title} ({finding.id})" in text
        if finding.remedy and finding.level is not Level.OK and finding.id not in TO_DO:
            assert " ".join(finding.remedy.text.split()).rstrip(":.") in text
            assert finding.remedy.command in text
            for paste in finding.remedy.records:
                assert paste.value in talk.lines, "whole, and alone on its line"
                assert (paste.host or paste.name) in talk.lines


PACKAGE = Path(seswizard.__file__).parent
FACES = ("tui", "cli/linear")
TOLD_ONCE = (
    *(text for paragraphs in HELP.values() for text in paragraphs),
    *(words for _, *both in SENDERS for words in both),
    *(text for _, text in (*ROAD, *REQUEST, *WATCH)),
    *(one.what for ways in ROTATION.values() for one in ways),
    *(text for _, text in LINK_MAIL),
    *(part for kind, _, _ in KEEPS for asked in keep_questions(kind, "example.com") for part in asked[:2]),
    *(NOT_PROVEN, NO_RECORDS, CLICK, FOR_REAL_MAIL, NO_RECORDS_YET, TOUCHES_NO_DNS, ENDINGS),
)
"""What both faces say, and neither holds."""


@pytest.mark.parametrize("face", FACES)
def test_no_face_holds_what_both_say(face: str) -> None:
    """The words stand once, in core or beside the action; also a half of them is not written again."""
    held = [
        (path.name, node.value)
        for path in (PACKAGE / face).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    ]
    assert held
    assert [(where, said) for said in TOLD_ONCE for where, text in held if said in text] == []


@pytest.mark.parametrize("step", sorted(HELP))
def test_the_help_of_both_faces_is_the_same(step: str) -> None:
    screen = FirstRunScreen() if step == "first" else screen_for(step)
    assert all(paragraph in screen.HELP for paragraph in HELP[step])


# ---- in worlds, with the screen itself ----------------------------------------------------------------------


async def on_screens(services: Services) -> tuple[dict[str, set[str]], dict[str, Plan]]:
    """The findings that each step's screen shows, and the plans behind its button."""
    app = SeswizardApp(services, DomainName("example.com"), start="overview")
    found: dict[str, set[str]] = {}
    plans: dict[str, Plan] = {}
    async with app.run_test(size=(120, 36)) as pilot:
        await _until(pilot, lambda: app.step == "overview")
        for step in STEP:
            await app.open(step)
            await settle(pilot)
            screen = app.screen
            assert isinstance(screen, StepScreen)
            assert screen.step == step
            found[step] = {panel.finding.id for panel in screen.query(FindingPanel)}
            do = screen.primary()
            if do is not None and do.run is not None and str(do.label) == "Show the plan":
                plans[step] = await _plan_behind_the_button(app, pilot)
    return found, plans


async def _plan_behind_the_button(app: SeswizardApp, pilot: Any) -> Plan:
    """Press it, take the plan, and press Escape."""
    await pilot.pause(0.3)
    await pilot.click("#go")
    await _until(pilot, lambda: isinstance(app.screen, PlanSheet))
    sheet = app.screen
    assert isinstance(sheet, PlanSheet)
    await pilot.press("escape")
    await _until(pilot, lambda: not isinstance(app.screen, PlanSheet))
    return sheet.plan


async def _until(pilot: Any, true: Callable[[], bool]) -> None:
    for _ in range(200):
        if true():
            return
        await pilot.pause(0.05)
    raise AssertionError("the screen never got there")


async def in_lines(services: Services, monkeypatch: pytest.MonkeyPatch) -> tuple[dict[str, set[str]], dict[str, Plan]]:
    """The findings that lines tell of each step, and the plans that its choices lead to."""
    known = [one for one in await services.state.choices() if one.name == "example.com"]
    talk = Typed()
    walk = walk_of(services, talk, "example.com", known[0] if known else None)
    walk.answers = step_answers()
    await walk.look()
    found: dict[str, set[str]] = {}
    plans: dict[str, Plan] = {}

    async def seen(walk: Walk, action: Action) -> None:
        plans.setdefault(walk.visited[-1], action.plan)

    monkeypatch.setattr(Walk, "carry_out", seen)
    for step in STEP:
        talk.answers = []
        with pytest.raises(Away):
            await visit(walk, step)
        found[step] = {one.id for one in walk.tell.memory.told(step)}
        for offer in WALKED[step].offers(walk):
            if offer.words.startswith("Show the plan"):
                talk.answers = ["", ""]
                await offer.run(walk)
    return found, plans


def step_answers() -> Any:
    from seswizard.core.answers_file import SetupAnswers

    return SetupAnswers(keep=KeepChoice())


@pytest.mark.parametrize("scenario", [*SAMPLE, "made"])
def test_lines_reach_what_the_screen_shows(
    make_world: MakeWorld, no_lane: None, scenario: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both faces look at the same world, in which SES does not look again meanwhile."""
    monkeypatch.setattr("seswizard.demo.world.tick", lambda _ses: None)
    make_world("blank" if scenario == "made" else scenario)
    if scenario == "made":
        make_identity()
    services = build(Options(region="eu-west-1"))
    screens, screen_plans = asyncio.run(on_screens(services))
    lines, line_plans = asyncio.run(in_lines(services, monkeypatch))
    for step in STEP:
        assert screens[step] <= lines[step], step
    if scenario.startswith("dkim."):
        assert scenario in screens["propagation"], "the screen was really read"
    assert set(screen_plans) <= set(line_plans)
    for step, plan in screen_plans.items():
        assert list(plan_lines(plan)) == list(plan_lines(line_plans[step])), step
    expected = {"blank": {"domain"}, "made": {"login"}}
    assert set(screen_plans) == expected.get(scenario, set(screen_plans))

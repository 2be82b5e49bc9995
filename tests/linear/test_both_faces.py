"""Screen and lines say the same: every finding, remedy, cause of blindness and plan of the one is reachable in the other."""

import ast
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import seswizard
from seswizard.actions.sending import NOT_PROVEN
from seswizard.cli.linear.lines import evidence_lines
from seswizard.cli.linear.records import record_lines
from seswizard.cli.linear.table import WALKED
from seswizard.cli.linear.walk import Walk
from seswizard.core import step_words
from seswizard.core.findings import Level, Report
from seswizard.core.keep import KEEPS, keep_questions
from seswizard.core.login_life import ROTATION
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
from seswizard.exports.records import ENDINGS
from seswizard.tui import blindness
from seswizard.tui.screens.first_run import FirstRunScreen
from seswizard.tui.screens.registry import screen_for
from tests.core.scene import Scene
from tests.core.test_checks import TABLE
from tests.fakes import START
from tests.linear.talking import Typed, unwrapped, walk_of
from tests.tui.fakes import World as Fakes
from tests.tui.fakes import denied

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


def sentences(face: str) -> dict[str, str]:
    """Every text of four words or more that a face holds, but for its docstrings, and the file that holds it."""
    found: dict[str, str] = {}
    for path in (PACKAGE / face).rglob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        documented = {id(one.value) for one in ast.walk(tree) if isinstance(one, ast.Expr)}
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in documented:
                text = node.value.strip(" .,:;?").lower()
                if len(text.split()) >= 4:
                    found[text] = path.name
    return found


def test_no_sentence_stands_in_both_faces() -> None:
    screen, lines = sentences("tui"), sentences("cli/linear")
    assert len(screen) > 100
    assert len(lines) > 50
    assert {text: (screen[text], lines[text]) for text in screen.keys() & lines.keys()} == {}


@pytest.mark.parametrize("step", sorted(HELP))
def test_the_help_of_both_faces_is_the_same(step: str) -> None:
    screen = FirstRunScreen() if step == "first" else screen_for(step)
    assert all(paragraph in screen.HELP for paragraph in HELP[step])

"""Levels, their order and exit codes, and how findings are chosen and sorted; the marks; the plan; the pauses."""

import json
from itertools import islice

import pytest

from seswizard.core.failure import Failure, FailureError
from seswizard.core.findings import Finding, Level, Report, speaking, strongest, worst_first
from seswizard.core.marks import MARKS, mark_of, plain_terminal, step_mark
from seswizard.core.pacing import SES_GAP, dns_pauses, login_pauses
from seswizard.core.plan import Change, Plan, Sign, readable
from seswizard.core.reading import Seen, Unseen, reading
from seswizard.core.simulator import SCENARIOS, scenario
from seswizard.core.steps import State
from tests.fakes import START

PROBLEM, WAITING, ADVICE, OK, UNKNOWN = (
    Finding(f"dkim.{level.value}", level, "") for level in (Level.PROBLEM, Level.WAITING, Level.ADVICE, Level.OK, Level.UNKNOWN)
)


@pytest.mark.parametrize(
    ("levels", "wins", "code"),
    [
        ((), Level.OK, 0),
        ((Level.OK, Level.ADVICE), Level.ADVICE, 0),
        ((Level.WAITING, Level.ADVICE), Level.WAITING, 4),
        ((Level.WAITING, Level.UNKNOWN), Level.UNKNOWN, 3),
        ((Level.UNKNOWN, Level.PROBLEM, Level.OK), Level.PROBLEM, 1),
    ],
)
def test_the_strongest_level_decides_the_exit(levels: tuple[Level, ...], wins: Level, code: int) -> None:
    assert (strongest(levels), strongest(levels).exit_code) == (wins, code)


def test_a_list_shows_what_needs_somebody_first() -> None:
    mixed = (OK, WAITING, ADVICE, PROBLEM, UNKNOWN)
    assert worst_first(mixed) == (PROBLEM, UNKNOWN, ADVICE, WAITING, OK)
    assert speaking(mixed) == PROBLEM
    assert speaking(()) is None
    assert speaking((Finding("a.a", Level.OK, ""), Finding("b.b", Level.OK, ""))) == Finding("a.a", Level.OK, "")


def test_a_report_finds_its_topics_and_ids() -> None:
    report = Report("example.com", "eu-west-1", (OK, PROBLEM, Finding("dns.ok", Level.OK, "")))
    assert report.level is Level.PROBLEM
    assert report.of(["dkim"]) == (PROBLEM, OK)
    assert report.has("dns.ok")
    assert not report.has("dns.lame")


def test_every_level_and_state_has_a_mark_with_a_word() -> None:
    assert all(MARKS[one.value].word for one in (*Level, *State))
    assert len({mark_of(level).glyph for level in Level}) == len(Level)
    assert len({mark_of(level).shown(plain=True) for level in Level}) == len(Level)
    assert mark_of(Level.OK).shown(plain=True).isascii()


def test_a_step_that_could_not_be_looked_at_is_unknown_rather_than_blocked() -> None:
    assert step_mark(State.BLOCKED, (UNKNOWN, OK)) == "unknown"
    assert step_mark(State.BLOCKED, (UNKNOWN, PROBLEM)) == "blocked"
    assert step_mark(State.DONE, ()) == "done"


@pytest.mark.parametrize(
    ("environment", "plain"),
    [
        ({}, False),
        ({"TERM": "linux"}, True),
        ({"LANG": "de_DE.UTF-8"}, False),
        ({"LANG": "C"}, True),
        ({"LANG": "de_DE.UTF-8", "LC_ALL": "POSIX"}, True),
        ({"LC_ALL": "", "LANG": "C.utf8"}, False),
    ],
)
def test_terminals_without_the_glyphs_are_known(environment: dict[str, str], plain: bool) -> None:
    assert plain_terminal(environment) is plain


@pytest.mark.parametrize(
    ("signs", "summary"),
    [
        ("", "Nothing to do."),
        ("+", "Makes 1 thing. Changes nothing that exists."),
        ("++++", "Makes 4 things. Changes nothing that exists."),
        ("+~", "Makes 1 thing. Changes 1 thing."),
        ("~~", "Changes 2 things."),
        ("---", "Removes 3 things."),
        ("~-", "Changes 1 thing. Removes 1 thing."),
    ],
)
def test_a_plan_sums_itself_up(signs: str, summary: str) -> None:
    kinds: dict[str, Sign] = {"+": "+", "~": "~", "-": "-"}
    changes = tuple(Change(kinds[sign], "Thing", "it") for sign in signs)
    assert Plan("do it", changes, "Do it").summary == summary


def test_a_plan_as_lines_holds_every_change_command_and_the_way_back() -> None:
    changes = (Change("+", "User", "ann", "aws iam one --two " + "x" * 60), Change("~", "Policy", "less"))
    plan = Plan("make it", changes, "Make it", "seswizard undo example.com", ("It costs nothing.",))
    assert plan.commands == ("aws iam one \\\n  --two " + "x" * 60,)
    assert plan.lines() == (
        "Plan: make it",
        "Makes 1 thing. Changes 1 thing.",
        "+ User: ann",
        "~ Policy: less",
        "It costs nothing.",
        "The same with the AWS CLI:",
        "  aws iam one \\",
        "    --two " + "x" * 60,
        "Undo: seswizard undo example.com",
    )


def test_pauses_grow_and_those_for_a_login_end() -> None:
    dns = list(islice(dns_pauses(), 60))
    assert dns[:30] == [1.0] * 30
    assert dns[30:] == sorted(dns[30:])
    assert dns[-1] == 10.0
    logins = list(login_pauses(300))
    assert logins == sorted(logins)
    assert 300 <= sum(logins) < 300 + logins[-1]
    assert logins[-1] == 20.0
    assert SES_GAP >= 1.1


async def test_a_failed_look_is_unseen_and_any_other_error_is_a_bug() -> None:
    async def sees() -> int:
        return 3

    async def fails() -> int:
        raise FailureError(Failure("access.denied", "No."))

    async def breaks() -> int:
        raise ValueError

    assert await reading(sees(), "SES", START) == Seen(3, "SES", START)
    assert await reading(fails(), "SES", START) == Unseen(Failure("access.denied", "No."), "SES", START)
    with pytest.raises(ValueError):
        await reading(breaks(), "SES", START)


def test_the_simulator_has_its_five_addresses_and_no_other() -> None:
    assert {one.address.split("@")[0] for one in SCENARIOS} == {"success", "bounce", "ooto", "complaint", "suppressionlist"}
    assert {one.address.split("@")[1] for one in SCENARIOS} == {"simulator.amazonses.com"}
    assert scenario("bounce") is SCENARIOS[0]
    assert scenario("ann@example.com") is None


def test_a_document_of_a_plan_is_json_and_its_long_values_stand_alone() -> None:
    said = {"Resource": ["arn:aws:ses:eu-west-1:123456789012:identity/*"], "AWS:SourceArn": "arn:" + "x" * 90}
    text = readable(said)
    assert json.loads(text) == said
    assert text.splitlines()[-3:-1] == ['  "AWS:SourceArn":', '"arn:' + "x" * 90 + '"']

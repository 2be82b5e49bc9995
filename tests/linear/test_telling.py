"""Lines: short, one fact each, values to copy alone; what was told is not told again."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seswizard.cli.linear.emitting import Emitter
from seswizard.cli.linear.lines import WIDTH, evidence_lines, finding_lines, plan_lines, wrapped
from seswizard.cli.linear.telling import Telling
from seswizard.core.findings import Evidence, Finding, Level, Paste, Remedy
from seswizard.core.plan import Change, Plan
from seswizard.core.step_words import TO_DO
from seswizard.core.steps import _NOT_MADE_YET
from tests.tui.fakes import ManualClock

LONG = "v=spf1 " + "include:_spf.example.com " * 10
DOUBLED = Finding(
    "dkim.doubled-name",
    Level.PROBLEM,
    "dkim 2 was saved under a doubled name.",
    (Evidence("a._domainkey.example.com.example.com", "b", "c", "ns1"),),
    Remedy("Open that record.", (Paste("a._domainkey.example.com", "MX", "b", "a._domainkey", 10),), "dig it"),
)


@given(st.text())
def test_no_line_is_longer_but_for_a_word_that_stands_alone(text: str) -> None:
    for line in wrapped(text):
        assert "\n" not in line
        assert len(line) <= WIDTH or len(line.split()) == 1
    assert "".join(" ".join(wrapped(text)).split()) == "".join(text.split())


def test_a_problem_says_its_level_as_a_word_and_every_value_alone() -> None:
    assert list(finding_lines(DOUBLED)) == [
        "problem: dkim 2 was saved under a doubled name. (dkim.doubled-name)",
        "do: Open that record.",
        "hostname:",
        "a._domainkey",
        "type: MX",
        "priority: 10",
        "value:",
        "b",
        "command:",
        "dig it",
    ]
    assert list(evidence_lines(DOUBLED)) == [
        "looked at: a._domainkey.example.com.example.com",
        "seen: b",
        "wanted: c",
        "said by: ns1",
    ]


def test_what_is_to_be_made_is_to_do_and_not_a_problem() -> None:
    missing = Finding("identity.missing", Level.PROBLEM, "SES does not know it.", (), Remedy("Make it.", command="setup"))
    assert list(finding_lines(missing)) == ["to do: SES does not know it. (identity.missing)", "do: Make it."]
    assert TO_DO <= _NOT_MADE_YET


def test_what_is_not_there_yet_leads_to_the_records() -> None:
    waiting = Finding(
        "dkim.not-published", Level.WAITING, "Not yet.", (), Remedy("Add at your DNS host:", (Paste("a", "A", "b"),))
    )
    assert list(finding_lines(waiting)) == [
        "waiting: Not yet. (dkim.not-published)",
        "do: Add at your DNS host; the DNS records tell what exactly.",
    ]


def test_a_plan_keeps_its_commands_whole() -> None:
    command = "aws sesv2 " + " ".join(f"--option{number} value" for number in range(9))
    plan = Plan("x", (Change("~", "Thing", "word " * 40, command),), "Do", "", ("note " * 40,))
    lines = list(plan_lines(plan))
    assert all(len(line) <= WIDTH for line in lines)
    for line in plan.commands[0].splitlines():
        assert f"  {line}" in lines


def test_only_news_is_told() -> None:
    lines: list[str] = []
    tell = Telling(lines.append)
    fine = Finding("dns.ok", Level.OK, "Fine.")
    assert tell.findings("propagation", (DOUBLED, fine))
    told = len(lines)
    assert not tell.findings("propagation", (DOUBLED, fine))
    assert len(lines) == told
    assert tell.findings("propagation", (fine,))
    assert lines[told:] == ["no longer so: dkim 2 was saved under a doubled name. (dkim.doubled-name)"]
    assert not tell.findings("records", ())
    tell.forget("propagation")
    assert tell.findings("propagation", (fine,))
    assert lines[-1] == "ok: Fine. (dns.ok)"


def test_only_new_facts_are_told() -> None:
    lines: list[str] = []
    tell = Telling(lines.append)
    assert tell.facts("domain", ("a", "b"))
    assert not tell.facts("domain", ("a", "b"))
    assert tell.facts("domain", ("a", "c"))
    assert lines == ["a", "b", "c"]


def test_a_sentence_of_a_step_is_broken_once(capsys: pytest.CaptureFixture[str]) -> None:
    """The step's name is part of the line that is broken, not put before what was broken already."""
    title = "These credentials belong to account 123456789012; example.com was set up in 999999999999."
    emitter = Emitter("text", "example.com", "eu-west-1", ManualClock())
    emitter.finding("access", Finding("access.other-account", Level.PROBLEM, title))
    told = capsys.readouterr().err.splitlines()
    assert told == wrapped(f"Access: problem: {title} (access.other-account)")
    assert len(told) == 2

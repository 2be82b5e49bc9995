"""`suppression` as a shell runs it, in the world: list, check, remove, their formats and exit codes."""

import csv
import io
import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from seswizard.core.failure import BadInputError
from seswizard.core.findings import Level
from seswizard.core.suppression import Suppressed, given_address, listed, matching, settings, spellings, to_csv
from tests.cli.conftest import Run

if TYPE_CHECKING:
    from seswizard.demo.world import World

START = datetime(2026, 11, 1, 9, 30, tzinfo=UTC)


@pytest.fixture
def full(world: "World") -> "World":
    """A world with three addresses on the list."""
    region = world.ses.region(world.region)
    for day, (address, reason) in enumerate(
        (("Ann@example.net", "BOUNCE"), ("bob@example.org", "COMPLAINT"), ("=cmd|' /C calc'!A0@example.net", "BOUNCE"))
    ):
        region.suppressed[address] = (reason, START + timedelta(days=day))
    return world


def test_the_list_says_reason_date_and_settings(full: "World", run: Run) -> None:
    ran = run("suppression", "list")
    assert ran.code == 0
    assert ran.out.splitlines() == [
        "2026-11-03 09:30  bounce     =cmd|' /C calc'!A0@example.net",
        "2026-11-01 09:30  bounce     Ann@example.net",
        "2026-11-02 09:30  complaint  bob@example.org",
    ]
    assert "3 addresses" in ran.err
    assert "after hard bounces and complaints" in ran.err
    assert "14 days at most" in ran.err


@pytest.mark.parametrize(
    ("options", "found"),
    [
        (("--search", "ANN"), ["Ann@example.net"]),
        (("--reason", "complaint"), ["bob@example.org"]),
        (("--since", "2026-11-02"), ["=cmd|' /C calc'!A0@example.net", "bob@example.org"]),
        (("--since", "2026-11-02", "--reason", "bounce", "--search", "nobody"), []),
    ],
)
def test_the_list_is_narrowed(full: "World", run: Run, options: tuple[str, ...], found: list[str]) -> None:
    ran = run("suppression", "list", *options, "--format", "json")
    about = json.loads(ran.out)
    assert ran.code == 0
    assert (about["schema"], about["region"], about["suppressed_reasons"]) == (1, "eu-west-1", ["BOUNCE", "COMPLAINT"])
    assert [one["address"] for one in about["addresses"]] == found


def test_json_carries_contract_times(full: "World", run: Run) -> None:
    about = json.loads(run("suppression", "list", "--search", "ann", "--format", "json").out)
    assert about["addresses"] == [{"address": "Ann@example.net", "reason": "BOUNCE", "since": "2026-11-01T09:30:00Z"}]


def test_csv_is_rfc_4180_and_no_formula(full: "World", run: Run) -> None:
    ran = run("suppression", "list", "--format", "csv")
    rows = list(csv.reader(io.StringIO(ran.out)))
    assert rows[0] == ["address", "reason", "since"]
    assert rows[1] == ["'=cmd|' /C calc'!A0@example.net", "BOUNCE", "2026-11-03T09:30:00Z"]
    assert rows[2] == ["Ann@example.net", "BOUNCE", "2026-11-01T09:30:00Z"]


@pytest.mark.parametrize("start", list("=+-@\t\r\n＝＋－＠"))
def test_no_address_begins_a_formula_in_csv(start: str) -> None:
    text = to_csv([Suppressed(f'{start}1+1,"x"@example.net', "BOUNCE", START)])
    assert text.endswith("\r\n")
    (_, row) = csv.reader(io.StringIO(text, newline=""), strict=True)
    assert row[0].startswith("'")
    assert row[0].endswith('1+1,"x"@example.net')
    assert text.count("\n") == 2


@pytest.mark.parametrize(
    ("asked", "stored"),
    [("Ann@example.net", "Ann@example.net"), ("ann@EXAMPLE.net", "Ann@example.net"), ("BOB@example.org", "bob@example.org")],
)
def test_a_listed_address_is_a_problem_in_whatever_letter_case(full: "World", run: Run, asked: str, stored: str) -> None:
    ran = run("suppression", "check", asked, "--format", "json")
    about = json.loads(ran.out)
    assert (ran.code, about["schema"], about["level"]) == (1, 1, "problem")
    (finding,) = about["findings"]
    assert (finding["id"], finding["step"]) == ("suppression.listed", "aftercare")
    assert stored in finding["title"]
    assert ("spelt" in finding["title"]) == (asked != stored)
    assert finding["remedy"]["command"] == f"seswizard suppression remove {stored}"


def test_an_address_that_is_not_listed_is_fine_and_the_other_list_is_told(full: "World", run: Run) -> None:
    ran = run("suppression", "check", "carl@example.net")
    assert ran.code == 0
    assert "carl@example.net is not on the account's suppression list in eu-west-1." in ran.out
    assert "Nobody can ask it" in ran.err


def test_a_removal_wants_consent_and_takes_the_exact_spelling(full: "World", run: Run) -> None:
    suppressed = full.ses.region(full.region).suppressed
    dry = run("suppression", "remove", "Ann@example.net", "--dry-run")
    assert (dry.code, "put-suppressed-destination" in dry.out) == (0, True)
    refused = run("suppression", "remove", "Ann@example.net")
    assert (refused.code, "--yes" in refused.err) == (2, True)
    other = run("suppression", "remove", "ann@example.net", "--yes")
    assert (other.code, other.out) == (1, "")
    assert "seswizard suppression remove Ann@example.net" in other.err
    assert len(suppressed) == 3
    done = run("suppression", "remove", "Ann@example.net", "--yes")
    assert (done.code, "Ann@example.net is off the list." in done.err) == (0, True)
    assert set(suppressed) == {"bob@example.org", "=cmd|' /C calc'!A0@example.net"}
    again = run("suppression", "remove", "Ann@example.net", "--yes")
    assert again.code == 1
    assert again.err.strip().splitlines()[-1] == "Ann@example.net is not on the suppression list in eu-west-1."


@pytest.mark.parametrize(
    "words",
    [
        ("check", "example.net"), ("check", ""), ("remove", "a b@example.net"), ("check", f"{'a' * 400}@example.net"),
        ("check", "a\x1b[31m@example.net"), ("list", "--since", "yesterday"), ("list", "--reason", "spam"), ("list", "x"),
    ],
)  # fmt: skip
def test_bad_input_is_exit_2(world: "World", run: Run, words: tuple[str, ...]) -> None:
    ran = run("suppression", *words)
    assert (ran.code, ran.out) == (2, "")
    assert "\x1b" not in ran.err


@pytest.mark.parametrize("words", [("list",), ("check", "a@example.net")])
def test_who_may_not_look_gets_unknown_and_never_an_empty_list(world: "World", run: Run, words: tuple[str, ...]) -> None:
    ran = run("suppression", *words, "--format", "json", AWS_SECRET_ACCESS_KEY="wrong")
    about = json.loads(ran.out)
    assert (ran.code, about["level"]) == (3, "unknown")
    assert about["findings"][0]["id"].startswith("access.")


@pytest.mark.parametrize(
    ("address", "found"),
    [
        ("Ann@Example.net", ("Ann@Example.net", "ann@example.net", "Ann@example.net")),
        ("ann@example.net", ("ann@example.net",)),
    ],
)
def test_likely_spellings(address: str, found: tuple[str, ...]) -> None:
    assert spellings(address) == found


@pytest.mark.parametrize("text", ["", "@", "a@", "@b", "a b@c", "a\n@c", "a\u202e@c", "x" * 321 + "@c"])
def test_what_is_no_address(text: str) -> None:
    with pytest.raises(BadInputError):
        given_address(text)


@pytest.mark.parametrize("text", ['"a@b"@example.net', "ü@example.net", "a@localhost", "a/b@example.net", " Ann@example.net "])
def test_an_odd_address_may_be_listed_all_the_same(text: str) -> None:
    assert given_address(text) == text.strip()


@pytest.mark.parametrize(
    ("reasons", "words"),
    [
        (("BOUNCE", "COMPLAINT"), "hard bounces and complaints,"),
        (("BOUNCE",), "hard bounces only"),
        (("COMPLAINT",), "complaints only"),
        ((), "switched off"),
    ],
)
def test_the_accounts_settings_as_a_sentence(reasons: tuple[str, ...], words: str) -> None:
    assert words in settings(reasons)


def test_a_reason_that_is_switched_off_is_told() -> None:
    finding = listed(Suppressed("a@example.net", "COMPLAINT", START), "a@example.net", ("BOUNCE",))
    assert finding.level is Level.PROBLEM
    assert finding.remedy is not None
    assert "sends to it all the same" in finding.remedy.text


def test_hostile_entries_are_shown_scrubbed() -> None:
    finding = listed(Suppressed("a\x1b]0;x@example.net", "BOUNCE", START, "id\x07"), "a@example.net", ("BOUNCE",))
    assert finding.remedy is not None
    assert "\x1b" not in finding.title + finding.remedy.command + "".join(one.seen + one.label for one in finding.evidence)
    assert matching([Suppressed("STRASSE@example.net", "BOUNCE", START)], "straße")

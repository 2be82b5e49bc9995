"""Finding an address in whatever letter case, and taking it off the list: plan, journal, and what goes wrong."""

from datetime import UTC, datetime

import pytest

from seswizard.actions.action import silent
from seswizard.actions.suppression import (
    PAGES_FOR_SPELLINGS,
    RemoveSuppressed,
    find_address,
    prepare_removal,
    removal_plan,
    whole_list,
)
from seswizard.actions.undo import prepare_undo
from seswizard.core.failure import Failure
from seswizard.core.names import DomainName
from seswizard.core.suppression import Suppressed
from tests.fakes import ACCOUNT, FakeWorld

AT = datetime(2026, 11, 20, 8, 30, tzinfo=UTC)


@pytest.fixture
def world() -> FakeWorld:
    world = FakeWorld()
    world.suppression.entries = [Suppressed("Ann@Example.net", "BOUNCE", AT), Suppressed("bob@example.net", "COMPLAINT", AT)]
    return world


@pytest.mark.parametrize(
    ("asked", "stored", "pages"),
    [
        ("bob@example.net", "bob@example.net", 0),
        ("BOB@EXAMPLE.NET", "bob@example.net", 0),
        ("bob@EXAMPLE.net", "bob@example.net", 0),
        ("ann@example.net", "Ann@Example.net", 1),
        ("carl@example.net", None, 1),
    ],
)
async def test_an_address_is_found_in_whatever_letter_case(world: FakeWorld, asked: str, stored: str | None, pages: int) -> None:
    found = await find_address(world.services, asked)
    assert (found.entry.address if found.entry else None) == stored
    assert found.whole
    assert len(world.calls.names("suppression.page")) == pages


async def test_a_very_long_list_is_not_looked_through_to_its_end(world: FakeWorld) -> None:
    world.suppression.entries = [Suppressed(f"a{one}@example.net", "BOUNCE", AT) for one in range(100)]
    seen: list[int] = []
    found = await find_address(world.services, "Zoe@example.net", seen.append)
    assert (found.entry, found.whole) == (None, False)
    assert seen == [2 * page for page in range(1, PAGES_FOR_SPELLINGS + 1)]


async def test_the_whole_list_tells_how_far_it_is(world: FakeWorld) -> None:
    world.suppression.entries = [Suppressed(f"a{one}@example.net", "BOUNCE", AT) for one in range(5)]
    seen: list[int] = []
    assert await whole_list(world.services, counted=seen.append) == tuple(world.suppression.entries)
    assert seen == [2, 4]


async def test_a_removal_is_planned_journalled_and_done(world: FakeWorld) -> None:
    prepared = await prepare_removal(world.services, "Ann@Example.net")
    assert isinstance(prepared, RemoveSuppressed)
    assert world.writes() == []
    assert prepared.plan.summary == "Removes 1 thing."
    lines = "\n".join(prepared.plan.lines())
    assert "delete-suppressed-destination" in lines
    assert (
        "Undo: aws sesv2 put-suppressed-destination --region eu-west-1 --email-address Ann@Example.net --reason BOUNCE" in lines
    )
    assert "seswizard undo does not bring it back" in lines
    outcome = await prepared.apply(silent)
    assert (outcome.ok, outcome.title) == (True, "Ann@Example.net is off the list.")
    assert world.writes() == [
        "journal.intent suppression.delete",
        "suppression.delete_",
        "journal.done suppression.delete",
    ]
    (intent, _) = world.journal.lines
    assert (intent.account, intent.kind, intent.thing) == (ACCOUNT, "suppression", "Ann@Example.net")
    assert dict(intent.detail) == {"reason": "BOUNCE", "since": "2026-11-20T08:30:00+00:00"}
    assert [one.address for one in world.suppression.entries] == ["bob@example.net"]


async def test_undo_takes_no_notice_of_a_removal(world: FakeWorld) -> None:
    prepared = await prepare_removal(world.services, "bob@example.net")
    assert isinstance(prepared, RemoveSuppressed)
    await prepared.apply(silent)
    undo = await prepare_undo(world.services, DomainName("example.net"))
    assert not isinstance(undo, Failure)
    assert undo.plan.changes == ()


@pytest.mark.parametrize(
    ("asked", "kind", "command"),
    [
        ("Bob@example.net", "suppression.other-spelling", "seswizard suppression remove bob@example.net"),
        ("ann@example.net", "suppression.other-spelling", "seswizard suppression remove Ann@Example.net"),
        ("carl@example.net", "suppression.not-listed", ""),
    ],
)
async def test_another_spelling_is_told_and_not_taken(world: FakeWorld, asked: str, kind: str, command: str) -> None:
    failure = await prepare_removal(world.services, asked)
    assert isinstance(failure, Failure)
    assert (failure.kind, failure.command) == (kind, command)
    assert world.writes() == []


async def test_an_entry_that_went_meanwhile_is_fine(world: FakeWorld) -> None:
    prepared = await prepare_removal(world.services, "bob@example.net")
    assert isinstance(prepared, RemoveSuppressed)
    world.suppression.entries = []
    outcome = await prepared.apply(silent)
    assert outcome.ok
    assert "by somebody else" in outcome.title


async def test_a_refused_removal_is_in_the_journal(world: FakeWorld) -> None:
    prepared = await prepare_removal(world.services, "bob@example.net")
    assert isinstance(prepared, RemoveSuppressed)
    world.calls.fail("suppression.delete_")
    outcome = await prepared.apply(silent)
    assert outcome.failure is not None
    assert [one.phase for one in world.journal.lines] == ["intent", "failed"]


async def test_a_journal_that_cannot_be_written_stops_the_removal(world: FakeWorld) -> None:
    prepared = await prepare_removal(world.services, "bob@example.net")
    assert isinstance(prepared, RemoveSuppressed)
    world.calls.fail("journal.intent suppression.delete")
    outcome = await prepared.apply(silent)
    assert outcome.failure is not None
    assert len(world.suppression.entries) == 2


def test_the_shown_command_cannot_be_broken_out_of() -> None:
    plan = removal_plan(Suppressed("a'$(reboot)&@example.net", "BOUNCE", AT), "eu-west-1")
    assert """--email-address 'a'"'"'$(reboot)&@example.net'""" in plan.commands[0]


def test_a_complaint_has_another_warning_than_a_bounce() -> None:
    notes = [removal_plan(Suppressed("a@example.net", reason, AT), "eu-west-1").notes[0] for reason in ("BOUNCE", "COMPLAINT")]
    assert notes[0] != notes[1]


async def test_an_address_that_is_still_listed_is_not_called_off_the_list(
    world: FakeWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    action = await prepare_removal(world.services, "bob@example.net")
    assert isinstance(action, RemoveSuppressed)

    async def says_yes(_address: str) -> bool:
        return True

    monkeypatch.setattr(world.suppression, "remove", says_yes)
    outcome = await action.apply(silent)
    assert outcome.failure is not None
    assert outcome.failure.kind == "removal.still-there"
    assert "may still be on the list" in outcome.title

"""The journal: on the disk before the call, whole lines only, and the same when it comes back."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seswizard.core.failure import FailureError
from seswizard.core.remembered import Entry
from seswizard.core.text import printable
from seswizard.gateways.journal import JournalGateway
from seswizard.gateways.state_directory import StateDirectory
from seswizard.gateways.state_values import entry_from, entry_to, scrubbed

AT = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
ENTRY = Entry(AT, "example.com", "eu-west-1", "1", "key.create", "intent", "access-key", "AKIA", (("user", "u"), ("n", "1")))
OTHER = Entry(AT, "other.example", "eu-west-1", "1", "identity.create", "done", "identity", "other.example")
text = st.text().map(printable)


async def test_entries_come_back_in_order(directory: StateDirectory) -> None:
    journal = JournalGateway(directory)
    assert await journal.entries() == ()
    await journal.write(ENTRY)
    await journal.write(OTHER)
    assert await journal.entries() == (ENTRY, OTHER)
    assert await journal.entries("other.example") == (OTHER,)
    assert (directory.path / "journal.jsonl").stat().st_mode & 0o777 == 0o600


@given(st.builds(Entry, st.datetimes(timezones=st.just(UTC)), *[text] * 7, st.lists(st.tuples(text, text)).map(tuple)))
def test_every_entry_survives_json(entry: Entry) -> None:
    assert entry_from(scrubbed(json.loads(json.dumps(entry_to(entry))))) == entry


async def test_a_torn_last_line_is_left_out_and_not_continued(directory: StateDirectory) -> None:
    journal = JournalGateway(directory)
    await journal.write(ENTRY)
    file = directory.path / "journal.jsonl"
    with file.open("ab") as torn:
        torn.write(file.read_bytes()[:40])
    assert await journal.entries() == (ENTRY,)
    await journal.write(OTHER)
    assert await journal.entries() == (ENTRY, OTHER)


async def test_lines_that_are_no_entries_are_left_out(directory: StateDirectory) -> None:
    journal = JournalGateway(directory)
    await journal.write(ENTRY)
    with (directory.path / "journal.jsonl").open("ab") as file:
        file.write(b'\n7\n[]\nnull\n{"at": 5}\n{"at": "yesterday", "detail": 3}\n\xff\xff\n' + b"[" * 100_000 + b"\n")
    await journal.write(OTHER)
    assert await journal.entries() == (ENTRY, OTHER)


async def test_a_link_in_the_place_of_the_journal_is_not_followed(directory: StateDirectory, tmp_path: Path) -> None:
    directory.for_writing()
    (directory.path / "journal.jsonl").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(FailureError) as caught:
        await JournalGateway(directory).write(ENTRY)
    assert caught.value.failure.kind == "state.read-only"
    assert not (tmp_path / "elsewhere").exists()


async def test_a_write_that_cannot_be_made_is_told_before_the_call() -> None:
    with pytest.raises(FailureError):
        await JournalGateway(StateDirectory(Path("/proc/nowhere/state"))).write(ENTRY)


async def test_a_name_is_held_by_one_at_a_time_and_leaves_no_file(directory: StateDirectory) -> None:
    journal, other = JournalGateway(directory), JournalGateway(directory)
    async with journal.holding("one") as mine, other.holding("one") as theirs, other.holding("two") as another:
        assert (mine, theirs, another) == (True, False, True)
    async with other.holding("one") as mine:
        assert mine
    assert not list(directory.path.glob("held-*"))


async def test_locks_of_killed_processes_are_swept_away_and_held_ones_stay(directory: StateDirectory) -> None:
    journal = JournalGateway(directory)
    async with journal.holding("alive"):
        (directory.path / "held-dead.lock").touch(0o600)
        async with JournalGateway(directory).holding("next"):
            assert {one.name for one in directory.path.glob("held-*")} == {"held-alive.lock", "held-next.lock"}

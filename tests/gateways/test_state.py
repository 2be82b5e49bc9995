"""Choices, proofs and records between runs; the directory is ours alone or not used."""

import asyncio
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from seswizard.core.failure import FailureError
from seswizard.core.remembered import DomainChoices, Proof
from seswizard.gateways.state import StateGateway
from seswizard.gateways.state_directory import StateDirectory

CHOICES = DomainChoices("example.com", "eu-west-1", "123456789012", mail_from="bounce.example.com")
PROOF = Proof("id-1", "AKIAEXAMPLE", "Bounce", datetime(2026, 11, 22, 8, 0, 0, 123456, tzinfo=UTC))


@pytest.fixture
def state(directory: StateDirectory) -> StateGateway:
    return StateGateway(directory)


@contextmanager
def nobody(path: Path) -> Iterator[None]:
    """Be a user who owns the path and is not root, for whom modes mean something."""
    if os.geteuid() != 0:
        yield
        return
    for folder in path.parents:
        if not folder.stat().st_mode & 0o001:
            folder.chmod(folder.stat().st_mode | 0o011)
    os.chown(path, 65534, 65534)
    for one in path.rglob("*"):
        os.chown(one, 65534, 65534)
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


async def test_nothing_is_remembered_at_first(state: StateGateway, directory: StateDirectory) -> None:
    assert await state.choices() == ()
    assert await state.proof("example.com", "eu-west-1") is None
    assert await state.records_copy("example.com", None) is None
    assert await state.theme() == ""
    assert not directory.path.exists()


async def test_what_is_saved_comes_back(state: StateGateway, directory: StateDirectory) -> None:
    await state.save_choices(CHOICES)
    await state.save_choices(DomainChoices("example.com", "us-east-1"))
    await state.save_choices(DomainChoices("example.com", "eu-west-1", reports_to="dmarc@example.com"))
    await state.save_proof("example.com", "eu-west-1", PROOF)
    await state.save_theme("textual-light")
    again = StateGateway(StateDirectory(directory.path))
    assert await again.choices() == (
        DomainChoices("example.com", "us-east-1"),
        DomainChoices("example.com", "eu-west-1", reports_to="dmarc@example.com"),
    )
    assert await again.proof("example.com", "eu-west-1") == PROOF
    assert await again.proof("example.com", "us-east-1") is None
    assert await again.theme() == "textual-light"


async def test_the_newest_records_are_given_where_no_region_is_named(state: StateGateway) -> None:
    await state.save_records_copy("example.com", "eu-west-1", {"region": "eu-west-1", "seen_at": "2026-11-22T09:00:00Z"})
    await state.save_records_copy("example.com", "us-east-1", {"region": "us-east-1", "seen_at": "2026-11-21T09:00:00Z"})
    newest = await state.records_copy("example.com", None)
    other = await state.records_copy("example.com", "us-east-1")
    assert newest is not None
    assert newest["region"] == "eu-west-1"
    assert other is not None
    assert other["region"] == "us-east-1"


async def test_forgetting_takes_everything_of_one_name_and_region(state: StateGateway) -> None:
    await state.save_choices(CHOICES)
    await state.save_choices(DomainChoices("other.example", "eu-west-1"))
    await state.save_proof("example.com", "eu-west-1", PROOF)
    await state.save_records_copy("example.com", "eu-west-1", {})
    await state.forget("example.com", "eu-west-1")
    assert [one.name for one in await state.choices()] == ["other.example"]
    assert await state.proof("example.com", "eu-west-1") is None
    assert await state.records_copy("example.com", "eu-west-1") is None


async def test_directory_and_file_are_for_the_owner_alone(state: StateGateway, directory: StateDirectory) -> None:
    await state.save_theme("x")
    assert directory.path.stat().st_mode & 0o777 == 0o700
    assert all(file.stat().st_mode & 0o777 == 0o600 for file in directory.path.iterdir())


async def test_writers_at_the_same_time_lose_nothing(directory: StateDirectory) -> None:
    names = [f"d{number}.example" for number in range(20)]
    await asyncio.gather(*(StateGateway(directory).save_choices(DomainChoices(name, "eu-west-1")) for name in names))
    assert sorted(one.name for one in await StateGateway(directory).choices()) == sorted(names)
    assert {file.name for file in directory.path.iterdir()} == {"lock", "state.json"}


async def test_a_newer_schema_is_read_but_not_written(state: StateGateway, directory: StateDirectory) -> None:
    await state.save_choices(CHOICES)
    file = directory.path / "state.json"
    content = json.loads(file.read_text())
    content["schema"] = 2
    content["choices"][0]["new_field"] = {"x": 1}
    file.write_text(json.dumps(content))
    assert await state.choices() == (CHOICES,)
    with pytest.raises(FailureError) as caught:
        await state.save_theme("x")
    assert caught.value.failure.kind == "state.read-only"
    assert "newer" in caught.value.failure.title
    assert json.loads(file.read_text()) == content


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"\xff\xfe", b"[" * 100_000])
async def test_a_file_that_is_no_state_is_not_overwritten(state: StateGateway, directory: StateDirectory, content: bytes) -> None:
    await state.save_theme("x")
    file = directory.path / "state.json"
    file.write_bytes(content)
    for work in (state.choices(), state.save_theme("y")):
        with pytest.raises(FailureError) as caught:
            await work
        assert caught.value.failure.kind == "state.unreadable"
    assert file.read_bytes() == content


async def test_odd_parts_are_left_out_and_texts_are_scrubbed(state: StateGateway, directory: StateDirectory) -> None:
    await state.save_theme("x")
    odd = {
        "schema": 1,
        "choices": [7, {"name": "a"}, {"name": "e\x1b.example", "region": "r", "account": 5}],
        "proofs": {"not": "a list"},
        "records": [{"name": "a", "document": []}],
    }
    (directory.path / "state.json").write_text(json.dumps(odd))
    assert await state.choices() == (DomainChoices("e␛.example", "r"),)
    assert await state.proof("a", "r") is None
    assert await state.records_copy("a", None) is None


@pytest.mark.parametrize("kind", ["link", "open", "file", "foreign"])
async def test_a_directory_that_is_not_ours_alone_is_refused(tmp_path: Path, kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "state"
    match kind:
        case "link":
            (tmp_path / "real").mkdir(mode=0o700)
            path.symlink_to(tmp_path / "real")
        case "open":
            path.mkdir()
            path.chmod(0o750)
        case "file":
            path.touch()
        case _:
            path.mkdir(mode=0o700)
            monkeypatch.setattr(os, "geteuid", lambda: 4_000_000)
    state = StateGateway(StateDirectory(path))
    for work in (state.choices(), state.save_theme("x")):
        with pytest.raises(FailureError) as caught:
            await work
        assert caught.value.failure.kind == "state.refused"
    if path.is_dir():
        assert list(path.iterdir()) == []


async def test_a_read_only_directory_is_read_and_its_writes_are_refused(directory: StateDirectory) -> None:
    state = StateGateway(directory)
    await state.save_choices(CHOICES)
    directory.path.chmod(0o500)
    with nobody(directory.path):
        assert await state.choices() == (CHOICES,)
        with pytest.raises(FailureError) as caught:
            await state.save_theme("x")
    assert caught.value.failure.kind == "state.read-only"
    directory.path.chmod(0o700)


async def test_a_directory_that_cannot_be_made_is_empty_and_read_only() -> None:
    state = StateGateway(StateDirectory(Path("/proc/nowhere/state")))
    assert await state.choices() == ()
    with pytest.raises(FailureError) as caught:
        await state.save_theme("x")
    assert caught.value.failure.kind == "state.read-only"


def test_without_a_path_the_platform_decides(home: Path) -> None:
    assert StateDirectory(None).path == home / ".local/state/seswizard"

"""Paths that somebody else has prepared: nothing of theirs is taken over, changed or waited for."""

import asyncio
import os
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from seswizard.core.failure import BadInputError, FailureError
from seswizard.core.login import Login
from seswizard.core.remembered import DomainChoices
from seswizard.core.secret import Secret
from seswizard.gateways.debug import CallLog
from seswizard.gateways.files import FilesGateway
from seswizard.gateways.journal import JournalGateway
from seswizard.gateways.keep_file import FileKeep
from seswizard.gateways.lane import Lane
from seswizard.gateways.state import StateGateway
from seswizard.gateways.state_directory import StateDirectory
from tests.fake_aws import ManualClock

FILES = FilesGateway()
SOMEBODY = 65534
CHOICES = DomainChoices("example.com", "eu-west-1")
LOGIN = Login("AKIAFIRSTEXAMPLE0000", Secret("B" + "Fi7+/x=" * 6))
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can make a file of somebody else")


def names(folder: Path) -> set[str]:
    """What lies there now, drafts and locks too."""
    return {found.name for found in folder.iterdir()}


def killed(program: str, path: Path) -> int:
    """Run a program that kills itself in the middle of a write; how it ended."""
    return subprocess.run([sys.executable, "-c", program, str(path)], check=False, timeout=60).returncode


@pytest.fixture
def private(directory: StateDirectory) -> Path:
    """The state directory, made."""
    directory.path.mkdir(0o700)
    return directory.path


@as_root
@pytest.mark.parametrize("mode", [0o6755, 0o4755, 0o2775, 0o1777, 0o0666])
async def test_somebody_elses_file_gives_neither_owner_nor_mode(tmp_path: Path, mode: int) -> None:
    """The set-user-id bit of a file that waits there would make ours run as us, with content that others may change."""
    path = tmp_path / "records.txt"
    path.write_text("prepared")
    os.chown(path, SOMEBODY, SOMEBODY)
    path.chmod(mode)
    await FILES.write(str(path), "new")
    found = path.stat()
    assert (path.read_text(), found.st_uid, found.st_gid) == ("new", os.geteuid(), os.getegid())
    assert stat.S_IMODE(found.st_mode) & 0o7133 == 0


@pytest.mark.parametrize(("before", "after"), [(0o6755, 0o755), (0o1600, 0o600), (0o666, 0o644), (0o640, 0o640), (0o400, 0o400)])
async def test_of_our_own_file_only_what_lets_no_one_else_write_stays(tmp_path: Path, before: int, after: int) -> None:
    path = tmp_path / "records.txt"
    path.write_text("old")
    path.chmod(before)
    await FILES.write(str(path), "new")
    assert (path.read_text(), stat.S_IMODE(path.stat().st_mode)) == ("new", after)


async def test_others_never_get_to_write_a_new_file_either(tmp_path: Path) -> None:
    umask = os.umask(0)
    try:
        await FILES.write(str(tmp_path / "records.txt"), "new")
    finally:
        os.umask(umask)
    assert stat.S_IMODE((tmp_path / "records.txt").stat().st_mode) == 0o644


async def test_a_file_with_a_second_name_is_replaced_not_written_through(tmp_path: Path) -> None:
    theirs = tmp_path / "theirs"
    theirs.write_text("theirs")
    (tmp_path / "records.txt").hardlink_to(theirs)
    await FILES.write(str(tmp_path / "records.txt"), "ours")
    assert (theirs.read_text(), (tmp_path / "records.txt").read_text()) == ("theirs", "ours")


@as_root
def test_the_log_of_calls_changes_nobody_elses_file(tmp_path: Path) -> None:
    path = tmp_path / "calls"
    path.write_text("theirs")
    path.chmod(0o644)
    os.chown(path, SOMEBODY, SOMEBODY)
    with pytest.raises(BadInputError, match="belongs to somebody else"):
        CallLog(str(path))
    assert (path.read_text(), stat.S_IMODE(path.stat().st_mode)) == ("theirs", 0o644)


def test_the_log_of_calls_goes_into_no_file_that_has_a_second_name(tmp_path: Path) -> None:
    path = tmp_path / "important"
    path.write_text("mine")
    path.chmod(0o644)
    (tmp_path / "calls").hardlink_to(path)
    with pytest.raises(BadInputError, match="hard link"):
        CallLog(str(tmp_path / "calls"))
    assert (path.read_text(), stat.S_IMODE(path.stat().st_mode)) == ("mine", 0o644)


async def test_the_directories_above_the_state_are_ours_alone_too(tmp_path: Path) -> None:
    """A umask of 0 must not open `~/.local` to everybody."""
    umask = os.umask(0)
    try:
        await StateGateway(StateDirectory(tmp_path / "a" / "b" / "state")).save_choices(CHOICES)
    finally:
        os.umask(umask)
    assert [stat.S_IMODE((tmp_path / name).stat().st_mode) for name in ("a", "a/b", "a/b/state")] == [0o700] * 3


@pytest.mark.parametrize("prepared", ["fifo", "link", "directory", "another's"])
@pytest.mark.parametrize("name", ["state.json", "journal.jsonl", "lock", "login.lock"])
async def test_what_lies_prepared_in_the_state_directory_is_a_sentence(
    directory: StateDirectory, private: Path, name: str, prepared: str, tmp_path: Path
) -> None:
    """A pipe is not waited for, a link is not followed, and somebody else's file is not believed."""
    path, target = private / name, tmp_path / "target"
    target.write_text("{}")
    if prepared == "fifo":
        os.mkfifo(path, 0o600)
    elif prepared == "link":
        path.symlink_to(target)
    elif prepared == "directory":
        path.mkdir()
    elif os.geteuid() == 0:
        path.write_text("{}")
        os.chown(path, SOMEBODY, SOMEBODY)
    else:
        pytest.skip("only root can make a file of somebody else")
    state, journal = StateGateway(directory), JournalGateway(directory)

    async def all_of_it() -> None:
        await state.choices()
        await journal.entries()
        await state.save_choices(CHOICES)
        async with journal.alone():
            pass

    with pytest.raises(FailureError) as caught:
        await asyncio.wait_for(all_of_it(), 5)
    assert caught.value.failure.kind.startswith("state.")
    assert target.read_text() == "{}"


async def test_a_pipe_in_place_of_the_lane_is_not_waited_for(directory: StateDirectory, private: Path) -> None:
    clock = ManualClock()
    lane = Lane(directory, clock)
    await lane.turn(("a",))
    (found,) = (private / name for name in names(private) if name.startswith("lane-"))
    found.unlink()
    os.mkfifo(found, 0o600)
    await asyncio.wait_for(Lane(directory, clock).turn(("a",)), 5)


@pytest.mark.parametrize("depth", [5_000, 200_000])
async def test_a_state_nested_too_deep_is_a_sentence(directory: StateDirectory, private: Path, depth: int) -> None:
    (private / "state.json").write_text('{"choices": ' + "[" * depth + "]" * depth + "}")
    (private / "journal.jsonl").write_text("[" * depth + "]" * depth + "\n")
    with pytest.raises(FailureError, match="cannot be read"):
        await StateGateway(directory).choices()
    assert await JournalGateway(directory).entries() == ()


async def test_a_state_nested_as_deep_as_python_just_bears_is_read_or_is_a_sentence(
    directory: StateDirectory, private: Path
) -> None:
    """700 levels are too many for some versions of Python and not for others; neither may end in a RecursionError."""
    (private / "state.json").write_text('{"choices": ' + "[" * 700 + "]" * 700 + "}")
    try:
        assert await StateGateway(directory).choices() == ()
    except FailureError as error:
        assert "cannot be read" in error.failure.title


KILLED = """
import asyncio, os, signal, sys
from seswizard.core.login import Login
from seswizard.core.secret import Secret
from seswizard.gateways.debug import CallLog
from seswizard.gateways.keep_file import FileKeep
os.umask(0)
os.fsync = lambda _descriptor: os.kill(os.getpid(), signal.SIGKILL)
asyncio.run(FileKeep(sys.argv[1], CallLog()).store("example.com", "eu-west-1", Login("AKIAX", Secret("Bsecret"))))
"""


@pytest.mark.parametrize("work", ["read", "probe", "store", "delete"])
async def test_the_copy_that_a_killed_write_leaves_is_private_and_swept_by_the_next_run(tmp_path: Path, work: str) -> None:
    place = tmp_path / "place"
    place.mkdir()
    path = place / "sasl_passwd"
    path.write_bytes(b"[smtp.example.net]:587 eve:secret\n")
    path.chmod(0o600)
    neighbours = {"sasl_passwd", ".sasl_passwd.bak", ".sasl_passwd.0123456789abcdef", "sasl_passwd.db"}
    for name in neighbours - {"sasl_passwd"}:
        (place / name).write_text("")
    assert killed(KILLED, path) == -signal.SIGKILL
    left = {place / name for name in names(place) - neighbours}
    assert any(b"Bsecret" in found.read_bytes() for found in left)
    assert {stat.S_IMODE(found.stat().st_mode) for found in left} == {0o600}
    keep = FileKeep(str(path), CallLog())
    if work == "read":
        assert await keep.read("example.com", "eu-west-1") is None
    elif work == "probe":
        assert (await keep.probe()).usable
    elif work == "store":
        await keep.store("example.com", "eu-west-1", LOGIN)
    else:
        await keep.delete("example.com", "eu-west-1")
    assert names(place) == neighbours


async def test_the_killed_write_of_a_trial_leaves_nothing_either(tmp_path: Path) -> None:
    place = tmp_path / "place"
    place.mkdir()
    assert killed(KILLED.partition(".store(")[0] + ".probe())", place / "login.json") == -signal.SIGKILL
    assert names(place)
    assert await FileKeep(str(place / "login.json"), CallLog()).read("example.com", "eu-west-1") is None
    assert names(place) == set()


async def test_a_killed_write_of_the_state_leaves_nothing_for_long(directory: StateDirectory, private: Path) -> None:
    (private / ".state.json.0123456789ab").write_text("{")
    await StateGateway(directory).save_choices(CHOICES)
    assert names(private) == {"lock", "state.json"}


@pytest.mark.parametrize("others", [b" continued\n", b"\n# a comment\n\tcontinued\n[smtp.example.net]:587 eve:x\n"])
async def test_a_line_that_would_continue_ours_keeps_the_password_out(tmp_path: Path, others: bytes) -> None:
    """Postfix would read both as one; and the login below must not stay to block every later run."""
    path = tmp_path / "sasl_passwd"
    path.write_bytes(others)
    path.chmod(0o600)
    with pytest.raises(FailureError, match="begins with a space"):
        await FileKeep(str(path), CallLog()).store("example.com", "eu-west-1", LOGIN)
    assert path.read_bytes() == others
    assert await FileKeep(str(path), CallLog()).read("example.com", "eu-west-1") is None


@pytest.mark.parametrize("others", [None, b"[smtp.example.net]:587 eve:x\n"])
async def test_a_store_that_failed_is_taken_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, others: bytes | None) -> None:
    path = tmp_path / "sasl_passwd"
    if others is not None:
        path.write_bytes(others)
        path.chmod(0o600)
    real = FileKeep._content

    def content(place: Path) -> bytes | None:
        found = real(place)
        if found and b"AKIA" in found:
            raise OSError(5, "Input/output error")
        return found

    monkeypatch.setattr(FileKeep, "_content", staticmethod(content))
    with pytest.raises(FailureError, match="cannot be used"):
        await FileKeep(str(path), CallLog()).store("example.com", "eu-west-1", LOGIN)
    assert (path.read_bytes() if path.exists() else None) == others

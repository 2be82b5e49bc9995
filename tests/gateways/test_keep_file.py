"""A login in a file: among other people's lines, and only where nobody else can read it."""

import asyncio
import fcntl
import json
import netrc
import os
import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from seswizard.core.failure import FailureError
from seswizard.core.login import Login
from seswizard.core.secret import Secret
from seswizard.gateways import keep_file
from seswizard.gateways.debug import CallLog
from seswizard.gateways.files import write_atomically
from seswizard.gateways.keep_file import FileKeep

DOMAIN, REGION = "example.com", "eu-west-1"
HOST = "email-smtp.eu-west-1.amazonaws.com"
LOGIN = Login("AKIAFIRSTEXAMPLE0000", Secret("B" + "Fi7+/x=" * 6))
NEXT = Login("AKIASECONDEXAMPLE000", Secret("B" + "Se9+/y=" * 6))
PASSWORD = LOGIN.password.reveal()

POSTFIX = b"# relay hosts\n[smtp.example.net]:587\teve:x\xff\n\n[mail.example.org]:587\n  bob:continued\r\nlast bob:no-newline"
NETRC = (
    b"machine ftp.example.net login eve\n\tpassword a#b\n# machine " + HOST.encode() + b" login no\n"
    b"macdef init\nmachine " + HOST.encode() + b" login in-a-macro password x\n\ndefault login anonymous password me@\xff"
)


def keep(path: Path) -> FileKeep:
    return FileKeep(str(path), CallLog())


def files(place: Path) -> list[str]:
    """What lies there now, drafts and locks too."""
    return sorted(one.name for one in place.iterdir() if one.is_file())


def written(path: Path, content: bytes, mode: int = 0o600) -> Path:
    path.write_bytes(content)
    path.chmod(mode)
    return path


@pytest.mark.parametrize(("name", "others"), [("sasl_passwd", POSTFIX), (".netrc", NETRC), ("netrc", b""), ("sasl_passwd", b"")])
async def test_other_peoples_lines_stay_byte_for_byte(tmp_path: Path, name: str, others: bytes) -> None:
    path = written(tmp_path / name, others)
    await keep(path).store(DOMAIN, REGION, LOGIN)
    assert path.read_bytes().endswith(others)
    await keep(path).store(DOMAIN, REGION, NEXT)
    assert path.read_bytes().endswith(others)
    assert PASSWORD.encode() not in path.read_bytes()
    assert await keep(path).delete(DOMAIN, REGION)
    assert (path.read_bytes() if path.exists() else b"") == others


async def test_the_line_is_what_postfix_reads(tmp_path: Path) -> None:
    path = tmp_path / "sasl_passwd"
    await keep(path).store(DOMAIN, REGION, LOGIN)
    lines = [line for line in path.read_text().splitlines() if not line.startswith("#")]
    assert lines == [f"[{HOST}]:587 {LOGIN.username}:{PASSWORD}"]


@pytest.mark.parametrize("others", [b"", NETRC.partition(b"default")[0].replace(b"\xff", b""), b"machine a login b password c"])
async def test_the_line_is_what_a_netrc_reader_reads(tmp_path: Path, others: bytes) -> None:
    path = written(tmp_path / ".netrc", others)
    await keep(path).store(DOMAIN, REGION, LOGIN)
    found = netrc.netrc(str(path)).authenticators(HOST)
    assert found is not None
    assert (found[0], found[2]) == (LOGIN.username, PASSWORD)


@pytest.mark.parametrize(
    ("name", "content", "line"),
    [
        ("sasl_passwd", f"# x\n[{HOST}]:587 AKIAOTHER:secret-of-others\n", 2),
        ("sasl_passwd", f"{HOST} AKIAOTHER:secret-of-others\n", 1),
        ("sasl_passwd", f"\n[{HOST.upper()}]:2587\tAKIAOTHER:secret-of-others\n", 2),
        ("sasl_passwd", f"[{HOST}]:587\n  AKIAOTHER:secret-of-others\n", 1),
        (".netrc", f"machine x login y password z\nmachine {HOST}\nlogin AKIAOTHER\npassword secret-of-others\n", 2),
        (".netrc", f"machine x login y password z machine {HOST} login AKIAOTHER password secret-of-others\n", 1),
        (".netrc", f'machine "{HOST}" login AKIAOTHER password secret-of-others\n', 1),
        # Our comment stays, but somebody put another login under it.
        (
            ".netrc",
            f"# seswizard example.com/eu-west-1 {LOGIN.username}\nmachine {HOST} login AKIAOTHER password s-of-others\n",
            2,
        ),
        # The same user name, on a line that holds more than that.
        (".netrc", f"machine {HOST} login {LOGIN.username} password x machine y login z password z\n", 1),
    ],
)
async def test_a_line_of_somebody_else_is_never_written_over(tmp_path: Path, name: str, content: str, line: int) -> None:
    path = written(tmp_path / name, content.encode())
    for work in (keep(path).read(DOMAIN, REGION), keep(path).store(DOMAIN, REGION, LOGIN), keep(path).delete(DOMAIN, REGION)):
        with pytest.raises(FailureError) as caught:
            await work
        assert f"Line {line} of {path}" in caught.value.failure.title
        assert "of-others" not in repr(caught.value.failure)
        assert path.read_bytes() == content.encode()


async def test_the_same_user_name_is_ours_even_without_the_comment(tmp_path: Path) -> None:
    path = written(tmp_path / "sasl_passwd", f"a b:c\n[{HOST}]:587 {LOGIN.username}:old\nd e:f\n".encode())
    await keep(path).store(DOMAIN, REGION, LOGIN)
    text = path.read_text()
    assert (text.startswith("a b:c\n"), text.endswith("\nd e:f\n"), ":old" in text) == (True, True, False)
    assert await keep(path).read(DOMAIN, REGION) == LOGIN


@pytest.mark.parametrize(
    "content",
    [
        b"{",
        b"[]",
        b"x = 1\n",
        b'{"a": 1}',
        b'{"a": {"username": "b"}}',
        b'"x"',
        b"[" * 100_000,
        b'{"a": {"username": 1, "password": ""}}',
    ],
)
async def test_a_file_of_another_form_is_left_alone(tmp_path: Path, content: bytes) -> None:
    path = written(tmp_path / "settings.json", content)
    assert not (await keep(path).probe()).usable
    with pytest.raises(FailureError, match="did not write"):
        await keep(path).store(DOMAIN, REGION, LOGIN)
    assert path.read_bytes() == content


async def test_json_has_the_contracts_form(tmp_path: Path) -> None:
    path = tmp_path / "login"
    await keep(path).store(DOMAIN, REGION, LOGIN)
    assert json.loads(path.read_text()) == {f"{DOMAIN}/{REGION}": {"username": LOGIN.username, "password": PASSWORD}}


async def test_the_successor_lies_in_a_file_beside(tmp_path: Path) -> None:
    path = tmp_path / "sasl_passwd"
    await keep(path).store(DOMAIN, REGION, LOGIN, staged=True)
    assert files(tmp_path) == ["sasl_passwd.next"]
    assert (tmp_path / "sasl_passwd.next").read_text().splitlines()[1].startswith(f"[{HOST}]:587 ")
    assert await keep(path).delete(DOMAIN, REGION, staged=True)
    assert not (tmp_path / "sasl_passwd.next").exists()


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o660, 0o644])
async def test_a_file_that_others_can_read_or_write_is_refused(tmp_path: Path, mode: int) -> None:
    path = written(tmp_path / "login.json", b"{}", mode)
    keeps = await keep(path).probe()
    assert (keeps.usable, f"chmod 600 {path}" in keeps.reason) == (False, True)
    with pytest.raises(FailureError) as caught:
        await keep(path).store(DOMAIN, REGION, LOGIN)
    assert caught.value.failure.command == f"chmod 600 {path}"
    assert (path.read_bytes(), stat.S_IMODE(path.stat().st_mode)) == (b"{}", mode)


async def test_links_directories_and_pipes_are_refused(tmp_path: Path) -> None:
    target = written(tmp_path / "target", b"{}")
    (tmp_path / "link").symlink_to(target)
    (tmp_path / "dangling").symlink_to(tmp_path / "nowhere")
    (tmp_path / "directory").mkdir()
    os.mkfifo(tmp_path / "pipe", 0o600)
    for name in ("link", "dangling", "directory", "pipe"):
        vault = keep(tmp_path / name)
        assert not (await vault.probe()).usable
        for work in (vault.read(DOMAIN, REGION), vault.store(DOMAIN, REGION, LOGIN), vault.delete(DOMAIN, REGION)):
            with pytest.raises(FailureError):
                await work
    assert target.read_bytes() == b"{}"
    assert not (tmp_path / "nowhere").exists()


async def test_somebody_elses_file_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = written(tmp_path / "login.json", b"{}")
    monkeypatch.setattr(os, "geteuid", lambda: path.stat().st_uid + 1)
    with pytest.raises(FailureError, match="somebody else"):
        await keep(path).store(DOMAIN, REGION, LOGIN)


async def test_a_directory_that_is_not_there_is_named_with_its_command(tmp_path: Path) -> None:
    vault = keep(tmp_path / "no" / "login.json")
    keeps = await vault.probe()
    assert (keeps.usable, "does not exist" in keeps.reason) == (False, True)
    with pytest.raises(FailureError) as caught:
        await vault.store(DOMAIN, REGION, LOGIN)
    assert caught.value.failure.command.startswith("mkdir -p -m 700 ")
    assert await vault.read(DOMAIN, REGION) is None


async def test_a_login_that_would_need_quoting_is_refused_by_the_line_forms(tmp_path: Path) -> None:
    for login in (
        Login("a b", Secret("x")),
        Login("a", Secret("x\nmachine y")),
        Login("a", Secret('"')),
        Login("a:b", Secret("x")),
    ):
        with pytest.raises(FailureError, match="quoting") as caught:
            await keep(tmp_path / ".netrc").store(DOMAIN, REGION, login)
        assert caught.value.__cause__ is None
    assert files(tmp_path) == []


async def test_a_lock_that_nobody_lets_go_is_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keep_file, "_LOCK_PATIENCE", 0.1)
    with (tmp_path / ".login.json.lock").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        with pytest.raises(FailureError, match="Another program"):
            await keep(tmp_path / "login.json").store(DOMAIN, REGION, LOGIN)
    await keep(tmp_path / "login.json").store(DOMAIN, REGION, LOGIN)
    assert files(tmp_path) == ["login.json"]


STORE = """
import asyncio, sys
from seswizard.core.login import Login
from seswizard.core.secret import Secret
from seswizard.gateways.debug import CallLog
from seswizard.gateways.files import write_atomically
from seswizard.gateways.keep_file import FileKeep
async def work():
    for number in range(10):
        keep = FileKeep(sys.argv[1], CallLog())
        await keep.store(f"d{number}.{sys.argv[2]}.example", "eu-west-1", Login("AKIAX", Secret("B" + sys.argv[2])))
asyncio.run(work())
"""


def test_several_processes_at_once_lose_nothing(tmp_path: Path) -> None:
    path = tmp_path / "login.json"
    running = [subprocess.Popen([sys.executable, "-c", STORE, str(path), str(number)]) for number in range(4)]
    assert [one.wait(60) for one in running] == [0, 0, 0, 0]
    assert len(json.loads(path.read_text())) == 40
    assert files(tmp_path) == ["login.json"]


async def test_a_disk_that_hangs_is_a_sentence_and_its_late_write_is_taken_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, release, over = tmp_path / "login.json", threading.Event(), threading.Event()
    await keep(path).store(DOMAIN, REGION, NEXT)
    real, calls = write_atomically, []

    def slow(place: Path, content: bytes, mode: int) -> None:
        release.wait(20)
        real(place, content, mode)
        calls.append(place)
        if len(calls) == 2:
            over.set()

    monkeypatch.setattr(keep_file, "write_atomically", slow)
    with pytest.raises(FailureError, match="did not answer"):
        await FileKeep(str(path), CallLog(), limit=0.2).store(DOMAIN, REGION, LOGIN)
    release.set()
    assert await asyncio.to_thread(over.wait, 20)
    assert await keep(path).read(DOMAIN, REGION) == NEXT


async def test_a_full_disk_is_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(place: Path, content: bytes, mode: int) -> None:
        raise OSError(28, os.strerror(28))

    monkeypatch.setattr(keep_file, "write_atomically", full)
    with pytest.raises(FailureError, match="No space left"):
        await keep(tmp_path / "login.json").store(DOMAIN, REGION, LOGIN)


async def test_a_write_that_does_not_read_back_is_no_keep(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keep_file, "write_atomically", lambda place, content, mode: None)
    with pytest.raises(FailureError, match="does not give back"):
        await keep(tmp_path / "login.json").store(DOMAIN, REGION, LOGIN)


async def test_deleting_what_is_not_there_changes_nothing(tmp_path: Path) -> None:
    content = b'{"example.org/eu-west-1":{"password":"x","username":"y"}}'
    path = written(tmp_path / "login.json", content)
    assert await keep(path).delete(DOMAIN, REGION) is False
    assert path.read_bytes() == content

"""A login in a program of the person's own: no shell, no secret where others see it, and an end to every wait."""

import json
import os
import shlex
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from seswizard.core.failure import FailureError
from seswizard.core.login import Login
from seswizard.core.secret import Secret
from seswizard.gateways.debug import CallLog
from seswizard.gateways.keep_command import CommandKeep

DOMAIN, REGION = "example.com", "eu-west-1"
LOGIN = Login("AKIAFIRSTEXAMPLE0000", Secret("B" + "Fi7+/x=" * 6))
PASSWORD = LOGIN.password.reveal()
VALUE = json.dumps({"username": LOGIN.username, "password": PASSWORD})

Made = Callable[[str], str]


@pytest.fixture
def made(tmp_path: Path) -> Made:
    """Gives a command line that runs this Python source; `place` is a path it may use."""

    def make(source: str) -> str:
        file = tmp_path / f"program{len(list(tmp_path.glob('program*')))}.py"
        file.write_text(f"import os, sys, time, pathlib\nplace = pathlib.Path({str(tmp_path / 'entry')!r})\n{source}\n")
        return shlex.join([sys.executable, "-I", "-S", str(file)])

    return make


def keep(store: str, read: str, limit: float = 20.0) -> CommandKeep:
    return CommandKeep(store, read, CallLog(), limit)


STORE = "place.write_text(sys.stdin.read())"
READ = "print(place.read_text() if place.exists() else '')"


async def test_the_secret_comes_on_standard_input_with_a_line_end_and_nowhere_else(made: Made, tmp_path: Path) -> None:
    source = f"{STORE}\nplace.with_name('seen').write_text(repr(sys.argv) + repr(dict(os.environ)))"
    await keep(made(source), made(READ)).store(DOMAIN, REGION, LOGIN)
    assert (tmp_path / "entry").read_text() == VALUE + "\n"
    assert PASSWORD not in (tmp_path / "seen").read_text()


async def test_no_shell_reads_the_command_line(made: Made, tmp_path: Path) -> None:
    line = f"{made(STORE)} '; touch {tmp_path}/shelled' $(touch {tmp_path}/shelled) | tee {tmp_path}/shelled > {tmp_path}/shelled"
    await keep(line, made(READ)).store(DOMAIN, REGION, LOGIN)
    assert not (tmp_path / "shelled").exists()


async def test_only_the_first_line_counts(made: Made, tmp_path: Path) -> None:
    (tmp_path / "entry").write_text(f"{VALUE}\r\nurl: https://example.com\n")
    assert await keep(made(STORE), made(READ)).read(DOMAIN, REGION) == LOGIN


@pytest.mark.parametrize(
    "source",
    ["sys.exit(1)", "sys.exit('Error: x is not in the password store.')", "sys.exit('cat: x: No such file or directory')",
     "sys.exit('security: The specified item could not be found in the keychain.')", "print()", ""],
)  # fmt: skip
async def test_a_program_that_holds_nothing(made: Made, source: str) -> None:
    vault = keep(made(STORE), made(source))
    assert await vault.read(DOMAIN, REGION) is None
    assert (await vault.probe()).usable
    assert await vault.delete(DOMAIN, REGION) is False


@pytest.mark.parametrize(
    "source",
    [
        "sys.exit('gpg: decryption failed: No secret key')",
        "print('half'); sys.exit(2)",
        "print('sh: 1: pass: not found', file=sys.stderr); sys.exit(127)",
        "os.kill(os.getpid(), 15)",
    ],
)
async def test_a_program_that_could_not_look_is_not_taken_for_empty(made: Made, source: str) -> None:
    vault = keep(made(STORE), made(source))
    with pytest.raises(FailureError) as caught:
        await vault.read(DOMAIN, REGION)
    assert "ended" in caught.value.failure.title
    assert "half" not in repr(caught.value.failure)
    assert not (await vault.probe()).usable


@pytest.mark.parametrize("held", ["hunter2", '{"username": "x"}', "[]", '{"username": "", "password": ""}'])
async def test_a_password_of_somebody_elses_is_never_written_over(made: Made, tmp_path: Path, held: str) -> None:
    (tmp_path / "entry").write_text(held)
    vault = keep(made(STORE), made(READ))
    for work in (vault.read(DOMAIN, REGION), vault.store(DOMAIN, REGION, LOGIN), vault.delete(DOMAIN, REGION)):
        with pytest.raises(FailureError, match="did not write") as caught:
            await work
        assert "hunter2" not in repr(caught.value.failure)
    assert (tmp_path / "entry").read_text() == held


@pytest.mark.parametrize(
    ("store", "told"),
    [
        ("sys.exit(7)", "exit code 7"),
        ("os.kill(os.getpid(), 9)", "signal 9"),
        ("text = sys.stdin.read(); print(text); sys.exit('bad: ' + text)", "exit code 1"),
        ("text = sys.stdin.read(); sys.exit('bad: ' + text[40:90])", "exit code 1"),
        ("", "does not give back"),
        ("place.write_text('')", "does not give back"),
    ],
)
async def test_a_program_that_does_not_keep_is_a_sentence_without_the_secret(made: Made, store: str, told: str) -> None:
    with pytest.raises(FailureError) as caught:
        await keep(made(store), made(READ)).store(DOMAIN, REGION, LOGIN)
    shown = repr(caught.value.failure) + repr(caught.value.__cause__)
    assert told in caught.value.failure.title
    assert PASSWORD not in shown
    assert PASSWORD[4:20] not in shown


async def test_what_a_program_said_stands_in_the_detail_and_is_scrubbed(made: Made) -> None:
    with pytest.raises(FailureError) as caught:
        await keep(made("sys.exit('locked \\x1b[2J')"), made(READ)).store(DOMAIN, REGION, LOGIN)
    assert caught.value.failure.detail == "locked ␛[2J"


@pytest.mark.parametrize("line", ["no-such-program-anywhere x", "/no/such/program", "/etc/passwd"])
async def test_a_program_that_is_not_here(made: Made, line: str) -> None:
    keeps = await keep(line, made(READ)).probe()
    assert (keeps.usable, "not here" in keeps.reason) == (False, True)
    with pytest.raises(FailureError, match="could not be started"):
        await keep(line, made("")).store(DOMAIN, REGION, LOGIN)


async def test_a_program_that_waits_is_ended_with_all_it_started(made: Made, tmp_path: Path) -> None:
    source = """
import signal
signal.signal(signal.SIGTERM, signal.SIG_IGN)
child = os.fork()
place.with_name("child" if child == 0 else "parent").write_text(str(os.getpid()))
time.sleep(600)
"""
    with pytest.raises(FailureError, match="did not finish within 1 s"):
        await keep(made(source), made(READ), limit=1.0).store(DOMAIN, REGION, LOGIN)
    pids = [int((tmp_path / name).read_text()) for name in ("child", "parent")]
    deadline = time.monotonic() + 20
    while any(alive(pid) for pid in pids):
        assert time.monotonic() < deadline


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in ("Z", "X")
    except OSError:
        return False


async def test_a_daemon_that_holds_the_pipe_does_not_hold_us(made: Made, tmp_path: Path) -> None:
    """As gpg-agent may do, started by the program."""
    source = f"""
if os.fork() == 0:
    os.setsid()
    place.with_name("daemon").write_text(str(os.getpid()))
    time.sleep(600)
while not place.with_name("daemon").exists(): time.sleep(0.01)
print({VALUE!r})
"""
    try:
        assert await keep(made(STORE), made(source)).read(DOMAIN, REGION) == LOGIN
    finally:
        os.kill(int((tmp_path / "daemon").read_text()), 9)


async def test_a_flood_is_cut_off(made: Made) -> None:
    with pytest.raises(FailureError):
        await keep(made(STORE), made("for _ in range(100000): print('x' * 100, end='')")).read(DOMAIN, REGION)


async def test_a_program_that_does_not_listen_is_no_broken_pipe(made: Made) -> None:
    vault = keep(made("os.close(0); sys.exit(3)"), made(READ))
    with pytest.raises(FailureError, match="exit code 3"):
        await vault.store(DOMAIN, REGION, LOGIN)


async def test_no_prompt_is_drawn_over_the_screen(made: Made, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """gpg-agent would ask on the terminal that GPG_TTY names."""
    monkeypatch.setenv("GPG_TTY", "/dev/pts/7")
    source = "place.with_name('seen').write_text(repr((os.environ.get('GPG_TTY'), os.getsid(0) == os.getpid())))"
    await keep(made(STORE), made(source)).read(DOMAIN, REGION)
    assert (tmp_path / "seen").read_text() == "(None, True)"


async def test_deleting_stores_an_empty_line(made: Made, tmp_path: Path) -> None:
    vault = keep(made(STORE), made(READ))
    await vault.store(DOMAIN, REGION, LOGIN)
    assert await vault.delete(DOMAIN, REGION)
    assert (tmp_path / "entry").read_text() == "\n"


async def test_a_program_that_does_not_forget_is_told(made: Made) -> None:
    vault = keep(made("sys.stdin.read()"), made(f"print({VALUE!r})"))
    with pytest.raises(FailureError, match="still holds"):
        await vault.delete(DOMAIN, REGION)

"""Real keyrings and a real `pass`: unlocked, locked, hanging, absent; whatever they do, there is an answer and no freeze.

Each runs in a D-Bus session and a home of its own. The limits here are only to end a test that froze; a broken D-Bus
holds its callers for 120 s.
"""

import json
import os
import shlex
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

Program = Callable[[str], str]

NO_FREEZE = 60
UNLOCKED = "printf secret | gnome-keyring-daemon --unlock --components=secrets >/dev/null 2>&1"
SHOW = [sys.executable, "-m", "seswizard", "login", "show", "example.com", "--region", "eu-west-1"]

GATEWAY = """
import asyncio, json, sys
from seswizard.core.failure import FailureError
from seswizard.core.keep import KeepChoice
from seswizard.core.login import Login
from seswizard.core.secret import Secret
from seswizard.wiring import Options, build

async def work(what, key):
    vault = build(Options(region="")).keeps.open(KeepChoice.parse(*json.loads(sys.argv[3])))
    if what == "probe":
        keep = await vault.probe()
        return [keep.name, keep.usable, keep.reason]
    try:
        if what == "store":
            return await vault.store("example.com", "eu-west-1", Login(key, Secret("B" + key * 5)))
        if what == "delete":
            return await vault.delete("example.com", "eu-west-1")
        login = await vault.read("example.com", "eu-west-1")
        return login and [login.username, login.password.reveal()]
    except FailureError as error:
        return [error.failure.kind, error.failure.title]

print(json.dumps(asyncio.run(work(sys.argv[1], sys.argv[2]))))
"""
SILENT = """
import sys, time
from jeepney import DBusAddress, new_method_call
from jeepney.io.blocking import open_dbus_connection
bus = open_dbus_connection()
address = DBusAddress("/org/freedesktop/DBus", bus_name="org.freedesktop.DBus", interface="org.freedesktop.DBus")
bus.send_and_get_reply(new_method_call(address, "RequestName", "su", ("org.freedesktop.secrets", 4)))
print("mine", flush=True)
time.sleep(600)
"""
LOCK = """
import secretstorage
secretstorage.get_default_collection(secretstorage.dbus_init()).lock()
"""


@pytest.fixture
def place(tmp_path: Path, program: Program) -> Path:
    """A home and a runtime directory that no other session knows."""
    program("dbus-run-session")
    program("gnome-keyring-daemon")
    for name in ("own", "run"):
        (tmp_path / name).mkdir(mode=0o700)
    (tmp_path / "gateway.py").write_text(GATEWAY)
    (tmp_path / "silent.py").write_text(SILENT)
    (tmp_path / "lock.py").write_text(LOCK)
    return tmp_path


def surroundings(place: Path, **more: str) -> dict[str, str]:
    leave = ("PYTHON_KEYRING_BACKEND", "DBUS_SESSION_BUS_ADDRESS", "DISPLAY", "WAYLAND_DISPLAY", "GPG_AGENT_INFO")
    kept = {name: value for name, value in os.environ.items() if name not in leave and not name.startswith("XDG_")}
    return kept | {"HOME": str(place / "own"), "XDG_RUNTIME_DIR": str(place / "run")} | more


def ask(place: Path, what: str, key: str = "-", choice: tuple[str, ...] = ("keyring",)) -> str:
    """The shell words that ask the gateway in a process of its own."""
    return shlex.join([sys.executable, str(place / "gateway.py"), what, key, json.dumps(choice)])


def in_session(place: Path, *lines: str, **more: str) -> list[object]:
    """What each line of a session's script printed, as JSON."""
    script = "\n".join(lines)
    done = subprocess.run(
        ["dbus-run-session", "--", "sh", "-c", script],
        env=surroundings(place, **more), capture_output=True, text=True, timeout=NO_FREEZE, stdin=subprocess.DEVNULL,
    )  # fmt: skip
    assert "Traceback" not in done.stderr, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.mark.real
def test_an_unlocked_keyring_keeps_a_login(place: Path) -> None:
    probe, read, _, again, gone, none = in_session(
        place, UNLOCKED, *(ask(place, what, "AKIAEXAMPLE") for what in ("probe", "read", "store", "read", "delete", "read"))
    )
    assert probe == ["Secret Service", True, ""]
    assert (read, again, gone, none) == (None, ["AKIAEXAMPLE", "B" + "AKIAEXAMPLE" * 5], True, None)


@pytest.mark.real
def test_the_password_is_printed_alone_for_passwordeval(place: Path) -> None:
    evaluated = f'password=$({shlex.join([*SHOW, "--reveal"])}); printf \'"%s"\\n\' "$password"'
    stored, printed = in_session(place, UNLOCKED, ask(place, "store", "AKIAEXAMPLE"), evaluated)
    assert (stored, printed) == (None, "B" + "AKIAEXAMPLE" * 5)


@pytest.mark.real
def test_two_processes_store_at_once(place: Path) -> None:
    both = f"{ask(place, 'store', 'AKIAONE')} & {ask(place, 'store', 'AKIATWO')} & wait"
    *stored, read, probe = in_session(place, UNLOCKED, both, ask(place, "read"), ask(place, "probe"))
    assert None in stored, "one of them at least is kept"
    assert all(one is None or "does not give back" in str(one) for one in stored)
    assert read in (["AKIAONE", "B" + "AKIAONE" * 5], ["AKIATWO", "B" + "AKIATWO" * 5])
    assert probe == ["Secret Service", True, ""]


def refused(found: object) -> str:
    """The sentence of an answer that is a failure."""
    assert isinstance(found, list)
    assert found[0] == "login.vault-missing" or found[1] is False, found
    assert str(found[-1]).endswith(".")
    return str(found[-1])


@pytest.mark.real
def test_a_locked_keyring_is_a_sentence(place: Path) -> None:
    lock = f"{sys.executable} {place / 'lock.py'}"
    _, *found = in_session(
        place, UNLOCKED, ask(place, "store", "AKIAEXAMPLE"), lock, *(ask(place, what) for what in ("probe", "read", "store"))
    )
    assert len([refused(one) for one in found]) == 3


@pytest.mark.real
def test_a_keyring_that_nobody_ever_unlocked_is_a_sentence(place: Path) -> None:
    started = "gnome-keyring-daemon --start --components=secrets >/dev/null 2>&1"
    found = in_session(place, started, *(ask(place, what) for what in ("probe", "store")))
    assert len([refused(one) for one in found]) == 2


@pytest.mark.real
def test_a_stopped_keyring_is_a_sentence(place: Path) -> None:
    stop = (
        "until owner=$(dbus-send --session --print-reply=literal --dest=org.freedesktop.DBus / "
        "org.freedesktop.DBus.GetConnectionUnixProcessID string:org.freedesktop.secrets 2>/dev/null); do sleep 0.05; done; "
        "owner=${owner##* }; kill -STOP $owner"
    )
    found = in_session(place, UNLOCKED, stop, *(ask(place, what) for what in ("probe", "read", "store")), "kill -KILL $owner")
    assert ["did not answer" in refused(one) for one in found] == [True, True, True]


@pytest.mark.real
def test_a_service_that_never_answers_is_a_sentence_on_the_command_line_too(place: Path) -> None:
    """`login show` ends with a sentence and its exit code, whatever hangs behind it."""
    silent = f"{sys.executable} {place / 'silent.py'} >$HOME/said & hung=$!; until [ -s $HOME/said ]; do sleep 0.05; done"
    show = f"{shlex.join([*SHOW, '--reveal'])} 2>$HOME/talk; printf '%s\\n' $?"
    probe, exit_code = in_session(place, silent, ask(place, "probe"), show, "kill $hung")
    assert "did not answer" in refused(probe)
    assert exit_code == 3, "it could not look"
    talk = (place / "own" / "said").read_text() + (place / "own" / "talk").read_text()
    assert "did not answer" in talk
    assert "Traceback" not in talk


@pytest.mark.real
def test_a_daemon_that_cannot_start_is_a_sentence(place: Path) -> None:
    """D-Bus starts it and waits: this is what holds a caller for two minutes."""
    found = in_session(place, *(ask(place, what) for what in ("probe", "store")), HOME=str(place / "nowhere"))
    assert len([refused(one) for one in found]) == 2


@pytest.mark.real
def test_without_any_bus_there_is_no_keyring(place: Path) -> None:
    done = subprocess.run(
        ["sh", "-c", ask(place, "probe")], env=surroundings(place), capture_output=True, text=True, timeout=NO_FREEZE
    )
    assert "No keyring runs here." in refused(json.loads(done.stdout))


@pytest.fixture
def passed(tmp_path: Path, program: Program) -> Path:
    """A password store with a throw-away key; GnuPG's agent wants a short path."""
    program("pass")
    gpg = program("gpg")
    made = Path(subprocess.run(["mktemp", "-d"], capture_output=True, text=True, check=True).stdout.strip())
    (tmp_path / "gateway.py").write_text(GATEWAY)
    (made / "run").mkdir(mode=0o700)
    (made / "own").mkdir(mode=0o700)
    environment = surroundings(made)
    subprocess.run(
        [gpg, "--batch", "--pinentry-mode", "loopback", "--passphrase", "", "--quick-gen-key", "eve@example.com", "default"],
        env=environment, check=True, capture_output=True, timeout=NO_FREEZE,
    )  # fmt: skip
    subprocess.run(["pass", "init", "eve@example.com"], env=environment, check=True, capture_output=True, timeout=NO_FREEZE)
    return made


@pytest.mark.real
def test_the_password_store_keeps_a_login(passed: Path, tmp_path: Path) -> None:
    choice = ("command", "pass insert -m ses/example.com", "pass show ses/example.com")

    def asked(what: str) -> object:
        done = subprocess.run(
            ["sh", "-c", ask(tmp_path, what, "AKIAEXAMPLE", choice)],
            env=surroundings(passed), capture_output=True, text=True, timeout=NO_FREEZE,
        )  # fmt: skip
        return json.loads(done.stdout)

    try:
        assert asked("probe") == ["the command pass", True, ""]
        assert asked("read") is None
        assert asked("store") is None
        assert asked("read") == ["AKIAEXAMPLE", "B" + "AKIAEXAMPLE" * 5]
        assert asked("store") is None
        assert asked("delete") is True
        assert asked("read") is None
        assert asked("delete") is False
    finally:
        subprocess.run(["gpgconf", "--kill", "all"], env=surroundings(passed), timeout=NO_FREEZE, check=False)
        subprocess.run(["rm", "-rf", str(passed)], timeout=NO_FREEZE, check=True)

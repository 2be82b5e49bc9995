"""A run in the middle of something hears the first signal at once, in words, and ends with the second."""

import fcntl
import json
import os
import queue
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from seswizard.core.login import smtp_password
from seswizard.core.secret import Secret
from seswizard.demo.aws import backend
from seswizard.demo.world import World
from tests.cli.conftest import Run
from tests.conftest import MakeWorld
from tests.road import make_identity, until
from tests.slow_aws import SlowAws

FINISHING = "Finishing one call so that nothing is orphaned; again to stop now."
CODES = {signal.SIGINT: 130, signal.SIGTERM: 143, signal.SIGHUP: 129}
PATIENCE = 90.0
"""Seconds after which a test is called hung; nothing is measured by them."""
pytestmark = pytest.mark.parametrize("number", CODES, ids=lambda number: number.name)


class Child:
    """A run whose talk is read as it comes."""

    def __init__(self, *words: str, **environment: str) -> None:
        command = [sys.executable, "-m", "seswizard", *words]
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env={**os.environ, **environment}
        )
        self.said: list[str] = []
        self._lines: queue.Queue[str | None] = queue.Queue()
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        assert self.process.stderr is not None
        for line in self.process.stderr:
            self._lines.put(line.decode().rstrip("\n"))
        self._lines.put(None)

    def until(self, words: str) -> str:
        """The line that holds these words, once it comes."""
        while True:
            line = self._lines.get(timeout=PATIENCE)
            assert line is not None, f"it ended without {words!r}: {self.said}"
            self.said.append(line)
            if words in line:
                return line

    def signal(self, number: int) -> None:
        self.process.send_signal(number)

    def stop(self, number: int) -> int:
        """Say it the second time; a terminal that goes away may say SIGHUP several times at once, which is one word."""
        deadline = time.monotonic() + PATIENCE
        while self.process.poll() is None and time.monotonic() < deadline:
            self.process.send_signal(number)
            try:
                self.process.wait(1.2 if number == signal.SIGHUP else PATIENCE)
            except subprocess.TimeoutExpired:
                continue
        return self.ended()

    def ended(self) -> int:
        """The exit code, with all that was said."""
        code = self.process.wait(PATIENCE)
        while (line := self._lines.get(timeout=PATIENCE)) is not None:
            self.said.append(line)
        assert "Traceback" not in "\n".join(self.said)
        return code


@pytest.fixture
def start() -> Iterator[Callable[..., Child]]:
    running: list[Child] = []

    def starting(*words: str, **environment: str) -> Child:
        running.append(Child(*words, **environment))
        return running[-1]

    yield starting
    for child in running:
        child.process.kill()
        child.process.wait()


Start = Callable[..., Child]


@contextmanager
def held(path: Path) -> Iterator[None]:
    """The lock of a file is in this process's hands."""
    path.parent.mkdir(mode=0o700, exist_ok=True)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    fcntl.flock(descriptor, fcntl.LOCK_EX)
    try:
        yield
    finally:
        os.close(descriptor)


def journal(world: World) -> list[tuple[str, str]]:
    text = (world.state_dir / "journal.jsonl").read_text()
    return [(entry["action"], entry["phase"]) for entry in map(json.loads, text.splitlines())]


@pytest.mark.parametrize("how", ["silent", "dripping"])
def test_a_key_whose_answer_does_not_come_is_left_to_the_journal(
    make_world: MakeWorld, start: Start, run: Run, number: int, how: str
) -> None:
    world = make_world("production")
    assert run("login", "revoke", "example.com", "--yes").code == 0
    with SlowAws("Action=CreateAccessKey", how) as aws:  # type: ignore[arg-type]  # one of its words
        child = start("login", "create", "example.com", "--yes", AWS_ENDPOINT_URL=aws.url)
        assert aws.reached.wait(PATIENCE)
        child.signal(number)
        child.until(FINISHING)
        assert child.process.poll() is None
        assert child.stop(number) == CODES[signal.Signals(number)]
        assert any("Perhaps half done: Access key" in line for line in child.said), child.said
        assert aws.times == 1
    assert ("access-key.create", "intent") in journal(world)
    assert ("access-key.create", "done") not in journal(world)[-1:]
    (orphan,) = keys(world)
    ran = run("login", "create", "example.com", "--yes")
    assert ran.code == 0, ran.err
    (key,) = keys(world)
    assert key != orphan
    made = backend.access_key(key)
    kept = json.loads(world.vault.read("seswizard", "example.com/eu-west-1") or "{}")
    assert made is not None
    assert kept == {"username": key, "password": smtp_password(Secret(made.secret), "eu-west-1").reveal()}


def keys(world: World) -> list[str]:
    rows = [line.split() for line in world.inventory()["iam_keys"]]
    return [key for user, key, _ in rows if user == "seswizard-example.com-eu-west-1"]


def test_a_call_that_ends_in_time_ends_the_run_with_its_secret_kept(
    make_world: MakeWorld, start: Start, run: Run, number: int
) -> None:
    """After the first signal alone the key is made and kept, and nothing more is begun."""
    world = make_world("production")
    assert run("login", "revoke", "example.com", "--yes").code == 0
    with SlowAws("Action=CreateAccessKey", "silent") as aws:
        child = start("login", "create", "example.com", "--yes", AWS_ENDPOINT_URL=aws.url)
        assert aws.reached.wait(PATIENCE)
        child.signal(number)
        child.until(FINISHING)
        aws.answer_now()
        assert child.ended() == CODES[signal.Signals(number)], child.said
    (key,) = keys(world)
    assert json.loads(world.vault.read("seswizard", "example.com/eu-west-1") or "{}")["username"] == key


def test_a_look_that_nobody_answers_ends_with_the_first(make_world: MakeWorld, start: Start, number: int) -> None:
    make_world("production")
    with SlowAws("/v2/email/identities/example.com", "dripping") as aws:
        child = start("records", "example.com", AWS_ENDPOINT_URL=aws.url)
        assert aws.reached.wait(PATIENCE)
        child.signal(number)
        assert child.ended() == CODES[signal.Signals(number)]


@pytest.mark.parametrize(
    "words", [("records", "example.com"), ("login", "rotate", "example.com", "--yes")], ids=lambda words: words[0]
)
def test_a_lock_in_other_hands_is_told_and_left_with_the_first(
    make_world: MakeWorld, start: Start, number: int, words: tuple[str, ...]
) -> None:
    world = make_world("production")
    with held(world.state_dir / "lock"):
        child = start(*words)
        assert f"(pid {os.getpid()})" in child.until("Waiting for another seswizard")
        child.signal(number)
        assert child.ended() == CODES[signal.Signals(number)]


@pytest.mark.parametrize(
    "words",
    [
        ("explain", "-"),
        ("headers", "-"),
        ("check", "--expected", "-"),
        ("login", "test", "example.com", "--username", "A" * 20, "--password-from", "-"),
    ],
    ids=lambda words: words[0],
)
def test_a_pipe_that_brings_nothing_is_left_with_the_first(
    make_world: MakeWorld, start: Start, number: int, words: tuple[str, ...]
) -> None:
    make_world("blank")
    child = start(*words)
    reading(child.process.pid)
    child.signal(number)
    assert child.ended() == CODES[signal.Signals(number)]


def reading(pid: int) -> None:
    """Wait until the process stands in a read of its standard input."""
    deadline = time.monotonic() + PATIENCE
    place = Path(f"/proc/{pid}/syscall")
    while time.monotonic() < deadline:
        if place.read_text().split()[:2] == ["0", "0x0"]:
            return
        time.sleep(0.05)
    pytest.fail("it never read")


def test_a_program_that_keeps_the_password_and_hangs_is_ended_with_us(
    make_world: MakeWorld, start: Start, tmp_path: Path, number: int
) -> None:
    world = make_world("production")
    assert world.state_dir.exists()
    asking, pids = tmp_path / "asking.sh", tmp_path / "pids"
    asking.write_text(f"#!/bin/sh\necho $$ >> {pids}\nexec sleep 300\n")
    asking.chmod(0o700)
    child = start(
        *("login", "rotate", "example.com", "--yes", "--keep", "command"),
        *("--store-with", str(asking), "--read-with", "true"),
    )
    until(lambda: pids.exists() or child.process.poll() is not None, PATIENCE)
    child.signal(number)
    child.until(FINISHING)
    assert child.stop(number) == CODES[signal.Signals(number)]
    (pid,) = pids.read_text().split()
    until(lambda: not Path(f"/proc/{pid}").exists(), PATIENCE)


def test_an_smtp_server_that_says_nothing_is_left_with_the_first(make_world: MakeWorld, start: Start, number: int) -> None:
    make_world("production")
    port = 587 + int(os.environ["SESWIZARD_SMTP_PORT_OFFSET"])
    with socket.create_server(("127.0.0.9", port)) as silent:
        child = start("login", "test", "example.com", SESWIZARD_SMTP_HOST="127.0.0.9")
        silent.settimeout(PATIENCE)
        connection, _ = silent.accept()
        with connection:
            child.signal(number)
            assert child.ended() == CODES[signal.Signals(number)]


WRITES = {
    "revoke": (("login", "revoke", "example.com", "--yes"), "Action=DeleteAccessKey"),
    "rotate": (("login", "rotate", "example.com", "--yes", "--delete-old"), "Action=CreateAccessKey"),
    "undo": (("undo", "example.com", "--yes"), "DELETE /v2/email"),
    "send": (("send", "example.com", "--via", "api", "--yes"), "outbound-emails"),
    "setup": (("setup", "example.com", "--yes"), '"EmailIdentity"'),
}


@pytest.mark.parametrize("what", WRITES)
def test_every_change_can_be_stopped_in_two_words(make_world: MakeWorld, start: Start, number: int, what: str) -> None:
    make_world("blank" if what in ("setup", "undo") else "production")
    if what == "undo":
        make_identity()
    words, call = WRITES[what]
    with SlowAws(call, "dripping") as aws:
        child = start(*words, AWS_ENDPOINT_URL=aws.url)
        until(lambda: aws.reached.is_set() or child.process.poll() is not None, PATIENCE)
        assert aws.reached.is_set(), (child.ended(), child.said)
        child.signal(number)
        child.until(FINISHING)
        assert child.stop(number) == CODES[signal.Signals(number)]
        assert any("is in the journal" in line for line in child.said)
        assert aws.times == 1

"""A wizard's session in a real terminal: no byte that reaches it, and nothing others can read of it, tells a secret."""

import re
import sys
from pathlib import Path

import pytest

from seswizard.demo.world import World
from tests.journey.terminal import SESWIZARD, Terminal
from tests.leak.conftest import canaries, keep_a_login
from tests.leak.search import Observer, files_below, leaks
from tests.leak.test_commands import CRASHING

pytestmark = pytest.mark.journey


def observed(terminal: Terminal, observer: Observer, *texts: str) -> None:
    """Wait for a text, then look at the program from outside."""
    terminal.wait(*texts)
    look(terminal, observer)


def look(terminal: Terminal, observer: Observer) -> None:
    """Read what any other process can read of the program."""
    assert terminal._child.pid is not None
    observer.look(terminal._child.pid)


def nothing_told(world: World, terminal: Terminal, observer: Observer, home: str) -> None:
    wanted = canaries(world)
    assert observer.seen["cmdline"]
    assert observer.seen["environ"]
    plain = re.sub(rb"\x1b\[[0-9;:?<>=]*[ -/]*[@-~]", b"", terminal.raw)  # colours may part a secret
    bytes_seen = [("the terminal", terminal.raw), ("the terminal's text", plain), ("the screen", terminal.screen.encode())]
    assert leaks(bytes_seen, wanted) == []
    assert leaks(observer.places(), wanted) == []
    assert leaks(files_below(world.state_dir, Path(home)), wanted) == []


def test_making_proving_and_sending(world: World, environment: dict[str, str]) -> None:
    observer = Observer()
    with Terminal([*SESWIZARD, "example.com"], (100, 30), environment) as terminal:
        observed(terminal, observer, "A user that may send as your domain and nothing else")
        terminal.wait("makes an IAM user")
        terminal.press("enter")
        observed(terminal, observer, "Plan: make the SMTP login")
        terminal.press("enter")
        observed(terminal, observer, "Proven: SES accepts this login")
        terminal.press("c")
        terminal.wait("User name sent to clipboard")
        terminal.press("n")
        observed(terminal, observer, "One message through your own login")
        terminal.press("t")
        observed(terminal, observer, "Plan: send the proof")
        terminal.press("enter")
        observed(terminal, observer, "its bounce came back")
        terminal.press("q")
        assert terminal.ended() == 0
    nothing_told(world, terminal, observer, environment["HOME"])


def test_a_crash_in_the_terminal(world: World, environment: dict[str, str]) -> None:
    keep_a_login(world)
    observer = Observer()
    with Terminal([sys.executable, "-c", CRASHING, "example.com"], (100, 30), environment) as terminal:
        terminal.wait("Proof|Production|Overview")
        look(terminal, observer)
        terminal.press(":")
        terminal.wait("Search for commands")
        terminal.press("smtp login")
        terminal.wait("Go to SMTP login")
        terminal.press("down", "enter")
        assert terminal.ended() == 3
        assert b"This is a bug in seswizard, not yours: RuntimeError in" in terminal.raw
        assert b"Traceback" not in terminal.raw
    nothing_told(world, terminal, observer, environment["HOME"])


def test_a_password_that_is_typed_is_not_echoed(world: World, environment: dict[str, str]) -> None:
    keep_a_login(world)
    password = canaries(world)[-1]
    observer = Observer()
    words = [*SESWIZARD, "login", "test", "example.com", "--username", password.username]
    with Terminal(words, (100, 30), environment) as terminal:
        observed(terminal, observer, "SMTP password:")
        terminal.press(password.secret, "enter")
        observed(terminal, observer, "SES accepts this login")
        assert terminal.ended() == 0
    nothing_told(world, terminal, observer, environment["HOME"])

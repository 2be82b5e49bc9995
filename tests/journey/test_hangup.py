"""A terminal that goes away under the wizard, as when an SSH session breaks off."""

import fcntl
import os
import pty
import struct
import subprocess
import termios

import pytest

from tests.journey.conftest import Serve
from tests.journey.terminal import SESWIZARD

pytestmark = pytest.mark.journey


@pytest.mark.parametrize(
    ("scenario", "words", "shown"),
    [
        ("blank", "", "Type the domain"),
        ("production", "health example.com --watch", "next look"),
        ("production", "setup example.com --linear", "What now"),
        ("production", "listen example.com --yes", "listening for"),
    ],
)
def test_a_run_ends_with_its_terminal_though_no_signal_tells_it(serve: Serve, scenario: str, words: str, shown: str) -> None:
    """SIGHUP goes to the session's leader alone: here, as under make or uvx, that is somebody else."""
    environment = serve(scenario)
    ours, its = pty.openpty()
    fcntl.ioctl(its, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
    child = subprocess.Popen([*SESWIZARD, *words.split()], stdin=its, stdout=its, stderr=its, env={**os.environ, **environment})
    try:
        os.close(its)
        seen = b""
        while shown.encode() not in seen:
            seen += os.read(ours, 65536)
        os.close(ours)
        assert child.wait(timeout=20) == 129
    finally:
        child.kill()
        child.wait()

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


def test_the_wizard_ends_with_its_terminal_though_no_signal_tells_it(serve: Serve) -> None:
    """SIGHUP goes to the session's leader alone: here, as under make or uvx, that is somebody else."""
    environment = serve("blank")
    ours, its = pty.openpty()
    fcntl.ioctl(its, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
    child = subprocess.Popen(SESWIZARD, stdin=its, stdout=its, stderr=its, env={**os.environ, **environment})
    try:
        os.close(its)
        seen = b""
        while b"Type the domain" not in seen:
            seen += os.read(ours, 65536)
        os.close(ours)
        assert child.wait(timeout=20) == 129
    finally:
        child.kill()
        child.wait()

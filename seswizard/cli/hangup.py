"""A terminal that goes away: the SSH session broke off, or its window was closed.

The kernel sends SIGHUP to the session's leader alone, which may be `make`, `sudo` or `uvx`; so we look ourselves and pass it
on to ourselves. A run whose output goes to a file or a pipe, and one under `nohup`, goes on.
"""

import os
import select
import signal
import stat
import sys
import threading

HUNG_UP = 129
"""What a run ends with whose terminal has gone: 128 and the number of SIGHUP."""


def end_with_terminal() -> None:
    """Send ourselves SIGHUP once the terminal behind standard output has gone; costs nothing until then."""
    poll = _output()
    if poll is None or signal.getsignal(signal.SIGHUP) == signal.SIG_IGN:
        return

    def wait() -> None:
        if _hung(poll.poll()):
            os.kill(os.getpid(), signal.SIGHUP)

    threading.Thread(target=wait, name="seswizard-hangup", daemon=True).start()


def terminal_gone() -> bool:
    """Whether standard output is a terminal that is there no more."""
    poll = _output()
    return poll is not None and _hung(poll.poll(0))


def _output() -> "select.poll | None":
    """Standard output, if it is a terminal or was one, asked for no event but those that are always told: hang-up and error."""
    try:
        number = sys.stdout.fileno()
        if not stat.S_ISCHR(os.fstat(number).st_mode):  # isatty is false of a terminal that has gone
            return None
        poll = select.poll()
        poll.register(number, 0)
    except (AttributeError, OSError, ValueError):  # closed by the shell, or no poll on this system
        return None
    return poll


def _hung(events: list[tuple[int, int]]) -> bool:
    return any(event & select.POLLHUP for _, event in events)

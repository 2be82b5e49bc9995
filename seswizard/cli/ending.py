"""How a run ends: every expected way out becomes one sentence on stderr and the contract's exit code."""

import os
import signal
import sys
from collections.abc import Callable
from contextlib import suppress

import click

from seswizard.cli.hangup import HUNG_UP, end_with_terminal, terminal_gone
from seswizard.cli.pasting import pasted
from seswizard.cli.streams import reopen
from seswizard.core.failure import BUG, BadInputError, Failure, FailureError, place_of
from seswizard.core.names import BadNameError

ENDING = tuple(getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name))
"""The signals that tell a run to end; it takes away what is temporary, and ends with 128 and their number."""


class Ended(Exception):  # noqa: N818 - it is an ending, most often a good one
    """The run is over, with this exit code and nothing more to say."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


def say(text: str) -> None:
    """One line of talk, on stderr."""
    with suppress(OSError):  # nobody listens any more
        click.echo(text, err=True)


def ended(command: Callable[[], object]) -> int:
    """Run a command; the exit code. Afterwards Python itself finds nothing left to write that could fail."""
    code = _outcome(command)
    for stream, number in ((sys.stdout, 1), (sys.stderr, 2)):
        try:
            stream.flush()
        except (OSError, ValueError):
            _silence(number)
    return code


def _outcome(command: Callable[[], object]) -> int:
    for number in ENDING:
        if signal.getsignal(number) != signal.SIG_IGN:  # under nohup it goes on
            signal.signal(number, _told_to_end)
    end_with_terminal()
    reopen()
    try:
        result = command()
        return _flushed(result if isinstance(result, int) else 0)
    except Ended as end:
        return _flushed(end.code)
    except (BadInputError, BadNameError) as error:
        say(str(error))
        return 2
    except FailureError as error:
        tell_failure(error)
        return 3
    except click.exceptions.Exit as error:
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        say("Interrupted.")
        return 130
    except SystemExit as end:
        # click leaves so when the reader of a pipe has gone away.
        return _quiet() if type(sys.stdout).__name__.endswith("PacifyFlushWrapper") else int(end.code or 0)
    except click.ClickException as error:
        with suppress(OSError):
            error.show()
        return 2
    except BrokenPipeError:
        return _quiet()
    except OSError as error:
        if terminal_gone():
            return HUNG_UP
        say(f"That cannot be written or read: {error.strerror or type(error).__name__}.")
        _quiet()
        return 3
    except Exception as error:  # noqa: BLE001 - a bug of ours gets a sentence too; its place is what a report needs
        if _starved(error):
            say("There is not enough memory for this. A limit may be set: `ulimit -a` shows it.")
            return 3
        say(f"{BUG.rstrip('.')}: {place_of(error)}. Nothing more was done.")
        return 3


def _told_to_end(number: int, _frame: object) -> None:
    """SIGTERM and SIGHUP end a command like Ctrl-C does: in order, with an exit code of their own.

    By SystemExit, which nobody takes for an error that he can translate, and which shows nothing wherever it comes.
    """
    raise SystemExit(128 + number)


def _starved(error: Exception) -> bool:
    """Whether memory ran out, which Python does not always call so: a thread or a library may be what found none."""
    signs = ("can't start new thread", "failed to map segment", "Cannot allocate memory", "returned NULL without setting")
    return isinstance(error, MemoryError) or any(sign in str(error) for sign in signs)


def tell_failure(error: FailureError) -> None:
    """What could not be seen or done, and the way out."""
    say(error.failure.title)
    tell_way_out(error.failure)


def tell_way_out(failure: Failure) -> None:
    """What to do, and the command that does it."""
    if failure.remedy:
        say(failure.remedy)
    if failure.command:
        say(f"  {pasted(failure.command)}")


def _flushed(code: int) -> int:
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        return _quiet()
    except OSError as error:
        say(f"The output cannot be written: {error.strerror}.")
        _quiet()
        return code if code > 128 else 3
    return code


def _quiet() -> int:
    """The reader went away: say nothing, also not when Python flushes at its end."""
    _silence(1)
    return 0


def _silence(number: int) -> None:
    """Let what is still to be written to this descriptor go nowhere."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), number)

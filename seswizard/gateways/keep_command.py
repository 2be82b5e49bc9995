"""A login in a program of the person's own, such as `pass` or `op`: one command line stores, another one reads.

Run without a shell and in a session of its own, so that it can be ended with everything it started. The value goes to
standard input and never into arguments or environment. GPG_TTY is taken away: a prompt would be drawn over a full
screen; a window may come, and has its time.
"""

import atexit
import contextlib
import os
import re
import shutil
import signal
import subprocess
import threading
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from pathlib import PurePath
from typing import IO, Any

from seswizard.core.failure import FailureError
from seswizard.core.keep import command_words
from seswizard.core.login import Keep, Login
from seswizard.core.secret import Secret
from seswizard.core.text import elide, printable
from seswizard.gateways.debug import CallLog
from seswizard.gateways.keep_calls import changed, looked
from seswizard.gateways.keep_values import login_of, not_the_same, unkept, written

_LIMIT = 30.0
_AFTER = 2.0
"""Seconds for the rest of the output once the program has ended: something it started may still hold the pipe."""
_LONGEST = 65_536
_NOTHING = re.compile(
    r"not in the password store|isn't an item|not found|could ?n[o']t (be found|find)|no such|does ?n[o']t exist|no matching",
    re.IGNORECASE,
)
"""What pass, op, security, cat and their like say where they hold nothing."""

_BROKEN = (126, 127)
"""What a shell ends with where a program of its own is missing or cannot be run."""
_LIKE_A_SECRET = re.compile(r"[A-Za-z0-9+/=]{36,}")


@dataclass(frozen=True, slots=True)
class _Ran:
    """A program that ended."""

    code: int
    out: Secret
    said: str
    """Its last words on standard error, scrubbed; empty where they could hold the secret."""


class CommandKeep:
    """One login behind two command lines; there is no place for a second one."""

    def __init__(self, store_with: str, read_with: str, log: CallLog, limit: float = _LIMIT) -> None:
        self._store, self._read = command_words(store_with, "--store-with"), command_words(read_with)
        self._log, self._limit = log, limit

    async def probe(self) -> Keep:
        """Whether both programs are here, and the one that reads gives a login of ours or nothing.

        Storing is not tried here: only the program knows how to take something out again, and nobody has agreed to a
        write yet. Making a login begins with storing a trial, which the password then replaces.
        """
        name = f"the command {_shown(self._store)}"
        for words in (self._store, self._read):
            if not _is_here(words[0]):
                return Keep(name, usable=False, reason=f"The program {_shown(words)} is not here, or not executable.")
        try:
            await self._kept()
        except FailureError as error:
            return Keep.unusable(name, error.failure)
        return Keep(name, usable=True)

    async def read(self, domain: str, region: str, *, staged: bool = False) -> Login | None:
        """What the program prints, its first line only."""
        return None if staged else await self._kept()

    async def store(self, domain: str, region: str, login: Login, *, staged: bool = False) -> None:
        """Hand the value over and read it back; what is not ours is never written over."""
        if staged:
            raise unkept("A program of yours has one place only; nothing can lie beside the login.", "Choose another keep.")
        await self._kept()
        await self._put(written(login))
        if await self._kept() != login:
            raise not_the_same(f"The command {_shown(self._read)}")

    async def delete(self, domain: str, region: str, *, staged: bool = False) -> bool:
        """Store an empty line in place of ours: no program can be told to delete by the one that stores."""
        if staged or await self._kept() is None:
            return False
        await self._put("")
        if await self._kept() is not None:
            raise unkept(f"The command {_shown(self._store)} still holds the password.", "Take it out there yourself.")
        return True

    async def _kept(self) -> Login | None:
        ran = await self._asked("read", lambda: looked(lambda: self._run(self._read, None), self._limit + 2 * _AFTER))
        lines = ran.out.reveal().split("\n")
        if ran.code:
            if ran.code > 0 and ran.code not in _BROKEN and not lines[0].strip() and (not ran.said or _NOTHING.search(ran.said)):
                return None
            raise _failed(self._read, ran)
        first = lines[0].strip()
        return login_of(Secret(first), f"The command {_shown(self._read)}") if first else None

    async def _put(self, value: str) -> None:
        ran = await self._asked("store", lambda: changed(lambda: self._run(self._store, value), self._limit + 2 * _AFTER))
        if ran.code:
            raise _failed(self._store, ran)

    async def _asked(self, operation: str, call: Callable[[], Coroutine[Any, Any, _Ran]]) -> _Ran:
        words = self._store if operation == "store" else self._read
        with self._log.call(f"command:{operation}"):
            try:
                return await call()
            except FailureError:
                raise
            except TimeoutError:
                raise _too_slow(words, self._limit) from None
            except Exception as error:  # noqa: BLE001  # by its class alone: its words may hold the value
                title = f"The program {_shown(words)} could not be run: {type(error).__name__}."
                raise unkept(title, "Try again, or choose another keep.") from None

    def _run(self, words: tuple[str, ...], value: str | None) -> _Ran:
        environment = {name: text for name, text in os.environ.items() if name != "GPG_TTY"}
        try:
            program = subprocess.Popen(  # noqa: S603  # it is the person's own command line, and no shell reads it
                words,
                stdin=subprocess.DEVNULL if value is None else subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                start_new_session=True,
                env=environment | {"LANGUAGE": "en"},
            )
        except (OSError, ValueError) as error:
            why = error.strerror if isinstance(error, OSError) and error.strerror else "its name cannot be used"
            raise unkept(f"The program {_shown(words)} could not be started: {why}.", "Check the command line.") from None
        _running.add(program)
        try:
            return self._heard(program, words, value)
        except BaseException:
            _end(program)  # nobody listens to it any more
            raise
        finally:
            _running.discard(program)

    def _heard(self, program: "subprocess.Popen[bytes]", words: tuple[str, ...], value: str | None) -> _Ran:
        out, said = bytearray(), bytearray()
        assert program.stdout is not None
        assert program.stderr is not None
        threads = [_started(_drain, program.stdout, out), _started(_drain, program.stderr, said)]
        if value is not None and program.stdin is not None:
            _started(_feed, program.stdin, bytearray(f"{value}\n".encode()))
        try:
            program.wait(self._limit)
        except subprocess.TimeoutExpired:
            _end(program)
            raise _too_slow(words, self._limit) from None
        for thread in threads:
            thread.join(_AFTER)
        text = bytes(out).decode("utf-8", "replace")
        return _Ran(program.returncode, Secret(text), _last_words(bytes(said).decode("utf-8", "replace"), (value or "", text)))


_running: "set[subprocess.Popen[bytes]]" = set()


@atexit.register
def _end_all() -> None:
    """A program that still asks for something when we have been told to end must not go on asking."""
    for program in tuple(_running):
        _end(program)


def _is_here(program: str) -> bool:
    try:
        return shutil.which(program) is not None
    except Exception:  # noqa: BLE001  # a name that no path can have
        return False


def _started(work: Callable[[IO[bytes], bytearray], None], stream: IO[bytes], content: bytearray) -> threading.Thread:
    thread = threading.Thread(target=work, args=(stream, content), name="seswizard-command", daemon=True)
    thread.start()
    return thread


def _drain(stream: IO[bytes], into: bytearray) -> None:
    """Read to the end, so that the program is never blocked; keep the beginning."""
    with stream:
        while piece := os.read(stream.fileno(), 4096):
            into += piece[: max(0, _LONGEST - len(into))]


def _feed(stream: IO[bytes], content: bytearray) -> None:
    with contextlib.suppress(OSError), stream:  # it did not want all of it; its exit code tells
        stream.write(content)


def _end(program: "subprocess.Popen[bytes]") -> None:
    """End a program and all that it started in its own session."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(program.pid, number)
        with contextlib.suppress(subprocess.TimeoutExpired):
            program.wait(_AFTER / 2)
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(program.pid, signal.SIGKILL)


def _last_words(said: str, secrets: tuple[str, ...]) -> str:
    """The last line of what it said on standard error, unless anything there could be the secret."""
    pieces = {piece for text in secrets for piece in re.findall(r"[^\s\"{}:,]{8,}", text)}
    if _LIKE_A_SECRET.search(said) or any(piece in said for piece in pieces):
        return ""
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    return elide(printable(lines[-1]), 200) if lines else ""


def _shown(words: tuple[str, ...]) -> str:
    return elide(printable(PurePath(words[0]).name), 60)


def _failed(words: tuple[str, ...], ran: _Ran) -> FailureError:
    how = f"ended with exit code {ran.code}" if ran.code > 0 else f"was ended by signal {-ran.code}"
    remedy = "Run it once by hand: it may have to be unlocked first. Then try again."
    return unkept(f"The program {_shown(words)} {how}.", remedy, detail=ran.said)


def _too_slow(words: tuple[str, ...], limit: float) -> FailureError:
    remedy = "If it asks for a passphrase, run it once by hand to unlock it, then try again."
    return unkept(f"The program {_shown(words)} did not finish within {limit:g} s, so it was ended.", remedy)

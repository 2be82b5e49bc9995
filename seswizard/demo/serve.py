"""`demo serve`: a world for other processes, told to them as shell lines, in a file, or as a command's environment."""

import argparse
import contextlib
import importlib.util
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import FrameType

from seswizard.core.quoting import word
from seswizard.core.text import printable
from seswizard.demo.environment import ALWAYS_UNSET
from seswizard.gateways.files import expanded, open_plain, write_atomically

MISSING = "The embedded world needs a few packages more: pip install 'seswizard[demo]'"
_NEEDED = ("moto", "flask", "flask_cors", "aiosmtpd", "cryptography")
_ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_PATIENCE = 3.0
"""Seconds that a command gets to end after a signal that we passed on, before it is killed."""


def serve(
    scenario: str = "first-time", env_file: Path | None = None, command: Sequence[str] = (), *, with_parent: bool = False
) -> int:
    """Run a world until a signal, until the parent goes (standard input ends), or until the command ends; the exit status."""
    if any(importlib.util.find_spec(name) is None for name in _NEEDED):
        return _complain(MISSING)
    from seswizard.demo.scenarios import SCENARIOS
    from seswizard.demo.world import World

    if scenario not in SCENARIOS:
        return _complain(f"There is no scenario {scenario!r}; there are: {', '.join(SCENARIOS)}.")
    given = os.environ.get("SESWIZARD_STATE_DIR")
    try:
        env_file = expanded(str(env_file)) if env_file else None
        state = expanded(given) if given else None
    except OSError as error:
        home = next(path for path in (str(env_file or ""), given or "") if path.startswith("~"))
        return _complain(f"{printable(home)} cannot be written: {error.strerror}.")
    if env_file and (why := _unusable(env_file)):
        return _complain(f"{printable(str(env_file))} {why}")
    with _signals() as received, World(scenario, state) as world:
        # A throw-away account gets a throw-away state, unless somebody chose where the state lives.
        exports = world.environment | ({} if given else {"SESWIZARD_STATE_DIR": str(world.state_dir)})
        lines = _lines(exports, world.unset)
        if sum(":" not in server.address for server in world.dns.auth) < 2:
            sys.stderr.write("This machine has one IPv4 loopback address, so the domain has one IPv4 name server here.\n")
        with _written(env_file, lines) if env_file else contextlib.nullcontext():
            if command:
                return _run(command, exports, world.unset, received)
            sys.stdout.write(f"{lines}ready\n")
            sys.stdout.flush()
            _wait(received, sys.stdin.fileno() if with_parent else None)
    return 0


def _complain(sentence: str) -> int:
    sys.stderr.write(f"{sentence}\n")
    return 2


def _lines(exports: Mapping[str, str], unset: Sequence[str]) -> str:
    removed = [f"unset {name}\n" for name in unset]
    return "".join([*removed, *(f"export {name}={word(value)}\n" for name, value in exports.items())])


@contextlib.contextmanager
def _signals() -> Iterator[int]:
    """Turn the signals that end us into bytes to read: a handler that does more could meet a lock of ours."""
    readable, writable = os.pipe()

    def note(number: int, frame: FrameType | None) -> None:
        os.write(writable, bytes([number]))

    before = {number: signal.signal(number, note) for number in _ENDING}
    try:
        yield readable
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        os.close(readable)
        os.close(writable)


def _unusable(path: Path) -> str:
    """Why the variables cannot be written there; empty where they can. Only a file of a world that was killed is replaced."""
    if path.is_dir() or not path.absolute().parent.is_dir():
        return "cannot be written; name a file in a directory that exists."
    try:
        with os.fdopen(open_plain(path, os.O_RDONLY), "rb") as file:
            ours = file.readline(200) == _lines({}, ALWAYS_UNSET[:1]).encode()
    except FileNotFoundError:
        return ""
    except OSError as error:
        return f"cannot be written: {error.strerror}."
    return "" if ours else "is there already and holds something else; name a new file."


@contextlib.contextmanager
def _written(path: Path, text: str) -> Iterator[None]:
    """Write the file, and remove it in the end if it is still the one written here."""
    write_atomically(path, text.encode(), 0o600)
    made = path.lstat()
    try:
        yield
    finally:
        with contextlib.suppress(OSError):
            if os.path.samestat(made, path.lstat()):
                path.unlink()


def _wait(received: int, parent: int | None) -> None:
    watched = [received] if parent is None else [received, parent]
    while True:
        ready, _, _ = select.select(watched, [], [])
        if received in ready or (parent in ready and parent is not None and not os.read(parent, 1024)):
            return


def _run(command: Sequence[str], exports: Mapping[str, str], unset: Sequence[str], received: int) -> int:
    environment = {name: value for name, value in os.environ.items() if name not in unset} | dict(exports)
    try:
        process = subprocess.Popen(command, env=environment)
    except OSError as error:
        sys.stderr.write(f"{command[0]}: {error.strerror}\n")
        return 127 if isinstance(error, FileNotFoundError) else 126
    deadline: float | None = None
    while process.poll() is None:
        if select.select([received], [], [], 0.05)[0]:
            number = os.read(received, 1)[0]
            # Ctrl+C reaches the command by itself, and what it does about it is its own business.
            if not (number == signal.SIGINT and _in_foreground()):
                process.send_signal(number)
                deadline = deadline or time.monotonic() + _PATIENCE
        if deadline and time.monotonic() > deadline:
            process.kill()
    return process.returncode if process.returncode >= 0 else 128 - process.returncode


def _in_foreground() -> bool:
    try:
        terminal = os.open("/dev/tty", os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        return os.tcgetpgrp(terminal) == os.getpgrp()
    finally:
        os.close(terminal)


def main(arguments: Sequence[str] | None = None) -> int:
    """`python -m seswizard.demo.serve`."""
    parser = argparse.ArgumentParser(prog="python -m seswizard.demo.serve")
    parser.add_argument("--scenario", default="first-time")
    parser.add_argument("--env-file", type=Path)
    parser.add_argument("--with-parent", action="store_true", help="end when standard input ends")
    parser.add_argument("command", nargs="*")
    given = parser.parse_args(arguments)
    return serve(given.scenario, given.env_file, given.command, with_parent=given.with_parent)


if __name__ == "__main__":
    sys.exit(main())

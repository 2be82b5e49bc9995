"""A real terminal for tests: pexpect runs the program, pyte is the screen, waiting is polling for text."""

import os
import re
import signal
import sys
import time
from collections.abc import Callable, Mapping
from types import TracebackType
from typing import Self

import pexpect
import pyte

KEYS = {
    "enter": "\r",
    "escape": "\x1b",
    "tab": "\t",
    "up": "\x1b[A",
    "down": "\x1b[B",
    "right": "\x1b[C",
    "left": "\x1b[D",
    "ctrl+p": "\x10",
    "ctrl+q": "\x11",
    "f1": "\x1bOP",
    "f2": "\x1bOQ",
    "backspace": "\x7f",
}


class Terminal:
    """A program in a terminal of its own; `screen` is what a person sees, `raw` every byte that came."""

    def __init__(self, words: list[str], size: tuple[int, int] = (80, 24), environment: Mapping[str, str] | None = None) -> None:
        columns, rows = size
        self.raw = b""
        self._display = pyte.Screen(columns, rows)
        self._stream = pyte.ByteStream(self._display)
        env = {**os.environ, **(environment or {}), "TERM": "xterm-256color", "LANG": "C.UTF-8", "TEXTUAL_ANIMATIONS": "none"}
        env.pop("NO_COLOR", None)
        env.update({key: value for key, value in (environment or {}).items() if key == "NO_COLOR"})
        self._child: pexpect.spawn[bytes] = pexpect.spawn(
            words[0], words[1:], env=env, dimensions=(rows, columns), timeout=5, encoding=None, maxread=65536
        )
        self._child.delaybeforesend = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._child.close(force=True)

    def _read(self, seconds: float) -> None:
        try:
            data = self._child.read_nonblocking(65536, timeout=seconds)
        except (pexpect.TIMEOUT, pexpect.EOF):
            return
        self.raw += data
        self._stream.feed(data)

    @property
    def screen(self) -> str:
        """The rows as a person sees them."""
        return "\n".join(line.rstrip() for line in self._display.display)

    def wait(self, *texts: str, seconds: float = 30.0, absent: bool = False) -> str:
        """Wait until one of the texts (regular expressions) is on the screen; which one."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            self._read(0.1)
            for text in texts:
                if bool(re.search(text, self.screen)) is not absent:
                    return text
            if not self._child.isalive():
                self._read(0.1)
                break
        raise AssertionError(f"never seen: {' | '.join(texts)}\n{self.screen}")

    def wait_for_match(self, pattern: re.Pattern[str], seconds: float = 30.0) -> str:
        """Wait until the pattern matches, also where a value wraps; the screen without its line breaks."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            self._read(0.1)
            flat = "".join(line.strip() for line in self._display.display)
            for text in (self.screen, flat):
                if pattern.search(text):
                    return text
        raise AssertionError(f"never matched: {pattern.pattern}\n{self.screen}")

    def until(self, true: Callable[[str], bool], seconds: float = 30.0) -> None:
        """Wait until the screen satisfies a condition."""
        deadline = time.monotonic() + seconds
        while not true(self.screen):
            assert time.monotonic() < deadline, self.screen
            self._read(0.1)

    def press(self, *keys: str) -> None:
        """Press keys by name, or type a text."""
        for key in keys:
            if key == "enter":
                self.rest(0.8)  # as long as a person takes to read a button
            self._child.send(KEYS.get(key, key))
            self._read(0.15)

    def send_bytes(self, *pieces: bytes) -> None:
        """Send bytes as a keyboard does, one piece after the other."""
        for piece in pieces:
            self._child.send(piece)
            self._read(0.15)

    def rest(self, seconds: float) -> None:
        """Let time pass, with an eye on the screen."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            self._read(0.05)

    def resize(self, columns: int, rows: int) -> None:
        """Change the terminal's size."""
        self._child.setwinsize(rows, columns)
        self._display.resize(rows, columns)
        self._read(0.3)

    @property
    def pid(self) -> int:
        """The program's process."""
        assert self._child.pid is not None
        return self._child.pid

    def terminate(self) -> None:
        """Send SIGTERM."""
        self._child.kill(signal.SIGTERM)

    def ended(self, seconds: float = 15.0) -> int:
        """Wait for the program's end; its exit code."""
        deadline = time.monotonic() + seconds
        while self._child.isalive() and time.monotonic() < deadline:
            self._read(0.1)
        self._read(0.1)
        assert not self._child.isalive(), self.screen
        self._child.close()
        return int(self._child.exitstatus if self._child.exitstatus is not None else 128 + (self._child.signalstatus or 0))


SESWIZARD = [sys.executable, "-m", "seswizard"]

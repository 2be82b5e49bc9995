"""A real terminal that only ever grows: pexpect runs the program, every line is kept, waiting is for a prompt."""

import os
import re
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

import pexpect

ROOT = Path(__file__).parents[2]
FAST = [sys.executable, "-m", "tests.linear.driver"]
"""The command line without SES's one request a second."""


class Dialogue:
    """A person with a dumb terminal."""

    def __init__(self, *words: str, environment: Mapping[str, str] | None = None, term: str = "dumb") -> None:
        env = {**os.environ, "TERM": term, "LANG": "C.UTF-8", **(environment or {})}
        env.setdefault("TEXTUAL_ANIMATIONS", "none")
        command = [*FAST, *words]
        self.raw = ""
        self._at = 0
        self._child: pexpect.spawn[str] = pexpect.spawn(
            command[0], command[1:], env=env, cwd=str(ROOT), dimensions=(36, 200), encoding="utf-8", timeout=5
        )
        self._child.delaybeforesend = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._child.close(force=True)

    def _read(self) -> None:
        try:
            self.raw += self._child.read_nonblocking(65536, timeout=0.1)
        except (pexpect.TIMEOUT, pexpect.EOF):
            return

    def until(self, pattern: str, seconds: float = 60.0) -> str:
        """Wait until the pattern comes after what was waited for before; what came until then."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            self._read()
            if found := re.search(pattern, self.raw[self._at :], re.MULTILINE):
                told = self.raw[self._at : self._at + found.end()]
                self._at += found.end()
                return told
            if not self._child.isalive():
                self._read()
        raise AssertionError(f"never said: {pattern}\n{self.raw[-3000:]}")

    def answer(self, typed: str, prompt: str = r"Choose 1 to \d+[^\n]*: ") -> str:
        """Wait for the prompt and type; what was said before it."""
        told = self.until(prompt)
        self._child.sendline(typed)
        return told

    def choose(self, words: str) -> str:
        """Wait for a list with a choice of these words, and type its number."""
        told = self.until(rf"^(\d+)\. {words}[^\n]*\r?\n(?:\d+\. [^\n]*\r?\n)*Choose 1 to \d+[^\n]*: ")
        numbers = re.findall(rf"^(\d+)\. {words}", told, re.MULTILINE)
        self._child.sendline(numbers[-1])
        return told

    def key(self, control: str) -> None:
        """Press a control key, such as `c`."""
        self._child.sendcontrol(control)

    def send(self, keys: str) -> None:
        """Send keys as they are."""
        self._child.send(keys)

    def ended(self, seconds: float = 20.0) -> int:
        """Wait for the program's end; its exit code."""
        deadline = time.monotonic() + seconds
        while self._child.isalive() and time.monotonic() < deadline:
            self._read()
        self._read()
        assert not self._child.isalive(), self.raw[-2000:]
        self._child.close()
        return int(self._child.exitstatus if self._child.exitstatus is not None else 128 + (self._child.signalstatus or 0))

    @property
    def lines(self) -> list[str]:
        """Every line as a person has read it."""
        return [line.rstrip("\r") for line in self.raw.replace("\r\n", "\n").split("\n")]

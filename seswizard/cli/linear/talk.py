"""Where lines go to and come from: a terminal that is only ever written on at its end."""

import asyncio
import os
import sys
import termios
from contextlib import suppress
from typing import Protocol

import click

from seswizard.core.secret import Secret
from seswizard.core.text import printable
from seswizard.ports import Clock


class Talk(Protocol):
    """A person who reads line by line and types lines."""

    def write(self, line: str) -> None:
        """One line, as it is."""

    def prompt(self, text: str) -> None:
        """The beginning of a line that the person's answer ends."""

    async def read(self) -> str | None:
        """One typed line, scrubbed and without its end; None when there is no more input."""

    async def read_unseen(self) -> Secret | None:
        """One typed line as it is, which the terminal does not show."""

    def forget_typed(self) -> None:
        """Drop what was typed ahead: nobody agrees to what was not told yet."""

    async def rest(self, clock: Clock, seconds: float) -> bool:
        """Wait so long, or until a line is typed; whether one was."""


class TerminalTalk:
    """Standard output and input; reading is by the event loop, so that Ctrl-C ends it at once."""

    def __init__(self) -> None:
        self._input = sys.stdin.fileno()
        self._typed = b""
        self._ended = False
        if hasattr(sys.stdout, "reconfigure"):
            # A terminal of another character set shows escapes rather than ending the program.
            sys.stdout.reconfigure(errors="backslashreplace")

    def write(self, line: str) -> None:
        """One line, as it is."""
        click.echo(line)

    def prompt(self, text: str) -> None:
        """The beginning of a line."""
        click.echo(text, nl=False)

    async def read(self) -> str | None:
        """The next typed line."""
        while b"\n" not in self._typed and not self._ended:
            await self._more()
        line, newline, self._typed = self._typed.partition(b"\n")
        if not newline and not line:
            self.write("")
            return None
        return printable(line.decode("utf-8", errors="replace").rstrip("\r"))

    async def read_unseen(self) -> Secret | None:
        """The next line, without echo."""
        before = termios.tcgetattr(self._input)
        quiet = [*before]
        quiet[3] = before[3] & ~termios.ECHO
        termios.tcsetattr(self._input, termios.TCSADRAIN, quiet)
        try:
            while b"\n" not in self._typed and not self._ended:
                await self._more()
        finally:
            termios.tcsetattr(self._input, termios.TCSADRAIN, before)
        self.write("")
        line, newline, self._typed = self._typed.partition(b"\n")
        return Secret(line.decode("utf-8", errors="replace").rstrip("\r")) if line or newline else None

    def forget_typed(self) -> None:
        """Drop it here and in the terminal."""
        self._typed = b""
        with suppress(termios.error):
            termios.tcflush(self._input, termios.TCIFLUSH)

    async def rest(self, clock: Clock, seconds: float) -> bool:
        """Wait; a typed line is taken away and ends it. At the end of input nothing is typed any more."""
        sleeping = asyncio.ensure_future(clock.sleep(seconds))
        reading = asyncio.ensure_future(self._line())
        try:
            await asyncio.wait({sleeping, reading}, return_when=asyncio.FIRST_COMPLETED)
            return reading.done()
        finally:
            sleeping.cancel()
            reading.cancel()

    async def _line(self) -> None:
        await self.read()

    async def _more(self) -> None:
        """Wait until something is typed, and take it."""
        loop = asyncio.get_running_loop()
        ready = asyncio.Event()
        loop.add_reader(self._input, ready.set)
        try:
            await ready.wait()
        finally:
            loop.remove_reader(self._input)
        try:
            data = os.read(self._input, 4096)
        except OSError:
            data = b""  # the terminal is gone
        self._typed += data
        self._ended = not data

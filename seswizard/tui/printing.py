"""Leave the screen for a moment and print text plainly, where the terminal's own selection works and nothing wraps."""

import asyncio
import sys
from typing import Any

from textual.app import App, SuspendNotSupported

from seswizard.tui.paint import shown


async def _enter() -> None:
    """Wait for a line on the terminal by the event loop: a thread that reads would be waited for when the program is ended."""
    loop, typed = asyncio.get_running_loop(), asyncio.Event()
    loop.add_reader(sys.stdin.fileno(), typed.set)
    try:
        await typed.wait()
    finally:
        loop.remove_reader(sys.stdin.fileno())
    sys.stdin.readline()


async def print_plainly(app: App[Any], text: str) -> None:
    """Print the text on the terminal itself until enter is pressed."""
    try:
        # Frames that nobody writes out would fill the driver's queue within seconds, and then hold everything up for ever.
        with app.batch_update(), app.suspend():
            sys.stdout.write(f"{shown(text).plain}\n\nenter goes back\n")
            sys.stdout.flush()
            await _enter()
    except SuspendNotSupported:
        app.notify("This terminal cannot be left for a moment; c copies, s saves.", markup=False)

"""Leave the screen for a moment and print text plainly, where the terminal's own selection works and nothing wraps."""

import asyncio
import sys
from typing import Any

from textual.app import App, SuspendNotSupported

from seswizard.tui.paint import shown


async def print_plainly(app: App[Any], text: str) -> None:
    """Print the text on the terminal itself until enter is pressed."""
    try:
        # Frames that nobody writes out would fill the driver's queue within seconds, and then hold everything up for ever.
        with app.batch_update(), app.suspend():
            sys.stdout.write(f"{shown(text).plain}\n\nenter goes back\n")
            sys.stdout.flush()
            await asyncio.to_thread(sys.stdin.readline)
    except SuspendNotSupported:
        app.notify("This terminal cannot be left for a moment; c copies, s saves.", markup=False)

"""Words for waiting: `next look in 3 s`. Numbers change in place, nothing blinks, and a screen reader hears it once."""

from textual.content import Content

from seswizard.tui.paint import bold, joined, quiet


def countdown(what: str, seconds: float) -> Content:
    """`next look in 3 s`, over 90 s as `4 min`."""
    left = max(0, round(seconds))
    return joined(quiet(f"{what} in "), bold(f"{left} s" if left <= 90 else f"{round(left / 60)} min"))


def clock_left(seconds: float) -> str:
    """`4:51`, as beside records."""
    left = max(0, round(seconds))
    return f"{left // 60}:{left % 60:02d}"


def ago(seconds: float) -> Content:
    """`looked 12 s ago`."""
    past = max(0, round(seconds))
    if past < 2:
        return quiet("looked just now")
    words = f"{past} s" if past <= 90 else f"{round(past / 60)} min" if past < 5400 else f"{round(past / 3600)} h"
    return quiet(f"looked {words} ago")

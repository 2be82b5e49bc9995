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
    """`looked 20 s ago`."""
    return quiet(f"looked {words_ago_in_tens(seconds)}")


def words_ago_in_tens(seconds: float) -> str:
    """`just now`, `20 s ago`, in steps of ten: it is not worth a repaint each second."""
    past = max(0, round(seconds))
    return "just now" if past < 10 else words_ago(past // 10 * 10 if past <= 90 else past)


def words_ago(seconds: float) -> str:
    """`12 s ago`, `4 min ago`, `3 h ago`, `2 d ago`: short enough for the head of a column."""
    past = max(0, round(seconds))
    if past <= 90:
        return f"{past} s ago"
    minutes, hours = round(past / 60), round(past / 3600)
    return f"{minutes} min ago" if minutes < 90 else f"{hours} h ago" if hours < 48 else f"{round(past / 86400)} d ago"

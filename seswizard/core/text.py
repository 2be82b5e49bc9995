"""Foreign text made safe to show.

Everything that AWS, DNS, a keyring, a file or a person gives us passes `printable` in the gateway that read it, so
that no escape sequence and no direction-changing character ever reaches a terminal.
"""

import unicodedata

_INVISIBLE = frozenset(
    "\u00ad\u061c\u200b\u200c\u200d\u200e\u200f\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\ufeff"
)


def printable(text: str) -> str:
    """The text with control (C0, DEL, C1), bidirectional and unpaired surrogate characters made visible.

    Controls below 32 become their Unicode control pictures (ESC is shown as ␛); the others are written as `\\x9b` or `\\u202e`.
    """
    return "".join(_visible(char) for char in text)


def _visible(char: str) -> str:
    code = ord(char)
    if code < 0x20:
        return chr(0x2400 + code)
    if code == 0x7F:
        return "\u2421"
    if code < 0x7F:
        return char
    if code < 0xA0:
        return f"\\x{code:02x}"
    if char in _INVISIBLE or unicodedata.category(char) in {"Cs", "Cf", "Zl", "Zp"}:
        return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"
    return char


def elide(text: str, width: int) -> str:
    """The text cut in the middle to `width` characters: the beginning tells which one, the end tells that it is whole."""
    if len(text) <= width:
        return text
    tail = (width - 1) // 2
    return text[: width - 1 - tail] + "…" + text[len(text) - tail :]


def duration(seconds: float) -> str:
    """Seconds in the words of the screens: `12 s`, `4 min 12 s`, `2 h 5 min`, `3 d`."""
    whole = max(0, int(seconds))
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        minutes, rest = divmod(whole, 60)
        return f"{minutes} min {rest} s" if rest else f"{minutes} min"
    if whole < 86400:
        hours, rest = divmod(whole, 3600)
        return f"{hours} h {rest // 60} min" if rest >= 60 else f"{hours} h"
    return f"{whole // 86400} d"


def counted(number: int, noun: str) -> str:
    """`1 record`, `2 records`."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"

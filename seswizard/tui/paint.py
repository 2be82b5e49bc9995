"""Styled text for every widget, built so that foreign text can never be taken for markup.

A plain `str` is always literal here. What has styles is `Content`: from `rich` (our own markup, foreign text as
`$variables`), `mark`, `quiet` and their friends. Control characters become visible on the way.
"""

import os
from collections.abc import Iterable
from itertools import zip_longest

from textual.content import Content
from textual.widgets import Static

from seswizard.core.marks import MARKS, plain_terminal
from seswizard.core.text import elide, printable
from seswizard.tui.theme import STYLES

Text = str | Content
"""What widgets take: a literal string, or styled content."""

PLAIN = plain_terminal(os.environ)
"""Whether this terminal lacks the glyphs; decided once."""

FULL, EMPTY = ("=", "-") if PLAIN else ("━", "─")


def shown(text: Text) -> Content:
    """The text as content: a string is literal, with its control characters made visible and its lines kept."""
    if isinstance(text, Content):
        return text
    return Content("\n".join(printable(line) for line in text.split("\n")))


def styled(text: Text, style: str) -> Content:
    """The whole text in a style."""
    return shown(text).stylize(style)


def rich(markup: str, **values: Text) -> Content:
    """Our own markup; `$name` stands for a foreign value, which is never parsed."""
    return Content.from_markup(markup, **{name: shown(value) for name, value in values.items()})


def joined(*parts: Text) -> Content:
    """The parts one after the other."""
    return Content.assemble(*(shown(part) for part in parts))


def quiet(text: Text) -> Content:
    """Muted: labels, times, reasons."""
    return styled(text, "$quiet")


def bold(text: Text) -> Content:
    """The value that matters now."""
    return styled(text, "bold")


def glyph(name: str) -> Content:
    """The glyph of a mark, in its colour."""
    return Content.styled(MARKS[name].shown(plain=PLAIN), STYLES[name])


def mark(name: str, word: str | None = None) -> Content:
    """Glyph and word of a level or state, in its colour; the word may be a more exact one."""
    return joined(glyph(name), styled(f" {MARKS[name].word if word is None else word}", STYLES[name]))


def strip(names: tuple[str, ...]) -> Content:
    """One glyph for each server; always followed by words."""
    return Content("").join(glyph(name) for name in names)


def bar(share: float, width: int, level: str = "ok") -> Content:
    """A bar filled to `share` (0 to 1): the filled part in a level's colour, the rest muted."""
    full = max(0, min(width, round(share * width)))
    return joined(Content.styled(FULL * full, STYLES[level]), quiet(EMPTY * (width - full)))


def changed(widget: Static, text: Text) -> None:
    """Update a widget only if its words are others: what ticks every second must not cause a layout every second."""
    content, before = shown(text), widget.content
    if isinstance(before, Content) and before.is_same(content):
        return
    widget.update(content, layout=not (isinstance(before, Content) and _as_large(widget, before, content)))


def _as_large(widget: Static, before: Content, content: Content) -> bool:
    """Whether the widget takes no more and no less room with this content: only one whose size is its content's may."""
    styles, room = widget.styles, widget.outer_size.width - widget.gutter.width
    if room <= 0:
        return False  # Not laid out yet, or empty.
    rules = styles.get_rules()
    if styles.is_auto_width and before.get_optimal_width(rules, room) != content.get_optimal_width(rules, room):
        return False
    return not styles.is_auto_height or before.get_height(rules, room) == content.get_height(rules, room)


def same(these: Iterable[Text], those: Iterable[Text]) -> bool:
    """Whether texts are the same in words and styles; `==` on content looks at the words only."""
    pairs = zip_longest(map(shown, these), map(shown, those))
    return all(one is not None and other is not None and one.is_same(other) for one, other in pairs)


Widths = tuple[int, ...]


def fitting(layouts: tuple[Widths, ...], room: int) -> Widths:
    """The first layout that fits, widest first; else the last one."""
    return next((widths for widths in layouts if sum(widths) <= room), layouts[-1])


def columns(cells: tuple[Text, ...], widths: Widths, middle: int = -1, wrap: int = -1) -> Content:
    """Cells padded or cut to columns; width 0 drops a column.

    Column `middle` is cut in the middle. Column `wrap` is never cut: it goes on below itself.
    """
    parts: list[Content] = []
    below: list[Content] = []
    for number, (cell, width) in enumerate(zip(cells, widths, strict=True)):
        if width:
            content = shown(elide(cell, width - 2) if number == middle and isinstance(cell, str) else cell)
            if number == wrap and content.cell_length >= width:
                content, *rest = content.wrap(width - 1)
                indent = sum(part.cell_length for part in parts)
                below = [line.pad_left(indent) for line in rest]
            content = content.truncate(width - 1, ellipsis=True)
            parts.append(content.pad_right(max(0, width - content.cell_length)))
    return Content("\n").join([Content("").join(parts), *below])

"""The three truths side by side: records down, who was asked across.

One widget with a cursor of its own and a line for each record, not a grid of small ones: a move of Textual's focus
repaints the whole screen, a move of the cursor two lines. And a DataTable measures styled cells wrongly.
"""

import operator
from dataclasses import dataclass
from itertools import pairwise
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.events import Click
from textual.message import Message
from textual.widgets import Static

from seswizard.tui.paint import Text, changed, same, shown

Forms = tuple[Text, Text]
"""A cell's long and short form."""
Row = tuple[str, tuple[Forms, ...]]
"""A record's name and its cells."""

_CHANGED_SECONDS = 2.0
_HEAD = 2
"""Lines of the heads."""
_NAME = 15
_SHARES = (3, 4, 5)
"""How the room beside the names is shared by the columns."""
_SLIM = (68, 14, (12, 13, 16))
"""Up to this width another share for the names and the columns, by which the short forms fit at 60 columns."""


class TruthMatrix(Vertical, can_focus=True):
    """`heads` name the columns, the first over the record names; each row is a name and its cells."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "move(-1, 0)", "Up", show=False, system=True),
        Binding("down", "move(1, 0)", "Down", show=False, system=True),
        Binding("left", "move(0, -1)", "Left", show=False, system=True),
        Binding("right", "move(0, 1)", "Right", show=False, system=True),
        Binding("enter", "open_cell", "Open", show=False, id="matrix.open", tooltip="Open the raw answers of this cell"),
    ]
    COMPONENT_CLASSES: ClassVar[set[str]] = {"matrix--here"}
    DEFAULT_CSS = """
    TruthMatrix { height: auto;
        Static { text-wrap: nowrap; height: 1; }
        .heads { height: 2; }
        & > .matrix--here { background: $here; text-style: bold; }
        &:ansi { background: ansi_default; & > .matrix--here { background: ansi_default; text-style: bold underline; } }
    }
    """

    @dataclass
    class Moved(Message):
        """The cursor stands on another cell."""

    @dataclass
    class Opened(Message):
        """Enter on a cell."""

        row: int
        column: int

    def __init__(self, heads: tuple[Text, ...], *rows: Row, id: str | None = None) -> None:
        super().__init__(id=id)
        self.heads, self.rows = heads, rows
        self.row = self.column = 0
        """Where the cursor is."""
        self._here = False
        self._fresh: set[tuple[int, int]] = set()
        """The cells that are bold because they have just changed."""

    def compose(self) -> ComposeResult:
        yield Static("", classes="heads")
        for _ in self.rows:
            yield Static("", classes="row")

    def on_resize(self) -> None:
        """Share the room anew."""
        self._draw()

    def on_focus(self) -> None:
        """Show the cursor."""
        self._here = True
        self._draw()

    def on_blur(self) -> None:
        """Hide the cursor."""
        self._here = False
        self._draw()

    async def show(self, heads: tuple[Text, ...], *rows: Row) -> None:
        """Show other heads and cells; what changed in a record is bold for two seconds, the cursor stays where it is.

        The same rows again, not only equal ones, cost nothing.
        """
        if len(rows) == len(self.rows) and all(map(operator.is_, rows, self.rows)) and same(heads, self.heads):
            return
        before, self.heads, self.rows = self.rows, heads, rows
        if [name for name, _ in rows] == [name for name, _ in before]:
            pairs = zip(before, rows, strict=True)
            fresh = {
                (row, column)
                for row, ((_, old), (_, new)) in enumerate(pairs)
                for column, forms in enumerate(new)
                if not same(forms, old[column])
            }
            self._fresh |= fresh
            if fresh:
                self.set_timer(_CHANGED_SECONDS, lambda: self._settle(fresh))
        else:
            self._fresh.clear()
            self.row = max(0, min(self.row, len(rows) - 1))
            if self.is_mounted and len(rows) != len(before):
                await self.recompose()
        self._draw()

    def _settle(self, fresh: set[tuple[int, int]]) -> None:
        self._fresh -= fresh
        self._draw()

    def on_click(self, event: Click) -> None:
        """Put the cursor on the cell."""
        at = event.screen_offset - self.region.offset
        left = at.x
        for column, width in enumerate(self._widths()):
            if left < width:
                self._put(at.y - _HEAD, max(0, column - 1))
                return
            left -= width

    def action_move(self, down: int, across: int) -> None:
        """Move the cursor to a neighbour."""
        self._put(self.row + down, self.column + across)

    def action_open_cell(self) -> None:
        """Tell that a cell is to be opened."""
        if self.rows:
            self.post_message(self.Opened(self.row, self.column))

    def _put(self, row: int, column: int) -> None:
        if not (0 <= row < len(self.rows) and 0 <= column < len(self.rows[row][1])):
            return
        self.row, self.column = row, column
        self._draw()
        self.children[row + 1].scroll_visible(animate=False)
        self.post_message(self.Moved())

    def _draw(self) -> None:
        """Bring every line up to date; those that stay the same are not painted again."""
        widths, lines = self._widths(), list(self.query_children(Static))
        if not self.size.width or len(lines) != len(self.rows) + 1:
            return  # The first resize, or the lines that are on their way, will find a place.
        # Long forms only in columns where every cell's long form fits.
        short = [
            any(shown(cells[column][0]).cell_length > width - 2 for _, cells in self.rows)
            for column, width in enumerate(widths[1:])
        ]
        changed(lines[0], _heads(self.heads, widths))
        for row, line in enumerate(lines[1:]):
            changed(line, self._line(row, widths, short))

    def _line(self, row: int, widths: tuple[int, ...], short: list[bool]) -> Content:
        name, cells = self.rows[row]
        parts = [_padded(shown(name), widths[0], 0)]
        for column, forms in enumerate(cells):
            part = _padded(shown(forms[short[column]]), widths[column + 1], column + 1)
            if (row, column) in self._fresh:
                part = part.stylize("bold")
            if self._here and (row, column) == (self.row, self.column):
                part = part.stylize_before(self.get_visual_style("matrix--here"))  # The words keep their colours.
            parts.append(part)
        return Content("").join(parts)

    def _widths(self) -> tuple[int, ...]:
        """Of the names, then of each column: shares of what is left, each beginning where the last one ends."""
        slim, slim_name, slim_shares = _SLIM
        name, of_all = (_NAME, _SHARES) if self.size.width > slim else (slim_name, slim_shares)
        shares, room = of_all[: len(self.heads) - 1], max(0, self.size.width - name)
        edges = [room * sum(shares[:number]) // (sum(shares) or 1) for number in range(len(shares) + 1)]
        return name, *(end - begin for begin, end in pairwise(edges))


def _heads(heads: tuple[Text, ...], widths: tuple[int, ...]) -> Content:
    """The heads, two lines each, side by side."""
    split = [[*shown(head).split("\n", include_separator=False), Content("")] for head in heads]
    return Content("\n").join(
        Content("").join(
            _padded(_fitted(head[line], width), width, column)
            for column, (head, width) in enumerate(zip(split, widths, strict=True))
        )
        for line in range(_HEAD)
    )


def _fitted(line: Content, width: int) -> Content:
    """Without its first words where it is too long: the number that follows is what matters."""
    while line.cell_length > width - 2 and " " in line.plain:
        line = line[line.plain.index(" ") + 1 :]
    return line


def _padded(content: Content, width: int, column: int) -> Content:
    """Cut or filled to a column's width, with a space on either side of all but the names."""
    side = 1 if column else 0
    return content.truncate(max(0, width - 2 * side), ellipsis=bool(column), pad=True).pad(side, side)

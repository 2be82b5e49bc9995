"""The three truths side by side: records down, who was asked across. A grid of small widgets, for a DataTable measures
styled cells wrongly."""

from dataclasses import dataclass
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Grid
from textual.content import Content
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Static

from seswizard.tui.paint import Text, changed, same, shown

Forms = tuple[Text, Text]
"""A cell's long and short form."""

_CHANGED_SECONDS = 2.0


class Cell(Widget, can_focus=True):
    """One cell, in a long and a short form; the matrix says which."""

    DEFAULT_CSS = """
    Cell { height: 1; padding: 0 1; text-wrap: nowrap; text-overflow: ellipsis;
        &:hover { background: $surface; }
        &:focus { background: $here; text-style: bold; }
        &.-changed { text-style: bold; }
        &:ansi { background: ansi_default; &:hover { text-style: underline; } &:focus { text-style: bold underline; } }
    }
    """

    def __init__(self, row: int, column: int, forms: Forms) -> None:
        super().__init__()
        self.row, self.column = row, column
        self.forms = (shown(forms[0]), shown(forms[1]))
        self.short = False

    def render(self) -> Content:
        return self.forms[1 if self.short else 0]

    def show(self, forms: Forms) -> None:
        """Show something else; the change is bold for two seconds."""
        fresh = (shown(forms[0]), shown(forms[1]))
        if not same(fresh, self.forms):
            self.forms = fresh
            self.add_class("-changed")
            self.set_timer(_CHANGED_SECONDS, lambda: self.remove_class("-changed"))
            self.refresh()


class TruthMatrix(Grid):
    """`heads` name the columns, the first over the record names; each row is a name and its cells."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "move(-1, 0)", "Up", show=False, id="matrix.up"),
        Binding("down", "move(1, 0)", "Down", show=False, id="matrix.down"),
        Binding("left", "move(0, -1)", "Left", show=False, id="matrix.left"),
        Binding("right", "move(0, 1)", "Right", show=False, id="matrix.right"),
        Binding("enter", "open_cell", "Open", show=False, id="matrix.open", tooltip="Open the raw answers of this cell"),
    ]
    DEFAULT_CSS = """
    TruthMatrix { layout: grid; grid-size: 4; grid-columns: 15 3fr 4fr 5fr; grid-rows: auto; height: auto;
        .column { height: 2; padding: 0 1; text-wrap: nowrap; text-overflow: ellipsis; }
        .name { padding: 0; text-wrap: nowrap; }
    }
    """

    @dataclass
    class Opened(Message):
        """Enter on a cell."""

        row: int
        column: int

    def __init__(self, heads: tuple[Text, ...], *rows: tuple[str, tuple[Forms, ...]], id: str | None = None) -> None:
        super().__init__(id=id)
        self.heads, self.rows = heads, rows

    def compose(self) -> ComposeResult:
        for number, head in enumerate(self.heads):
            yield Static(shown(head), classes="column" if number else "column name")
        for row, (name, cells) in enumerate(self.rows):
            yield Static(shown(name), classes="name")
            for column, forms in enumerate(cells):
                yield Cell(row, column, forms)

    def on_mount(self) -> None:
        """As many columns as there are heads."""
        self.styles.grid_size_columns = len(self.heads)

    def on_resize(self) -> None:
        """Long forms only in columns where every cell's long form fits."""
        self._fit()

    async def show(self, heads: tuple[Text, ...], *rows: tuple[str, tuple[Forms, ...]]) -> None:
        """Show other heads and cells; the focus stays on its cell while the names are the same."""
        alike = [name for name, _ in rows] == [name for name, _ in self.rows] and len(heads) == len(self.heads)
        self.heads, self.rows = heads, rows
        if not self.is_mounted:
            return
        if not alike:
            self.styles.grid_size_columns = len(heads)
            await self.recompose()
        else:
            for widget, head in zip(self.query(".column").results(Static), heads, strict=True):
                changed(widget, head)
            flat = [forms for _, cells in rows for forms in cells]
            for cell, forms in zip(self.query(Cell), flat, strict=True):
                cell.show(forms)
        self._fit()

    def action_move(self, down: int, across: int) -> None:
        """Move the focus to a neighbour."""
        at = self.screen.focused
        if not isinstance(at, Cell):
            return
        for cell in self.query(Cell):
            if (cell.row, cell.column) == (at.row + down, at.column + across):
                cell.focus()

    def action_open_cell(self) -> None:
        """Tell that a cell is to be opened."""
        if isinstance(at := self.screen.focused, Cell):
            self.post_message(self.Opened(at.row, at.column))

    def _fit(self) -> None:
        cells = list(self.query(Cell))
        for column in range(len(self.heads) - 1):
            same = [cell for cell in cells if cell.column == column]
            short = any(cell.forms[0].cell_length > cell.content_size.width for cell in same if cell.content_size.width)
            for cell in same:
                cell.short = short
                cell.refresh()

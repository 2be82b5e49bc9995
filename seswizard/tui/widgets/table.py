"""Aligned rows that choose their column widths by the room they have; not focusable, but selectable."""

from textual.content import Content
from textual.widgets import Static

from seswizard.tui.paint import Text, Widths, changed, columns, fitting, same

Row = tuple[Text, ...]


class Table(Static):
    """Rows of literal strings or content; `layouts` are column widths, the widest first, the first that fits is used."""

    DEFAULT_CSS = """
    Table { height: auto; text-wrap: nowrap; text-overflow: ellipsis; }
    """

    def __init__(
        self,
        *rows: Row,
        layouts: tuple[Widths, ...],
        middle: int = -1,
        wrap: int = -1,
        id: str | None = None,
        classes: str | None = None,
    ) -> None:
        super().__init__("", id=id, classes=classes)
        self.rows, self.layouts, self.middle, self.wrap = rows, layouts, middle, wrap

    def on_resize(self) -> None:
        """Choose the columns again."""
        self._draw()

    def show(self, *rows: Row) -> None:
        """Show other rows."""
        if len(rows) != len(self.rows) or not all(map(same, rows, self.rows)):
            self.rows = rows
            self._draw()

    def _draw(self) -> None:
        width = self.size.width
        if not width:
            # Not laid out yet: take up the right height, so that the first resize finds a place.
            changed(self, Content("\n" * max(0, len(self.rows) - 1)))
            return
        widths = fitting(self.layouts, width)
        changed(self, Content("\n").join(columns(row, widths, self.middle, self.wrap) for row in self.rows))

"""A list one moves through: the same columns as `Table`, with a highlighted row that is kept while rows change."""

from textual.widgets import OptionList
from textual.widgets.option_list import Option

from seswizard.tui.paint import Text, Widths, columns, fitting, same

Row = tuple[Text, ...]


class Rows(OptionList):
    """Rows of literal strings or content; in column `middle` long values are cut, and whole elsewhere; column `wrap` wraps."""

    DEFAULT_CSS = """
    Rows { height: auto; max-height: 100%; border: none; padding: 0; background: transparent;
        text-wrap: nowrap; text-overflow: ellipsis;
        &:focus { border: none; background-tint: $foreground 0%; }
        & > .option-list--option { padding: 0; }
        &:ansi { background: ansi_default;
            & > .option-list--option-highlighted { text-style: bold; background: ansi_default; color: ansi_default; }
            &:focus > .option-list--option-highlighted { text-style: bold underline; }
        }
    }
    """

    def __init__(
        self,
        *rows: Row,
        layouts: tuple[Widths, ...],
        middle: int = -1,
        wrap: int = -1,
        at: int = 0,
        id: str | None = None,
        classes: str | None = None,
    ) -> None:
        super().__init__(*(Option("") for _ in rows), id=id, classes=classes, compact=True)
        self.rows, self.layouts, self.middle, self.wrap = rows, layouts, middle, wrap
        self.highlighted = at if rows else None

    def on_resize(self) -> None:
        """Choose the columns again."""
        self._draw()

    def show(self, *rows: Row) -> None:
        """Show other rows; the highlighted place stays."""
        if len(rows) == len(self.rows) and all(map(same, rows, self.rows)):
            return
        at, longer = self.highlighted, len(rows) != len(self.rows)
        self.rows = rows
        if longer:
            self.clear_options()
            self.add_options(Option("") for _ in rows)
            self.highlighted = min(at or 0, len(rows) - 1) if rows else None
        self._draw()

    def _draw(self) -> None:
        widths = fitting(self.layouts, self.size.width or 76)
        for index, row in enumerate(self.rows):
            self.replace_option_prompt_at_index(index, columns(row, widths, self.middle, self.wrap))

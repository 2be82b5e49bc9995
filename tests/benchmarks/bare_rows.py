"""The bare thing beside the matrix: a Textual app of six rows that take the focus, and nothing else."""

from typing import ClassVar

from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Static


class Row(Static, can_focus=True):
    """One row."""

    DEFAULT_CSS = "Row { height: 1; &:focus { background: #2b2a46; text-style: bold; } }"


class BareRows(App[None]):
    """Up and down move the focus, q leaves."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down", "app.focus_next", "Down"),
        Binding("up", "app.focus_previous", "Up"),
        Binding("q", "quit", "Quit"),
    ]

    def compose(self) -> ComposeResult:
        for name in ("dkim 1", "dkim 2", "dkim 3", "MAIL FROM MX", "MAIL FROM SPF", "DMARC"):
            yield Row(f"{name:<16}… pending      ✓✓✓  all 3")


if __name__ == "__main__":
    BareRows().run()

"""Label and value in two aligned columns; each value is its own selectable text."""

from textual.app import ComposeResult
from textual.containers import Grid
from textual.widgets import Static

from seswizard.tui.paint import PLAIN, Text, changed, joined, quiet, shown

Pair = tuple[str, Text]


class FactsGrid(Grid):
    """Labels (muted) left, values right; an empty value is a dash, with why."""

    DEFAULT_CSS = """
    FactsGrid { grid-size: 2; grid-columns: 18 1fr; grid-rows: auto; height: auto; }
    """

    def __init__(self, *pairs: Pair, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self.pairs = pairs

    def compose(self) -> ComposeResult:
        for label, value in self.pairs:
            yield Static(shown(label), classes="quiet label")
            yield Static(shown(value), classes="fact")

    async def show(self, *pairs: Pair) -> None:
        """Show other pairs; with the same labels only the values are touched, so nothing moves."""
        if not pairs and not self.pairs:
            return
        alike = [label for label, _ in pairs] == [label for label, _ in self.pairs]
        values = list(self.query(".fact").results(Static))
        self.pairs = pairs
        if alike and len(values) == len(pairs):
            for widget, (_, value) in zip(values, pairs, strict=True):
                changed(widget, value)
        elif self.is_mounted:
            await self.recompose()


def absent(why: str = "") -> Text:
    """An empty value: a dash, and why."""
    return quiet(joined("-" if PLAIN else "–", f" {why}" if why else ""))

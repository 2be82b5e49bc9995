"""Textual's own help panel with a legend of the marks and the way out at its foot. Loaded when first asked for: its
Markdown is heavy."""

from textual.app import ComposeResult
from textual.widgets import HelpPanel, Static

from seswizard.core.marks import MARKS
from seswizard.tui.paint import Text, bold, joined, mark, quiet, rich

_LEGEND = (("ok", "waiting", "advice"), ("unknown", "problem", "unasked"), ("open", "doing", "skipped"))


_MOVING = (("n", "next"), ("b", "back"), ("l", "look now"), ("o", "overview"))


class Help(HelpPanel):
    """Why in ten lines, the keys, the legend; it takes the rail's place."""

    DEFAULT_CSS = """
    Help { width: 42; max-width: 42; background: $surface; border-left: none; padding: 0 2;
        #widget-help { background: $surface; max-height: 55%; padding: 0; margin: 1 0 0 0; }
        #keys-help { background: $surface; border: none; }
        KeyPanel > BindingsTable > .bindings-table--key { color: $foreground; &:ansi { color: ansi_default; } }
        .legend { dock: bottom; height: 7; background: $surface; &:ansi { background: ansi_default; } }
        &:ansi { border-left: vkey ansi_default; }
    }
    """

    def compose(self) -> ComposeResult:
        yield from super().compose()
        lines = (joined(*(part for name in row for part in (mark(name), " " * (10 - len(MARKS[name].word))))) for row in _LEGEND)
        keys = (
            _keys(("n", "next"), ("b", "back"), ("l", "look now"), ("o", "overview")),
            _keys((":", "commands"), ("q", "quit")),
        )
        content = rich("\n").join((rich(""), *lines, *keys, joined(rich("[b]F1[/b] "), quiet("closes this"))))
        yield Static(content, classes="legend")


def _keys(*pairs: tuple[str, str]) -> Text:
    """Keys that mean the same everywhere, in one line."""
    return joined(*(part for key, what in pairs for part in (bold(key), quiet(f" {what}  "))))

"""The help: why in ten lines, this screen's keys, the common ones, the signs, the way out. Loaded when first asked for:
its Markdown is heavy. Textual's own panel lists Textual's own keys first; nobody asks for those."""

from collections.abc import Callable, Iterator
from textwrap import dedent
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Grid, Vertical, VerticalScroll
from textual.events import Key as KeyPress
from textual.widget import Widget
from textual.widgets import Input, Markdown, Static
from textual.widgets.input import Selection

from seswizard.core.marks import MARKS
from seswizard.tui.paint import bold, joined, mark, quiet, shown

_LEGEND = (("ok", "waiting", "advice"), ("unknown", "problem", "unasked"), ("open", "doing", "skipped"))
_MOVING = (
    ("enter", "the focused button, row, cell or field"),
    ("arrows", "move in a list or in the cells, else scroll"),
    ("tab", "from the button to lists and fields, and on"),
    ("esc", "leave the field, close the help, go back"),
)

_ORDER = ("next", "back", "overview", "look_now", "open_news", "command_palette", "help", "quit")

Key = tuple[str, str]
"""The keys, and what they do."""

_WAYS = {"up": "up", "down": "down", "pageup": "page_up", "pagedown": "page_down", "home": "home", "end": "end"}
_STAY = ("f1", "question_mark", "escape", "enter", "q", "ctrl+q", "ctrl+c")
"""The keys that close it, leave, or copy what is marked; the palette's comes before any widget's."""


_WAYS_OUT = joined(bold("F1"), quiet(" closes this  "), bold("esc"), quiet(" too  "), bold("arrows"), quiet(" scroll"))


class Help(Vertical, can_focus=True):
    """It takes the rail's place, the whole screen when narrow.

    While it has the focus, it has the keyboard: what one types reads on or closes it, and never reaches what lies beneath.
    """

    ALLOW_SELECT = True
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "app.help", "Close help", key_display="esc", id="help.close", tooltip="Close the help"),
        Binding("enter,q", "app.help", "Close help", show=False, system=True),
        *(Binding(key, f"read('{way}')", way, show=False, system=True) for key, way in _WAYS.items()),
    ]
    DEFAULT_CSS = """
    Help { split: right; width: 42; height: 1fr; background: $surface; padding: 0 2;
        #help-body { height: 1fr; }
        Markdown { background: $surface; padding: 0; margin: 1 0 0 0; }
        Grid { grid-size: 2; grid-columns: 10 1fr; grid-rows: auto; height: auto; Static { height: auto; } }
        .legend { height: auto; padding: 1 0; }
        &:ansi { background: ansi_default; border-left: vkey ansi_default; Markdown { background: ansi_default; } }
    }
    """

    def __init__(self) -> None:
        super().__init__(id="help")
        self._left: Widget | None = None
        self._typed = Selection(0, 0)

    def compose(self) -> ComposeResult:
        with VerticalScroll(id="help-body", can_focus=False):
            yield Markdown(dedent(self.screen.HELP or ""))
            for head, keys in (("Keys here", tuple(self._here())), ("Keys everywhere", (*self._common(), *_MOVING))):
                if keys:
                    yield Static(head, classes="h")
                    with Grid():
                        for key, what in keys:
                            yield Static(bold(key))
                            yield Static(quiet(what))
        lines = (joined(*(part for name in row for part in (mark(name), " " * (10 - len(MARKS[name].word))))) for row in _LEGEND)
        yield Static(shown("\n").join((*lines, _WAYS_OUT)), classes="legend")

    def on_mount(self) -> None:
        """Take the keyboard, and keep in mind who had it."""
        self._left = self.screen.focused
        if isinstance(self._left, Input):
            self._typed = self._left.selection
        self.focus()

    def give_back(self) -> None:
        """Give the keyboard back to who had it; a field as it was, for a focus marks all of its text to be typed over."""
        field = self._left
        if field is None or not field.is_attached or not self.has_focus:
            return
        self.screen.set_focus(field)
        if isinstance(field, Input):
            field.call_after_refresh(setattr, field, "selection", self._typed)

    def on_key(self, event: KeyPress) -> None:
        """What the help has no use for does nothing."""
        if event.key not in (*_WAYS, *_STAY):
            event.stop()

    def action_read(self, way: str) -> None:
        """Scroll."""
        scroll: Callable[..., None] = getattr(self.query_one("#help-body"), f"scroll_{way}")
        scroll(animate=False)

    def _here(self) -> Iterator[Key]:
        """The keys of the screen, and of the widget that has the focus, where they are ours."""
        yield from self._keys(common=False).values()

    def _common(self) -> Iterator[Key]:
        """The keys that mean the same on every screen."""
        here, common = self._keys(common=False), self._keys(common=True)
        for action in _ORDER:
            if action in common and action not in here:
                yield common[action]

    def _keys(self, *, common: bool) -> dict[str, Key]:
        by_action: dict[str, list[str]] = {}
        words: dict[str, str] = {}
        for node, binding, enabled, _ in self.screen.active_bindings.values():
            ours = bool(binding.id) and not binding.system and binding.action != "leave"
            if ours and enabled and (node is self.app) is common:
                by_action.setdefault(binding.action, []).append(self.app.get_key_display(binding))
                words.setdefault(binding.action, binding.tooltip or binding.description)
        return {action: (" ".join(dict.fromkeys(keys)), words[action]) for action, keys in by_action.items()}

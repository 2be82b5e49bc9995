"""One record in the words of the DNS host: whole values, each its own selectable text, the next one to copy marked."""

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widgets import Static

from seswizard.tui.paint import Text, bold, joined, quiet, shown

_LABEL = 15
_SIDES = 8
"""Columns beside the card's content where there is no rail."""


class Field(Horizontal):
    """Key, label, value. A value too long for the line gets a line of its own, never a break."""

    DEFAULT_CSS = """
    Field { height: auto;
        .label { width: 15; }
        .field-value { width: auto; max-width: 100%; height: auto; }
        &.-stacked { layout: vertical; .field-value { margin-left: 3; } }
        &.-next .field-value { background: $here; &:ansi { background: ansi_default; text-style: reverse; } }
    }
    """

    def __init__(self, key: str, label: str, value: str, room: int, *, next_one: bool = False) -> None:
        super().__init__(classes="-next" if next_one else "")
        self.key, self.label, self.value = key, label, value
        self._stack(room)

    def compose(self) -> ComposeResult:
        yield Static(joined(bold(self.key), "  ", quiet(self.label)), classes="label")
        yield Static(shown(self.value), classes="field-value")

    def on_resize(self) -> None:
        """Stack the value under its label where it does not fit beside it."""
        self._stack(self.size.width)

    def _stack(self, room: int) -> None:
        self.set_class(len(self.value) > room - _LABEL, "-stacked")


class RecordCard(Vertical):
    """`fields` are (label in the host's words, value); they get the keys 1, 2, 3 …"""

    DEFAULT_CSS = """
    RecordCard { height: auto; background: $surface; padding: 0 2; margin-top: 1;
        .title { width: auto; }
        .why { width: 1fr; text-align: right; }
        .fields { height: auto; }
        .note { height: auto; }
        &:ansi { background: ansi_default; border-left: vkey ansi_default; padding: 0 1; }
    }
    """

    def __init__(
        self,
        title: Text,
        why: str,
        *fields: tuple[str, str],
        note: str = "",
        next_field: int = 0,
        id: str | None = None,
    ) -> None:
        super().__init__(id=id)
        self.title_text, self.why, self.fields, self.note = title, why, fields, note
        self.next_field = next_field

    def compose(self) -> ComposeResult:
        with Horizontal(classes="line"):
            yield Static(shown(self.title_text), classes="title")
            yield Static(shown(self.why), classes="why quiet")
        # Known before the first frame wherever it can be: a value is never seen cut.
        room = self.content_size.width or self.app.size.width - _SIDES
        with Vertical(classes="fields"):
            for number, (label, value) in enumerate(self.fields):
                yield Field(str(number + 1), label, value, room, next_one=number == self.next_field)
        if self.note:
            yield Static(shown(self.note), classes="note quiet")

    def mark_next(self, number: int) -> None:
        """Mark the field that the button copies next; -1 for none."""
        self.next_field = number
        for index, one in enumerate(self.query(Field)):
            one.set_class(index == number, "-next")

    async def show(self, title: Text, why: str, *fields: tuple[str, str], note: str = "", next_field: int = 0) -> None:
        """Show another record."""
        if (shown(title), why, fields, note) == (shown(self.title_text), self.why, self.fields, self.note):
            self.mark_next(next_field)
            return
        self.title_text, self.why, self.fields, self.note = title, why, fields, note
        self.next_field = next_field
        if self.is_mounted:
            await self.recompose()

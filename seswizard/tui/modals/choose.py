"""One of several: a list with a line of explanation each. Enter takes the marked one; escape takes nothing."""

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.widgets import Button, OptionList, Static

from seswizard.tui.modals.sheet import Sheet
from seswizard.tui.paint import bold, quiet, shown
from seswizard.tui.widgets.rows import Rows

_ROOM = 68
"""Columns between the sheet's sides, at its full width, less one for the list's scroll bar."""
_LABEL = (14, 30)
"""The fewest and the most columns for the labels."""


class Choose(Sheet[str | None]):
    """A title, a sentence, and choices as (value, label, explanation); answers the value, or None."""

    AUTO_FOCUS = "Rows"
    HELP = "Arrows move, enter takes the marked one. Escape closes this, and nothing has happened."
    DEFAULT_CSS = """
    Choose { Rows { max-height: 56vh; } }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "cancel", "Not now", key_display="esc", id="choose.not-now", tooltip="Choose nothing"),
        Binding("left", "app.focus_previous", "Previous button", show=False, system=True),
        Binding("right", "app.focus_next", "Next button", show=False, system=True),
    ]

    def __init__(self, title: str, sentence: str, choices: tuple[tuple[str, str, str], ...]) -> None:
        super().__init__()
        self.title_text, self.sentence, self.choices = title, sentence, choices

    def compose_sheet(self) -> ComposeResult:
        """What is on the page."""
        least, most = _LABEL
        label = min(most, max([least, *(shown(one).cell_length + 2 for _, one, _ in self.choices)]))
        yield Static(bold(self.title_text), classes="auto")
        yield Static(quiet(self.sentence), classes="auto")
        yield Rows(
            *((one, quiet(explanation)) for _, one, explanation in self.choices),
            layouts=((label, _ROOM - label), (label, 40 - label // 2)),
            wrap=1,
            id="choices",
            classes="gap",
        )
        with Horizontal(classes="line gap buttons"):
            yield Button("Choose", variant="primary", compact=True, id="yes")
            yield Button("Not now", compact=True, id="no")

    @on(OptionList.OptionSelected)
    @on(Button.Pressed, "#yes")
    def _choose(self) -> None:
        marked = self.query_one(Rows).highlighted
        if not self.close_help() and self.is_active and marked is not None:
            self.dismiss(self.choices[marked][0])

    @on(Button.Pressed, "#no")
    def action_cancel(self) -> None:
        """Choose nothing."""
        if not self.close_help() and self.is_active:
            self.dismiss(None)

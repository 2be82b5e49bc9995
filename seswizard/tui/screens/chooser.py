"""Several domains are remembered: which one to go on with, or another one."""

from textual import on
from textual.app import ComposeResult
from textual.widgets import OptionList

from seswizard.core.names import BadNameError, parse_identity
from seswizard.core.offer_words import ANOTHER_NAME
from seswizard.core.regions import REGION_NAMES
from seswizard.core.remembered import DomainChoices
from seswizard.tui.app import ANOTHER
from seswizard.tui.messages import Chosen, GoTo
from seswizard.tui.paint import Text, quiet
from seswizard.tui.step_screen import Do, Say, StepScreen
from seswizard.tui.widgets.rows import Row, Rows


class ChooserScreen(StepScreen):
    """One row a remembered domain; the last row asks for another."""

    heading = "Welcome back"
    AUTO_FOCUS = "#remembered"
    HELP = """\
### Remembered domains

Only choices are remembered, never how things stood: the one you open is looked at anew.

`seswizard NAME` opens one directly.
"""

    def __init__(self, remembered: tuple[DomainChoices, ...]) -> None:
        super().__init__()
        self._remembered = remembered

    def compose_body(self) -> ComposeResult:
        rows: list[Row] = [(one.name, one.region, quiet(REGION_NAMES.get(one.region, ""))) for one in self._remembered]
        rows.append((ANOTHER_NAME, "", ""))
        yield Rows(*rows, layouts=((44, 18, 20), (40, 16, 16), (34, 16, 0)), middle=0, id="remembered")

    def verdict(self) -> Say:
        """What to do here."""
        return Say("doing", "Choose what to go on with.")

    def primary(self) -> Do:
        """Open the highlighted one."""
        return Do("Open", "it is looked at first; nothing is changed", self._open)

    async def look_once(self) -> None:
        """There is nothing to look at yet."""

    def note(self) -> Text:
        """Nothing ticks here."""
        return ""

    @on(OptionList.OptionSelected, "#remembered")
    def _selected(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self._open()

    def _open(self) -> None:
        at = self.query_one("#remembered", Rows).highlighted
        if at is None or at >= len(self._remembered):
            self.app.post_message(GoTo(ANOTHER))
            return
        one = self._remembered[at]
        try:
            self.app.post_message(Chosen(parse_identity(one.name), one.region, one.sends_by, new=False))
        except BadNameError as error:
            self.notify(str(error), markup=False)

"""Shown while the first look goes on: the frame is there at once, the answers come."""

from textual.app import ComposeResult

from seswizard.core.facts import Facts
from seswizard.core.findings import Report
from seswizard.tui.paint import quiet
from seswizard.tui.step_screen import Do, StepScreen
from seswizard.tui.widgets.facts import FactsGrid


class OpeningScreen(StepScreen):
    """The App looks; this only says at what."""

    heading = "Looking"
    AUTO_FOCUS = ""
    HELP = """\
### What is looked at

Who you are at AWS, what SES knows of the domain, and what its own name servers answer. Nothing is changed.
"""

    def compose_body(self) -> ComposeResult:
        yield FactsGrid(
            ("AWS", "who you are, and what this account may send"),
            ("SES", "whether it knows the name, and what it says of it"),
            ("DNS", "what the domain’s own servers answer"),
            ("", quiet("nothing is changed by looking")),
        )

    async def show(self, facts: Facts, report: Report) -> None:
        """Nothing to bring up to date: the App opens the next screen at once."""

    async def look_once(self) -> None:
        """The App looks."""

    def primary(self) -> Do | None:
        """Nothing to do but wait for a moment."""
        return None

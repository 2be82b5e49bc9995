"""Shown while the first look goes on: the frame is there at once, the answers come.

Meanwhile what a crashed `send` left standing for a moment only is taken away; where there is nothing, nobody is asked
anything, and nothing is said.
"""

from textual.app import ComposeResult

from seswizard.actions.action import silent
from seswizard.actions.temporary_path import Leftover, remove_leftovers
from seswizard.core.facts import Facts
from seswizard.core.findings import Report
from seswizard.tui.app import SeswizardApp
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

    def on_mount(self) -> None:
        """Look for temporary things of earlier runs; on the App, for this screen is gone in a moment."""
        self.app.run_worker(tidy(self.app), group="tidy", exclusive=True, description="removing what an earlier run left")

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


async def tidy(app: SeswizardApp) -> None:
    """Remove temporary ways back of earlier runs, and say so; what could not even be looked for waits for the next start."""
    announced: list[str] = []

    def found(one: Leftover) -> None:
        announced.append(one.name)
        app.notify(f"An earlier run left {one.name} behind; it is being removed.", markup=False)

    outcome = await remove_leftovers(app.session.services, silent, found)
    if outcome.failure is None and outcome.title:
        app.notify(outcome.title, markup=False)
    elif outcome.failure is not None and announced:
        app.notify(f"{outcome.title} {outcome.failure.title}", severity="warning", markup=False)

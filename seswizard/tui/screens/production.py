"""Production access: what AWS asks, what of it stands already, and the way through the console."""

import asyncio
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Static

from seswizard.core.facts import Facts
from seswizard.core.findings import Level, Report, worst_first
from seswizard.core.offer_words import IN_CONSOLE
from seswizard.core.step_words import REQUEST, console, reviewed
from seswizard.core.steps import STEP, State, findings_of
from seswizard.look.session import Session
from seswizard.tui.paint import mark, quiet
from seswizard.tui.step_screen import Do, Say, StepScreen
from seswizard.tui.widgets.facts import FactsGrid
from seswizard.tui.widgets.finding import Findings
from seswizard.tui.widgets.table import Row, Table
from seswizard.tui.words import help_of


class ProductionScreen(StepScreen):
    """A list of what reviewers look for; the request itself is made in the console."""

    step = "production"
    parts = frozenset({"account"})
    HELP = help_of("production", "Production access")
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("c,f2", "copy_route", "Copy address", id="production.copy", tooltip="Copy the console's address"),
        Binding("l", "look_now", "Look now", id="production.look", tooltip="Ask AWS how the review stands"),
        Binding("n,f8", "app.next", "Next", id="production.next", tooltip="Go to the next step"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._has_address = False
        """Whether the person has the console's address: then the button leads on."""

    def compose_body(self) -> ComposeResult:
        yield Findings(id="findings")
        yield Static("What reviewers look for", classes="h first", id="asked")
        yield Table(layouts=((12, 26, 60), (12, 24, 40)), id="ready")
        yield Static(IN_CONSOLE, classes="h")
        yield FactsGrid(*REQUEST)
        yield Static("", id="route", classes="value")

    async def show(self, facts: Facts, report: Report) -> None:
        """What is ready, and how a running review stands."""
        found = [one for one in worst_first(findings_of("production", report)) if one.level is not Level.OK]
        await self.query_one(Findings).show(*found, said=self.said())
        self.query_one("#asked").set_class(not found, "first")
        self.query_one("#ready", Table).show(*_ready(self.session))
        self.query_one("#route", Static).update(console(facts.region))

    def verdict(self) -> Say:
        """Granted, under review, or what is best done before asking."""
        say = self.usual_verdict()
        if say.level in ("unknown", "waiting"):
            return say
        if self.state is State.DONE:
            return Say("ok", "Production access is on: you can write to anybody.")
        if self.session.report and self.session.report.has("sandbox.review-denied"):
            return say
        ready = sum(row[0] == mark("done") for row in _ready(self.session))
        if ready < 3:
            return Say("open", f"{ready} of 3 things stand that reviewers look for.", "Best asked for after the proof.")
        return Say("doing", "Everything that reviewers look for stands: ask now.", "The first answer comes within 24 hours.")

    def primary(self) -> Do:
        """Open the console, or copy its address, while there is something to ask for; then go on."""
        if self.state is not State.OPEN or self.blindness():
            return self.way_on()
        if self._has_address:
            return self.way_on("the review shows here by itself")
        if self.session.services.here.browser:
            return Do("Open the console", "in your browser; its address is copied too", self._open)
        return Do("Copy console address", "then open it in a browser", self.action_copy_route)

    async def _open(self) -> None:
        self.action_copy_route()
        await asyncio.to_thread(self.app.open_url, console(self.session.region))  # It may start a program to find a browser.

    def action_copy_route(self) -> None:
        """Copy the address of the console's page."""
        self.app.copy(console(self.session.region), "Console address")
        self._has_address = True
        self.refresh_frame()


def _ready(session: Session) -> tuple[Row, ...]:
    return tuple(
        (mark("done" if stands else "open"), what, quiet("" if stands else f"{STEP[step].label} does that"))
        for stands, what, step in reviewed(session.facts, session.states)
    )

"""Aftercare: what to watch once mail flows, and with which commands. Honest about what is not done here."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Static

from seswizard.core.facts import Facts
from seswizard.core.findings import Level, Report, worst_first
from seswizard.core.offer_words import LOOK_LATER
from seswizard.core.reading import Seen
from seswizard.core.step_words import WATCH, suppression_means
from seswizard.core.steps import State, findings_of
from seswizard.tui.paint import bold, joined, quiet
from seswizard.tui.step_screen import Do, Say, StepScreen
from seswizard.tui.widgets.facts import FactsGrid
from seswizard.tui.widgets.finding import Findings
from seswizard.tui.widgets.rail import OVERVIEW
from seswizard.tui.words import help_of

BESIDE = joined(bold("s"), quiet(" suppression list   "), bold("h"), quiet(" read its headers   "), bold("e"), quiet(" explain"))


class AftercareScreen(StepScreen):
    """What keeps mail working when nobody looks."""

    step = "aftercare"
    parts = frozenset({"account", "identity"})
    HELP = help_of(
        "aftercare",
        "What keeps mail working",
        "`s` shows whom SES sends nothing any more, `h` reads the headers of a mail that arrived, `e` explains a reply or a log.",
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "c,f2", "copy_watch", "Copy command", show=False, id="aftercare.copy", tooltip="Copy the command that looks again"
        ),
        Binding("s,f3", "open('suppression')", "Suppression", id="aftercare.suppression", tooltip="The suppression list"),
        Binding(
            "h,f4",
            "open('headers')",
            "Headers",
            key_display="h",
            id="aftercare.headers",
            tooltip="Read the headers of a received mail",
        ),
        Binding(
            "e,f10", "open('explain')", "Explain", show=False, id="aftercare.explain", tooltip="What a reply, log or record means"
        ),
        Binding("l", "look_now", "Look now", show=False, id="aftercare.look", tooltip="Ask AWS now"),
    ]

    def compose_body(self) -> ComposeResult:
        yield Findings(id="findings")
        yield Static("Watch", classes="h first", id="watching")
        yield FactsGrid(
            *WATCH,
            ("A mail is astray", BESIDE),
        )
        yield Static("Suppression list", classes="h")
        yield Static("", id="suppression", classes="auto")
        yield Static(f"{LOOK_LATER}  (c copies it)", classes="h")
        yield Static("", id="command", classes="value")

    async def show(self, facts: Facts, report: Report) -> None:
        """Findings, the account's suppression, and the command for this domain."""
        found = [one for one in worst_first(findings_of("aftercare", report)) if one.level is not Level.OK]
        await self.query_one(Findings).show(*found, said=self.said())
        self.query_one("#watching").set_class(not found, "first")
        self.query_one("#suppression", Static).update(quiet(_suppression(facts)))
        self.query_one("#command", Static).update(self._watch())

    def verdict(self) -> Say:
        """Until the proof there is nothing to care for."""
        say = self.usual_verdict()
        if say.level in ("doing", "done") and self.session.states["proof"] is State.DONE:
            return Say("doing", "Mail works. This keeps it working when nobody looks.", "Nothing here is set up by itself.")
        return say

    def primary(self) -> Do:
        """The road ends here."""
        return Do("Open the overview", "every step, worst first; the road ends here", lambda: self.go_to(OVERVIEW))

    def action_open(self, place: str) -> None:
        """Open a screen beside the road."""
        self.go_to(place)

    def action_copy_watch(self) -> None:
        """Copy the command that looks again."""
        self.app.copy(self._watch(), "Command")

    def _watch(self) -> str:
        return self.app.pasted(f"seswizard health {self.session.name}")


def _suppression(facts: Facts) -> str:
    return suppression_means(facts.account.value) if isinstance(facts.account, Seen) else "not seen"

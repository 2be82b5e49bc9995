"""Aftercare: what to watch once mail flows, and with which commands. Honest about what is not done here."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Static

from seswizard.core.facts import Facts
from seswizard.core.findings import Level, Report, worst_first
from seswizard.core.reading import Seen
from seswizard.core.steps import State, findings_of
from seswizard.tui.paint import bold, joined, quiet
from seswizard.tui.screens.sandbox import suppression
from seswizard.tui.step_screen import Do, Say, StepScreen
from seswizard.tui.widgets.facts import FactsGrid
from seswizard.tui.widgets.finding import Findings
from seswizard.tui.widgets.rail import OVERVIEW

BESIDE = joined(bold("s"), quiet(" suppression list   "), bold("h"), quiet(" read its headers   "), bold("e"), quiet(" explain"))


class AftercareScreen(StepScreen):
    """What keeps mail working when nobody looks."""

    step = "aftercare"
    parts = frozenset({"account", "identity"})
    HELP = """\
### What keeps mail working

AWS looks at bounces and complaints. Bounces: keep under 2 %, review at 5 %, a pause at 10 %. Complaints: keep under
0.1 %, a pause at 0.5 %. CloudWatch holds both as fractions: an alarm at 0.05 and at 0.001 is right, 5 never fires.

`s` shows whom SES sends nothing any more, `h` reads the headers of a mail that arrived, `e` explains a reply or a log.

The DKIM records must stay: when one is gone for 72 hours, AWS revokes the domain. `health` looks for that.
"""
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
            ("Bounces", "under 2 %; AWS reviews at 5 % and may pause at 10 %"),
            ("Complaints", "under 0.1 %; AWS may pause at 0.5 %"),
            ("Alarms", "Reputation.BounceRate 0.05, Reputation.ComplaintRate 0.001"),
            ("DKIM records", "must stay; gone for 72 hours, AWS revokes the domain"),
            ("Key", "older than a year: make another, then revoke this one"),
            ("A mail is astray", BESIDE),
        )
        yield Static("Suppression list", classes="h")
        yield Static("", id="suppression", classes="auto")
        yield Static("Look again, from a script or a timer  (c copies it)", classes="h")
        yield Static("", id="command", classes="value")

    async def show(self, facts: Facts, report: Report) -> None:
        """Findings, the account's suppression, and the command for this domain."""
        found = [one for one in worst_first(findings_of("aftercare", report)) if one.level is not Level.OK]
        await self.query_one(Findings).show(*found, said=self.said())
        self.query_one("#watching").set_class(not found, "first")
        self.query_one("#suppression", Static).update(quiet(_suppression(facts)))
        self.query_one("#command", Static).update(f"seswizard health {facts.name}")

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
        self.app.copy(f"seswizard health {self.session.name}", "Command")


def _suppression(facts: Facts) -> str:
    if not isinstance(facts.account, Seen):
        return "not seen"
    if not facts.account.value.suppressed_reasons:
        return "off: SES goes on writing to addresses that bounced"
    return f"{suppression(facts.account.value)}: SES writes to such addresses no more"

"""Aftercare: what keeps mail working, to be noted or set aside, and what to watch. Honest about what is not done here."""

from dataclasses import replace
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import OptionList, Static

from seswizard.core.aftercare import DECISIONS, ITEMS, Decision, decided, decisions
from seswizard.core.facts import Facts
from seswizard.core.failure import FailureError
from seswizard.core.findings import Level, Report, worst_first
from seswizard.core.offer_words import LOOK_LATER
from seswizard.core.quoting import our_command
from seswizard.core.reading import Seen
from seswizard.core.remembered import DomainChoices
from seswizard.core.step_words import WATCH, aftercare_words, suppression_means
from seswizard.core.steps import State, findings_of
from seswizard.tui.paint import bold, joined, mark, quiet
from seswizard.tui.step_screen import Do, Say, StepScreen
from seswizard.tui.widgets.facts import FactsGrid, Pair
from seswizard.tui.widgets.finding import Findings
from seswizard.tui.widgets.rail import OVERVIEW
from seswizard.tui.widgets.rows import Rows
from seswizard.tui.words import help_of

BESIDE = joined(bold("s"), quiet(" suppression list   "), bold("h"), quiet(" read its headers   "), bold("e"), quiet(" explain"))


_MARKS: dict[Decision, str] = {"open": "open", "done": "done", "aside": "skipped"}


class AftercareScreen(StepScreen):
    """What keeps mail working when nobody looks."""

    step = "aftercare"
    parts = frozenset({"account", "identity"})
    HELP = help_of(
        "aftercare",
        "What keeps mail working",
        "`d` notes the thing under the cursor as done by you, `x` sets it aside; both are remembered as you say it, for nobody"
        " can look from here. `s` shows whom SES sends nothing any more, `h` reads the headers of a mail that arrived, `e`"
        " explains a reply or a log.",
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "c,f2", "copy_watch", "Copy command", show=False, id="aftercare.copy", tooltip="Copy the command that looks again"
        ),
        Binding("d", "decide('done')", "Done by me", id="aftercare.done", tooltip="Note it as done by you, or take that back"),
        Binding("x", "decide('aside')", "Not for me", id="aftercare.aside", tooltip="Set it aside, or take that back"),
        Binding(
            "s,f3", "open('suppression')", "Suppression", show=False, id="aftercare.suppression", tooltip="The suppression list"
        ),
        Binding(
            "h,f4",
            "open('headers')",
            "Headers",
            show=False,
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
        yield Rows(layouts=((14, 16, 56), (14, 14, 44), (14, 14, 0)), id="items")
        yield Static("Watch", classes="h")
        yield FactsGrid(*WATCH, ("A mail went missing", BESIDE), id="watched")
        yield Static(f"{LOOK_LATER}  (c copies it)", classes="h")
        yield Static("", id="command", classes="value")

    async def show(self, facts: Facts, report: Report) -> None:
        """Findings, the account's suppression, and the command for this domain."""
        found = [one for one in worst_first(findings_of("aftercare", report)) if one.level is not Level.OK]
        await self.query_one(Findings).show(*found, said=self.said())
        self.query_one("#items").set_class(bool(found), "gap")
        decided_so_far = decisions(self._aftercare)
        rows = ((mark(_MARKS[decided_so_far[item.id]], DECISIONS[decided_so_far[item.id]]), item) for item in ITEMS)
        self.query_one("#items", Rows).show(*((state, item.label, quiet(item.what)) for state, item in rows))
        watched: tuple[Pair, ...] = (*WATCH, ("Suppression list", _suppression(facts)), ("A mail went missing", BESIDE))
        await self.query_one("#watched", FactsGrid).show(*watched)
        self.query_one("#command", Static).update(self._watch())

    def verdict(self) -> Say:
        """Until the proof there is nothing to care for."""
        say = self.usual_verdict()
        if say.level in ("doing", "done", "ok") and self.session.states["proof"] is State.DONE:
            return Say("ok", *aftercare_words(self._aftercare))
        return say

    def primary(self) -> Do:
        """The road ends here."""
        return Do("Open the overview", "everything at a glance", lambda: self.go_to(OVERVIEW))

    @property
    def _aftercare(self) -> str:
        return self.session.choices.aftercare if self.session.choices else ""

    @on(OptionList.OptionSelected, "#items")
    def _taken(self, event: OptionList.OptionSelected) -> None:
        """Enter on a row: on to its next state."""
        event.stop()
        ways = list(DECISIONS)
        now = decisions(self._aftercare)[ITEMS[event.option_index].id]
        self._decide(event.option_index, ways[(ways.index(now) + 1) % len(ways)])

    def action_decide(self, way: Decision) -> None:
        """Note the thing under the cursor, or take that back."""
        at = self.query_one("#items", Rows).highlighted or 0
        now = decisions(self._aftercare)[ITEMS[at].id]
        self._decide(at, "open" if now == way else way)

    @work(exclusive=True, group="decide", description="remembering what was decided")
    async def _decide(self, at: int, decision: Decision) -> None:
        session = self.session
        choices = session.choices or DomainChoices(str(session.name), session.region)
        changed = replace(choices, aftercare=decided(choices.aftercare, ITEMS[at].id, decision))
        try:
            await session.services.state.save_choices(changed)
        except FailureError as error:
            self.notify(error.failure.title, markup=False)
            return
        self.app.know(self.session.with_choices(changed))

    def action_open(self, place: str) -> None:
        """Open a screen beside the road."""
        self.go_to(place)

    def action_copy_watch(self) -> None:
        """Copy the command that looks again."""
        self.app.copy(self._watch(), "Command")

    def _watch(self) -> str:
        return self.app.pasted(our_command("health", self.session.name))


def _suppression(facts: Facts) -> str:
    return suppression_means(facts.account.value) if isinstance(facts.account, Seen) else "not seen"

"""Verification: what SES saw beside what every server says now, one verdict, one value to paste, calm otherwise."""

from collections.abc import Iterator
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widgets import Static

from seswizard.core.facts import Facts
from seswizard.core.findings import Finding, Level, Report, speaking, worst_first
from seswizard.core.identity import Identity
from seswizard.core.pacing import SES_LOOK, dns_pauses
from seswizard.core.reading import Seen
from seswizard.core.records import label
from seswizard.core.steps import State, findings_of
from seswizard.core.text import counted, duration
from seswizard.tui.modals.text import TextSheet
from seswizard.tui.paint import Text, bar, bold, joined, quiet
from seswizard.tui.step_screen import Do, Say, StepScreen
from seswizard.tui.telling import AT_ANOTHER_NAME, to_paste
from seswizard.tui.truths import (
    longest_left,
    resolvers_cell,
    resolvers_text,
    right_so_far,
    servers_cell,
    servers_text,
    ses_cell,
    ses_text,
)
from seswizard.tui.widgets.finding import Findings
from seswizard.tui.widgets.matrix import TruthMatrix

HELP = """\
### Why is it still pending?

Three places must agree, in this order.

**Your servers** answer from the zone itself. Once they are right, only waiting is left.

**Resolvers** may keep an old answer; the time beside it is their own. They are asked only once your servers agree.

**SES** looks every few minutes by itself. Nothing makes it look sooner.

Meanwhile go on to the SMTP login: it needs no verified domain.

`l` looks now, `space` pauses, the arrows and `enter` open a cell with the raw answers.
"""


class PropagationScreen(StepScreen):
    """The matrix, and the worst finding with the exact value."""

    step = "propagation"
    HELP = HELP
    parts = frozenset({"identity", "dns"})
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("m,f2", "matrix", "Cells", id="propagation.matrix", tooltip="Go into the matrix; enter opens a cell"),
        Binding("space", "pause", "Pause", id="propagation.pause", tooltip="Hold looking back, or resume it"),
        Binding("c,f3", "copy_value", "Copy value", show=False, id="propagation.copy", tooltip="Copy what is to be pasted"),
    ]

    def pauses(self) -> Iterator[float]:
        """Quick at first, slower later; nothing to wait for ends it."""
        for pause in dns_pauses():
            yield 30.0 if self.state is State.DONE and self._verified() else pause

    async def look_once(self) -> None:
        """DNS each time; SES not more often than every ten seconds."""
        now = self.session.services.clock.monotonic()
        last = self.session.looked.get("identity")
        parts = {"dns"} if last is not None and now - last < SES_LOOK else {"dns", "identity"}
        await self.app.look(frozenset(parts))

    def compose_body(self) -> ComposeResult:
        yield TruthMatrix(("", "", "", ""), id="matrix")
        yield Static("", id="so-far", classes="gap tall-only")
        with Vertical(classes="gap auto"):
            yield Findings(id="findings")

    async def show(self, facts: Facts, report: Report) -> None:
        """Every cell, then what is wrong."""
        identity = facts.identity if isinstance(facts.identity, Seen) else None
        known = identity.value if identity else None
        heads = self._heads(facts, known)
        rows = [
            (label(one, facts.records), (ses_cell(one, facts, known), servers_cell(one, facts), resolvers_cell(one, facts)))
            for one in facts.records
        ]
        await self.query_one("#matrix", TruthMatrix).show(heads, *rows)
        right, asked = right_so_far(facts)
        share = right / asked if asked else 0.0
        words = f"  {right} of {asked} answers" if asked else "  nobody answered yet"
        self.query_one("#so-far", Static).update(joined(quiet("Right so far   "), bar(share, 40), words))
        findings = [one for one in self._findings(report) if one.level is not Level.OK]
        if len(findings) > 1:
            findings = [one for one in findings if one.id != "identity.pending"]
        await self.query_one("#findings", Findings).show(*findings[:2])

    def _heads(self, facts: Facts, known: Identity | None) -> tuple[Text, ...]:
        checked = known.verification.last_checked if known else None
        when = f"{duration((facts.at - checked).total_seconds())} ago" if checked else "not looked yet"
        servers = facts.delegation.value.servers if isinstance(facts.delegation, Seen) else ()
        serials = sorted(set(_serials(facts)))
        below = f"serial {serials[-1]}" + (f", {serials[0]}" if len(serials) > 1 else "") if serials else "no answer yet"
        return (
            joined("\n", quiet("Record")),
            joined(bold("SES saw"), "\n", quiet(when)),
            joined(bold(f"Your {len(servers)} servers"), "\n", quiet(below)),
            joined(bold(counted(len(self.session.services.dns.resolvers), "resolver")), "\n", quiet("what they still keep")),
        )

    def _findings(self, report: Report) -> tuple[Finding, ...]:
        step = findings_of("propagation", report)
        pending = tuple(one for one in findings_of("domain", report) if one.level is not Level.OK)
        return worst_first((*step, *pending))

    def _verified(self) -> bool:
        facts = self.session.facts
        known = facts.identity.value if facts and isinstance(facts.identity, Seen) else None
        return bool(known and known.verified)

    def verdict(self) -> Say:
        """The worst finding speaks; with nothing wrong it says what is waited for."""
        report = self.session.report
        if report is None or self.blindness():
            return self.usual_verdict()
        worst = speaking(self._findings(report))
        if worst is None or worst.level in (Level.OK, Level.ADVICE):
            if self._verified():
                return Say("ok", f"{self.session.name} is verified: SES sees the records.", self.waiting_since())
            return Say("waiting", "DNS is right everywhere. SES has not looked again yet.", "It looks by itself.")
        return Say(worst.level.value, worst.title, self._times())

    def _times(self) -> str:
        """Since when, and how long the longest answer is still kept somewhere."""
        facts = self.session.facts
        kept = longest_left(facts) if facts else None
        parts = (self.waiting_since(), f"longest wait left {duration(kept)}" if kept else "")
        return " · ".join(part for part in parts if part) or "Looking again by itself."

    def primary(self) -> Do | None:
        """Copy what is to be pasted when something is wrong, else the way on, which is open while waiting."""
        if worst := self._mistake():
            what = "Hostname" if worst.id in AT_ANOTHER_NAME else "value"
            return Do(f"Copy {what}", "put it into that record; the next look is automatic", self.action_copy_value)
        if self._verified() or self.state is not State.DONE:
            return self.way_on("it needs no DNS; this goes on meanwhile" if not self._verified() else "")
        return self.way_on()

    def _mistake(self) -> Finding | None:
        """The worst finding, if it is one that a value mends."""
        report = self.session.report
        worst = speaking(self._findings(report)) if report else None
        return worst if worst and worst.level is Level.PROBLEM and worst.remedy and worst.remedy.records else None

    def action_copy_value(self) -> None:
        """Copy what the worst finding wants to be pasted."""
        if worst := self._mistake():
            self.app.copy(to_paste(worst), "Hostname" if worst.id in AT_ANOTHER_NAME else "Value")

    def action_matrix(self) -> None:
        """Put the focus into the matrix, or back on the button."""
        matrix = self.query_one("#matrix", TruthMatrix)
        if self.focused is not None and matrix in self.focused.ancestors:
            self.query_one("#go").focus()
        elif found := matrix.query("Cell"):
            found.first().focus()

    @on(TruthMatrix.Opened)
    def _open_cell(self, event: TruthMatrix.Opened) -> None:
        facts = self.session.facts
        if facts is None or event.row >= len(facts.records):
            return
        record = facts.records[event.row]
        what, text = (
            ("what SES saw", ses_text(facts)),
            ("what your servers say", servers_text(record, facts)),
            ("what resolvers keep", resolvers_text(record, facts)),
        )[event.column]
        title = f"{label(record, facts.records)}: {what}"
        self.app.push_screen(TextSheet(title, text))


def _serials(facts: Facts) -> list[int]:
    if not isinstance(facts.sweep, Seen) or not isinstance(facts.delegation, Seen):
        return []
    answers = facts.sweep.value.answers(facts.delegation.value.zone, "SOA")
    return [answer.serial for _, answer in answers if answer.serial is not None]

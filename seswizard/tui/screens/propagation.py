"""Verification: what SES saw beside what every server says now, one verdict, one value to paste, calm otherwise."""

from collections.abc import Iterator
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.events import DescendantBlur, DescendantFocus
from textual.geometry import Size
from textual.widgets import Static

from seswizard.core.facts import Facts
from seswizard.core.findings import Finding, Level, Report, speaking, worst_first
from seswizard.core.identity import Identity
from seswizard.core.names import EmailAddress
from seswizard.core.pacing import SES_LOOK, SLOW_SES, dns_pauses
from seswizard.core.reading import Seen, Unseen
from seswizard.core.records import Record, label
from seswizard.core.standings import right
from seswizard.core.step_words import FOR_REAL_MAIL, NO_RECORDS, NOTHING_TO_COMPARE
from seswizard.core.steps import STEP, State, findings_of
from seswizard.core.text import duration
from seswizard.look.knowing import settled, spreading
from seswizard.look.session import Session
from seswizard.tui.modals.text import TextSheet
from seswizard.tui.paint import changed, quiet
from seswizard.tui.single_address import address_verdict, link
from seswizard.tui.spread import SoFar, resolver_rows, server_rows
from seswizard.tui.spread import heads as matrix_heads
from seswizard.tui.step_screen import Do, Say, StepScreen
from seswizard.tui.telling import AT_ANOTHER_NAME, to_paste
from seswizard.tui.truths import (
    longest_left,
    resolvers_cell,
    resolvers_text,
    servers_cell,
    servers_text,
    ses_cell,
    ses_text,
)
from seswizard.tui.widgets.facts import FactsGrid
from seswizard.tui.widgets.finding import Findings
from seswizard.tui.widgets.matrix import Row, TruthMatrix
from seswizard.tui.widgets.table import Table
from seswizard.tui.words import help_of, lowered, waiting_since

ROOM = (80, 30)
"""From this size on the raw truth of one record is shown too."""

_ROOM_FOR_TWO = 40
"""From this height on a second finding does not take the room of what each server says."""
_HEAD = 2
"""Rows of a table's heading with its air."""
_EACH = ((25, 17, 18, 19, 7), (19, 16, 16, 18, 7), (20, 16, 16, 0, 7))


class PropagationScreen(StepScreen):
    """The matrix, and the worst finding with the exact value."""

    step = "propagation"
    HELP = help_of(
        "propagation",
        "Why is it still pending?",
        "`l` looks now, `space` pauses, the arrows and `enter` open a cell with the raw answers.",
    )
    parts = frozenset({"identity", "dns"})
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("l", "look_now", "Look now", id="propagation.look", tooltip="Look at DNS and SES now"),
        Binding("m,f2", "matrix", "Cells", id="propagation.matrix", tooltip="Go into the matrix; enter opens a cell"),
        Binding("space", "pause", "Pause", id="propagation.pause", tooltip="Hold looking back, or resume it"),
        Binding("c,f3", "copy_value", "Copy value", show=False, id="propagation.copy", tooltip="Copy what is to be pasted"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._rows: tuple[Row, ...] = ()
        self._told: Session | None = None
        self._sized: Size | None = None
        """What the cells and the findings that are shown were made for."""

    @property
    def single(self) -> bool:
        """Whether it is about a single address, which has no records."""
        return isinstance(self.session.name, EmailAddress)

    def pauses(self) -> Iterator[float]:
        """Quick at first, slower later, slow when nothing is waited for; of an address only SES is asked."""
        for pause in dns_pauses():
            yield SLOW_SES if settled(self.session) else SES_LOOK if self.single else pause

    async def look_once(self) -> None:
        """Look whether it has spread further."""
        await self.app.look(spreading(self.session))

    def compose_body(self) -> ComposeResult:
        yield Static("", id="none", classes="auto")
        yield FactsGrid(id="link")
        yield TruthMatrix(("", "", "", ""), id="matrix")
        yield SoFar()
        with Vertical(id="what", classes="gap auto"):
            yield Findings(id="findings")
            yield Static("", id="also", classes="auto")
        with Vertical(id="each", classes="auto"):
            yield Static("", id="each-server-head", classes="h")
            yield Table(layouts=_EACH, middle=1, id="each-server")
            yield Static("", id="each-resolver-head", classes="h")
            yield Table(layouts=_EACH, middle=1, id="each-resolver")

    def on_resize(self) -> None:
        """Where there is room, also what each server says of the record under the cursor."""
        self.call_after_refresh(self._each)

    async def show(self, facts: Facts, report: Report) -> None:
        """Every cell, how far it has come, then what is wrong; most looks while one waits bring nothing of that."""
        anew = self.size != self._sized or not self.session.stands_as(self._told)
        self._told, self._sized = self.session, self.size
        known = self.session.identity
        if anew:
            self._rows = tuple(_row(one, facts, known) for one in facts.records)
        heads = matrix_heads(facts, known, len(self.session.services.dns.resolvers))
        await self.query_one("#matrix", TruthMatrix).show(heads, *self._rows)
        if anew:
            await self._show_anew(facts, report)
        self._each()

    async def _show_anew(self, facts: Facts, report: Report) -> None:
        none = self.query_one("#none", Static)
        none.display = self.single or not facts.records
        changed(
            none,
            quiet(f"{NO_RECORDS} {FOR_REAL_MAIL}" if self.single else NOTHING_TO_COMPARE),
        )
        await self.query_one("#link", FactsGrid).show(*(link(self.session) if self.single else ()))
        self.query_one("#link").set_class(self.single, "gap")
        self.query_one("#matrix").display = bool(facts.records)
        self.query_one(SoFar).show(facts)
        findings = [one for one in self._findings(report) if one.level is not Level.OK]
        if len(findings) > 1:
            findings = [one for one in findings if one.id != "identity.pending"]
        if self.single or self.first() is not None:
            findings = []
        most = 2 if self.size.height >= _ROOM_FOR_TWO else 1  # The cells tell of the others too.
        await self.query_one("#findings", Findings).show(*findings[:most], said=self.said())
        also = [one.title for one in findings[most:] if one.level is Level.PROBLEM]
        self.query_one("#also").display = bool(also)
        changed(self.query_one("#also", Static), quiet(f"Also: {' '.join(also)}"))
        self.call_after_refresh(self._each)  # Once more when it is known how much room is left.

    def _each(self) -> None:
        """Each server's word on one record, and each resolver's if that fits too: on the record under the cursor, else on the
        one that is talked about."""
        if self.query_one_optional("#each") is None:  # The screen was left before its turn came.
            return
        facts, room = self.session.facts, self.size.width >= ROOM[0] and self.size.height >= ROOM[1]
        record = self._looked_at() if room else None
        self.query_one("#each").display = record is not None
        if facts is None or record is None:
            return
        left = self.query_one("#body").size.height - self.query_one("#what").virtual_region.bottom
        for ident, rows, who in (
            ("server", server_rows(record, facts), "at each of your servers"),
            ("resolver", resolver_rows(record, facts), "at each resolver"),
        ):
            head, need = self.query_one(f"#each-{ident}-head", Static), _HEAD + len(rows)
            head.display = self.query_one(f"#each-{ident}").display = fits = bool(rows) and (ident == "server" or need <= left)
            left -= need if fits else 0
            changed(head, f"{label(record, facts.records)} {who}")
            self.query_one(f"#each-{ident}", Table).show(*rows)

    def _looked_at(self) -> Record | None:
        facts, report = self.session.facts, self.session.report
        if facts is None or report is None or not facts.records:
            return None
        matrix = self.query_one("#matrix", TruthMatrix)
        if matrix.has_focus and matrix.row < len(facts.records):
            return facts.records[matrix.row]
        worst = speaking(self._findings(report))
        names = [paste.name for paste in worst.remedy.records] if worst and worst.remedy else []
        named = [one for one in facts.records if one.name in names]
        return next(iter((*named, *(one for one in facts.records if not right(one, facts)), *facts.records)))

    @on(DescendantFocus)
    @on(DescendantBlur)
    @on(TruthMatrix.Moved)
    def _cell_chosen(self) -> None:
        self._each()

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
        report, facts = self.session.report, self.session.facts
        if report is None or facts is None or self.blindness():
            return self.usual_verdict()
        if self.single and (say := address_verdict(self.session)):
            return say
        if self.first() is not None:
            return self.usual_verdict()
        worst = speaking(self._findings(report))
        fine = worst is None or worst.level in (Level.OK, Level.ADVICE)
        if fine and isinstance(facts.identity, Unseen):
            return Say(
                "unknown", f"Could not look at SES: {lowered(facts.identity.failure.title)}", "DNS is right as far as is known."
            )
        if worst is None or fine:
            if self._verified():
                return Say("ok", f"{self.session.name} is verified: SES sees the records.", self._times(""))
            return Say("waiting", "DNS is right everywhere. SES has not looked again yet.", self._times("it looks by itself"))
        return Say(worst.level.value, worst.title, self._times("looking again by itself"))

    def _times(self, else_say: str) -> str:
        """Since when, and how long the longest answer is still kept somewhere."""
        facts = self.session.facts
        kept = longest_left(facts) if facts else None
        since = self.waiting_since() or waiting_since("domain", self.session)
        fine = self._mistake() is None
        if fine and self.session.states["records"] is State.BLOCKED:
            else_say = f"b: {STEP['records'].label} has something to mend"
        elif self._verified():
            else_say = ""
        parts = (since, f"longest wait left {duration(kept)}" if kept else else_say)
        return " · ".join(part for part in parts if part)

    def primary(self) -> Do | None:
        """Copy what is to be pasted when something is wrong, else the way on, which is open while waiting."""
        if first := self.first():
            return first
        if worst := self._mistake():
            where = "put it into that record" if worst.remedy and worst.remedy.records else "run it with the AWS CLI"
            return Do(f"Copy {_copied(worst)}", f"{where}; the next look is automatic", self.action_copy_value)
        return self.way_on("" if self._verified() else "this goes on looking meanwhile")

    def _mistake(self) -> Finding | None:
        """The worst finding, if it is one that a value or a command mends."""
        report = self.session.report
        worst = speaking(self._findings(report)) if report else None
        return worst if worst and worst.level is Level.PROBLEM and to_paste(worst) else None

    def action_copy_value(self) -> None:
        """Copy what the worst finding wants to be pasted."""
        if worst := self._mistake():
            self.app.copy(to_paste(self.app.pasted(worst)), _copied(worst).capitalize())

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Without records there are no cells."""
        if action == "matrix":
            facts = self.session.facts
            return bool(facts and facts.records)
        return super().check_action(action, parameters)

    def action_matrix(self) -> None:
        """Put the focus into the matrix, or back on the button."""
        matrix = self.query_one("#matrix", TruthMatrix)
        self.query_one("#go" if matrix.has_focus else "#matrix").focus()

    @on(TruthMatrix.Opened)
    def _open_cell(self, event: TruthMatrix.Opened) -> None:
        facts = self.session.facts
        if facts is None or event.row >= len(facts.records):
            return
        record = facts.records[event.row]
        what, text = (
            ("what SES saw", self.app.pasted(ses_text(facts))),
            ("what your servers say", servers_text(record, facts)),
            ("what resolvers keep", resolvers_text(record, facts)),
        )[event.column]
        title = f"{label(record, facts.records)}: {what}"
        self.app.push_screen(TextSheet(title, text))


def _row(record: Record, facts: Facts, known: Identity | None) -> Row:
    """The line of a record in the matrix."""
    return label(record, facts.records), (
        ses_cell(record, facts, known),
        servers_cell(record, facts),
        resolvers_cell(record, facts),
    )


def _copied(worst: Finding) -> str:
    """What there is to copy of a finding."""
    if worst.id in AT_ANOTHER_NAME:
        return "Hostname"
    return "value" if worst.remedy and worst.remedy.records else "command"

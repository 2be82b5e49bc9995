"""DNS records: enter, paste, enter, paste. Whole values, in the words that DNS hosts use."""

from collections.abc import Iterator
from itertools import repeat
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import OptionList, Static

from seswizard.core.facts import Facts
from seswizard.core.failure import FailureError
from seswizard.core.findings import Finding, Level, Report, speaking
from seswizard.core.offer_words import LAST_RECORD, SAVE_RECORDS, SES_TOO, TOLD_THERE
from seswizard.core.records import Record, label
from seswizard.core.standings import Tally, explained, mistake, tally, told_of_records
from seswizard.core.step_words import CLICK, FOR_REAL_MAIL, NO_RECORDS, NO_RECORDS_YET, TYPED, adds_the_zone, fields
from seswizard.core.steps import STEP, State
from seswizard.core.text import counted
from seswizard.exports.records import ENDINGS, EXPORTERS, RecordsDocument, by_ending
from seswizard.exports.records.text import block
from seswizard.look.document import records_document
from seswizard.tui.modals.ask import AskSheet
from seswizard.tui.paint import bold, joined, quiet
from seswizard.tui.printing import print_plainly
from seswizard.tui.record_findings import mended, own_findings, standing
from seswizard.tui.step_screen import Do, Say, StepScreen
from seswizard.tui.telling import AT_ANOTHER_NAME, to_paste
from seswizard.tui.widgets.card import RecordCard
from seswizard.tui.widgets.finding import Findings
from seswizard.tui.widgets.rows import Rows
from seswizard.tui.words import help_of


class RecordsScreen(StepScreen):
    """A list of records, and the card of the one under the cursor."""

    step = "records"
    HELP = help_of(
        "records",
        "DNS records",
        "`enter` copies field after field, `1`-`5` one field, `c` the record, `a` all of them, `p` prints them unwrapped,"
        " `s` saves them to a file. Over SSH, copying needs a terminal that allows OSC 52.",
    )
    parts = frozenset({"identity", "dns"})
    BINDINGS: ClassVar[list[BindingType]] = [
        *(
            Binding(
                str(number),
                f"copy_field({number})",
                "Copy field",
                show=number == 1,
                key_display="1-5",
                id=f"records.field-{number}",
            )
            for number in range(1, 6)
        ),
        Binding("c,f2", "copy_record", "Copy record", id="records.copy", tooltip="Copy the whole record"),
        Binding("s,ctrl+s", "save", "Save", id="records.save", tooltip=SAVE_RECORDS),
        Binding("a", "copy_all", "Copy all", show=False, id="records.copy-all", tooltip="Copy every record"),
        Binding("p,f3", "print_all", "Print", show=False, id="records.print", tooltip="Print them unwrapped, below the screen"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self.at = 0
        self.field = 0
        self._led_to = ""
        self._begun = False
        """Whether the cursor was led to the first record that is to be added."""
        self._browsing = False
        """Whether the person went to another record than the one that is talked about."""

    def pauses(self) -> Iterator[float]:
        """Ticks appear on the list while one is pasting."""
        return repeat(5.0)

    def compose_body(self) -> ComposeResult:
        yield Rows(layouts=((16, 8, 46, 17), (16, 8, 34, 17), (14, 7, 37, 17), (14, 0, 24, 16)), middle=2, id="list")
        yield RecordCard("", "", id="card")
        yield Static("", id="none", classes="auto")
        yield Findings(id="findings")

    @property
    def records(self) -> tuple[Record, ...]:
        """What SES asks for."""
        return self.session.facts.records if self.session.facts else ()

    @property
    def zone(self) -> str | None:
        """The zone one edits."""
        return self.session.zone

    @property
    def record(self) -> Record | None:
        """The record under the cursor, with the value that mends it."""
        if self.at >= len(self.records):
            return None
        return mended(self.records[self.at], own_findings(self.session))

    def _speaks(self) -> Finding | None:
        """The finding that has the word: what is wrong here; advice, once there is nothing left to add."""
        own = speaking(own_findings(self.session))
        if own is None or (own.level is Level.ADVICE and len(self._tally().right) < len(self.records)):
            return None
        return own

    def _mistake(self) -> Finding | None:
        """What a record is mended by: of this step first, else one that Verification tells of."""
        report, own = self.session.report, self._speaks()
        if own and own.level is Level.PROBLEM and own.remedy and own.remedy.records:
            return own
        found = mistake(report) if report else None
        return found if found and found.topic != "dns" else None

    def _explained(self) -> Finding | None:
        """The servers' own problem, where that is why records are not seen: Verification tells of it."""
        facts, report = self.session.facts, self.session.report
        return explained(facts, report) if facts and report else None

    def _tally(self) -> Tally:
        facts = self.session.facts
        return tally(facts) if facts else Tally((), (), ())

    async def show(self, facts: Facts, report: Report) -> None:
        """The list with its ticks, and the card; without records, why there are none."""
        own = own_findings(self.session)
        none = self.query_one("#none", Static)
        none.display = not self.records
        none.update(quiet(FOR_REAL_MAIL if self.state is State.SKIPPED else NO_RECORDS_YET))
        rows = [
            (label(one, self.records), one.type, one.host(self.zone) or one.name, standing(one, facts, own))
            for one in self.records
        ]
        self.query_one("#list", Rows).show(*rows)
        self.query_one("#findings").set_class(bool(own), "gap")
        await self.query_one("#findings", Findings).show(*own, said=self.said())
        if not self._begun and (missing := self._tally().missing):
            self._begun, self.at = True, self.records.index(missing[0])
            self.query_one("#list", Rows).highlighted = self.at
        told = self._speaks() or self._mistake()
        if told and told.remedy and told.id != self._led_to:
            # Once, to the record that is to be mended; after that the cursor is the person's again.
            self._led_to, self._browsing = told.id, False
            places = [(one.name, one.type) for one in self.records]
            if place := next(((one.name, one.type) for one in told.remedy.records if (one.name, one.type) in places), None):
                self.at, self.field = places.index(place), 0
                self.query_one("#list", Rows).highlighted = self.at
        await self._card()

    async def _card(self) -> None:
        record = self.record
        card = self.query_one("#card", RecordCard)
        # What is said of the records has the room of the card until one goes to another record.
        card.display = record is not None and (self._browsing or self._speaks() is None)
        if record is None:
            return
        ours = self.session.name
        note = adds_the_zone(self.zone) if self.zone else f"For {ours}."
        title = joined(bold(label(record, self.records)), quiet(f"  {self.at + 1} of {len(self.records)}"))
        await card.show(title, record.why, *fields(record, self.zone), note=note, next_field=self.field)
        self.refresh_frame()

    @on(OptionList.OptionHighlighted, "#list")
    async def _moved(self, event: OptionList.OptionHighlighted) -> None:
        if event.option_index == self.query_one("#list", Rows).highlighted != self.at:
            self.at, self.field, self._browsing = event.option_index, 0, True
            await self._card()

    @on(OptionList.OptionSelected, "#list")
    async def _selected(self) -> None:
        await self._copy_next()

    def verdict(self) -> Say:
        """What is wrong with one of them, else how many are left."""
        usual = self.usual_verdict()
        if self.state is State.SKIPPED and self.session.report is not None:
            return Say("skipped", NO_RECORDS, CLICK)
        if not self.records or usual.level in ("unknown",) or self.session.report is None:
            return usual
        if wrong := self._mistake():
            return Say("problem", wrong.title, "Open it at your DNS host; enter copies what belongs there.")
        facts = self.session.facts
        assert facts is not None
        level, sentence, then = told_of_records(facts, self.session.report)
        if (own := self._speaks()) and self._explained() is None:
            return Say(own.level.value, own.title, sentence if level == "ok" else "")
        return Say(level, sentence, then)

    def primary(self) -> Do | None:
        """Copy the next field, then the next record, then go on."""
        record = self.record
        if record is None:
            return self.first() or self.way_on()
        if wrong := self._mistake():
            what = "Hostname" if wrong.id in AT_ANOTHER_NAME else "value"
            value = to_paste(self.app.pasted(wrong))
            return Do(f"Copy {what}", "put only this into that record", lambda: self.app.copy(value, what.capitalize()))
        if self._explained():
            return Do(f"Open {STEP['propagation'].label}", TOLD_THERE, lambda: self.go_to("propagation"))
        if not self._tally().missing:
            return self.way_on("" if self.session.verified else SES_TOO)
        names = [name for name, _ in fields(record, self.zone)]
        if self.field < len(names):
            rest = [name for name in names[self.field + 1 :] if name not in TYPED]
            after = rest[0] if rest else "the next record"
            return Do(f"Copy {names[self.field]}", f"paste it, then press enter again for {after}", self._copy_next)
        if (following := self._following()) is not None:
            return Do("Next record", label(self.records[following], self.records), self._copy_next)
        return self.way_on(LAST_RECORD)

    def _following(self) -> int | None:
        """The next record below the cursor that is yet to be added."""
        missing = self._tally().missing
        return next((at for at in range(self.at + 1, len(self.records)) if self.records[at] in missing), None)

    async def _copy_next(self) -> None:
        record = self.record
        if record is None:
            return
        wanted = fields(record, self.zone)
        if self.field < len(wanted):
            name, value = wanted[self.field]
            self.app.copy(value, name)
            self.field += 1
            while self.field < len(wanted) and wanted[self.field][0] in TYPED:
                self.field += 1
        elif (following := self._following()) is not None:
            self.at, self.field = following, 0
            self.query_one("#list", Rows).highlighted = self.at
        await self._card()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Nothing to copy or save without records."""
        if action in ("copy_field", "copy_record", "copy_all", "save", "print_all") and not self.records:
            return False
        return super().check_action(action, parameters)

    def action_copy_field(self, number: int) -> None:
        """Copy one field of the card."""
        if self.record and number <= len(wanted := fields(self.record, self.zone)):
            name, value = wanted[number - 1]
            self.app.copy(value, name)

    def action_copy_record(self) -> None:
        """Copy the record's block."""
        if self.record:
            self.app.copy(block(self.record, self._document()), label(self.record, self.records))

    def action_copy_all(self) -> None:
        """Copy every record."""
        self.app.copy(EXPORTERS["text"](self._document()), counted(len(self.records), "record"))

    @work(exclusive=True, group="print", description="printing plainly")
    async def action_print_all(self) -> None:
        """Print every record on the terminal itself."""
        await print_plainly(self.app, EXPORTERS["text"](self._document()))

    @work(exclusive=True, group="save", description="saving the records")
    async def action_save(self) -> None:
        """Ask where, then write; the file's ending says in which format."""
        name = f"{self.session.name}-records.txt"
        sentence = ENDINGS
        path = await self.app.push_screen_wait(AskSheet("Save the records", sentence, name, "Save"))
        if not path:
            return
        try:
            await self.session.services.files.write(path, by_ending(path)(self._document()))
        except FailureError as error:
            self.notify(error.failure.title, severity="error", markup=False)
        else:
            self.notify(f"Saved to {path}", markup=False)

    def _document(self) -> RecordsDocument:
        return records_document(self.session)

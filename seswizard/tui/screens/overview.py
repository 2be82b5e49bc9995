"""The overview: how every step stands, worst first; it opens any of them. Health and resuming begin here."""

from datetime import datetime
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import OptionList, Static

from seswizard.core.facts import Facts
from seswizard.core.findings import Finding, Level, Report, speaking
from seswizard.core.marks import step_mark
from seswizard.core.steps import STEP, STEPS, State, findings_of, resume_at, step_of
from seswizard.core.text import counted
from seswizard.tui.paint import Text, bold, joined, mark, quiet
from seswizard.tui.step_screen import Do, Say, StepScreen
from seswizard.tui.widgets.rail import OVERVIEW
from seswizard.tui.widgets.rows import Row, Rows

_ORDER = ("blocked", "unknown", "advice", "waiting", "open", "done", "skipped")

_LAYOUTS = ((12, 19, 56, 12), (12, 19, 44, 12), (12, 19, 56, 0), (12, 19, 45, 0), (11, 18, 30, 0))


class OverviewScreen(StepScreen):
    """One row a step; enter opens it."""

    step = OVERVIEW
    heading = "Overview"
    HELP = """\
### Overview

Every step with its worst finding: problems first, then what nobody could see, advice, what waits, what is to do, what
is done. Enter opens a step; it is the same screen as in set-up.
"""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("l", "look_now", "Look again", id="overview.look", tooltip="Look at AWS and DNS again"),
        Binding("c,f2", "app.copy_findings", "Copy", id="overview.copy", tooltip="Copy what was found as plain text"),
        Binding("p,f3", "app.print_findings", "Plain text", id="overview.print", tooltip="What was found as plain text"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._steps: tuple[str, ...] = ()

    def compose_body(self) -> ComposeResult:
        yield Rows(layouts=_LAYOUTS, id="steps")
        yield Static("", id="detail", classes="gap auto")

    async def show(self, facts: Facts, report: Report) -> None:
        """The rows, worst first, with the highlighted step kept."""
        ordered = sorted(STEPS, key=lambda step: (_ORDER.index(self._mark(step.id, report)), STEPS.index(step)))
        rows = self.query_one(Rows)
        before = self._steps[rows.highlighted] if self._steps and rows.highlighted is not None else ""
        self._steps = tuple(step.id for step in ordered)
        rows.layouts = _LAYOUTS if self.session.since else tuple((*widths[:3], 0) for widths in _LAYOUTS)
        rows.show(*(self._row(step.id, report) for step in ordered))
        rows.highlighted = self._steps.index(before) if before else 0
        self._detail()

    def verdict(self) -> Say:
        """The worst finding of the steps that were walked; a step to do is no problem."""
        report = self.session.report
        if report is None:
            return self.usual_verdict()
        worst = self._worst(report)
        if worst is not None and worst.level in (Level.PROBLEM, Level.UNKNOWN, Level.WAITING):
            return Say(worst.level.value, worst.title, f"{STEP[step_of(worst)].label}: enter opens it")
        still = [step.label for step in STEPS if self.session.states[step.id] is State.OPEN]
        if still:
            next_step = STEP[resume_at(self.session.states)].label
            return Say("doing", f"Nothing is wrong; {counted(len(still), 'step')} still to do.", f"Next: {next_step}.")
        if worst is not None and worst.level is Level.ADVICE:
            return Say("advice", worst.title)
        return Say("ok", "Everything is as it should be.")

    def primary(self) -> Do:
        """Open the step where there is something to do."""
        report = self.session.report
        if report is None:
            return Do("Look now", "nothing was looked at yet", self.action_look_now)
        worst = self._worst(report)
        at_worst = worst is not None and worst.level in (Level.PROBLEM, Level.UNKNOWN)
        step = step_of(worst) if worst and at_worst else resume_at(self.session.states)
        sentence = "shows what to do about it" if at_worst else "the next thing to do"
        return Do(f"Open {STEP[step].label}", sentence, lambda: self.go_to(step))

    @on(OptionList.OptionHighlighted, "#steps")
    def _detail(self) -> None:
        """The highlighted step's worst finding in full, and what to do."""
        report, at = self.session.report, self.query_one(Rows).highlighted
        if report is None or at is None or at >= len(self._steps):
            return
        worst = speaking(findings_of(self._steps[at], report))
        remedy = worst.remedy.text if worst and worst.remedy else ""
        what = joined(bold(worst.title), "\n", quiet(remedy)) if worst else quiet(STEP[self._steps[at]].why)
        self.query_one("#detail", Static).update(what)

    def _worst(self, report: Report) -> Finding | None:
        walked = (one for one in report.findings if self.session.states[step_of(one)] is not State.OPEN)
        return speaking(walked)

    @on(OptionList.OptionSelected, "#steps")
    def _open(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self.go_to(self._steps[event.option_index])

    def _mark(self, step: str, report: Report) -> str:
        state = self.session.states[step]
        found = findings_of(step, report)
        worst = speaking(found)
        if state is State.DONE and worst is not None and worst.level is Level.ADVICE:
            return "advice"
        return step_mark(state, found)

    def _row(self, step: str, report: Report) -> Row:
        state = self.session.states[step]
        worst = speaking(findings_of(step, report))
        name = self._mark(step, report)
        what: Text = worst.title if worst else quiet(STEP[step].why)
        if state is State.SKIPPED:
            what = quiet("not needed with what you chose")
        since = self.session.since.get(step)
        return (mark(name), STEP[step].label, what, quiet(_when(since) if since else ""))


def _when(at: datetime) -> str:
    return at.astimezone().strftime("since %H:%M")

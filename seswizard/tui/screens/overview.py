"""The overview: how every step stands, worst first; it opens any of them. Health and resuming begin here."""

from datetime import datetime
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import OptionList, Static

from seswizard.core.facts import Facts
from seswizard.core.findings import Finding, Level, Report, speaking
from seswizard.core.offer_words import NEXT_TO_DO, SETTINGS_HERE
from seswizard.core.standings import mistake
from seswizard.core.step_words import NOT_NEEDED, aftercare_left, finished_words
from seswizard.core.steps import STEP, STEPS, State, findings_of, finished, resume_at, step_of, unmet
from seswizard.core.text import counted
from seswizard.tui.paint import Text, bold, joined, mark, quiet
from seswizard.tui.step_screen import Do, Say, StepScreen
from seswizard.tui.widgets.rail import OVERVIEW, mark_of_step
from seswizard.tui.widgets.rows import Row, Rows
from seswizard.tui.words import SHORT, beside, help_of, waiting_since

_ORDER = ("blocked", "unknown", "advice", "waiting", "open", "done", "skipped")

_OPENS = {"blocked": "shows what to do about it", "unknown": "shows what could not be seen", "waiting": "shows what it waits for"}
"""What the button says beside a step that stands so."""

_LAYOUTS = ((11, 19, 58, 12), (11, 19, 45, 12), (11, 19, 58, 0), (11, 19, 46, 0), (11, 18, 31, 0))


class OverviewScreen(StepScreen):
    """One row a step; enter opens it."""

    step = OVERVIEW
    heading = "Overview"
    HELP = help_of(
        OVERVIEW,
        "Overview",
        "Problems come first, then what nobody could see, advice, what waits, what is to do, what is done. The arrows choose a"
        " step and enter opens it.",
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("l", "look_now", "Look now", id="overview.look", tooltip="Look at AWS and DNS now"),
        Binding("c,f2", "app.copy_findings", "Copy", id="overview.copy", tooltip="Copy what was found as plain text"),
        Binding("p,f3", "app.print_findings", "Plain text", id="overview.print", tooltip="What was found as plain text"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._steps: tuple[str, ...] = ()

    def compose_body(self) -> ComposeResult:
        yield Rows(layouts=_LAYOUTS, wrap=2, id="steps")
        yield Static("", id="detail", classes="gap auto")

    async def show(self, facts: Facts, report: Report) -> None:
        """The rows, worst first, with the highlighted step kept."""
        ordered = sorted(STEPS, key=lambda step: (_ORDER.index(self._mark(step.id, report)), STEPS.index(step)))
        rows = self.query_one(Rows)
        before = self._steps[rows.highlighted] if self._steps and rows.highlighted is not None else ""
        self._steps = tuple(step.id for step in ordered)
        rows.layouts = _LAYOUTS if self.session.since else tuple((*widths[:3], 0) for widths in _LAYOUTS)
        rows.show(*(self._row(step.id, report) for step in ordered))
        rows.highlighted = self._steps.index(before or self._pressing(report))
        self._detail()

    def verdict(self) -> Say:
        """The worst finding of the steps that were walked; a step to do is no problem."""
        report = self.session.report
        if report is None:
            return self.usual_verdict()
        worst, facts, choices = self._worst(report), self.session.facts, self.session.choices
        if facts is not None and finished(self.session.states):
            return Say("ok", *finished_words(facts, self.session.states, choices.aftercare if choices else ""))
        if worst is not None and worst.level in (Level.PROBLEM, Level.UNKNOWN, Level.WAITING):
            step = step_of(worst)
            since = waiting_since(step, self.session)
            return Say(worst.level.value, worst.title, " · ".join(part for part in (STEP[step].label, since) if part))
        still = [step.label for step in STEPS if self.session.states[step.id] is State.OPEN]
        if still:
            next_step = STEP[resume_at(self.session.states)].label
            return Say("doing", f"Nothing is wrong; {counted(len(still), 'step')} still to do.", f"Next: {next_step}.")
        if worst is not None and worst.level is Level.ADVICE:
            return Say("advice", worst.title)
        return Say("ok", "Everything is as it should be.")

    def primary(self) -> Do:
        """Open the step under the cursor."""
        report, step = self.session.report, self._chosen()
        if report is None:
            return Do("Look now", "nothing was looked at yet", self.action_look_now)
        if not step:
            return Do("Look now", "asks AWS and DNS", self.action_look_now)
        sentence = _OPENS.get(self._mark(step, report), "shows what was found")
        if step == "login" and finished(self.session.states):
            sentence = SETTINGS_HERE
        if self.session.states[step] is State.OPEN:
            missing = [STEP[one].label for one in unmet(step, self.session.states)]
            following = NEXT_TO_DO if step == resume_at(self.session.states) else beside(step)
            sentence = f"first {' and '.join(missing)}" if missing else following
        return Do(f"Open {STEP[step].label}", sentence, lambda: self.go_to(step))

    def _chosen(self) -> str:
        """The step under the cursor; empty before there are rows."""
        at = self.query_one(Rows).highlighted if self.is_mounted else None
        return self._steps[at] if at is not None and at < len(self._steps) else ""

    def _pressing(self, report: Report) -> str:
        """The step where the cursor begins: what is worst, else what is to do next; at the end the settings of what works."""
        if finished(self.session.states) and self.session.states["login"] is State.DONE:
            return "login"
        worst = self._worst(report)
        at_worst = worst is not None and worst.level in (Level.PROBLEM, Level.UNKNOWN)
        return step_of(worst) if worst and at_worst else resume_at(self.session.states)

    @on(OptionList.OptionHighlighted, "#steps")
    def _moved(self) -> None:
        self._detail()
        self.refresh_frame()

    def _detail(self) -> None:
        """What to do about the step under the cursor."""
        report, step = self.session.report, self._chosen()
        if report is None or not step:
            return
        worst = self._speaks(step, report)
        missing = [STEP[one].label for one in unmet(step, self.session.states)]
        first = f" First: {' and '.join(missing)}." if missing and worst is None else ""
        what = worst.remedy.text if worst and worst.remedy and worst.remedy.text else f"{STEP[step].why}{first}"
        self.query_one("#detail", Static).update(joined(bold(STEP[step].label), "  ", quiet(what)))

    def _worst(self, report: Report) -> Finding | None:
        walked = (one for one in report.findings if self.session.states[step_of(one)] is not State.OPEN)
        return speaking(walked)

    @on(OptionList.OptionSelected, "#steps")
    def _open(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self.go_to(self._steps[event.option_index])

    def _mark(self, step: str, report: Report) -> str:
        name = mark_of_step(step, report, self.session.states)
        worst = speaking(findings_of(step, report))
        return "advice" if name == "done" and worst is not None and worst.level is Level.ADVICE else name

    def _speaks(self, step: str, report: Report) -> Finding | None:
        """What is said of a step; of one that is to do nothing but what it is for."""
        state = self.session.states[step]
        if state is not State.BLOCKED and self._mark(step, report) == "blocked":
            return mistake(report)
        return speaking(findings_of(step, report)) if state is not State.OPEN else None

    def _row(self, step: str, report: Report) -> Row:
        state = self.session.states[step]
        worst = self._speaks(step, report)
        name = self._mark(step, report)
        what: Text = worst.title if worst else quiet(SHORT[step])
        if state is State.SKIPPED:
            what = quiet(NOT_NEEDED)
        elif step == "aftercare" and state is State.DONE and worst is None:
            what = quiet(aftercare_left(self.session.choices.aftercare if self.session.choices else ""))
        since = self.session.since.get(step)
        return (mark(name), STEP[step].label, what, quiet(_when(since) if since else ""))


def _when(at: datetime) -> str:
    return at.astimezone().strftime("since %H:%M")

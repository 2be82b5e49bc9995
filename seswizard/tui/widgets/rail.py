"""Where one is on the road: a column of steps when there is room, a line of glyphs in the title when there is not.

Not in the tab order; a click on a step opens it, the palette and the overview do the same for keys.
"""

from collections.abc import Mapping

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.events import Click
from textual.widgets import Static

from seswizard.core.findings import Report
from seswizard.core.marks import MARKS, WORDY, step_mark
from seswizard.core.standings import mistake
from seswizard.core.steps import STEPS, State, findings_of
from seswizard.look.session import Session
from seswizard.tui.messages import GoTo
from seswizard.tui.paint import PLAIN, Text, changed, glyph, joined, quiet, shown, styled

OVERVIEW = "overview"
_LABEL = 15


class RailStep(Static):
    """One line of the rail: glyph and name; the word only where the shape is not enough."""

    ALLOW_SELECT = False
    DEFAULT_CSS = """
    RailStep { height: 1; padding: 0 2; color: $text-muted; text-wrap: nowrap;
        &:hover { background: $surface; }
        &.-current { color: $foreground; background: $here; text-style: bold; }
        &:ansi { background: ansi_default; color: ansi_default;
            &.-open { text-style: dim; }
            &.-current { text-style: reverse; }
        }
    }
    """

    def __init__(self, step: str, label: str, state: str, *, current: bool) -> None:
        super().__init__(_line(step, label, state, current=current), classes=f"-{state}")
        self.set_class(current, "-current")
        self.step, self.label, self.state, self.current = step, label, state, current

    def stand(self, state: str) -> None:
        """Show how the step stands."""
        if state != self.state:
            self.remove_class(f"-{self.state}").add_class(f"-{state}")
            self.state = state
            self.update(_line(self.step, self.label, state, current=self.current))

    def on_click(self, event: Click) -> None:
        """Open the step."""
        event.stop()
        self.app.post_message(GoTo(self.step))


def _line(step: str, label: str, state: str, *, current: bool) -> Content:
    sign = shown(MARKS[state].shown(plain=PLAIN)) if current else glyph(state)
    if state not in WORDY or len(label) > _LABEL:
        return joined(sign, f" {label}")
    word = MARKS[state].word
    return joined(sign, f" {label:<{_LABEL}}", word if current else quiet(word))


class RailOverview(Static):
    """The way to the overview, under the steps, with its key."""

    ALLOW_SELECT = False
    DEFAULT_CSS = """
    RailOverview { height: 1; padding: 0 2; margin-top: 1; color: $text-muted; text-wrap: nowrap;
        &:hover { background: $surface; }
        &.-current { color: $foreground; background: $here; text-style: bold; }
        &:ansi { color: ansi_default; background: ansi_default; &.-current { text-style: reverse; } }
    }
    """

    def __init__(self, *, current: bool) -> None:
        super().__init__(joined("  Overview       ", "o" if current else quiet("o")))
        self.set_class(current, "-current")

    def on_click(self, event: Click) -> None:
        """Open the overview."""
        event.stop()
        self.app.post_message(GoTo(OVERVIEW))


class Rail(Vertical):
    """Every step, the overview, and what is being watched meanwhile."""

    ALLOW_SELECT = False
    DEFAULT_CSS = """
    Rail { width: 29; padding-top: 1; border-right: vkey $rule; &:ansi { border-right: none; }
        #watch { padding: 0 2; margin-top: 1; height: auto; color: $text-muted; }
    }
    """

    def __init__(self, current: str, marks: Mapping[str, str]) -> None:
        super().__init__(id="rail")
        self.current, self.marks = current, marks

    def compose(self) -> ComposeResult:
        for step in STEPS:
            yield RailStep(step.id, step.label, self.marks[step.id], current=step.id == self.current)
        yield RailOverview(current=self.current == OVERVIEW)
        yield Static("", id="watch")

    def show(self, marks: Mapping[str, str]) -> None:
        """Show each step's mark by name."""
        for step in self.query(RailStep):
            if step.step in marks:
                step.stand(marks[step.step])

    def tell(self, watch: Text) -> None:
        """Show the line about the watch."""
        changed(self.query_one("#watch", Static), shown(watch))


class Marks:
    """The marks of one screen's rail, made anew only when something was judged anew: they are asked for every second."""

    def __init__(self, current: str) -> None:
        self._current = current
        self._of: tuple[Session, dict[str, str]] | None = None

    def of(self, session: Session) -> dict[str, str]:
        """The mark of each step by its id; the same object while nothing has changed."""
        if self._of is None or not session.stands_as(self._of[0]):
            self._of = session, marks(session.report, session.states, self._current)
        return self._of[1]


def marks(report: Report | None, states: Mapping[str, State], current: str) -> dict[str, str]:
    """The mark of each step by its id; the current one is being done while it is open."""
    found = {step.id: mark_of_step(step.id, report, states) for step in STEPS}
    if found.get(current) == State.OPEN.value:
        found[current] = "doing"
    return found


def mark_of_step(step: str, report: Report | None, states: Mapping[str, State]) -> str:
    """The mark of one step. A record that was saved wrongly is mended at the records, whichever finding tells of it."""
    if report and step == "records" and states[step] in (State.OPEN, State.DONE) and mistake(report):
        return "blocked"
    return step_mark(states[step], findings_of(step, report) if report else ())


def rail_line(marks: Mapping[str, str], current: str) -> Content:
    """The rail in one line: a glyph each, the current one in a block."""
    parts = [
        styled(f" {MARKS[name].shown(plain=PLAIN)} ", "$span-here") if step == current else glyph(name)
        for step, name in marks.items()
    ]
    return shown(" ").join(parts)

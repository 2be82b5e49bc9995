"""The frame of every screen: where am I, how does it stand, what is the evidence, what do I do now.

A subclass says what is its own (`compose_body`, `show`, `verdict`, `primary`, `pauses`); the frame keeps the rail, the
title's live note, looking, pausing, the panel for "could not look" and the one button. Live news never moves the
button or the focus.
"""

import inspect
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.events import Mount
from textual.widgets import Button, Input, OptionList, Static

from seswizard.core.facts import Facts
from seswizard.core.findings import Report, worst_first
from seswizard.core.steps import STEP, STEPS, State, after, findings_of, unmet
from seswizard.look.session import Session
from seswizard.tui import words
from seswizard.tui.blindness import blindness
from seswizard.tui.looking import LookingScreen
from seswizard.tui.messages import FactsChanged, GoTo, WriteEnded
from seswizard.tui.paint import Text, changed, quiet, shown
from seswizard.tui.terminal import TOO_SMALL, take_size
from seswizard.tui.watch import watch_line
from seswizard.tui.widgets.blind import Blindness, BlindPanel
from seswizard.tui.widgets.countdown import ago, countdown
from seswizard.tui.widgets.finding import Findings
from seswizard.tui.widgets.key_footer import KeyFooter
from seswizard.tui.widgets.rail import OVERVIEW, Marks, Rail, rail_line
from seswizard.tui.widgets.top import TopBar, place
from seswizard.tui.widgets.verdict import Verdict
from seswizard.tui.words import Do, Say

__all__ = ["Do", "Say", "StepScreen"]


class StepScreen(LookingScreen):
    """A step's screen, in set-up as in health. Used as it is, it shows the step's findings."""

    CSS_PATH = Path(__file__).with_name("app.tcss")
    AUTO_FOCUS = "#go"
    HELP = ""
    heading: ClassVar[str] = ""
    """The title; the step's label where empty."""
    step: str = ""
    """The step's id, or `overview`."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "Back", show=False, id="step.leave", tooltip="Leave the field, close the help, or go back"),
        Binding(
            "f4", "copy_command", "Copy command", key_display="F4", id="step.command", tooltip="Copy the command that mends it"
        ),
        *(
            Binding(key, f"scroll_or_move('{way}')", way, show=False, system=True)
            for key, way in (
                ("up", "up"),
                ("down", "down"),
                ("pageup", "page_up"),
                ("pagedown", "page_down"),
                ("home", "home"),
                ("end", "end"),
            )
        ),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._do: Do | None = None
        self._marks = Marks(self.step)
        self._railed: dict[str, str] | None = None
        """The marks that the rail shows."""
        self._framed: Session | None = None
        """The session at the last news."""

    # ---- what a subclass says -------------------------------------------------------------------------------

    def compose_body(self) -> ComposeResult:
        """The evidence; the step's findings unless a subclass has more to show."""
        yield Findings(id="findings")

    async def show(self, facts: Facts, report: Report) -> None:
        """Bring the body up to date; called after mounting and whenever the session holds new facts."""
        for findings in self.query("#findings").results(Findings):
            await findings.show(*worst_first(findings_of(self.step, report)), said=self.said())

    def verdict(self) -> Say:
        """How it stands: the step's worst finding speaks, or the step's reason while it is to do."""
        return self.usual_verdict()

    def primary(self) -> Do | None:
        """The one button; None hides the row."""
        return self.way_on()

    def note(self) -> Text:
        """The live note in the title."""
        return self.usual_note()

    def conceal(self) -> None:
        """Take away what belongs in no picture of the screen."""

    # ---- what a subclass may use ----------------------------------------------------------------------------

    @property
    def state(self) -> State:
        """How this step stands."""
        return self.session.states.get(self.step, State.OPEN)

    def usual_verdict(self) -> Say:
        """The verdict that every step can give."""
        return words.usual_verdict(self.step, self.session, self.blindness())

    def waiting_since(self) -> str:
        """`waiting for 6 min 40 s`, while this step waits."""
        return words.waiting_since(self.step, self.session) if self.step in STEP else ""

    def way_on(self, sentence: Text = "") -> Do:
        """The button that opens the next step."""
        step = after(self.step, self.session.states) if self.step in STEP else STEPS[0].id
        if step == self.step:
            return Do("Open the overview", sentence or "every step, worst first", lambda: self.go_to(OVERVIEW))
        return Do(f"Go on to {STEP[step].label}", sentence or words.beside(step), lambda: self.go_to(step))

    def first(self) -> Do | None:
        """The button that opens the step which has to come before this one; None where nothing has to."""
        missing = unmet(self.step, self.session.states)
        if not missing or self.state not in (State.OPEN, State.BLOCKED):
            return None
        return Do(f"Open {STEP[missing[0]].label}", "it comes first", lambda: self.go_to(missing[0]))

    def said(self) -> str:
        """The verdict's sentence: findings need not say it again."""
        return shown(self.verdict().sentence).plain

    def usual_note(self) -> Text:
        """When it looks next, or how long ago it looked."""
        now = self.session.services.clock.monotonic()
        if self.session.report is None:
            return ""
        if self.paused:
            return quiet("paused, space resumes")
        if self.eager:
            return quiet("looking every second")
        if self.looking:
            return quiet("looking now")
        if self.due is not None:
            return countdown("next look", self.due - now)
        news = self.app.news_line()
        if news and self.has_class("-narrow"):
            return shown(news).split("\n", include_separator=False)[0]
        looked = [self.session.looked[part] for part in self.parts if part in self.session.looked]
        return ago(now - min(looked)) if looked else ""

    def blindness(self) -> Blindness | None:
        """Why this step could not be looked at, if so."""
        return blindness(self.step, self.session)

    def go_to(self, step: str) -> None:
        """Open a step or the overview."""
        self.app.post_message(GoTo(step))

    def refresh_frame(self) -> None:
        """Bring everything around the body up to date; call it when the screen's own state has changed."""
        if self.query_one_optional("#why") is None:
            return
        self.query_one(TopBar).show(*place(self.session))
        blind = self.blindness()
        say = self.verdict()
        self.query_one(Verdict).say(say.level, say.sentence, say.then)
        do = Do("Try again", "nothing is lost", self.action_look_now) if blind else self.primary()
        self.query_one("#do").visible = do is not None
        if do is not None:
            button = self.query_one("#go", Button)
            label = shown(do.label)
            if button.label != label:
                button.label = label
                button.refresh(layout=True)
            button.set_class(do.run is None, "-off")
            changed(self.query_one("#why", Static), do.sentence)
        self._do = do
        self.refresh_bindings()
        self.tick()

    # ---- the frame ------------------------------------------------------------------------------------------

    def compose(self) -> ComposeResult:
        take_size(self)
        yield TopBar()
        with Horizontal(id="frame"):
            yield Rail(self.step, self._marks.of(self.session))
            with Vertical(id="page"):
                with Horizontal(id="title"):
                    label = STEP[self.step].label if self.step in STEP else ""
                    yield Static(shown(self.heading or label), id="title-name")
                    yield Static("", id="title-note", classes="quiet")
                    yield Static("", id="rail-line")
                say = self.verdict()
                yield Verdict(say.level, say.sentence, say.then)
                with VerticalScroll(id="body", can_focus=False):
                    yield BlindPanel()
                    with Vertical(id="evidence"):
                        yield from self.compose_body()
                with Horizontal(id="do"):
                    do = self.primary()
                    yield Button(shown(do.label if do else ""), variant="primary", compact=True, id="go")
                    yield Static("", id="why", classes="quiet")
        yield KeyFooter()
        yield Static(TOO_SMALL, id="too-small")

    @on(Mount)
    @on(FactsChanged)
    async def _bring_up_to_date(self) -> None:
        blind = self.blindness()
        self.set_class(blind is not None, "-blind")
        await self.query_one(BlindPanel).show(blind)
        facts, report = self.session.facts, self.session.report  # They may have changed meanwhile.
        if facts is not None and report is not None:
            await self.show(facts, report)
        framed, self._framed = self._framed, self.session
        if not self.session.stands_as(framed):
            self.refresh_frame()
        elif not self.eager:
            self.tick()

    @on(WriteEnded)
    def _after_write(self) -> None:
        self.action_look_now()

    def tick(self) -> None:
        """Bring whatever counts seconds up to date."""
        if self.query_one_optional("#why") is None:
            return
        changed(self.query_one("#title-note", Static), self.note())
        self._tick_rail()
        say = self.verdict()
        self.query_one(Verdict).say(say.level, say.sentence, say.then)

    def _tick_rail(self) -> None:
        rail, marks = self.query_one(Rail), self._marks.of(self.session)
        if marks is not self._railed:
            self._railed = marks
            rail.show(marks)
            changed(self.query_one("#rail-line", Static), rail_line(marks, self.step) if self.session.name else "")
        if rail.display:  # It counts seconds: not worth a layout each where it is not seen.
            rail.tell(watch_line(self.session, self.app.watch_left(), self.app.news))

    # ---- keys -----------------------------------------------------------------------------------------------

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """The command's key is there while there is a command."""
        if action == "copy_command":
            blind = self.blindness()
            return blind is not None and bool(blind.command)
        return super().check_action(action, parameters)

    def action_copy_command(self) -> None:
        """Copy the command of the panel for "could not look"."""
        if blind := self.blindness():
            self.app.copy(blind.command, "Command")

    def action_leave(self) -> None:
        """Escape: leave the field, close the help, go back."""
        if isinstance(self.focused, Input):
            self.query_one("#go").focus()
        elif self.has_class("-help"):
            self.app.action_help()
        else:
            self.app.call_later(self.app.action_back)

    def action_scroll_or_move(self, way: str) -> None:
        """Arrows and page keys while the button has the focus: move in the list, else scroll the body."""
        helping = self.has_class("-help")
        body = self.query_one("#help-body" if helping else "#body")
        lists = [one for one in self.query(OptionList) if one.display and one.region.height]
        if lists and way in ("up", "down") and not helping:
            move = lists[0].action_cursor_up if way == "up" else lists[0].action_cursor_down
            move()
            return
        scroll: Callable[..., None] = getattr(body, f"scroll_{way}")
        scroll(animate=False)

    @on(Button.Pressed, "#go")
    def _press(self, event: Button.Pressed) -> None:
        event.stop()
        if self._do is not None and self._do.run is not None:
            self._carry_out(self._do.run)

    @work(exclusive=True, group="do", description="what the button says")
    async def _carry_out(self, run: Callable[[], Awaitable[None] | None]) -> None:
        result = run()
        if inspect.isawaitable(result):
            await result

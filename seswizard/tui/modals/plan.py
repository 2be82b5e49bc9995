"""The plan sheet: what will be made, the same by hand, how to undo it. The verb is on the button; Escape is safe."""

from typing import ClassVar

from textual import getters, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Grid, Horizontal, VerticalScroll
from textual.widgets import Button, Static

from seswizard.core.plan import Plan, Sign
from seswizard.tui.app import SeswizardApp
from seswizard.tui.modals.sheet import Sheet
from seswizard.tui.paint import bold, joined, quiet, shown, styled

_SIGNS: dict[Sign, str] = {"+": "$level-ok", "~": "$level-advice", "-": "$level-problem"}


class ConsentButton(Button):
    """Agrees at a click, or at one press of Enter that stands alone.

    A key that is held down, or pasted line ends, come as a run of presses, and nobody has read anything meanwhile; terminals do
    not tell repeats from presses, so what tells them is that another one comes close before, on whichever screen, or after.
    """

    app = getters.app(SeswizardApp)

    def action_press(self) -> None:
        """Enter was pressed on it."""
        before, latest = self.app.enters
        quiet_before, quiet_after = self.app.consent_pauses
        if latest - before < quiet_before:
            self.app.notify("A key held down agrees to nothing: press it once.", markup=False)
        elif not quiet_after:
            self.press()
        else:
            self.set_timer(quiet_after, lambda: self.app.call_later(self._stood_alone, latest))

    def _stood_alone(self, at: float) -> None:
        """Comes behind the keys that waited while the screen was busy."""
        if self.app.enters[-1] == at and self.is_attached:
            self.press()


class PlanSheet(Sheet[bool]):
    """Consent to one plan; True only by its verb."""

    app = getters.app(SeswizardApp)
    AUTO_FOCUS = "#yes"
    HELP = """\
### What a plan is

Everything that will be made, changed or removed, before anything is done. What is made is written into a journal first,
so that `seswizard undo` can take it back.

Nothing is done until the first button is pressed, once: a key that is held down agrees to nothing. Escape closes the
sheet and nothing has happened.
"""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "decide(False)", "Not now", key_display="esc", id="plan.not-now", tooltip="Do nothing"),
        Binding("c,f2", "copy", "Copy commands", id="plan.copy", tooltip="Copy the AWS CLI lines"),
        Binding("down", "scroll(1)", "Down", show=False, system=True),
        Binding("up", "scroll(-1)", "Up", show=False, system=True),
        Binding("pagedown", "scroll(8)", "Page down", show=False, system=True),
        Binding("pageup", "scroll(-8)", "Page up", show=False, system=True),
        Binding("left", "app.focus_previous", "Previous button", show=False, system=True),
        Binding("right", "app.focus_next", "Next button", show=False, system=True),
    ]

    def __init__(self, plan: Plan) -> None:
        super().__init__()
        self.plan = plan

    def compose_sheet(self) -> ComposeResult:
        """What is on the page."""
        plan = self.plan
        yield Static(bold(f"Plan: {plan.title}"), classes="auto")
        yield Static(quiet(plan.summary), classes="auto")
        with VerticalScroll(id="sheet-body", classes="gap", can_focus=False):
            with Grid(id="changes"):
                for change in plan.changes:
                    yield Static(joined(styled(change.sign, _SIGNS[change.sign]), f" {change.what}"))
                    yield Static(shown(change.detail))
            for note in plan.notes:
                yield Static(quiet(note.lstrip()), classes="auto hung" if note.startswith(" ") else "auto")
            if plan.commands:
                yield Static("The same with the AWS CLI", classes="h")
                yield Static(shown("\n".join(plan.commands)), id="commands", classes="quiet auto")
            if plan.undo:
                yield Static("Undo", classes="h")
                yield Static(shown(plan.undo), classes="quiet auto")
        with Horizontal(classes="line gap buttons"):
            yield ConsentButton(shown(plan.verb), variant="primary", compact=True, id="yes")
            yield Button("Not now", compact=True, id="no")

    _seen = False

    def on_mount(self) -> None:
        """Consent counts once the plan was painted. Where something is removed, the focus is on the safe answer."""
        if any(change.sign == "-" for change in self.plan.changes):
            self.query_one("#no").focus()
        self.call_after_refresh(self._painted)

    def _painted(self) -> None:
        self._seen = True

    @on(Button.Pressed, "#yes")
    def _consent(self) -> None:
        if self._seen:
            self.action_decide(True)

    @on(Button.Pressed, "#no")
    def _not_now(self) -> None:
        self.action_decide(False)

    def action_decide(self, consent: bool) -> None:
        """Close with an answer."""
        if not self.close_help() and self.is_active:
            self.dismiss(consent)

    def action_copy(self) -> None:
        """Copy the AWS CLI lines."""
        self.app.copy("\n".join(self.plan.commands), "Commands")

    def action_scroll(self, lines: int) -> None:
        """Scroll the plan; the buttons stay."""
        self.query_one("#sheet-body", VerticalScroll).scroll_relative(y=lines, animate=False)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Nothing to copy where nothing is asked of AWS."""
        return bool(self.plan.commands) if action == "copy" else True

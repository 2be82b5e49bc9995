"""The application: it owns the session, the way from screen to screen, every write, and the slow watch.

Screens post `GoTo`; only this class switches screens. Reads belong to screens and end with them; writes belong here, so
that leaving a screen cannot cancel the making of a key. What is heavy is loaded after the first frame.
"""

import asyncio
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.screen import ModalScreen
from textual.widgets import Static

from seswizard.core.failure import FailureError
from seswizard.core.names import IdentityName
from seswizard.core.offer_words import watch_command
from seswizard.core.remembered import DomainChoices
from seswizard.core.steps import STEP, after, before, landing
from seswizard.look.beginning import Beginning, Rewire, begin, forget_mistyped
from seswizard.look.session import Session
from seswizard.ports import Services
from seswizard.tui.knowing import KnowingApp
from seswizard.tui.messages import Chosen, GoTo, WriteEnded, WriteProgress
from seswizard.tui.paint import mark, shown
from seswizard.tui.terminal import HEIGHTS, TOO_SMALL, WIDTHS

if TYPE_CHECKING:
    from seswizard.actions.action import Action, Outcome, Progress
    from seswizard.core.plan import Plan
    from seswizard.tui.live_proof import LiveProof
    from seswizard.tui.screens.login_live import LiveLogin
    from seswizard.tui.step_screen import StepScreen

INTERRUPTED = 130
"""What a run ends with that a person, or SIGINT, has stopped in the middle of a change."""
ONE_WORD = 1.0
"""Seconds in which a key held down, or a terminal that goes away, says nothing new."""
ANOTHER = "another"
"""What `GoTo` says for the first questions."""

NEEDS_NO_DOMAIN = ("headers", "explain")
"""The screens that only read what is pasted; the first questions lead to them too."""

__all__ = ["ANOTHER", "HEIGHTS", "TOO_SMALL", "WIDTHS", "SeswizardApp"]


class SeswizardApp(KnowingApp):
    """The wizard over whatever services it is given."""

    def __init__(
        self,
        services: Services,
        name: IdentityName | None = None,
        start: str | None = None,
        rewire: Rewire | None = None,
        proposed: tuple[str, str] = ("", ""),
    ) -> None:
        super().__init__(services, name)
        self.start, self.rewire = start, rewire
        self.proposed = proposed
        """The name to type at the first question, and why that one."""
        self._one_write = asyncio.Lock()
        self._writes = 0
        self._leaving: float | None = None
        """Since when a change is finished before leaving."""
        self._leaving_code = 0
        self._steps: list[Progress] = []
        self._plan: Plan | None = None
        """The present change, and how it went along."""

    # ---- beginning ------------------------------------------------------------------------------------------

    def compose(self) -> ComposeResult:
        name = self.session.name
        yield Static(shown(str(name) if name else "seswizard"), id="first-top")
        yield Static(mark("waiting", "  Looking at AWS and DNS.") if name else "", id="first-say")

    def on_mount(self) -> None:
        """The rest begins when the first frame is out."""
        self.leave_on_signals()
        self.session.services.waits.on_wait = lambda sentence: self.notify(sentence, markup=False)
        self.set_terminal_title(str(self.session.name or "seswizard"))
        self.call_after_refresh(self._after_first_frame)

    def _after_first_frame(self) -> None:
        self.session.services.warm()
        self.run_worker(self._begin(), group="begin", description="opening the first screen")
        self.run_worker(self.keep_watch(), group="watch", description="watching what waits")

    async def _begin(self) -> None:
        beginning = await begin(self.session.services, self.session.name, self.rewire)
        await self._take(beginning)

    async def _take(self, beginning: Beginning) -> None:
        """Show the first questions or the choice, or look at the domain and go where there is something to do."""
        if beginning.name is None:
            if not self.session.region:
                self.session = Session(self.session.services)  # There is nowhere yet to look for the name that was given.
            self.visited.clear()
            await self._switch(_asking(beginning))
            return
        session = Session(beginning.services or self.session.services, beginning.name)
        self.know(session.with_choices(beginning.choices) if beginning.choices else session)
        self.set_terminal_title(str(beginning.name))
        from seswizard.tui.screens.opening import OpeningScreen

        await self._switch(OpeningScreen())
        await self.look()
        # A sheet or the palette that was opened meanwhile stays until it is closed.
        while isinstance(self.screen, ModalScreen):  # noqa: ASYNC110 - Textual has no event for it
            await asyncio.sleep(0.2)
        await self.open(self.start or landing(self.session.states))

    def change_name(self) -> None:
        """The first questions again, with the name that was mistyped; nothing remembers it."""
        self.run_worker(self._change_name(), group="begin", exclusive=True, description="asking for the name again")

    async def _change_name(self) -> None:
        await forget_mistyped(self.session.services, self.session.choices)
        await self._take(Beginning(None, given=self.session.name))

    async def on_chosen(self, message: Chosen) -> None:
        """The first questions are answered: remember them, and go."""
        message.stop()
        self.run_worker(self._choose(message), group="begin", exclusive=True, description="opening the domain")

    async def _choose(self, chosen: Chosen) -> None:
        services = self.session.services
        if chosen.region != services.region and self.rewire is not None:
            services = self.rewire(chosen.region)
            services.warm()
        choices = DomainChoices(str(chosen.name), services.region, sends_by=chosen.sends_by)
        remembered = await begin(services, chosen.name, None)
        if chosen.new or remembered.choices is None:
            choices = replace(remembered.choices or choices, sends_by=chosen.sends_by)
            try:
                await services.state.save_choices(choices)
            except FailureError as error:
                self.notify(error.failure.title, markup=False)
        else:
            choices = remembered.choices
        await self._take(Beginning(chosen.name, choices, services))

    # ---- from screen to screen ------------------------------------------------------------------------------

    async def on_go_to(self, message: GoTo) -> None:
        """Open what a screen or the palette asked for."""
        message.stop()
        await self.open(message.step)

    async def open(self, step: str) -> None:
        """Open a step, or `overview`, in place of the present screen."""
        from seswizard.tui.screens.registry import screen_for

        if step == ANOTHER:
            await self._take(Beginning(None))
            return
        if self.session.name is None:
            if step in NEEDS_NO_DOMAIN:
                self.visited[:] = [ANOTHER, step]
                await self._switch(screen_for(step))
            return
        if self.news is not None and self.news.step == step:
            self.news = None
        if not self.visited or self.visited[-1] != step:
            self.visited.append(step)
        await self._switch(screen_for(step))

    async def _switch(self, screen: "StepScreen") -> None:
        while isinstance(self.screen, ModalScreen):
            await self.screen.dismiss(None)
        if len(self.screen_stack) == 1:
            await self.push_screen(screen)  # Upon the first frame, which cannot be switched away.
        else:
            await self.switch_screen(screen)

    async def action_back(self) -> None:
        """To the screen one came from, else to the step before."""
        if self.session.name is None:
            await self._begin()
        elif len(self.visited) > 1:
            self.visited.pop()
            await self.open(self.visited[-1])
        elif self.step in STEP and (step := before(self.step, self.session.states)) != self.step:
            self.visited.clear()
            await self.open(step)

    async def action_next(self) -> None:
        """To the next step of the road."""
        if self.step in STEP and (step := after(self.step, self.session.states)) != self.step:
            await self.open(step)

    async def action_overview(self) -> None:
        """To the overview."""
        await self.open("overview")

    async def action_open_news(self) -> None:
        """To the step that the slow watch told of."""
        if self.news is not None:
            await self.open(self.news.step)

    def action_look_now(self) -> None:
        """Look at once."""
        for screen in self.step_screens[-1:]:
            screen.action_look_now()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Hide keys that would do nothing here."""
        if action == "open_news":
            return self.news is not None
        if action in ("back", "next", "overview", "look_now") and not self.visited:
            return False
        if action in ("next", "overview", "look_now") and self.session.name is None:
            return False
        if action == "back" and len(self.visited) < 2:
            return None if self.step == "access" else True
        return True

    live_login: "LiveLogin | None" = None
    """The change of the login that is on its way or has ended in this run."""

    @cached_property
    def live_proof(self) -> "LiveProof":
        """The proof that is on its way or has ended in this run."""
        from seswizard.tui.live_proof import LiveProof

        return LiveProof()

    # ---- writing --------------------------------------------------------------------------------------------

    async def ask_for_consent(self, action: "Action") -> "Outcome | None":
        """Show the plan; on consent do it, whatever screen is open then. None without consent. Call it in a worker."""
        from seswizard.tui.modals.plan import PlanSheet

        if not await self.push_screen_wait(PlanSheet(self.pasted(action.plan))):
            return None
        ended: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()
        self._writes += 1
        self.run_worker(self._write(action, ended), group="write", description="a change that was consented to")
        return await asyncio.shield(ended)

    async def _write(self, action: "Action", ended: "asyncio.Future[Outcome]") -> None:
        try:
            async with self._one_write:
                self._steps.clear()
                self._plan = action.plan
                outcome = await self.session.services.waits.whole(action.apply(self._tell))
            await self._refresh_choices()
        finally:
            self._writes -= 1
        if not ended.done():
            ended.set_result(outcome)
        for screen in self.step_screens[-1:]:
            screen.post_message(WriteEnded(outcome))
        if self._leaving is not None and not self._writes:
            await self.action_quit()

    async def _refresh_choices(self) -> None:
        """Take over what a change has written into the state."""
        beginning = await begin(self.session.services, self.session.name, None)
        if self.session.name is not None and beginning.choices not in (None, self.session.choices):
            self.know(self.session.with_choices(beginning.choices))

    def _tell(self, progress: "Progress") -> None:
        self._steps.append(progress)
        for screen in self.step_screens[-1:]:
            screen.post_message(WriteProgress(progress))

    def export_screenshot(self, *, title: str | None = None, simplify: bool = False) -> str:
        """A picture of the screen, with no password in it."""
        for screen in self.step_screens:
            screen.conceal()
        return super().export_screenshot(title=title, simplify=simplify)

    # ---- copying, leaving -----------------------------------------------------------------------------------

    def action_copy_findings(self) -> None:
        """Copy what was found as plain text."""
        from seswizard.tui.words import findings_text

        self.copy(findings_text(self.session), "Findings")

    def action_print_findings(self) -> None:
        """Show what was found as plain text, to be copied or printed."""
        from seswizard.tui.modals.text import TextSheet
        from seswizard.tui.words import findings_text

        self.push_screen(TextSheet("What was found", findings_text(self.session)))

    async def action_quit(self) -> None:
        """Leave; a change that runs is finished first, and what waits is told how to be watched."""
        from seswizard.tui.watch import waits

        if self._writes:
            self.leave(0)
            return
        farewell = None
        if waits(self.session):
            command = self.pasted(watch_command(self.session.name, self.session.region))
            farewell = f"{self.session.name} is still waiting. To go on watching:\n  {command}"
        self.exit(farewell, return_code=self._leaving_code)

    def leave(self, code: int) -> None:
        """Leave when the change that runs is finished; told again, leave now and say what that leaves. `code`: 0 for a person."""
        now = asyncio.get_running_loop().time()
        if not self._writes:
            self.exit(return_code=code)
        elif self._leaving is None:
            self._leaving, self._leaving_code = now, code
            self.notify(
                "Leaving when the change that runs is finished, so that nothing is orphaned. Again to stop now.", markup=False
            )
        elif code in (143, INTERRUPTED) or now - self._leaving >= ONE_WORD:
            self._leaving_code = code or self._leaving_code or INTERRUPTED
            self.session.services.waits.abandon()
            from seswizard.actions.action import left_over

            left = left_over(self._plan, self._steps) if self._plan else None
            self.exit(left, return_code=self._leaving_code)


def _asking(beginning: Beginning) -> "StepScreen":
    if len(beginning.remembered) > 1:
        from seswizard.tui.screens.chooser import ChooserScreen

        return ChooserScreen(beginning.remembered)
    from seswizard.tui.screens.first_run import FirstRunScreen

    return FirstRunScreen(beginning.remembered, beginning.given)

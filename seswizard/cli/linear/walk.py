"""The walk: what is known, which step is open, and the way from one to the next. Only this knows all of them."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field

from seswizard.actions.action import Action, Outcome, Progress, left_over
from seswizard.cli.linear.asking import Asking
from seswizard.cli.linear.knowing import Knowing
from seswizard.cli.linear.talk import Talk
from seswizard.cli.linear.telling import Telling
from seswizard.core.answers_file import SetupAnswers
from seswizard.core.conversation import Line
from seswizard.core.failure import Failure
from seswizard.core.findings import Finding, Level
from seswizard.core.login import PORTS
from seswizard.core.marks import MARKS, step_mark
from seswizard.core.offer_words import slow
from seswizard.core.steps import STEP, State, unmet
from seswizard.core.text import duration
from seswizard.look.beginning import Rewire
from seswizard.look.session import Session

MINUTE = 60.0
"""Seconds after which waiting says that it still waits."""


@dataclass(frozen=True, slots=True)
class Offer:
    """One thing that can be done at a step."""

    words: str
    run: Callable[["Walk"], Awaitable[str | None]]
    """Does it; the step to open next, or None to stay."""


@dataclass(frozen=True, slots=True)
class LinearStep:
    """A step as lines: what to look at, what is so, and what can be done."""

    parts: frozenset[str]
    facts: Callable[["Walk"], Iterable[str]]
    offers: Callable[["Walk"], Iterable[Offer]]
    beside: Callable[["Walk"], Iterable[Finding]] = lambda _walk: ()
    """Findings of other steps that are told here too."""


@dataclass(slots=True)
class Walk(Knowing):
    """One person on the road."""

    talk: Talk
    answers: SetupAnswers = field(default_factory=SetupAnswers)
    """What was answered beforehand."""
    rewire: Rewire | None = None
    no_wizard: str = ""
    """Why the full-screen wizard cannot be opened here; empty where it can."""
    visited: list[str] = field(default_factory=list)
    port: int = PORTS[0][0]
    """Where the login is proven."""
    heard: list[Line] = field(default_factory=list)
    """The last conversation with SES."""
    login_proven: bool = False
    records_told: bool = False
    """Whether the person has heard every record: then going on comes first."""
    console_told: bool = False
    """Whether the person has heard where production access is asked for: then going on comes first."""
    may_stop: bool = False
    """Whether a change that runs may be broken off: only while nothing is left to do but wait."""
    tell: Telling = field(init=False)
    ask: Asking = field(init=False)

    def __post_init__(self) -> None:
        """The two halves of talking."""
        self.tell, self.ask = Telling(self.talk.write), Asking(self.talk)

    def begin_with(self, session: Session) -> None:
        """Walk with another name: nothing that was told or seen is about it."""
        self.session, self.tell = session, Telling(self.talk.write)
        self.visited.clear()
        self.heard.clear()
        self.login_proven = self.records_told = self.console_told = False

    def word(self, step: str) -> str:
        """How a step stands, in a word."""
        found = self.found(step)
        if any(one.level is Level.UNKNOWN for one in found) and self.session.states[step] is State.OPEN:
            return MARKS["unknown"].word
        return MARKS[step_mark(self.session.states[step], found)].word

    def tell_step(self, step: str, linear: LinearStep) -> bool:
        """Tell what is new of a step; whether anything was."""
        if step not in STEP:
            return self.tell.facts(step, linear.facts(self))
        missing = [STEP[one].label for one in unmet(step, self.session.states)]
        open_now = self.session.states[step] in (State.OPEN, State.BLOCKED)
        first = f" First: {' and '.join(missing)}." if missing and open_now else ""
        told = self.tell.facts(step, (f"Status: {self.word(step)}.{first}", *linear.facts(self)))
        return self.tell.findings(step, (*self.found(step), *linear.beside(self))) or told

    def failed(self, failure: Failure) -> None:
        """Why nothing was done, and the way out."""
        self.tell.say(f"problem: {failure.title} ({failure.kind})")
        if failure.remedy:
            self.tell.say(f"do: {failure.remedy}")
        if failure.command:
            self.tell.value("command", failure.command)

    async def carry_out(self, action: Action) -> Outcome | None:
        """Show the plan, ask, and do it; None without consent."""
        if not await self.ask.consent(action.plan):
            self.tell.say("Nothing was done.")
            return None
        return await self.apply(action)

    async def apply(self, action: Action) -> Outcome:
        """Do what was consented to. Ctrl-C lets it finish first, for half a change is worse than either end; twice ends it."""
        steps: list[Progress] = []

        def told(progress: Progress) -> None:
            steps.append(progress)
            self.told(progress)

        change = action.apply(told)
        writing = asyncio.ensure_future(change if self.may_stop else self.services.waits.whole(change))
        started, clock = self.services.clock.monotonic(), self.services.clock
        try:
            while not writing.done():
                minute = asyncio.ensure_future(clock.sleep(MINUTE))
                await asyncio.wait({writing, minute}, return_when=asyncio.FIRST_COMPLETED)
                minute.cancel()
                if not writing.done():
                    waited = clock.monotonic() - started
                    self.tell.say(f"waiting: for {'; '.join(filter(None, (duration(waited), slow(waited))))}.")
        except asyncio.CancelledError:
            if self.may_stop:
                writing.cancel()
            try:
                await asyncio.wait({writing})
            finally:
                if writing.cancelled() or not writing.done():
                    self.tell.say(left_over(action.plan, steps))
            raise
        finally:
            self.may_stop = False
        outcome = writing.result()
        if outcome.failure:
            self.tell.say(outcome.title)
            self.failed(outcome.failure)
        else:
            self.tell.say(f"done: {outcome.title}")
        await self.take_over_choices()
        return outcome

    def told(self, progress: Progress) -> None:
        """One thing of a plan, when it has ended or waits."""
        if progress.state != "doing":
            self.tell.say(f"{progress.state}: {progress.what}: {progress.detail}")

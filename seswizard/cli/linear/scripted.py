"""What every step of the scripted set-up does: a plan before a change, consent, waiting, and stops with an exit code."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from typing import TypeVar

import click

from seswizard.actions.action import Action
from seswizard.cli.consent import carried_out, exit_of
from seswizard.cli.linear.emitting import Emitter
from seswizard.cli.linear.how import How
from seswizard.cli.linear.knowing import Knowing
from seswizard.cli.linear.road_words import still_waiting
from seswizard.cli.options import on_terminal
from seswizard.cli.send import failure_finding
from seswizard.core.answers_file import SetupAnswers
from seswizard.core.failure import Failure, FailureError
from seswizard.core.findings import Finding, Level
from seswizard.core.pacing import dns_pauses
from seswizard.core.plan import Plan
from seswizard.core.step_words import WAITED_FOR
from seswizard.look.document import records_document

T = TypeVar("T")

THROTTLED = "access.throttled"
MINUTE = 60.0
"""Seconds after which waiting says that it still waits."""


class StoppedError(Exception):
    """The set-up cannot go on by itself."""

    def __init__(self, level: Level, code: int, title: str, kind: str = "", untold: tuple[str, Finding] | None = None) -> None:
        super().__init__(title)
        self.level, self.code, self.title, self.kind = level, code, title, kind
        self.untold = untold
        """A step and its finding, to be told if the set-up really ends here."""


@dataclass(slots=True)
class Scripted(Knowing):
    """One run, and how much of it is agreed to."""

    answers: SetupAnswers
    emit: Emitter
    how: How
    _waited: float = 0.0
    _planned: dict[str, Plan] = field(default_factory=dict)
    """The plan of each step as it was told last."""

    async def carry_out(self, step: str, action: Action) -> bool:
        """Show the plan and do it; whether anything was to be done.

        Raises:
            StoppedError: there was no consent, or it stopped half-way.
        """
        if not action.plan.changes:
            self.emit.note(step, "done", "It is there already.")
            return False
        if self._planned.get(step) != action.plan:
            self.emit.plan(step, action.plan, on_stdout=self.how.dry_run)
        self._planned[step] = action.plan
        if self.how.dry_run:
            return False
        if not self.how.yes:
            _ask(action.plan)
        outcome = await carried_out(action, lambda progress: self.emit.progress(step, progress))
        if outcome.failure:
            raise self.refused(step, outcome.failure)
        self.emit.note(step, "done", outcome.title)
        return True

    def refused(self, step: str, failure: Failure, code: int | None = None) -> StoppedError:
        """Why a step cannot be done: the stop that follows from it, which tells it."""
        code = exit_of(failure.kind) if code is None else code
        level = {3: Level.UNKNOWN, 4: Level.WAITING}.get(code, Level.PROBLEM)
        return StoppedError(level, code, failure.title, failure.kind, (step, replace(failure_finding(failure), level=level)))

    async def unthrottled(self, work: Callable[[], Awaitable[T]]) -> T:
        """Do it; where AWS asks for fewer calls, waiting includes waiting for that, and it is done again as far as it is not.

        Raises:
            StoppedError: something else stops it, nothing is waited for, or the time is up.
        """
        clock, pauses, said = self.services.clock, dns_pauses(0.0), -MINUTE
        while True:
            started, waited = clock.monotonic(), self._waited
            try:
                return await work()
            except (StoppedError, FailureError) as error:
                stop = error if isinstance(error, StoppedError) else self.refused("end", error.failure, 3)
            # What `work` itself has waited for is part of the time since it began.
            self._waited = waited + clock.monotonic() - started
            left = self._left()
            if not self.how.wait or stop.kind != THROTTLED or (left is not None and left <= 0):
                raise stop
            if clock.monotonic() - said >= MINUTE:
                said = clock.monotonic()
                self.emit.note("access", "waiting", f"{stop.title} It is tried again until AWS answers.")
            pause = next(pauses) if left is None else min(next(pauses), left)
            self._waited += pause
            await clock.sleep(pause)

    def _left(self) -> float | None:
        """Seconds that waiting may still take; None for as long as it takes."""
        return None if self.how.timeout is None else self.how.timeout - self._waited

    def records(self) -> None:
        """Tell the records to publish."""
        facts = self.session.facts
        if facts is None or not facts.records:
            return
        self.emit.records("records", records_document(self.session))

    def waited_for(self) -> tuple[Finding, ...]:
        """What stands between the name and its being verified."""
        return tuple(one for step in WAITED_FOR for one in self.found(step) if one.level is not Level.OK)

    def tell_waited(self) -> bool:
        """Tell what is new of that; whether anything was."""
        news = [self.emit.findings(step, self.found(step)) for step in WAITED_FOR]
        return any(news)

    async def wait_until(self, enough: Callable[[], bool]) -> bool:
        """Look again until it is enough, or the time is up, or SES has given up; whether it was enough."""
        clock = self.services.clock
        started = said = clock.monotonic()
        for pause in dns_pauses():
            left = self._left()
            left = None if left is None else left - (clock.monotonic() - started)
            if (left is not None and left <= 0) or any(one.id == "identity.failed" for one in self.found("domain")):
                break
            await clock.sleep(pause if left is None else min(pause, left))
            await self.look_at_spread()
            if self.tell_waited():
                said = clock.monotonic()
            if enough():
                break
            if clock.monotonic() - said >= MINUTE:
                said = clock.monotonic()
                self.emit.note("propagation", "waiting", still_waiting(said - started, self.session.report))
        self._waited += clock.monotonic() - started
        return enough()


def _ask(plan: Plan) -> None:
    """Ask a person who is there for consent to the plan that was just told.

    Raises:
        StoppedError: there is none.
    """
    if not on_terminal():
        raise StoppedError(Level.WAITING, 2, "Nothing was done: say --yes to agree to this plan and to those that follow.")
    if not click.confirm(f"{plan.verb}?", default=False, err=True):
        raise StoppedError(Level.WAITING, 0, "Nothing was done.")

"""Every change is written to the journal before it is made, and how it ended after it."""

from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import TypeVar

from seswizard.actions.action import Progress, Say
from seswizard.core.failure import FailureError
from seswizard.core.remembered import Entry
from seswizard.ports import Services

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Step:
    """One change of a plan, as the journal names it."""

    action: str
    """`iam-user.create`"""
    kind: str
    thing: str
    what: str
    """The words of the plan: `IAM user`."""
    detail: str


@dataclass(frozen=True, slots=True)
class Journalled:
    """Makes the changes of one action for one identity."""

    services: Services
    domain: str
    account: str
    say: Say

    async def make(
        self,
        step: Step,
        call: Callable[[], Awaitable[T]],
        *,
        note: Mapping[str, str] | None = None,
        after: Callable[[T], Mapping[str, str]] | None = None,
    ) -> T:
        """Announce, do, record; a cancellation comes before or after. `after` adds to `note` what only the answer tells.

        Whatever ends the call, the journal gets its line: an intent without an end is left by a killed process alone.

        Raises:
            FailureError: the call failed; the journal says so, for the call may have worked all the same.
        """
        detail = dict(note or {})
        self.say(Progress(step.what, step.detail, "doing"))
        await self.write(step, "intent", detail)
        return await self.services.waits.whole(self._done(step, call, detail, after))

    async def _done(
        self,
        step: Step,
        call: Callable[[], Awaitable[T]],
        detail: Mapping[str, str],
        after: Callable[[T], Mapping[str, str]] | None,
    ) -> T:
        try:
            answer = await call()
        except FailureError as error:
            await self.write(step, "failed", {**detail, "failure": error.failure.kind})
            self.say(Progress(step.what, error.failure.title, "failed"))
            raise
        except BaseException as error:
            with suppress(FailureError):  # what was raised is the news
                await self.write(step, "failed", {**detail, "failure": type(error).__name__})
            raise
        await self.write(step, "done", {**detail, **(after(answer) if after else {})})
        self.say(Progress(step.what, step.detail, "done"))
        return answer

    async def write(self, step: Step, phase: str, detail: Mapping[str, str]) -> None:
        """One line of the journal."""
        await self.services.journal.write(
            Entry(
                self.services.clock.now(),
                self.domain,
                self.services.region,
                self.account,
                step.action,
                phase,
                step.kind,
                step.thing,
                tuple(sorted(detail.items())),
            )
        )

    async def undone(self, action: str, kind: str, thing: str, detail: Mapping[str, str] | None = None) -> None:
        """A thing that an earlier line says was made is there no more."""
        await self.write(Step(action, kind, thing, "", ""), "undone", detail or {})

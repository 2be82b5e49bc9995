"""The shape of every change: a plan to show, and `apply`, which tells how it goes along and how it ended."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, Protocol

from seswizard.core.failure import Failure
from seswizard.core.plan import Plan


@dataclass(frozen=True, slots=True)
class Progress:
    """One thing of a plan, as it goes along."""

    what: str
    """The same words as the plan's change: `IAM user`."""
    detail: str
    state: Literal["doing", "done", "waiting", "failed"]


Say = Callable[[Progress], None]
"""Called on the event loop; must not raise and must not block."""


def silent(_progress: Progress) -> None:
    """For callers that show nothing."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How an action ended."""

    title: str
    """What is so now, one sentence."""
    failure: Failure | None = None
    """Why it stopped; what was done until then is in the journal."""

    @property
    def ok(self) -> bool:
        """Whether everything of the plan was done."""
        return self.failure is None


@dataclass(slots=True)
class Begun:
    """Hears how a change goes along, and knows whether anything of it was begun."""

    say: Say
    yes: bool = False

    def __call__(self, progress: Progress) -> None:
        """Pass it on."""
        self.yes = True
        self.say(progress)

    def stopped(self, unfinished: str, failure: Failure) -> Outcome:
        """How it ended: what is so where something was begun, else that nothing was done."""
        return Outcome(unfinished if self.yes else "Nothing was done.", failure)


CHANGED = Failure(
    "login.changed",
    "Something changed since the plan was made; nothing was done.",
    remedy="Look at the new plan: run it again.",
    retry=True,
)


def left_over(plan: Plan, steps: list[Progress]) -> str:
    """What a change that was broken off leaves, in a line."""
    if not steps:
        return "Ended before anything was changed."
    done = dict.fromkeys(one.what for one in steps if one.state == "done")
    told = ["Ended in the middle of this change."]
    if done:
        told.append(f"Done so far: {', '.join(done)}.")
    if steps[-1].state == "doing":
        told.append(f"Perhaps half done: {steps[-1].what}.")
    makes_key = any((one.sign, one.what) == ("+", "Access key") for one in plan.changes)
    if makes_key and "Access key" in done and "Password" not in done:
        told.append("A new access key is left, and nothing keeps its password.")
    return " ".join((*told, "Run it again: it finishes that, or removes it."))


class Action(Protocol):
    """A change that was prepared by looking, and waits for consent."""

    @property
    def plan(self) -> Plan:
        """What will be done; an empty tuple of changes means that nothing is left to do."""

    async def apply(self, say: Say) -> Outcome:
        """Do it. Never raises `FailureError`; journal before, vault before message."""

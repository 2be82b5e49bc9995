"""Taking things back: what is to be removed, and the loop that removes it, shared by undo and revoke."""

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass

from seswizard.actions.journalled import Journalled, Step
from seswizard.core.plan import Change


@dataclass(frozen=True, slots=True)
class Removal:
    """One thing to take back."""

    change: Change
    step: Step
    call: Callable[[], Awaitable[object]]
    note: tuple[tuple[str, str], ...] = ()
    """What the journal keeps of it when it is gone."""


def removal(kind: str, thing: str, what: str, command: str, call: Callable[[], Awaitable[object]]) -> Removal:
    """A removal in the plan's and the journal's words."""
    return Removal(Change("-", what, thing, command), Step(f"{kind}.delete", kind, thing, what, thing), call)


async def take_back(journal: Journalled, removals: Iterable[Removal]) -> None:
    """Remove in this order; what is gone already is fine.

    Raises:
        FailureError: one could not be removed; what follows it was left alone.
    """
    for one in removals:
        await journal.make(one.step, one.call, note=dict(one.note))
        await journal.undone(one.step.action, one.step.kind, one.step.thing)

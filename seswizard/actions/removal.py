"""Taking things back: what is to be removed, and the loop that removes it, shared by undo and revoke.

AWS's word that something was deleted is no proof: nothing is called gone before a look has not found it any more.
"""

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass

from seswizard.actions.journalled import Journalled, Step
from seswizard.core.failure import Failure, FailureError
from seswizard.core.plan import Change
from seswizard.ports import Services

Look = Callable[[], Awaitable[bool]]
"""Whether a thing is still there."""
PATIENCE = 60.0
"""Seconds in which a deleted thing may still be seen: IAM's lists lag, and a queue's deletion takes up to a minute
(https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_DeleteQueue.html)."""
_PAUSE = 2.0


@dataclass(frozen=True, slots=True)
class Removal:
    """One thing to take back."""

    change: Change
    step: Step
    call: Callable[[], Awaitable[object]]
    there: Look | None = None
    """Whether it is still there; None for what gets a former value back."""
    note: tuple[tuple[str, str], ...] = ()
    """What the journal keeps of it when it is gone."""


def removal(kind: str, thing: str, what: str, command: str, call: Callable[[], Awaitable[object]], there: Look) -> Removal:
    """A removal in the plan's and the journal's words."""
    return Removal(Change("-", what, thing, command), Step(f"{kind}.delete", kind, thing, what, thing), call, there)


def is_there(look: Callable[[], Awaitable[object | None]]) -> Look:
    """Whether what a port looks for is there."""

    async def there() -> bool:
        return await look() is not None

    return there


async def take_back(journal: Journalled, removals: Iterable[Removal]) -> None:
    """Remove in this order; what is gone already is fine.

    The keys are looked for before any password goes: a key that still works must not lose the password that tells of it.
    The rest is looked for at the end, so that things which AWS forgets slowly are waited for together.

    Raises:
        FailureError: one could not be removed, or is still there; what follows it was left alone.
    """
    unsure: list[Removal] = []
    for one in removals:
        if one.step.kind == "vault":
            await _gone(journal, unsure)
        await journal.make(one.step, one.call, note=dict(one.note))
        unsure.append(one)
    await _gone(journal, unsure)


async def _gone(journal: Journalled, unsure: list[Removal]) -> None:
    while unsure:
        one = unsure[0]
        if one.there:
            await surely_gone(journal.services, f"{one.change.what} {one.step.thing}", one.there, one.change.command)
        await journal.undone(one.step.action, one.step.kind, one.step.thing)
        unsure.pop(0)


async def surely_gone(services: Services, what: str, there: Look, command: str = "") -> None:
    """Look until a deleted thing is not seen any more.

    Raises:
        FailureError: it is still there after a minute, or could not be looked at.
    """
    until = services.clock.monotonic() + PATIENCE
    while await there():
        if services.clock.monotonic() >= until:
            raise FailureError(still_there(what, command))
        await services.clock.sleep(_PAUSE)


def still_there(what: str, command: str = "") -> Failure:
    """Deleted, by its answer, and yet to be seen."""
    return Failure(
        "removal.still-there",
        f"{what} is still there, although its deletion was accepted.",
        remedy="Run it again; if it stays, delete it by hand." if command else "Run it again.",
        command=command,
        retry=True,
    )

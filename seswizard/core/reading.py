"""A reading of the world: what was seen, or why one could not look. The two are never mixed."""

from collections.abc import Awaitable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Generic, TypeVar

from seswizard.core.failure import Failure, FailureError

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Seen(Generic[T]):
    """A value, who said so, and when."""

    value: T
    source: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Unseen:
    """Nothing is known, and why. This says nothing about the thing itself."""

    failure: Failure
    source: str
    at: datetime

    def of(self, what: str) -> "Unseen":
        """The same cause for another thing that it kept from being seen."""
        return replace(self, failure=replace(self.failure, detail=what))


Reading = Seen[T] | Unseen


async def reading(asked: Awaitable[T], source: str, at: datetime) -> Reading[T]:
    """Await one look; a gateway's failure becomes an `Unseen`."""
    try:
        return Seen(await asked, source, at)
    except FailureError as error:
        return Unseen(error.failure, source, at)

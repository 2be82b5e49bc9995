"""Preparing a change of a login: what only a person can decide is asked, and it is prepared anew. Each face asks its way."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

from seswizard.core.failure import Failure
from seswizard.core.login_wish import Decision, LoginWish, to_decide

T = TypeVar("T")
Prepare = Callable[[LoginWish], Awaitable[T | Failure]]
Decide = Callable[[Decision, Failure, LoginWish], Awaitable[LoginWish | None]]
"""Asks a person; the wish as it is then, or None where nothing was decided."""


async def settled(prepare: Prepare[T], wish: LoginWish, decide: Decide, *, kept: bool) -> tuple[T | Failure, LoginWish]:
    """The prepared change, or the failure that nobody mended; and the wish as it is then. `kept` as in `to_decide`."""
    while True:
        prepared = await prepare(wish)
        if not isinstance(prepared, Failure):
            return prepared, wish
        decision = to_decide(prepared, wish, kept=kept)
        changed = await decide(decision, prepared, wish) if decision else None
        if changed is None:
            return prepared, wish
        wish = changed

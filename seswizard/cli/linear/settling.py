"""Preparing a change of a login: what only a person can decide is asked, and it is prepared anew."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import TypeVar

from seswizard.cli.linear.keeping import ask_keep
from seswizard.cli.linear.walk import Walk
from seswizard.core.failure import Failure
from seswizard.core.login_wish import LoginWish, to_decide

T = TypeVar("T")


async def settled(walk: Walk, wish: LoginWish, prepare: Callable[[LoginWish], Awaitable[T | Failure]]) -> T | Failure:
    """The prepared change, or the failure that was told and that nobody mended.

    Raises:
        Away: the person went somewhere instead.
    """
    while True:
        prepared = await prepare(wish)
        if not isinstance(prepared, Failure):
            return prepared
        walk.failed(prepared)
        changed = await _decided(walk, wish, prepared)
        if changed is None:
            return prepared
        wish = changed


async def _decided(walk: Walk, wish: LoginWish, failure: Failure) -> LoginWish | None:
    """The wish with what the person decided; None where nothing can be decided, or is left for now."""
    kept_before = walk.session.choices is not None and bool(walk.session.choices.login_keep)
    decide = to_decide(failure, wish, kept=kept_before)
    if decide == "keep":
        if await walk.ask.choose("And now?", ("Choose another keep", "Leave it for now"), 0):
            return None
        return replace(wish, keep=await ask_keep(walk))
    if decide == "adopt":
        ways = ("Leave it for now", "Let it have our policy and a key of ours; everything else of it stays")
        return replace(wish, adopt=True) if await walk.ask.choose("And now?", ways, 0) else None
    if decide == "retire":
        keys = failure.detail.split()
        at = await walk.ask.choose("Which key is given up? Programs that use it can send no more", ("None of them", *keys), 0)
        return replace(wish, retire=keys[at - 1]) if at else None
    return None

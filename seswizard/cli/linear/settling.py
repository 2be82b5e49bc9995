"""What a person decides about a login, as numbered questions; each answer is safe at first."""

from dataclasses import replace
from functools import partial
from typing import TypeVar

from seswizard.actions.settling import Prepare
from seswizard.actions.settling import settled as settled_by
from seswizard.cli.linear.keeping import ask_keep
from seswizard.cli.linear.walk import Walk
from seswizard.core.failure import Failure
from seswizard.core.login_wish import ADOPTED, Decision, LoginWish
from seswizard.core.offer_words import ANOTHER_KEEP, LEAVE

T = TypeVar("T")


async def settled(walk: Walk, wish: LoginWish, prepare: Prepare[T]) -> T | Failure:
    """The prepared change, or the failure that was told and that nobody mended.

    Raises:
        Away: the person went somewhere instead.
    """

    async def told(wanted: LoginWish) -> T | Failure:
        prepared = await prepare(wanted)
        if isinstance(prepared, Failure):
            walk.failed(prepared)
        return prepared

    kept = walk.session.choices is not None and bool(walk.session.choices.login_keep)
    return (await settled_by(told, wish, partial(_decide, walk), kept=kept))[0]


async def _decide(walk: Walk, decision: Decision, failure: Failure, wish: LoginWish) -> LoginWish | None:
    """The wish with what the person decided; None where it is left for now."""
    if decision == "keep":
        if await walk.ask.choose("And now?", (ANOTHER_KEEP, LEAVE), 0):
            return None
        return replace(wish, keep=await ask_keep(walk))
    if decision == "adopt":
        ways = (LEAVE, f"Let it have {ADOPTED}")
        return replace(wish, adopt=True) if await walk.ask.choose("And now?", ways, 0) else None
    keys = failure.detail.split()
    at = await walk.ask.choose("Which key is given up? Programs that use it can send no more", ("None of them", *keys), 0)
    return replace(wish, retire=keys[at - 1]) if at else None

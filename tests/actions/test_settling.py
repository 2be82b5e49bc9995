"""What a person decides about a login is asked once each, by whichever face, and then it is prepared anew."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from seswizard.actions.settling import settled
from seswizard.core.failure import Failure
from seswizard.core.keep import KeepChoice
from seswizard.core.login_wish import Decision, LoginWish

FAILURES = {
    "keep": Failure("login.vault-missing", "No keep."),
    "adopt": Failure("login.user-not-ours", "Not ours."),
    "retire": Failure("login.two-keys", "Two keys.", "AKIA1 AKIA2"),
}
ANSWERS: dict[str, Callable[[LoginWish], LoginWish]] = {
    "keep": lambda wish: replace(wish, keep=KeepChoice("show")),
    "adopt": lambda wish: replace(wish, adopt=True),
    "retire": lambda wish: replace(wish, retire="AKIA2"),
}


async def prepare(wish: LoginWish) -> str | Failure:
    """A login that needs every decision."""
    left = [one for one, done in (("keep", wish.keep), ("adopt", wish.adopt), ("retire", wish.retire)) if not done]
    return FAILURES[left[0]] if left else "prepared"


@pytest.mark.parametrize("declined", [None, "keep", "adopt", "retire"])
async def test_each_decision_is_asked_once_until_one_is_declined(declined: str | None) -> None:
    asked: list[str] = []

    async def decide(decision: Decision, failure: Failure, wish: LoginWish) -> LoginWish | None:
        asked.append(decision)
        assert failure is FAILURES[decision]
        return None if decision == declined else ANSWERS[decision](wish)

    prepared, wish = await settled(prepare, LoginWish(), decide, kept=False)
    order = ["keep", "adopt", "retire"]
    assert asked == (order[: order.index(declined) + 1] if declined else order)
    assert prepared == (FAILURES[declined] if declined else "prepared")
    assert (wish.keep is not None, wish.adopt, wish.retire != "") == tuple(
        declined is None or order.index(one) < order.index(declined) for one in order
    )


async def test_where_a_keep_was_chosen_before_no_other_is_asked_for() -> None:
    async def never(*_: object) -> LoginWish | None:
        raise AssertionError("nobody is asked")

    assert await settled(prepare, LoginWish(), never, kept=True) == (FAILURES["keep"], LoginWish())

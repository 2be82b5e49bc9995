"""What a person is asked around a login, whichever face asks: the next thing of a rotation, and what may be decided."""

from dataclasses import replace
from datetime import timedelta

import pytest

from seswizard.core.failure import Failure
from seswizard.core.keep import KEEPS, KeepChoice, keep_questions
from seswizard.core.login_life import Life, LoginLife, rotation_ways
from seswizard.core.login_wish import LoginWish, RotateWish, to_decide
from tests.fakes import START

LATER = START + timedelta(days=3)


@pytest.mark.parametrize(
    ("life", "does"),
    [
        (LoginLife(Life.STEADY), []),
        (LoginLife(Life.LOST), []),
        (LoginLife(Life.STAGED), ["on", "cancel"]),
        (LoginLife(Life.SWITCHED), ["on", "delete"]),
        (LoginLife(Life.RETIRING, until=LATER), ["delete"]),
        (LoginLife(Life.RETIRING, until=START), []),
    ],
)
def test_what_a_rotation_that_is_under_way_can_do_next(life: LoginLife, does: list[str]) -> None:
    assert [one.does for one in rotation_ways(life, START)] == does


def test_what_was_chosen_becomes_the_wish_and_keeps_the_others() -> None:
    wish = RotateWish(after=3, port=2587)
    staged, switched = (rotation_ways(LoginLife(one), START) for one in (Life.STAGED, Life.SWITCHED))
    assert [wish.by(one) for one in staged] == [wish, replace(wish, cancel=True)]
    assert [wish.by(one) for one in switched] == [wish, replace(wish, delete_old=True)]


@pytest.mark.parametrize(
    ("kind", "wish", "kept", "decides"),
    [
        ("login.vault-missing", LoginWish(), False, "keep"),
        ("login.vault-missing", LoginWish(), True, None),
        ("login.user-not-ours", LoginWish(), True, "adopt"),
        ("login.user-not-ours", LoginWish(adopt=True), False, None),
        ("login.two-keys", LoginWish(), True, "retire"),
        ("login.two-keys", LoginWish(retire="AKIA1"), True, None),
        ("aws.denied", LoginWish(), False, None),
    ],
)
def test_what_a_person_can_still_decide_is_asked_once(kind: str, wish: LoginWish, kept: bool, decides: str | None) -> None:
    assert to_decide(Failure(kind, "Refused.", "AKIA1 AKIA2"), wish, kept=kept) == decides


def test_two_keys_that_nobody_named_cannot_be_chosen_from() -> None:
    assert to_decide(Failure("login.two-keys", "Two."), LoginWish(), kept=True) is None


@pytest.mark.parametrize("kind", [kind for kind, _, _ in KEEPS])
def test_the_usual_answers_make_a_keep(kind: str) -> None:
    usual = [answer for *_, answer in keep_questions(kind, "example.com")]  # type: ignore[arg-type]  # the kinds of KEEPS
    if kind == "command":
        assert KeepChoice.parse(kind, *usual).kind == "command"
    else:
        assert KeepChoice.parse(":".join([kind, *usual])).kind == kind

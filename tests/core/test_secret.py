"""A secret shows itself to nobody who does not ask for it by name."""

import copy
import dataclasses
import json
import logging
import pickle
import traceback

import pytest

from seswizard.core.login import Login
from seswizard.core.secret import Secret

CANARY = "canary-wJalrXUtnFEMI"


@pytest.mark.parametrize(
    "shown",
    [
        repr(Secret(CANARY)),
        str(Secret(CANARY)),
        f"{Secret(CANARY)}",
        f"{Secret(CANARY)!r:>40}",
        f"{Secret(CANARY):>40}",
        "%s %r" % (Secret(CANARY), Secret(CANARY)),  # noqa: UP031  # the old way of formatting is what is tried
        repr([Secret(CANARY)]),
        repr(Login("AKIA", Secret(CANARY))),
    ],
)
def test_no_way_of_formatting_shows_it(shown: str) -> None:
    assert CANARY not in shown
    assert "Secret(…)" in shown


def test_a_traceback_with_its_locals_does_not_show_it() -> None:
    def fails(secret: Secret) -> None:
        raise RuntimeError(f"could not store {secret}")

    try:
        fails(Secret(CANARY))
    except RuntimeError as error:
        told = "".join(traceback.TracebackException.from_exception(error, capture_locals=True).format())
    assert "Secret(…)" in told
    assert CANARY not in told


def test_a_log_line_does_not_show_it(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        logging.getLogger("test").info("kept %s", Secret(CANARY))
    assert CANARY not in caplog.text


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_it_is_not_pickled(protocol: int) -> None:
    with pytest.raises(TypeError):
        pickle.dumps(Secret(CANARY), protocol)


def test_it_is_neither_copied_nor_taken_apart_nor_written_as_json() -> None:
    login = Login("AKIA", Secret(CANARY))
    for attempt in (lambda: copy.deepcopy(login), lambda: dataclasses.asdict(login), lambda: json.dumps(Secret(CANARY))):
        with pytest.raises(TypeError) as caught:
            attempt()
        assert CANARY not in str(caught.value)
    assert not hasattr(Secret(CANARY), "__dict__")


def test_it_is_itself_for_those_who_need_it() -> None:
    assert Secret(CANARY).reveal() == CANARY
    assert Secret("a") == Secret("a") != Secret("b")
    assert Secret("a") != "a"
    assert len({Secret("a"), Secret("a"), Secret("b")}) == 2
    assert (bool(Secret("")), bool(Secret("a"))) == (False, True)

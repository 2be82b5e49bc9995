"""What all keeps have in common: the value they hold, and how they say that they do not."""

import json

from seswizard.core.failure import Failure, FailureError
from seswizard.core.login import Login
from seswizard.core.secret import Secret
from seswizard.core.text import printable

KIND = "login.vault-missing"


def written(login: Login) -> str:
    """The value of a login, as every keep that holds plain values has it: `{"username", "password"}`."""
    return json.dumps({"username": login.username, "password": login.password.reveal()})


def login_of(text: Secret, where: str) -> Login:
    """The login in a value.

    Raises:
        FailureError: it is not one that we wrote.
    """
    try:
        entry = json.loads(text.reveal())
        named, password = entry["username"], entry["password"]
    except (ValueError, TypeError, KeyError, RecursionError):
        raise not_ours(where) from None
    if not isinstance(named, str) or not isinstance(password, str) or not named or not password:
        raise not_ours(where)
    return Login(printable(named), Secret(password))


def unkept(title: str, remedy: str = "", command: str = "", detail: str = "") -> FailureError:
    """A keep that does not keep, in one sentence."""
    return FailureError(Failure(KIND, printable(title), printable(detail), printable(remedy), printable(command)))


def not_ours(where: str) -> FailureError:
    """Something is there that we did not write."""
    return unkept(f"{where} holds something that seswizard did not write, so it is left alone.", "Choose another place.")


def not_the_same(where: str) -> FailureError:
    """It was written and does not read back."""
    return unkept(f"{where} does not give back what it was given.", "Choose another keep.")

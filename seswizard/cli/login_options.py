"""Options that `login create` and `login rotate` share, and the questions that both may have to ask on a terminal."""

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any, TypeVar

import click

from seswizard.actions.settling import Prepare
from seswizard.actions.settling import settled as settled_by
from seswizard.cli.ending import say
from seswizard.cli.options import on_terminal
from seswizard.core.failure import BadInputError, Failure
from seswizard.core.keep import KeepChoice
from seswizard.core.login_wish import ADOPTED, Decision, LoginWish
from seswizard.core.names import DomainName

F = TypeVar("F", bound=Callable[..., Any])
T = TypeVar("T")


class ListType(click.ParamType[tuple[str, ...]]):
    """Several names, with commas or blanks between them."""

    def __init__(self, name: str, parse: Callable[[str], str]) -> None:
        self.name, self._parse = name, parse

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, ...]:
        """Read each of them."""
        if isinstance(value, tuple):
            return value
        return tuple(dict.fromkeys(self._parse(one) for one in re.split(r"[,\s]+", value) if one))


def _domain(text: str) -> str:
    return str(DomainName.parse(text))


def _joined(_ctx: click.Context, _param: click.Parameter, given: tuple[tuple[str, ...], ...]) -> tuple[str, ...]:
    """One list, however often the option was given."""
    return tuple(dict.fromkeys(one for part in given for one in part))


DOMAINS, REGIONS = ListType("DOMAIN", _domain), ListType("REGIONS", str)


def login_options(command: F) -> F:
    """`--also`, `--regions` and `--retire`."""
    for option in (
        click.option("--retire", default="", metavar="KEYID", help="The key to give up where the user has two already."),
        click.option(
            "--regions",
            type=REGIONS,
            multiple=True,
            callback=_joined,
            metavar="A,B",
            help="Further regions that get a password from the same key.",
        ),
        click.option(
            "--also",
            type=DOMAINS,
            multiple=True,
            callback=_joined,
            metavar="DOMAIN,…",
            help="Further domains that it may send as.",
        ),
    ):
        command = option(command)
    return command


async def settled(prepare: Prepare[T], wish: LoginWish, *, asks: bool) -> tuple[T | Failure, LoginWish]:
    """Prepare; what a person can decide on a terminal (whose user, which of two keys) is asked, and it is prepared anew.

    A keep that cannot be used ends it: the next one is named by option.
    """

    async def decide(decision: Decision, failure: Failure, wanted: LoginWish) -> LoginWish | None:
        return _decided(decision, failure, wanted) if asks and on_terminal() else None

    return await settled_by(prepare, wish, decide, kept=True)


def _decided(decision: Decision, failure: Failure, wish: LoginWish) -> LoginWish | None:
    say(failure.title)
    if decision == "adopt":
        return replace(wish, adopt=True) if click.confirm(f"Let it have {ADOPTED}?", default=False, err=True) else None
    keys = failure.detail.split()
    for number, key in enumerate(keys, 1):
        say(f"  {number}  give up {key}")
    say("  0  none of them")
    chosen = click.prompt("Which one", type=click.IntRange(0, len(keys)), default=0, err=True)
    return replace(wish, retire=keys[chosen - 1]) if chosen else None


def another_keep() -> KeepChoice | None:
    """Ask where else a password may be kept; None to have its key deleted."""
    while True:
        say("The password is not lost yet: name another keep, such as file:/etc/ses-login, or show; or type delete.")
        text = click.prompt("Keep it in", default="delete", err=True)
        if text.strip() == "delete":
            return None
        try:
            return KeepChoice.parse(text)
        except BadInputError as error:
            say(str(error))

"""Options that `login create` and `login rotate` share, and the questions that both may have to ask on a terminal."""

import re
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any, TypeVar

import click

from seswizard.cli.ending import say
from seswizard.cli.options import on_terminal
from seswizard.core.failure import BadInputError, Failure
from seswizard.core.keep import KeepChoice
from seswizard.core.login_wish import LoginWish
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


async def settled(
    prepare: Callable[[LoginWish], Awaitable[T | Failure]], wish: LoginWish, *, asks: bool
) -> tuple[T | Failure, LoginWish]:
    """Prepare; what a person can decide on a terminal (whose user, which of two keys) is asked, and it is prepared anew."""
    prepared = await prepare(wish)
    while asks and on_terminal() and isinstance(prepared, Failure):
        if prepared.kind == "login.user-not-ours" and not wish.adopt:
            say(prepared.title)
            question = "Let it have our policy and a key of ours? Everything else of it stays"
            if not click.confirm(question, default=False, err=True):
                break
            wish = replace(wish, adopt=True)
        elif prepared.kind == "login.two-keys" and prepared.detail and not wish.retire:
            keys = prepared.detail.split()
            say(prepared.title)
            for number, key in enumerate(keys, 1):
                say(f"  {number}  give up {key}")
            say("  0  none of them")
            chosen = click.prompt("Which one", type=click.IntRange(0, len(keys)), default=0, err=True)
            if not chosen:
                break
            wish = replace(wish, retire=keys[chosen - 1])
        else:
            break
        prepared = await prepare(wish)
    return prepared, wish


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

"""`--keep`, `--store-with` and `--read-with`: where the login goes, or where it is."""

import functools
from collections.abc import Callable
from typing import Any, TypeVar

import click

from seswizard.core.failure import BadInputError
from seswizard.core.keep import KEEPS, KeepChoice

F = TypeVar("F", bound=Callable[..., Any])

_WAYS = ", ".join(way for _, way, _ in KEEPS)


def keep_options(command: F) -> F:
    """Give the command `keep: KeepChoice | None`; None where none was named. A file's path is made whole.

    What cannot be used is a `BadInputError` when the command is called.
    """

    @functools.wraps(command)
    def chosen(*args: Any, keep: str | None, store_with: str, read_with: str, **rest: Any) -> Any:
        return command(*args, keep=_choice(keep, store_with, read_with), **rest)

    for option in (
        click.option("--read-with", default="", metavar="COMMAND", help="For --keep command: what prints it."),
        click.option("--store-with", default="", metavar="COMMAND", help="For --keep command: what takes it on standard input."),
        click.option("--keep", metavar="KEEP", help=f"Where the login is kept: {_WAYS}."),
    ):
        chosen = option(chosen)
    return chosen  # type: ignore[return-value]  # the same command with three options in place of one argument


def _choice(keep: str | None, store_with: str, read_with: str) -> KeepChoice | None:
    if keep is None:
        if store_with or read_with:
            raise BadInputError("--store-with and --read-with belong to --keep command.")
        return None
    from seswizard.wiring import this_computer

    here = this_computer()
    return KeepChoice.parse(keep, store_with, read_with).anchored(here.home, here.directory)

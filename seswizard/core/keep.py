"""Where a login is kept: the person's choice, as the command line writes it and the state remembers it."""

import shlex
from dataclasses import dataclass
from typing import Literal, get_args

from seswizard.core.failure import BadInputError
from seswizard.core.remembered import DomainChoices
from seswizard.core.text import printable

KeepKind = Literal["keyring", "file", "secretsmanager", "ssm", "command", "show"]

KEEPS: tuple[tuple[KeepKind, str, str], ...] = (
    ("keyring", "keyring", "the keyring of this computer: locked with your session"),
    ("file", "file:PATH", "a file that only you can read (0600), in clear text"),
    ("secretsmanager", "secretsmanager:NAME", "AWS Secrets Manager, about 0.40 USD a month"),
    ("ssm", "ssm:NAME", "AWS Systems Manager, an encrypted parameter; standard ones are free"),
    ("command", "command", "a program of yours, such as pass or op; it gets the secret on standard input"),
    ("show", "show", "nowhere: the password is shown once and forgotten"),
)
"""Every keep: its kind, how it is written, and what it is."""


@dataclass(frozen=True, slots=True)
class KeepChoice:
    """One keep, chosen by name."""

    kind: KeepKind = "keyring"
    place: str = ""
    """The file's path, or the name of the secret or parameter; empty for the other kinds."""
    store_with: str = ""
    """`command` only: the command line that takes the secret on standard input; run without a shell."""
    read_with: str = ""
    """`command` only: the command line that prints it."""

    @property
    def text(self) -> str:
        """As it is written: `file:/etc/seswizard/login`."""
        return f"{self.kind}:{self.place}" if self.place else self.kind

    @property
    def stages(self) -> bool:
        """Whether a second login can lie beside the first until it is proven; a program of yours knows one place only."""
        return self.kind not in ("command", "show")

    @classmethod
    def parse(cls, text: str, store_with: str = "", read_with: str = "") -> "KeepChoice":
        """Read `keyring`, `file:PATH`, `secretsmanager:NAME`, `ssm:NAME`, `command` or `show`.

        Raises:
            BadInputError: it is none of these, its place is missing, or its commands do not fit it.
        """
        kind, colon, place = text.strip().partition(":")
        known = next((one for one in get_args(KeepKind) if one == kind), None)
        if known is None:
            ways = ", ".join(way for _, way, _ in KEEPS)
            raise BadInputError(f"{printable(text)[:60]!r} is no keep; choose one of {ways}.")
        placed = known in ("file", "secretsmanager", "ssm")
        if placed and not place.strip():
            raise BadInputError(f"Say where: {next(way for one, way, _ in KEEPS if one == known)}.")
        if colon and not placed:
            raise BadInputError(f"The keep {known} has no place; write it without the colon.")
        if "\0" in text:
            raise BadInputError("The keep's name holds a NUL.")
        if known == "command":
            for option, line in (("--store-with", store_with), ("--read-with", read_with)):
                _words(option, line)
        elif store_with or read_with:
            raise BadInputError("--store-with and --read-with belong to --keep command.")
        return cls(known, place.strip(), store_with, read_with)

    @classmethod
    def of(cls, choices: DomainChoices | None) -> "KeepChoice":
        """The keep that holds an identity's login; the keyring where none was chosen or the state names none we know."""
        if choices is None or not choices.login_keep:
            return cls()
        try:
            return cls.parse(choices.login_keep, choices.keep_store, choices.keep_read)
        except BadInputError:
            return cls()


def _words(option: str, line: str) -> tuple[str, ...]:
    """The words of a command line.

    Raises:
        BadInputError: it is empty, or a quotation mark is left open.
    """
    try:
        words = tuple(shlex.split(line))
    except ValueError:
        words = ()
    if not words:
        raise BadInputError(f"--keep command needs {option} with a command line, such as 'pass insert -m ses'.")
    return words

"""Where a login is kept: the person's choice, as the command line writes it and the state remembers it."""

import posixpath
import re
import shlex
from dataclasses import dataclass, replace
from typing import Literal, get_args

from seswizard.core.failure import BadInputError
from seswizard.core.quoting import shell
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

FileForm = Literal["postfix", "netrc", "json"]
_NETRC = frozenset({".netrc", "netrc", "_netrc"})

# Room for `-next` is left in both. Secrets: https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_CreateSecret.html
_SECRET = re.compile(r"[A-Za-z0-9/_+=.@-]{1,500}")
# https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_PutParameter.html: a name with a slash begins with one,
# has fifteen levels at most, and `aws` and `ssm` are reserved.
_PARAMETER = re.compile(r"(?!/?(?:aws|ssm))(?:/[A-Za-z0-9_.-]+){1,15}|(?!aws|ssm)[A-Za-z0-9_.-]+", re.IGNORECASE)
_LONGEST_PARAMETER = 900


def file_form(path: str) -> FileForm:
    """How a file holds logins, by its name: Postfix's `sasl_passwd`, a netrc, else JSON of our own."""
    name = posixpath.basename(path)
    return "postfix" if name == "sasl_passwd" else "netrc" if name in _NETRC else "json"


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

    @property
    def tried(self) -> bool:
        """Whether only a write after consent shows that it keeps: looking at it leaves no trace, so it proves no writing."""
        return self.kind in ("command", "secretsmanager", "ssm")

    @property
    def regions(self) -> bool:
        """Whether it holds passwords for several regions side by side."""
        return self.kind not in ("command", "show")

    @property
    def afterwards(self) -> str:
        """The command to run once the login is written; empty where there is none.

        Postfix reads `hash:` tables only after postmap (https://www.postfix.org/postmap.1.html).
        """
        if self.kind != "file" or file_form(self.place) != "postfix":
            return ""
        return shell("postmap", self.place)

    def anchored(self, home: str, directory: str) -> "KeepChoice":
        """With the file's path whole: `~` is the home, any other relative path begins in the directory.

        Raises:
            BadInputError: the path begins with another person's `~name`.
        """
        if self.kind != "file":
            return self
        place = self.place
        if place.startswith("~") and place != "~" and not place.startswith("~/"):
            raise BadInputError(f"{printable(place)[:60]} begins in another person's home; write the whole path.")
        if place.startswith("~"):
            place = home + place[1:]
        return replace(self, place=posixpath.normpath(posixpath.join(directory, place)))

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
        if known == "file" and printable(place) != place:
            raise BadInputError(f"The path {printable(place)[:60]} holds a control or invisible character.")
        if known == "secretsmanager" and not _SECRET.fullmatch(place.strip()):
            raise BadInputError(f"{printable(place)[:60]} is no secret's name: letters, digits and /_+=.@- only, at most 500.")
        if known == "ssm" and not (len(place) <= _LONGEST_PARAMETER and _PARAMETER.fullmatch(place.strip())):
            raise BadInputError(
                f"{printable(place)[:60]} is no parameter's name: letters, digits and _.- only, or a path such as /mail/login;"
                " not beginning with aws or ssm."
            )
        if known == "command":
            for option, line in (("--store-with", store_with), ("--read-with", read_with)):
                command_words(line, option)
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


def keep_questions(kind: KeepKind, domain: str) -> tuple[tuple[str, str, str], ...]:
    """What is asked for a keep that needs a place or commands: the question, what to know, and what is usual."""
    asked: dict[KeepKind, tuple[tuple[str, str, str], ...]] = {
        "file": (("Which file?", "sasl_passwd is written for Postfix, .netrc for curl and others.", f"~/{domain}-login.json"),),
        "secretsmanager": (("Which secret?", "Its name in AWS Secrets Manager.", f"seswizard/{domain}/smtp"),),
        "ssm": (("Which parameter?", "Its name in AWS Systems Manager.", f"/seswizard/{domain}/smtp"),),
        "command": (
            (
                "Which command stores it?",
                "It gets the secret on standard input; no shell runs it.",
                f"pass insert -m ses/{domain}",
            ),
            ("Which command reads it?", "It prints the secret, so that it can be compared.", f"pass show ses/{domain}"),
        ),
    }
    return asked.get(kind, ())


def command_words(line: str, option: str = "--read-with") -> tuple[str, ...]:
    """The words of a command line, as a shell would split them; nothing else of a shell's is done.

    Raises:
        BadInputError: it is empty, holds a NUL, or a quotation mark is left open.
    """
    try:
        words = tuple(shlex.split(line))
    except ValueError:
        words = ()
    if not words or not words[0] or "\0" in line:
        raise BadInputError(f"--keep command needs {option} with a command line, such as {_EXAMPLES[option]}.")
    return words


_EXAMPLES = {"--store-with": "'pass insert -m ses/example.com'", "--read-with": "'pass show ses/example.com'"}


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What is known of this computer: it decides which keep fits, whether a browser can be opened, which region is near."""

    home: str = "/"
    directory: str = "/"
    """Where the program was started."""
    system: str = "linux"
    """As `sys.platform` has it."""
    display: bool = True
    """Whether a desktop's display is there."""
    ssh: bool = False
    """Whether the person came over SSH."""
    bus: bool = True
    """Whether a D-Bus session bus is there, over which a keyring would be reached."""
    named_keyring: str = ""
    """The keyring that PYTHON_KEYRING_BACKEND names."""
    time_zone: str = ""
    """The name of the time zone, such as `Europe/Berlin`; empty where it has none."""

    @property
    def browser(self) -> bool:
        """Whether a browser with a window of its own can be opened: one in the terminal would take the screen away."""
        return not self.ssh and (self.display or self.system in ("darwin", "win32"))


@dataclass(frozen=True, slots=True)
class KeepOffer:
    """One keep as it is offered here."""

    kind: KeepKind
    way: str
    """How it is written."""
    what: str
    reason: str = ""
    """Why it stands where it does; for the first one, and for a keyring that will hardly work."""


def keep_offers(here: Surroundings) -> tuple[KeepOffer, ...]:
    """Every keep, the one that fits this computer first.

    On a server without a desktop session nobody unlocks a keyring, so the file comes first there.
    """
    why = _headless(here)
    if not why:
        first = "You named it in PYTHON_KEYRING_BACKEND." if here.named_keyring else "Your desktop session unlocks it."
        return tuple(KeepOffer(*one, first if one[0] == "keyring" else "") for one in KEEPS)
    reasons = {
        "file": f"{why}, so nobody unlocks a keyring: a file works after a restart too.",
        "keyring": f"{why}: it is likely to be locked or absent.",
    }
    ranked = sorted(KEEPS, key=lambda one: ("file", "secretsmanager", "ssm", "command", "keyring", "show").index(one[0]))
    return tuple(KeepOffer(*one, reasons.get(one[0], "")) for one in ranked)


def _headless(here: Surroundings) -> str:
    """Why no keyring is to be expected; empty where one is."""
    if here.named_keyring:
        return ""
    if here.ssh:
        return "You are here by SSH"
    if here.system in ("darwin", "win32"):
        return ""
    if not here.display:
        return "There is no desktop session here"
    return "" if here.bus else "There is no D-Bus session here"

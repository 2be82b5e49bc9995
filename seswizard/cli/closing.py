"""How a change of a login, or its undoing, ends: talk on stderr, and with `--format json` one object on stdout as well.

The object is a report of one finding, with the login's user name and keep where there is one; never the password.
"""

import json
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any, TypeVar

import click

from seswizard.cli.ending import say, tell_failure
from seswizard.cli.login import tell
from seswizard.cli.pasting import pasted
from seswizard.core.failure import BadInputError, Failure, FailureError
from seswizard.core.findings import Finding, Level, Report, remedy_of
from seswizard.core.keep import KeepChoice
from seswizard.exports.report import as_dict

F = TypeVar("F", bound=Callable[..., Any])


def form_option(command: F) -> F:
    """`--format text|json`."""
    forms = click.Choice(["text", "json"])
    help_text = "Talk, or one JSON object on stdout as well."
    return click.option("--format", "form", type=forms, default="text", show_default=True, help=help_text)(command)


def refused_in(domain: str, form: str) -> Callable[[str, Finding], int]:
    """Closes a run that cannot begin in its region."""
    return lambda region, finding: Closing(domain, region, form).judged(finding)


@dataclass(slots=True)
class Closing:
    """The end of one run."""

    domain: str
    region: str
    form: str = "text"
    username: str = ""
    """Of the login that there is now; empty where there is none."""
    keep: str = ""

    def shows(self, choice: KeepChoice) -> None:
        """Say no before a password would be printed beside the object.

        Raises:
            BadInputError: this keep shows it.
        """
        if self.form == "json" and choice.kind == "show":
            raise BadInputError("The keep show prints the password, which JSON never holds: leave out --format json.")

    def holds(self, choice: KeepChoice, username: str) -> None:
        """Take over which login there is now."""
        self.username, self.keep = username, choice.text

    def well(self, title: str, ident: str = "login.ok") -> int:
        """It is as it was wanted; the exit code."""
        say(title)
        return self.judged(Finding(ident, Level.OK, title))

    def refused(self, failure: Failure) -> int:
        """It is not: why, and the way out; the exit code."""
        level = {3: Level.UNKNOWN, 4: Level.WAITING}.get(tell(failure), Level.PROBLEM)
        return self.judged(Finding(failure.kind, level, failure.title, (), remedy_of(failure)))

    def judged(self, finding: Finding) -> int:
        """What was already said, as the object; the exit code."""
        if self.form == "json":
            about = as_dict(pasted(Report(self.domain, self.region, (finding,))))
            login = {"username": self.username, "keep": self.keep} if self.username else {}
            click.echo(json.dumps({**about, **login}))
        return finding.level.exit_code

    async def of(self, work: Coroutine[Any, Any, int]) -> int:
        """Do the work; what could not be looked at ends it too. The exit code."""
        try:
            return await work
        except FailureError as error:
            tell_failure(error)
            failure = error.failure
            return self.judged(Finding(failure.kind, Level.UNKNOWN, failure.title, (), remedy_of(failure)))

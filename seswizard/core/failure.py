"""Why something could not be seen or done, in the words of the person who has to mend it.

Gateways turn every foreign exception into a `Failure`; "not there" is a value and never one of these.
"""

import re
import traceback
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Failure:
    """One cause, already translated and scrubbed."""

    kind: str
    """The finding id it becomes, such as `access.denied` or `dns.blocked`."""
    title: str
    """What is so, one sentence."""
    detail: str = ""
    """What the other side said, for a report."""
    remedy: str = ""
    """What to do, one sentence."""
    command: str = ""
    """The one command that mends it."""
    retry: bool = False
    """Whether the same call may work in a moment without anybody doing anything."""


class FailureError(Exception):
    """Raised by gateways only; `look` and the actions turn it into a reading or an outcome."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.title)
        self.failure = failure


class BadInputError(Exception):
    """What the person gave cannot be used (an unknown profile, no region, a bad variable); one sentence, exit 2."""


class NoRegionError(BadInputError):
    """No region is set anywhere; who can ask a person asks for one."""


BUG = "This is a bug in seswizard, not yours."
"""What is said of an exception that nobody expected."""


def place_of(error: BaseException) -> str:
    """Which exception it was, and where in our own code, without any values: what a report needs."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [(parts[-1], frame.lineno) for frame in frames if "seswizard" in (parts := re.split(r"[/\\\\]", frame.filename))]
    where = f"in {ours[-1][0]}, line {ours[-1][1]}" if ours else "outside our code"
    return f"{type(error).__name__} {where}"

"""Commands that a person pastes must go where the run went that printed them: they carry its `--profile`.

Whoever builds a plan, a finding or a failure writes its commands plainly; the faces put the profile in, as the last thing
before they are shown. A profile that only AWS_PROFILE names stays out: what is pasted finds it too.
"""

import re
from dataclasses import replace
from typing import TypeVar

from seswizard.core.failure import Failure
from seswizard.core.findings import Finding, Remedy, Report
from seswizard.core.plan import Plan
from seswizard.core.quoting import has_option, with_option

T = TypeVar("T", str, Failure, Finding, Plan, Report)

_QUOTED = r"""'[^'\n]*'|"[^"\n]*\""""
_COMMAND = re.compile(rf"(?:^|(?<=: ))\s*(?:aws|seswizard)(?:$| (?:{_QUOTED}|(?!, ).)*)|(?<=\$\()aws [^)]*", re.MULTILINE)
"""A command that has a line or the end of one, up to the words after it; and one whose output another command reads."""
_WITHOUT = re.compile(r"\s*seswizard (?:check|demo|explain|headers)\b")
"""Commands that ask nothing of AWS."""


def for_profile(shown: T, profile: str) -> T:
    """The same, with ` --profile NAME` in each `aws …` and `seswizard …` command; as it is without a profile."""
    if not profile:
        return shown
    if isinstance(shown, str):
        return _COMMAND.sub(lambda found: _named(found[0], profile), shown)
    if isinstance(shown, Failure):
        return replace(shown, command=for_profile(shown.command, profile))
    if isinstance(shown, Finding):
        return replace(shown, remedy=_remedy(shown.remedy, profile))
    if isinstance(shown, Report):
        return replace(shown, findings=tuple(for_profile(one, profile) for one in shown.findings))
    changes = tuple(replace(one, command=for_profile(one.command, profile)) for one in shown.changes)
    return replace(shown, changes=changes, undo=for_profile(shown.undo, profile))


def _named(command: str, profile: str) -> str:
    if _WITHOUT.match(command) or has_option(command, "profile"):
        return command
    return with_option(command, "profile", profile)


def _remedy(remedy: Remedy | None, profile: str) -> Remedy | None:
    return remedy and replace(remedy, command=for_profile(remedy.command, profile))

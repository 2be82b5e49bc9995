"""What the wizard knows at this moment: one frozen value, swapped whole on every change.

The App owns it; screens get it handed down and never change it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import datetime

from seswizard.core.facts import Facts
from seswizard.core.findings import Level, Report
from seswizard.core.identity import Identity
from seswizard.core.names import IdentityName
from seswizard.core.reading import Seen
from seswizard.core.regions import has_smtp
from seswizard.core.remembered import DomainChoices
from seswizard.core.steps import Choices, State, progress
from seswizard.ports import Services


@dataclass(frozen=True, slots=True)
class Session:
    """The world's services and what was learnt from them."""

    services: Services
    name: IdentityName | None = None
    choices: DomainChoices | None = None
    """What the person chose for this name; None while nothing is remembered."""
    facts: Facts | None = None
    report: Report | None = None
    states: dict[str, State] = field(default_factory=lambda: progress(None))
    since: Mapping[str, datetime] = field(default_factory=dict)
    """For each step that waits: when the waiting was first seen."""
    looked: Mapping[str, float] = field(default_factory=dict)
    """For each part of a look: the monotonic time it ended."""
    before: Report | None = None
    """The last report in which everything could be seen, kept while something cannot."""
    before_at: datetime | None = None

    @property
    def region(self) -> str:
        """The region of this run."""
        return self.services.region

    @property
    def account(self) -> str:
        """The AWS account id, as far as known."""
        if self.facts is not None and isinstance(self.facts.caller, Seen):
            return self.facts.caller.value.account
        return (self.choices.account or "") if self.choices else ""

    @property
    def standing(self) -> str:
        """`sandbox` or `production`; empty while not seen."""
        if self.facts is None or not isinstance(self.facts.account, Seen):
            return ""
        return "production" if self.facts.account.value.production else "sandbox"

    @property
    def verified(self) -> bool:
        """Whether SES was seen to have verified the name."""
        return self.identity is not None and self.identity.verified

    @property
    def identity(self) -> Identity | None:
        """What SES knows of the name; None where it knows nothing, or was not seen."""
        identity = self.facts.identity if self.facts else None
        return identity.value if isinstance(identity, Seen) else None

    @property
    def zone(self) -> str | None:
        """The DNS zone one edits; None while not seen."""
        delegation = self.facts.delegation if self.facts else None
        return delegation.value.zone if isinstance(delegation, Seen) else None

    def stands_as(self, other: "Session | None") -> bool:
        """Whether nothing but readings and times differs: then all that was said of the other is still so."""
        return other is not None and all(getattr(self, name) is getattr(other, name) for name in _SAID)

    @property
    def step_choices(self) -> Choices:
        """The choices that decide which steps there are."""
        return Choices(self.choices.sends_by if self.choices else "smtp", has_smtp(self.region))

    def with_report(self, facts: Facts, report: Report) -> "Session":
        """The session after a look."""
        states = progress(report, self.step_choices)
        since = {step: self.since.get(step, facts.at) for step, state in states.items() if state is State.WAITING}
        before, before_at = self.before, self.before_at
        if not _blind(report):
            before = before_at = None
        elif self.report is not None and self.facts is not None and not _blind(self.report):
            before, before_at = self.report, self.facts.at
        return replace(self, facts=facts, report=report, states=states, since=since, before=before, before_at=before_at)

    def with_choices(self, choices: DomainChoices) -> "Session":
        """The session after a choice, which may add or drop steps."""
        changed = replace(self, choices=choices)
        return replace(changed, states=progress(changed.report, changed.step_choices))


_SAID = ("services", "name", "choices", "report", "states", "before")


def merged(base: Facts | None, mine: Facts, current: Facts | None) -> Facts:
    """What I saw since `base`, upon what others saw meanwhile: two looks at once lose nothing of each other."""
    if base is None or current is None or current is base:
        return mine
    changed = {one.name: getattr(mine, one.name) for one in fields(Facts) if getattr(mine, one.name) != getattr(base, one.name)}
    return replace(current, **changed)


def _blind(report: Report) -> bool:
    return any(finding.level is Level.UNKNOWN for finding in report.findings)

"""Findings: what was judged, how bad it is, who said so, and what to do. The vocabulary of every face.

Ids are stable and documented; the topic is the id's first part, the step follows from the topic.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum

from seswizard.core.failure import Failure


class Level(Enum):
    """How strong a finding is; the order is that of exit codes and of lists."""

    OK = "ok"
    ADVICE = "advice"
    WAITING = "waiting"
    UNKNOWN = "unknown"
    PROBLEM = "problem"

    @property
    def strength(self) -> int:
        """0 for ok to 4 for problem."""
        return _ORDER.index(self)

    @property
    def exit_code(self) -> int:
        """What a command ends with when this is the strongest level it found."""
        return {Level.WAITING: 4, Level.UNKNOWN: 3, Level.PROBLEM: 1}.get(self, 0)


_ORDER = (Level.OK, Level.ADVICE, Level.WAITING, Level.UNKNOWN, Level.PROBLEM)


def strongest(levels: Iterable[Level]) -> Level:
    """The strongest of the levels; ok for none."""
    return max(levels, key=lambda level: level.strength, default=Level.OK)


@dataclass(frozen=True, slots=True)
class Evidence:
    """One thing that somebody said."""

    label: str
    """What was looked at: a record's name, or a field of an answer."""
    seen: str
    expected: str = ""
    source: str = ""
    """The server, resolver or AWS call that said so."""
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Paste:
    """A record exactly as the person must type it at the DNS host."""

    name: str
    type: str
    value: str
    host: str | None = None
    """Relative to the zone, `@` at its apex; None when the zone is not known."""
    priority: int | None = None


@dataclass(frozen=True, slots=True)
class Remedy:
    """What to do about a finding."""

    text: str
    records: tuple[Paste, ...] = ()
    command: str = ""


def remedy_of(failure: Failure) -> Remedy | None:
    """What a failure says to do; None where it says nothing."""
    return Remedy(failure.remedy, command=failure.command) if failure.remedy or failure.command else None


@dataclass(frozen=True, slots=True)
class Finding:
    """One judgement about one domain."""

    id: str
    level: Level
    title: str
    evidence: tuple[Evidence, ...] = ()
    remedy: Remedy | None = None

    @property
    def topic(self) -> str:
        """The first part of the id, such as `dkim`."""
        return self.id.split(".")[0]

    @property
    def essence(self) -> tuple[str, str, str]:
        """What has to change before it is worth a new line: id, level and title, not times."""
        return self.id, self.level.value, self.title


@dataclass(frozen=True, slots=True)
class Report:
    """Every finding of one look at one domain."""

    domain: str
    region: str
    findings: tuple[Finding, ...]
    topics: frozenset[str] = field(default_factory=frozenset)
    """The topics that were looked at."""

    @property
    def level(self) -> Level:
        """The strongest level found."""
        return strongest(finding.level for finding in self.findings)

    def of(self, topics: Iterable[str]) -> tuple[Finding, ...]:
        """The findings of these topics, worst first."""
        wanted = frozenset(topics)
        return worst_first(finding for finding in self.findings if finding.topic in wanted)

    def has(self, ident: str) -> bool:
        """Whether a finding with this id is there."""
        return any(finding.id == ident for finding in self.findings)


def worst_first(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Sorted as lists show them: problem, unknown, advice, waiting, ok."""
    order = (Level.PROBLEM, Level.UNKNOWN, Level.ADVICE, Level.WAITING, Level.OK)
    return tuple(sorted(findings, key=lambda finding: order.index(finding.level)))


def speaking(findings: Iterable[Finding]) -> Finding | None:
    """The finding a verdict speaks: the strongest; the first of several."""
    return max(findings, key=lambda finding: finding.level.strength, default=None)

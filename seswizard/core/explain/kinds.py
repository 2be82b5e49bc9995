"""Which finding stands for what `explain` reads: one visible table of its own ids, and the merging of several into one.

The ids of the catalogue are used wherever one fits; `explain.*` names what only happens in pasted texts.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from seswizard.core.explain.hiding import quoted
from seswizard.core.failure import Failure
from seswizard.core.findings import Evidence, Finding, Level, Paste, Remedy, strongest

LEVELS: dict[str, Level] = {
    # delivered, and what is only told
    "explain.accepted": Level.OK,
    "explain.delivered": Level.OK,
    "explain.event": Level.OK,
    "explain.simulator": Level.OK,
    "explain.record": Level.OK,
    "explain.word": Level.OK,
    # on its way
    "explain.delayed": Level.WAITING,
    # bounces, by cause
    "explain.bounce-permanent": Level.PROBLEM,
    "explain.bounce-no-email": Level.PROBLEM,
    "explain.bounce-suppressed": Level.PROBLEM,
    "explain.bounce-invalid": Level.PROBLEM,
    "explain.bounce-unsubscribed": Level.PROBLEM,
    "explain.bounce-too-large": Level.PROBLEM,
    "explain.bounce-content": Level.PROBLEM,
    "explain.bounce-policy": Level.PROBLEM,
    "explain.bounce-unauthenticated": Level.PROBLEM,
    "explain.bounce-mailbox-full": Level.ADVICE,
    "explain.bounce-transient": Level.ADVICE,
    "explain.bounce-undetermined": Level.ADVICE,
    "explain.complaint": Level.PROBLEM,
    # what a program or a relay did
    "explain.login-refused": Level.PROBLEM,
    "explain.null-sender": Level.PROBLEM,
    "explain.no-mechanism": Level.PROBLEM,
    "explain.tls": Level.PROBLEM,
    "explain.no-host": Level.PROBLEM,
    "explain.api-input": Level.PROBLEM,
    "explain.rendering-failed": Level.PROBLEM,
    "explain.expired": Level.PROBLEM,
    "explain.relay-refused": Level.PROBLEM,
    # records
    "explain.spf-broken": Level.PROBLEM,
    "explain.spf-open": Level.PROBLEM,
    "explain.dmarc-broken": Level.PROBLEM,
    "explain.dkim-broken": Level.PROBLEM,
    "explain.dkim-revoked": Level.PROBLEM,
    "explain.dkim-testing": Level.ADVICE,
    # nothing of all this
    "explain.not-recognised": Level.UNKNOWN,
    # of the catalogue, where its level differs from "problem"
    "sandbox.on": Level.ADVICE,
    "sandbox.review-pending": Level.WAITING,
    "sandbox.review-denied": Level.ADVICE,
    "events.subscription-pending": Level.ADVICE,
    "dmarc.strict-spf": Level.ADVICE,
    "dmarc.strict-dkim": Level.ADVICE,
    "dmarc.removed-tags": Level.ADVICE,
    "login.two-keys": Level.ADVICE,
    "access.no-credentials": Level.UNKNOWN,
    "access.expired": Level.UNKNOWN,
    "access.sso-expired": Level.UNKNOWN,
    "access.invalid": Level.UNKNOWN,
    "access.denied": Level.UNKNOWN,
    "access.endpoint-unreachable": Level.UNKNOWN,
    "access.throttled": Level.UNKNOWN,
    "access.clock-skew": Level.UNKNOWN,
}
"""The level of every id that `explain` uses; ids of the catalogue that are not here are problems, or waiting if they pass."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """What a text is, and what it says."""

    what: str
    """What was recognised: `an SMTP reply`, `a Postfix log`; empty for nothing, and for a word."""
    findings: tuple[Finding, ...]

    @property
    def level(self) -> Level:
        """The strongest level found."""
        return strongest(finding.level for finding in self.findings)


def told(
    kind: str,
    title: str,
    *evidence: Evidence,
    do: str = "",
    records: tuple[Paste, ...] = (),
    command: str = "",
    level: Level | None = None,
) -> Finding:
    """A finding at its id's level."""
    remedy = Remedy(do, records, command) if do or records or command else None
    return Finding(kind, level or LEVELS.get(kind, Level.PROBLEM), title, evidence, remedy)


def of_failure(failure: Failure, *evidence: Evidence) -> Finding:
    """The finding that a failure stands for."""
    level = LEVELS.get(failure.kind, Level.WAITING if failure.retry else Level.PROBLEM)
    return told(failure.kind, failure.title, *evidence, do=failure.remedy, command=failure.command, level=level)


def line_evidence(label: str, line: str, number: int) -> Evidence:
    """The line that told."""
    return Evidence(label, quoted(line), source=f"line {number}")


def merged(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """One finding per id: evidence side by side, sentences that differ one after the other, the strongest level."""
    groups: dict[str, list[Finding]] = {}
    for one in findings:
        groups.setdefault(one.id, []).append(one)
    return tuple(_one(group) for group in groups.values())


_MOST_SENTENCES = 3


def _one(group: list[Finding]) -> Finding:
    first = group[0]
    if len(group) == 1:
        return first
    titles = tuple(dict.fromkeys(one.title for one in group))
    more = f" And {len(titles) - _MOST_SENTENCES} more like that." if len(titles) > _MOST_SENTENCES else ""
    evidence = tuple({(one.label, one.seen): one for finding in group for one in finding.evidence}.values())
    remedies = [one.remedy for one in group if one.remedy]
    texts = tuple(dict.fromkeys(one.text for one in remedies if one.text))
    records = tuple(dict.fromkeys(paste for one in remedies for paste in one.records))
    command = next((one.command for one in remedies if one.command), "")
    remedy = Remedy(" ".join(texts[:_MOST_SENTENCES]), records, command) if remedies else None
    level = strongest(one.level for one in group)
    return Finding(first.id, level, " ".join(titles[:_MOST_SENTENCES]) + more, evidence, remedy)

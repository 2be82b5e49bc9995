"""The road as data: nine steps, a graph rather than a row, because time passes in them.

`progress` reads a report and gives every step its state; the rail, resuming, `health` and the palette all read that.
"""

from dataclasses import dataclass
from enum import Enum

from seswizard.core.findings import Finding, Level, Report, speaking


class State(Enum):
    """How a step stands."""

    OPEN = "open"
    WAITING = "waiting"
    DONE = "done"
    BLOCKED = "blocked"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the road."""

    id: str
    label: str
    topics: frozenset[str]
    why: str
    """Why it exists, one sentence."""
    needs: frozenset[str] = frozenset()
    """Steps that must at least have begun (waiting or done)."""
    needs_done: frozenset[str] = frozenset()
    """Steps that must be done."""


def _topics(text: str) -> frozenset[str]:
    return frozenset(text.split())


STEPS: tuple[Step, ...] = (
    Step("access", "Access", _topics("access region"), "Who you are at AWS, and whether SES is there."),
    Step("sandbox", "Sending limits", _topics("sandbox account"), "What this account may send today.", _topics("access")),
    Step("domain", "Domain", _topics("identity"), "SES learns your domain and makes its DKIM keys.", _topics("access")),
    Step("records", "DNS records", _topics("spf dmarc"), "You put SES's records into your DNS.", _topics("domain")),
    Step(
        "propagation",
        "Verification",
        _topics("dkim mail-from dns"),
        "The records spread, and SES sees them.",
        _topics("domain"),
    ),
    Step(
        "login",
        "SMTP login",
        _topics("login ports"),
        "A user that may send as your domain and nothing else.",
        _topics("access domain"),
    ),
    Step(
        "proof",
        "Proof",
        _topics("send events proof explain headers"),
        "One message through your own login, and its bounce comes back.",
        needs_done=_topics("login domain"),
    ),
    Step(
        "production",
        "Production access",
        frozenset(),
        "AWS lifts the sandbox once it knows what you send.",
        needs_done=_topics("domain"),
    ),
    Step(
        "aftercare",
        "Aftercare",
        _topics("suppression reputation alarms"),
        "Mail keeps working when nobody looks.",
        needs_done=_topics("proof"),
    ),
)

STEP: dict[str, Step] = {step.id: step for step in STEPS}
_OF_TOPIC = {topic: step.id for step in STEPS for topic in step.topics}

_ELSEWHERE = {
    "sandbox.review-pending": "production",
    "sandbox.review-denied": "production",
    "events.subscription-pending": "aftercare",
}

_NOT_MADE_YET = frozenset({"identity.missing", "login.none", "login.vault-missing", "login.keychain-refused", "proof.none"})
"""Findings that mean "this step has not been walked": to do, rather than done or broken."""

MISDIRECTED = frozenset({"dns.not-delegated", "dns.subdomain-delegated", "dns.cname-apex", "dns.dnssec-broken"})
"""Problems of the zone itself: with one of them a record that nobody sees may well have been added."""


def step_of(finding: Finding) -> str:
    """The step that a finding belongs to."""
    if finding.id in _ELSEWHERE:
        return _ELSEWHERE[finding.id]
    return _OF_TOPIC.get(finding.topic, "access")


def findings_of(step: str, report: Report) -> tuple[Finding, ...]:
    """The findings of one step, in the report's order."""
    return tuple(finding for finding in report.findings if step_of(finding) == step)


@dataclass(frozen=True, slots=True)
class Choices:
    """What the person chose that decides which steps there are to walk."""

    sends_by: str = "smtp"
    """`smtp`, or `sdk` for a program with a role, which needs no login."""
    smtp_here: bool = True
    """Whether the region has an SMTP endpoint."""


Progress = dict[str, State]


def progress(report: Report | None, choices: Choices | None = None) -> Progress:
    """The state of every step; all open while nothing was looked at."""
    choices = choices or Choices()
    states: Progress = {}
    for step in STEPS:
        states[step.id] = _state(step, report, choices)
    to_add = report is not None and report.has("dkim.not-published") and not any(map(report.has, MISDIRECTED))
    if to_add and states["records"] is State.DONE:
        states["records"] = State.OPEN
    if report and report.has("identity.missing"):
        # Whatever DNS holds, SES has not said yet what it wants.
        states["records"] = states["propagation"] = State.OPEN
    if report and states["aftercare"] is State.OPEN and states["proof"] is State.DONE and "sandbox" in report.topics:
        # Looked at, and nothing was found: what is left there is the person's own to decide, and no verdict.
        states["aftercare"] = State.DONE
    if report and "identity" not in report.topics:
        # SES could not be asked: right servers alone tell nothing of the records that it wants.
        for step_id in ("records", "propagation"):
            states[step_id] = State.OPEN if states[step_id] is State.DONE else states[step_id]
    if report and "@" in report.domain:
        # A single address has no records: SES verifies it by the link that it mailed.
        states["records"], states["propagation"] = State.SKIPPED, states["domain"]
    return states


def _state(step: Step, report: Report | None, choices: Choices) -> State:
    if step.id == "login" and (choices.sends_by != "smtp" or not choices.smtp_here):
        return State.SKIPPED
    if report is None:
        return State.OPEN
    findings = findings_of(step.id, report)
    if step.id == "access":
        # No SMTP in a region takes the login off the road; everything else of SES is there.
        findings = tuple(finding for finding in findings if finding.id != "region.no-smtp")
    if step.id == "production":
        if any(finding.id == "sandbox.review-pending" for finding in findings):
            return State.WAITING
        return State.OPEN if report.has("sandbox.on") or "sandbox" not in report.topics else State.DONE
    if not findings or any(finding.id in _NOT_MADE_YET for finding in findings):
        return State.OPEN
    worst = speaking(findings)
    assert worst is not None
    if worst.level in (Level.PROBLEM, Level.UNKNOWN):
        return State.BLOCKED
    return State.WAITING if worst.level is Level.WAITING else State.DONE


def unmet(step: str, states: Progress) -> tuple[str, ...]:
    """The steps that this one still waits for, in the order of the road."""
    asked = STEP[step]
    begun = (State.DONE, State.WAITING, State.SKIPPED)
    over = (State.DONE, State.SKIPPED)
    return tuple(
        one.id
        for one in STEPS
        if (one.id in asked.needs and states[one.id] not in begun) or (one.id in asked.needs_done and states[one.id] not in over)
    )


def resume_at(states: Progress) -> str:
    """Where to go on: the first step that is to do or broken and whose needs are met, never one that only waits.

    With nothing left to do, the first that waits; else the last step.
    """
    for step in STEPS:
        if states[step.id] in (State.OPEN, State.BLOCKED) and not unmet(step.id, states):
            return step.id
    return next((step.id for step in STEPS if states[step.id] is State.WAITING), STEPS[-1].id)


OVERVIEW = "overview"
"""The place where every step is listed, among the steps' ids."""


def finished(states: Progress) -> bool:
    """Whether mail works, proven, and nothing is left to do but to ask for production access, which may wait for ever."""
    over = (State.DONE, State.SKIPPED)
    return states["proof"] is State.DONE and all(state in over for step, state in states.items() if step != "production")


def landing(states: Progress) -> str:
    """Where somebody comes back to: the overview once it is finished, else the step to go on with."""
    return OVERVIEW if finished(states) else resume_at(states)


def after(step: str, states: Progress) -> str:
    """The next step on the road from here that is not skipped; the last one stays."""
    place = [one.id for one in STEPS].index(step)
    return next((one.id for one in STEPS[place + 1 :] if states[one.id] is not State.SKIPPED), STEPS[-1].id)


def before(step: str, states: Progress) -> str:
    """The step before this one that is not skipped; the first one stays."""
    place = [one.id for one in STEPS].index(step)
    return next((one.id for one in reversed(STEPS[:place]) if states[one.id] is not State.SKIPPED), STEPS[0].id)

"""Whether a step could not be looked at, and the words for it. "Could not look" says nothing about the thing itself."""

from seswizard.core.facts import Facts
from seswizard.core.findings import Finding, Level, Report, speaking
from seswizard.core.marks import mark_of
from seswizard.core.reading import Unseen
from seswizard.core.steps import STEPS, findings_of
from seswizard.look.session import Session
from seswizard.tui.paint import PLAIN
from seswizard.tui.widgets.blind import Blindness
from seswizard.tui.widgets.table import Row

NEEDS: dict[str, tuple[str, ...]] = {
    "access": ("caller",),
    "sandbox": ("account",),
    "domain": ("identity",),
    "records": ("identity", "delegation"),
    "propagation": ("identity", "delegation", "sweep"),
    "login": ("login",),
    "proof": ("proof",),
    "production": ("account",),
}
"""The facts without which a step has nothing to say."""


def blindness(step: str, session: Session) -> Blindness | None:
    """Why the step could not be looked at; None if it could, or while nobody has looked."""
    facts, report = session.facts, session.report
    if facts is None or report is None:
        return None
    worst = speaking(findings_of(step, report))
    # Without SES's word nobody knows which records it wants: then right servers say nothing.
    wanted_unknown = step in ("records", "propagation") and isinstance(facts.identity, Unseen) and not facts.records
    if worst is not None and worst.level is not Level.UNKNOWN:
        if not wanted_unknown:
            return None
        worst = None
    unseen = _unseen(step, facts)
    cause = worst or next((one for one in report.findings if unseen and one.id == unseen.failure.kind), None)
    if unseen is not None:
        failure = unseen.failure
        return Blindness(
            failure.title,
            failure.remedy or _remedy(cause),
            failure.command or (cause.remedy.command if cause and cause.remedy else ""),
            (failure.kind, unseen.source, failure.detail),
            *_before(session),
        )
    if worst is not None:
        command = worst.remedy.command if worst.remedy else ""
        sources = tuple(one.source for one in worst.evidence[:1])
        return Blindness(worst.title, _remedy(worst), command, (worst.id, *sources), *_before(session))
    return None


def _unseen(step: str, facts: Facts) -> Unseen | None:
    readings = (getattr(facts, name) for name in NEEDS.get(step, ()))
    return next((one for one in readings if isinstance(one, Unseen)), None)


def _remedy(finding: Finding | None) -> str:
    return finding.remedy.text if finding and finding.remedy else ""


def _before(session: Session) -> tuple[str, tuple[Row, ...]]:
    """When something was last seen, and what."""
    if session.before is None or session.before_at is None:
        return ("", ())
    return (session.before_at.astimezone().strftime("%H:%M"), _seen(session.before))


def _seen(report: Report) -> tuple[Row, ...]:
    rows: list[Row] = []
    for step in STEPS:
        if worst := speaking(findings_of(step.id, report)):
            look = mark_of(worst.level)
            rows.append((step.label, f"{look.shown(plain=PLAIN)} {look.word}", worst.title))
    return tuple(rows)

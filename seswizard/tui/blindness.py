"""Whether a step could not be looked at, and the words for it. "Could not look" says nothing about the thing itself."""

from seswizard.core.commands import for_profile
from seswizard.core.findings import Remedy, Report, speaking
from seswizard.core.marks import mark_of
from seswizard.core.step_words import could_not_look, first_unseen
from seswizard.core.steps import STEPS, findings_of
from seswizard.look.session import Session
from seswizard.tui.paint import PLAIN
from seswizard.tui.widgets.blind import Blindness
from seswizard.tui.widgets.table import Row


def blindness(step: str, session: Session) -> Blindness | None:
    """Why the step could not be looked at; None if it could, or while nobody has looked."""
    facts, report = session.facts, session.report
    if facts is None or report is None:
        return None
    found = could_not_look(step, facts, report)
    if found is None:
        return None
    unseen, remedy = first_unseen(step, facts), found.remedy or Remedy("")
    if unseen is not None:
        where: tuple[str, ...] = (unseen.failure.kind, unseen.source, unseen.failure.detail)
    else:
        where = (found.id, *(one.source for one in found.evidence[:1]))
    command = for_profile(remedy.command, session.services.profile)
    return Blindness(found.title, remedy.text, command, where, *_before(session))


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

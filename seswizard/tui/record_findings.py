"""What was found of the records themselves, what a record should be after that, and how it stands in the list."""

from dataclasses import replace

from seswizard.core.facts import Facts
from seswizard.core.findings import Finding, Level, worst_first
from seswizard.core.records import Record
from seswizard.core.standings import NOT_THERE, in_words, right
from seswizard.core.steps import findings_of
from seswizard.look.session import Session
from seswizard.tui.paint import Text, mark

_WORDS = {"spf.duplicate": "several", "spf.too-many-lookups": "costs too much", "dmarc.duplicate": "several"}
"""What is wrong with a record whose value may be right by itself."""


def own_findings(session: Session) -> tuple[Finding, ...]:
    """What was found at this step, worst first; that a record is yet to be added is told by the list."""
    found = worst_first(findings_of("records", session.report)) if session.report else ()
    listed = {(one.name, one.value) for one in session.facts.records} if session.facts else set()
    return tuple(one for one in found if one.level is not Level.OK and not _only(one, listed))


def _only(finding: Finding, listed: set[tuple[str, str | None]]) -> bool:
    """Whether a finding advises nothing but what the list has."""
    pastes = finding.remedy.records if finding.remedy else ()
    return finding.level is Level.ADVICE and bool(pastes) and listed.issuperset((one.name, one.value) for one in pastes)


def mended(record: Record, findings: tuple[Finding, ...]) -> Record:
    """The record with the value that these findings want."""
    pastes = (paste for one in findings if one.remedy for paste in one.remedy.records)
    return replace(record, value=next((one.value for one in pastes if _is(record, one.name, one.type)), record.value))


def standing(record: Record, facts: Facts, findings: tuple[Finding, ...]) -> Text:
    """The record's state in the list."""
    for one in findings:
        if one.level is Level.PROBLEM and one.remedy and any(_is(record, paste.name, paste.type) for paste in one.remedy.records):
            return mark("problem", _WORDS.get(one.id, "wrong value"))
    if right(record, facts):
        return mark("ok", "already right")
    level, words = in_words(record, facts)
    if words == NOT_THERE:
        return mark("open", words)
    return mark("ok", f"added, {words}") if level == "waiting" else mark(level, words)


def _is(record: Record, name: str, kind: str) -> bool:
    return (record.name, record.type) == (name, kind)

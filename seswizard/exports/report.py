"""A report as JSON (CONTRACT §3) and as plain lines."""

import json
from collections.abc import Iterable
from typing import Any

from seswizard.core.findings import Evidence, Finding, Level, Report, worst_first
from seswizard.core.marks import MARKS
from seswizard.core.steps import step_of
from seswizard.exports.times import rfc3339


def as_dict(report: Report) -> dict[str, Any]:
    """The report object of the contract."""
    return {
        "schema": 1,
        "domain": report.domain,
        "region": report.region,
        "level": report.level.value,
        "findings": [finding_dict(finding) for finding in report.findings],
    }


def finding_dict(finding: Finding) -> dict[str, Any]:
    """One finding of the contract."""
    remedy = finding.remedy
    return {
        "id": finding.id,
        "topic": finding.topic,
        "step": step_of(finding),
        "level": finding.level.value,
        "title": finding.title,
        "evidence": [_evidence(one) for one in finding.evidence],
        "remedy": None
        if remedy is None
        else {
            "text": remedy.text,
            "records": [
                {
                    "host": paste.host,
                    "name": paste.name,
                    "type": paste.type,
                    "value": paste.value,
                    "priority": paste.priority,
                }
                for paste in remedy.records
            ],
            "command": remedy.command or None,
        },
    }


def _evidence(one: Evidence) -> dict[str, Any]:
    return {
        "label": one.label,
        "expected": one.expected or None,
        "seen": one.seen,
        "source": one.source,
        "at": rfc3339(one.at),
    }


def to_json(report: Report) -> str:
    """One line."""
    return json.dumps(as_dict(report)) + "\n"


def findings_json(level: Level, findings: Iterable[Finding]) -> str:
    """Findings that belong to no domain, as `explain` and `headers` tell them: one line."""
    return json.dumps({"schema": 1, "level": level.value, "findings": [finding_dict(one) for one in findings]}) + "\n"


def to_text(report: Report) -> str:
    """Level word first, then what to do, then who said so; worst first, nothing cut."""
    where = f" ({report.region})" if report.region else ""
    lines = [f"{report.domain}{where}: {MARKS[report.level.value].word}"]
    for finding in worst_first(report.findings):
        lines.append(headline(finding))
        if finding.level is Level.OK:
            continue
        lines += [f"    {line}" for line in remedy_lines(finding)]
        lines += [f"    {line}" for line in evidence_lines(finding)]
    return "\n".join(lines) + "\n"


def headline(finding: Finding) -> str:
    """The level's glyph and word, what is so, and the id."""
    mark = MARKS[finding.level.value]
    return f"{mark.glyph} {mark.word:<8} {finding.title}  [{finding.id}]"


def remedy_lines(finding: Finding) -> list[str]:
    """What to do; every value whole on a line of its own."""
    if finding.remedy is None:
        return []
    lines = [f"Do: {finding.remedy.text}"]
    for paste in finding.remedy.records:
        lines.append(f"  Host: {paste.host if paste.host is not None else paste.name}")
        priority = f"{paste.priority} " if paste.priority is not None else ""
        lines += [f"  Type: {paste.type}", f"  Value: {priority}{paste.value}"]
    if finding.remedy.command:
        lines.append(f"  $ {finding.remedy.command}")
    return lines


def evidence_lines(finding: Finding) -> list[str]:
    """Who said what."""
    return [
        f"{one.label}: {one.seen}" + (f" (expected {one.expected})" if one.expected else "") + f", says {one.source}"
        for one in finding.evidence
    ]

"""How text becomes lines that a screen reader reads well: short, one fact each, a value to copy alone on its line."""

import textwrap
from collections.abc import Iterator

from seswizard.core.findings import Finding, Level
from seswizard.core.marks import MARKS, mark_of
from seswizard.core.plan import Plan, Sign
from seswizard.core.step_words import TO_DO

WIDTH = 100
"""Columns of a line, but for values to copy."""

SIGNS: dict[Sign, str] = {"+": "make", "~": "change", "-": "remove"}
"""What a plan's signs mean: a screen reader leaves them out."""


def wrapped(text: str) -> list[str]:
    """The text in lines broken between words; a longer word stands alone on its line."""
    return [line for part in text.splitlines() for line in _broken(part)] or [""]


def _broken(text: str) -> list[str]:
    lines = textwrap.wrap(text, WIDTH, break_long_words=False, break_on_hyphens=False)
    return [piece for line in lines for piece in _apart(line)] or [""]


def _apart(line: str) -> list[str]:
    """A line that is too long for one long word, with that word on a line of its own."""
    return [line] if len(line) <= WIDTH else line.split()


def value(name: str, text: str) -> list[str]:
    """A name, and what is to be copied alone on the next line."""
    return [f"{name}:", text]


def finding_lines(finding: Finding, where: str = "") -> Iterator[str]:
    """The level as a word first, then what to do; `where` stands before it all."""
    to_do = finding.id in TO_DO
    yield from wrapped(f"{where}{MARKS['open'].word if to_do else mark_of(finding.level).word}: {finding.title} ({finding.id})")
    remedy = finding.remedy
    if finding.level is Level.OK or remedy is None:
        return
    if finding.level is Level.WAITING and remedy.records:
        # What is merely not there yet is told whole by the records themselves.
        yield from wrapped(f"do: {remedy.text.rstrip(':.')}; the DNS records tell what exactly.")
        return
    if remedy.text:
        yield from wrapped(f"do: {remedy.text}")
    for paste in remedy.records:
        yield from value("hostname", paste.host if paste.host is not None else paste.name)
        yield f"type: {paste.type}"
        if paste.priority is not None:
            yield f"priority: {paste.priority}"
        yield from value("value", paste.value)
    if remedy.command and not to_do:
        yield from value("command", remedy.command)


def evidence_lines(finding: Finding) -> Iterator[str]:
    """Who said what, a few short lines for each."""
    for one in finding.evidence:
        yield from wrapped(f"looked at: {one.label}")
        yield from wrapped(f"seen: {one.seen}")
        if one.expected:
            yield from wrapped(f"wanted: {one.expected}")
        if one.source:
            yield from wrapped(f"said by: {one.source}")


def plan_lines(plan: Plan, *, documents: bool = True) -> Iterator[str]:
    """The plan's own lines, signs as words; a command to copy stands as it is, with or without the files that it reads."""
    commands = {f"  {line}" for command in plan.commands for line in command.splitlines()}
    changes = {f"{one.sign} {one.what}: {one.detail}": f"{SIGNS[one.sign]}: {one.what}: {one.detail}" for one in plan.changes}
    for line in plan.lines(documents=documents):
        yield from [line] if line in commands else wrapped(changes.get(line, line))

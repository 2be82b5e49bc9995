"""What the unattended set-up says: lines of talk on stderr, or one JSON object a line on stdout."""

import json
import sys
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Literal

import click

from seswizard.actions.action import Progress
from seswizard.cli.ending import say
from seswizard.cli.linear.lines import finding_lines, plan_lines, wrapped
from seswizard.cli.linear.telling import Memory
from seswizard.cli.pasting import pasted
from seswizard.core.findings import Finding, Level
from seswizard.core.plan import Plan
from seswizard.core.steps import STEP
from seswizard.exports.records import EXPORTERS, RecordsDocument
from seswizard.exports.report import finding_dict
from seswizard.exports.times import rfc3339
from seswizard.ports import Clock

Form = Literal["text", "json"]


@dataclass(slots=True)
class Emitter:
    """Tells each thing once; what has not changed is not told again."""

    form: Form
    name: str
    region: str
    clock: Clock
    _memory: Memory = field(default_factory=Memory)

    def note(self, step: str, event: str, text: str, **more: Any) -> None:
        """One sentence of a step; the event is its word: `done`, `waiting`, `note`."""
        line = text if text.startswith(f"{event}: ") else f"{event}: {text}"
        self._out(step, event, wrapped(f"{_label(step)}{line}"), title=text, **more)

    def plan(self, step: str, plan: Plan, *, on_stdout: bool = False) -> None:
        """A plan, before anything is done; on stdout where it is what was asked for."""
        plan = pasted(plan)
        changes = [
            {"sign": one.sign, "what": one.what, "detail": one.detail, "command": one.command or None} for one in plan.changes
        ]
        if self.form == "text" and on_stdout:
            click.echo("\n".join(plan.lines()))
            return
        self._out(
            step,
            "plan",
            _with_label(step, plan_lines(plan)),
            title=plan.title,
            summary=plan.summary,
            changes=changes,
            notes=list(plan.notes),
            undo=plan.undo or None,
        )

    def progress(self, step: str, progress: Progress) -> None:
        """How one thing of a plan goes along; in text only how it ended."""
        text = f"{progress.what}: {progress.detail}"
        lines = [] if progress.state == "doing" else wrapped(f"{_label(step)}{progress.state}: {text}")
        self._out(step, progress.state, lines, what=progress.what, detail=progress.detail)

    def findings(self, step: str, findings: Iterable[Finding]) -> bool:
        """Findings that are new or have changed, and those that are over; whether there were any."""
        fresh, over = self._memory.news(step, findings)
        for one in over:
            lines = [] if one.level is Level.OK else wrapped(f"{_label(step)}no longer so: {one.title} ({one.id})")
            self._out(step, "over", lines, finding=finding_dict(pasted(one)))
        for one in fresh:
            self.finding(step, one)
        return bool(fresh or over)

    def finding(self, step: str, finding: Finding) -> None:
        """One finding; in text nothing of those that are well."""
        finding = pasted(finding)
        lines = [] if finding.level is Level.OK else list(finding_lines(finding, _label(step)))
        self._out(step, "finding", lines, finding=finding_dict(finding))

    def records(self, step: str, document: RecordsDocument) -> None:
        """The records to publish: they are what a person needs, so they are on stdout."""
        if self.form == "json":
            self._out(step, "records", [], document=document.as_dict())
        else:
            click.echo(EXPORTERS["text"](document), nl=False)
            sys.stdout.flush()

    def end(self, level: Level, code: int, title: str) -> int:
        """The last line; the exit code."""
        lines = wrapped(title if code in (0, 2) else f"{level.value}: {title}")
        self._out("end", "end", lines, level=level.value, exit_code=code, title=title)
        return code

    def _out(self, step: str, event: str, lines: list[str], **more: Any) -> None:
        if self.form == "text":
            for line in lines:
                say(line)
            return
        about = {"schema": 1, "domain": self.name, "region": self.region, "step": step, "event": event}
        click.echo(json.dumps({**about, "at": rfc3339(self.clock.now()), **more}))
        sys.stdout.flush()


def _label(step: str) -> str:
    """`Access: `, before what is told of a step."""
    return f"{STEP[step].label}: " if step in STEP else ""


def _with_label(step: str, lines: Iterable[str]) -> list[str]:
    """The lines, the first of them with its step."""
    first, *rest = lines
    return [*wrapped(f"{_label(step)}{first}"), *rest]

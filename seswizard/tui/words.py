"""What the frame says of any step: its verdict, and the findings as plain text."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from seswizard.core.findings import speaking, worst_first
from seswizard.core.marks import mark_of
from seswizard.core.step_help import HELP
from seswizard.core.step_words import NOT_NEEDED
from seswizard.core.steps import STEP, STEPS, State, findings_of, unmet
from seswizard.core.text import duration
from seswizard.look.session import Session
from seswizard.tui.paint import PLAIN, Text
from seswizard.tui.widgets.blind import Blindness

SAYS_NOTHING = "That says nothing about your domain."


SHORT: dict[str, str] = {
    "access": "Who you are at AWS.",
    "sandbox": "What this account may send today.",
    "domain": "SES learns your domain and makes its keys.",
    "records": "Put SES's records into your DNS.",
    "propagation": "The records spread, and SES sees them.",
    "login": "A user that may only send as your domain.",
    "proof": "One message, and its bounce comes back.",
    "production": "AWS lifts the sandbox.",
    "aftercare": "Mail keeps working when nobody looks.",
}
"""What each step is for, in a row of a list or beside the button."""


@dataclass(frozen=True, slots=True)
class Say:
    """What the verdict says: a mark's name, one sentence, and perhaps one quiet line."""

    level: str
    sentence: Text
    then: Text = ""


@dataclass(frozen=True, slots=True)
class Do:
    """The one button and its sentence; without `run` it is dim and the sentence tells why."""

    label: str
    sentence: Text
    run: Callable[[], Awaitable[None] | None] | None = None


def help_of(step: str, title: str, *keys: str) -> str:
    """The help of a step's screen, in Markdown: what the step is about, then what its keys do."""
    return "\n\n".join((f"### {title}", *HELP[step], *keys))


def usual_verdict(step: str, session: Session, blind: Blindness | None) -> Say:
    """How a step stands: its worst finding speaks, or its reason while it is to do."""
    report = session.report
    if report is None:
        return Say("waiting", "Looking at AWS and DNS.")
    if blind is not None:
        return Say("unknown", f"Could not look: {lowered(blind.title.removeprefix('Could not look: '))}", SAYS_NOTHING)
    worst = speaking(findings_of(step, report) if step in STEP else report.findings)
    if step not in STEP:
        return Say(worst.level.value, worst.title) if worst else Say("open", "Nothing was found yet.")
    state, why = session.states[step], STEP[step].why
    missing = unmet(step, session.states)
    if missing and state in (State.OPEN, State.BLOCKED):
        return Say("open", why, f"First: {' and '.join(STEP[one].label for one in missing)}.")
    if state is State.OPEN:
        return Say("doing", why, worst.title if worst else "")
    if state is State.SKIPPED:
        return Say("skipped", NOT_NEEDED, why)
    if worst is None:
        return Say(state.value, why)
    return Say(worst.level.value, worst.title, waiting_since(step, session))


def waiting_since(step: str, session: Session) -> str:
    """`waiting for 6 min 40 s`, while the step waits."""
    since = session.since.get(step)
    if session.states[step] is not State.WAITING or since is None:
        return ""
    seconds = (session.services.clock.now() - since).total_seconds()
    return f"waiting for {duration(seconds) if seconds >= 1 else 'a moment'}"


def beside(step: str) -> str:
    """What a step is for, as the words beside the button that opens it."""
    return lowered(SHORT[step]).removesuffix(".")


def lowered(sentence: str) -> str:
    """The sentence as the second half of another: lower-case, unless it begins with a name."""
    return sentence[:1].lower() + sentence[1:] if sentence.split(" ", 1)[0].istitle() else sentence


def findings_text(session: Session) -> str:
    """Everything that was found, as plain text, worst first within each step."""
    if session.report is None:
        return "Nothing was looked at yet."
    lines = [f"{session.name} in {session.region}"]
    for step in STEPS:
        for finding in worst_first(findings_of(step.id, session.report)):
            look = mark_of(finding.level)
            lines.append(f"{look.shown(plain=PLAIN)} {look.word:<8} {step.label}: {finding.title}  ({finding.id})")
            if finding.remedy:
                lines += [f"           {finding.remedy.text}"] if finding.remedy.text else []
                lines += [f"           {one.name} {one.type} {one.value}" for one in finding.remedy.records]
    return "\n".join(lines)

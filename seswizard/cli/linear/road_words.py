"""Sentences that asked and unattended walks both say."""

from seswizard.core.findings import Report, speaking
from seswizard.core.quoting import our_command
from seswizard.core.step_words import WAITED_FOR
from seswizard.core.steps import findings_of
from seswizard.core.text import duration


def still_waiting(seconds: float, report: Report | None) -> str:
    """The line of every minute in which nothing has changed."""
    found = [one for step in WAITED_FOR for one in findings_of(step, report)] if report else []
    worst = speaking(found)
    return f"waiting: for {duration(seconds)}; nothing has changed. {worst.title if worst else ''}".rstrip()


def goes_on(name: object, region: str, *, linear: bool = True) -> str:
    """The command that goes on where this was left."""
    return our_command("setup", name, linear=linear, region=region)

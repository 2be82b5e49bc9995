"""Consent on the command line: the plan is shown, then a person agrees, or `--yes` did."""

import asyncio

import click

from seswizard.actions.action import Action, Outcome, Progress, Say, left_over
from seswizard.cli.ending import Ended, say, tell_way_out
from seswizard.cli.options import on_terminal
from seswizard.cli.pasting import pasted
from seswizard.core.marks import MARKS
from seswizard.core.plan import Plan


def ask(plan: Plan, *, yes: bool, dry_run: bool) -> bool:
    """Whether to go on. A dry run prints the plan on stdout and ends with 0; without a terminal and `--yes`, 2."""
    if dry_run:
        click.echo("\n".join(pasted(plan).lines()))
        raise Ended(0)
    if yes:
        return True
    tell_plan(plan)
    if not on_terminal():
        say("Nothing was done: say --yes to do this without a terminal.")
        raise Ended(2)
    return click.confirm(f"{plan.verb}?", default=False, err=True)


def tell_plan(plan: Plan) -> None:
    """The plan as talk."""
    for line in pasted(plan).lines():
        say(line)


def told(progress: Progress) -> None:
    """One line of talk as a change goes along."""
    if progress.state == "doing":
        return
    mark = MARKS["done" if progress.state == "done" else "waiting" if progress.state == "waiting" else "problem"]
    say(f"{mark.glyph} {progress.what}: {progress.detail}")


async def carried_out(action: Action, hear: Say = told) -> Outcome:
    """Do it, with talk on stderr; a run that is told to end in the middle says what it leaves."""
    steps: list[Progress] = []

    def heard(progress: Progress) -> None:
        steps.append(progress)
        hear(progress)

    try:
        return await action.apply(heard)
    except asyncio.CancelledError:
        say(left_over(action.plan, steps))
        raise


async def apply(action: Action) -> Outcome:
    """Do it, with talk on stderr.

    Raises:
        Ended: it stopped half-way; the sentence is said.
    """
    outcome = await carried_out(action)
    if outcome.failure:
        say(f"{outcome.title} {outcome.failure.title}")
        tell_way_out(outcome.failure)
        raise Ended(exit_of(outcome.failure.kind))
    return outcome


def exit_of(kind: str) -> int:
    """The exit code of a failure's finding id: 3 where one could not look or reach, else 1."""
    topic = kind.split(".")[0]
    if kind == "send.unsure" or (topic in ("access", "state") and kind != "access.other-account"):
        return 3
    return 4 if kind in ("send.throttled", "login.too-new") else 1

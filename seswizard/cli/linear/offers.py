"""Offers that several steps make: going on, and opening the step that comes first."""

from seswizard.cli.linear.walk import Offer, Walk
from seswizard.core.findings import Level
from seswizard.core.steps import STEP, State, after, unmet

OVERVIEW = "overview"


def opens(step: str, words: str = "") -> Offer:
    """Open a step or the overview."""

    async def run(_walk: Walk) -> str:
        return step

    return Offer(words or f"Open {STEP[step].label}", run)


def way_on(walk: Walk, step: str, more: str = "") -> Offer:
    """Go on to the next step that is not skipped."""
    following = after(step, walk.session.states)
    if following == step:
        return opens(OVERVIEW, "Overview of all steps: the road ends here")
    return opens(following, f"Go on to {STEP[following].label}{more}")


def first(walk: Walk, step: str) -> Offer | None:
    """Open the step that has to come before this one; None where nothing has to."""
    states = walk.session.states
    missing = unmet(step, states)
    if not missing or states[step] not in (State.OPEN, State.BLOCKED):
        return None
    return opens(missing[0], f"Open {STEP[missing[0]].label}: it comes first")


def blind(walk: Walk, step: str) -> bool:
    """Whether the step could not be looked at, so that nothing can be planned."""
    return any(one.level is Level.UNKNOWN for one in walk.found(step))

"""From step to step: the heading, what is new, the numbered choices, and where back, skip and quit lead."""

from seswizard.cli.linear.asking import Away, Way
from seswizard.cli.linear.lines import evidence_lines
from seswizard.cli.linear.offers import OVERVIEW
from seswizard.cli.linear.table import WALKED
from seswizard.cli.linear.walk import LinearStep, Offer, Walk
from seswizard.core.findings import Level
from seswizard.core.steps import STEP, STEPS, after, before, landing, resume_at


async def walk_road(walk: Walk, start: str = "") -> None:
    """Open step after step, the first one to do first; ends only by going away.

    Raises:
        Away: the person quits, or goes to the wizard.
    """
    walk.tell.say("Looking at AWS and DNS; nothing is changed by that.")
    await walk.look()
    step = start or landing(walk.session.states)
    while True:
        step = await visit(walk, step)


async def visit(walk: Walk, step: str) -> str:
    """Open one step until the person goes on; the next one.

    Raises:
        Away: the person quits, or goes to the wizard.
    """
    if not walk.visited or walk.visited[-1] != step:
        walk.visited.append(step)
    linear = WALKED[step]
    walk.ask.topic = step
    walk.ask.anew()
    await walk.look_unless_fresh(linear.parts)
    if step in STEP:
        walk.tell.say(f"Step {[one.id for one in STEPS].index(step) + 1} of {len(STEPS)}: {STEP[step].label}. {STEP[step].why}")
    if not walk.tell_step(step, linear):
        walk.tell.say("Nothing has changed here since it was told.")
    while True:
        offers = (*linear.offers(walk), *_always(walk, step, linear))
        try:
            chosen = offers[await walk.ask.choose("What now?", [one.words for one in offers], 0)]
        except Away as away:
            elsewhere = _elsewhere(walk, step, away)
            if elsewhere is not None:
                return elsewhere
            continue
        try:
            following = await chosen.run(walk)
        except Away as away:
            if away.way is Way.QUIT or (away.way is Way.WIZARD and not walk.no_wizard):
                raise
            walk.tell.say(walk.no_wizard if away.way is Way.WIZARD else "Nothing was changed.")
            following = None
        if following is not None:
            return following
        walk.tell_step(step, linear)


def _always(walk: Walk, step: str, linear: LinearStep) -> tuple[Offer, ...]:
    """What can be done at every step."""

    async def again(walk: Walk) -> None:
        walk.tell.forget(step)
        walk.ask.anew()
        await walk.look(linear.parts)

    async def evidence(walk: Walk) -> None:
        for one in walk.found(step) if step in STEP else ():
            if one.evidence and one.level is not Level.OK:
                walk.tell.say(f"About {one.id}: {one.title}")
                walk.tell.lines(evidence_lines(one))

    async def overview(_walk: Walk) -> str:
        return OVERVIEW

    said = step in STEP and any(one.evidence and one.level is not Level.OK for one in walk.found(step))
    offers = [Offer("Who said so: the evidence", evidence)] if said else []
    offers.append(Offer("Look again, and tell everything", again))
    if step != OVERVIEW:
        offers.append(Offer("Overview of all steps", overview))
    return tuple(offers)


def _elsewhere(walk: Walk, step: str, away: Away) -> str | None:
    """The step that a word leads to; None to ask again."""
    if away.way is Way.SKIP:
        following = after(step, walk.session.states) if step in STEP else resume_at(walk.session.states)
        if following != step:
            return following
        walk.tell.say("This is the last step.")
        return None
    if away.way is Way.BACK:
        if len(walk.visited) > 1:
            walk.visited.pop()
            return walk.visited[-1]
        if step in STEP and (earlier := before(step, walk.session.states)) != step:
            walk.visited.clear()
            return earlier
        walk.tell.say("This is the first step.")
        return None
    if away.way is Way.WIZARD and walk.no_wizard:
        walk.tell.say(walk.no_wizard)
        return None
    raise away

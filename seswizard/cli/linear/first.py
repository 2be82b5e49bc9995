"""Where the walk begins: the first questions, the choice among remembered names, and what is remembered of the answers."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from functools import partial

from seswizard.cli.linear.asking import Away, Way, in_turn
from seswizard.cli.linear.talk import Talk
from seswizard.cli.linear.walk import Walk
from seswizard.cli.screen import present_stay
from seswizard.core.answers_file import SetupAnswers
from seswizard.core.failure import BadInputError, FailureError
from seswizard.core.names import IdentityName, parse_identity
from seswizard.core.offer_words import ANOTHER_NAME, API_ONLY, understood
from seswizard.core.regions import REGION_NAMES, has_smtp, nearest_regions, not_usable, place_words
from seswizard.core.remembered import DomainChoices
from seswizard.core.step_words import ROAD, SENDERS
from seswizard.core.steps import resume_at
from seswizard.look.beginning import Beginning, Rewire, begin, forget_mistyped
from seswizard.look.session import Session
from seswizard.ports import Services

NAME_QUESTION = "Send mail from which domain, or which single address"
_NEAR = 6
"""How many regions are listed before one types a name."""


async def begun(services: Services, answers: SetupAnswers, talk: Talk, rewire: Rewire, no_wizard: str) -> Walk:
    """The walk with its name, region and choices: given, remembered, or asked for.

    Raises:
        Away: the person quits, or goes to the wizard.
    """
    walk = Walk(Session(services), talk, answers, rewire, no_wizard)
    beginning = await begin(services, answers.name, rewire)
    if beginning.name is None or (beginning.choices is None and (answers.sends_by is None or not services.region)):
        beginning = await _asked(walk, beginning)
    assert beginning.name is not None
    where = beginning.services or services
    choices = _with(answers, beginning.choices or DomainChoices(str(beginning.name), where.region))
    if choices != beginning.choices or beginning.remembered:
        try:
            await where.state.save_choices(choices)
        except FailureError as error:
            walk.failed(error.failure)
    walk.session = Session(where, beginning.name).with_choices(choices)
    return walk


def _with(answers: SetupAnswers, choices: DomainChoices) -> DomainChoices:
    """The choices with what was answered beforehand."""
    return replace(
        choices,
        sends_by=answers.sends_by or choices.sends_by,
        reports_to=choices.reports_to if answers.reports_to is None else answers.reports_to,
    )


async def _asked(walk: Walk, beginning: Beginning) -> Beginning:
    """The first questions; back leads to the one before, and each of them is needed."""
    walk.tell.say("seswizard sets up Amazon SES and proves that it works. At every question you may type help.")
    services, picked = walk.services, None

    async def pick() -> None:
        nonlocal picked
        picked = await _picked(walk, beginning.remembered)

    if beginning.name is None and len(beginning.remembered) > 1:
        await _needed(walk, pick, first=True)
    if picked is not None:
        there = services if picked.region == services.region or walk.rewire is None else walk.rewire(picked.region)
        return Beginning(parse_identity(picked.name), picked, there)
    for what, text in ROAD:
        walk.tell.say(f"{what}: {text}.")
    name, sends_by, region = await _answers(walk, beginning.name or beginning.given)
    smtp = "" if has_smtp(region) else f"; {API_ONLY}"
    walk.tell.say(f"ok: {region}, {REGION_NAMES[region]}{smtp}.")
    if region != services.region and walk.rewire is not None:
        services = walk.rewire(region)
    known = (await begin(services, name, None)).choices or DomainChoices(str(name), region)
    return Beginning(name, replace(known, sends_by=sends_by), services, (known,))


async def _answers(walk: Walk, name: IdentityName | None) -> tuple[IdentityName, str, str]:
    """Name, what sends, and the region; a name that was given is given with its region."""
    sends_by, region, given = SENDERS[0][0], walk.services.region, name

    def told() -> None:
        assert name is not None
        walk.tell.say(f"ok: {name}, {understood(name)}.")

    async def which_name() -> None:
        nonlocal name
        stay = present_stay()
        if stay.name:
            walk.tell.say(f"Type {stay.name}, {stay.why}.")
        name = await walk.ask.text(NAME_QUESTION, parse_identity, stay.name or None)
        told()

    async def what_sends() -> None:
        nonlocal sends_by
        choices = [f"{words}: {more}" for _, words, more in SENDERS]
        sends_by = SENDERS[await walk.ask.choose("What will send?", choices, 0)][0]

    async def which_region() -> None:
        nonlocal region
        if not walk.services.region:
            near = nearest_regions(walk.services.here.time_zone)[:_NEAR]
            choices = [f"{one}, {place_words(one)}" for one in near]
            at = await walk.ask.choose(
                "From which AWS region? The nearest comes first.", [*choices, "Another region, by its name"]
            )
            if at < len(near):
                region = near[at]
                return
        default = region or None
        region = await walk.ask.text("Which AWS region", lambda typed: _region(typed, walk), default)

    if given:
        told()
    where = () if given and walk.services.region else (which_region,)
    questions = (what_sends, *where) if given else (which_name, what_sends, *where)
    await in_turn(*(partial(_needed, walk, one, first=one is questions[0]) for one in questions))
    assert name is not None
    return name, sends_by, region


async def another_name(walk: Walk) -> str:
    """Ask for the name again, as it was mistyped; the step to go on with."""
    old, services = walk.session, walk.services
    name = await walk.ask.text(NAME_QUESTION, parse_identity)
    await forget_mistyped(services, old.choices)
    known = (await begin(services, name, None)).choices
    sends_by = old.choices.sends_by if old.choices else SENDERS[0][0]
    choices = known or DomainChoices(str(name), services.region, sends_by=sends_by)
    try:
        await services.state.save_choices(choices)
    except FailureError as error:
        walk.failed(error.failure)
    walk.begin_with(Session(services, name).with_choices(choices))
    walk.tell.say(f"ok: {name}, {understood(name)}.")
    await walk.look()
    return resume_at(walk.session.states)


async def _needed(walk: Walk, question: Callable[[], Awaitable[None]], *, first: bool) -> None:
    """Ask until it is answered; only quitting, the wizard, and back where there is one lead away.

    Raises:
        Away: they did.
    """
    while True:
        try:
            return await question()
        except Away as away:
            no_wizard = walk.no_wizard if away.way is Way.WIZARD else ""
            if not no_wizard and away.way is not Way.SKIP and not (first and away.way is Way.BACK):
                raise
            walk.tell.say(no_wizard or "This comes first; it is needed. Type quit to leave.")


async def _picked(walk: Walk, remembered: tuple[DomainChoices, ...]) -> DomainChoices | None:
    """One of those that are remembered; None for another one."""
    words = [f"{one.name} in {one.region}" for one in remembered]
    at = await walk.ask.choose("Several are remembered. Go on with which?", [*words, ANOTHER_NAME], 0)
    return remembered[at] if at < len(remembered) else None


def _region(typed: str, walk: Walk) -> str:
    """A region with SES.

    Raises:
        BadInputError: it will not do.
    """
    if wrong := not_usable(typed, walk.services.region, changes=walk.rewire is not None):
        raise BadInputError(f"{wrong}.")
    return typed

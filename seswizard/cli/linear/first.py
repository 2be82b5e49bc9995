"""Where the walk begins: the first questions, the choice among remembered names, and what is remembered of the answers."""

from dataclasses import replace

from seswizard.cli.linear.asking import Away, Way
from seswizard.cli.linear.talk import Talk
from seswizard.cli.linear.walk import Walk
from seswizard.core.answers_file import SetupAnswers
from seswizard.core.failure import BadInputError, FailureError
from seswizard.core.names import DomainName, parse_identity
from seswizard.core.regions import REGION_NAMES, has_smtp, is_supported
from seswizard.core.remembered import DomainChoices
from seswizard.core.step_words import ROAD, SENDERS
from seswizard.core.text import printable
from seswizard.look.beginning import Beginning, Rewire, begin
from seswizard.look.session import Session
from seswizard.ports import Services


async def begun(services: Services, answers: SetupAnswers, talk: Talk, rewire: Rewire, no_wizard: str) -> Walk:
    """The walk with its name, region and choices: given, remembered, or asked for.

    Raises:
        Away: the person quits, or goes to the wizard.
    """
    walk = Walk(Session(services), talk, answers, rewire, no_wizard)
    beginning = await begin(services, answers.name, rewire)
    while beginning.name is None or (beginning.choices is None and answers.sends_by is None):
        try:
            beginning = await _asked(walk, beginning)
            break
        except Away as away:
            if away.way is Way.QUIT or (away.way is Way.WIZARD and not no_wizard):
                raise
            walk.tell.say(no_wizard if away.way is Way.WIZARD else "This comes first; it is needed. Type quit to leave.")
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
    walk.tell.say("seswizard sets up Amazon SES and proves that it works. At every question you may type help.")
    services = walk.services
    name = beginning.name
    if name is None and len(beginning.remembered) > 1:
        picked = await _picked(walk, beginning.remembered)
        if picked is not None:
            there = services if picked.region == services.region or walk.rewire is None else walk.rewire(picked.region)
            return Beginning(parse_identity(picked.name), picked, there)
    for what, text in ROAD:
        walk.tell.say(f"{what}: {text}.")
    if name is None:
        name = await walk.ask.text("Send mail from which domain, or which single address", parse_identity)
    kind = "a domain; it covers all its addresses" if isinstance(name, DomainName) else "one address; AWS will mail it a link"
    walk.tell.say(f"ok: {name}, {kind}.")
    at = await walk.ask.choose("What will send?", [f"{words}: {more}" for _, words, more in SENDERS], 0)
    sends_by = SENDERS[at][0]
    region = services.region
    if beginning.name is None:
        region = await walk.ask.text("Which AWS region", lambda typed: _region(typed, walk), region)
    smtp = "" if has_smtp(region) else "; mail by API only, no SMTP login there"
    walk.tell.say(f"ok: {region}, {REGION_NAMES[region]}{smtp}.")
    if region != services.region and walk.rewire is not None:
        services = walk.rewire(region)
    known = (await begin(services, name, None)).choices or DomainChoices(str(name), region)
    return Beginning(name, replace(known, sends_by=sends_by), services, (known,))


async def _picked(walk: Walk, remembered: tuple[DomainChoices, ...]) -> DomainChoices | None:
    """One of those that are remembered; None for another one."""
    words = [f"{one.name} in {one.region}" for one in remembered]
    at = await walk.ask.choose("Several are remembered. Go on with which?", [*words, "Another domain or address"], 0)
    return remembered[at] if at < len(remembered) else None


def _region(typed: str, walk: Walk) -> str:
    """A region with SES.

    Raises:
        BadInputError: SES is not there.
    """
    if not is_supported(typed):
        raise BadInputError(f"SES is not in {printable(typed)[:40]}; eu-west-1 and us-east-1 are regions that have it.")
    if typed != walk.services.region and walk.rewire is None:
        raise BadInputError(f"For that region begin again with --region {typed}.")
    return typed

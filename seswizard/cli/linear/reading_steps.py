"""The steps that only tell: access, sending limits, production access, aftercare, and the overview of all of them."""

from collections.abc import Iterator

from seswizard.cli.linear.aftercare_more import more_offers
from seswizard.cli.linear.offers import opens, way_on
from seswizard.cli.linear.walk import LinearStep, Offer, Walk
from seswizard.core.findings import speaking
from seswizard.core.offer_words import IN_CONSOLE, LOOK_LATER, NEXT_TO_DO
from seswizard.core.permissions import operator_policy
from seswizard.core.reading import Seen
from seswizard.core.step_words import REQUEST, WATCH, Pair, console, limits, reviewed, suppression_means, who
from seswizard.core.steps import STEP, STEPS, State, findings_of, resume_at


def said(pair: Pair) -> str:
    """`Account: 123456789012`."""
    return f"{pair[0]}: {pair[1]}"


def _access_facts(walk: Walk) -> Iterator[str]:
    if walk.session.facts:
        yield from map(said, who(walk.session.facts))


def _access_offers(walk: Walk) -> Iterator[Offer]:
    async def policy(walk: Walk) -> None:
        walk.tell.say("Permissions of the whole road, for the person who runs seswizard:")
        walk.tell.lines(operator_policy().splitlines())

    yield way_on(walk, "access")
    yield Offer("Show the permissions that the road needs, as an IAM policy", policy)


def _sandbox_facts(walk: Walk) -> Iterator[str]:
    facts = walk.session.facts
    if facts and isinstance(facts.account, Seen):
        yield from map(said, limits(facts.account.value))


def _sandbox_offers(walk: Walk) -> Iterator[Offer]:
    in_sandbox = walk.session.standing == "sandbox"
    yield way_on(walk, "sandbox", "; the whole road works in the sandbox" if in_sandbox else "")
    yield opens("production", "Production access: what AWS asks")


def _production_facts(walk: Walk) -> Iterator[str]:
    for stands, what, step in reviewed(walk.session.facts, walk.session.states):
        yield f"{'done' if stands else 'to do'}: {what}." + ("" if stands else f" {STEP[step].label} does that.")
    yield f"{IN_CONSOLE}; it asks:"
    yield from map(said, REQUEST)


def _production_offers(walk: Walk) -> Iterator[Offer]:
    async def address(walk: Walk) -> None:
        walk.tell.value("Console address", console(walk.session.region))
        walk.console_told = True

    asks = Offer("Tell the console's address, where the request is made", address)
    on = way_on(walk, "production")
    to_ask = walk.session.states["production"] is State.OPEN and not walk.console_told
    yield from (asks, on) if to_ask else (on, asks)


def _aftercare_facts(walk: Walk) -> Iterator[str]:
    yield from map(said, WATCH)
    facts = walk.session.facts
    if facts and isinstance(facts.account, Seen):
        yield f"Suppression list: {suppression_means(facts.account.value)}"


def _aftercare_offers(walk: Walk) -> Iterator[Offer]:
    async def command(walk: Walk) -> None:
        walk.tell.value(LOOK_LATER, f"seswizard health {walk.session.name}")

    yield way_on(walk, "aftercare")
    yield Offer("Tell the command that looks again", command)
    yield from more_offers()


def _overview_facts(walk: Walk) -> Iterator[str]:
    """One line a step: its number, its name, how it stands, and its worst finding."""
    report = walk.session.report
    for number, step in enumerate(STEPS, 1):
        worst = speaking(findings_of(step.id, report)) if report else None
        told = worst.title if worst and walk.session.states[step.id] is not State.OPEN else step.why
        yield f"Step {number}, {step.label}: {walk.word(step.id)}. {told}"


def _overview_offers(walk: Walk) -> Iterator[Offer]:
    following = resume_at(walk.session.states)
    yield opens(following, f"Open {STEP[following].label}: {NEXT_TO_DO}")
    for step in STEPS:
        if step.id != following:
            yield opens(step.id)


ACCESS = LinearStep(frozenset({"access", "account"}), _access_facts, _access_offers)
SANDBOX = LinearStep(frozenset({"account"}), _sandbox_facts, _sandbox_offers)
PRODUCTION = LinearStep(frozenset({"account"}), _production_facts, _production_offers)
AFTERCARE = LinearStep(frozenset({"account", "identity"}), _aftercare_facts, _aftercare_offers)
ALL = LinearStep(frozenset(), _overview_facts, _overview_offers)
"""The overview."""

"""The steps that only tell: access, sending limits, production access, aftercare, and the overview of all of them."""

from collections.abc import Iterator
from dataclasses import replace

from seswizard.cli.linear.aftercare_more import more_offers
from seswizard.cli.linear.offers import opens, way_on
from seswizard.cli.linear.walk import LinearStep, Offer, Walk
from seswizard.core.aftercare import DECISIONS, ITEMS, decided, decisions
from seswizard.core.failure import FailureError
from seswizard.core.findings import speaking
from seswizard.core.offer_words import IN_CONSOLE, LOOK_LATER, NEXT_TO_DO, SETTINGS_HERE, SETTLE_AFTERCARE
from seswizard.core.permissions import operator_policy
from seswizard.core.quoting import our_command
from seswizard.core.reading import Seen
from seswizard.core.remembered import DomainChoices
from seswizard.core.step_words import (
    REQUEST,
    WATCH,
    Pair,
    aftercare_left,
    aftercare_words,
    console,
    finished_words,
    limits,
    reviewed,
    suppression_means,
    who,
)
from seswizard.core.steps import STEP, STEPS, State, findings_of, finished, resume_at


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
    aftercare = walk.session.choices.aftercare if walk.session.choices else ""
    if walk.session.states["proof"] is State.DONE:
        yield " ".join(aftercare_words(aftercare))
    for item in ITEMS:
        yield f"{DECISIONS[decisions(aftercare)[item.id]]}: {item.label}. {item.what}."
    yield from map(said, WATCH)
    facts = walk.session.facts
    if facts and isinstance(facts.account, Seen):
        yield f"Suppression list: {suppression_means(facts.account.value)}"


def _aftercare_offers(walk: Walk) -> Iterator[Offer]:
    async def command(walk: Walk) -> None:
        walk.tell.value(LOOK_LATER, our_command("health", walk.session.name))

    yield way_on(walk, "aftercare")
    yield Offer(SETTLE_AFTERCARE, _settle)
    yield Offer("Tell the command that looks again", command)
    yield from more_offers()


async def _settle(walk: Walk) -> None:
    """Ask about each thing; what one says is remembered as said, for it cannot be seen from here."""
    for item in ITEMS:
        choices = walk.session.choices or DomainChoices(str(walk.name), walk.services.region)
        ways = list(DECISIONS)
        now = ways.index(decisions(choices.aftercare)[item.id])
        words = [f"{word[0].upper()}{word[1:]}" for word in DECISIONS.values()]
        chosen = ways[await walk.ask.choose(f"{item.label}: {item.what}.", words, now)]
        changed = replace(choices, aftercare=decided(choices.aftercare, item.id, chosen))
        try:
            await walk.services.state.save_choices(changed)
        except FailureError as error:
            walk.failed(error.failure)
            return
        walk.session = walk.session.with_choices(changed)


def _overview_facts(walk: Walk) -> Iterator[str]:
    """One line a step: its number, its name, how it stands, and its worst finding."""
    report, facts, choices = walk.session.report, walk.session.facts, walk.session.choices
    if facts is not None and finished(walk.session.states):
        works, then = finished_words(facts, walk.session.states, choices.aftercare if choices else "")
        yield f"ok: {works} {then}."
    for number, step in enumerate(STEPS, 1):
        worst = speaking(findings_of(step.id, report)) if report else None
        state = walk.session.states[step.id]
        told = worst.title if worst and state is not State.OPEN else step.why
        if step.id == "aftercare" and state is State.DONE and worst is None:
            told = f"{aftercare_left(choices.aftercare if choices else '')}."
        yield f"Step {number}, {step.label}: {walk.word(step.id)}. {told}"


def _overview_offers(walk: Walk) -> Iterator[Offer]:
    following, why = resume_at(walk.session.states), NEXT_TO_DO
    if finished(walk.session.states) and walk.session.states["login"] is State.DONE:
        following, why = "login", SETTINGS_HERE
    yield opens(following, f"Open {STEP[following].label}: {why}")
    for step in STEPS:
        if step.id != following:
            yield opens(step.id)


ACCESS = LinearStep(frozenset({"access", "account"}), _access_facts, _access_offers)
SANDBOX = LinearStep(frozenset({"account"}), _sandbox_facts, _sandbox_offers)
PRODUCTION = LinearStep(frozenset({"account"}), _production_facts, _production_offers)
AFTERCARE = LinearStep(frozenset({"account", "identity"}), _aftercare_facts, _aftercare_offers)
ALL = LinearStep(frozenset(), _overview_facts, _overview_offers)
"""The overview."""

"""Verification: who has each record, what is wrong with the exact value, and waiting that speaks only of changes."""

from collections.abc import Iterator

from seswizard.cli.linear.lines import wrapped
from seswizard.cli.linear.offers import first, opens, way_on
from seswizard.cli.linear.road_words import still_waiting
from seswizard.cli.linear.walk import MINUTE, LinearStep, Offer, Walk
from seswizard.core.cells import cells
from seswizard.core.facts import Facts
from seswizard.core.findings import Finding, Level
from seswizard.core.names import EmailAddress
from seswizard.core.pacing import SES_LOOK, dns_pauses
from seswizard.core.public import public_cells
from seswizard.core.reading import Seen
from seswizard.core.records import Record, label
from seswizard.core.standings import ANSWERS, in_words
from seswizard.core.step_words import NOT_ASKED, NOTHING_TO_COMPARE
from seswizard.core.steps import findings_of

STEP_ID = "propagation"


def record_standing(record: Record, facts: Facts) -> str:
    """`dkim 2: your servers 1 of 3; resolvers not asked yet`."""
    level, words = in_words(record, facts)
    told = public_cells(record, facts.public.value) if isinstance(facts.public, Seen) else ()
    right = sum(one.standing == "right" for one in told)
    resolvers = f"{right} of {len(told)} have it" if told else "not asked yet"
    return f"{label(record, facts.records)}: {level}: your servers: {words}; resolvers: {resolvers}"


def _facts(walk: Walk) -> Iterator[str]:
    facts, identity = walk.session.facts, walk.session.identity
    if identity:
        yield f"SES: {'it is verified' if identity.verified else 'it is not verified yet'}"
        if identity.is_domain and identity.mail_from:
            yield f"SES, MAIL FROM: {'verified' if identity.mail_from.status == 'SUCCESS' else 'not verified yet'}"
    if facts and not isinstance(walk.session.name, EmailAddress):
        for record in facts.records:
            yield record_standing(record, facts)
        if not facts.records:
            yield NOTHING_TO_COMPARE


def _beside(walk: Walk) -> Iterator[Finding]:
    """What SES says of the identity stands beside what DNS says."""
    if walk.session.report and walk.session.identity:
        yield from (one for one in findings_of("domain", walk.session.report) if one.level is not Level.OK)


def _offers(walk: Walk) -> Iterator[Offer]:
    if comes_first := first(walk, STEP_ID):
        yield comes_first
        return
    on = way_on(walk, STEP_ID)
    wait = Offer("Wait here; changes are told, Enter ends the waiting", wait_here)
    if walk.settled:
        yield on
    else:
        yield wait
        yield way_on(walk, STEP_ID, ", and look here again later")
        if walk.session.identity and not isinstance(walk.session.name, EmailAddress):
            yield opens("records", "Tell the records again")
    if walk.session.facts and walk.session.facts.records:
        yield Offer("What each of your servers says", _servers)


async def _servers(walk: Walk) -> None:
    facts = walk.session.facts
    if facts is None or not isinstance(facts.sweep, Seen):
        walk.tell.say(NOT_ASKED)
        return
    for record in facts.records:
        for one in cells(record, facts.sweep.value):
            says = ANSWERS.get(one.standing, one.seen)
            for line in wrapped(f"{label(record, facts.records)}, {one.server.shown}: {says}"):
                walk.talk.write(line)


async def wait_here(walk: Walk) -> None:
    """Look again and again; a line only when something has changed, and every minute."""
    walk.tell.say("Waiting. A line comes only when something has changed, and every minute. Enter ends the waiting.")
    clock = walk.services.clock
    started = said = clock.monotonic()
    single = isinstance(walk.session.name, EmailAddress)
    for pause in dns_pauses():
        if await walk.talk.rest(clock, SES_LOOK if single else pause):
            walk.tell.say("Stopped waiting.")
            return
        await walk.look_at_spread()
        if walk.tell_step(STEP_ID, PROPAGATION):
            said = clock.monotonic()
        if walk.settled:
            walk.tell.say(f"done: {walk.session.name} is verified.")
            return
        if clock.monotonic() - said >= MINUTE:
            said = clock.monotonic()
            walk.tell.say(still_waiting(said - started, walk.session.report))


PROPAGATION = LinearStep(frozenset({"identity", "dns"}), _facts, _offers, _beside)

"""DNS records: one after the other, every value to copy alone on its line."""

from collections.abc import Iterator

from seswizard.cli.linear.offers import first, opens, way_on
from seswizard.cli.linear.walk import LinearStep, Offer, Walk
from seswizard.core.failure import FailureError
from seswizard.core.offer_words import LAST_RECORD, SAVE_RECORDS, SES_TOO, TOLD_THERE
from seswizard.core.records import Record, label
from seswizard.core.standings import explained, mistake, standing_words, tally, told_of_records
from seswizard.core.step_words import CLICK, NO_RECORDS, NO_RECORDS_YET, ONLY_DKIM, TYPED, adds_the_zone, fields
from seswizard.core.steps import STEP, State
from seswizard.core.text import printable
from seswizard.exports.records import ENDINGS, by_ending
from seswizard.look.document import records_document


def _records(walk: Walk) -> tuple[Record, ...]:
    return walk.session.facts.records if walk.session.facts else ()


def _facts(walk: Walk) -> Iterator[str]:
    records, facts, report = _records(walk), walk.session.facts, walk.session.report
    if walk.session.states["records"] is State.SKIPPED:
        yield f"{NO_RECORDS} {CLICK}"
    elif not records or facts is None or report is None:
        yield NO_RECORDS_YET
    else:
        _, *said = told_of_records(facts, report)
        yield " ".join(sentence for sentence in (*said, "" if ONLY_DKIM in said else ONLY_DKIM) if sentence)
        if zone := walk.session.zone:
            yield adds_the_zone(zone)


def _offers(walk: Walk) -> Iterator[Offer]:
    if not _records(walk):
        yield first(walk, "records") or way_on(walk, "records")
        return
    one_by_one = Offer("Tell the records one by one, to add them at your DNS host", _one_by_one)
    on = way_on(walk, "records", f": {SES_TOO}")
    facts, report = walk.session.facts, walk.session.report
    if facts and report and explained(facts, report):
        yield opens("propagation", f"Open {STEP['propagation'].label}: {TOLD_THERE}")
    elif report and mistake(report):
        yield opens("propagation", f"Open {STEP['propagation'].label}: it tells which record was saved wrongly")
    to_add = facts is not None and bool(tally(facts).missing)
    yield from (one_by_one, on) if to_add and not walk.records_told else (on, one_by_one)
    yield Offer("Tell all records at once", _all)
    yield Offer(SAVE_RECORDS, _save)


async def _one_by_one(walk: Walk) -> None:
    """One record, a question, the next one; each as it stands at the moment."""
    number = 0
    while number < len(_records(walk)):
        if number and await walk.ask.choose("And now?", ("Next record", "No more of them now"), 0):
            return
        await walk.look_unless_fresh(frozenset({"dns"}))
        number += 1
        walk.tell.lines(one for record in _records(walk)[number - 1 : number] for one in record_lines(walk, record, number))
    walk.tell.say(f"{LAST_RECORD[0].upper()}{LAST_RECORD[1:]}. Looking whether they are there already.")
    walk.records_told = True
    await walk.look(RECORDS.parts)


async def _all(walk: Walk) -> None:
    await walk.look_unless_fresh(frozenset({"dns"}))
    for number, record in enumerate(_records(walk), 1):
        walk.tell.lines(record_lines(walk, record, number))
    walk.records_told = True


def record_lines(walk: Walk, record: Record, number: int) -> Iterator[str]:
    """One record: which it is, what it is for, how it stands, and its fields."""
    facts, records = walk.session.facts, _records(walk)
    need = "required" if record.required else "recommended"
    yield f"Record {number} of {len(records)}: {label(record, records)}, {need}. It {record.why}."
    if facts:
        yield f"Status: {standing_words(record, facts)}"
    for name, value in fields(record, walk.session.zone):
        if name in TYPED:
            yield f"{name}: {value}"
        else:
            yield from (f"{name}:", value)


async def _save(walk: Walk) -> None:
    session = walk.session
    question = f"Save to which file? {ENDINGS}"
    path = await walk.ask.text(question, str, f"{session.name}-records.txt")
    try:
        await walk.services.files.write(path, by_ending(path)(records_document(session)))
    except FailureError as error:
        walk.failed(error.failure)
    else:
        walk.tell.say(f"Saved to {printable(path)}")


RECORDS = LinearStep(frozenset({"identity", "dns"}), _facts, _offers)

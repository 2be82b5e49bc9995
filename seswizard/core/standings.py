"""How records stand at the servers: one of them in a word for lists and matrices, all of them in a sentence."""

from dataclasses import dataclass

from seswizard.core.cells import cells
from seswizard.core.facts import Facts
from seswizard.core.findings import Finding, Level, Report
from seswizard.core.misses import found
from seswizard.core.offer_words import SES_TOO
from seswizard.core.reading import Seen
from seswizard.core.records import Record
from seswizard.core.step_words import ONLY_DKIM
from seswizard.core.steps import MISDIRECTED, State, findings_of, progress
from seswizard.core.text import counted

NOT_THERE = "not there yet"
ANSWERS = {
    "right": "has it",
    "different": "another value",
    "lame": "not served",
    "old": "an old value",
    "broken": "DNSSEC broken",
}
"""What one server or resolver says of a record, by the standing of its answer; any other is told as it was seen."""
_LANDED = {
    "dkim.wildcard": "wildcard",
    "dkim.txt-instead-of-cname": "saved as TXT",
    "dkim.proxied": "proxied",
    "dkim.old-tokens": "old record",
    "dkim.doubled-name": "doubled",
    "dkim.missing-underscore": "no underscore",
    "dkim.wrong-place": "wrong place",
}


def mistake(report: Report) -> Finding | None:
    """A record that was saved wrongly, if any."""
    found = findings_of("propagation", report)
    return next((one for one in found if one.level is Level.PROBLEM and one.remedy and one.remedy.records), None)


def right(record: Record, facts: Facts) -> bool:
    """Whether every server that answered has it right; an inherited DMARC policy is right too."""
    if record.purpose == "dmarc" and isinstance(facts.dmarc, Seen) and facts.dmarc.value.policy is not None:
        return True
    return in_words(record, facts)[0] == "ok"


def in_words(record: Record, facts: Facts) -> tuple[str, str]:
    """The level and the words of a record at the servers."""
    if not isinstance(facts.sweep, Seen):
        return "unknown", "not seen"
    told = cells(record, facts.sweep.value)
    answered = [one for one in told if one.standing != "silent"]
    count = sum(one.standing == "right" for one in answered)
    if not answered:
        return "unknown", "no answer"
    if count == len(answered):
        return "ok", f"all {count}" if len(answered) == len(told) else f"{count}, {len(told) - count} silent"
    if count:
        return "waiting", f"{count} of {len(told)}"
    if any(one.standing == "different" for one in answered):
        return "problem", "wrong value"
    if all(one.standing == "lame" for one in answered):
        return "problem", "not served"
    zone = facts.delegation.value.zone if isinstance(facts.delegation, Seen) else ""
    landed = found(record, facts.sweep.value, str(facts.domain), zone, facts.previous_tokens)
    if landed and record.purpose == "dkim":
        return "problem", _LANDED.get(landed[0].id, "misplaced")
    return "waiting", NOT_THERE


@dataclass(frozen=True, slots=True)
class Tally:
    """The records by what is left to do about them; one that was saved wrongly, or not seen, is in none of these."""

    missing: tuple[Record, ...]
    """At no server: to be added."""
    spreading: tuple[Record, ...]
    """Added, but not at every server."""
    right: tuple[Record, ...]


def tally(facts: Facts) -> Tally:
    """Count the records of a look."""
    missing, spreading, fine = [], [], []
    for record in facts.records:
        level, words = in_words(record, facts)
        if right(record, facts):
            fine.append(record)
        elif words == NOT_THERE:
            missing.append(record)
        elif level == "waiting":
            spreading.append(record)
    return Tally(tuple(missing), tuple(spreading), tuple(fine))


def explained(facts: Facts, report: Report) -> Finding | None:
    """The problem of the servers themselves because of which records are not seen everywhere; adding them again ends nothing.

    One lame server explains nothing about a record that the others have not got either.
    """
    wanted = MISDIRECTED if tally(facts).missing else {*MISDIRECTED, "dns.lame"}
    if len(tally(facts).right) == len(facts.records):
        return None
    problems = (one for one in findings_of("propagation", report) if one.level is Level.PROBLEM)
    return next((one for one in problems if one.id in wanted), None)


def told_of_records(facts: Facts, report: Report) -> tuple[str, str, str]:
    """What is to be said of the records as a whole: the level, a sentence, and what comes after it."""
    now, count = tally(facts), len(facts.records)
    if cause := explained(facts, report):
        return "problem", cause.title, cause.remedy.text if cause.remedy else ""
    if len(now.right) == count:
        seen = progress(report)["propagation"] is State.DONE
        return "ok", f"All {counted(count, 'record')} are in your DNS.", "SES sees them too." if seen else f"Next: {SES_TOO}."
    if now.missing:
        added, fine = len(now.spreading), len(now.right)
        parts = [f"{added} {'was added and is' if added == 1 else 'were added and are'} spreading"] if added else []
        parts += [f"{fine} of the {count} {'is' if fine == 1 else 'are'} already right"] if fine else []
        then = f"{'; '.join(parts)}." if parts else ONLY_DKIM
        return "doing", f"Add {counted(len(now.missing), 'record')} at your DNS host.", then
    behind = len(now.spreading)
    if behind and behind + len(now.right) == count:
        are = "is" if behind == 1 else "are"
        title = f"All {counted(count, 'record')} are added; {behind} {are} not at every server yet."
        return "waiting", title, "That comes without you; this goes on looking."
    wrong = count - behind - len(now.right)
    return "doing", f"{counted(wrong, 'record')} {'is' if wrong == 1 else 'are'} not as SES wants.", ""


def standing_words(record: Record, facts: Facts) -> str:
    """How one record stands, in words: `already right`, `added, 2 of 3 servers have it`, `not there yet`."""
    level, words = in_words(record, facts)
    if right(record, facts):
        return "already right"
    if level == "waiting" and words != NOT_THERE:
        return f"added, {words} servers {'has' if words.startswith('1 ') else 'have'} it"
    return words

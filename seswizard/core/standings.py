"""How one record stands at the servers, in one word for lists and matrices."""

from seswizard.core.cells import cells
from seswizard.core.facts import Facts
from seswizard.core.findings import Finding, Level, Report
from seswizard.core.misses import found
from seswizard.core.reading import Seen
from seswizard.core.records import Record
from seswizard.core.steps import findings_of

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

"""What a finding shows of its evidence and remedy: the one telling line, where it is mended, and the one value to paste."""

from seswizard.core.findings import Evidence, Finding, Paste
from seswizard.core.steps import STEP
from seswizard.tui.paint import Text, joined, quiet, rich

AT_ANOTHER_NAME: frozenset[str] = frozenset(
    {"dkim.doubled-name", "dkim.missing-underscore", "dkim.wrong-place", "dkim.old-tokens"}
)
"""Findings about where a record sits: what is to be pasted is its host name."""
_LISTED = ("dkim", "mail-from")
"""Topics whose records are exactly those of the DNS records' list."""
ABOUT_SERVERS: frozenset[str] = frozenset({"dns.partial", "dns.lame", "dns.silent", "dns.cached-negative", "dns.cached-old"})


def telling(finding: Finding) -> tuple[Text, ...]:
    """At most two lines of evidence."""
    if finding.id in AT_ANOTHER_NAME:
        last = next((one for one in reversed(finding.evidence) if "._domainkey." in one.expected), None)
        if last is None:
            return ()
        if last.label.startswith(last.expected):
            rest = last.label.removeprefix(last.expected)
            return (rich("It now sits at …$name[b $level-problem]$rest[/]", name=last.expected[-28:], rest=rest),)
        return (joined(quiet("It now sits at  "), last.label),)
    if finding.id in ABOUT_SERVERS:
        return tuple(servers(finding.evidence))[:2]
    if finding.remedy and finding.remedy.records and finding.evidence:
        return tuple(joined(quiet("Now  "), seen) for seen in _seen_now(finding))[:2]
    alike: dict[tuple[str, str, str], list[Evidence]] = {}
    for one in finding.evidence:
        alike.setdefault((one.label, one.seen, one.expected), []).append(one)
    return tuple(said(first, len(others)) for first, *others in alike.values())[:2]


def _seen_now(finding: Finding) -> list[str]:
    """What stands there now, once each: servers tell several values in any order. The name stands beside the value to paste."""
    seen = {tuple(sorted(one.seen.split(", "))): one.seen for one in reversed(finding.evidence) if one.seen}
    return list(reversed(seen.values()))


def pasted(finding: Finding) -> tuple[Paste, ...]:
    """The records of the remedy that are shown whole; where the list of records has the others too, only the first."""
    records = finding.remedy.records if finding.remedy else ()
    return records[:1] if finding.topic in _LISTED else records


def place(paste: Paste) -> Text:
    """The hostname and the type of a record to paste, and its priority."""
    priority = (quiet("  Priority  "), str(paste.priority)) if paste.priority is not None else ()
    return joined(quiet("Hostname  "), paste.host or paste.name, quiet("  Type  "), paste.type, *priority)


def advised(finding: Finding) -> str:
    """What to do; where only the first of several records is shown, where the others are."""
    remedy = finding.remedy
    if remedy is None or len(remedy.records) == len(pasted(finding)):
        return remedy.text if remedy else ""
    return f"{remedy.text}  1 of {len(remedy.records)}, see {STEP['records'].label}"


def short(name: str) -> str:
    """The end of a long name: it tells which one."""
    return name if len(name) < 30 else f"…{name[-27:]}"


def servers(evidence: tuple[Evidence, ...]) -> list[Text]:
    """What was seen, and by how many and whom, once each."""
    by_seen: dict[str, list[str]] = {}
    for one in evidence:
        seen = "has it" if one.seen.lower() == one.expected.lower() else one.seen
        names = by_seen.setdefault(seen, [])
        if one.source not in names:
            names.append(one.source)
    return [joined(quiet(f"{seen}  "), ", ".join(names[:2]), quiet(more(names))) for seen, names in by_seen.items()]


def more(names: list[str]) -> str:
    """` and 3 more`."""
    return f" and {len(names) - 2} more" if len(names) > 2 else ""


def said(evidence: Evidence, others: int = 0) -> Text:
    """One evidence as a line: what was looked at, what was seen, who and how many others said so, what it should be."""
    source = quiet(f"  {evidence.source}{f' and {others} more' if others else ''}") if evidence.source else ""
    expected = quiet(f"  should be {evidence.expected}") if evidence.expected and len(evidence.expected) < 30 else ""
    return joined(quiet(f"{short(evidence.label)}  "), evidence.seen, expected, source)


def to_paste(finding: Finding) -> str:
    """The one value to paste: a host name where the record sits wrongly, else the value, else the command."""
    remedy = finding.remedy
    if remedy is None:
        return ""
    if remedy.records:
        record = remedy.records[0]
        if finding.id in AT_ANOTHER_NAME:
            return record.host or record.name
        return record.value
    return remedy.command

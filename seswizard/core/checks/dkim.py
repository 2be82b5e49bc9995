"""The DKIM records at the authoritative servers: right, or the named mistake with the value to paste.

For one record the first true row of CONTRACT §2's list wins; several records with the same mistake are one finding.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from seswizard.core import misses
from seswizard.core.aliases import aliases_above
from seswizard.core.answers import Delegation, Sweep
from seswizard.core.cells import Cell, right, told
from seswizard.core.checks.check import problem, said
from seswizard.core.facts import Facts
from seswizard.core.findings import Evidence, Finding, Level, Remedy
from seswizard.core.quoting import aws_command
from seswizard.core.reading import Seen
from seswizard.core.records import Record, label


@dataclass(frozen=True, slots=True)
class Mistake:
    """What one id says, once for one record and once for several."""

    id: str
    level: Level
    one: str
    """With `{label}` for the record."""
    many: str
    """With `{count}`."""
    do: str


MISTAKES: tuple[Mistake, ...] = (
    Mistake(
        "dkim.wildcard",
        Level.PROBLEM,
        "A wildcard answers for {label}; the record itself is missing.",
        "A wildcard answers for {count} DKIM records; they are missing.",
        "Add the record itself; the wildcard may stay.",
    ),
    Mistake(
        "dkim.proxied",
        Level.PROBLEM,
        "{label} is proxied: its addresses are served instead of the CNAME.",
        "{count} DKIM records are proxied: addresses are served instead of the CNAMEs.",
        "Switch the proxy off for this record (DNS only).",
    ),
    Mistake(
        "dkim.txt-instead-of-cname",
        Level.PROBLEM,
        "{label} was saved as TXT; it must be a CNAME.",
        "{count} DKIM records were saved as TXT; they must be CNAMEs.",
        "Delete the TXT and add this CNAME:",
    ),
    Mistake(
        "dkim.target-appended",
        Level.PROBLEM,
        "{label} points to a name with your domain added at its end.",
        "{count} DKIM records point to names with your domain added at the end.",
        "Open that record and end the target with a dot, or put in exactly:",
    ),
    Mistake(
        "dkim.wrong-zone",
        Level.PROBLEM,
        "{label} points into another DKIM zone than SES's answer names.",
        "{count} DKIM records point into another DKIM zone than SES's answer names.",
        "Open that record and put in exactly:",
    ),
    Mistake(
        "dkim.old-tokens",
        Level.PROBLEM,
        "{label} is missing; a record of an earlier try is still there.",
        "{count} DKIM records are missing; records of an earlier try are still there.",
        "Replace the old records by these:",
    ),
    Mistake(
        "dkim.wrong-target",
        Level.PROBLEM,
        "{label} points somewhere else.",
        "{count} DKIM records point somewhere else.",
        "Open that record and put in exactly:",
    ),
    Mistake(
        "dkim.doubled-name",
        Level.PROBLEM,
        "{label} was saved under a doubled name.",
        "{count} DKIM records were saved under doubled names.",
        "Your DNS host adds the domain by itself. Open that record and put only this into its name:",
    ),
    Mistake(
        "dkim.missing-underscore",
        Level.PROBLEM,
        "{label} was saved without the underscore of _domainkey.",
        "{count} DKIM records were saved without the underscore of _domainkey.",
        "Open that record and put this into its name:",
    ),
    Mistake(
        "dkim.wrong-place",
        Level.PROBLEM,
        "{label} was saved under another domain's name.",
        "{count} DKIM records were saved under another domain's name.",
        "Move it to this name:",
    ),
    Mistake(
        "dkim.removed",
        Level.PROBLEM,
        "{label} is gone; SES revokes the domain within 72 hours.",
        "{count} DKIM records are gone; SES revokes the domain within 72 hours.",
        "Put it back:",
    ),
    Mistake(
        "dkim.not-published",
        Level.WAITING,
        "{label} is not published yet.",
        "{count} DKIM records are not published yet.",
        "Add at your DNS host:",
    ),
)


def dkim(facts: Facts, sweep: Seen[Sweep], delegation: Seen[Delegation]) -> Iterator[Finding]:
    """Every DKIM record is right at the servers that answered, and SES signs."""
    judged: dict[str, list[tuple[Record, tuple[Evidence, ...]]]] = {}
    for record in facts.records:
        if record.purpose != "dkim":
            continue
        ident, evidence = judge_record(facts, record, sweep, delegation.value.zone)
        if ident:
            judged.setdefault(ident, []).append((record, evidence))
    zone = delegation.value.zone
    for mistake in MISTAKES:
        if concerned := judged.get(mistake.id):
            first = label(concerned[0][0], facts.records)
            title = mistake.one.format(label=first) if len(concerned) == 1 else mistake.many.format(count=len(concerned))
            yield Finding(
                mistake.id,
                mistake.level,
                title,
                # An old record is found in the place of each one that is missing.
                tuple({(one.label, one.source): one for _, evidence in concerned for one in evidence}.values()),
                Remedy(mistake.do, tuple(record.paste(zone) for record, _ in concerned)),
            )
    if isinstance(facts.identity, Seen) and (now := facts.identity.value) and now.verified and not now.dkim.signing:
        yield problem(
            "dkim.signing-off",
            "The domain is verified, but SES does not sign its mail.",
            said(facts.identity, "SigningEnabled", "false", "true"),
            remedy=Remedy(
                "Switch signing on.",
                command=aws_command("sesv2 put-email-identity-dkim-attributes", email_identity=now.name, signing_enabled=True),
            ),
        )


def judge_record(facts: Facts, record: Record, sweep: Seen[Sweep], zone: str) -> tuple[str | None, tuple[Evidence, ...]]:
    """The id of a record's mistake and what was seen; None where it is right, only partly there, or nobody answered."""
    answered = told(record, sweep.value)
    domain = str(facts.domain)
    if (
        not answered
        or right(record, sweep.value)
        or aliases_above(record, domain, sweep.value)
        or is_cut(record, sweep.value, zone)
    ):
        return None, ()
    evidence = tuple(evidence_of(record, one, sweep) for one in answered)
    landed = misses.found(record, sweep.value, domain, zone, facts.previous_tokens)
    ids = {one.id for one in landed}
    if different := next((one for one in answered if one.standing == "different"), None):
        ids = (ids - {"dkim.old-tokens"}) | {wrong_target(record, different.seen, domain, zone)}
    if not ids:
        return ("dkim.removed" if was_verified(facts, record) else "dkim.not-published"), evidence
    first = next(mistake.id for mistake in MISTAKES if mistake.id in ids)
    if first == "dkim.wildcard":
        return first, evidence
    here: dict[str, str] = {}
    for one in landed:
        if one.id == first and one.name == record.name:
            here[one.server] = f"{here[one.server]}, {one.seen}" if one.server in here else one.seen
    there = tuple(
        Evidence(o.name, o.seen, record.name, o.server, sweep.at) for o in landed if o.id == first and o.name != record.name
    )
    return first, (*(replace(one, seen=here.get(one.source, one.seen)) for one in evidence), *there)


def all_right(facts: Facts) -> bool:
    """Whether every DKIM record was seen to be right somewhere, so that the topic may be called fine."""
    sweep = facts.sweep
    return isinstance(sweep, Seen) and all(right(one, sweep.value) for one in facts.records if one.purpose == "dkim")


def is_cut(record: Record, sweep: Sweep, zone: str) -> bool:
    """Whether the record's name lies in a zone of its own: that finding comes first, as that of an alias above does."""
    return any(answer.referral(record.name) not in (None, zone) for _, answer in sweep.answers(record.name, record.type))


def key_unresolved(facts: Facts, sweep: Seen[Sweep], delegation: Seen[Delegation]) -> Iterator[Finding]:
    """A server that has the CNAME answers TXT through it: SES asks for that
    (https://docs.aws.amazon.com/ses/latest/dg/troubleshoot-dkim.html)."""
    evidence = []
    for record in facts.records:
        if record.purpose != "dkim" or record.type != "CNAME" or not right(record, sweep.value):
            continue
        having = {one.server for one in told(record, sweep.value) if one.standing == "right"}
        for server, answer in sweep.value.answers(record.name, "TXT"):
            if server in having and answer.status not in ("NOERROR", "NXDOMAIN"):
                evidence.append(Evidence(record.name, f"TXT: {answer.status}", "a p= key", server.shown, sweep.at))
    if evidence:
        yield problem(
            "dkim.key-unresolved",
            "The CNAMEs are right, but your servers fail when asked for TXT through them.",
            *evidence,
            remedy=Remedy("Tell your DNS host: TXT at these names must be answered with the CNAME."),
        )


def wrong_target(record: Record, seen: str, domain: str, zone: str) -> str:
    """Which mistake a CNAME with another target is."""
    target, want = seen.lower(), (record.value or "").lower()
    if target in (f"{want}.{domain}", f"{want}.{zone}"):
        return "dkim.target-appended"
    token, _, hosted = want.partition(".")
    if target.partition(".")[0] == token and target.endswith(".amazonses.com") and ".dkim." in f".{target}":
        return "dkim.wrong-zone" if target.partition(".")[2] != hosted else "dkim.wrong-target"
    return "dkim.wrong-target"


def was_verified(facts: Facts, record: Record) -> bool:
    """Whether the record was right once: SES says so, or the records file did."""
    if record.verified:
        return True
    if isinstance(facts.identity, Seen) and facts.identity.value:
        now = facts.identity.value
        return now.status in ("SUCCESS", "TEMPORARY_FAILURE") or now.verification.last_success is not None
    return False


def evidence_of(record: Record, cell: Cell, sweep: Seen[Sweep]) -> Evidence:
    """One server's word on one record."""
    return Evidence(record.name, cell.seen, record.value or "a p= key", cell.server.shown, sweep.at)

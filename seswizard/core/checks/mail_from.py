"""The MAIL FROM domain: exactly one MX to SES, and an SPF record there, which SES itself does not check."""

from collections.abc import Iterator
from dataclasses import replace

from seswizard.core.aliases import aliases_above
from seswizard.core.answers import Delegation, Sweep
from seswizard.core.cells import Cell, cells, right, told
from seswizard.core.checks.check import advice, problem, said, waiting
from seswizard.core.checks.dkim import evidence_of
from seswizard.core.facts import Facts
from seswizard.core.findings import Evidence, Finding, Level, Paste, Remedy
from seswizard.core.names import relative_to
from seswizard.core.quoting import aws_command
from seswizard.core.reading import Seen
from seswizard.core.records import Record
from seswizard.core.spf import MOST_TERMS, MOST_VOID, SpfCount, includes_ses, is_spf, without_ses


def _record(facts: Facts, purpose: str) -> Record | None:
    return next((record for record in facts.records if record.purpose == purpose), None)


def expects(purpose: str, facts: Facts) -> bool:
    """Whether such a record is among the expected ones."""
    return _record(facts, purpose) is not None


def mail_from(facts: Facts, sweep: Seen[Sweep], delegation: Seen[Delegation]) -> Iterator[Finding]:
    """The MX is there, alone and right; then the SPF."""
    zone, domain = delegation.value.zone, str(facts.domain)
    mx, spf = _record(facts, "mail-from-mx"), _record(facts, "mail-from-spf")
    if any(one and aliases_above(one, domain, sweep.value) for one in (mx, spf)):
        return
    if mx and (found := _mx(facts, mx, sweep, zone)):
        yield found
    if spf and not _aliases(spf, sweep.value):
        answered = told(spf, sweep.value)
        lacking = [one for one in answered if not any(includes_ses(text) for text in one.seen.split(", "))]
        if answered and len(lacking) == len(answered):
            others = all(right(one, sweep.value) for one in facts.records if one.purpose not in ("mail-from-spf", "dmarc"))
            yield Finding(
                "mail-from.no-spf",
                Level.PROBLEM if others else Level.WAITING,
                "MAIL FROM has no SPF record that includes amazonses.com.",
                tuple(evidence_of(spf, one, sweep) for one in lacking),
                Remedy("Add at your DNS host:", (spf.paste(zone),)),
            )


def all_right(facts: Facts) -> bool:
    """Whether every record of MAIL FROM was seen to be right somewhere, so that the topic may be called fine."""
    sweep, wanted = facts.sweep, ("mail-from-mx", "mail-from-spf")
    return isinstance(sweep, Seen) and all(
        right(one, sweep.value) or (one.purpose == "mail-from-spf" and _names_ses(one, sweep.value))
        for one in facts.records
        if one.purpose in wanted
    )


def _names_ses(record: Record, sweep: Sweep) -> bool:
    """Whether some SPF record at the name includes SES; that there are two of them is another finding."""
    return any(includes_ses(text) for one in told(record, sweep) for text in one.seen.split(", "))


def spf_seen(facts: Facts) -> bool:
    """Whether some server spoke of the SPF record, whatever it said."""
    record, sweep = _record(facts, "mail-from-spf"), facts.sweep
    return isinstance(sweep, Seen) and record is not None and bool(told(record, sweep.value))


def _mx(facts: Facts, mx: Record, sweep: Seen[Sweep], zone: str) -> Finding | None:
    answered = told(mx, sweep.value)
    if not answered:
        return None
    fine = right(mx, sweep.value)
    evidence = tuple(evidence_of(mx, one, sweep) for one in answered)
    if (seen := next((one for one in answered if one.standing == "different"), None)) and not fine:
        return _different(mx, seen, evidence, Remedy("Keep exactly one MX at that name:", (mx.paste(zone),)))
    if not fine and (aliases := _aliases(mx, sweep.value)):
        evidence = tuple(replace(one, seen=aliases.get(one.source, one.seen)) for one in evidence)
        spf = _record(facts, "mail-from-spf")
        wanted = (mx.paste(zone), *((spf.paste(zone),) if spf else ()))
        free = Remedy("Remove that CNAME, or choose another MAIL FROM name; here would belong:", wanted)
        return problem("mail-from.name-in-use", f"{mx.name} is a CNAME, so it cannot have an MX.", *evidence, remedy=free)
    if failed := _given_up(facts, mx, zone, fine=fine):
        return failed
    if fine:
        return None
    add = Remedy("Add at your DNS host:", (mx.paste(zone),))
    if _was_right(facts, mx):
        return problem("mail-from.removed", "The MX of MAIL FROM is gone.", *evidence, remedy=add)
    return waiting("mail-from.not-published", "The MX of MAIL FROM is not published yet.", *evidence, remedy=add)


def _aliases(record: Record, sweep: Sweep) -> dict[str, str]:
    """Where the name is an alias, so that nothing else can stand there, and what it points to."""
    return {
        server.shown: f"CNAME {rows[0].value}"
        for server, answer in sweep.answers(record.name, "CNAME")
        if (rows := answer.of(record.name, "CNAME"))
    }


def _given_up(facts: Facts, mx: Record, zone: str, *, fine: bool) -> Finding | None:
    """FAILED is final: SES looks again only after the attributes were set again, which helps once the MX is right."""
    now = facts.identity.value if isinstance(facts.identity, Seen) else None
    if not isinstance(facts.identity, Seen) or not now or not now.mail_from or now.mail_from.status != "FAILED":
        return None
    return problem(
        "mail-from.failed",
        f"SES gave up on MAIL FROM; its MX is {'right now' if fine else 'not there'}.",
        said(facts.identity, "MailFromDomainStatus", "FAILED", "SUCCESS"),
        remedy=Remedy(
            "Set it again; SES then looks anew." if fine else "Add this at your DNS host, then set MAIL FROM again:",
            () if fine else (mx.paste(zone),),
            aws_command(
                "sesv2 put-email-identity-mail-from-attributes",
                region=facts.region,
                email_identity=facts.name,
                mail_from_domain=mx.name,
            ),
        ),
    )


def _different(mx: Record, seen: Cell, evidence: tuple[Evidence, ...], remedy: Remedy) -> Finding:
    values = seen.seen.split(", ")
    target = values[0].split(" ", 1)[-1]
    if len(values) > 1:
        ident, title = "mail-from.extra-mx", f"{mx.name} has {len(values)} MX records; SES accepts exactly one."
    elif target.replace("\\032", " ").lstrip("0123456789 ").lower() == mx.value:
        ident, title = "mail-from.priority-in-value", "The MX priority was typed into the host name as well."
    else:
        ident, title = "mail-from.wrong-target", "The MX of MAIL FROM points to another host."
    return Finding(ident, Level.PROBLEM, title, evidence, remedy)


def _was_right(facts: Facts, mx: Record) -> bool:
    if mx.verified:
        return True
    now = facts.identity.value if isinstance(facts.identity, Seen) else None
    return bool(now and now.mail_from and now.mail_from.status in ("SUCCESS", "TEMPORARY_FAILURE"))


def spf(facts: Facts, sweep: Seen[Sweep], delegation: Seen[Delegation]) -> Iterator[Finding]:
    """At most one SPF record at a name (RFC 7208 §4.5), and none at the domain for SES's sake."""
    record = _record(facts, "mail-from-spf")
    if record is None:
        return
    doubled = [one for one in cells(record, sweep.value) if one.standing == "different" and one.seen.count("v=spf1") > 1]
    if doubled:
        yield problem(
            "spf.duplicate",
            f"{record.name} has several SPF records; receivers then use none.",
            *(evidence_of(record, one, sweep) for one in doubled),
            remedy=Remedy("Keep exactly one:", (record.paste(delegation.value.zone),)),
        )
    apex = str(facts.domain)
    needless = {
        server.shown: found
        for server, answer in sweep.value.answers(apex, "TXT")
        if (found := [row.value for row in answer.of(apex, "TXT") if is_spf(row.value) and includes_ses(row.value)])
    }
    if needless:
        each = dict.fromkeys(text for texts in needless.values() for text in texts)
        yield advice(
            "spf.apex-not-needed",
            f"{apex} itself includes amazonses.com; with a MAIL FROM of its own SES does not need that.",
            *(Evidence(apex, ", ".join(texts), "", source, sweep.at) for source, texts in needless.items()),
            remedy=Remedy(
                "It may go, unless something else sends through SES without MAIL FROM. Without it:",
                tuple(Paste(apex, "TXT", without_ses(text), relative_to(apex, delegation.value.zone)) for text in each),
            ),
        )


def spf_cost(facts: Facts, cost: Seen[SpfCount], delegation: Seen[Delegation]) -> Iterator[Finding]:
    """Receivers give up after ten terms that ask DNS, or two that find nothing (RFC 7208 §4.6.4)."""
    record, seen = _record(facts, "mail-from-spf"), cost.value
    if record is None or (seen.asking <= MOST_TERMS and seen.void <= MOST_VOID):
        return
    what = f"{seen.asking} terms ask DNS" if seen.asking > MOST_TERMS else f"{seen.void} of its records are not there"
    yield problem(
        "spf.too-many-lookups",
        f"The SPF record of {record.name} costs too much: {what}; receivers then use none.",
        said(cost, record.name, f"{seen.asking} terms, {seen.void} void", f"at most {MOST_TERMS} and {MOST_VOID}"),
        remedy=Remedy("MAIL FROM needs SES alone:", (record.paste(delegation.value.zone),)),
    )

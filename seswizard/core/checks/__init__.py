"""Every check there is, as one visible tuple, and the runner that turns facts into a report."""

from collections.abc import Iterable
from functools import partial

from seswizard.core.answers import Delegation, Sweep
from seswizard.core.checks import access, dkim, dmarc, dns, identity, login, mail_from, ports, public, sandbox
from seswizard.core.checks.check import Check, check
from seswizard.core.facts import Facts
from seswizard.core.findings import Evidence, Finding, Level, Remedy, Report, remedy_of
from seswizard.core.reading import Reading, Unseen


def _sweep(facts: Facts) -> Reading[Sweep] | None:
    return facts.sweep


def _delegation(facts: Facts) -> Reading[Delegation] | None:
    return facts.delegation


def _expects_dkim(facts: Facts) -> bool:
    return mail_from.expects("dkim", facts)


def _sends_by_smtp(facts: Facts) -> bool:
    return facts.sends_by == "smtp"


CHECKS: tuple[Check, ...] = (
    check("access", access.access, lambda facts: facts.caller),
    check("region", access.region, lambda facts: facts.caller),
    check("sandbox", sandbox.sandbox, lambda facts: facts.account),
    check("account", sandbox.account, lambda facts: facts.account),
    check("identity", identity.identity, lambda facts: facts.identity),
    check("dns", dns.servers, _sweep, _delegation),
    check("dns", dns.shape, _sweep, _delegation),
    check("dns", dns.spread, _sweep, _delegation),
    check("dns", dns.delegated, _sweep, _delegation),
    check("dns", public.resolvers, lambda facts: facts.public, _delegation),
    check("dns", dns.ses_behind, _sweep, _delegation),
    check("dkim", dkim.key_unresolved, _sweep, _delegation, applies=_expects_dkim),
    check("dkim", dkim.dkim, _sweep, _delegation, applies=_expects_dkim, fine=dkim.all_right),
    check(
        "mail-from",
        mail_from.mail_from,
        _sweep,
        _delegation,
        applies=partial(mail_from.expects, "mail-from-mx"),
        fine=mail_from.all_right,
    ),
    check(
        "spf",
        mail_from.spf,
        _sweep,
        _delegation,
        applies=partial(mail_from.expects, "mail-from-spf"),
        fine=mail_from.spf_seen,
    ),
    check("spf", mail_from.spf_cost, lambda facts: facts.spf, _delegation, applies=partial(mail_from.expects, "mail-from-spf")),
    check("dmarc", dmarc.dmarc, lambda facts: facts.dmarc),
    check("dmarc", dmarc.reports, lambda facts: facts.reports),
    check("login", login.kept, lambda facts: facts.login, fine=login.is_kept),
    check("login", login.key, lambda facts: facts.login, lambda facts: facts.keys),
    check("login", login.two_keys, lambda facts: facts.login, lambda facts: facts.keys),
    check("login", login.rights, lambda facts: facts.login, lambda facts: facts.send_policy),
    check("ports", ports.ports, lambda facts: facts.ports, applies=_sends_by_smtp, fine=ports.fine),
    check("proof", login.proof, lambda facts: facts.login, lambda facts: facts.proof, fine=login.proven),
)

FINE: dict[str, str] = {
    "access": "You are in.",
    "region": "SES is in this region.",
    "sandbox": "Production access is on.",
    "account": "The account may send.",
    "identity": "SES has verified it.",
    "dkim": "The DKIM records are right.",
    "dns": "Every server that was asked serves the zone.",
    "mail-from": "MAIL FROM is right.",
    "dmarc": "A DMARC policy is in force.",
    "spf": "MAIL FROM has no second SPF record.",
    "login": "The SMTP login is kept, and its key is active.",
    "ports": "SES's SMTP ports are open from here.",
    "proof": "Proven: a bounce came back through this login.",
}
"""What `<topic>.ok` says."""

TOPICS: tuple[str, ...] = tuple(FINE)
"""Every topic, in the order of reports; of several equally bad findings the first one speaks."""

DNS_TOPICS: tuple[str, ...] = ("dns", "dkim", "mail-from", "spf", "dmarc")
"""What `check` reports."""


def judge(facts: Facts, checks: Iterable[Check] = CHECKS) -> Report:
    """Run every check whose facts were seen; a cause for not seeing becomes one finding, and its checks stay silent."""
    made: dict[str, list[Finding]] = {}
    unseen: dict[str, list[Unseen]] = {}
    blind: set[str] = set()
    for one in checks:
        if not one.asked(facts):
            continue
        if missing := one.unseen(facts):
            blind.add(one.topic)
            for reading in missing:
                causes = unseen.setdefault(reading.failure.kind, [])
                if reading not in causes:
                    causes.append(reading)
            continue
        found = tuple(one.run(facts))
        if not found and not one.fine(facts):
            blind.add(one.topic)
        made.setdefault(one.topic, []).extend(found)
    found_too = {one.id for several in made.values() for one in several}
    # What was found speaks for itself; that it also kept something from being seen is more evidence for it.
    named = [could_not_look(kind, readings) for kind, readings in unseen.items()]
    findings = [one for one in named if one.id not in found_too]
    for topic in TOPICS:
        if topic in made:
            merged = merge(made[topic])
            if merged:
                findings.extend(merged)
            elif topic not in blind and all(one.topic != topic for one in findings):
                title = login.SHOWN if topic == "login" and login.was_shown(facts) else FINE[topic]
                findings.append(Finding(f"{topic}.ok", Level.OK, title))
    findings += [one for one in named if one.id in found_too]
    return Report(str(facts.name), facts.region, merge(findings), frozenset(made) - blind)


def could_not_look(kind: str, readings: list[Unseen]) -> Finding:
    """The one finding of a cause, with evidence naming all that was not seen."""
    first = readings[0].failure
    level = Level.ADVICE if kind in ("login.vault-missing", "login.keychain-refused") else Level.UNKNOWN
    evidence = tuple(Evidence("not seen", one.failure.detail or one.failure.title, "", one.source, one.at) for one in readings)
    return Finding(kind, level, first.title, evidence, remedy_of(first))


def merge(findings: list[Finding]) -> tuple[Finding, ...]:
    """One finding per id: evidence and records to paste joined, the strongest level kept."""
    by_id: dict[str, Finding] = {}
    for finding in findings:
        known = by_id.get(finding.id)
        if known is None:
            by_id[finding.id] = finding
            continue
        remedy = known.remedy
        if remedy and finding.remedy:
            remedy = Remedy(remedy.text, (*remedy.records, *finding.remedy.records), remedy.command)
        level = max(known.level, finding.level, key=lambda one: one.strength)
        by_id[finding.id] = Finding(
            finding.id, level, known.title, (*known.evidence, *finding.evidence), remedy or finding.remedy
        )
    return tuple(by_id.values())

"""The DMARC policy that receivers will find for this domain."""

from collections.abc import Iterator

from seswizard.core import dmarc as rules
from seswizard.core.checks.check import advice, problem, said
from seswizard.core.dmarc import DmarcFound, ReportPlace
from seswizard.core.facts import Facts
from seswizard.core.findings import Finding, Paste, Remedy
from seswizard.core.names import relative_to
from seswizard.core.reading import Seen


def dmarc(facts: Facts, found: Seen[DmarcFound]) -> Iterator[Finding]:
    """There is exactly one, and SES mail can pass it."""
    own = f"_dmarc.{facts.domain}"
    value = found.value
    if value.duplicates:
        keep = _paste(facts, own, _mildest(value.duplicates))
        yield problem(
            "dmarc.duplicate",
            f"{len(value.duplicates)} DMARC records stand at {own}; receivers then use none of them.",
            said(found, own, ", ".join(sorted(value.duplicates))),
            remedy=Remedy("Keep one, such as the mildest, and remove the others:", (keep,)),
        )
        return
    policy = value.policy
    if policy is None:
        wanted = next((one.value for one in facts.records if one.purpose == "dmarc" and one.value), rules.proposed())
        yield advice(
            "dmarc.missing",
            "There is no DMARC policy; large receivers ask for one.",
            said(found, own, "none", wanted),
            remedy=Remedy("Add this record; it asks nothing of receivers yet.", (_paste(facts, own, wanted),)),
        )
        return
    gone = tuple(tag for tag in ("pct", "rf", "ri") if policy.tag(tag) is not None)
    for ident, tags, title in (
        ("dmarc.strict-spf", ("aspf",), "aspf=s cannot align: MAIL FROM is a subdomain. DKIM alone has to pass."),
        ("dmarc.strict-dkim", ("adkim",), "adkim=s fails mail sent from subdomains of the verified domain."),
        ("dmarc.removed-tags", gone, f"{', '.join(gone)} no longer {'does' if len(gone) == 1 else 'do'} anything (RFC 9989)."),
    ):
        if any(policy.tag(tag) == "s" for tag in tags) or (tags is gone and gone):
            instead = _paste(facts, policy.at, rules.rewritten(policy, without=tags))
            remedy = Remedy("The same policy without it:", (instead,))
            yield advice(ident, title, said(found, policy.at, policy.text), remedy=remedy)


def reports(facts: Facts, places: Seen[tuple[ReportPlace, ...]]) -> Iterator[Finding]:
    """Reports to another organisation arrive only if it permits them (RFC 9990)."""
    policy = facts.dmarc.value.policy if isinstance(facts.dmarc, Seen) else None
    refusing = [one.domain for one in places.value if not one.permitted]
    if policy and refusing:
        names = [rules.permission_name(policy, domain) for domain in refusing]
        wanted = tuple(Paste(name, "TXT", "v=DMARC1;") for name in names)
        yield advice(
            "dmarc.report-permission",
            f"{' and '.join(refusing)} does not say that it accepts DMARC reports about {facts.domain}.",
            *(said(places, name, "none", "v=DMARC1") for name in names),
            remedy=Remedy("Have them add this, or send the reports elsewhere:", wanted),
        )


def _mildest(texts: tuple[str, ...]) -> str:
    """The record that asks least of receivers; the person may want another one."""
    order = ("none", "quarantine", "reject")

    def strictness(text: str) -> int:
        policy = rules.parse("", text)
        asked = policy.tag("p") if policy else None
        return order.index(asked) if asked in order else len(order)

    return min(texts, key=strictness)


def _paste(facts: Facts, name: str, value: str) -> Paste:
    zone = facts.delegation.value.zone if isinstance(facts.delegation, Seen) else None
    return Paste(name, "TXT", value, relative_to(name, zone) if zone else None)

"""What resolvers still keep, and what they refuse to say. Their silence is never a finding."""

from collections.abc import Iterator

from seswizard.core.answers import Delegation, Sweep
from seswizard.core.cells import everywhere
from seswizard.core.checks.check import advice, problem
from seswizard.core.facts import Facts
from seswizard.core.findings import Evidence, Finding, Level, Remedy
from seswizard.core.public import PublicCell, inner_view, public_cells
from seswizard.core.reading import Seen
from seswizard.core.records import Record, label
from seswizard.core.text import counted, duration


def resolvers(facts: Facts, public: Seen[Sweep], delegation: Seen[Delegation]) -> Iterator[Finding]:
    """Every resolver gives what the authoritative servers have."""
    sweep, zone = facts.sweep, delegation.value.zone
    if not isinstance(sweep, Seen):
        return
    asked = tuple(dict.fromkeys(one.server for one in public.value.asked))
    inner = {one: view for one in asked[:1] if (view := inner_view(zone, one, public.value, sweep.value))}
    if inner:
        yield advice(
            "dns.split-horizon",
            f"This network's resolver serves another version of {zone}; its answers do not count.",
            *(Evidence(zone, view, "the delegated servers' SOA", one.shown, public.at) for one, view in inner.items()),
            remedy=Remedy("Nothing to do for SES, which asks from outside."),
        )
    told = [
        (record, one)
        for record in facts.records
        if everywhere(record, sweep.value)
        for one in public_cells(record, public.value)
        if one.server not in inner
    ]
    yield from _broken(facts, [pair for pair in told if pair[1].standing == "broken"], public)
    yield from _kept(facts, "dns.cached-negative", [pair for pair in told if pair[1].standing == "negative"], public)
    yield from _kept(facts, "dns.cached-old", [pair for pair in told if pair[1].standing == "old"], public)


def _broken(facts: Facts, told: list[tuple[Record, PublicCell]], public: Seen[Sweep]) -> Iterator[Finding]:
    if told:
        yield problem(
            "dns.dnssec-broken",
            "The zone's DNSSEC is broken: validating resolvers refuse to answer for it.",
            *(Evidence(record.name, one.seen, "an answer", one.server.shown, public.at) for record, one in told),
            remedy=Remedy("Put the DS record at your registrar right, or remove it, until the zone is signed with that key."),
        )


def _kept(facts: Facts, ident: str, told: list[tuple[Record, PublicCell]], public: Seen[Sweep]) -> Iterator[Finding]:
    if not told:
        return
    servers = {one.server for _, one in told}
    names = tuple(dict.fromkeys(label(record, facts.records) for record, _ in told))
    what = names[0] if len(names) == 1 else counted(len(names), "record")
    longest = max((one.left or 0) for _, one in told)
    one, single = len(servers) == 1, len(names) == 1
    kept = f"{'keeps' if one else 'keep'} an earlier value of {what}"
    absent = f"{'says' if one else 'say'} that {what} {'is' if single else 'are'} not there"
    yield Finding(
        ident,
        Level.ADVICE if verified(facts) else Level.WAITING,
        f"{counted(len(servers), 'resolver')} still {absent if ident == 'dns.cached-negative' else kept}.",
        tuple(Evidence(record.name, one.seen, record.value or "", one.server.shown, public.at) for record, one in told),
        Remedy(f"Nothing to do: the longest is kept for {duration(longest)} more."),
    )


def verified(facts: Facts) -> bool:
    """Whether SES says SUCCESS, so that what resolvers keep no longer holds anything up."""
    if isinstance(facts.identity, Seen) and facts.identity.value:
        return facts.identity.value.status == "SUCCESS"
    wanted = [record for record in facts.records if record.required]
    return bool(wanted) and all(record.verified for record in wanted)

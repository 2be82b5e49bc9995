"""Every mistake of the catalogue, published for real, yields its own finding and no wrong one; healed, it yields none.

Everything is the product's own from the sockets to the report; only the patience with servers that keep silent is less.
"""

import asyncio
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from seswizard.cli.records import present
from seswizard.core.answers import Question, Reply, Server
from seswizard.core.checks import DNS_TOPICS, judge
from seswizard.core.facts import Facts
from seswizard.core.findings import Report
from seswizard.core.names import DomainName
from seswizard.demo.bending import Edit
from seswizard.demo.mistakes import MISTAKES, Mistake
from seswizard.demo.world import World
from seswizard.exports.records.document import read_document
from seswizard.gateways.dns import DnsGateway
from seswizard.look import look
from seswizard.look.expected import look_expected
from seswizard.wiring import Options, build

LEVELS: dict[str, str] = {
    "dkim.not-published": "waiting",
    "dkim.removed": "problem",
    "dkim.doubled-name": "problem",
    "dkim.missing-underscore": "problem",
    "dkim.wrong-place": "problem",
    "dkim.wrong-target": "problem",
    "dkim.target-appended": "problem",
    "dkim.wrong-zone": "problem",
    "dkim.old-tokens": "problem",
    "dkim.txt-instead-of-cname": "problem",
    "dkim.proxied": "problem",
    "dkim.wildcard": "problem",
    "dkim.key-unresolved": "problem",
    "dns.partial": "waiting",
    "dns.lame": "problem",
    "dns.silent": "advice",
    "dns.split-horizon": "advice",
    "dns.not-delegated": "problem",
    "dns.subdomain-delegated": "problem",
    "dns.cname-apex": "problem",
    "dns.cached-negative": "waiting",
    "dns.cached-old": "waiting",
    "dns.dnssec-broken": "problem",
    "dns.blocked": "unknown",
    "dns.ses-looked-before": "waiting",
    "mail-from.removed": "problem",
    "mail-from.not-published": "waiting",
    "mail-from.wrong-target": "problem",
    "mail-from.extra-mx": "problem",
    "mail-from.priority-in-value": "problem",
    "mail-from.name-in-use": "problem",
    "mail-from.failed": "problem",
    "mail-from.no-spf": "problem",
    "spf.duplicate": "problem",
    "spf.too-many-lookups": "problem",
    "spf.apex-not-needed": "advice",
    "dmarc.missing": "advice",
    "dmarc.duplicate": "problem",
    "dmarc.strict-spf": "advice",
    "dmarc.strict-dkim": "advice",
    "dmarc.removed-tags": "advice",
    "dmarc.report-permission": "advice",
}
"""The catalogue's ids with the level that each has in its scenario."""

BESIDE: dict[str, dict[str, str]] = {
    "dns.not-delegated": {"dkim.not-published": "waiting"},
}
"""What else is so in a scenario: the servers that are asked have none of the records that were put elsewhere."""

SILENT: dict[str, frozenset[str]] = {
    "dns.blocked": frozenset(DNS_TOPICS),
    "dns.cname-apex": frozenset({"dkim"}),
    "dns.subdomain-delegated": frozenset({"dkim"}),
}
"""Topics that neither find anything nor say that all is well: the finding of another topic speaks for them."""

UNPASTED: dict[str, str] = {
    "dns.partial": "the record is published; nothing is to be pasted, the other servers follow by themselves",
    "dns.cname-apex": "the alias has to go first; what belongs there is not ours to say",
}
"""Ids whose remedy does not hold the records that heal, and why: an entry that is mended fails the test."""

OF_SES = {"mail-from.failed", "dns.ses-looked-before"}
"""What only SES can tell: DNS is right, and so says a records file."""

WELL = {f"{topic}.ok": "ok" for topic in DNS_TOPICS}

HASTE: dict[str, float] = {"dns.silent": 0.2, "dns.blocked": 0.1}
"""Seconds for every question where some server keeps silent; the sockets are on this machine."""


MISTAKES_BY_ID = [pytest.param(one, id=one.id) for one in MISTAKES]


@pytest.fixture(autouse=True)
def haste(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Less patience where the mistake is a silence."""
    mistake = getattr(request.node, "callspec", None) and request.node.callspec.params.get("mistake")
    if not mistake or mistake.id not in HASTE:
        return
    real, most = DnsGateway.ask, HASTE[mistake.id]

    async def ask(gateway: DnsGateway, server: Server, question: Question, **how: Any) -> Reply:
        return await real(gateway, server, question, **{**how, "timeout": min(most, how.get("timeout", most))})

    monkeypatch.setattr(DnsGateway, "ask", ask)


def facts_of(state: Path, last: Facts | None = None) -> Facts:
    """One look at SES and the DNS, perhaps after another one; what the journal has noted is known."""
    name, services = DomainName("example.com"), build(Options(state_dir=state))
    return asyncio.run(look(services, name, parts=frozenset({"identity", "dns"}), last=last))


def report(state: Path) -> Report:
    """One look, judged."""
    return judge(facts_of(state))


def checked(state: Path) -> Report:
    """The same by a records file alone, as the DNS person sees it."""

    async def told() -> Facts:
        document = await present(build(Options(state_dir=state)), DomainName("example.com"))
        return await look_expected(build(Options(state_dir=state)), read_document(json.dumps(document.as_dict())))

    return judge(asyncio.run(told()))


def told(of: Report) -> dict[str, str]:
    """Ids and levels of what concerns DNS."""
    return {one.id: one.level.value for one in of.of(DNS_TOPICS)}


def who(world: World) -> tuple[str, ...]:
    """How every server and resolver of the world is named at the end of what it said."""
    resolvers = [one.rpartition(":")[0].strip("[]") for one in world.dns.resolver_addresses]
    addresses = [*(one.address for one in world.dns.servers), *resolvers]
    return (*addresses, *(f"({one})" for one in addresses))


def expected(ident: str) -> dict[str, str]:
    """The finding itself, what stands beside it, and `<topic>.ok` of every other topic."""
    found = {ident: LEVELS[ident], **BESIDE.get(ident, {})}
    spoken = {one.partition(".")[0] for one in found} | SILENT.get(ident, frozenset())
    return found | {f"{topic}.ok": "ok" for topic in DNS_TOPICS if topic not in spoken}


def pasted(of: Report, ident: str) -> set[tuple[str, str, str]]:
    """The records that the remedy says to paste, a value with its priority."""
    remedy = next(one for one in of.findings if one.id == ident).remedy
    records = remedy.records if remedy else ()
    return {(one.name, one.type, one.value if one.priority is None else f"{one.priority} {one.value}") for one in records}


def healing(mistake: Mistake, world: World) -> set[tuple[str, str, str]]:
    """The records that heal it, where records do."""
    edits = [step.filled(world) for step in mistake.healing if isinstance(step, Edit)]
    return {(edit.name, edit.type, value) for edit in edits for value in edit.values}


def test_every_mistake_has_its_level() -> None:
    assert [one.id for one in MISTAKES] == sorted(LEVELS, key=[one.id for one in MISTAKES].index)
    assert set(UNPASTED) | set(BESIDE) | set(SILENT) <= set(LEVELS)


@pytest.mark.parametrize("mistake", MISTAKES_BY_ID)
def test_a_mistake_is_told_by_its_name(mistake: Mistake, make_world: Callable[..., World]) -> None:
    world = make_world(mistake.id)
    facts = facts_of(world.state_dir)
    seen = judge(facts)
    assert told(seen) == expected(mistake.id)
    said = [one.source for found in seen.of(DNS_TOPICS) for one in found.evidence]
    assert mistake.id in {"dns.blocked", *OF_SES} or all(one.endswith(who(world)) for one in said), said
    assert (pasted(seen, mistake.id) == healing(mistake, world)) is (mistake.id not in UNPASTED)
    assert told(checked(world.state_dir)) == (WELL if mistake.id in OF_SES else expected(mistake.id))
    for _ in range(2):
        facts = facts_of(world.state_dir, facts)
        again = judge(facts)
        assert told(again) == expected(mistake.id), "a look after another one asks less and tells the same"
        assert pasted(again, mistake.id) == pasted(seen, mistake.id)


@pytest.mark.parametrize("mistake", MISTAKES_BY_ID)
def test_healed_it_is_told_no_more(mistake: Mistake, make_world: Callable[..., World]) -> None:
    world = make_world(mistake.id)
    before = facts_of(world.state_dir)
    mistake.heal(world)
    for resolver in world.dns.resolvers:
        resolver.flush()
    healed = report(world.state_dir)
    assert told(healed) == WELL
    assert healed.has("identity.ok")
    assert told(judge(facts_of(world.state_dir, replace(before, delegation=None)))) == WELL, "nothing of the fault is kept"

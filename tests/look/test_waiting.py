"""Who waits for whom in a look: silent servers hold nobody up, late answers count, and nobody is asked too early."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field, replace

import pytest

from seswizard.core.answers import Answer, Delegation, Question, Reply, Row, Server, Silence
from seswizard.core.checks import judge
from seswizard.core.facts import Facts
from seswizard.core.names import DomainName
from seswizard.core.reading import Seen
from seswizard.core.records import MAIL_FROM_SPF, Record
from seswizard.core.remembered import Entry
from seswizard.exports.records import RecordsDocument
from seswizard.look import asking, sweep_zone
from seswizard.look.dmarc import find_dmarc
from seswizard.look.expected import look_expected
from seswizard.look.previous import MOST, noted
from seswizard.look.truths import look_at_dns
from seswizard.look.zone import delegation_of
from tests.fake_dns import FakeDns, NameServer, example_dns
from tests.fakes import START, FakeWorld

NAME = DomainName("example.com")
RECORD = Record("dkim", "tokena._domainkey.example.com", "CNAME", "tokena.dkim.amazonses.com", required=True)
FIRST, SECOND = "10.2.0.1", "10.2.0.2"
RESOLVERS = ("10.9.9.9", "10.9.9.8")
DOCUMENT = RecordsDocument("example.com", "eu-west-1", (RECORD,), "example.com", START)
PARENTS = (("a.nic.net", "10.1.0.1"), ("b.nic.net", "10.1.0.2"))


@dataclass
class SlowDns(FakeDns):
    """Some askings are answered only when something else has been asked."""

    until: Callable[[str, Question], Callable[[str, Question], bool] | None] = lambda _address, _question: None
    """For an asking, what must have been asked before it is answered."""
    told: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def ask(
        self,
        server: Server,
        question: Question,
        *,
        recursive: bool = False,
        timeout: float = 1.5,
        checking_disabled: bool = False,
    ) -> Reply:
        reply = await FakeDns.ask(self, server, question, recursive=recursive, checking_disabled=checking_disabled)
        async with self.told:
            self.told.notify_all()
            if (awaited := self.until(server.address, question)) is not None:
                await self.told.wait_for(lambda: any(awaited(address, one) for address, one, _ in self.asked))
        return reply


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """What has not answered when everything else has is taken for silent."""
    monkeypatch.setattr(asking, "ENOUGH", 0.05)


def slow() -> tuple[FakeWorld, SlowDns]:
    dns = SlowDns(example_dns().servers)
    dns.put(RECORD.name, "CNAME", RECORD.value or "")
    dns.put("_dmarc.example.com", "TXT", "v=DMARC1; p=none")
    return FakeWorld(dns), dns


def resolver_has_the_record(address: str, question: Question) -> bool:
    return address in RESOLVERS and question.name == RECORD.name


async def test_the_resolvers_are_asked_while_a_silent_server_is_still_waited_for() -> None:
    world, dns = slow()
    dns.until = lambda address, _: resolver_has_the_record if address == SECOND else None
    async with asyncio.timeout(10):
        facts = await look_expected(world.services, DOCUMENT)
    assert isinstance(facts.sweep, Seen)
    assert {one.server.address for one in facts.sweep.value.to(RECORD.name, "CNAME")} == {FIRST, SECOND}, "it counts all the same"
    assert {one.id for one in judge(facts).findings if not one.id.endswith(".ok")} == set()


async def test_a_sweep_is_over_only_when_every_server_answered_or_used_up_its_time() -> None:
    world, dns = slow()
    speaks = asyncio.Event()
    dns.until = lambda address, _: (lambda *_: speaks.is_set()) if address == SECOND else None
    delegation = Delegation("example.com", (Server("ns1", FIRST), Server("ns2", SECOND)))
    sweeping = asyncio.ensure_future(sweep_zone(world.services, delegation, NAME, (RECORD,)))
    done, _ = await asyncio.wait([sweeping], timeout=4 * asking.ENOUGH)
    assert not done
    speaks.set()
    async with asyncio.timeout(10), dns.told:
        dns.told.notify_all()
    swept = await sweeping
    assert isinstance(swept, Seen)
    assert {one.server.address for one in swept.value.to(RECORD.name, "CNAME")} == {FIRST, SECOND}


async def test_what_only_a_late_server_has_is_asked_of_the_resolvers_then_and_not_before() -> None:
    world, dns = slow()

    def near_miss(address: str, question: Question) -> bool:
        return address == FIRST and question.name == f"{RECORD.name}.example.com"

    dns.at(FIRST).rows = [row for row in dns.at(FIRST).rows if row.name != RECORD.name]
    dns.until = lambda address, question: near_miss if (address, question.name) == (SECOND, RECORD.name) else None
    async with asyncio.timeout(10):
        facts = await look_expected(world.services, DOCUMENT)
    assert [one.id for one in judge(facts).findings if one.topic == "dns"] == ["dns.partial"]
    assert not any(resolver_has_the_record(address, one) for address, one, _ in dns.asked), "not while one lacks it"
    dns.at(FIRST).rows.append(next(row for row in dns.at(SECOND).rows if row.name == RECORD.name))
    await look_expected(world.services, DOCUMENT)
    assert {address for address, one, _ in dns.asked if one.name == RECORD.name} >= set(RESOLVERS)


async def test_near_misses_are_asked_of_a_late_server_too() -> None:
    world, dns = slow()
    for server in dns.of("example.com"):
        server.rows = []
    dns.at(SECOND).put(f"{RECORD.name}.example.com", "CNAME", RECORD.value or "")

    def near_miss(address: str, question: Question) -> bool:
        return address == FIRST and question.name == f"{RECORD.name}.example.com"

    dns.until = lambda address, question: near_miss if (address, question.name) == (SECOND, RECORD.name) else None
    async with asyncio.timeout(10):
        assert judge(await look_expected(world.services, DOCUMENT)).has("dkim.doubled-name")


async def test_the_policy_and_the_price_of_spf_wait_for_a_server_that_tells_them() -> None:
    """Both servers are late: nothing is called missing before they have spoken."""
    world, dns = slow()
    spf = Record("mail-from-spf", "bounce.example.com", "TXT", MAIL_FROM_SPF)
    dns.put(spf.name, "TXT", MAIL_FROM_SPF)

    def anything(address: str, question: Question) -> bool:
        return question == Question("_dmarc.com", "TXT") and address in RESOLVERS

    dns.until = lambda address, question: anything if address in (FIRST, SECOND) and question.type == "TXT" else None
    async with asyncio.timeout(10):
        facts = await look_expected(world.services, replace(DOCUMENT, records=(RECORD, spf)))
    assert isinstance(facts.dmarc, Seen)
    assert facts.dmarc.value.policy is not None
    assert isinstance(facts.spf, Seen)


async def test_one_look_puts_no_question_twice_to_a_server() -> None:
    world, dns = slow()
    await look_expected(world.services, DOCUMENT)
    own = [(address, question) for address, question, recursive in dns.asked if not recursive]
    assert len(own) == len(set(own))


async def test_records_that_follow_from_the_policy_are_asked_in_the_same_look() -> None:
    """A policy of the zone above the name is known only when the walk has found it."""
    world, dns = slow()
    facts = Facts(DomainName("mail.example.com"), "eu-west-1", START)

    def expect(known: Facts) -> Facts:
        found = known.dmarc.value.policy if isinstance(known.dmarc, Seen) else None
        return replace(
            known, records=(Record("dmarc", found.at if found else "_dmarc.mail.example.com", "TXT", "v=DMARC1; p=none"),)
        )

    delegation = await delegation_of(world.services, facts.domain)
    seen = await look_at_dns(world.services, replace(facts, delegation=delegation), expect)
    assert [one.name for one in seen.records] == ["_dmarc.example.com"]
    assert isinstance(seen.sweep, Seen)
    assert len(seen.sweep.value.answers("_dmarc.example.com", "TXT")) == 2
    assert {address for address, one, _ in dns.asked if one.name == "_dmarc.example.com"} >= set(RESOLVERS)


async def test_servers_that_begin_to_speak_late_are_not_called_silent() -> None:
    world, dns = slow()

    def why(address: str, question: Question) -> bool:
        return address == RESOLVERS[1] and question == Question("com", "SOA")

    dns.until = lambda address, _: why if address in (FIRST, SECOND) else None
    delegation = Delegation("example.com", (Server("ns1", FIRST), Server("ns2", SECOND)))
    async with asyncio.timeout(10):
        swept = await sweep_zone(world.services, delegation, NAME, (RECORD,))
    assert isinstance(swept, Seen)
    assert all(isinstance(one.reply, Answer) for one in swept.value.asked)


async def test_a_dead_parent_server_does_not_hold_up_the_delegation() -> None:
    com = NameServer("com", PARENTS[1][1], cuts={"example.com": (("ns1.example.net", FIRST), ("ns2.example.net", SECOND))})
    world, dns = slow()
    dns.servers.append(com)
    for server in dns.of("com"):
        server.rows = []
        for host, _ in PARENTS:
            server.put("com", "NS", host)
    nic = NameServer("nic.net", "10.4.0.1")
    for host, address in PARENTS:
        nic.put(host, "A", address)
    dns.servers.append(nic)
    dns.until = lambda address, _: (lambda *_: False) if address == PARENTS[0][1] else None
    async with asyncio.timeout(10):
        found = await delegation_of(world.services, NAME)
    assert isinstance(found, Seen)
    assert found.value.from_parent
    assert len(found.value.servers) == 2


async def test_the_parents_addresses_are_taken_from_what_the_resolver_brings_along() -> None:
    world, dns = slow()

    def along(address: str, question: Question, reply: Reply) -> Reply:
        if address in RESOLVERS and question == Question("com", "NS") and isinstance(reply, Answer):
            return replace(reply, additional=(Row("a.nic.net", "A", 300, "10.1.0.1"),))
        return reply

    dns.bend = along
    found = await delegation_of(world.services, NAME)
    assert isinstance(found, Seen)
    assert found.value.from_parent
    assert "a.nic.net" not in dns.names_asked(resolvers=True)


async def test_a_policy_above_the_zone_is_told_by_others_where_the_first_resolver_keeps_silent() -> None:
    world, dns = slow()
    for server in dns.of("example.com"):
        server.rows = []
    dns.put("_dmarc.com", "TXT", "v=DMARC1; p=none; psd=y", zone="com")
    delegation = await delegation_of(world.services, NAME)
    assert isinstance(delegation, Seen)
    dns.bend = lambda address, _question, reply: Silence("timeout") if address == RESOLVERS[0] else reply
    found = await find_dmarc(world.services, NAME, delegation.value)
    assert isinstance(found, Seen)
    assert found.value.inherited


@pytest.mark.parametrize(
    "instead", [Silence("timeout"), Silence("unreachable"), Answer("REFUSED", False), Answer("SERVFAIL", False)]
)
async def test_a_dead_system_resolver_is_stood_in_for(instead: Reply) -> None:
    """A VPN that went away leaves one behind; the public ones still know where the zone is."""
    world, dns = slow()
    dns.bend = lambda address, _question, reply: instead if address == RESOLVERS[0] else reply
    facts = await look_expected(world.services, RecordsDocument("example.com", "eu-west-1", (RECORD,), None, START))
    assert isinstance(facts.delegation, Seen)
    assert facts.delegation.value.from_parent
    assert judge(facts).has("dns.ok")


@pytest.mark.parametrize(
    ("lines", "tokens"),
    [
        ([], ()),
        ([("identity", "eu-west-1", "b a")], ("b", "a")),
        ([("identity", "eu-west-1", "a b"), ("identity", "eu-west-1", "b c")], ("a", "b", "c")),
        ([("identity", "us-east-1", "a")], ()),
        ([("mail-from", "eu-west-1", "a")], ()),
        ([("identity", "eu-west-1", "\x1b[2J a.b A " + "x" * 64)], ()),
        (
            [("identity", "eu-west-1", f"t{number}") for number in range(30)],
            tuple(f"t{number}" for number in range(30 - MOST, 30)),
        ),
    ],
    ids=["nothing", "one", "each once", "another region", "another thing", "no tokens", "the latest"],
)
def test_earlier_tokens_are_those_that_the_journal_noted(lines: list[tuple[str, str, str]], tokens: tuple[str, ...]) -> None:
    entries = [
        Entry(START, "example.com", region, "1", "identity.delete", "done", kind, "example.com", (("tokens", text),))
        for kind, region, text in lines
    ]
    assert noted(entries, "eu-west-1") == tokens

"""Where a missing record may have landed: asked of all servers first, then of one about one, of all at the first trace."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest

from seswizard.core.answers import Answer, Delegation, Question, Reply, Server, Silence, Sweep
from seswizard.core.checks import judge
from seswizard.core.facts import Facts
from seswizard.core.misses import sibling
from seswizard.core.reading import Seen
from seswizard.core.records import Record
from seswizard.exports.records import RecordsDocument
from seswizard.look.expected import look_expected
from seswizard.look.sweeping import Sweeping
from seswizard.look.truths import look_at_dns
from tests.fake_dns import FakeDns, example_dns
from tests.fakes import START, FakeWorld

RECORD = Record("dkim", "tokena._domainkey.example.com", "CNAME", "tokena.dkim.amazonses.com", required=True)
OTHER = Record("dkim", "tokenb._domainkey.example.com", "CNAME", "tokenb.dkim.amazonses.com", required=True)
DOCUMENT = RecordsDocument("example.com", "eu-west-1", (RECORD, OTHER), "example.com", START)
DOUBLED = f"{RECORD.name}.example.com"
BOTH = (DOUBLED, f"{OTHER.name}.example.com")
ELSEWHERE = tuple(f"{token}._domainkey.mail.example.com" for token in ("tokena", "tokenb"))
ADDRESSES = ("10.2.0.1", "10.2.0.2")
DELEGATION = Delegation("example.com", tuple(Server("", address) for address in ADDRESSES))


async def swept(dns: FakeDns, before: Sweep | None) -> Sweep:
    """A sweep after another one."""
    dns.asked.clear()
    sweeping = Sweeping(FakeWorld(dns).services, DELEGATION, "example.com", (), before)
    with sweeping.asking:
        sweeping.begin((RECORD, OTHER))
        found = await sweeping.finish((RECORD, OTHER))
    assert isinstance(found, Seen)
    return found.value


def askings(dns: FakeDns, name: str) -> Counter[str]:
    """How often each server was asked about a name."""
    return Counter(address for address, question, _ in dns.asked if question.name == name)


async def test_with_no_trace_anywhere_one_server_is_asked_again_and_the_sweep_says_the_same() -> None:
    dns = example_dns()
    first = await swept(dns, None)
    assert set(askings(dns, DOUBLED)) == set(ADDRESSES)
    turns: Counter[tuple[str, str]] = Counter()
    sweep = first
    for _ in range(80):
        sweep = await swept(dns, sweep)
        turns += Counter((address, question.name) for address, question, _ in dns.asked if question.name in ELSEWHERE)
        assert all(sum(askings(dns, name).values()) == 1 for name in BOTH), "the likeliest mistake is looked for every time"
        assert set(askings(dns, RECORD.name)) == set(ADDRESSES), "the record itself is asked of every server in every look"
        assert {one.server.address for one in sweep.to(DOUBLED, "CNAME")} == set(ADDRESSES)
    assert sum(turns.values()) == 80
    assert len(turns) == 4, "each server has its turn with each record"
    assert sweep == await swept(dns, sweep), "what is the same is equal, whoever's turn it is"


async def test_a_mistake_that_is_made_while_one_waits_is_seen_at_every_server_in_the_next_look() -> None:
    dns = example_dns()
    before = await swept(dns, await swept(dns, None))
    for name, record in zip(BOTH, (RECORD, OTHER), strict=True):
        dns.put(name, "CNAME", record.value or "")
    after = await swept(dns, before)
    for name in BOTH:
        assert [answer.rows != () for _, answer in after.answers(name, "CNAME")] == [True, True]
    for server in dns.of("example.com"):
        server.rows = [row for row in server.rows if row.name not in BOTH]
    mended = await swept(dns, after)
    assert [answer.rows for _, answer in mended.answers(DOUBLED, "CNAME")] == [(), ()], "nothing of it is kept"


async def test_the_likeliest_mistake_with_one_record_is_seen_in_the_next_look() -> None:
    dns = example_dns()
    before = await swept(dns, await swept(dns, None))
    dns.put(DOUBLED, "CNAME", RECORD.value or "")
    after = await swept(dns, before)
    assert [answer.rows != () for _, answer in after.answers(DOUBLED, "CNAME")] == [True, True]


async def test_a_rarer_mistake_with_one_record_is_seen_before_long() -> None:
    dns = example_dns()
    sweep = await swept(dns, None)
    dns.put(ELSEWHERE[0], "CNAME", RECORD.value or "")
    looks = 0
    while not any(answer.rows for _, answer in sweep.answers(ELSEWHERE[0], "CNAME")):
        sweep, looks = await swept(dns, sweep), looks + 1
        assert looks < 60, "a half each time: never in sixty looks is one in 10**18"
    assert all(answer.rows for _, answer in sweep.answers(ELSEWHERE[0], "CNAME"))


@pytest.mark.parametrize(("seconds", "whole"), [(1.2, False), (3.5, True), (7200, True)])
async def test_only_a_look_soon_after_another_one_asks_in_turn(seconds: float, whole: bool) -> None:
    """Who looks every ten seconds, or once, learns of a mistake then."""
    dns = example_dns()
    world = FakeWorld(dns)
    facts = await look_expected(world.services, DOCUMENT)
    dns.put(ELSEWHERE[1], "CNAME", OTHER.value or "")
    dns.asked.clear()
    again = await look_at_dns(world.services, replace(facts, at=facts.at + timedelta(seconds=seconds)))
    everything = all(set(askings(dns, name)) == set(ADDRESSES) for name in BOTH)
    assert everything is (whole or judge(again).has("dkim.wrong-place"))
    assert judge(again).has("dkim.wrong-place") or not whole


async def test_a_mistake_at_one_server_stays_found_whoever_is_asked() -> None:
    dns = example_dns()
    dns.at(ADDRESSES[1]).put(DOUBLED, "CNAME", RECORD.value or "")
    sweep = None
    for _ in range(20):
        sweep = await swept(dns, sweep)
        assert [server.address for server, answer in sweep.answers(DOUBLED, "CNAME") if answer.rows] == [ADDRESSES[1]]


@pytest.mark.parametrize("kept_back", [Silence("timeout"), Answer("SERVFAIL", False)])
async def test_whoever_kept_back_a_near_miss_is_asked_again_like_all(kept_back: Reply) -> None:
    dns = example_dns()

    def bend(address: str, question: Question, reply: Reply) -> Reply:
        return kept_back if address == ADDRESSES[0] and question.name == ELSEWHERE[0] else reply

    dns.bend = bend
    before = await swept(dns, None)
    dns.bend = lambda _address, _question, reply: reply
    after = await swept(dns, before)
    assert set(askings(dns, ELSEWHERE[0])) == set(ADDRESSES)
    assert [one.reply for one in after.to(ELSEWHERE[0], "CNAME")] != []
    assert all(isinstance(one.reply, Answer) and one.reply.authoritative for one in after.to(ELSEWHERE[0], "CNAME"))


async def test_a_server_that_does_not_serve_the_zone_has_no_turn() -> None:
    """Its word counts for nothing: asking it would be a look for nothing."""
    dns = example_dns()
    dns.bend = lambda address, _question, reply: Answer("REFUSED", False) if address == ADDRESSES[0] else reply
    sweep = await swept(dns, None)
    for _ in range(20):
        sweep = await swept(dns, sweep)
        assert set(askings(dns, DOUBLED)) == {ADDRESSES[1]}


async def test_a_server_that_contradicts_itself_is_not_believed_that_there_is_nothing() -> None:
    """NXDOMAIN for the CNAME, and a TXT at the same name: what was told in the first look is told in the next ones."""
    dns = example_dns()
    dns.put(RECORD.name, "TXT", RECORD.value or "")
    nothing = Answer("NXDOMAIN", True)
    dns.bend = lambda _address, asked, reply: nothing if asked == Question(RECORD.name, "CNAME") else reply
    facts = await look_expected(FakeWorld(dns).services, DOCUMENT)
    assert judge(facts).has("dkim.txt-instead-of-cname")
    for _ in range(3):
        facts = await look_at_dns(FakeWorld(dns).services, facts)
        assert judge(facts).has("dkim.txt-instead-of-cname")


async def test_once_the_record_is_there_nothing_is_asked_or_kept_of_its_near_misses() -> None:
    dns = example_dns()
    before = await swept(dns, await swept(dns, None))
    for record in (RECORD, OTHER):
        dns.put(record.name, "CNAME", record.value or "")
    after = await swept(dns, before)
    assert not askings(dns, DOUBLED)
    assert not after.to(DOUBLED, "CNAME")


async def test_a_name_that_is_not_there_is_asked_for_one_type_and_no_wildcard_is_looked_for() -> None:
    """NXDOMAIN is about a name with all its types (RFC 8020), and no wildcard reaches such a name."""
    dns = example_dns()
    await swept(dns, await swept(dns, None))
    assert {question.type for _, question, _ in dns.asked if question.name == RECORD.name} == {"CNAME"}
    assert not askings(dns, sibling(RECORD))
    for server in dns.of("example.com"):
        server.put(RECORD.name, "A", "192.0.2.7")
    after = await swept(dns, None)
    assert {question.type for _, question, _ in dns.asked if question.name == RECORD.name} == {"CNAME", "TXT", "A", "AAAA"}
    assert set(askings(dns, sibling(RECORD))) == set(ADDRESSES)
    assert [answer.rows[0].value for _, answer in after.answers(RECORD.name, "A")] == ["192.0.2.7"] * 2


async def test_what_an_alias_leads_to_is_asked_in_the_look_that_first_finds_it() -> None:
    dns = example_dns()
    before = await swept(dns, await swept(dns, None))
    assert not before.to(RECORD.name, "TXT")
    dns.put(RECORD.name, "CNAME", RECORD.value or "")
    after = await swept(dns, before)
    assert {one.server.address for one in after.to(RECORD.name, "TXT")} == set(ADDRESSES)


@pytest.mark.parametrize("looks", [1, 2, 5])
async def test_the_findings_are_the_same_in_the_first_look_and_in_later_ones(looks: int) -> None:
    dns = example_dns()
    facts: Facts = await look_expected(FakeWorld(dns).services, DOCUMENT)
    ids = [one.id for one in judge(facts).findings]
    for _ in range(looks):
        facts = await look_at_dns(FakeWorld(dns).services, facts)
    assert [one.id for one in judge(facts).findings] == ids

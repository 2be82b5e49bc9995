"""Where the zone is, which servers it has, what each says; and where DMARC is found."""

import pytest

from seswizard.core.answers import Answer, Asked, Question, Reply, Row, Server, Silence, Sweep
from seswizard.core.cells import cell, cells
from seswizard.core.checks import DNS_TOPICS, judge
from seswizard.core.names import DomainName
from seswizard.core.reading import Seen, Unseen
from seswizard.core.records import Record
from seswizard.core.remembered import DomainChoices
from seswizard.exports.records import RecordsDocument
from seswizard.look import sweep_zone, zone_of
from seswizard.look.dmarc import find_dmarc
from seswizard.look.expected import look_expected
from seswizard.look.mail_from import propose_mail_from, rows_at
from seswizard.look.zone import delegation_of
from tests.fake_dns import NameServer, example_dns
from tests.fakes import START, FakeWorld

NAME = DomainName("example.com")
RECORD = Record("dkim", "tokena._domainkey.example.com", "CNAME", "tokena.dkim.amazonses.com", required=True)
SPARE = Record("dmarc", "_dmarc.com", "TXT", "v=DMARC1; p=none")


async def delegated(world: FakeWorld, name: str = "example.com") -> Seen[object]:
    found = await delegation_of(world.services, DomainName(name))
    assert isinstance(found, Seen)
    return found  # type: ignore[return-value]  # only its value is of interest


@pytest.mark.parametrize(
    ("name", "zone"),
    [("example.com", "example.com"), ("mail.example.com", "example.com"), ("com", "com"), (".", "")],
)
async def test_the_zone_is_the_owner_of_the_soa(name: str, zone: str) -> None:
    assert await zone_of(FakeWorld().services, name) == zone


async def test_the_delegation_comes_from_the_parents_servers_with_their_glue() -> None:
    world = FakeWorld()
    found = await delegation_of(world.services, NAME)
    assert isinstance(found, Seen)
    assert (found.value.zone, found.value.from_parent, found.value.unaddressed) == ("example.com", True, ())
    assert [(one.name, one.address, one.port) for one in found.value.servers] == [
        ("ns1.example.net", "10.2.0.1", 53),
        ("ns2.example.net", "10.2.0.2", 53),
    ]
    assert ("10.1.0.1", Question("example.com", "NS"), False) in world.dns.asked


def with_servers(world: FakeWorld, *places: tuple[str, str]) -> None:
    """The parent delegates `example.com` to these names, at these addresses."""
    world.dns.at("10.1.0.1").cuts["example.com"] = places


async def test_many_names_of_one_address_are_asked_once() -> None:
    """Whoever holds a zone may name any number of servers; it must not cost their address a look for each name."""
    world = FakeWorld()
    with_servers(world, *((f"ns{number}.example.net", "10.2.0.1") for number in range(500)))
    facts = await look_expected(world.services, RecordsDocument("example.com", "eu-west-1", (RECORD,), None, START))
    asked = [question for address, question, _ in world.dns.asked if address == "10.2.0.1"]
    assert len(asked) == len(set(asked)) < 60
    assert sum(question.type in ("A", "AAAA") for _, question, _ in world.dns.asked) < 60
    assert isinstance(facts.delegation, Seen)
    assert len(facts.delegation.value.servers) == 1
    many = next(one for one in judge(facts).findings if one.id == "dns.many-servers")
    assert "500" in many.title


async def test_many_addresses_are_asked_up_to_a_number_that_is_said() -> None:
    world = FakeWorld()
    with_servers(world, *((f"ns{name}.example.net", f"10.2.{name}.{number}") for name in range(60) for number in range(60)))
    found = await delegation_of(world.services, NAME)
    assert isinstance(found, Seen)
    assert len(found.value.servers) <= 32
    assert len(found.value.names) == 60


async def test_an_address_that_is_not_of_the_internet_is_not_asked_and_that_is_said() -> None:
    world = FakeWorld()
    world.dns.private = {"10.2.0.2"}
    facts = await look_expected(world.services, RecordsDocument("example.com", "eu-west-1", (RECORD,), None, START))
    assert "10.2.0.2" not in {address for address, _, _ in world.dns.asked}
    findings = {one.id: one for one in judge(facts).findings}
    assert findings.keys().isdisjoint({"dns.lame", "dns.silent", "dns.not-delegated", "dns.blocked"})
    assert findings["dns.private"].level.value == "advice"
    (evidence,) = findings["dns.private"].evidence
    assert (evidence.label, evidence.seen) == ("ns2.example.net", "10.2.0.2, not asked")


async def test_where_all_addresses_are_private_that_is_unknown_and_no_silence() -> None:
    """A company's resolver may tell its own view of the zone, with servers that only it can reach."""
    world = FakeWorld()
    world.dns.private = {"10.2.0.1", "10.2.0.2"}
    facts = await look_expected(world.services, RecordsDocument("example.com", "eu-west-1", (RECORD,), None, START))
    (found,) = judge(facts).findings
    assert (found.id, found.level.value) == ("dns.private", "unknown")
    assert "10.2.0.1" in found.title
    assert found.remedy is not None
    assert "view" in found.remedy.text


async def test_where_this_network_tells_private_addresses_the_public_resolvers_are_asked_for_others() -> None:
    world = FakeWorld()
    with_servers(world)
    world.dns.at("10.1.0.1").cuts["example.com"] = (("ns1.example.org", ""),)
    world.dns.servers.append(NameServer("example.org", "10.4.0.1"))
    world.dns.at("10.4.0.1").put("ns1.example.org", "A", "10.2.0.1")
    world.dns.private = {"10.8.0.1", ""}
    own = world.dns.resolvers[0].address

    def inside(address: str, question: Question, reply: Reply) -> Reply:
        if address == own and question == Question("ns1.example.org", "A"):
            return Answer("NOERROR", False, (Row("ns1.example.org", "A", 60, "10.8.0.1"),))
        return reply

    world.dns.bend = inside
    found = await delegation_of(world.services, NAME)
    assert isinstance(found, Seen)
    assert [one.address for one in found.value.servers] == ["10.2.0.1"]


async def test_without_the_parent_the_resolvers_word_stands_in_and_says_so() -> None:
    world = FakeWorld()
    world.dns.at("10.1.0.1").status = "REFUSED"
    for server in world.dns.of("example.com"):
        server.put("ns1.example.net", "A", "10.2.0.1")
    world.dns.servers.append(NameServer("example.net", "10.3.0.1"))
    world.dns.at("10.3.0.1").put("ns1.example.net", "A", "10.2.0.1")
    found = await delegation_of(world.services, NAME)
    assert isinstance(found, Seen)
    assert found.value.from_parent is False
    assert [one.address for one in found.value.servers] == ["10.2.0.1"]
    assert found.value.unaddressed == ("ns2.example.net",)


@pytest.mark.parametrize("how", ["no resolver", "deaf", "no servers"])
async def test_a_delegation_that_nobody_tells_is_unseen(how: str) -> None:
    world = FakeWorld()
    world.dns.doh_deaf = True
    if how == "no resolver":
        world.dns.resolvers = ()
    elif how == "deaf":
        world.dns.deaf = True
    else:
        world.dns.at("10.1.0.1").cuts["example.com"] = ()
        for server in world.dns.of("example.com"):
            server.rows = []
    found = await delegation_of(world.services, NAME)
    assert isinstance(found, Unseen)
    assert found.failure.kind == "dns.blocked"


async def test_no_resolver_is_ever_asked_about_a_records_name() -> None:
    world = FakeWorld()
    document = RecordsDocument("example.com", "eu-west-1", (RECORD,), "example.com", START)
    await look_expected(world.services, document)
    assert not [name for name in world.dns.names_asked(resolvers=True) if "_domainkey" in name or name == "_dmarc.example.com"]
    assert RECORD.name in world.dns.names_asked(resolvers=False)


async def test_near_misses_are_asked_only_where_a_record_is_missing() -> None:
    world = FakeWorld()
    world.dns.put(RECORD.name, "CNAME", "tokena.dkim.amazonses.com")
    delegation = await delegation_of(world.services, NAME)
    assert isinstance(delegation, Seen)
    world.dns.asked.clear()
    swept = await sweep_zone(world.services, delegation.value, NAME, (RECORD, SPARE))
    assert isinstance(swept, Seen)
    assert world.dns.names_asked(resolvers=False) == {"example.com", RECORD.name}, "nor is a policy of another zone"
    assert len(world.dns.asked) == 2 * (3 + 1 + 1), "SOA, NS, alias, the record, and TXT through it"
    world.dns.at("10.2.0.1").rows = []
    world.dns.at("10.2.0.2").rows = []
    await sweep_zone(world.services, delegation.value, NAME, (RECORD,), ("older",))
    names = world.dns.names_asked(resolvers=False)
    assert {f"{RECORD.name}.example.com", "tokena.domainkey.example.com", "older._domainkey.example.com"} <= names


async def test_a_silent_server_is_never_asked_about_near_misses() -> None:
    world = FakeWorld()
    delegation = await delegation_of(world.services, NAME)
    assert isinstance(delegation, Seen)
    world.dns.at("10.2.0.2").silent = True
    world.dns.asked.clear()
    swept = await sweep_zone(world.services, delegation.value, NAME, (RECORD,))
    assert isinstance(swept, Seen)
    asked = [question for address, question, _ in world.dns.asked if address == "10.2.0.2"]
    assert len(asked) == 5, "once each; sending again is the sockets' work"
    assert {question.name for question in asked} == {"example.com", RECORD.name}


async def test_a_zone_whose_servers_all_keep_silent_is_unseen() -> None:
    world = FakeWorld()
    delegation = await delegation_of(world.services, NAME)
    assert isinstance(delegation, Seen)
    for server in world.dns.of("example.com"):
        server.silent = True
    swept = await sweep_zone(world.services, delegation.value, NAME, (RECORD,))
    assert isinstance(swept, Unseen)
    assert swept.failure.kind == "dns.silent", "resolvers answer, so this network blocks nothing"


async def dmarc_at(world: FakeWorld, name: str = "example.com") -> tuple[str | None, bool]:
    delegation = await delegation_of(world.services, DomainName(name))
    assert isinstance(delegation, Seen)
    found = await find_dmarc(world.services, DomainName(name), delegation.value)
    assert isinstance(found, Seen), found
    return (found.value.policy.text if found.value.policy else None), found.value.inherited


async def test_a_policy_of_ones_own_is_found_at_ones_own_servers() -> None:
    world = FakeWorld()
    assert await dmarc_at(world) == (None, False)
    world.dns.put("_dmarc.example.com", "TXT", "v=DMARC1; p=reject")
    assert await dmarc_at(world) == ("v=DMARC1; p=reject", False)
    assert await dmarc_at(world, "mail.example.com") == ("v=DMARC1; p=reject", True)


async def test_a_policy_above_the_zone_is_asked_of_the_resolver() -> None:
    world = FakeWorld()
    world.dns.put("_dmarc.com", "TXT", "v=DMARC1; p=none; psd=y", zone="com")
    assert await dmarc_at(world) == ("v=DMARC1; p=none; psd=y", True)


async def test_a_policy_behind_an_alias_in_another_zone_is_found() -> None:
    vendor = NameServer("vendor.example", "10.5.0.1")
    vendor.put("_dmarc.example.com.vendor.example", "TXT", "v=DMARC1; p=quarantine")
    world = FakeWorld(example_dns([vendor]))
    world.dns.put("_dmarc.example.com", "CNAME", "_dmarc.example.com.vendor.example")
    assert await dmarc_at(world) == ("v=DMARC1; p=quarantine", False)


async def test_a_policy_in_a_delegated_sub_zone_is_found() -> None:
    vendor = NameServer("_dmarc.example.com", "10.5.0.1")
    vendor.put("_dmarc.example.com", "TXT", "v=DMARC1; p=quarantine")
    world = FakeWorld(example_dns([vendor]))
    for server in world.dns.of("example.com"):
        server.cuts["_dmarc.example.com"] = (("ns.vendor.example", "10.5.0.1"),)
    assert await dmarc_at(world) == ("v=DMARC1; p=quarantine", False)


async def test_a_lame_server_does_not_make_a_policy_missing() -> None:
    world = FakeWorld()
    world.dns.put("_dmarc.example.com", "TXT", "v=DMARC1; p=reject")

    def lame(address: str, question: Question, reply: Reply) -> Reply:
        return Answer("NOERROR", False) if address == "10.2.0.1" else reply

    world.dns.bend = lame
    assert await dmarc_at(world) == ("v=DMARC1; p=reject", False)


@pytest.mark.parametrize("silent", [("10.2.0.1", "10.2.0.2"), ("10.9.9.9", "10.9.9.8")], ids=["own servers", "resolvers"])
async def test_a_policy_is_missing_only_where_everybody_who_could_know_was_heard(silent: tuple[str, ...]) -> None:
    world = FakeWorld()
    delegation = await delegation_of(world.services, NAME)
    assert isinstance(delegation, Seen)
    world.dns.bend = lambda address, _question, reply: Silence("timeout") if address in silent else reply
    found = await find_dmarc(world.services, NAME, delegation.value)
    assert isinstance(found, Unseen)
    assert found.failure.kind == "dns.blocked"


async def test_a_policy_that_was_seen_counts_though_a_parent_kept_silent() -> None:
    world = FakeWorld()
    world.dns.put("_dmarc.example.com", "TXT", "v=DMARC1; p=reject")
    delegation = await delegation_of(world.services, NAME)
    assert isinstance(delegation, Seen)
    world.dns.deaf = True
    found = await find_dmarc(world.services, NAME, delegation.value)
    assert isinstance(found, Seen)
    assert found.value.policy is not None


async def test_a_file_alone_is_enough_to_judge_dns() -> None:
    world = FakeWorld()
    document = RecordsDocument("example.com", "eu-west-1", (RECORD,), "example.com", START)
    report = judge(await look_expected(world.services, document))
    assert {one.id for one in report.findings} == {"dns.ok", "dkim.not-published", "dmarc.missing"}
    assert {one.topic for one in report.findings} <= set(DNS_TOPICS)
    assert not world.calls.log, "AWS, keyring and state are left alone"
    world.dns.deaf = world.dns.doh_deaf = True
    blind = judge(await look_expected(world.services, document))
    assert [one.id for one in blind.findings] == ["dns.blocked"]


async def test_a_mail_from_name_is_proposed_where_nothing_stands() -> None:
    world = FakeWorld()
    delegation = await delegation_of(world.services, NAME)
    assert isinstance(delegation, Seen)
    services, there = world.services, delegation.value
    assert await propose_mail_from(services, NAME, there) == "bounce.example.com"
    world.dns.put("bounce.example.com", "A", "192.0.2.7")
    assert await rows_at(services, there, "bounce.example.com") == (Row("bounce.example.com", "A", 300, "192.0.2.7"),)
    assert await propose_mail_from(services, NAME, there) == "bounces.example.com"
    await services.state.save_choices(DomainChoices(str(NAME), "us-east-1"))
    assert await propose_mail_from(services, NAME, there) == "bounce-eu-west-1.example.com"
    for server in world.dns.of("example.com"):
        server.silent = True
    assert await rows_at(services, there, "bounce.example.com") is None


async def test_a_server_that_this_machine_has_no_way_to_is_not_counted() -> None:
    """Without an IPv6 route such a server is neither silent nor lame, and its cell is left out."""
    asked = Asked(Server("ns3.example.com", "2001:db8::3"), Question(RECORD.name, "CNAME"), Silence("no-ipv6"))
    assert cells(RECORD, Sweep((asked,))) == ()
    assert cell(RECORD, asked).seen == "no IPv6 here"

"""Where no server of the zone gives an answer there is one finding: its cause, and never a wrong one."""

import asyncio
from collections.abc import Callable

import pytest

from seswizard.core.answers import Answer, Question, Reply, Silence
from seswizard.core.checks import judge
from seswizard.core.findings import Report
from seswizard.core.records import Record
from seswizard.exports.records import RecordsDocument
from seswizard.look.expected import look_expected
from tests.fake_dns import NameServer
from tests.fakes import START, FakeWorld

RECORD = Record("dkim", "tokena._domainkey.example.com", "CNAME", "tokena.dkim.amazonses.com", required=True)
OWN, RESOLVERS = ("10.2.0.1", "10.2.0.2"), ("10.9.9.9", "10.9.9.8")
Bend = Callable[[str, Question, Reply], Reply]


def world() -> FakeWorld:
    """Everything is right."""
    made = FakeWorld()
    made.dns.put(RECORD.name, "CNAME", RECORD.value or "")
    made.dns.put("_dmarc.example.com", "TXT", "v=DMARC1; p=none")
    hosts = NameServer("example.net", "10.3.0.1")
    for number, address in enumerate(OWN, 1):
        hosts.put(f"ns{number}.example.net", "A", address)
    made.dns.servers.append(hosts)
    return made


def report(made: FakeWorld, bend: Bend, domain: str = "example.com") -> Report:
    made.dns.bend = bend
    document = RecordsDocument(domain, "eu-west-1", (RECORD,), "example.com", START)
    return judge(asyncio.run(look_expected(made.services, document)))


def told(of: Report) -> dict[str, str]:
    return {one.id: one.level.value for one in of.findings}


@pytest.mark.parametrize("domain", ["example.com", "mail.example.com"])
@pytest.mark.parametrize("known", [True, False], ids=["the resolver remembers", "the resolver fails"])
@pytest.mark.parametrize("status", ["SERVFAIL", "REFUSED"])
def test_a_zone_that_no_server_serves_is_lame(status: str, known: bool, domain: str) -> None:
    def bend(address: str, question: Question, reply: Reply) -> Reply:
        if address in OWN or (address in RESOLVERS and question.name.endswith("example.com") and not known):
            return Answer("SERVFAIL" if address in RESOLVERS else status, False)
        return reply

    found = report(world(), bend, domain)
    assert told(found) == {"dns.lame": "problem"}
    assert found.findings[0].title == "2 of 2 delegated servers do not serve example.com."
    assert "DMARC" in found.findings[0].evidence[-1].seen, "what was not seen is named"


@pytest.mark.parametrize("resolvers", ["remember", "are silent about the zone", "fail for the zone"])
def test_servers_that_all_keep_silent_are_one_finding(resolvers: str) -> None:
    """A resolver waits for seconds for such servers: that it does not answer about this zone is no blocked port."""

    def bend(address: str, question: Question, reply: Reply) -> Reply:
        if address in OWN:
            return Silence("timeout")
        if address in RESOLVERS and question.name.endswith("example.com") and resolvers != "remember":
            return Silence("timeout") if resolvers == "are silent about the zone" else Answer("SERVFAIL", False)
        return reply

    assert told(report(world(), bend)) == {"dns.silent": "unknown"}


@pytest.mark.parametrize("unheard", [OWN, RESOLVERS, (*OWN, *RESOLVERS)], ids=["servers", "resolvers", "anybody"])
def test_where_this_machine_never_listened_nobody_is_called_silent(unheard: tuple[str, ...]) -> None:
    made = world()
    made.dns.doh_deaf = True
    found = report(made, lambda address, _, reply: Silence("busy") if address in unheard else reply)
    assert told(found) == {"dns.busy": "unknown"}
    assert "this machine was too busy" in found.findings[0].title


def test_an_answer_that_was_not_heard_here_is_no_silence_of_that_server() -> None:
    """The other servers were heard, so the records are judged; what was missed is said."""
    found = report(world(), lambda address, _, reply: Silence("busy") if address == OWN[1] else reply)
    assert told(found) == {"dns.busy": "advice", "dkim.ok": "ok", "dmarc.ok": "ok"}
    (missed,) = [one for one in found.findings if one.id == "dns.busy"]
    assert {(one.source, one.seen) for one in missed.evidence} == {
        ("ns2.example.net (10.2.0.2)", "not heard: this machine was too busy to listen")
    }


def test_records_about_which_nothing_was_heard_here_are_not_called_unanswered() -> None:
    def bend(address: str, question: Question, reply: Reply) -> Reply:
        return Silence("busy") if address in OWN and question.name == RECORD.name else reply

    assert told(report(world(), bend)) == {"dns.busy": "unknown", "dmarc.ok": "ok"}


def test_where_dns_is_blocked_https_tells_the_policy_too() -> None:
    made = world()
    found = report(made, lambda address, _, reply: reply if address == RESOLVERS[0] else Silence("timeout"))
    assert told(found) == {"dns.ok": "ok", "dkim.ok": "ok", "dmarc.ok": "ok"}
    assert Question("_dmarc.example.com", "TXT") in made.dns.asked_doh


def test_where_https_is_shut_as_well_it_is_blocked() -> None:
    made = world()
    made.dns.doh_deaf = True
    found = report(made, lambda address, _, reply: reply if address == RESOLVERS[0] else Silence("timeout"))
    assert told(found) == {"dns.blocked": "unknown"}


@pytest.mark.parametrize("resolvers", ["silent", "none"])
@pytest.mark.parametrize("deaf", [False, True], ids=["https", "no https"])
def test_without_any_resolver_https_alone_tells(resolvers: str, deaf: bool) -> None:
    """Behind a proxy there may be no DNS at all; where HTTPS is shut as well it is blocked."""
    made = world()
    made.dns.doh_deaf = deaf
    if resolvers == "none":
        made.dns.resolvers = ()
    found = report(made, lambda *_: Silence("timeout"))
    if deaf:
        unseen = {"which servers the zone has", "the records", "the DMARC policy"}
        assert {one.seen for one in found.findings[0].evidence} == unseen
    assert told(found) == ({"dns.blocked": "unknown"} if deaf else {"dns.ok": "ok", "dkim.ok": "ok", "dmarc.ok": "ok"})

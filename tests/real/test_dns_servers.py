"""The same faults as in the embedded world, by bind9 and unbound: `check` says exactly what CONTRACT §2 allows.

The delegation is walked for real, from bind9's root and `com.`; only unbound is told where the zones are, for it asks
port 53 wherever a referral leads.
"""

import itertools
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any

import dns.flags
import dns.rcode
import pytest

from seswizard.core.checks import DNS_TOPICS
from seswizard.core.records import MAIL_FROM_SPF, Record, feedback_host
from seswizard.exports.records import EXPORTERS, RecordsDocument
from tests.real.servers import Lan, ZoneKey, make_key, signed, zone_text

pytestmark = pytest.mark.real

Program = Callable[[str], str]
Findings = dict[str, str]

DOMAIN, REGION = "example.com", "eu-west-1"
TOKENS = ("alphatoken", "betatoken", "gammatoken")
NAMES = tuple(f"{token}._domainkey.{DOMAIN}" for token in TOKENS)
TARGETS = tuple(f"{token}.dkim.amazonses.com" for token in TOKENS)
DMARC = "v=DMARC1; p=none;"
RECORDS = (
    *(Record("dkim", name, "CNAME", target, required=True) for name, target in zip(NAMES, TARGETS, strict=True)),
    Record("mail-from-mx", f"bounce.{DOMAIN}", "MX", feedback_host(REGION), priority=10),
    Record("mail-from-spf", f"bounce.{DOMAIN}", "TXT", MAIL_FROM_SPF),
    Record("dmarc", f"_dmarc.{DOMAIN}", "TXT", DMARC),
)
HEALTHY: Findings = {f"{topic}.ok": "ok" for topic in DNS_TOPICS}
PARENT, FIRST, SECOND, THIRD, SYSTEM, PUBLIC = 1, 11, 12, 13, 8, 9
"""The last parts of the addresses."""


def found(ident: str, level: str, *others: tuple[str, str], silent: tuple[str, ...] = ()) -> Findings:
    """This finding and these, and `<topic>.ok` for every topic that none of them speaks for."""
    told = {ident: level, **dict(others)}
    spoken = {one.partition(".")[0] for one in told} | set(silent)
    return told | {name: word for name, word in HEALTHY.items() if name.partition(".")[0] not in spoken}


@dataclass(frozen=True)
class Said:
    """What one `check` ended with and said."""

    code: int
    report: dict[str, Any]

    @property
    def told(self) -> Findings:
        return {one["id"]: one["level"] for one in self.report["findings"]}

    def of(self, ident: str) -> dict[str, Any]:
        return next(one for one in self.report["findings"] if one["id"] == ident)

    def pasted(self, ident: str) -> set[tuple[str, str, str, str]]:
        """Host, name, type and value of the records in a remedy."""
        return {(one["host"], one["name"], one["type"], one["value"]) for one in self.of(ident)["remedy"]["records"]}

    def seconds(self, ident: str) -> int:
        """The countdown in a remedy, such as `6 s`."""
        words = self.of(ident)["remedy"]["text"].split()
        return next(int(word) for word, unit in itertools.pairwise(words) if unit == "s")


def rows(*, dkim: bool = True, more: tuple[str, ...] = ()) -> list[str]:
    """The rows of a zone that is set up; addresses of the name servers are written by `Net`."""
    made = ["@ NS ns1", "@ NS ns2", "@ A 192.0.2.1"]
    made += [f"{token}._domainkey CNAME {target}." for token, target in zip(TOKENS, TARGETS, strict=True) if dkim]
    made += [f"bounce MX 10 {feedback_host(REGION)}.", f'bounce TXT "{MAIL_FROM_SPF}"']
    return [*made, f'_dmarc TXT "{DMARC}"', *more]


@dataclass
class Net:
    """The servers of one test and the product that looks at them."""

    lan: Lan
    expected: Path
    environment: dict[str, str] = field(default_factory=dict)

    @property
    def servers(self) -> tuple[str, str]:
        return self.lan.address(FIRST), self.lan.address(SECOND)

    def zone(self, text: list[str] | None = None, *, serial: int = 1, ttl: int = 300, negative: int = 60) -> str:
        """The master file of the domain, with its servers' addresses."""
        glue = [f"ns{number} A {address}" for number, address in enumerate(self.servers, 1)]
        return zone_text("ns1", [*(rows() if text is None else text), *glue], serial=serial, ttl=ttl, negative=negative)

    def parents(self, *, ds: str = "", sign: Callable[[str], str] = lambda text: text) -> dict[str, str | None]:
        """Root, `com.` and `amazonses.com.`, which all lie on one server."""
        here = self.lan.address(PARENT)
        com = ["@ NS ns.com.", f"ns A {here}", "example NS ns1.example", "example NS ns2.example"]
        com += [f"ns{number}.example A {address}" for number, address in enumerate(self.servers, 1)]
        com += ["amazonses NS ns.com.", *([f"example DS {ds}"] if ds else [])]
        root = ["@ NS ns.com.", "com NS ns.com.", f"ns.com A {here}"]
        ses = ["@ NS ns.com.", '@ TXT "v=spf1 ip4:192.0.2.0/24 -all"', '*.dkim TXT "v=DKIM1; p=AAAA"']
        return {
            ".": zone_text("ns.com.", root),
            "com.": sign(zone_text("ns.com.", com)),
            "amazonses.com.": zone_text("ns.com.", ses),
        }

    def resolve(self, *, anchor: str = "", sub_zones: Mapping[str, tuple[str, ...]] = MappingProxyType({})) -> None:
        """Start both resolvers; sub-zones by their labels, with the addresses of their servers."""
        here = (self.lan.address(PARENT),)
        stubs = {".": here, "com.": here, "amazonses.com.": here, f"{DOMAIN}.": self.servers}
        stubs |= {f"{name}.{DOMAIN}.": addresses for name, addresses in sub_zones.items()}
        for host in (SYSTEM, PUBLIC):
            self.lan.unbound(host, stubs, anchor=anchor)
        names = ",".join(f"{self.lan.address(host)}:{self.lan.port}" for host in (SYSTEM, PUBLIC))
        self.environment = {"SESWIZARD_RESOLVERS": names, "SESWIZARD_DNS_PORT": str(self.lan.port)}

    def start(self, first: str | None = "", second: str | None = "", **sub_zones: tuple[str, ...]) -> "Net":
        """Everything: the parents, two servers (the healthy zone for ""; None: no master file), two resolvers."""
        self.lan.named(PARENT, self.parents())
        for host, text in ((FIRST, first), (SECOND, second)):
            self.lan.named(host, {f"{DOMAIN}.": self.zone() if text == "" else text})
        self.resolve(sub_zones=sub_zones)
        return self

    def check(self) -> Said:
        """`seswizard check`, as the DNS person runs it."""
        words = [sys.executable, "-m", "seswizard", "check", "--expected", str(self.expected), "--format", "json"]
        environment = {**os.environ, **self.environment}
        done = subprocess.run(words, capture_output=True, text=True, timeout=60, env=environment, check=False)
        assert "Traceback" not in done.stderr, done.stderr
        return Said(done.returncode, json.loads(done.stdout))

    def heal(self, name: str, rtype: str, *values: str) -> None:
        """Change both servers by RFC 2136."""
        self.lan.update(self.servers, f"{DOMAIN}.", name, rtype, *values)

    def ask(self, host: int, name: str, rtype: str) -> str:
        """The status of a resolver's answer, which it then keeps."""
        return dns.rcode.to_text(self.lan.ask(self.lan.address(host), name, rtype, recursive=True).rcode())


@pytest.fixture
def net(tmp_path: Path, program: Program) -> Iterator[Net]:
    """A network without servers; they end with the test, whatever it did."""
    for name in ("named", "unbound"):
        program(name)
    expected = tmp_path / "expected.json"
    document = RecordsDocument(DOMAIN, REGION, RECORDS, DOMAIN, datetime(2026, 11, 22, tzinfo=UTC))
    expected.write_text(EXPORTERS["json"](document))
    made = Net(Lan(tmp_path / "servers", program), expected)
    try:
        yield made
    finally:
        made.lan.stop()


def test_a_healthy_zone_is_ok(net: Net) -> None:
    said = net.start().check()
    assert said.told == HEALTHY
    assert (said.code, said.report["level"]) == (0, "ok")


def test_a_server_that_is_behind_is_partial_until_it_follows(net: Net) -> None:
    behind = [row for row in rows() if not row.startswith(TOKENS[0])]
    net.start(net.zone(serial=8), net.zone(behind, serial=7))
    said = net.check()
    assert said.told == found("dns.partial", "waiting")
    assert said.code == 4
    seen = {(one["label"], one["source"].split()[0]): one["seen"] for one in said.of("dns.partial")["evidence"]}
    assert seen == {
        (NAMES[0], f"ns1.{DOMAIN}"): TARGETS[0],
        (NAMES[0], f"ns2.{DOMAIN}"): "no such name",
        (DOMAIN, f"ns1.{DOMAIN}"): "serial 8",
        (DOMAIN, f"ns2.{DOMAIN}"): "serial 7",
    }
    net.lan.update(net.servers[1:], f"{DOMAIN}.", NAMES[0], "CNAME", f"{TARGETS[0]}.")
    assert net.check().told == HEALTHY


def test_serials_alone_are_nobodys_fault(net: Net) -> None:
    assert net.start(net.zone(serial=2026112201), net.zone(serial=3)).check().told == HEALTHY


def test_a_server_that_refuses_is_lame(net: Net) -> None:
    net.lan.named(PARENT, net.parents())
    net.lan.named(FIRST, {f"{DOMAIN}.": net.zone()})
    net.lan.named(SECOND, {})
    net.resolve()
    said = net.check()
    assert said.told == found("dns.lame", "problem")
    assert said.code == 1
    (evidence,) = said.of("dns.lame")["evidence"]
    assert (evidence["seen"], evidence["source"]) == ("REFUSED", f"ns2.{DOMAIN} ({net.servers[1]})")


@pytest.mark.parametrize("broken", [None, "$TTL 300\n@ SOA ns1 hostmaster 1 1 1 1 1\n@ NS ns1\nns1 A not-an-address\n"])
def test_a_server_whose_zone_file_is_missing_or_broken_is_lame(net: Net, broken: str | None) -> None:
    said = net.start(second=broken).check()
    assert said.told == found("dns.lame", "problem")
    assert said.code == 1
    assert [one["seen"] for one in said.of("dns.lame")["evidence"]] == ["SERVFAIL"]


@pytest.mark.parametrize("how", ["frozen", "gone"])
def test_a_silent_server_is_advice(net: Net, how: str) -> None:
    net.start()
    if how == "frozen":
        net.lan.freeze(net.servers[1])
    else:
        net.lan.stop(net.servers[1])
    said = net.check()
    assert said.told == found("dns.silent", "advice")
    assert said.code == 0


@pytest.mark.parametrize("wildcard", [f"* CNAME parking.{DOMAIN}.", '* TXT "parked"', "* A 192.0.2.9"])
def test_a_wildcard_is_told_by_its_name_and_healed_by_the_records(net: Net, wildcard: str) -> None:
    net.start(*[net.zone(rows(dkim=False, more=(wildcard,)))] * 2)
    said = net.check()
    assert said.told == found("dkim.wildcard", "problem")
    assert said.code == 1
    assert said.pasted("dkim.wildcard") == {
        (f"{token}._domainkey", name, "CNAME", target) for token, name, target in zip(TOKENS, NAMES, TARGETS, strict=True)
    }
    for name, target in zip(NAMES, TARGETS, strict=True):
        net.heal(name, "CNAME", f"{target}.")
    assert net.check().told == HEALTHY


def test_a_wildcard_beside_the_records_is_healthy(net: Net) -> None:
    assert net.start(*[net.zone(rows(more=(f"* CNAME parking.{DOMAIN}.",)))] * 2).check().told == HEALTHY


def test_a_doubled_name_is_told_and_healed_by_the_remedy(net: Net) -> None:
    others = [row for row in rows() if not row.startswith(TOKENS[0])]
    net.start(*[net.zone([*others, f"{NAMES[0]} CNAME {TARGETS[0]}."])] * 2)
    said = net.check()
    assert said.told == found("dkim.doubled-name", "problem")
    assert said.code == 1
    assert said.pasted("dkim.doubled-name") == {(f"{TOKENS[0]}._domainkey", NAMES[0], "CNAME", TARGETS[0])}
    assert f"{NAMES[0]}.{DOMAIN}" in {one["label"] for one in said.of("dkim.doubled-name")["evidence"]}
    net.heal(f"{NAMES[0]}.{DOMAIN}", "CNAME")
    net.heal(NAMES[0], "CNAME", f"{TARGETS[0]}.")
    assert net.check().told == HEALTHY


def test_a_cached_no_such_name_counts_down_and_ends_by_itself(net: Net) -> None:
    others = [row for row in rows() if not row.startswith(TOKENS[0])]
    net.start(*[net.zone(others, negative=7)] * 2)
    assert net.ask(PUBLIC, NAMES[0], "CNAME") == "NXDOMAIN"
    net.heal(NAMES[0], "CNAME", f"{TARGETS[0]}.")
    first = net.check()
    assert first.told == found("dns.cached-negative", "waiting")
    assert first.code == 4
    (evidence,) = first.of("dns.cached-negative")["evidence"]
    assert (evidence["label"], evidence["seen"]) == (NAMES[0], "no such name")
    assert net.lan.address(PUBLIC) in evidence["source"]
    time.sleep(2.2)
    then = net.check()
    assert 0 < then.seconds("dns.cached-negative") < first.seconds("dns.cached-negative") <= 7
    time.sleep(then.seconds("dns.cached-negative") + 1)
    assert net.check().told == HEALTHY


def test_a_cached_earlier_value_counts_down_and_ends_by_itself(net: Net) -> None:
    others = [row for row in rows() if not row.startswith(TOKENS[0])]
    net.start(*[net.zone([*others, f"{TOKENS[0]}._domainkey 7 CNAME elsewhere.{DOMAIN}."])] * 2)
    for host in (SYSTEM, PUBLIC):
        assert net.ask(host, NAMES[0], "CNAME") == "NOERROR"
    net.heal(NAMES[0], "CNAME", f"{TARGETS[0]}.")
    first = net.check()
    assert first.told == found("dns.cached-old", "waiting")
    assert first.code == 4
    evidence = first.of("dns.cached-old")["evidence"]
    assert {(one["label"], one["seen"]) for one in evidence} == {(NAMES[0], f"elsewhere.{DOMAIN}")}
    assert len(evidence) == 2
    time.sleep(2.2)
    then = net.check()
    assert 0 < then.seconds("dns.cached-old") < first.seconds("dns.cached-old") <= 7
    time.sleep(then.seconds("dns.cached-old") + 1)
    assert net.check().told == HEALTHY


def test_check_itself_plants_no_negative_answer(net: Net) -> None:
    net.start(*[net.zone(rows(dkim=False), negative=3600)] * 2)
    assert net.check().told == found("dkim.not-published", "waiting")
    for name, target in zip(NAMES, TARGETS, strict=True):
        net.heal(name, "CNAME", f"{target}.")
    assert net.check().told == HEALTHY


def test_broken_dnssec_is_told_apart_and_healed_by_the_right_ds(net: Net, program: Program, tmp_path: Path) -> None:
    place = tmp_path / "keys"
    com, own, other = (make_key(program, place, zone) for zone in ("com.", f"{DOMAIN}.", f"{DOMAIN}."))
    zone = signed(program, place, f"{DOMAIN}.", net.zone(), own)

    def parents(key: ZoneKey) -> dict[str, str | None]:
        return net.parents(ds=key.ds, sign=lambda text: signed(program, place, "com.", text, com))

    net.lan.named(PARENT, parents(other))
    for host in (FIRST, SECOND):
        net.lan.named(host, {f"{DOMAIN}.": zone})
    net.resolve(anchor=com.dnskey)
    assert net.ask(PUBLIC, NAMES[0], "CNAME") == "SERVFAIL"
    said = net.check()
    assert said.told == found("dns.dnssec-broken", "problem")
    assert said.code == 1
    assert {one["seen"] for one in said.of("dns.dnssec-broken")["evidence"]} == {"SERVFAIL"}
    net.lan.stop(*(net.lan.address(host) for host in (PARENT, SYSTEM, PUBLIC)))
    net.lan.named(PARENT, parents(own))
    net.resolve(anchor=com.dnskey)
    answer = net.lan.ask(net.lan.address(PUBLIC), NAMES[0], "CNAME", recursive=True)
    assert answer.rcode() == dns.rcode.NOERROR
    assert net.check().told == HEALTHY


def delegated(net: Net, sub_zone: list[str]) -> Said:
    """`_domainkey` is a zone of its own, on a third server, with these rows."""
    third = net.lan.address(THIRD)
    cut = ("_domainkey NS ns.third", f"ns.third A {third}")
    name = f"_domainkey.{DOMAIN}."
    net.lan.named(THIRD, {name: zone_text(f"ns.third.{DOMAIN}.", [f"@ NS ns.third.{DOMAIN}.", *sub_zone])})
    net.start(*[net.zone(rows(dkim=False, more=cut))] * 2, _domainkey=(third,))
    return net.check()


def test_a_delegated_sub_zone_without_the_records_is_told_and_healed_there(net: Net) -> None:
    said = delegated(net, [])
    assert said.told == found("dns.subdomain-delegated", "problem", silent=("dkim",))
    assert said.code == 1
    assert said.pasted("dns.subdomain-delegated") == {
        (token, name, "CNAME", target) for token, name, target in zip(TOKENS, NAMES, TARGETS, strict=True)
    }
    for name, target in zip(NAMES, TARGETS, strict=True):
        net.lan.update([net.lan.address(THIRD)], f"_domainkey.{DOMAIN}.", name, "CNAME", f"{target}.")
    assert net.check().told == HEALTHY


def test_a_delegated_sub_zone_with_the_records_is_healthy(net: Net) -> None:
    said = delegated(net, [f"{token} CNAME {target}." for token, target in zip(TOKENS, TARGETS, strict=True)])
    assert said.told == HEALTHY


@pytest.mark.parametrize("host", ["_dmarc", "bounce"])
def test_an_answer_that_does_not_fit_is_fetched_by_tcp(net: Net, host: str) -> None:
    verifications = tuple(f'{host} TXT "verification-{number}={"x" * 200}"' for number in range(9))
    net.start(*[net.zone(rows(more=verifications))] * 2)
    cut = net.lan.ask(net.servers[0], f"{host}.{DOMAIN}", "TXT")
    assert cut.flags & dns.flags.TC
    assert not cut.answer
    assert net.check().told == HEALTHY


@pytest.mark.parametrize("how", ["no file", "refused"])
def test_a_zone_that_no_server_serves_is_lame_and_says_nothing_of_the_records(net: Net, how: str) -> None:
    """The resolver says SERVFAIL then, so the parent has to tell whom it sends the world to."""
    net.lan.named(PARENT, net.parents())
    for host in (FIRST, SECOND):
        net.lan.named(host, {f"{DOMAIN}.": None} if how == "no file" else {})
    net.resolve()
    assert net.ask(SYSTEM, DOMAIN, "SOA") == "SERVFAIL"
    said = net.check()
    assert said.told == {"dns.lame": "problem"}
    assert said.code == 1
    assert said.of("dns.lame")["title"] == f"2 of 2 delegated servers do not serve {DOMAIN}."
    assert {one["source"] for one in said.of("dns.lame")["evidence"]} >= {
        f"ns{number}.{DOMAIN} ({address})" for number, address in enumerate(net.servers, 1)
    }


def test_a_zone_whose_servers_all_keep_silent_has_one_cause(net: Net) -> None:
    net.start()
    assert net.ask(SYSTEM, DOMAIN, "SOA") == "NOERROR"
    for address in net.servers:
        net.lan.freeze(address)
    said = net.check()
    assert said.told == {"dns.silent": "unknown"}
    assert said.code == 3

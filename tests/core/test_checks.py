"""Every check as one table: bend a healthy domain, and exactly these findings come out."""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from seswizard.core.account import Caller, Quota
from seswizard.core.aws_things import AccessKey
from seswizard.core.checks import CHECKS, DNS_TOPICS, FINE, TOPICS
from seswizard.core.findings import Level
from seswizard.core.identity import Dkim, SeenZone, Verification
from seswizard.core.names import EmailAddress
from seswizard.core.remembered import Proof
from tests.core.scene import HOSTED, KEY, MX, NAMES, Scene
from tests.fake_dns import NameServer
from tests.fakes import START

FIRST = NAMES[0]
TARGET = f"tokena.{HOSTED}"
OTHER_KEY = "AKIAEXAMPLE000000002"
Bend = Callable[[Scene], object]


def several(*bends: Bend) -> Bend:
    def bend(scene: Scene) -> None:
        for one in bends:
            one(scene)

    return bend


def gone(*names: str, rtype: str = "CNAME") -> Bend:
    """These records are not there."""

    def bend(scene: Scene) -> None:
        for name in names:
            scene.remove(name, rtype)

    return bend


def every(bend: Callable[[NameServer], object]) -> Bend:
    """The same at every server."""

    def bent(scene: Scene) -> None:
        for one in scene.servers:
            bend(one)

    return bent


def landed(name: str, rtype: str = "CNAME", value: str = TARGET) -> Bend:
    """The first DKIM record was put somewhere else."""
    return several(gone(FIRST), lambda scene: scene.put(name, rtype, value))


def pending(scene: Scene) -> None:
    scene.pending()


def put(**changes: object) -> Bend:
    def bend(scene: Scene) -> None:
        for key, value in changes.items():
            setattr(scene, key, value)

    return bend


def account(**changes: object) -> Bend:
    return lambda scene: setattr(scene, "account", replace(scene.account, **changes))  # type: ignore[arg-type]  # any field


def mx(value: str, priority: int = 10) -> Bend:
    return lambda scene: scene.instead("bounce.example.com", "MX", value, priority)


def policy(text: str) -> Bend:
    return lambda scene: scene.instead("_dmarc.example.com", "TXT", text)


def spf(*texts: str) -> Bend:
    def bend(scene: Scene) -> None:
        scene.remove("bounce.example.com", "TXT")
        for text in texts:
            scene.put("bounce.example.com", "TXT", text)

    return bend


def bare(text: str) -> dict[str, str]:
    """`a.b:problem c.d:advice` as a dictionary."""
    return {ident: level for ident, _, level in (one.rpartition(":") for one in text.split())}


TABLE: list[tuple[str, Bend, str]] = [
    # access, region, account
    ("root", put(caller=Caller("123456789012", "arn:aws:iam::123456789012:root")), "access.root:advice"),
    ("other account", put(remembered_account="999999999999"), "access.other-account:problem"),
    ("same account", put(remembered_account="123456789012"), ""),
    ("no ses here", put(region="mx-central-1"), "region.not-supported:problem mail-from.wrong-target:problem"),
    ("no smtp for a program with a role", several(put(sends_by="sdk", region="eu-south-1"), mx(MX.replace("west", "south"))), ""),
    ("no smtp", several(put(region="eu-south-1"), mx(MX.replace("west", "south"))), "region.no-smtp:problem"),
    ("sandbox", account(production=False), "sandbox.on:advice"),
    ("review", account(production=False, review="PENDING"), "sandbox.on:advice sandbox.review-pending:waiting"),
    ("denied", account(production=False, review="DENIED"), "sandbox.on:advice sandbox.review-denied:advice"),
    ("failed review", account(production=False, review="FAILED"), "sandbox.on:advice sandbox.review-denied:advice"),
    ("granted", account(review="GRANTED"), ""),
    ("shutdown", account(enforcement="SHUTDOWN"), "account.shutdown:problem"),
    ("probation", account(enforcement="PROBATION"), "account.probation:problem"),
    ("unheard-of enforcement", account(enforcement="SOMETHING_NEW"), ""),
    ("paused", account(sending_enabled=False), "account.sending-paused:problem"),
    ("quota near", account(quota=Quota(200, 1, 160)), "account.quota-near:advice"),
    ("quota not near", account(quota=Quota(200, 1, 159)), ""),
    ("unlimited", account(quota=Quota(-1, 1, 9e9)), ""),
    # identity
    ("missing", put(identity=None), "identity.missing:problem"),
    ("pending", pending, "identity.pending:waiting"),
    ("not started", lambda scene: scene.ses(status="NOT_STARTED", may_send=False), "identity.pending:waiting"),
    ("failed", lambda scene: scene.ses(status="FAILED", may_send=False), "identity.failed:problem"),
    ("temporary", lambda scene: scene.ses(status="TEMPORARY_FAILURE"), "identity.temporary-failure:problem"),
    ("replica", lambda scene: scene.ses(dkim__origin="AWS_SES_US_EAST_1"), "identity.replica:advice"),
    ("signing off", lambda scene: scene.ses(dkim__signing=False), "dkim.signing-off:problem"),
    ("stale error", lambda scene: scene.ses(verification=Verification(error="HOST_NOT_FOUND")), ""),
    # dkim
    ("not published", several(pending, gone(*NAMES)), "identity.pending:waiting dkim.not-published:waiting"),
    ("one not published", several(pending, gone(FIRST)), "identity.pending:waiting dkim.not-published:waiting"),
    ("removed", gone(FIRST), "dkim.removed:problem"),
    (
        "removed, SES noticed",
        several(gone(FIRST), lambda scene: scene.ses(status="TEMPORARY_FAILURE", dkim__status="TEMPORARY_FAILURE")),
        "identity.temporary-failure:problem dkim.removed:problem",
    ),
    (
        "removed long ago",
        several(pending, gone(FIRST), lambda scene: scene.ses(verification=Verification(last_success=START))),
        "identity.pending:waiting dkim.removed:problem",
    ),
    ("doubled", landed(f"{FIRST}.example.com"), "dkim.doubled-name:problem"),
    ("no underscore", landed("tokena.domainkey.example.com"), "dkim.missing-underscore:problem"),
    ("appended", lambda scene: scene.instead(FIRST, "CNAME", f"{TARGET}.example.com"), "dkim.target-appended:problem"),
    (
        "wrong zone",
        lambda scene: scene.instead(FIRST, "CNAME", "tokena.dkim.eu-south-1.amazonses.com"),
        "dkim.wrong-zone:problem",
    ),
    (
        "the constant where SES said a cell",
        lambda scene: scene.ses(dkim__hosted_zone="a31d.dkim.us-west-2.amazonses.com"),
        "dkim.wrong-zone:problem",
    ),
    ("wrong target", lambda scene: scene.instead(FIRST, "CNAME", f"tokenb.{HOSTED}"), "dkim.wrong-target:problem"),
    ("cut short", lambda scene: scene.instead(FIRST, "CNAME", "tokena.dkim.amazonses"), "dkim.wrong-target:problem"),
    ("two targets", lambda scene: scene.put(FIRST, "CNAME", "elsewhere.example.net"), "dkim.wrong-target:problem"),
    ("other case", lambda scene: scene.instead(FIRST, "CNAME", TARGET.upper()), ""),
    ("saved as TXT", landed(FIRST, "TXT"), "dkim.txt-instead-of-cname:problem"),
    ("proxied", landed(FIRST, "A", "104.16.0.1"), "dkim.proxied:problem"),
    ("proxied over IPv6", landed(FIRST, "AAAA", "2606:4700::1"), "dkim.proxied:problem"),
    (
        "proxied, with a TXT",
        several(landed(FIRST, "A", "104.16.0.1"), lambda scene: scene.put(FIRST, "TXT", "x")),
        "dkim.proxied:problem",
    ),
    (
        "old tokens",
        several(put(previous_tokens=("older",)), landed("older._domainkey.example.com", value=f"older.{HOSTED}")),
        "dkim.old-tokens:problem",
    ),
    (
        "old tokens in the place of all",
        several(
            put(previous_tokens=("older", "oldest")),
            gone(*NAMES),
            lambda scene: scene.put("older._domainkey.example.com", "CNAME", f"older.{HOSTED}"),
        ),
        "dkim.old-tokens:problem",
    ),
    ("old tokens of ours", several(put(previous_tokens=("tokena",)), gone(FIRST)), "dkim.removed:problem"),
    (
        "wildcard CNAME",
        several(gone(*NAMES), lambda scene: scene.put("*.example.com", "CNAME", "host.example.net")),
        "dkim.wildcard:problem",
    ),
    (
        "an alias above the names",
        several(gone(*NAMES), lambda scene: scene.put("_domainkey.example.com", "CNAME", "x.example.net")),
        "dns.cname-apex:problem",
    ),
    ("an alias above names that are right", lambda scene: scene.put("_domainkey.example.com", "CNAME", "x.example.net"), ""),
    (
        "a DNAME above the names",
        several(gone(*NAMES), lambda scene: scene.put("_domainkey.example.com", "DNAME", "x.example.net")),
        "dns.cname-apex:problem",
    ),
    ("wildcard beneath", landed("*._domainkey.example.com", "CNAME", "host.example.net"), "dkim.wildcard:problem"),
    (
        "wildcard address",
        several(gone(*NAMES), lambda scene: scene.put("*.example.com", "A", "192.0.2.9")),
        "dkim.wildcard:problem",
    ),
    (
        "wildcard beside other selectors, and nothing published",
        several(
            pending,
            gone(*NAMES),
            lambda scene: scene.put("google._domainkey.example.com", "TXT", "v=DKIM1; p=abc"),
            lambda scene: scene.put("*.example.com", "CNAME", "host.example.net"),
        ),
        "identity.pending:waiting dkim.not-published:waiting",
    ),
    ("wildcard, but the record is there", lambda scene: scene.put("*.example.com", "CNAME", "host.example.net"), ""),
    (
        "wildcard address and a TXT in place of the CNAME",
        several(landed(FIRST, "TXT"), lambda scene: scene.put("*._domainkey.example.com", "A", "192.0.2.9")),
        "dkim.txt-instead-of-cname:problem",
    ),
    (
        "wrong target and doubled name: the first row wins",
        several(
            lambda scene: scene.instead(FIRST, "CNAME", "x.example.net"),
            lambda scene: scene.put(f"{FIRST}.example.com", "CNAME", TARGET),
        ),
        "dkim.wrong-target:problem",
    ),
    (
        "doubled name and missing underscore: the first row wins",
        several(landed(f"{FIRST}.example.com"), lambda scene: scene.put("tokena.domainkey.example.com", "CNAME", TARGET)),
        "dkim.doubled-name:problem",
    ),
    (
        "another mistake for each record",
        several(
            landed(f"{FIRST}.example.com"),
            lambda scene: scene.instead(NAMES[1], "CNAME", "x.example.net"),
            gone(NAMES[2]),
        ),
        "dkim.doubled-name:problem dkim.wrong-target:problem dkim.removed:problem",
    ),
    # mail-from, spf
    ("no MAIL FROM set", several(lambda scene: scene.ses(mail_from=None), gone("bounce.example.com", rtype="MX")), ""),
    (
        "MX not published",
        several(pending, gone("bounce.example.com", rtype="MX")),
        "identity.pending:waiting mail-from.not-published:waiting",
    ),
    ("MX removed", gone("bounce.example.com", rtype="MX"), "mail-from.removed:problem"),
    ("another host", mx("mail.example.net"), "mail-from.wrong-target:problem"),
    ("another region", mx("feedback-smtp.us-east-1.amazonses.com"), "mail-from.wrong-target:problem"),
    ("null MX", mx("", 0), "mail-from.wrong-target:problem"),
    ("another priority", mx(MX, 5), ""),
    ("MX in other case", mx(MX.upper()), ""),
    ("priority in the host", mx(f"10\\032{MX}"), "mail-from.priority-in-value:problem"),
    ("two MX", lambda scene: scene.put("bounce.example.com", "MX", "mail.example.net", 20), "mail-from.extra-mx:problem"),
    (
        "name in use",
        several(
            gone("bounce.example.com", rtype="MX"),
            spf(),
            lambda scene: scene.put("bounce.example.com", "CNAME", "x.example.net"),
        ),
        "mail-from.name-in-use:problem",
    ),
    ("SES gave up, records right", lambda scene: scene.ses(mail_from__status="FAILED"), "mail-from.failed:problem"),
    (
        "SES gave up, records missing",
        several(gone("bounce.example.com", rtype="MX"), lambda scene: scene.ses(mail_from__status="FAILED")),
        "mail-from.failed:problem",
    ),
    ("no SPF", spf(), "mail-from.no-spf:problem"),
    ("SPF without SES", spf("v=spf1 include:example.net ~all"), "mail-from.no-spf:problem"),
    (
        "no SPF yet",
        several(pending, gone(FIRST), spf()),
        "identity.pending:waiting dkim.not-published:waiting mail-from.no-spf:waiting",
    ),
    ("SPF of one's own wording", spf("V=SPF1 a ?include:AmazonSES.com -all"), ""),
    ("unrelated TXT beside it", spf("v=spf1 include:amazonses.com -all", "google-site-verification=x", "v=spf10"), ""),
    ("two SPF", spf("v=spf1 include:amazonses.com ~all", "v=spf1 -all"), "spf.duplicate:problem"),
    ("two SPF, the first ends with SES", spf("v=spf1 include:amazonses.com", "v=spf1 -all"), "spf.duplicate:problem"),
    # dmarc
    ("no DMARC", gone("_dmarc.example.com", rtype="TXT"), "dmarc.missing:advice"),
    ("two DMARC", lambda scene: scene.put("_dmarc.example.com", "TXT", "v=DMARC1; p=reject"), "dmarc.duplicate:problem"),
    ("strict SPF", policy("v=DMARC1; p=none; aspf=s"), "dmarc.strict-spf:advice"),
    ("strict DKIM", policy("v=DMARC1; p=none; adkim=s"), "dmarc.strict-dkim:advice"),
    ("removed tags", policy("v=DMARC1; p=none; pct=50; ri=3600"), "dmarc.removed-tags:advice"),
    ("a strong policy", policy("v=DMARC1; p=reject; rua=mailto:x@example.com"), ""),
    # dns
    ("lame", lambda scene: setattr(scene.servers[1], "status", "REFUSED"), "dns.lame:problem"),
    ("all lame", every(lambda one: setattr(one, "status", "SERVFAIL")), "dns.lame:problem"),
    ("silent", lambda scene: setattr(scene.servers[1], "silent", True), "dns.silent:advice"),
    ("silent about one record", lambda scene: scene.servers[1].deaf_to.add(FIRST), "dns.silent:advice"),
    ("partial", lambda scene: scene.remove(FIRST, "CNAME", server=1), "dns.partial:waiting"),
    ("partly other", lambda scene: scene.instead(FIRST, "CNAME", "x.example.net", server=1), "dns.partial:waiting"),
    (
        "lame and partial",
        several(lambda scene: setattr(scene.servers[1], "status", "REFUSED"), gone(FIRST)),
        "dns.lame:problem dkim.removed:problem",
    ),
    ("apex is a CNAME", lambda scene: scene.put("example.com", "CNAME", "x.example.net"), "dns.cname-apex:problem"),
    (
        "apex is a CNAME and nothing is published",
        several(pending, gone(*NAMES), lambda scene: scene.put("example.com", "CNAME", "x.example.net")),
        "identity.pending:waiting dns.cname-apex:problem",
    ),
    (
        "sub-zone",
        lambda scene: [one.cuts.update({"_domainkey.example.com": (("ns.example.org", "192.0.2.99"),)}) for one in scene.servers],
        "dns.subdomain-delegated:problem",
    ),
    (
        "SES looked before",
        several(pending, lambda scene: scene.ses(verification=Verification(soa=SeenZone("ns1", "h", 0)))),
        "identity.pending:waiting dns.ses-looked-before:waiting",
    ),
    (
        "SES saw this very zone",
        several(pending, lambda scene: scene.ses(verification=Verification(soa=SeenZone("ns1", "h", 1)))),
        "identity.pending:waiting",
    ),
    (
        "SES looked before, but DNS is not right",
        several(pending, gone(FIRST), lambda scene: scene.ses(verification=Verification(soa=SeenZone("ns1", "h", 0)))),
        "identity.pending:waiting dkim.not-published:waiting",
    ),
    # login, proof
    ("no login", put(login=None, proof=None), "login.none:advice proof.none:advice"),
    ("key missing", put(keys=()), "login.key-missing:problem"),
    ("key inactive", put(keys=(AccessKey(KEY, False),)), "login.key-inactive:problem"),
    ("key old", put(keys=(AccessKey(KEY, True, START - timedelta(days=400)),)), "login.key-old:advice"),
    ("key a year old", put(keys=(AccessKey(KEY, True, START - timedelta(days=365)),)), ""),
    ("a second key", put(keys=(AccessKey(OTHER_KEY, False), AccessKey(KEY, True))), ""),
    ("no proof", put(proof=None), "proof.none:advice"),
    ("proof of another key", put(proof=Proof("m", OTHER_KEY, "Bounce", START)), "proof.none:advice"),
    ("proof by API does not prove the login", put(proof=Proof("m", "api", "Bounce", START)), "proof.none:advice"),
    ("proof by API for a program", put(sends_by="sdk", proof=Proof("m", "api", "Bounce", START)), ""),
]


@pytest.mark.parametrize(("bend", "expected"), [pytest.param(bend, expected, id=name) for name, bend, expected in TABLE])
def test_a_bent_domain_yields_exactly_these_findings(bend: Bend, expected: str) -> None:
    scene = Scene()
    bend(scene)
    assert scene.levels == bare(expected)
    ids = [one.id for one in scene.report.findings]
    assert len(ids) == len(set(ids)), "one finding per id"
    above = {one.topic for one in scene.report.findings if one.level is not Level.OK}
    fine = [one.topic for one in scene.report.findings if one.level is Level.OK]
    assert not above & set(fine), "no <topic>.ok beside a finding of that topic"
    for finding in scene.report.findings:
        entries = Counter((one.label, one.source) for one in finding.evidence)
        of_name = Counter(record.name for record in scene.expected)
        assert all(count <= max(1, of_name[label]) for (label, _), count in entries.items()), "one entry a record and source"


def test_a_healthy_domain_yields_ok_once_for_every_topic() -> None:
    assert [one.id for one in Scene().report.findings] == [f"{topic}.ok" for topic in TOPICS]
    assert Scene().report.level is Level.OK
    assert Scene().report.topics == set(TOPICS)
    assert set(FINE) == {one.topic for one in CHECKS}
    assert set(DNS_TOPICS) < set(TOPICS)


@pytest.mark.parametrize(
    ("bend", "ident", "pasted"),
    [
        (landed(f"{FIRST}.example.com"), "dkim.doubled-name", [("tokena._domainkey", "CNAME", TARGET, None)]),
        (landed("tokena.domainkey.example.com"), "dkim.missing-underscore", [("tokena._domainkey", "CNAME", TARGET, None)]),
        (landed(FIRST, "TXT"), "dkim.txt-instead-of-cname", [("tokena._domainkey", "CNAME", TARGET, None)]),
        (landed(FIRST, "A", "104.16.0.1"), "dkim.proxied", [("tokena._domainkey", "CNAME", TARGET, None)]),
        (
            gone(FIRST, NAMES[2]),
            "dkim.removed",
            [("tokena._domainkey", "CNAME", TARGET, None), ("tokenc._domainkey", "CNAME", f"tokenc.{HOSTED}", None)],
        ),
        (mx("mail.example.net"), "mail-from.wrong-target", [("bounce", "MX", MX, 10)]),
        (gone("bounce.example.com", rtype="MX"), "mail-from.removed", [("bounce", "MX", MX, 10)]),
        (
            several(
                gone("bounce.example.com", rtype="MX"), lambda scene: scene.put("bounce.example.com", "CNAME", "x.example.net")
            ),
            "mail-from.name-in-use",
            [("bounce", "MX", MX, 10), ("bounce", "TXT", "v=spf1 include:amazonses.com ~all", None)],
        ),
        (spf(), "mail-from.no-spf", [("bounce", "TXT", "v=spf1 include:amazonses.com ~all", None)]),
        (
            spf("v=spf1 include:amazonses.com ~all", "v=spf1 -all"),
            "spf.duplicate",
            [("bounce", "TXT", "v=spf1 include:amazonses.com ~all", None)],
        ),
        (gone("_dmarc.example.com", rtype="TXT"), "dmarc.missing", [("_dmarc", "TXT", "v=DMARC1; p=none;", None)]),
    ],
)
def test_the_remedy_holds_every_record_to_paste(bend: Bend, ident: str, pasted: list[tuple[str, str, str, int | None]]) -> None:
    scene = Scene()
    bend(scene)
    remedy = scene.finding(ident).remedy
    assert remedy is not None
    assert [(one.host, one.type, one.value, one.priority) for one in remedy.records] == pasted
    assert remedy.text


def test_hosts_are_relative_to_the_zone_and_whole_names_stay_whole() -> None:
    scene = Scene()
    scene.remove(FIRST, "CNAME")
    (paste,) = scene.finding("dkim.removed").remedy.records  # type: ignore[union-attr]  # the finding has one
    assert (paste.name, paste.host) == (FIRST, "tokena._domainkey")


def test_a_record_typed_at_the_parent_domain_is_found_there() -> None:
    names = [f"{token}._domainkey.mail.example.com" for token in ("tokena", "tokenb", "tokenc")]
    scene = Scene(name=EmailAddress.parse("post@mail.example.com").domain)
    scene.ses(name="mail.example.com", mail_from=None)
    for name in names[1:]:
        scene.put(name, "CNAME", f"{name.partition('.')[0]}.{HOSTED}")
    assert scene.levels == {"dkim.wrong-place": "problem"}
    assert scene.finding("dkim.wrong-place").remedy.records[0].host == "tokena._domainkey.mail"  # type: ignore[union-attr]  # as above


def test_an_inherited_policy_is_fine() -> None:
    scene = Scene(name=EmailAddress.parse("post@mail.example.com").domain)
    scene.ses(name="mail.example.com", mail_from=None)
    for token in ("tokena", "tokenb", "tokenc"):
        scene.put(f"{token}._domainkey.mail.example.com", "CNAME", f"{token}.{HOSTED}")
    assert scene.levels == {}
    assert scene.dmarc.inherited


def test_a_key_of_the_owners_is_right_with_any_public_key() -> None:
    scene = Scene()
    scene.ses(dkim=Dkim("SUCCESS", ("selector1",), HOSTED, "EXTERNAL"))
    assert scene.levels == {"identity.byodkim": "advice", "dkim.removed": "problem"}
    scene.put("selector1._domainkey.example.com", "TXT", "p=MIGfMA0")
    assert scene.levels == {"identity.byodkim": "advice"}


def test_an_address_has_no_dkim_and_no_mail_from_to_judge() -> None:
    scene = Scene(name=EmailAddress.parse("post@example.com"))
    scene.ses(name="post@example.com", is_domain=False, dkim=Dkim("NOT_STARTED", (), None), mail_from=None)
    assert scene.levels == {}
    assert not {"dkim", "mail-from", "spf"} & {one.topic for one in scene.report.findings}


def test_what_the_file_says_was_verified_is_removed_rather_than_not_published() -> None:
    scene = Scene(unasked={"identity"})
    scene.records = tuple(replace(one, verified=one.purpose == "dkim") for one in scene.expected)
    scene.remove(FIRST, "CNAME")
    assert scene.levels == {"dkim.removed": "problem"}
    scene.records = tuple(replace(one, verified=False) for one in scene.expected)
    assert scene.levels == {"dkim.not-published": "waiting"}


def test_a_partial_record_names_every_server_with_the_serial_of_its_zone() -> None:
    scene = Scene()
    scene.servers[0].serial = 8
    scene.remove(FIRST, "CNAME", server=1)
    told = [(one.label, one.seen, one.source.split()[0]) for one in scene.finding("dns.partial").evidence]
    assert told[2:] == [("example.com", "serial 8", "ns1.example.net"), ("example.com", "serial 1", "ns2.example.net")]
    assert {(label, source) for label, _, source in told[:2]} == {(FIRST, "ns1.example.net"), (FIRST, "ns2.example.net")}


def test_evidence_names_every_server_with_what_it_said_and_what_was_expected() -> None:
    scene = Scene()
    scene.instead(FIRST, "CNAME", "x.example.net", server=0)
    scene.remove(FIRST, "CNAME", server=1)
    assert [(one.label, one.source, one.seen, one.expected) for one in scene.finding("dkim.wrong-target").evidence] == [
        (FIRST, "ns1.example.net (192.0.2.53)", "x.example.net", TARGET),
        (FIRST, "ns2.example.net (192.0.2.54)", "no such name", TARGET),
    ]


@pytest.mark.parametrize(
    ("bend", "ident", "label", "seen"),
    [
        (landed(FIRST, "TXT"), "dkim.txt-instead-of-cname", FIRST, TARGET),
        (
            several(landed(FIRST, "A", "104.16.0.1"), lambda scene: scene.put(FIRST, "AAAA", "2606:4700::1")),
            "dkim.proxied",
            FIRST,
            "104.16.0.1, 2606:4700::1",
        ),
        (
            several(gone(*NAMES), lambda scene: scene.put("example.com", "CNAME", "host.example.net")),
            "dns.cname-apex",
            "example.com",
            "host.example.net",
        ),
        (
            every(lambda one: one.cuts.update({"_domainkey.example.com": (("ns", "192.0.2.9"),)})),
            "dns.subdomain-delegated",
            NAMES[2],
            "delegated: _domainkey.example.com",
        ),
        (
            several(
                gone("bounce.example.com", rtype="MX"),
                spf(),
                lambda scene: scene.put("bounce.example.com", "CNAME", "news.example.net"),
            ),
            "mail-from.name-in-use",
            "bounce.example.com",
            "CNAME news.example.net",
        ),
    ],
)
def test_evidence_tells_what_stands_there_at_every_server(bend: Bend, ident: str, label: str, seen: str) -> None:
    scene = Scene()
    bend(scene)
    assert [(one.source, one.seen) for one in scene.finding(ident).evidence if one.label == label] == [
        ("ns1.example.net (192.0.2.53)", seen),
        ("ns2.example.net (192.0.2.54)", seen),
    ]


@pytest.mark.parametrize("rtype", ["CNAME", "DNAME"])
def test_an_alias_above_the_names_is_to_go_before_they_can_be_added(rtype: str) -> None:
    scene = Scene()
    gone(*NAMES)(scene)
    scene.put("_domainkey.example.com", rtype, "x.example.net", server=1)
    scene.put("_domainkey.example.com", rtype, "x.example.net", server=0)
    finding = scene.finding("dns.cname-apex")
    assert finding.title == f"_domainkey.example.com itself is a {rtype}, so nothing below it can be relied on."
    assert [(one.label, one.seen, one.expected) for one in finding.evidence] == [
        ("_domainkey.example.com", "x.example.net", f"no {rtype}")
    ] * 2
    assert finding.remedy is not None
    assert finding.remedy.text == f"Remove the {rtype} at _domainkey.example.com; here belong:"
    assert [one.name for one in finding.remedy.records] == list(NAMES)


def test_a_machine_without_ipv6_says_nothing_about_servers_on_it() -> None:
    scene = Scene()
    scene.servers[1].address = "2001:db8::53"
    scene.servers[1].unreachable = True
    assert scene.levels == {}


def test_a_record_that_no_server_would_speak_of_is_never_called_right() -> None:
    for bend in (
        lambda scene: [one.deaf_to.add(FIRST) for one in scene.servers],
        every(lambda one: setattr(one, "status", "REFUSED")),
        lambda scene: [one.cuts.update({"_domainkey.example.com": (("ns", "192.0.2.9"),)}) for one in scene.servers],
    ):
        scene = Scene()
        bend(scene)
        assert not scene.report.has("dkim.ok")
        assert scene.report.level.strength > Level.ADVICE.strength
        assert "dkim" not in scene.report.topics


def test_a_server_that_keeps_silent_about_some_records_is_named_with_them() -> None:
    scene = Scene()
    scene.servers[1].deaf_to |= {FIRST, "bounce.example.com"}
    finding = scene.finding("dns.silent")
    assert finding.title == "1 of the delegated servers does not answer every question."
    assert {(one.label, one.source, one.seen) for one in finding.evidence} == {
        (name, "ns2.example.net (192.0.2.54)", "no answer") for name in (FIRST, "bounce.example.com")
    }


@pytest.mark.parametrize(
    ("bend", "title"),
    [
        (gone(FIRST), "dkim 1 is at 1 of your 2 servers so far."),
        (gone(FIRST, NAMES[1]), "2 records are not at every server yet; 2 of 4 answers have them."),
    ],
)
def test_a_partial_record_says_how_many_servers_have_it(bend: Bend, title: str) -> None:
    scene = Scene()
    whole = list(scene.servers[0].rows)
    bend(scene)
    scene.servers[0].rows = whole
    assert scene.finding("dns.partial").title == title


def test_silence_about_a_record_at_every_server_is_unknown() -> None:
    scene = Scene()
    for server in scene.servers:
        server.deaf_to.add(FIRST)
    assert scene.levels == {"dns.blocked": "unknown"}
    assert {one.label for one in scene.finding("dns.blocked").evidence} == {FIRST}


def test_a_domain_without_a_zone_of_its_own_is_not_delegated() -> None:
    """An unregistered name lies in its top-level domain's zone; saying only "not published" would send one looking there."""
    scene = Scene()
    scene.zone = "com"
    found = {one.id: one for one in scene.report.findings}
    assert found["dns.not-delegated"].level is Level.PROBLEM
    assert "example.com" in found["dns.not-delegated"].title

"""Thousands of healthy zones, each unlike the others, and not one finding that a healthy zone does not deserve.

Every reply goes over the wire in letters of any case and in strings cut anywhere, and is read by the product's own code.
What advice a zone deserves is known from how it was made, so a needless one fails as well.
"""

import asyncio
import json
import random
import struct
from collections.abc import Callable
from dataclasses import dataclass, field, replace

import dns.name
import dns.rdatatype
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from seswizard.core.answers import Answer, Question, Reply, Row, Server
from seswizard.core.checks import judge
from seswizard.core.findings import Level, Report
from seswizard.core.names import DomainName
from seswizard.core.records import MAIL_FROM_SPF, Record, feedback_host
from seswizard.exports.records import RecordsDocument, read_document
from seswizard.gateways.dns_wire import Query
from seswizard.look.expected import look_expected
from tests.fake_dns import FakeDns, NameServer
from tests.fakes import REGION, START, FakeWorld

LABELS = ("example", "bücher", "пример", "例え", "xn--bcher-kva", "3com", "a-b", "mail", "very-long-" + "x" * 50)
PARENTS = ("com", "org", "рф", "co.uk")
SIGNING_ZONES = ("dkim.amazonses.com", "cell1.dkim.eu-west-1.amazonses.com", "dkim.af-south-1.amazonses.com")
NOISE = ("google-site-verification=Abc", "MS=ms1", "v=spf10 odd", "v=DMARC2; p=none", "", '"quoted"', "ü" * 90, "x" * 700)
SPF_TERMS = ("ip4:192.0.2.0/24", "ip6:2001:db8::/32", "a", "mx", "a:{domain}", "mx/24", "include:{partner}", "exp=x.{domain}")
POLICIES: dict[str, str | None] = {
    "v=DMARC1; p=none;": None,
    "v=DMARC1;p=reject": None,
    " v = DMARC1 ; p = quarantine ; sp=none": None,
    "v=DMARC1; p=reject; rua=mailto:reports@{domain}, mailto:r@sub.{domain}; fo=1": None,
    "v=DMARC1; p=none; rua=mailto:reports@{partner}!10m": None,
    "v=DMARC1; p=none; t=y; np=reject; unheard=of": None,
    "v=DMARC1; p=none; aspf=s": "dmarc.strict-spf",
    "v=DMARC1; p=none; adkim=s": "dmarc.strict-dkim",
    "v=DMARC1; p=none; pct=50": "dmarc.removed-tags",
    "v=DMARC1; p=none; rua=mailto:reports@stranger.{top}": "dmarc.report-permission",
}
"""What may stand there, and the advice it deserves."""
WILD = ((), (("A", "192.0.2.80"),), (("TXT", "v=spf1 -all"), ("A", "192.0.2.80")), (("CNAME", "parking.example.net"),))


@dataclass
class Healthy:
    """One zone with its servers, the records file, and the advice that it deserves."""

    dns: FakeDns = field(repr=False)
    document: str
    rows: list[Row]
    advice: set[str] = field(default_factory=set)

    def report(self) -> Report:
        world = FakeWorld(self.dns)
        return judge(asyncio.run(look_expected(world.services, read_document(self.document))))


def a_label(text: str) -> str:
    return text.encode("idna").decode("ascii").lower() if not text.isascii() else text


def over_the_wire(chance: random.Random) -> Callable[[str, Question, Reply], Reply]:
    """Every reply as bytes and back: capitals where they may be, texts in strings of any length."""

    def name(text: str) -> bytes:
        wire = bytearray(dns.name.from_text(text or ".").to_wire() or b"")
        return bytes(byte - 32 if 97 <= byte <= 122 and chance.random() < 0.3 else byte for byte in wire)

    def strings(value: str) -> bytes:
        data, made = value.encode(), b""
        while data or not made:
            size = chance.choice((255, 255, 40, chance.randrange(256)))
            made += bytes((len(data[:size]),)) + data[:size]
            data = data[size:]
        return made

    def data(row: Row) -> bytes:
        match row.type:
            case "TXT":
                return strings(row.value)
            case "A":
                return bytes(map(int, row.value.split(".")))
            case "MX":
                return struct.pack(">H", row.priority or 0) + name(row.value)
            case "SOA":
                primary, admin, *numbers = row.value.split()
                return name(primary) + name(admin) + struct.pack(">5I", *map(int, numbers))
            case _:
                return name(row.value)

    def section(rows: tuple[Row, ...]) -> bytes:
        made = b""
        for row in chance.sample(rows, len(rows)):
            content = data(row)
            made += name(row.name) + struct.pack(">HHIH", dns.rdatatype.from_text(row.type), 1, row.ttl, len(content)) + content
        return made

    def older(row: Row) -> Row:
        """What a resolver keeps of a zone that has changed since."""
        primary, admin, _, *others = row.value.split() if row.type == "SOA" else ("", "", "")
        return replace(row, value=" ".join((primary, admin, "7", *others))) if primary else row

    def bend(address: str, question: Question, reply: Reply) -> Reply:
        if not isinstance(reply, Answer):
            return reply
        query = Query(question, identifier=b"id")
        rows = tuple(map(older, reply.rows)) if address.startswith("10.9.") else reply.rows
        parts = (rows, reply.authority, reply.additional)
        codes = {"NOERROR": 0, "NXDOMAIN": 3, "SERVFAIL": 2, "REFUSED": 5}
        head = struct.pack(">2sBB4H", b"id", 0x84 if reply.authoritative else 0x80, codes[reply.status], 1, *map(len, parts))
        return query.read_whole(head + query.wire[12 : query.wire.index(b"\0\0\x29", 12)] + b"".join(map(section, parts)))

    return bend


@st.composite
def healthy_zones(draw: st.DrawFn) -> Healthy:
    """A zone in which everything that the records file asks for is right, among much that is nobody's business."""
    chance = random.Random(draw(st.integers(0, 2**32)))
    parent = a_label(draw(st.sampled_from(PARENTS)))
    zone = f"{a_label(draw(st.sampled_from(LABELS)))}.{parent}"
    below = draw(st.lists(st.sampled_from(LABELS), max_size=2))
    domain = ".".join([*map(a_label, below), zone])
    partner = f"partner.{parent}"
    advice: set[str] = set()
    rows: list[Row] = []

    def put(name: str, rtype: str, value: str, priority: int | None = None) -> None:
        rows.append(Row(name, rtype, draw(st.sampled_from((0, 1, 60, 300, 86_400, 2**31 - 1))), value, priority))

    def noise(name: str) -> None:
        for text in draw(st.lists(st.sampled_from(NOISE), max_size=3, unique=True)):
            put(name, "TXT", text)

    records = _dkim(draw, domain, put)
    if draw(st.booleans()):
        records += _mail_from(draw, domain, partner, put, noise)
        apex = draw(st.sampled_from(("", "v=spf1 -all", "v=spf1 a include:amazonses.com ~all")))
        if apex:
            put(domain, "TXT", apex)
            advice |= {"spf.apex-not-needed"} if "amazonses" in apex else set()
    noise(domain)
    records += _dmarc(draw, domain, zone, partner, put, noise, advice)
    for selector in draw(st.lists(st.sampled_from(("google", "k1", "s1024")), max_size=2, unique=True)):
        put(f"{selector}._domainkey.{domain}", *draw(st.sampled_from((("TXT", "v=DKIM1; p=abc"), ("CNAME", "k1.example.net")))))
    for rtype, value in draw(st.sampled_from(WILD)):
        put(f"*.{zone}", rtype, value)
    document = RecordsDocument(domain, REGION, tuple(records), draw(st.sampled_from((zone, None))), START)
    made = _spelt(draw, document, chance)
    return Healthy(_network(draw, zone, parent, partner, rows, chance), made, rows, advice)


Put = Callable[..., None]


def _dkim(draw: st.DrawFn, domain: str, put: Put) -> list[Record]:
    if draw(st.integers(0, 9)) == 0:
        name = f"own._domainkey.{domain}"
        put(name, "TXT", draw(st.sampled_from(("v=DKIM1; k=rsa; p=" + "A" * 390, "p=abc", "k=ed25519; p = abc"))))
        return [Record("dkim", name, "TXT", None, required=True)]
    # A token is never the selector of another sender, which may have a row of its own at the same name.
    others = ("google", "k1", "s1024")
    token = st.from_regex(r"[a-z0-9]{2,32}", fullmatch=True).filter(lambda text: text not in others)
    tokens = draw(st.lists(token, min_size=1, max_size=3, unique=True))
    signing = draw(st.sampled_from(SIGNING_ZONES))
    made = [Record("dkim", f"{one}._domainkey.{domain}", "CNAME", f"{one}.{signing}", required=True) for one in sorted(tokens)]
    for record in made:
        put(record.name, "CNAME", record.value)
    return made


def _mail_from(draw: st.DrawFn, domain: str, partner: str, put: Put, noise: Callable[[str], None]) -> list[Record]:
    name = f"{draw(st.sampled_from(('bounce', 'mail', 'a.b', 'bounce-eu-west-1')))}.{domain}"
    put(name, "MX", feedback_host(REGION), draw(st.integers(0, 65_535)))
    ses = draw(
        st.sampled_from(("include:amazonses.com", "+include:amazonses.com", "INCLUDE:AmazonSES.com", "?include:amazonses.com."))
    )
    others = draw(st.lists(st.sampled_from(SPF_TERMS), max_size=4, unique=True))
    terms = [ses, *others]
    words = [
        draw(st.sampled_from(("v=spf1", "V=SPF1"))),
        *draw(st.permutations(terms)),
        draw(st.sampled_from(("~all", "-all", "?all"))),
    ]
    put(name, "TXT", draw(st.sampled_from((" ", "  "))).join(words).format(domain=domain, partner=partner))
    noise(name)
    if draw(st.booleans()):
        put(name, "A", "192.0.2.5")
    return [Record("mail-from-mx", name, "MX", feedback_host(REGION), 10), Record("mail-from-spf", name, "TXT", MAIL_FROM_SPF)]


def _dmarc(
    draw: st.DrawFn, domain: str, zone: str, partner: str, put: Put, noise: Callable[[str], None], advice: set[str]
) -> list[Record]:
    """The domain's own policy, one it inherits, one behind an alias, or none."""
    text, deserved = draw(st.sampled_from(list(POLICIES.items())))
    where = draw(st.sampled_from(("own", "own", "zone", "alias", "none")))
    at = {"own": domain, "zone": zone}.get(where, domain)
    text = text.format(domain=at, partner=partner, top=zone.partition(".")[2])
    if where == "none":
        noise(f"_dmarc.{domain}")
        advice.add("dmarc.missing")
        return draw(st.sampled_from(([], [])))
    advice |= {deserved} if deserved else set()
    if where == "alias":
        put(f"_dmarc.{domain}", "CNAME", f"policy.{partner}")
        put(f"policy.{partner}", "TXT", text)
        return []
    put(f"_dmarc.{at}", "TXT", text)
    noise(f"_dmarc.{at}")
    expected = draw(st.sampled_from((text, "v=DMARC1; p=none;")))
    return [Record("dmarc", f"_dmarc.{at}", "TXT", expected)]


def _spelt(draw: st.DrawFn, document: RecordsDocument, chance: random.Random) -> str:
    """The records file as another program may have written it."""
    made = document.as_dict() | {"unknown": [1]}

    def odd(text: str) -> str:
        return "".join(char.upper() if chance.random() < 0.3 else char for char in text) + chance.choice(("", "."))

    if draw(st.booleans()):
        made["domain"] = odd(DomainName.parse(document.domain).unicode)
        for record in made["records"]:
            record["name"] = odd(record["name"])
            if record["type"] != "TXT" and record["value"]:
                record["value"] = odd(record["value"])
    return json.dumps(made, ensure_ascii=draw(st.booleans()))


def _network(draw: st.DrawFn, zone: str, parent: str, partner: str, rows: list[Row], chance: random.Random) -> FakeDns:
    """Root, the parent, what mail refers to elsewhere, and the zone's servers, whose serials are apart."""
    count = draw(st.integers(1, 4))
    inside = draw(st.booleans())
    names = [f"ns{number}.{zone if inside else 'example.net'}" for number in range(count)]
    addresses = [f"10.2.0.{number}" for number in range(count)]
    delegated = tuple(zip(names, addresses, strict=True))
    top = parent.rpartition(".")[2]
    root = NameServer("", "10.0.0.1", cuts={})
    root.put("", "NS", "a.root")
    root.put("a.root", "A", "10.0.0.1")
    root.put("a.nic", "A", "10.1.0.1")
    for number in range(count):
        root.put(f"ns{number}.example.net", "A", addresses[number])
    above = NameServer(parent, "10.1.0.1", cuts={zone: delegated, partner: (("ns.other", "10.3.0.1"),)})
    above.put(parent, "NS", "a.nic")
    root.cuts[top] = (("a.nic", "10.1.0.1"),)
    between = [NameServer(top, "10.1.0.2", cuts={parent: (("a.nic", "10.1.0.1"),)})] if parent != top else []
    others = NameServer(partner, "10.3.0.1")
    others.put(partner, "TXT", "v=spf1 ip4:198.51.100.0/24 -all")
    others.put(f"*._report._dmarc.{partner}", "TXT", "v=DMARC1;")
    others.rows += [row for row in rows if row.name.endswith("." + partner)]
    ses = NameServer("amazonses.com", "10.4.0.1")
    ses.put("amazonses.com", "TXT", "v=spf1 ip4:199.255.192.0/22 -all")
    servers = []
    known = names + draw(st.sampled_from(([], ["hidden.example.net"])))
    for address in addresses:
        server = NameServer(zone, address, serial=draw(st.sampled_from((0, 1, 2_026_112_201, 2**32 - 1))))
        server.rows = [Row(zone, "NS", 300, one) for one in known]
        server.rows += [row for row in rows if not row.name.endswith("." + partner)]
        server.rows += [Row(host, "A", 300, own) for host, own in delegated if inside]
        chance.shuffle(server.rows)
        servers.append(server)
    made = FakeDns([root, *between, above, others, ses, *servers], ipv6=draw(st.booleans()))
    made.resolvers = (Server("system resolver", "10.9.9.9"), *(Server("", f"10.9.9.{n}") for n in range(draw(st.integers(0, 3)))))
    made.bend = over_the_wire(chance)
    return made


@settings(max_examples=1500, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(healthy_zones())
def test_a_healthy_zone_gets_the_advice_it_deserves_and_nothing_above(zone: Healthy) -> None:
    report = zone.report()
    found = {one.id for one in report.findings if one.level is not Level.OK}
    assert report.level.exit_code == 0, found
    assert found == zone.advice
    assert {"dns.ok", "dkim.ok"} <= {one.id for one in report.findings}

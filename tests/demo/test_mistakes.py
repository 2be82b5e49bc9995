"""Every DNS finding id of the catalogue as a scenario: the fault is on the wire, and the healing takes it away.

The questions are asked with dnspython and SES's answers read with boto3, so that no check of ours judges itself.
"""

from collections.abc import Callable
from typing import Any

import boto3
import dns.exception
import dns.flags
import dns.message
import dns.query
import dns.rcode
import dns.rdatatype
import dns.update
import pytest

from seswizard.demo.bending import Edit
from seswizard.demo.dns.zones import txt
from seswizard.demo.mistakes import MISTAKES, Mistake
from seswizard.demo.scenarios import SCENARIOS
from seswizard.demo.ses import verification
from seswizard.demo.world import World

IDS = """
dkim.not-published dkim.removed dkim.doubled-name dkim.missing-underscore dkim.wrong-place dkim.wrong-target
dkim.target-appended dkim.wrong-zone dkim.old-tokens dkim.txt-instead-of-cname dkim.proxied dkim.wildcard
dkim.key-unresolved
dns.partial dns.lame dns.silent dns.split-horizon dns.not-delegated dns.subdomain-delegated dns.cname-apex
dns.cached-negative dns.cached-old dns.dnssec-broken dns.blocked dns.ses-looked-before
mail-from.removed mail-from.not-published mail-from.wrong-target mail-from.extra-mx mail-from.priority-in-value
mail-from.name-in-use mail-from.failed mail-from.no-spf
spf.duplicate spf.too-many-lookups spf.apex-not-needed
dmarc.missing dmarc.duplicate dmarc.strict-spf dmarc.strict-dkim dmarc.removed-tags dmarc.report-permission
""".split()
"""The first table of the catalogue, word for word."""

NAME, MAIL_FROM, POLICY = "example.com", "bounce.example.com", "_dmarc.example.com"
EXCHANGE = "10 feedback-smtp.eu-west-1.amazonses.com"
PATIENCE = 0.25
BY_ID = {mistake.id: mistake for mistake in MISTAKES}
SESSION = boto3.Session(region_name="eu-west-1")
"""One for all worlds: reading botocore's models is what takes time."""


def client(world: World) -> Any:
    """SES in this world; what it answers has the model's shape."""
    return SESSION.client(
        "sesv2", endpoint_url=world.endpoint, aws_access_key_id=world.access_key, aws_secret_access_key=world.secret
    )


class Wire:
    """What a stranger with `dig` sees of a world."""

    def __init__(self, world: World) -> None:
        self.world = world
        said = client(world).get_email_identity(EmailIdentity=NAME)
        self.tokens = sorted(said["DkimAttributes"]["Tokens"])
        self.zone = said["DkimAttributes"]["SigningHostedZone"]
        self.said = said
        self.first = f"{self.tokens[0]}._domainkey.{NAME}"
        self.target = f"{self.tokens[0]}.{self.zone}"

    def server(self, name: str, rtype: str = "CNAME", place: int = 0) -> str:
        """What the server at this place of the domain's says, with authority."""
        query = dns.message.make_query(name, rtype, use_edns=0, flags=0)
        return self._ask(query, self.world.dns.auth[place].address, self.world.dns.port)

    def resolver(self, name: str, rtype: str = "CNAME", place: int = 0, *, checking: bool = True) -> str:
        """What the resolver at this place says; the first is the system's."""
        query = dns.message.make_query(name, rtype, use_edns=0)
        query.flags |= 0 if checking else dns.flags.CD
        address, _, port = self.world.dns.resolver_addresses[place].rpartition(":")
        return self._ask(query, address, int(port))

    def everywhere(self, name: str, rtype: str = "CNAME") -> set[str]:
        """What the domain's servers say, each thing once."""
        return {self.server(name, rtype, place) for place in range(len(self.world.dns.auth))}

    def parents(self) -> set[str]:
        """The servers that `com` delegates the domain to."""
        com = next(server for server in self.world.dns.servers if server.name == "a.gtld-servers.net")
        query = dns.message.make_query(NAME, "NS", flags=0)
        reply = dns.query.udp(query, com.address, port=self.world.dns.port, timeout=5)
        return {rdata.to_text().rstrip(".") for rdata in reply.authority[0]}

    @staticmethod
    def _ask(query: dns.message.Message, address: str, port: int) -> str:
        try:
            reply = dns.query.udp(query, address, port=port, timeout=PATIENCE)
        except dns.exception.Timeout:
            return "silence"
        wanted = query.question[0].rdtype
        values = [rdata for rrset in reply.answer if rrset.rdtype == wanted for rdata in rrset]
        if values:
            return ", ".join(sorted(rdata.to_text().rstrip(".").replace('" "', "").strip('"') for rdata in values))
        if reply.rcode() == dns.rcode.NOERROR and not reply.flags & (dns.flags.AA | dns.flags.RA):
            return "refers to " + ", ".join(rrset.name.to_text().rstrip(".") for rrset in reply.authority)
        return "no such record" if reply.rcode() == dns.rcode.NOERROR else dns.rcode.to_text(reply.rcode())

    def serials(self) -> set[int]:
        """The SOA serials of the domain's servers."""
        return {int(said.split()[2]) for said in self.everywhere(NAME, "SOA")}

    def lookups(self, name: str = MAIL_FROM) -> int:
        """The terms of an SPF record that cost a look-up, nested ones counted (RFC 7208 §4.6.4)."""
        terms = self.resolver(name, "TXT").split()[1:]
        nested = sum(self.lookups(term.partition(":")[2]) for term in terms if term.startswith("include:"))
        return nested + sum(term.startswith(("include:", "a:", "mx:")) for term in terms)


def missing(wire: Wire) -> bool:
    """The first DKIM record is nowhere, and the other two are as they should be."""
    assert wire.everywhere(f"{wire.tokens[1]}._domainkey.{NAME}") == {f"{wire.tokens[1]}.{wire.zone}"}
    return wire.everywhere(wire.first) == {"NXDOMAIN"}


def points(wire: Wire, target: str) -> bool:
    """The first DKIM record points there, not to its target."""
    assert target != wire.target
    return wire.everywhere(wire.first) == {target}


def previous(wire: Wire) -> list[str]:
    """The names of the records of the earlier try."""
    return [f"{token}._domainkey.{NAME}" for token in wire.world.previous_tokens]


def remembers(wire: Wire, stale: str) -> bool:
    """One public resolver alone still says something else than the servers, and will for minutes."""
    assert wire.everywhere(wire.first) == {wire.target}
    assert {wire.resolver(wire.first, place=place) for place in (0, 2)} == {wire.target}
    address, _, port = wire.world.dns.resolver_addresses[1].rpartition(":")
    reply = dns.query.udp(dns.message.make_query(wire.first, "CNAME"), address, port=int(port), timeout=5)
    kept = reply.answer or reply.authority
    if kept[0].rdtype == dns.rdatatype.SOA:
        assert int(kept[0][0].to_text().split()[6]) == 300
    return wire.resolver(wire.first, place=1) == stale and 290 <= kept[0].ttl <= 300


TELLING: dict[str, Callable[[Wire], bool]] = {
    "dkim.not-published": lambda w: {s for t in w.tokens for s in w.everywhere(f"{t}._domainkey.{NAME}")} == {"NXDOMAIN"},
    "dkim.removed": lambda w: missing(w) and "LastSuccessTimestamp" in w.said["VerificationInfo"],
    "dkim.doubled-name": lambda w: missing(w) and w.everywhere(f"{w.first}.{NAME}") == {w.target},
    "dkim.missing-underscore": lambda w: missing(w) and w.everywhere(f"{w.tokens[0]}.domainkey.{NAME}") == {w.target},
    "dkim.wrong-place": lambda w: missing(w) and w.everywhere(f"{w.tokens[0]}._domainkey.{MAIL_FROM}") == {w.target},
    "dkim.wrong-target": lambda w: points(w, w.target.removesuffix(".com")),
    "dkim.target-appended": lambda w: points(w, f"{w.target}.{NAME}"),
    "dkim.wrong-zone": lambda w: points(w, f"{w.tokens[0]}.dkim.amazonses.com"),
    "dkim.old-tokens": lambda w: (
        w.everywhere(w.first) == {"NXDOMAIN"} and w.everywhere(previous(w)[0]) == {f"{w.world.previous_tokens[0]}.{w.zone}"}
    ),
    "dkim.txt-instead-of-cname": lambda w: (
        w.everywhere(w.first) == {"no such record"} and w.everywhere(w.first, "TXT") == {w.target}
    ),
    "dkim.proxied": lambda w: w.everywhere(w.first) == {"no such record"} and w.everywhere(w.first, "A") == {"192.0.2.10"},
    "dkim.wildcard": lambda w: w.everywhere(w.first) == w.everywhere(f"nobody._domainkey.{NAME}") != {"NXDOMAIN"},
    "dkim.key-unresolved": lambda w: w.everywhere(w.first) == {w.target} and w.everywhere(w.first, "TXT") == {"SERVFAIL"},
    "dns.partial": lambda w: (w.server(w.first), w.server(w.first, place=1)) == (w.target, "NXDOMAIN"),
    "dns.lame": lambda w: (w.server(NAME, "SOA", 1), w.server(w.first)) == ("REFUSED", w.target),
    "dns.silent": lambda w: (w.server(NAME, "SOA", 1), w.server(w.first)) == ("silence", w.target),
    "dns.split-horizon": lambda w: (
        w.resolver(NAME, "SOA").startswith("dc1.") and w.resolver(NAME, "SOA", 1) in w.everywhere(NAME, "SOA")
    ),
    "dns.not-delegated": lambda w: (
        w.parents() == {"ns1.otherhost.com"}
        and w.resolver(NAME, "NS", 1).startswith("ns1.example.com")
        and (w.server(w.first), w.resolver(w.first, place=1)) == (w.target, "NXDOMAIN")
    ),
    "dns.subdomain-delegated": lambda w: (
        w.everywhere(w.first) == {f"refers to _domainkey.{NAME}"} and w.resolver(w.first) == "NXDOMAIN"
    ),
    "dns.cname-apex": lambda w: w.everywhere(NAME) == {"parking.otherhost.com"},
    "dns.cached-negative": lambda w: remembers(w, "NXDOMAIN"),
    "dns.cached-old": lambda w: remembers(w, f"{w.tokens[0]}.dkim.amazonses.com"),
    "dns.dnssec-broken": lambda w: (
        {w.resolver(w.first, place=place) for place in range(3)} == {"SERVFAIL"}
        and w.resolver(w.first, checking=False) == w.target
    ),
    "dns.blocked": lambda w: (
        (w.server(w.first), w.resolver(w.first, place=1), w.resolver(w.first)) == ("silence", "silence", w.target)
    ),
    "dns.ses-looked-before": lambda w: (
        w.said["VerificationStatus"] == "PENDING"
        and w.said["VerificationInfo"]["SOARecord"]["SerialNumber"] < min(w.serials())
        and w.everywhere(w.first) == {w.target}
    ),
    "mail-from.removed": lambda w: (
        w.everywhere(MAIL_FROM, "MX") == {"no such record"} and "LastSuccessTimestamp" in w.said["VerificationInfo"]
    ),
    "mail-from.not-published": lambda w: w.everywhere(MAIL_FROM, "MX") == {"no such record"},
    "mail-from.wrong-target": lambda w: w.everywhere(MAIL_FROM, "MX") == {EXCHANGE.replace("eu-west-1", "us-east-1")},
    "mail-from.extra-mx": lambda w: w.everywhere(MAIL_FROM, "MX") == {f"{EXCHANGE}, 20 mx.otherhost.com"},
    "mail-from.priority-in-value": lambda w: w.everywhere(MAIL_FROM, "MX") == {rf"10 10\032{EXCHANGE[3:]}"},
    "mail-from.name-in-use": lambda w: w.everywhere(MAIL_FROM) == {"newsletter.otherhost.com"},
    "mail-from.failed": lambda w: (
        w.said["MailFromAttributes"]["MailFromDomainStatus"] == "FAILED" and w.everywhere(MAIL_FROM, "MX") == {EXCHANGE}
    ),
    "mail-from.no-spf": lambda w: w.everywhere(MAIL_FROM, "TXT") == {"no such record"},
    "spf.duplicate": lambda w: w.server(MAIL_FROM, "TXT").count("v=spf1") == 2,
    "spf.too-many-lookups": lambda w: w.lookups() == 12,
    "spf.apex-not-needed": lambda w: "include:amazonses.com" in w.server(NAME, "TXT"),
    "dmarc.missing": lambda w: w.everywhere(POLICY, "TXT") == {"NXDOMAIN"},
    "dmarc.duplicate": lambda w: w.server(POLICY, "TXT").count("v=DMARC1") == 2,
    "dmarc.strict-spf": lambda w: "aspf=s" in w.server(POLICY, "TXT"),
    "dmarc.strict-dkim": lambda w: "adkim=s" in w.server(POLICY, "TXT"),
    "dmarc.removed-tags": lambda w: "pct=50" in w.server(POLICY, "TXT"),
    "dmarc.report-permission": lambda w: (
        "rua=mailto:reports@otherhost.com" in w.server(POLICY, "TXT")
        and w.resolver(f"{NAME}._report._dmarc.otherhost.com", "TXT") == "NXDOMAIN"
    ),
}
"""For each id a question that shows the fault; it is answered otherwise once the fault is healed."""


def whole(wire: Wire, place: int) -> None:
    """A resolver, asked afresh, finds everything that mail by SES needs."""
    for token in wire.tokens:
        assert wire.resolver(f"{token}._domainkey.{NAME}", place=place) == f"{token}.{wire.zone}"
        assert wire.resolver(f"{token}._domainkey.{NAME}", "TXT", place).startswith("p=")
    assert wire.resolver(MAIL_FROM, "MX", place) == EXCHANGE
    assert wire.resolver(MAIL_FROM, "TXT", place) == "v=spf1 include:amazonses.com ~all"
    assert wire.resolver(POLICY, "TXT", place).count("v=DMARC1") == 1


def _written(rtype: str, value: str) -> str:
    """The value as a master file has it."""
    return txt(value) if rtype == "TXT" else f"{value}."


def heal(world: World, mistake: Mistake) -> None:
    """Take the healing: by dynamic updates where it is all records, else as the world does it."""
    edits = [step for step in mistake.healing if isinstance(step, Edit)]
    if len(edits) < len(mistake.healing):
        mistake.heal(world)
        return
    for edit in [edit.filled(world) for edit in edits]:
        chosen = (
            world.dns.servers if edit.servers is None else [world.dns.auth[n] for n in edit.servers if n < len(world.dns.auth)]
        )
        held = [(server, zone) for server in chosen if (zone := server.zone_for(edit.name))]
        depth = max(len(zone.name) for _, zone in held)
        for server, zone in held:
            if len(zone.name) == depth:
                update = dns.update.UpdateMessage(zone.name)
                update.delete(f"{edit.name}.", edit.type)
                for value in edit.values:
                    update.add(f"{edit.name}.", edit.ttl, edit.type, _written(edit.type, value))
                reply = dns.query.tcp(update, server.address, port=world.dns.port, timeout=5)
                assert reply.rcode() == dns.rcode.NOERROR
    with world.ses.lock:
        region = world.ses.region("eu-west-1")
        verification.look(world.ses, region, region.identities[NAME])


def test_the_catalogue_and_the_scenarios_are_the_same() -> None:
    """Nothing is left out on either side, and each is registered once."""
    assert sorted(mistake.id for mistake in MISTAKES) == sorted(IDS)
    assert {name for name in SCENARIOS if "." in name} == set(IDS) == set(TELLING)


@pytest.mark.parametrize("ident", IDS)
def test_the_fault_is_on_the_wire_and_can_be_healed(ident: str, make_world: Callable[..., World]) -> None:
    world = make_world(ident)
    if len(world.dns.auth) < 2:
        pytest.skip("this machine has one loopback address for the domain's servers")
    assert TELLING[ident](Wire(world))
    heal(world, BY_ID[ident])
    for resolver in world.dns.resolvers:
        resolver.flush()
    healed = Wire(world)
    assert not TELLING[ident](healed)
    for place in range(len(world.dns.resolvers)):
        whole(healed, place)
    assert healed.said["VerificationStatus"] == healed.said["MailFromAttributes"]["MailFromDomainStatus"] == "SUCCESS"


def test_what_the_wizard_would_have_made(make_world: Callable[..., World]) -> None:
    """The identity bears its tags, its MAIL FROM is set, and its records are the only ones that were added."""
    world = make_world("dns.ses-looked-before")
    made = world.inventory()
    assert made["identities"] == ("eu-west-1/example.com",)
    assert "eu-west-1/example.com made-by=seswizard" in made["identity_tags"]
    assert made["mail_from"] == ("eu-west-1/example.com bounce.example.com",)
    assert made["configuration_sets"] == ()
    rows = {name for name, rtype, _, _ in world.dns.auth[0].zone(NAME).records() if rtype in ("CNAME", "MX", "TXT")}
    tokens = Wire(world).tokens
    assert rows == {MAIL_FROM, POLICY, *(f"{token}._domainkey.{NAME}" for token in tokens)}

"""Every DNS mistake of the catalogue as a scenario: a healthy domain, the one fault, and what heals it.

The base is an identity with MAIL FROM whose records are all published right; the steps are told in `bending`.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Literal

from seswizard.core.remembered import DomainChoices, Entry
from seswizard.demo.bending import (
    Edit,
    Fails,
    Forgets,
    Recovers,
    Remembers,
    Step,
    beyond_this_network,
    delegate_domainkey,
    domains_servers,
    give_up_mail_from,
    identity_of,
    move_half_way,
    move_whole,
    negative_answers_last,
    resolvers,
    restart_dkim,
    second_server,
    serve_inner_zone,
    serve_no_inner_zone,
    set_mail_from,
    stop_looking,
)
from seswizard.demo.dns.faults import Fault
from seswizard.demo.place import ACCOUNT_ID, DOMAIN, REGION
from seswizard.demo.production import MAIL_FROM, TAGS
from seswizard.demo.ses import Params, identities, verification
from seswizard.gateways.journal import JournalGateway
from seswizard.gateways.state import StateGateway
from seswizard.gateways.state_directory import StateDirectory

if TYPE_CHECKING:
    from seswizard.demo.world import World

Ses = Literal["looks", "has verified", "verified before", "looked before", "does not look"]
"""What SES does: look now and then from now on; that, after it has verified everything; nothing any more after that, or
after a look before the records were published; nothing at all."""


@dataclass(frozen=True, slots=True)
class Mistake:
    """One finding id, and the world in which it is so."""

    id: str
    fault: tuple[Step, ...]
    """From the healthy base to the mistake."""
    healing: tuple[Step, ...]
    """From the mistake to a set-up without any finding."""
    ses: Ses = "looks"

    def __call__(self, world: "World") -> None:
        """Bend a fresh world to this mistake."""
        with world.ses.lock:
            self._bend(world)
        # Not before the lock is free: the time line may be waiting for it.
        directory = StateDirectory(world.state_dir)
        choices = DomainChoices(DOMAIN, REGION, ACCOUNT_ID, mail_from=MAIL_FROM)
        world.time_line.run(StateGateway(directory).save_choices(choices))
        if world.previous_tokens:
            world.time_line.run(JournalGateway(directory).write(_taken_back(world.previous_tokens)))

    def _bend(self, world: "World") -> None:
        region = world.ses.region(REGION)
        tags = [{"Key": key, "Value": value} for key, value in TAGS.items()]
        identities.create(world.ses, region, Params({"EmailIdentity": DOMAIN, "Tags": tags}))
        set_mail_from(world)
        if self.ses == "looked before":
            verification.look(world.ses, region, identity_of(world))
        for edit in BASE:
            edit(world)
        if self.ses in ("has verified", "verified before"):
            verification.look(world.ses, region, identity_of(world))
        for step in self.fault:
            step(world)
        if self.ses in ("verified before", "looked before", "does not look"):
            stop_looking(world)

    def heal(self, world: "World") -> None:
        """Take every step of the healing; then SES looks, and goes on looking."""
        with world.ses.lock:
            for step in self.healing:
                step(world)
            verification.look(world.ses, world.ses.region(REGION), identity_of(world))
            identity_of(world).next_look = 0.0


def _taken_back(tokens: tuple[str, ...]) -> Entry:
    """The journal's line of an earlier try that was undone here."""
    detail = (("tokens", " ".join(tokens)),)
    return Entry(datetime.now(UTC), DOMAIN, REGION, ACCOUNT_ID, "identity.delete", "undone", "identity", DOMAIN, detail)


FIRST, SECOND, THIRD = (f"{{{place}}}._domainkey.{DOMAIN}" for place in ("first", "second", "third"))
TARGET = "{first}.{zone}"
ADDED = Edit(FIRST, "CNAME", (TARGET,))
ADDED_ALL = (ADDED, Edit(SECOND, "CNAME", ("{second}.{zone}",)), Edit(THIRD, "CNAME", ("{third}.{zone}",)))
GONE = Edit(FIRST, "CNAME")
GONE_ALL = (GONE, Edit(SECOND, "CNAME"), Edit(THIRD, "CNAME"))
SPF, DMARC = "v=spf1 include:amazonses.com ~all", "v=DMARC1; p=none;"
MX = Edit(MAIL_FROM, "MX", (f"10 feedback-smtp.{REGION}.amazonses.com",))
MAIL_FROM_SPF = Edit(MAIL_FROM, "TXT", (SPF,))
POLICY = Edit(f"_dmarc.{DOMAIN}", "TXT", (DMARC,))
BASE: tuple[Edit, ...] = (*ADDED_ALL, MX, MAIL_FROM_SPF, POLICY)
"""What a domain that is set up has in its zone."""

OTHERS = "otherhost.com"
_OTHERS_SPF = "v=spf1 ip4:192.0.2.0/24 -all"


def _sits_at(name: str) -> tuple[tuple[Step, ...], tuple[Step, ...]]:
    """The first CNAME was saved under this name; and the way back."""
    return (GONE, Edit(name, "CNAME", (TARGET,))), (Edit(name, "CNAME"), ADDED)


def _points_to(target: str) -> tuple[tuple[Step, ...], tuple[Step, ...]]:
    """The first CNAME points there; and the way back."""
    return (Edit(FIRST, "CNAME", (target,)),), (ADDED,)


def _saved_as(*others: tuple[str, str]) -> tuple[tuple[Step, ...], tuple[Step, ...]]:
    """In place of the first CNAME stand records of these types and values; and the way back."""
    wrong = tuple(Edit(FIRST, rtype, (value,)) for rtype, value in others)
    return (GONE, *wrong), (*(Edit(FIRST, rtype) for rtype, _ in others), ADDED)


def _policy(*values: str) -> tuple[tuple[Step, ...], tuple[Step, ...]]:
    """The DMARC record reads so; and the way back."""
    return (Edit(POLICY.name, "TXT", values),), (POLICY,)


MISTAKES: tuple[Mistake, ...] = (
    Mistake("dkim.not-published", GONE_ALL, ADDED_ALL),
    Mistake("dkim.removed", (GONE,), (ADDED,), ses="verified before"),
    Mistake("dkim.doubled-name", *_sits_at(f"{FIRST}.{DOMAIN}")),
    Mistake("dkim.missing-underscore", *_sits_at(f"{{first}}.domainkey.{DOMAIN}")),
    Mistake("dkim.wrong-place", *_sits_at(f"{{first}}._domainkey.{MAIL_FROM}")),
    Mistake("dkim.wrong-target", *_points_to(f"{{first}}.{{cell}}.dkim.{REGION}.amazonses")),
    Mistake("dkim.target-appended", *_points_to(f"{TARGET}.{DOMAIN}")),
    Mistake("dkim.wrong-zone", *_points_to("{first}.dkim.amazonses.com")),
    Mistake("dkim.old-tokens", (restart_dkim,), (Edit(f"{{old}}._domainkey.{DOMAIN}", "CNAME"), *ADDED_ALL)),
    Mistake("dkim.txt-instead-of-cname", *_saved_as(("TXT", TARGET))),
    Mistake("dkim.proxied", *_saved_as(("A", "192.0.2.10"), ("AAAA", "2001:db8::10"))),
    Mistake("dkim.wildcard", (*GONE_ALL, Edit(f"*.{DOMAIN}", "CNAME", (f"parking.{OTHERS}",))), ADDED_ALL),
    Mistake(
        "dkim.key-unresolved",
        (Fails(domains_servers, Fault(FIRST, "servfail", frozenset({"TXT"}))),),
        (Recovers(domains_servers),),
    ),
    Mistake("dns.partial", (Edit(FIRST, "CNAME", servers=(1, 2)),), (Edit(FIRST, "CNAME", (TARGET,), servers=(1, 2)),)),
    Mistake("dns.lame", (Fails(second_server, Fault(DOMAIN, "refused")),), (Recovers(second_server),)),
    Mistake("dns.silent", (Fails(second_server, Fault(DOMAIN, "silent")),), (Recovers(second_server),)),
    Mistake("dns.split-horizon", (serve_inner_zone,), (serve_no_inner_zone,)),
    Mistake("dns.not-delegated", (move_half_way,), (move_whole,)),
    Mistake("dns.subdomain-delegated", (delegate_domainkey,), ADDED_ALL),
    Mistake(
        "dns.cname-apex",
        (*GONE_ALL, Edit(DOMAIN, "CNAME", (f"parking.{OTHERS}",))),
        (Edit(DOMAIN, "CNAME"), *ADDED_ALL),
    ),
    Mistake(
        "dns.cached-negative",
        (negative_answers_last, GONE, Remembers(1, FIRST, "CNAME"), ADDED),
        (Forgets(1),),
        ses="does not look",
    ),
    Mistake(
        "dns.cached-old",
        (Edit(FIRST, "CNAME", ("{first}.dkim.amazonses.com",), ttl=300), Remembers(1, FIRST, "CNAME"), ADDED),
        (Forgets(1),),
        ses="does not look",
    ),
    Mistake("dns.dnssec-broken", (Fails(resolvers, Fault(DOMAIN, "bogus")),), (Recovers(resolvers),), ses="does not look"),
    Mistake(
        "dns.blocked",
        (Fails(beyond_this_network, Fault("", "silent", sockets_only=True)),),
        (Recovers(beyond_this_network),),
    ),
    Mistake("dns.ses-looked-before", (), (), ses="looked before"),
    Mistake("mail-from.not-published", (Edit(MAIL_FROM, "MX"),), (MX,)),
    Mistake("mail-from.wrong-target", (Edit(MAIL_FROM, "MX", ("10 feedback-smtp.us-east-1.amazonses.com",)),), (MX,)),
    Mistake("mail-from.extra-mx", (Edit(MAIL_FROM, "MX", (*MX.values, f"20 mx.{OTHERS}")),), (MX,)),
    Mistake(
        "mail-from.priority-in-value",
        (Edit(MAIL_FROM, "MX", (rf"10 10\032feedback-smtp.{REGION}.amazonses.com",)),),
        (MX,),
    ),
    Mistake(
        "mail-from.name-in-use",
        (Edit(MAIL_FROM, "MX"), Edit(MAIL_FROM, "TXT"), Edit(MAIL_FROM, "CNAME", (f"newsletter.{OTHERS}",))),
        (Edit(MAIL_FROM, "CNAME"), MX, MAIL_FROM_SPF),
    ),
    Mistake("mail-from.failed", (give_up_mail_from,), (set_mail_from,), ses="has verified"),
    Mistake("mail-from.removed", (Edit(MAIL_FROM, "MX"),), (MX,), ses="verified before"),
    Mistake("mail-from.no-spf", (Edit(MAIL_FROM, "TXT"),), (MAIL_FROM_SPF,)),
    Mistake(
        "spf.duplicate",
        (Edit(MAIL_FROM, "TXT", (SPF, f"v=spf1 include:_spf.{OTHERS} ~all")), Edit(f"_spf.{OTHERS}", "TXT", (_OTHERS_SPF,))),
        (MAIL_FROM_SPF,),
    ),
    Mistake(
        "spf.too-many-lookups",
        (
            Edit(MAIL_FROM, "TXT", (f"v=spf1 include:amazonses.com include:_spf.{OTHERS} ~all",)),
            Edit(f"_spf.{OTHERS}", "TXT", ("v=spf1 " + " ".join(f"include:_spf{n}.{OTHERS}" for n in range(1, 6)) + " -all",)),
            *(Edit(f"_spf{n}.{OTHERS}", "TXT", (f"v=spf1 a:out{n}.{OTHERS} -all",)) for n in range(1, 6)),
            *(Edit(f"out{n}.{OTHERS}", "A", (f"192.0.2.{n}",)) for n in range(1, 6)),
        ),
        (MAIL_FROM_SPF,),
    ),
    Mistake(
        "spf.apex-not-needed",
        (
            Edit(DOMAIN, "TXT", (f"v=spf1 include:_spf.{OTHERS} include:amazonses.com ~all",)),
            Edit(f"_spf.{OTHERS}", "TXT", (_OTHERS_SPF,)),
        ),
        (Edit(DOMAIN, "TXT", (f"v=spf1 include:_spf.{OTHERS} ~all",)),),
    ),
    Mistake("dmarc.missing", *_policy()),
    Mistake("dmarc.duplicate", *_policy("v=DMARC1; p=none;", "v=DMARC1; p=reject;")),
    Mistake("dmarc.strict-spf", *_policy("v=DMARC1; p=none; aspf=s;")),
    Mistake("dmarc.strict-dkim", *_policy("v=DMARC1; p=none; adkim=s;")),
    Mistake(
        "dmarc.removed-tags",
        (Edit(POLICY.name, "TXT", ("v=DMARC1; p=quarantine; pct=50;",)),),
        (Edit(POLICY.name, "TXT", ("v=DMARC1; p=quarantine;",)),),
    ),
    Mistake(
        "dmarc.report-permission",
        (Edit(POLICY.name, "TXT", (f"v=DMARC1; p=none; rua=mailto:reports@{OTHERS};",)),),
        (Edit(f"{DOMAIN}._report._dmarc.{OTHERS}", "TXT", ("v=DMARC1;",)),),
    ),
)
"""Every DNS finding id of the catalogue, in its order by topic: the ids are those of `seswizard demo <id>`."""

"""The DNS records that this identity needs, built from what SES says of it.

Sources: https://docs.aws.amazon.com/ses/latest/dg/creating-identities.html (DKIM),
https://docs.aws.amazon.com/ses/latest/dg/mail-from.html (MAIL FROM), RFC 9989 (DMARC).
"""

from dataclasses import dataclass

from seswizard.core import dmarc
from seswizard.core.findings import Paste
from seswizard.core.identity import Identity
from seswizard.core.names import DomainName, relative_to

TTL = 300
MAIL_FROM_SPF = "v=spf1 include:amazonses.com ~all"

_OWN_ZONE_REGIONS = frozenset(
    """af-south-1 ap-south-2 ap-southeast-3 ap-southeast-5 ca-west-1 ap-northeast-3 eu-south-1 eu-central-2
    il-central-1 me-central-1 us-gov-east-1""".split()
)

WHY = {
    "dkim": "proves that SES signed your mail",
    "mail-from-mx": "brings bounces back to SES",
    "mail-from-spf": "says that SES may send for MAIL FROM",
    "dmarc": "tells receivers what to do with mail that fails",
}

PURPOSES: tuple[str, ...] = ("dkim", "mail-from-mx", "mail-from-spf", "dmarc")
"""The order in which records are listed."""


@dataclass(frozen=True, slots=True)
class Record:
    """One record to publish."""

    purpose: str
    name: str
    type: str
    value: str | None
    """None for a BYODKIM key, which only the owner knows."""
    priority: int | None = None
    ttl: int = TTL
    required: bool = False
    verified: bool = False
    """Whether SES says so now."""

    @property
    def why(self) -> str:
        """What it is for, in one phrase."""
        return WHY[self.purpose]

    def host(self, zone: str | None) -> str | None:
        """The name as the zone's editor wants it; None when the zone is not known."""
        return None if zone is None else relative_to(self.name, zone)

    def paste(self, zone: str | None) -> Paste:
        """The record exactly as it must be typed."""
        return Paste(self.name, self.type, self.value or "", self.host(zone), self.priority)


def label(record: Record, records: tuple[Record, ...]) -> str:
    """What the record is called on screens: `dkim 1`, `MAIL FROM MX`, `MAIL FROM SPF`, `DMARC`."""
    if record.purpose == "dkim":
        same = [one.name for one in records if one.purpose == "dkim"]
        return f"dkim {same.index(record.name) + 1}" if record.name in same else "dkim"
    return {"mail-from-mx": "MAIL FROM MX", "mail-from-spf": "MAIL FROM SPF", "dmarc": "DMARC"}[record.purpose]


def signing_zone(identity: Identity, region: str) -> str:
    """The zone that the DKIM CNAMEs point into: what SES says; AWS's table of regions only where SES says nothing.

    https://docs.aws.amazon.com/general/latest/gr/ses.html
    """
    said = (identity.dkim.hosted_zone or "").rstrip(".").lower()
    if said:
        return said
    return f"dkim.{region}.amazonses.com" if region in _OWN_ZONE_REGIONS else "dkim.amazonses.com"


def feedback_host(region: str) -> str:
    """The MX target of a custom MAIL FROM domain."""
    return f"feedback-smtp.{region}.amazonses.com"


def mail_from_proposal(domain: DomainName, region: str, *, second_region: bool) -> str:
    """The MAIL FROM domain we propose: `bounce`, or a name of its own for a second region (one MX each)."""
    return f"bounce-{region}.{domain}" if second_region else f"bounce.{domain}"


def required_records(
    identity: Identity, region: str, found: dmarc.DmarcFound | None, *, reports_to: str = ""
) -> tuple[Record, ...]:
    """The records of an identity, in the order of `PURPOSES`, DKIM by name.

    An existing or inherited DMARC policy is listed as it is. An address has no records of its own.
    """
    if not identity.is_domain:
        return ()
    domain = identity.name
    made: list[Record] = []
    signed = identity.dkim.status == "SUCCESS"
    zone = signing_zone(identity, region)
    for token in sorted(identity.dkim.tokens):
        name = f"{token}._domainkey.{domain}"
        if identity.dkim.own_key:
            made.append(Record("dkim", name, "TXT", None, required=True, verified=signed))
        else:
            made.append(Record("dkim", name, "CNAME", f"{token}.{zone}", required=True, verified=signed))
    if identity.mail_from:
        name, right = identity.mail_from.domain, identity.mail_from.status == "SUCCESS"
        made.append(Record("mail-from-mx", name, "MX", feedback_host(region), priority=10, verified=right))
        made.append(Record("mail-from-spf", name, "TXT", MAIL_FROM_SPF))
    policy = found.policy if found else None
    if policy:
        made.append(Record("dmarc", policy.at, "TXT", policy.text))
    elif found and found.duplicates:
        made.append(Record("dmarc", f"_dmarc.{domain}", "TXT", found.duplicates[0]))
    else:
        made.append(Record("dmarc", f"_dmarc.{domain}", "TXT", dmarc.proposed(reports_to)))
    return tuple(made)

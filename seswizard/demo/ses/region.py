"""What SES remembers in one region: the account, identities, configuration sets, the suppression list and what was sent."""

import secrets
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Literal

ACCOUNT_ID = "123456789012"

Status = Literal["NOT_STARTED", "PENDING", "SUCCESS", "FAILED", "TEMPORARY_FAILURE"]


@dataclass(slots=True)
class MailFrom:
    """A custom MAIL FROM domain and what SES thinks of it."""

    domain: str
    reject_on_failure: bool = False
    status: Status = "PENDING"


@dataclass(slots=True)
class Verdict:
    """What SES saw when it last looked at an identity's records."""

    checked: datetime | None = None
    succeeded: datetime | None = None
    error: str | None = None
    soa: tuple[str, str, int] | None = None


@dataclass(slots=True)
class Identity:
    """A domain or an address that may, or is yet to, send."""

    name: str
    tags: dict[str, str] = field(default_factory=dict)
    tokens: tuple[str, ...] = ()
    """Easy DKIM's three tokens, or the selector of a key of one's own."""
    hosted_zone: str = ""
    external_key: bool = False
    signing_enabled: bool = True
    dkim: Status = "NOT_STARTED"
    status: Status = "PENDING"
    verified: bool = False
    key_length: str = "RSA_2048_BIT"
    keys_made: datetime = field(default_factory=lambda: datetime.now(UTC))
    mail_from: MailFrom | None = None
    feedback_forwarding: bool = True
    configuration_set: str | None = None
    verdict: Verdict = field(default_factory=Verdict)
    next_look: float = 0.0
    """When SES looks at its records next, on the loop's clock."""

    @property
    def is_domain(self) -> bool:
        """A domain, not an address."""
        return "@" not in self.name


@dataclass(slots=True)
class Destination:
    """Where a configuration set's events go: an SNS topic."""

    name: str
    topic: str
    types: tuple[str, ...]
    enabled: bool = True


@dataclass(slots=True)
class ConfigurationSet:
    """A configuration set with its event destinations."""

    name: str
    tags: dict[str, str] = field(default_factory=dict)
    destinations: dict[str, Destination] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Sent:
    """A message that SES accepted."""

    message_id: str
    region: str
    source: str
    recipients: tuple[str, ...]
    content: bytes
    via: Literal["smtp", "api"]
    configuration_set: str | None
    tags: dict[str, tuple[str, ...]]
    at: datetime
    caller: str


@dataclass(slots=True)
class Account:
    """The account's standing in the region."""

    production: bool = False
    sending: bool = True
    enforcement: str = "HEALTHY"
    daily_quota: float = 200.0
    rate: float = 1.0
    sent_today: float = 0.0
    suppressed_reasons: tuple[str, ...] = ("BOUNCE", "COMPLAINT")
    details: dict[str, object] = field(default_factory=dict)
    review: str | None = None
    """PENDING, GRANTED, DENIED or FAILED, once production access was asked for."""
    case: str = ""


@dataclass(slots=True)
class Region:
    """SES in one region."""

    name: str
    cell: str = field(default_factory=lambda: secrets.token_hex(2))
    account: Account = field(default_factory=Account)
    identities: dict[str, Identity] = field(default_factory=dict)
    sets: dict[str, ConfigurationSet] = field(default_factory=dict)
    suppressed: dict[str, tuple[str, datetime]] = field(default_factory=dict)

    @property
    def hosted_zone(self) -> str:
        """Where this account's DKIM keys live: never the constant of old documentation."""
        return f"{self.cell}.dkim.{self.name}.amazonses.com"

    def arn(self, kind: Literal["identity", "configuration-set"], name: str) -> str:
        """The ARN of something in this region."""
        return f"arn:aws:ses:{self.name}:{ACCOUNT_ID}:{kind}/{name}"

    def covering(self, address: str, *, verified: bool = True) -> Identity | None:
        """The most specific identity that an address belongs to: itself, its domain, or a domain above."""
        domain = address.rsplit("@", 1)[-1].lower()
        labels = domain.split(".")
        names = [f"{address.rsplit('@', 1)[0]}@{domain}", *(".".join(labels[place:]) for place in range(len(labels) - 1))]
        for name in names:
            identity = self.identities.get(name)
            if identity and (identity.verified or not verified):
                return identity
        return None

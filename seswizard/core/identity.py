"""What SES says of one identity (sesv2 GetEmailIdentity)."""

from dataclasses import dataclass, field
from datetime import datetime

TAG_MAKER = "made-by"
TAG_DOMAIN = "seswizard-domain"
TAG_REGION = "seswizard-region"
MAKER = "seswizard"


def our_tags(domain: str, region: str) -> dict[str, str]:
    """The tags on everything we make: how a later run, and a colleague, can tell what is ours."""
    return {TAG_MAKER: MAKER, TAG_DOMAIN: domain, TAG_REGION: region}


def made_for(tags: tuple[tuple[str, str], ...], domain: str) -> bool:
    """Whether these tags say that we made the thing, for this domain."""
    told = dict(tags)
    return told.get(TAG_MAKER) == MAKER and told.get(TAG_DOMAIN) == domain


@dataclass(frozen=True, slots=True)
class SeenZone:
    """The zone's SOA record as SES last saw it."""

    primary: str
    admin: str
    serial: int


@dataclass(frozen=True, slots=True)
class Verification:
    """What SES left behind after it last looked."""

    last_checked: datetime | None = None
    last_success: datetime | None = None
    error: str | None = None
    """HOST_NOT_FOUND, TYPE_NOT_FOUND, INVALID_VALUE, DNS_SERVER_ERROR …; stale when the status is SUCCESS."""
    soa: SeenZone | None = None


@dataclass(frozen=True, slots=True)
class Dkim:
    """Easy DKIM or BYODKIM as SES has it."""

    status: str
    """PENDING, SUCCESS, FAILED, TEMPORARY_FAILURE or NOT_STARTED (treated like PENDING)."""
    tokens: tuple[str, ...]
    """Three selectors for Easy DKIM, one for BYODKIM."""
    hosted_zone: str | None
    """SigningHostedZone: the zone the CNAMEs must point into."""
    origin: str = "AWS_SES"
    signing: bool = True

    @property
    def own_key(self) -> bool:
        """Whether the key is the owner's (BYODKIM): one TXT record whose value only the owner knows."""
        return self.origin == "EXTERNAL"


@dataclass(frozen=True, slots=True)
class MailFrom:
    """The custom MAIL FROM domain."""

    domain: str
    status: str
    on_mx_failure: str = "USE_DEFAULT_VALUE"


@dataclass(frozen=True, slots=True)
class Identity:
    """A domain or an address that SES knows."""

    name: str
    is_domain: bool
    status: str
    """VerificationStatus: PENDING, SUCCESS, FAILED, TEMPORARY_FAILURE or NOT_STARTED."""
    may_send: bool
    """VerifiedForSendingStatus, the field that decides."""
    dkim: Dkim
    mail_from: MailFrom | None = None
    verification: Verification = field(default_factory=Verification)
    configuration_set: str | None = None
    tags: tuple[tuple[str, str], ...] = ()

    @property
    def verified(self) -> bool:
        """Whether mail may be sent from it now."""
        return self.may_send and self.status == "SUCCESS"

    @property
    def ours(self) -> bool:
        """Whether it carries our maker's tag."""
        return dict(self.tags).get(TAG_MAKER) == MAKER

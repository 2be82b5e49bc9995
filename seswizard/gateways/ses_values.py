"""SES's answers as our values: scrubbed, names in lower case without the trailing dot, absence kept as absence."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from seswizard.core.account import Account, Quota
from seswizard.core.identity import Dkim, Identity, MailFrom, SeenZone, Verification
from seswizard.core.text import printable
from seswizard.gateways.tags import from_aws

Said = Mapping[str, Any]
"""An answer of botocore. Its stubs promise every key, AWS does not; hence Any and `get`."""


def account(said: Said) -> Account:
    """GetAccount."""
    quota, details = said.get("SendQuota", {}), said.get("Details", {})
    review, plan = details.get("ReviewDetails", {}), said.get("PricingAttributes", {})
    return Account(
        production=bool(said.get("ProductionAccessEnabled")),
        sending_enabled=bool(said.get("SendingEnabled")),
        enforcement=printable(said.get("EnforcementStatus", "")),
        quota=Quota(
            per_day=float(quota.get("Max24HourSend", 0)),
            per_second=float(quota.get("MaxSendRate", 0)),
            sent=float(quota.get("SentLast24Hours", 0)),
        ),
        review=_text(review.get("Status")),
        case_id=_text(review.get("CaseId")),
        plan=_text(plan.get("CurrentPlan")),
        suppressed_reasons=tuple(
            printable(reason) for reason in said.get("SuppressionAttributes", {}).get("SuppressedReasons", ())
        ),
    )


def identity(name: str, said: Said) -> Identity:
    """GetEmailIdentity."""
    return Identity(
        name=name,
        is_domain=said.get("IdentityType") != "EMAIL_ADDRESS",
        status=printable(said.get("VerificationStatus", "NOT_STARTED")),
        may_send=bool(said.get("VerifiedForSendingStatus")),
        dkim=_dkim(said.get("DkimAttributes", {})),
        mail_from=_mail_from(said.get("MailFromAttributes", {})),
        verification=_verification(said.get("VerificationInfo", {})),
        configuration_set=_text(said.get("ConfigurationSetName")),
        tags=from_aws(said.get("Tags", ())),
    )


def _dkim(said: Said) -> Dkim:
    return Dkim(
        status=printable(said.get("Status", "NOT_STARTED")),
        tokens=tuple(printable(token) for token in said.get("Tokens", ())),
        hosted_zone=_name(said.get("SigningHostedZone")),
        origin=printable(said.get("SigningAttributesOrigin", "AWS_SES")),
        signing=bool(said.get("SigningEnabled")),
    )


def _mail_from(said: Said) -> MailFrom | None:
    domain = _name(said.get("MailFromDomain"))
    if domain is None:
        return None
    status = printable(said.get("MailFromDomainStatus", "PENDING"))
    return MailFrom(domain, status, printable(said.get("BehaviorOnMxFailure", "USE_DEFAULT_VALUE")))


def _verification(said: Said) -> Verification:
    soa = said.get("SOARecord", {})
    zone = None
    if soa.get("PrimaryNameServer"):
        admin = _name(soa.get("AdminEmail")) or ""
        zone = SeenZone(_name(soa["PrimaryNameServer"]) or "", admin, int(soa.get("SerialNumber", 0)))
    return Verification(
        last_checked=_moment(said.get("LastCheckedTimestamp")),
        last_success=_moment(said.get("LastSuccessTimestamp")),
        error=_text(said.get("ErrorType")),
        soa=zone,
    )


def _name(text: str | None) -> str | None:
    return printable(text).rstrip(".").lower() or None if text else None


def _text(text: object) -> str | None:
    return printable(str(text)) if text else None


def _moment(at: datetime | None) -> datetime | None:
    return at.astimezone(UTC) if at else None

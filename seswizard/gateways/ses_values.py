"""SES's answers as our values: scrubbed, names in lower case without the trailing dot, absence kept as absence.

What SES always tells must be there: without it the answer is not one, and the account would be read as one that may not send.
"""

from seswizard.core.account import Account, Quota
from seswizard.core.aws_things import EventDestination
from seswizard.core.identity import Dkim, Identity, MailFrom, SeenZone, Verification
from seswizard.gateways.members import Said, flag, group, groups, moment, number, text, texts
from seswizard.gateways.tags import from_aws


def account(said: Said) -> Account:
    """GetAccount."""
    quota = group(said, "SendQuota", needed=True)
    review, plan = group(group(said, "Details"), "ReviewDetails"), group(said, "PricingAttributes")
    return Account(
        production=flag(said, "ProductionAccessEnabled"),
        sending_enabled=flag(said, "SendingEnabled"),
        enforcement=text(said, "EnforcementStatus", ""),
        quota=Quota(
            per_day=number(quota, "Max24HourSend"),
            per_second=number(quota, "MaxSendRate"),
            sent=number(quota, "SentLast24Hours", 0.0),
        ),
        review=text(review, "Status", "") or None,
        case_id=text(review, "CaseId", "") or None,
        plan=text(plan, "CurrentPlan", "") or None,
        suppressed_reasons=texts(group(said, "SuppressionAttributes"), "SuppressedReasons"),
    )


def identity(name: str, said: Said) -> Identity:
    """GetEmailIdentity."""
    return Identity(
        name=name,
        is_domain=text(said, "IdentityType") != "EMAIL_ADDRESS",
        status=text(said, "VerificationStatus", "NOT_STARTED"),
        may_send=flag(said, "VerifiedForSendingStatus"),
        dkim=_dkim(group(said, "DkimAttributes")),
        mail_from=_mail_from(group(said, "MailFromAttributes")),
        verification=_verification(group(said, "VerificationInfo")),
        configuration_set=text(said, "ConfigurationSetName", "") or None,
        tags=from_aws(groups(said, "Tags")),
    )


def destination(said: Said) -> EventDestination:
    """One of GetConfigurationSetEventDestinations."""
    topic = group(said, "SnsDestination")
    return EventDestination(
        name=text(said, "Name"),
        enabled=flag(said, "Enabled", otherwise=False),
        topic=text(topic, "TopicArn") if topic else None,
        types=texts(said, "MatchingEventTypes"),
    )


def _dkim(said: Said) -> Dkim:
    return Dkim(
        status=text(said, "Status", "NOT_STARTED"),
        tokens=texts(said, "Tokens"),
        hosted_zone=_name(said, "SigningHostedZone") or None,
        origin=text(said, "SigningAttributesOrigin", "AWS_SES"),
        signing=flag(said, "SigningEnabled", otherwise=False),
    )


def _mail_from(said: Said) -> MailFrom | None:
    domain = _name(said, "MailFromDomain")
    if not domain:
        return None
    status = text(said, "MailFromDomainStatus", "PENDING")
    return MailFrom(domain, status, text(said, "BehaviorOnMxFailure", "USE_DEFAULT_VALUE"))


def _verification(said: Said) -> Verification:
    soa = group(said, "SOARecord")
    server, zone = _name(soa, "PrimaryNameServer"), None
    if server:
        zone = SeenZone(server, _name(soa, "AdminEmail"), int(number(soa, "SerialNumber", 0.0)))
    return Verification(
        last_checked=moment(said, "LastCheckedTimestamp"),
        last_success=moment(said, "LastSuccessTimestamp"),
        error=text(said, "ErrorType", "") or None,
        soa=zone,
    )


def _name(said: Said, name: str) -> str:
    return text(said, name, "").rstrip(".").lower()

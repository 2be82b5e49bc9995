"""Identities: created pending, verified by their records (see `verification`), bent by the Put operations."""

import base64
import re
import secrets
from datetime import UTC, datetime

from seswizard.demo.refusal import RefusedError
from seswizard.demo.ses.paging import page
from seswizard.demo.ses.params import Params
from seswizard.demo.ses.region import Identity, MailFrom, Region
from seswizard.demo.ses.service import Answer, Ses

_TOKEN_ALPHABET = "abcdefghijklmnopqrstuvwxyz234567"
_NAME = re.compile(r"([^@\s]{1,64}@)?([a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{2,63}", re.IGNORECASE)


def find(region: Region, params: Params) -> Identity:
    """The identity a call names.

    Raises:
        RefusedError: there is none.
    """
    name = canonical(params.text("EmailIdentity"))
    if name not in region.identities:
        raise RefusedError("NotFoundException", f"Email identity {name} does not exist.")
    return region.identities[name]


def canonical(name: str) -> str:
    """The name as SES stores it: the domain in lower case, the local part as it came."""
    local, at, domain = name.rpartition("@")
    return local + at + domain.lower()


def create(ses: Ses, region: Region, params: Params) -> Answer:
    """Add an identity; a domain gets its DKIM tokens with the answer."""
    name = canonical(params.text("EmailIdentity"))
    if not _NAME.fullmatch(name):
        raise RefusedError("BadRequestException", f"Invalid Email address or Domain <{name}>.")
    if name in region.identities:
        raise RefusedError("AlreadyExistsException", f"Email identity {name} already exist.")
    default_set = params.text("ConfigurationSetName") or None
    if default_set and default_set not in region.sets:
        raise RefusedError("NotFoundException", f"Configuration set <{default_set}> does not exist.")
    identity = Identity(name, tags=params.pairs("Tags"), configuration_set=default_set, next_look=ses.clock() + 1)
    region.identities[name] = identity
    if identity.is_domain:
        own_keys = params.group("DkimSigningAttributes")
        _new_keys(ses, region, identity, own_keys)
    else:
        identity.signing_enabled = False
        ses.mail_verification(region, identity)
    return {
        "IdentityType": _kind(identity),
        "VerifiedForSendingStatus": identity.verified,
        "DkimAttributes": _dkim(identity),
    }


def _new_keys(ses: Ses, region: Region, identity: Identity, own: Params) -> None:
    identity.external_key = bool(own.text("DomainSigningSelector"))
    identity.dkim = identity.status = "PENDING"
    identity.next_look, identity.keys_made = ses.clock() + 1, datetime.now(UTC)
    if identity.external_key:
        identity.tokens, identity.hosted_zone = (own.text("DomainSigningSelector"),), ""
        return
    identity.key_length = own.text("NextSigningKeyLength") or identity.key_length
    identity.tokens = tuple("".join(secrets.choice(_TOKEN_ALPHABET) for _ in range(32)) for _ in range(3))
    identity.hosted_zone = region.hosted_zone
    for token in identity.tokens:
        ses.dns.add_dkim_key(token, identity.hosted_zone)


def get(ses: Ses, region: Region, params: Params) -> Answer:
    """Everything SES says about an identity."""
    identity = find(region, params)
    seen = identity.verdict
    info: dict[str, object] = {}
    if seen.checked:
        info["LastCheckedTimestamp"] = seen.checked
    if seen.succeeded:
        info["LastSuccessTimestamp"] = seen.succeeded
    if seen.error:
        info["ErrorType"] = seen.error
    if seen.soa:
        info["SOARecord"] = dict(zip(("PrimaryNameServer", "AdminEmail", "SerialNumber"), seen.soa, strict=True))
    mail_from = identity.mail_from
    answer: dict[str, object] = {
        "IdentityType": _kind(identity),
        "FeedbackForwardingStatus": identity.feedback_forwarding,
        "VerifiedForSendingStatus": identity.verified,
        "VerificationStatus": identity.status,
        "VerificationInfo": info,
        "DkimAttributes": _dkim(identity),
        "Policies": {},
        "Tags": [{"Key": key, "Value": value} for key, value in identity.tags.items()],
        "MailFromAttributes": {"BehaviorOnMxFailure": "USE_DEFAULT_VALUE"}
        if mail_from is None
        else {
            "MailFromDomain": mail_from.domain,
            "MailFromDomainStatus": mail_from.status,
            "BehaviorOnMxFailure": "REJECT_MESSAGE" if mail_from.reject_on_failure else "USE_DEFAULT_VALUE",
        },
    }
    if identity.configuration_set:
        answer["ConfigurationSetName"] = identity.configuration_set
    return answer


def _kind(identity: Identity) -> str:
    return "DOMAIN" if identity.is_domain else "EMAIL_ADDRESS"


def _dkim(identity: Identity) -> Answer:
    answer: dict[str, object] = {"SigningEnabled": identity.signing_enabled, "Status": identity.dkim}
    if identity.is_domain:
        answer |= {
            "Tokens": list(identity.tokens),
            "SigningAttributesOrigin": "EXTERNAL" if identity.external_key else "AWS_SES",
        }
        if not identity.external_key:
            answer |= {
                "SigningHostedZone": identity.hosted_zone,
                "NextSigningKeyLength": identity.key_length,
                "CurrentSigningKeyLength": identity.key_length,
                "LastKeyGenerationTimestamp": identity.keys_made,
            }
    return answer


def listing(ses: Ses, region: Region, params: Params) -> Answer:
    """The identities, in pages; the filter by name is AWS's."""
    wanted = params.group("Filter").text("IdentityNameContains") if "Filter" in params else ""
    found = [identity for name, identity in sorted(region.identities.items()) if wanted in name]
    items, following = page(found, params)
    return {
        "EmailIdentities": [
            {
                "IdentityType": _kind(identity),
                "IdentityName": identity.name,
                "SendingEnabled": identity.verified,
                "VerificationStatus": identity.status,
            }
            for identity in items
        ],
        **following,
    }


def delete(ses: Ses, region: Region, params: Params) -> Answer:
    """Forget an identity."""
    del region.identities[find(region, params).name]
    return {}


def put_mail_from(ses: Ses, region: Region, params: Params) -> Answer:
    """Set, reset or remove the custom MAIL FROM domain; setting it again starts the search again."""
    identity, domain = find(region, params), params.text("MailFromDomain").lower().rstrip(".")
    parent = identity.name.rsplit("@", 1)[-1]
    if not domain:
        identity.mail_from = None
        return {}
    if not domain.endswith("." + parent):
        raise RefusedError(
            "BadRequestException",
            f"Provided MAIL-FROM domain <{domain}> is not subdomain of the domain of the identity <{identity.name}>.",
        )
    identity.mail_from = MailFrom(domain, reject_on_failure=params.text("BehaviorOnMxFailure") == "REJECT_MESSAGE")
    identity.next_look = ses.clock() + 1
    return {}


def put_dkim_signing(ses: Ses, region: Region, params: Params) -> Answer:
    """New DKIM keys: three new tokens, or a key of one's own; the records of the old ones count no more."""
    identity, own = find(region, params), params.group("SigningAttributes")
    if not identity.is_domain:
        raise RefusedError("BadRequestException", f"Identity {identity.name} is not a domain.")
    if params.text("SigningAttributesOrigin") == "EXTERNAL":
        try:
            base64.b64decode(own.text("DomainSigningPrivateKey"), validate=True)
        except ValueError:
            raise RefusedError("BadRequestException", "The private key is not valid base64.") from None
        if not own.text("DomainSigningSelector"):
            raise RefusedError("BadRequestException", "A selector is required.")
    _new_keys(ses, region, identity, own)
    answer: dict[str, object] = {"DkimStatus": identity.dkim, "DkimTokens": list(identity.tokens)}
    return answer | ({"SigningHostedZone": identity.hosted_zone} if identity.hosted_zone else {})


def put_dkim(ses: Ses, region: Region, params: Params) -> Answer:
    """Switch signing on or off."""
    find(region, params).signing_enabled = params.flag("SigningEnabled")
    return {}


def put_feedback(ses: Ses, region: Region, params: Params) -> Answer:
    """Switch the forwarding of bounces by e-mail on or off."""
    find(region, params).feedback_forwarding = params.flag("EmailForwardingEnabled")
    return {}


def put_configuration_set(ses: Ses, region: Region, params: Params) -> Answer:
    """Set or remove the default configuration set."""
    identity, name = find(region, params), params.text("ConfigurationSetName") or None
    if name and name not in region.sets:
        raise RefusedError("NotFoundException", f"Configuration set <{name}> does not exist.")
    identity.configuration_set = name
    return {}


ANSWERS = {
    "CreateEmailIdentity": create,
    "GetEmailIdentity": get,
    "ListEmailIdentities": listing,
    "DeleteEmailIdentity": delete,
    "PutEmailIdentityMailFromAttributes": put_mail_from,
    "PutEmailIdentityDkimSigningAttributes": put_dkim_signing,
    "PutEmailIdentityDkimAttributes": put_dkim,
    "PutEmailIdentityFeedbackAttributes": put_feedback,
    "PutEmailIdentityConfigurationSetAttributes": put_configuration_set,
}

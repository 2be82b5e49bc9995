"""The account: sandbox, quotas, the request for production access, the suppression list, and tags."""

from datetime import UTC, datetime

from seswizard.demo.refusal import RefusedError
from seswizard.demo.ses.paging import page
from seswizard.demo.ses.params import Params
from seswizard.demo.ses.region import Region
from seswizard.demo.ses.service import Answer, Ses

_REASONS = ("BOUNCE", "COMPLAINT")
_DETAILS = ("MailType", "WebsiteURL", "ContactLanguage", "UseCaseDescription")


def get(ses: Ses, region: Region, params: Params) -> Answer:
    """How the account stands in this region."""
    account = region.account
    answer: dict[str, object] = {
        "DedicatedIpAutoWarmupEnabled": False,
        "EnforcementStatus": account.enforcement,
        "ProductionAccessEnabled": account.production,
        "SendingEnabled": account.sending,
        "SendQuota": {
            "Max24HourSend": account.daily_quota,
            "MaxSendRate": account.rate,
            "SentLast24Hours": account.sent_today,
        },
        "SuppressionAttributes": {"SuppressedReasons": list(account.suppressed_reasons)},
        "VdmAttributes": {"VdmEnabled": "DISABLED"},
    }
    if account.details:
        review = {"ReviewDetails": {"Status": account.review, "CaseId": account.case}} if account.review else {}
        answer["Details"] = account.details | review
    return answer


def put_details(ses: Ses, region: Region, params: Params) -> Answer:
    """Say who writes to whom and why, and perhaps ask for production access."""
    account = region.account
    if account.review == "PENDING":
        raise RefusedError("ConflictException", "A review of your account details is already in progress.", 409)
    account.details = {name: params.text(name) for name in _DETAILS if name in params}
    if contacts := params.texts("AdditionalContactEmailAddresses"):
        account.details["AdditionalContactEmailAddresses"] = list(contacts)
    if params.flag("ProductionAccessEnabled") and not account.production:
        account.review, account.case = "PENDING", "171000000000001"
    return {}


def put_suppression_reasons(ses: Ses, region: Region, params: Params) -> Answer:
    """Which failures put an address on the suppression list."""
    region.account.suppressed_reasons = params.texts("SuppressedReasons")
    return {}


def _suppressed(region: Region, params: Params) -> tuple[str, dict[str, object]]:
    address = params.text("EmailAddress")
    if address not in region.suppressed:
        raise RefusedError("NotFoundException", f"Email address {address} does not exist on your suppression list.")
    return address, _entry(region, address)


def _entry(region: Region, address: str) -> dict[str, object]:
    reason, since = region.suppressed[address]
    return {"EmailAddress": address, "Reason": reason, "LastUpdateTime": since}


def put_suppressed(ses: Ses, region: Region, params: Params) -> Answer:
    """Put an address on the suppression list."""
    reason = params.text("Reason")
    if reason not in _REASONS:
        raise RefusedError("BadRequestException", f"Suppression reason <{reason}> is not one of BOUNCE, COMPLAINT.")
    region.suppressed[params.text("EmailAddress")] = (reason, datetime.now(UTC))
    return {}


def get_suppressed(ses: Ses, region: Region, params: Params) -> Answer:
    """An entry of the suppression list."""
    return {"SuppressedDestination": _suppressed(region, params)[1]}


def list_suppressed(ses: Ses, region: Region, params: Params) -> Answer:
    """The suppression list, in pages."""
    reasons, start, end = params.texts("Reasons"), params.moment("StartDate"), params.moment("EndDate")
    found = [
        address
        for address, (reason, since) in sorted(region.suppressed.items())
        if (not reasons or reason in reasons) and (not start or since >= start) and (not end or since <= end)
    ]
    addresses, following = page(found, params, bad_token="InvalidNextTokenException")
    return {"SuppressedDestinationSummaries": [_entry(region, address) for address in addresses], **following}


def delete_suppressed(ses: Ses, region: Region, params: Params) -> Answer:
    """Take an address off the suppression list."""
    del region.suppressed[_suppressed(region, params)[0]]
    return {}


def _tags(region: Region, params: Params) -> dict[str, str]:
    kind, _, name = params.text("ResourceArn").rpartition(":")[2].partition("/")
    if kind == "identity" and name in region.identities:
        return region.identities[name].tags
    if kind == "configuration-set" and name in region.sets:
        return region.sets[name].tags
    raise RefusedError("NotFoundException", f"Resource <{params.text('ResourceArn')}> does not exist.")


def tag(ses: Ses, region: Region, params: Params) -> Answer:
    """Add tags to an identity or a configuration set."""
    _tags(region, params).update(params.pairs("Tags"))
    return {}


def untag(ses: Ses, region: Region, params: Params) -> Answer:
    """Remove tags."""
    tags = _tags(region, params)
    for key in params.texts("TagKeys"):
        tags.pop(key, None)
    return {}


def list_tags(ses: Ses, region: Region, params: Params) -> Answer:
    """The tags of an identity or a configuration set."""
    return {"Tags": [{"Key": key, "Value": value} for key, value in _tags(region, params).items()]}


ANSWERS = {
    "GetAccount": get,
    "PutAccountDetails": put_details,
    "PutAccountSuppressionAttributes": put_suppression_reasons,
    "PutSuppressedDestination": put_suppressed,
    "GetSuppressedDestination": get_suppressed,
    "ListSuppressedDestinations": list_suppressed,
    "DeleteSuppressedDestination": delete_suppressed,
    "TagResource": tag,
    "UntagResource": untag,
    "ListTagsForResource": list_tags,
}

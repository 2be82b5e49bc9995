"""Where Amazon SES is, and where it also takes mail by SMTP.

Source: https://docs.aws.amazon.com/general/latest/gr/ses.html; the same list as the DEED enumeration of the SES v2
model. The SDK's own list of regions names some that AWS does not document, so it is no menu.
"""

from seswizard.core.login import SMTP_REGIONS
from seswizard.core.text import printable

REGION_NAMES: dict[str, str] = {
    "us-east-1": "N. Virginia",
    "us-east-2": "Ohio",
    "us-west-1": "N. California",
    "us-west-2": "Oregon",
    "af-south-1": "Cape Town",
    "ap-northeast-1": "Tokyo",
    "ap-northeast-2": "Seoul",
    "ap-northeast-3": "Osaka",
    "ap-south-1": "Mumbai",
    "ap-south-2": "Hyderabad",
    "ap-southeast-1": "Singapore",
    "ap-southeast-2": "Sydney",
    "ap-southeast-3": "Jakarta",
    "ap-southeast-5": "Malaysia",
    "ca-central-1": "Central Canada",
    "ca-west-1": "Calgary",
    "eu-central-1": "Frankfurt",
    "eu-central-2": "Zurich",
    "eu-north-1": "Stockholm",
    "eu-south-1": "Milan",
    "eu-west-1": "Ireland",
    "eu-west-2": "London",
    "eu-west-3": "Paris",
    "il-central-1": "Tel Aviv",
    "me-central-1": "UAE",
    "me-south-1": "Bahrain",
    "sa-east-1": "São Paulo",
    "us-gov-east-1": "GovCloud US-East",
    "us-gov-west-1": "GovCloud US-West",
}
"""Every region with SES, and what AWS calls the place."""

API_REGIONS: frozenset[str] = frozenset(REGION_NAMES)

NO_SMTP: frozenset[str] = API_REGIONS - SMTP_REGIONS
"""SES is there but takes mail by API only: no SMTP login, no mail program that speaks SMTP."""


def is_supported(region: str) -> bool:
    """Whether AWS documents SES in this region."""
    return region in API_REGIONS


def has_smtp(region: str) -> bool:
    """Whether SES has an SMTP endpoint in this region."""
    return region in SMTP_REGIONS


def not_usable(region: str, here: str, *, changes: bool) -> str:
    """Why a typed region will not do; empty where it does. `changes`: whether one can go to another region from here."""
    if not is_supported(region):
        return f"SES is not in {printable(region)[:40] or 'that region'}; eu-west-1 and us-east-1 are regions that have it"
    return "" if region == here or changes else f"for that region begin again with --region {region}"

"""Where Amazon SES is, and where it also takes mail by SMTP.

Source: https://docs.aws.amazon.com/general/latest/gr/ses.html; the same list as the DEED enumeration of the SES v2
model. The SDK's own list of regions names some that AWS does not document, so it is no menu.
"""

from math import asin, cos, radians, sin, sqrt

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


CHOOSE_REGION = "choose the AWS region that your mail is sent from"

_PLACES: dict[str, tuple[float, float]] = {
    "us-east-1": (38.9, -77.5),
    "us-east-2": (40.0, -83.0),
    "us-west-1": (37.4, -122.0),
    "us-west-2": (45.8, -119.7),
    "af-south-1": (-33.9, 18.4),
    "ap-northeast-1": (35.7, 139.7),
    "ap-northeast-2": (37.6, 127.0),
    "ap-northeast-3": (34.7, 135.5),
    "ap-south-1": (19.1, 72.9),
    "ap-south-2": (17.4, 78.5),
    "ap-southeast-1": (1.4, 103.8),
    "ap-southeast-2": (-33.9, 151.2),
    "ap-southeast-3": (-6.2, 106.8),
    "ap-southeast-5": (3.1, 101.7),
    "ca-central-1": (45.5, -73.6),
    "ca-west-1": (51.0, -114.1),
    "eu-central-1": (50.1, 8.7),
    "eu-central-2": (47.4, 8.5),
    "eu-north-1": (59.3, 18.1),
    "eu-south-1": (45.5, 9.2),
    "eu-west-1": (53.3, -6.3),
    "eu-west-2": (51.5, -0.1),
    "eu-west-3": (48.9, 2.4),
    "il-central-1": (32.1, 34.8),
    "me-central-1": (24.5, 54.4),
    "me-south-1": (26.1, 50.6),
    "sa-east-1": (-23.5, -46.6),
}
"""Latitude and longitude of the places, to a tenth of a degree. GovCloud is not among them: its accounts know where they are."""

_ZONES: dict[str, tuple[float, float]] = {
    "Africa/Cairo": (30.0, 31.2),
    "Africa/Casablanca": (33.6, -7.6),
    "Africa/Johannesburg": (-26.2, 28.0),
    "Africa/Lagos": (6.5, 3.4),
    "Africa/Nairobi": (-1.3, 36.8),
    "America/Bogota": (4.6, -74.1),
    "America/Buenos_Aires": (-34.6, -58.4),
    "America/Argentina": (-34.6, -58.4),
    "America/Chicago": (41.9, -87.6),
    "America/Denver": (39.7, -105.0),
    "America/Edmonton": (53.5, -113.5),
    "America/Halifax": (44.6, -63.6),
    "America/Lima": (-12.0, -77.0),
    "America/Los_Angeles": (34.1, -118.2),
    "America/Mexico_City": (19.4, -99.1),
    "America/Montreal": (45.5, -73.6),
    "America/New_York": (40.7, -74.0),
    "America/Phoenix": (33.4, -112.1),
    "America/Santiago": (-33.4, -70.7),
    "America/Sao_Paulo": (-23.5, -46.6),
    "America/Toronto": (43.7, -79.4),
    "America/Vancouver": (49.3, -123.1),
    "America/Winnipeg": (49.9, -97.1),
    "Asia/Bangkok": (13.8, 100.5),
    "Asia/Calcutta": (22.6, 88.4),
    "Asia/Dhaka": (23.8, 90.4),
    "Asia/Dubai": (25.3, 55.3),
    "Asia/Ho_Chi_Minh": (10.8, 106.7),
    "Asia/Hong_Kong": (22.3, 114.2),
    "Asia/Jakarta": (-6.2, 106.8),
    "Asia/Jerusalem": (31.8, 35.2),
    "Asia/Karachi": (24.9, 67.0),
    "Asia/Kolkata": (22.6, 88.4),
    "Asia/Kuala_Lumpur": (3.2, 101.7),
    "Asia/Manila": (14.6, 121.0),
    "Asia/Riyadh": (24.7, 46.7),
    "Asia/Seoul": (37.6, 127.0),
    "Asia/Shanghai": (31.2, 121.5),
    "Asia/Singapore": (1.3, 103.8),
    "Asia/Taipei": (25.0, 121.5),
    "Asia/Tel_Aviv": (32.1, 34.8),
    "Asia/Tokyo": (35.7, 139.7),
    "Atlantic/Reykjavik": (64.1, -21.9),
    "Australia/Perth": (-31.9, 115.9),
    "Europe/Amsterdam": (52.4, 4.9),
    "Europe/Athens": (38.0, 23.7),
    "Europe/Berlin": (52.5, 13.4),
    "Europe/Brussels": (50.8, 4.3),
    "Europe/Bucharest": (44.4, 26.1),
    "Europe/Budapest": (47.5, 19.1),
    "Europe/Copenhagen": (55.7, 12.6),
    "Europe/Dublin": (53.3, -6.3),
    "Europe/Helsinki": (60.2, 25.0),
    "Europe/Istanbul": (41.0, 29.0),
    "Europe/Kiev": (50.4, 30.5),
    "Europe/Kyiv": (50.4, 30.5),
    "Europe/Lisbon": (38.7, -9.1),
    "Europe/London": (51.5, -0.1),
    "Europe/Madrid": (40.4, -3.7),
    "Europe/Moscow": (55.8, 37.6),
    "Europe/Oslo": (59.9, 10.8),
    "Europe/Paris": (48.9, 2.3),
    "Europe/Prague": (50.1, 14.4),
    "Europe/Rome": (41.9, 12.5),
    "Europe/Stockholm": (59.3, 18.1),
    "Europe/Vienna": (48.2, 16.4),
    "Europe/Warsaw": (52.2, 21.0),
    "Europe/Zurich": (47.4, 8.5),
    "Pacific/Auckland": (-36.9, 174.8),
    "Pacific/Honolulu": (21.3, -157.9),
    "Africa": (5.0, 20.0),
    "America": (39.0, -95.0),
    "Asia": (25.0, 105.0),
    "Atlantic": (40.0, -20.0),
    "Australia": (-33.9, 151.2),
    "Canada": (45.5, -75.0),
    "Europe": (50.0, 10.0),
    "Indian": (-10.0, 75.0),
    "Pacific": (-20.0, 175.0),
    "US": (39.0, -95.0),
}
"""Where the people of a time zone are, by its name in the tz database, else by the first word of the name."""


def nearest_regions(time_zone: str) -> tuple[str, ...]:
    """Every region with SES, the nearest first as far as a time zone's name (`Europe/Berlin`) tells; else in AWS's order."""
    words = time_zone.split("/")
    names = ("/".join(words[:count]) for count in range(len(words), 0, -1))
    here = next((_ZONES[name] for name in names if name in _ZONES), None)
    rest = tuple(region for region in REGION_NAMES if region not in _PLACES)
    near = sorted(_PLACES, key=lambda region: _apart(here, _PLACES[region])) if here else list(_PLACES)
    return (*near, *rest)


def matching_regions(typed: str, time_zone: str) -> tuple[str, ...]:
    """The regions that what was typed may become, by their name or place, the nearest first."""
    part = typed.strip().lower()
    return tuple(one for one in nearest_regions(time_zone) if part in one or part in REGION_NAMES[one].lower())


def _apart(one: tuple[float, float], other: tuple[float, float]) -> float:
    """The distance on a sphere of radius 1, by the haversine formula."""
    (latitude, longitude), (to_latitude, to_longitude) = map(radians, one), map(radians, other)
    half = sin((to_latitude - latitude) / 2) ** 2 + cos(latitude) * cos(to_latitude) * sin((to_longitude - longitude) / 2) ** 2
    return 2 * asin(sqrt(half))


def is_supported(region: str) -> bool:
    """Whether AWS documents SES in this region."""
    return region in API_REGIONS


def has_smtp(region: str) -> bool:
    """Whether SES has an SMTP endpoint in this region."""
    return region in SMTP_REGIONS


def place_words(region: str) -> str:
    """`Frankfurt`, or `Zurich; no SMTP`."""
    return f"{REGION_NAMES[region]}{'' if has_smtp(region) else '; no SMTP'}"


def not_usable(region: str, here: str, *, changes: bool) -> str:
    """Why a typed region will not do; empty where it does. `changes`: whether one can go to another region from here."""
    if not region:
        return CHOOSE_REGION
    if not is_supported(region):
        return f"SES is not in {printable(region)[:40] or 'that region'}; eu-west-1 and us-east-1 are regions that have it"
    return "" if region == here or changes else f"for that region begin again with --region {region}"

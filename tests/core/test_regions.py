"""Which region is nearest, as far as the time zone tells."""

import pytest

from seswizard.core.regions import REGION_NAMES, matching_regions, nearest_regions, not_usable


@pytest.mark.parametrize(
    ("zone", "first"),
    [
        ("Europe/Berlin", "eu-central-1"),
        ("Europe/Vienna", "eu-central-2"),
        ("Europe/London", "eu-west-2"),
        ("Europe/Dublin", "eu-west-1"),
        ("Europe/Rome", "eu-south-1"),
        ("Europe/Stockholm", "eu-north-1"),
        ("America/New_York", "us-east-1"),
        ("America/Los_Angeles", "us-west-1"),
        ("America/Toronto", "ca-central-1"),
        ("America/Sao_Paulo", "sa-east-1"),
        ("America/Argentina/Cordoba", "sa-east-1"),
        ("Asia/Tokyo", "ap-northeast-1"),
        ("Asia/Kolkata", "ap-south-2"),
        ("Australia/Melbourne", "ap-southeast-2"),
        ("Africa/Johannesburg", "af-south-1"),
        ("Europe/Nowhere", "eu-central-1"),
    ],
)
def test_the_nearest_region_comes_first(zone: str, first: str) -> None:
    assert nearest_regions(zone)[0] == first


@pytest.mark.parametrize("zone", ["", "UTC", "Etc/UTC", "Europe/Berlin", "\x1b[31m", "../../etc/passwd", "/"])
def test_every_region_is_there_once_whatever_the_time_zone(zone: str) -> None:
    found = nearest_regions(zone)
    assert sorted(found) == sorted(REGION_NAMES)
    assert found[-2:] == ("us-gov-east-1", "us-gov-west-1"), "nobody is led there by a time zone"


def test_a_region_is_found_by_its_name_or_its_place() -> None:
    assert matching_regions("FRA", "") == ("eu-central-1",)
    assert matching_regions("eu-", "Europe/Madrid")[0] == "eu-west-3"
    assert matching_regions("nowhere", "") == ()
    assert len(matching_regions("", "")) == len(REGION_NAMES)


def test_an_empty_region_is_asked_for() -> None:
    assert not_usable("", "", changes=True) == "choose the AWS region that your mail is sent from"
    assert not_usable("eu-west-1", "", changes=True) == ""

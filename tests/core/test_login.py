"""The SMTP password by every published vector, the ports, and where SES takes mail by SMTP."""

import base64
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seswizard.core.login import PORTS, SMTP_REGIONS, smtp_host, smtp_password, tls_mode
from seswizard.core.regions import API_REGIONS, NO_SMTP, has_smtp, is_supported
from seswizard.core.secret import Secret

VECTORS = json.loads((Path(__file__).parent / "data" / "smtp-passwords.json").read_text(encoding="utf-8"))
KEY = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"


@pytest.mark.parametrize("vector", VECTORS["published"], ids=lambda one: f"{one['secret']}-{one['region']}")
def test_a_published_vector_gives_its_password(vector: dict[str, str]) -> None:
    assert smtp_password(Secret(vector["secret"]), vector["region"]).reveal() == vector["expected"]


@pytest.mark.parametrize("vector", VECTORS["legacy_negative"], ids=lambda one: str(one["secret"])[:6])
@pytest.mark.parametrize("region", sorted(SMTP_REGIONS))
def test_the_algorithm_of_before_2019_is_never_used(vector: dict[str, str], region: str) -> None:
    assert smtp_password(Secret(vector["secret"]), region).reveal() != vector["must_not_equal"]


def test_there_are_vectors() -> None:
    assert len(VECTORS["published"]) >= 4
    assert VECTORS["legacy_negative"]


@given(st.text(st.characters(codec="utf-8"), min_size=1, max_size=60), st.sampled_from(sorted(SMTP_REGIONS)))
def test_every_password_has_the_shape_that_ses_expects(secret: str, region: str) -> None:
    password = smtp_password(Secret(secret), region).reveal()
    data = base64.b64decode(password, validate=True)
    assert (len(password), password[0], len(data), data[0]) == (44, "B", 33, 4)


def test_a_password_belongs_to_one_region() -> None:
    made = {smtp_password(Secret(KEY), region) for region in SMTP_REGIONS}
    assert len(made) == len(SMTP_REGIONS)


def test_the_regions_are_those_of_the_general_reference() -> None:
    assert (len(API_REGIONS), len(SMTP_REGIONS), len(NO_SMTP)) == (29, 19, 10)
    assert SMTP_REGIONS < API_REGIONS
    assert {"eu-south-1", "af-south-1", "me-central-1", "eu-central-2"} < NO_SMTP


@pytest.mark.parametrize(
    ("region", "supported", "smtp"),
    [
        ("eu-west-1", True, True),
        ("us-west-1", True, True),
        ("ap-northeast-3", True, True),
        ("us-gov-east-1", True, True),
        ("eu-south-1", True, False),
        ("me-south-1", True, False),
        ("mx-central-1", False, False),
        ("ap-east-1", False, False),
        ("cn-north-1", False, False),
        ("", False, False),
    ],
)
def test_a_region_has_ses_and_smtp_or_not(region: str, supported: bool, smtp: bool) -> None:
    assert (is_supported(region), has_smtp(region)) == (supported, smtp)


def test_ports_know_their_way_to_tls() -> None:
    assert PORTS[0] == (587, "starttls")
    assert {port: tls_mode(port) for port in (25, 587, 2587, 465, 2465)} == {
        25: "starttls",
        587: "starttls",
        2587: "starttls",
        465: "tls",
        2465: "tls",
    }
    with pytest.raises(KeyError):
        tls_mode(24)
    assert smtp_host("us-gov-west-1") == "email-smtp.us-gov-west-1.amazonaws.com"

"""What the shape of a login tells, as a table; and that nothing of a password is ever told."""

import base64
import hashlib
import hmac
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seswizard.core.examine_login import derived, examine, is_secret_key, without_line_end
from seswizard.core.login import Login, smtp_password
from seswizard.core.secret import Secret
from seswizard.core.text import printable
from seswizard.exports.report import finding_dict

REGION = "eu-west-1"
KEY = "AKIAEXAMPLE000000001"
SECRET = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
GOOD = smtp_password(Secret(SECRET), REGION).reveal()


def old_password() -> str:
    """As it was derived until January 2019: version 2, and the message signed with the secret alone."""
    signature = hmac.new(SECRET.encode(), b"SendRawEmail", hashlib.sha256).digest()
    return base64.b64encode(b"\x02" + signature).decode()


def without_version() -> str:
    """What a program makes that forgets the version byte."""
    return base64.b64encode(base64.b64decode(GOOD)[1:]).decode()


def ids(username: str, password: str) -> list[str]:
    return [one.id for one in examine(Login(username, Secret(password)), "example.com", REGION)]


@pytest.mark.parametrize(
    ("username", "password", "expected"),
    [
        (KEY, GOOD, []),
        ("AKIA" + "A" * 16, GOOD, []),
        (KEY, SECRET, ["login.secret-key-used"]),
        (KEY, f"{SECRET}\n", ["login.secret-key-used", "login.malformed"]),
        (KEY, old_password(), ["login.old-algorithm"]),
        (KEY, "A" + GOOD[1:], ["login.old-algorithm"]),
        (KEY, "A" * 44, ["login.old-algorithm"]),
        ("ASIAEXAMPLE000000001", GOOD, ["login.temporary-key"]),
        ("ASIAEXAMPLE000000001", SECRET, ["login.temporary-key", "login.secret-key-used"]),
        ("asiaexample000000001", GOOD, ["login.temporary-key", "login.malformed"]),
        ("ses-smtp-user.20261122-100000", GOOD, ["login.iam-user-name-used"]),
        ("post@example.com", GOOD, ["login.iam-user-name-used"]),
        ("AIDAEXAMPLE000000001", GOOD, ["login.iam-user-name-used"]),
        ("AKIA", GOOD, ["login.iam-user-name-used"]),
        ("", GOOD, ["login.iam-user-name-used"]),
        ("ses-smtp-user", SECRET, ["login.iam-user-name-used", "login.secret-key-used"]),
        (KEY.lower(), GOOD, ["login.malformed"]),
        (f" {KEY}", GOOD, ["login.malformed"]),
        (GOOD, KEY, ["login.malformed"]),
        (SECRET, KEY, ["login.malformed"]),
        (KEY, f" {GOOD}", ["login.malformed"]),
        (KEY, f"{GOOD}\r", ["login.malformed"]),
        (KEY, f"{GOOD}\n", ["login.malformed"]),
        (KEY, f"{GOOD}\u00a0", ["login.malformed"]),
        (KEY, f"{GOOD}\u200b", ["login.malformed"]),
        (KEY, f"{GOOD[:20]}\n{GOOD[20:]}", ["login.malformed"]),
        (KEY, f'"{GOOD}"', ["login.malformed"]),
        (KEY, GOOD.replace("/", "%2F").replace("+", "%2B") + "%2F", ["login.malformed"]),
        (KEY, GOOD[:-1], ["login.malformed"]),
        (KEY, GOOD + "A", ["login.malformed"]),
        (KEY, GOOD + "=", ["login.malformed"]),
        (KEY, without_version(), ["login.malformed"]),
        (KEY, "C" + GOOD[1:], ["login.malformed"]),
        (KEY, GOOD.replace(GOOD[5], "*"), ["login.malformed"]),
        (KEY, "hunter2", ["login.malformed"]),
    ],
)
def test_the_shape_tells(username: str, password: str, expected: list[str]) -> None:
    assert ids(username, password) == expected


@pytest.mark.parametrize(
    ("password", "said"),
    [
        (f"{GOOD}\r", "a carriage return at the end: the file has line ends of Windows"),
        (f"{GOOD} ", "white space or a line end around it"),
        (GOOD[:-1], "43 characters"),
        (GOOD + "AA", "46 characters"),
        (without_version(), "= at the end: the version byte in front was left out when it was derived"),
        (GOOD + "=", "= at the end"),
        (f"'{GOOD}'", "quotation marks around it"),
        ("C" + GOOD[1:], "does not begin with the version byte"),
    ],
)
def test_damage_is_named(password: str, said: str) -> None:
    (found,) = examine(Login(KEY, Secret(password)), "example.com", REGION)
    assert [one.seen for one in found.evidence] == [said]


def test_a_secret_key_has_a_way_on() -> None:
    (found,) = examine(Login(KEY, Secret(SECRET)), "example.com", REGION)
    assert found.remedy
    assert "--reveal" in found.remedy.text
    assert found.remedy.command == "seswizard login create example.com --region eu-west-1"
    assert is_secret_key(Secret(SECRET))
    assert derived(Login(KEY, Secret(f"{SECRET}\r\n")), REGION) == Login(KEY, Secret(GOOD))
    assert derived(Login(KEY, Secret(GOOD)), REGION) is None


def test_a_file_has_one_line_end_that_is_not_the_password() -> None:
    assert without_line_end(f"{GOOD}\n") == Secret(GOOD)
    assert without_line_end(f"{GOOD}\n\n") == Secret(f"{GOOD}\n")
    assert without_line_end(f"{GOOD}\r\n") == Secret(f"{GOOD}\r")
    assert without_line_end(GOOD) == Secret(GOOD)


@pytest.mark.parametrize("password", [SECRET, GOOD + "x", f"{GOOD}\n", f'"{SECRET}"', old_password(), without_version()])
@pytest.mark.parametrize("username", [KEY, SECRET, GOOD, "ASIAEXAMPLE000000001", f"{GOOD}\n"])
def test_no_finding_tells_a_secret(username: str, password: str) -> None:
    found = examine(Login(username, Secret(password)), "example.com", REGION)
    told = json.dumps([finding_dict(one) for one in found], ensure_ascii=False) + repr(found)
    for secret in (password.strip('\n"'), SECRET, GOOD):
        assert secret not in told
        assert secret[:12] not in told


@given(st.text(max_size=60), st.text(max_size=60))
def test_nothing_a_person_types_stops_it(username: str, password: str) -> None:
    for found in examine(Login(username, Secret(password)), "example.com", REGION):
        assert all(printable(one.seen) == one.seen for one in found.evidence)


@given(
    st.binary(min_size=40, max_size=40).map(lambda raw: base64.b64encode(raw).decode()[:40]),
    st.sampled_from(["us-east-1", REGION]),
)
def test_every_derived_password_is_well_shaped_and_every_secret_is_told(secret: str, region: str) -> None:
    assert ids(KEY, smtp_password(Secret(secret), region).reveal()) == []
    assert ids(KEY, secret) == ["login.secret-key-used"]

"""Profiles as AWS's own files have them."""

from pathlib import Path

import pytest

from seswizard.core.failure import BadInputError
from seswizard.gateways.profiles import Profile, profile

CONFIG = """
[default]
region = eu-north-1
[profile work]
region=us-west-2
s3 =
  max_concurrent_requests = 1
[profile "with space"]
region = eu-south-1
[sso-session company]
sso_region = us-east-1
"""


@pytest.fixture
def files(home: Path) -> Path:
    (home / ".aws").mkdir()
    (home / ".aws/config").write_text(CONFIG)
    (home / ".aws/credentials").write_text("[old]\naws_access_key_id = x\nregion = sa-east-1\n")
    return home


def test_the_default_profile_gives_its_region_without_being_named(files: Path) -> None:
    assert profile(None, {}) == Profile(None, "eu-north-1")


@pytest.mark.parametrize(
    ("named", "environment", "expected"),
    [
        ("work", {}, Profile("work", "us-west-2")),
        ("with space", {}, Profile("with space", "eu-south-1")),
        ("old", {}, Profile("old", "sa-east-1")),
        (None, {"AWS_PROFILE": "work"}, Profile("work", "us-west-2")),
        (None, {"AWS_PROFILE": "nope", "AWS_DEFAULT_PROFILE": "work"}, Profile("work", "us-west-2")),
        ("old", {"AWS_PROFILE": "work"}, Profile("old", "sa-east-1")),
    ],
)
def test_named_profiles(files: Path, named: str | None, environment: dict[str, str], expected: Profile) -> None:
    assert profile(named, environment) == expected


@pytest.mark.parametrize("environment", [{"AWS_PROFILE": "nope"}, {"AWS_PROFILE": ""}, {"AWS_PROFILE": "company"}])
def test_unknown_profiles_are_bad_input(files: Path, environment: dict[str, str]) -> None:
    with pytest.raises(BadInputError):
        profile(None, environment)


def test_without_files_there_is_no_profile(home: Path) -> None:
    assert profile(None, {}) == Profile(None)


def test_files_elsewhere_and_files_that_are_no_ini(files: Path, tmp_path: Path) -> None:
    (tmp_path / "odd").write_bytes(b"\xff\xfe no ini")
    (tmp_path / "mine").write_text("[profile mine]\nregion = eu-west-3\n")
    environment = {"AWS_CONFIG_FILE": str(tmp_path / "mine"), "AWS_SHARED_CREDENTIALS_FILE": str(tmp_path / "odd")}
    assert profile("mine", environment) == Profile("mine", "eu-west-3")

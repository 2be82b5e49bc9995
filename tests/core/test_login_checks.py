"""What health says of a login's keys and of its policy."""

import json
from dataclasses import replace

import pytest

from seswizard.core.aws_things import AccessKey
from seswizard.core.checks import judge
from seswizard.core.policy import send_policy
from seswizard.core.reading import Seen
from tests.core.scene import KEY, Scene
from tests.fakes import START

HERE = "arn:aws:ses:eu-west-1:123456789012"
OURS = send_policy(partition="aws", region="eu-west-1", account="123456789012", domain="example.com")


def resources(*names: str) -> str:
    statement = {"Effect": "Allow", "Action": "ses:SendRawEmail", "Resource": list(names) if len(names) > 1 else names[0]}
    return json.dumps({"Version": "2012-10-17", "Statement": statement})


POLICIES = [
    ("ours", OURS, False),
    ("everything", resources("*"), False),
    ("the identity alone", resources(f"{HERE}:identity/example.com"), True),
    ("any identity, no set", resources(f"{HERE}:identity/*"), True),
    ("ours of another region", OURS.replace("eu-west-1", "us-east-1"), True),
    ("none", None, False),
    ("no policy", "hello", False),
]


@pytest.mark.parametrize(("case", "policy", "told"), POLICIES, ids=[row[0] for row in POLICIES])
def test_a_policy_of_the_identity_alone_is_told_before_it_breaks(case: str, policy: str | None, told: bool) -> None:
    facts = replace(Scene().facts(), send_policy=Seen(policy, "iam:GetUserPolicy", START))
    assert judge(facts).has("login.policy-identity-only") is told, case


@pytest.mark.parametrize(("second", "told"), [(True, True), (False, False)])
def test_two_active_keys_are_one_too_many(second: bool, told: bool) -> None:
    report = judge(Scene(keys=(AccessKey("AKIAOTHER", second, START), AccessKey(KEY, True, START))).facts())
    assert report.has("login.two-keys") is told


def test_an_old_key_is_told_with_the_way_to_rotate_it() -> None:
    report = judge(Scene(keys=(AccessKey(KEY, True, START.replace(year=2024)),)).facts())
    finding = next(one for one in report.findings if one.id == "login.key-old")
    assert finding.remedy is not None
    assert finding.remedy.command == "seswizard login rotate example.com --region eu-west-1"

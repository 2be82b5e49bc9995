"""Which senders a policy turns away only for their letters' case, and where nobody can say so."""

import json
from typing import Any

import pytest

from seswizard.core.from_condition import differs_in_case
from seswizard.core.policy import send_policy

OURS = send_policy(partition="aws", region="eu-west-1", account="123456789012", domain="example.com")


def policy(*patterns: str, operator: str = "StringLike", **changed: Any) -> str:
    statement = {
        "Effect": "Allow", "Action": "ses:SendRawEmail", "Resource": "*", "Condition": {operator: {"ses:FromAddress": patterns}},
    }  # fmt: skip
    return json.dumps({"Version": "2012-10-17", "Statement": [{**statement, **changed}]})


@pytest.mark.parametrize(
    ("document", "sender", "pattern"),
    [
        (OURS, "proof@example.com", ""),
        (OURS, "proof@Example.com", "*@example.com"),
        (OURS, "proof@shop.Example.com", "*@*.example.com"),
        (OURS, "proof@example.org", ""),
        (policy("*@Example.com"), "proof@example.com", "*@Example.com"),
        (policy("*@Example.com", "*@example.com"), "proof@example.com", ""),
        (policy("Post@example.com", operator="StringEquals"), "post@example.com", "Post@example.com"),
        (policy("*@Example.com", operator="StringEquals"), "post@example.com", ""),
        (policy("POST?@example.com"), "post1@example.com", "POST?@example.com"),
        (policy("*@EXAMPLE.com", operator="StringEqualsIgnoreCase"), "post@example.com", ""),
        (policy("*@Example.com", Action=["ses:*"]), "post@example.com", "*@Example.com"),
        (policy("*@Example.com", Action="s3:*"), "post@example.com", ""),
        (policy("*@Example.com", Effect="Deny"), "post@example.com", ""),
        (policy("*@Example.com", Condition={}), "post@example.com", ""),
        (json.dumps({"Statement": json.loads(policy("*@Example.com"))["Statement"][0]}), "a@example.com", "*@Example.com"),
        (policy("*@Example.com", Condition=[]), "post@example.com", ""),
        ("", "post@example.com", ""),
        ("no JSON", "post@example.com", ""),
        ("[]", "post@example.com", ""),
        ('{"Statement": [1, null, "x"]}', "post@example.com", ""),
        ('{"Statement": {"Effect": "Allow", "Action": {}, "Condition": 7}}', "post@example.com", ""),
    ],
)
def test_the_pattern_is_named_that_only_the_case_misses(document: str, sender: str, pattern: str) -> None:
    assert differs_in_case(document, sender) == pattern

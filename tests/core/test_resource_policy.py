"""What a topic's or a queue's policy lets a service do: allowed, denied, or honestly unclear."""

import json
from typing import Any

import pytest

from seswizard.core.resource_policy import Asked, decide, merged

TOPIC = "arn:aws:sns:eu-west-1:123456789012:seswizard-example-com"
ASKED = Asked(
    "ses.amazonaws.com",
    "sns:Publish",
    TOPIC,
    {"aws:sourceaccount": "123456789012", "aws:sourcearn": "arn:aws:ses:eu-west-1:123456789012:configuration-set/x"},
)
OURS = {
    "Sid": "seswizard-events", "Effect": "Allow", "Principal": {"Service": "ses.amazonaws.com"}, "Action": "sns:Publish",
    "Resource": TOPIC,
}  # fmt: skip
TLS_ONLY = {
    "Effect": "Deny", "Principal": "*", "Action": "sns:*", "Resource": TOPIC,
    "Condition": {"Bool": {"aws:SecureTransport": "false"}},
}  # fmt: skip


def policy(*statements: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": statements})


def allowing(**changed: Any) -> dict[str, Any]:
    return {**OURS, **changed}


@pytest.mark.parametrize(
    ("document", "verdict"),
    [
        ("", "denied"),
        ("not json", "unclear"),
        ("[]", "unclear"),
        (policy(), "denied"),
        (policy(OURS), "allowed"),
        (policy(allowing(Principal={"Service": ["sns.amazonaws.com", "ses.amazonaws.com"]})), "allowed"),
        (policy(allowing(Principal="*")), "allowed"),
        (policy(allowing(Principal={"AWS": "123456789012"})), "denied"),
        (policy(allowing(Action=["SNS:Publish"])), "allowed"),
        (policy(allowing(Action="sns:Pub*")), "allowed"),
        (policy(allowing(Action="sns:Subscribe")), "denied"),
        (policy(allowing(Resource="*")), "allowed"),
        (policy(allowing(Resource=f"{TOPIC}-other")), "denied"),
        (policy(allowing(Condition={"StringEquals": {"AWS:SourceAccount": "123456789012"}})), "allowed"),
        (policy(allowing(Condition={"StringEquals": {"aws:SourceAccount": ["9", "123456789012"]}})), "allowed"),
        (policy(allowing(Condition={"StringEquals": {"aws:SourceAccount": "12345678901?"}})), "denied"),
        (policy(allowing(Condition={"StringLike": {"aws:SourceAccount": "12345678901?"}})), "allowed"),
        (policy(allowing(Condition={"ArnLike": {"aws:SourceArn": "arn:aws:ses:*:123456789012:configuration-set/*"}})), "allowed"),
        (policy(allowing(Condition={"ArnEquals": {"aws:SourceArn": "arn:aws:ses:*:123456789012:identity/*"}})), "denied"),
        (policy(allowing(Condition={"IpAddress": {"aws:SourceIp": "192.0.2.0/24"}})), "unclear"),
        (policy(allowing(Condition="odd")), "unclear"),
        (policy({"Effect": "Allow", "NotAction": "sns:Subscribe"}), "unclear"),
        (policy(OURS, allowing(Effect="Deny")), "denied"),
        (policy(OURS, TLS_ONLY), "allowed"),
        (policy(OURS, {**TLS_ONLY, "Condition": {"Bool": {"aws:SecureTransport": "true"}}}), "denied"),
        (policy(OURS, {**TLS_ONLY, "Condition": {"DateLessThan": {"aws:CurrentTime": "2027-01-01T00:00:00Z"}}}), "unclear"),
    ],
)
def test_the_verdict(document: str, verdict: str) -> None:
    assert decide(document, ASKED) == verdict


@pytest.mark.parametrize(
    ("existing", "sids"),
    [
        ("", ["seswizard-events"]),
        (policy({"Sid": "alarms"}), ["alarms", "seswizard-events"]),
        (policy({"Sid": "seswizard-events", "Effect": "Deny"}, {"Sid": "alarms"}), ["alarms", "seswizard-events"]),
        (json.dumps({"Statement": {"Sid": "alarms"}}), ["alarms", "seswizard-events"]),
    ],
)
def test_ours_stands_beside_what_others_wrote(existing: str, sids: list[str]) -> None:
    said = json.loads(merged(existing, policy(OURS)))
    assert [one["Sid"] for one in said["Statement"]] == sids
    assert said["Statement"][-1] == OURS

"""The world's IAM evaluator, as a table."""

import pytest

from seswizard.demo.policy import Decision, Question, UnknownPolicyElementError, decide

DOMAIN = "arn:aws:ses:eu-west-1:123456789012:identity/example.com"
SET = "arn:aws:ses:eu-west-1:123456789012:configuration-set/mail"
FROM_US = {"ses:FromAddress": ("post@example.com",)}


def allow(**elements: object) -> dict[str, object]:
    return {"Effect": "Allow", "Action": "ses:SendRawEmail", "Resource": "*", **elements}


def deny(**elements: object) -> dict[str, object]:
    return allow(Effect="Deny", **elements)


def condition(operator: str, **tests: object) -> dict[str, object]:
    return {operator: {f"ses:{key}": value for key, value in tests.items()}}


@pytest.mark.parametrize(
    ("statements", "decision"),
    [
        ([], "implicitDeny"),
        ([allow()], "allowed"),
        ([allow(Action="*")], "allowed"),
        ([allow(Action="SES:sendraw*")], "allowed"),
        ([allow(Action=["ses:SendEmail", "ses:SendRawEmail"])], "allowed"),
        ([allow(Action="ses:SendEmail")], "implicitDeny"),
        ([allow(Action="ses:SendRawEmai?")], "allowed"),
        ([allow(), deny()], "explicitDeny"),
        ([deny(Resource=SET), allow()], "allowed"),
        ([allow(Resource=DOMAIN)], "allowed"),
        ([allow(Resource=DOMAIN.upper())], "implicitDeny"),
        ([allow(Resource=[SET, "arn:aws:ses:*:*:identity/*"])], "allowed"),
        ([allow(Resource=SET)], "implicitDeny"),
        ([allow(Resource=DOMAIN + ".evil")], "implicitDeny"),
        ([{"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}], "allowed"),
        ([{"Effect": "Allow", "NotAction": "ses:*", "Resource": "*"}], "implicitDeny"),
        ([{"Effect": "Deny", "Action": "*", "NotResource": DOMAIN}, allow()], "allowed"),
        ([{"Effect": "Deny", "Action": "*", "NotResource": SET}, allow()], "explicitDeny"),
        ([allow(Condition=condition("StringEquals", FromAddress="post@example.com"))], "allowed"),
        ([allow(Condition=condition("StringEquals", FromAddress="Post@example.com"))], "implicitDeny"),
        ([allow(Condition=condition("StringLike", FromAddress="*@example.com"))], "allowed"),
        ([allow(Condition=condition("StringLike", FromAddress=["*@a.com", "*@example.com"]))], "allowed"),
        ([allow(Condition=condition("StringLike", FromAddress="*@example.org"))], "implicitDeny"),
        ([allow(Condition=condition("StringLike", FROMADDRESS="*@example.com"))], "allowed"),
        ([allow(Condition=condition("StringLike", FeedbackAddress="*"))], "implicitDeny"),
        ([allow(Condition=condition("StringLike", FromAddress="*", FeedbackAddress="*"))], "implicitDeny"),
        ([allow(Principal="*")], "implicitDeny"),
    ],
)
def test_identity_policies(statements: list[dict[str, object]], decision: Decision) -> None:
    """What a user's policy says about sending from its domain."""
    policy = {"Version": "2012-10-17", "Statement": statements}
    assert decide((policy,), Question("ses:SendRawEmail", DOMAIN, FROM_US)) == decision


@pytest.mark.parametrize(
    ("statement", "decision"),
    [
        (allow(Principal={"Service": "ses.amazonaws.com"}), "allowed"),
        (allow(Principal={"Service": ["sns.amazonaws.com", "ses.amazonaws.com"]}), "allowed"),
        (allow(Principal="*"), "allowed"),
        (allow(Principal={"AWS": "*"}), "implicitDeny"),
        (allow(), "implicitDeny"),
        (
            allow(Principal="*", Condition={"ArnLike": {"aws:SourceArn": "arn:aws:ses:*:123456789012:identity/*"}}),
            "allowed",
        ),
        (allow(Principal="*", Condition={"ArnEquals": {"AWS:SourceArn": "arn:aws:ses:eu-west-1:*"}}), "implicitDeny"),
    ],
)
def test_resource_policies(statement: dict[str, object], decision: Decision) -> None:
    """What a topic's policy says about SES."""
    question = Question("ses:SendRawEmail", "*", {"aws:SourceArn": (DOMAIN,)}, principal="ses.amazonaws.com")
    assert decide(({"Statement": statement},), question) == decision


@pytest.mark.parametrize(
    "statement",
    [
        allow(Condition={"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}}),
        allow(Condition={"ForAllValues:StringLike": {"ses:Recipients": "*"}}),
        allow(NotPrincipal="*"),
        allow(Effect="Perhaps"),
        {"Effect": "Allow", "Action": "*"},
        allow(Action=7),
        "Allow",
    ],
)
def test_what_is_not_known_raises(statement: object) -> None:
    """The evaluator never guesses."""
    with pytest.raises(UnknownPolicyElementError):
        decide(({"Statement": [statement]},), Question("ses:SendRawEmail", DOMAIN))

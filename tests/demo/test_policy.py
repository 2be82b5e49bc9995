"""The world's IAM evaluator, as a table."""

import pytest

from seswizard.demo.policy import Decision, Question, UnknownPolicyElementError, condition_keys, decide

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
        # Actions: one case for all, `?` is one character, NotAction is everything else.
        ([allow(Action="ses:Send?awEmail")], "allowed"),
        ([allow(Action="ses:SendRawEmail?")], "implicitDeny"),
        ([allow(Action="s?s:*")], "allowed"),
        ([allow(Action="SES:SENDRAWEMAIL")], "allowed"),
        ([allow(Action="ses")], "implicitDeny"),
        ([allow(Action="ses:Send.awEmail")], "implicitDeny"),
        ([{"Effect": "Allow", "NotAction": ["iam:*", "SES:SendRaw*"], "Resource": "*"}], "implicitDeny"),
        ([{"Effect": "Deny", "NotAction": "ses:*", "Resource": "*"}, allow()], "allowed"),
        ([{"Effect": "Deny", "NotAction": "ses:SendEmail", "Resource": "*"}, allow()], "explicitDeny"),
        # Resources: their case counts; a `*` stays within its part, but for that of the last part.
        ([allow(Resource="arn:*")], "allowed"),
        ([allow(Resource="arn:aws:ses:*")], "allowed"),
        ([allow(Resource="arn:aws:ses:*:identity/example.com")], "implicitDeny"),
        ([allow(Resource="arn:*:identity/example.com")], "implicitDeny"),
        ([allow(Resource="arn:aws:ses:eu-west-?:123456789012:identity/*")], "allowed"),
        ([allow(Resource="arn:aws:ses:eu-west-??:123456789012:identity/*")], "implicitDeny"),
        ([allow(Resource="arn:aws:ses:*:*:*")], "allowed"),
        ([allow(Resource="arn:aws:ses:*:*:*/example.com")], "allowed"),
        ([allow(Resource="arn:aws:ses:*:*:identity/EXAMPLE.com")], "implicitDeny"),
        ([allow(Resource="arn:aws:ses:*:*:identity/example?com")], "allowed"),
        ([allow(Resource="identity/example.com")], "implicitDeny"),
        ([allow(Resource=f"{DOMAIN}:more")], "implicitDeny"),
        ([allow(Resource=[])], "implicitDeny"),
        ([{"Effect": "Allow", "Action": "*", "NotResource": [SET, "arn:aws:sqs:*"]}], "allowed"),
        ([{"Effect": "Allow", "Action": "*", "NotResource": "*"}], "implicitDeny"),
        ([{"Effect": "Deny", "NotAction": "iam:*", "NotResource": DOMAIN}, allow()], "allowed"),
        # A deny wins wherever it stands, but only where all of it applies.
        ([deny(), allow()], "explicitDeny"),
        ([allow(), deny(Action="ses:SendEmail")], "allowed"),
        ([allow(), deny(Condition=condition("StringLike", FromAddress="*@example.org"))], "allowed"),
        ([allow(), deny(Condition=condition("StringLike", FromAddress="*@example.com"))], "explicitDeny"),
        ([deny()], "explicitDeny"),
        # Every key of every operator must hold; one pattern of several is enough; values keep their case.
        ([allow(Condition=condition("StringEquals", FromAddress=["a@b.c", "post@example.com"]))], "allowed"),
        ([allow(Condition=condition("StringEquals", FromAddress="*@example.com"))], "implicitDeny"),
        ([allow(Condition=condition("StringLike", FromAddress="*@Example.com"))], "implicitDeny"),
        ([allow(Condition=condition("StringLike", FromAddress="post?example.com"))], "allowed"),
        (
            [
                allow(
                    Condition=condition("StringLike", FromAddress="*@example.com")
                    | condition("StringEquals", FromAddress="x@example.com")
                )
            ],
            "implicitDeny",
        ),
        ([allow(Condition={})], "allowed"),
        ([allow(Condition=condition("StringLike", FromAddress=[]))], "implicitDeny"),
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
        allow(Resource=["*", 7]),
        allow(Resource=None),
        allow(NotAction="iam:*"),
        allow(NotResource=SET),
        {"Effect": "Allow", "Resource": "*"},
        allow(Condition={"StringLikeIfExists": {"ses:FromAddress": "*"}}),
        allow(Condition={"ForAnyValue:StringEquals": {"ses:Recipients": "a@b.c"}}),
        allow(Condition={"StringNotEquals": {"ses:FromAddress": "*"}}),
        allow(Condition={"stringequals": {"ses:FromAddress": "*"}}),
        allow(Condition={"Bool": {"aws:SecureTransport": "true"}}),
        allow(Condition={"Null": {"ses:FromAddress": "true"}}),
        allow(Condition={"StringEquals": "ses:FromAddress"}),
        allow(Condition={"StringEquals": {"ses:FromAddress": True}}),
        allow(Condition=["StringEquals"]),
        allow(Condition=condition("StringLike", FromAddress="${aws:username}@example.com")),
        allow(Resource="arn:aws:ses:*:*:identity/${aws:username}"),
        allow(Comment="x"),
        "Allow",
        None,
    ],
)
@pytest.mark.parametrize("before", [(), (deny(),), (deny(Action="iam:*", Resource=SET),)], ids=["alone", "denied", "aside"])
def test_what_is_not_known_raises(before: tuple[dict[str, object], ...], statement: object) -> None:
    """The evaluator never guesses, also where the verdict seems to be certain already."""
    with pytest.raises(UnknownPolicyElementError):
        decide(({"Statement": [*before, statement]},), Question("ses:SendRawEmail", DOMAIN))


def test_an_unknown_part_of_the_document_raises() -> None:
    """Beside its statements."""
    with pytest.raises(UnknownPolicyElementError):
        decide(({"Version": "2012-10-17", "Statements": [allow()], "Statement": [allow()]},), Question("*", "*"))


def test_several_policies_are_one() -> None:
    """One allows, another denies; each alone says otherwise."""
    yes, no = {"Statement": allow()}, {"Statement": [deny(Resource=SET)]}
    for policies, resource, decision in (
        ((yes, no), DOMAIN, "allowed"),
        ((yes, no), SET, "explicitDeny"),
        ((no, yes), SET, "explicitDeny"),
        ((no,), DOMAIN, "implicitDeny"),
        ((), DOMAIN, "implicitDeny"),
    ):
        assert decide(policies, Question("ses:SendRawEmail", resource)) == decision


def test_the_keys_that_are_asked_about() -> None:
    """Once each, as they are spelled."""
    both = condition("StringLike", FromAddress="*") | {"StringEquals": {"aws:RequestedRegion": "x", "ses:FromAddress": "y"}}
    assert condition_keys(({"Statement": [allow(Condition=both), allow()]},)) == ("ses:FromAddress", "aws:RequestedRegion")

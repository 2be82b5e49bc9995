"""The permissions we give and ask for."""

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seswizard.core.account import Account, Caller, Quota
from seswizard.core.identity import our_tags
from seswizard.core.permissions import PERMISSIONS, operator_policy
from seswizard.core.policy import Names, queue_policy, send_policy, senders_of, topic_policy

HERE = "arn:aws:ses:eu-west-1:123456789012"
LABEL = st.from_regex(r"[a-z0-9-]{1,63}", fullmatch=True)
LONG = st.lists(LABEL, min_size=2, max_size=8).map(lambda labels: ".".join(labels)[-253:].strip(".-"))


def given_to(domain: str = "example.com", default_set: str | None = None) -> dict[str, object]:
    text = send_policy(partition="aws", region="eu-west-1", account="123456789012", domain=domain, default_set=default_set)
    (statement,) = json.loads(text)["Statement"]
    assert isinstance(statement, dict)
    return statement


def test_the_smtp_user_may_send_as_its_domain_and_nothing_else() -> None:
    assert given_to() == {
        "Effect": "Allow",
        "Action": "ses:SendRawEmail",
        "Resource": [f"{HERE}:identity/*", f"{HERE}:configuration-set/seswizard-*"],
        "Condition": {"StringLike": {"ses:FromAddress": ["*@example.com", "*@*.example.com"]}},
    }


@pytest.mark.parametrize(
    ("default_set", "named"),
    [(None, False), ("theirs", True), ("seswizard-example-com", False)],
)
def test_the_default_configuration_set_is_named_unless_it_is_ours_anyway(default_set: str | None, named: bool) -> None:
    assert (f"{HERE}:configuration-set/{default_set}" in json.dumps(given_to(default_set=default_set))) is named


@given(LONG, st.sampled_from(["aws", "aws-us-gov"]), st.from_regex(r"[A-Za-z0-9_-]{1,64}", fullmatch=True))
def test_an_inline_policy_keeps_the_limit_of_iam(domain: str, partition: str, default_set: str) -> None:
    made = send_policy(
        partition=partition, region="ap-northeast-3", account="123456789012", domain=domain, default_set=default_set
    )
    assert len(re.sub(r"\s", "", made)) <= 2048


@given(LONG)
def test_the_names_of_what_we_make_keep_the_limits_of_aws(domain: str) -> None:
    names = Names(domain, "eu-west-1")
    assert re.fullmatch(r"[\w+=,.@-]{1,64}", names.user)
    assert re.fullmatch(r"[A-Za-z0-9_-]{1,64}", names.set)
    assert names.tags == our_tags(domain, "eu-west-1")


@pytest.mark.parametrize(
    ("one", "other"),
    [("a-b.example", "a.b.example"), (f"{'a' * 60}.{'b' * 20}.example", f"{'a' * 60}.{'c' * 20}.example")],
)
def test_two_domains_never_share_a_name(one: str, other: str) -> None:
    first, second = Names(one, "eu-west-1"), Names(other, "eu-west-1")
    assert first.user != second.user
    assert first.set != second.set


def test_an_ordinary_domain_has_plain_names() -> None:
    names = Names("example.com", "eu-west-1")
    assert (names.user, names.set) == ("seswizard-example.com-eu-west-1", "seswizard-example-com")


def test_the_topic_takes_events_of_one_set_from_ses_alone() -> None:
    made = topic_policy(
        topic="arn:aws:sns:eu-west-1:123456789012:t", account="123456789012", partition="aws", region="eu-west-1", set_name="s"
    )
    (statement,) = json.loads(made)["Statement"]
    assert statement["Principal"] == {"Service": "ses.amazonaws.com"}
    assert statement["Action"] == "sns:Publish"
    assert statement["Resource"] == "arn:aws:sns:eu-west-1:123456789012:t"
    assert statement["Condition"]["StringEquals"] == {
        "AWS:SourceAccount": "123456789012",
        "AWS:SourceArn": f"{HERE}:configuration-set/s",
    }


def test_the_queue_takes_messages_of_one_topic_alone() -> None:
    (statement,) = json.loads(queue_policy(queue="q", topic="t"))["Statement"]
    assert statement["Principal"] == {"Service": "sns.amazonaws.com"}
    assert (statement["Action"], statement["Resource"]) == ("sqs:SendMessage", "q")
    assert statement["Condition"] == {"ArnEquals": {"aws:SourceArn": "t"}}


def test_what_we_ask_for_names_every_action_and_never_a_star() -> None:
    document = json.loads(operator_policy())
    actions = {action for statement in document["Statement"] for action in statement["Action"]}
    assert all(re.fullmatch(r"(ses|iam|sns|sqs|secretsmanager|ssm):[A-Z][A-Za-z]+", action) for action in actions)
    for needed in (
        "ses:GetAccount ses:CreateEmailIdentity ses:PutEmailIdentityMailFromAttributes iam:CreateUser iam:PutUserPolicy "
        "iam:CreateAccessKey iam:DeleteUser ses:CreateConfigurationSet sns:Subscribe sns:ListSubscriptionsByTopic "
        "sqs:ReceiveMessage sqs:DeleteMessage"
    ).split():
        assert needed in actions
    assert {one.step for one in PERMISSIONS} >= {"sandbox", "domain", "login", "proof"}
    assert all(one.why for one in PERMISSIONS)
    for one in PERMISSIONS:
        if one.actions[0].startswith("iam:"):
            assert all(re.fullmatch(r"arn:aws:iam::\*:user/seswizard[/-]\*", place) for place in one.resources)


@pytest.mark.parametrize(
    ("arn", "name", "partition", "root"),
    [
        ("arn:aws:iam::123456789012:user/path/ann", "ann", "aws", False),
        ("arn:aws:iam::123456789012:root", "root", "aws", True),
        ("arn:aws-us-gov:sts::123456789012:assumed-role/Admin/ann@example.com", "ann@example.com", "aws-us-gov", False),
        ("odd", "odd", "aws", False),
    ],
)
def test_a_caller_is_read_from_its_arn(arn: str, name: str, partition: str, root: bool) -> None:
    caller = Caller("123456789012", arn)
    assert (caller.name, caller.partition, caller.is_root) == (name, partition, root)


def test_a_quota_that_is_unlimited_has_no_rest() -> None:
    assert Quota(-1, 14, 5).left is None
    assert Quota(200, 1, 20).left == 180
    assert Quota(200, 1, 250).left == 0
    assert Account(True, True, "HEALTHY", Quota(-1, 14, 0)).review is None


def test_an_addresss_login_may_send_as_that_address_only() -> None:
    text = send_policy(
        partition="aws",
        region="eu-west-1",
        account="123456789012",
        domain="team.example.com",
        addresses=("m*e@team.example.com",),
    )
    assert senders_of(text) == ("m?e@team.example.com",)


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"Statement": "x"}', '{"Statement": [{"Condition": {"StringLike": 1}}]}'])
def test_a_policy_of_another_form_names_no_senders(text: str) -> None:
    assert senders_of(text) == ()

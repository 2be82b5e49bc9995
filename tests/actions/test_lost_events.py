"""Each link of the way back broken for real in the world: the diagnosis names that link and no other, and sending mends it.

One world serves all of them: every test begins with a way that is whole.
"""

import asyncio
import json
from collections.abc import Callable, Iterator
from typing import Any

import boto3
import pytest

from seswizard.actions.action import silent
from seswizard.actions.event_path import MakePath, prepare_path
from seswizard.actions.proof import Sending
from seswizard.actions.send_proof import SendProof, prepare_send
from seswizard.core.failure import Failure
from seswizard.core.names import DomainName
from seswizard.core.way_back import DESTINATION, Link, broken, links
from seswizard.demo.world import World
from seswizard.ports import Services
from seswizard.wiring import Options, build

NAME = DomainName("example.com")
PLACE = "seswizard-example-com"
TOPIC = f"arn:aws:sns:eu-west-1:123456789012:{PLACE}"
QUEUE = f"arn:aws:sqs:eu-west-1:123456789012:{PLACE}"
OTHER_TOPIC = "arn:aws:sns:eu-west-1:123456789012:other"

Break = Callable[["Aws"], None]


class Aws:
    """The world's account in the administrator's hands."""

    def __init__(self) -> None:
        session = boto3.Session(region_name="eu-west-1")
        self.ses: Any = session.client("sesv2")
        self.sns: Any = session.client("sns")
        self.sqs: Any = session.client("sqs")

    @property
    def url(self) -> str:
        return str(self.sqs.get_queue_url(QueueName=PLACE)["QueueUrl"])

    @property
    def subscription(self) -> str:
        return str(self.sns.list_subscriptions_by_topic(TopicArn=TOPIC)["Subscriptions"][0]["SubscriptionArn"])

    def destination(self, **changed: object) -> None:
        usual = {"Enabled": True, "MatchingEventTypes": ["SEND", "BOUNCE"], "SnsDestination": {"TopicArn": TOPIC}}
        self.ses.update_configuration_set_event_destination(
            ConfigurationSetName=PLACE, EventDestinationName=DESTINATION, EventDestination={**usual, **changed}
        )

    def topic_policy(self, **changed: object) -> None:
        statement = {
            "Sid": "s", "Effect": "Allow", "Principal": {"Service": "ses.amazonaws.com"}, "Action": "sns:Publish",
            "Resource": TOPIC,
        }  # fmt: skip
        policy = {"Version": "2012-10-17", "Statement": [{**statement, **changed}]}
        self.sns.set_topic_attributes(TopicArn=TOPIC, AttributeName="Policy", AttributeValue=json.dumps(policy))

    def queue_policy(self, **changed: object) -> None:
        statement = {
            "Sid": "s", "Effect": "Allow", "Principal": {"Service": "sns.amazonaws.com"}, "Action": "sqs:SendMessage",
            "Resource": QUEUE,
        }  # fmt: skip
        policy = {"Version": "2012-10-17", "Statement": [{**statement, **changed}]}
        self.queue_attributes(Policy=json.dumps(policy))

    def queue_attributes(self, **changed: str) -> None:
        self.sqs.set_queue_attributes(QueueUrl=self.url, Attributes=changed)


def elsewhere(aws: Aws) -> None:
    aws.sns.create_topic(Name="other")
    policy = {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Principal": {"Service": "ses.amazonaws.com"}, "Action": "sns:Publish", "Resource": OTHER_TOPIC}
        ],
    }
    aws.sns.set_topic_attributes(TopicArn=OTHER_TOPIC, AttributeName="Policy", AttributeValue=json.dumps(policy))
    aws.destination(SnsDestination={"TopicArn": OTHER_TOPIC})


BREAKS: tuple[tuple[str, str, Break], ...] = (
    (
        "the destination was deleted",
        "event destination",
        lambda aws: aws.ses.delete_configuration_set_event_destination(
            ConfigurationSetName=PLACE, EventDestinationName=DESTINATION
        ),
    ),
    ("the destination leads to another topic", "event destination", elsewhere),
    ("the destination is switched off", "destination switched on", lambda aws: aws.destination(Enabled=False)),
    ("bounces are not among its types", "event types", lambda aws: aws.destination(MatchingEventTypes=["SEND", "DELIVERY"])),
    ("the topic was deleted", "topic", lambda aws: aws.sns.delete_topic(TopicArn=TOPIC)),
    (
        "the topic's policy knows SES no more",
        "topic policy",
        lambda aws: aws.topic_policy(Principal={"Service": "cloudwatch.amazonaws.com"}),
    ),
    (
        "the topic's policy is for another set",
        "topic policy",
        lambda aws: aws.topic_policy(
            Condition={"StringEquals": {"AWS:SourceArn": "arn:aws:ses:eu-west-1:123456789012:configuration-set/other"}}
        ),
    ),
    (
        "the topic's policy is for another account",
        "topic policy",
        lambda aws: aws.topic_policy(Condition={"StringEquals": {"AWS:SourceAccount": "999999999999"}}),
    ),
    ("the topic's policy denies", "topic policy", lambda aws: aws.topic_policy(Effect="Deny")),
    ("the subscription is gone", "subscription", lambda aws: aws.sns.unsubscribe(SubscriptionArn=aws.subscription)),
    (
        "a filter drops the events",
        "subscription filter",
        lambda aws: aws.sns.set_subscription_attributes(
            SubscriptionArn=aws.subscription, AttributeName="FilterPolicy", AttributeValue='{"kind": ["wanted"]}'
        ),
    ),
    ("the queue was deleted", "queue", lambda aws: aws.sqs.delete_queue(QueueUrl=aws.url)),
    (
        "the queue's policy knows SNS no more",
        "queue policy",
        lambda aws: aws.queue_policy(Principal={"Service": "events.amazonaws.com"}),
    ),
    (
        "the queue's policy is for another topic",
        "queue policy",
        lambda aws: aws.queue_policy(Condition={"ArnEquals": {"aws:SourceArn": OTHER_TOPIC}}),
    ),
    (
        "the topic is encrypted with AWS's own key",
        "topic encryption",
        lambda aws: aws.sns.set_topic_attributes(TopicArn=TOPIC, AttributeName="KmsMasterKeyId", AttributeValue="alias/aws/sns"),
    ),
    (
        "the queue is encrypted with AWS's own key",
        "queue encryption",
        lambda aws: aws.queue_attributes(KmsMasterKeyId="alias/aws/sqs"),
    ),
)


THEIRS = (
    "the topic's policy denies",
    "a filter drops the events",
    "the topic is encrypted with AWS's own key",
    "the queue is encrypted with AWS's own key",
)
"""Somebody has said so on purpose: named, and left to them."""


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """One world for this file."""
    with World("production", tmp_path_factory.mktemp("state")) as world:
        yield world
        assert world.failures == [], world.failures[0]


@pytest.fixture
def services(shared: World, monkeypatch: pytest.MonkeyPatch, no_lane: None) -> Services:
    """The shared world's, with a way back that is whole."""
    for name, value in shared.environment.items():
        monkeypatch.setenv(name, value)
    made = build(Options(region="eu-west-1"))
    if broken(asyncio.run(again(made))):
        Aws().sns.delete_topic(TopicArn=TOPIC)  # what was left to them goes with the topic
        Aws().queue_attributes(KmsMasterKeyId="")
        assert broken(asyncio.run(again(made))) is None
    return made


async def way(services: Services) -> MakePath:
    made = await prepare_path(services, Sending(NAME, via="api"))
    assert isinstance(made, MakePath), made
    return made


async def again(services: Services) -> tuple[Link, ...]:
    """The links after what is ours was mended."""
    await (await way(services)).apply(silent)
    return links((await way(services)).path)


async def sent(services: Services, then: Callable[[], None] = lambda: None) -> SendProof:
    """A message that is waited for in vain; `then` happens after the look, while it is on its way."""
    prepared = await prepare_send(services, Sending(NAME, via="api"))
    assert isinstance(prepared, SendProof), prepared
    assert [change.what for change in prepared.plan.changes] == ["Message"]
    then()
    prepared.patience = 1.0
    outcome = await prepared.apply(silent)
    assert outcome.failure is not None
    return prepared


@pytest.mark.parametrize(("what", "link", "bend"), BREAKS, ids=[what for what, _, _ in BREAKS])
def test_the_link_is_named_and_no_other_and_sending_again_mends_it(what: str, link: str, bend: Break, services: Services) -> None:
    run = asyncio.run(sent(services, lambda: bend(Aws()))).run
    if link == "queue":
        assert run is None  # without a queue nothing is sent at all
    else:
        assert run is not None and run.failure is not None
        assert run.failure.kind == "events.not-seen"
        assert [one.name for one in run.links if one.state != "whole"] == [link]
        assert f"It stops at the {link}" in run.failure.title
    after = asyncio.run(again(services))
    assert [one.name for one in after if one.state != "whole"] == ([link] if what in THEIRS else [])


def test_an_event_that_is_lost_though_every_link_is_whole_is_not_blamed_on_one(shared: World, services: Services) -> None:
    shared.ses.lost_events = 2
    run = asyncio.run(sent(services)).run
    assert run is not None and run.failure is not None
    assert broken(run.links) is None
    assert "whole" in run.failure.remedy


def test_a_queue_that_goes_while_its_event_is_waited_for_is_named_too(services: Services) -> None:
    """SQS then answers with an error: that is the link which is gone, and no fault of reading it."""

    async def send() -> SendProof:
        prepared = await prepare_send(services, Sending(NAME, via="api"))
        assert isinstance(prepared, SendProof), prepared
        prepared.taken, prepared.patience = lambda _id: Aws().sqs.delete_queue(QueueUrl=Aws().url), 1.0
        await prepared.apply(silent)
        return prepared

    run = asyncio.run(send()).run
    assert run is not None and run.failure is not None
    assert run.failure.kind == "events.not-seen"
    assert [one.name for one in run.links if one.state != "whole"] == ["queue"]


@pytest.mark.parametrize(
    "changed", [{"DelaySeconds": "1"}, {"RedrivePolicy": '{"deadLetterTargetArn":"%s-dead","maxReceiveCount":"5"}'}]
)
def test_a_change_of_something_else_leaves_the_queues_policy_as_it_is(changed: dict[str, str], services: Services) -> None:
    """As in life; a world that dropped it would have the diagnosis name a link that nobody broke."""
    aws = Aws()
    aws.sqs.create_queue(QueueName=f"{PLACE}-dead")
    before = aws.sqs.get_queue_attributes(QueueUrl=aws.url, AttributeNames=["Policy"])["Attributes"]
    aws.queue_attributes(**{key: value.replace("%s", QUEUE) for key, value in changed.items()})
    try:
        assert aws.sqs.get_queue_attributes(QueueUrl=aws.url, AttributeNames=["Policy"])["Attributes"] == before
    finally:
        aws.queue_attributes(DelaySeconds="0", RedrivePolicy="")


def test_a_deny_of_somebody_else_is_told_instead_of_a_policy_that_would_not_help(services: Services) -> None:
    Aws().topic_policy(Effect="Deny", Sid="theirs")
    before = Aws().sns.get_topic_attributes(TopicArn=TOPIC)["Attributes"]["Policy"]

    async def mend() -> Failure | None:
        return (await (await way(services)).apply(silent)).failure

    failure = asyncio.run(mend())
    assert failure is not None
    assert (failure.kind, TOPIC in failure.remedy) == ("events.policy-denies", True)
    assert Aws().sns.get_topic_attributes(TopicArn=TOPIC)["Attributes"]["Policy"] == before


def test_statements_of_others_stay_in_a_policy_that_is_mended(services: Services) -> None:
    aws = Aws()
    theirs = {
        "Sid": "alarms", "Effect": "Allow", "Principal": {"Service": "cloudwatch.amazonaws.com"}, "Action": "sns:Publish",
        "Resource": TOPIC,
    }  # fmt: skip
    aws.topic_policy(**theirs)
    assert broken(asyncio.run(again(services))) is None
    policy = json.loads(aws.sns.get_topic_attributes(TopicArn=TOPIC)["Attributes"]["Policy"])
    assert [one["Sid"] for one in policy["Statement"]] == ["alarms", "seswizard-events"]

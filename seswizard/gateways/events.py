"""The event path's SNS topic and SQS queue."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from seswizard.core.aws_things import Queue, QueueMessage, Subscription, Topic
from seswizard.core.text import printable
from seswizard.gateways.aws import READ_LIMIT, AwsSession
from seswizard.gateways.foreign_json import foreign_object, plain_json
from seswizard.gateways.members import Said, arn_in, group, groups, raw_text, text
from seswizard.gateways.paging import paged
from seswizard.gateways.tags import from_aws, to_aws

if TYPE_CHECKING:
    from mypy_boto3_sns import SNSClient
    from mypy_boto3_sqs import SQSClient

_LONGEST_POLL = 20


class EventsGateway:
    """SNS and SQS by boto3."""

    def __init__(self, aws: AwsSession) -> None:
        self._aws = aws

    async def topic(self, name: str, account: str, partition: str) -> Topic | None:
        """The topic of this name in this account and region, with its queues."""
        arn = f"arn:{partition}:sns:{self._aws.asker.region}:{account}:{name}"

        def look() -> Topic | None:
            client = self._sns()
            try:
                said = group(client.get_topic_attributes(TopicArn=arn), "Attributes", needed=True)
            except client.exceptions.NotFoundException:
                return None
            listed = _listed(client, arn)
            queues = tuple(text(told, "Endpoint") for told in listed if text(told, "Protocol") == "sqs")
            tags = from_aws(groups(client.list_tags_for_resource(ResourceArn=arn), "Tags"))
            return Topic(arn, tags, queues, plain_json(raw_text(said, "Policy", "")), text(said, "KmsMasterKeyId", ""))

        return await self._aws.read("sns:GetTopicAttributes", look)

    async def subscriptions_of(self, topic: str) -> tuple[Subscription, ...]:
        """Every subscription of a topic (ARN), with what it does to messages; none if there is no such topic."""

        def look() -> tuple[Subscription, ...]:
            client = self._sns()
            try:
                listed = _listed(client, topic)
            except client.exceptions.NotFoundException:
                return ()
            return tuple(self._subscription(text(told, "Endpoint"), text(told, "SubscriptionArn")) for told in listed)

        return await self._aws.read("sns:ListSubscriptionsByTopic", look)

    def _subscription(self, endpoint: str, arn: str) -> Subscription:
        if not arn.startswith("arn:"):  # SNS writes PendingConfirmation in its place
            return Subscription(endpoint, "", pending=True)
        said = group(self._sns().get_subscription_attributes(SubscriptionArn=arn), "Attributes", needed=True)
        return Subscription(
            endpoint,
            arn,
            raw=said.get("RawMessageDelivery") == "true",
            filter=plain_json(raw_text(said, "FilterPolicy", "")),
            pending=said.get("PendingConfirmation") == "true",
        )

    async def create_topic(self, name: str, tags: Mapping[str, str]) -> str:
        """The topic's ARN; SNS gives an existing one too, so look first."""

        def change() -> str:
            return arn_in(self._sns().create_topic(Name=name, Tags=to_aws(tags)), "TopicArn")

        return await self._aws.write("sns:CreateTopic", change)

    async def set_topic_policy(self, arn: str, policy: str) -> None:
        """Write the topic's policy in place of the one it has."""

        def change() -> None:
            self._sns().set_topic_attributes(TopicArn=arn, AttributeName="Policy", AttributeValue=policy)

        await self._aws.write("sns:SetTopicAttributes", change)

    async def delete_topic(self, arn: str) -> bool:
        """Whether there was one; SNS itself does not say."""

        def change() -> bool:
            client = self._sns()
            try:
                client.get_topic_attributes(TopicArn=arn)
            except client.exceptions.NotFoundException:
                return False
            client.delete_topic(TopicArn=arn)
            return True

        return await self._aws.write("sns:DeleteTopic", change)

    async def queue(self, name: str) -> Queue | None:
        """The queue of this name in this account and region."""

        def look() -> Queue | None:
            client = self._sqs()
            try:
                return self._described(raw_text(client.get_queue_url(QueueName=name), "QueueUrl"))
            except client.exceptions.QueueDoesNotExist:
                return None

        return await self._aws.read("sqs:GetQueueUrl", look)

    async def create_queue(self, name: str, tags: Mapping[str, str]) -> Queue:
        """Make a queue with SQS's own defaults."""

        def change() -> Queue:
            return self._described(raw_text(self._sqs().create_queue(QueueName=name, tags=tags), "QueueUrl"))

        return await self._aws.write("sqs:CreateQueue", change)

    async def set_queue_policy(self, url: str, policy: str) -> None:
        """Write the queue's policy in place of the one it has."""

        def change() -> None:
            self._sqs().set_queue_attributes(QueueUrl=url, Attributes={"Policy": policy})

        await self._aws.write("sqs:SetQueueAttributes", change)

    async def delete_queue(self, url: str) -> bool:
        """Whether there was one."""

        def change() -> bool:
            client = self._sqs()
            try:
                client.delete_queue(QueueUrl=url)
            except client.exceptions.QueueDoesNotExist:
                return False
            return True

        return await self._aws.write("sqs:DeleteQueue", change)

    async def subscribe(self, topic: str, queue: str) -> str:
        """Subscribe the queue (ARN) with raw delivery; the subscription's ARN."""

        def change() -> str:
            said = self._sns().subscribe(
                TopicArn=topic,
                Protocol="sqs",
                Endpoint=queue,
                Attributes={"RawMessageDelivery": "true"},
                ReturnSubscriptionArn=True,
            )
            return text(said, "SubscriptionArn")

        return await self._aws.write("sns:Subscribe", change)

    async def receive(self, url: str, wait: float, hidden: float = 10.0) -> tuple[QueueMessage, ...]:
        """Up to ten messages, waiting up to `wait` seconds (20 at most) for the first; `hidden` seconds from other readers."""
        seconds = max(0, min(_LONGEST_POLL, round(wait)))

        def look() -> tuple[QueueMessage, ...]:
            said = self._sqs().receive_message(
                QueueUrl=url, MaxNumberOfMessages=10, WaitTimeSeconds=seconds, VisibilityTimeout=round(hidden)
            )
            return tuple(
                QueueMessage(plain_json(raw_text(told, "Body", "")), raw_text(told, "ReceiptHandle"))
                for told in groups(said, "Messages")
            )

        return await self._aws.read("sqs:ReceiveMessage", look, READ_LIMIT + seconds)

    async def delete_message(self, url: str, receipt: str) -> None:
        """Take a message out of the queue."""

        def change() -> None:
            self._sqs().delete_message(QueueUrl=url, ReceiptHandle=receipt)

        await self._aws.write("sqs:DeleteMessage", change)

    def _described(self, url: str) -> Queue:
        """The queue behind a URL; the URL is used as it is, so it is not scrubbed."""
        client = self._sqs()
        said = group(client.get_queue_attributes(QueueUrl=url, AttributeNames=["All"]), "Attributes", needed=True)
        tags = group(client.list_queue_tags(QueueUrl=url), "Tags")
        pairs = tuple(sorted((printable(key), text(tags, key, "")) for key in tags))
        redrive = foreign_object(raw_text(said, "RedrivePolicy", "")).get("deadLetterTargetArn", "")
        policy, key = plain_json(raw_text(said, "Policy", "")), text(said, "KmsMasterKeyId", "")
        return Queue(url, arn_in(said, "QueueArn"), pairs, policy, printable(str(redrive)), key)

    def _sns(self) -> "SNSClient":
        client: SNSClient = self._aws.client("sns")
        return client

    def _sqs(self) -> "SQSClient":
        client: SQSClient = self._aws.client("sqs")
        return client


def _listed(client: "SNSClient", topic: str) -> list[Said]:
    pages = paged(client.get_paginator("list_subscriptions_by_topic").paginate(TopicArn=topic))
    return [told for page in pages for told in groups(page, "Subscriptions")]

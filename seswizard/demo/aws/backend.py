"""What the world knows of moto's IAM, SNS, SQS and Route 53, and where it sets them right.

This file and `wire.py` are the only ones that touch moto's insides. Explicit `Any` here: moto's values have no types.
"""

import importlib
import json
import sys
import urllib.parse
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from moto.core.base_backend import BackendDict
from moto.iam.models import AccessKeyLastUsed, iam_backends
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from moto.sns.models import Subscription, sns_backends
from moto.sqs.models import Queue, sqs_backends

from seswizard.demo.policy import Document, Question, decide, parse
from seswizard.demo.ses.region import ACCOUNT_ID


@dataclass(frozen=True, slots=True)
class AccessKey:
    """An access key as AWS alone knows it."""

    key_id: str
    secret: str
    active: bool
    user: str
    arn: str
    created: datetime


def application() -> Any:
    """Moto's WSGI application."""
    return DomainDispatcherApplication(create_backend_app)


def reset() -> None:
    """Forget everything that ever happened in moto."""
    BackendDict.reset()
    Subscription.publish = _publish_if_allowed  # type: ignore[method-assign]  # moto delivers whatever the queue's policy says
    Queue._set_attributes = _set_attributes  # type: ignore[method-assign]  # moto drops the policy with every other change


def _iam() -> Any:
    return iam_backends[ACCOUNT_ID]["aws"]


def create_user(name: str, path: str = "/", tags: dict[str, str] | None = None) -> str:
    """Make an IAM user; gives its ARN."""
    listed = [{"Key": key, "Value": value} for key, value in (tags or {}).items()]
    return str(_iam().create_user("us-east-1", name, path, listed).arn)


def put_policy(user: str, name: str, document: Document) -> None:
    """Give a user an inline policy."""
    _iam().put_user_policy(user, name, json.dumps(document))


def create_key(user: str) -> AccessKey:
    """Make an access key."""
    found = access_key(_iam().create_access_key(user).access_key_id)
    assert found is not None
    return found


def access_key(key_id: str) -> AccessKey | None:
    """The access key with this id."""
    found = _iam().access_keys.get(key_id)
    if found is None or found.user_name is None:
        return None
    return AccessKey(
        key_id, found.secret_access_key, found.status == "Active", found.user_name, user_arn(found.user_name) or "",
        found.create_date,
    )  # fmt: skip


def mark_used(key_id: str, service: str, region: str, at: datetime) -> None:
    """Remember when an access key was last used, for GetAccessKeyLastUsed."""
    _iam().access_keys[key_id].last_used = AccessKeyLastUsed(timestamp=at, service=service, region=region)


def user_arn(name: str, key_id: str = "") -> str | None:
    """The ARN of a user, with its path: by its name, or by one of its keys where nothing else is named."""
    key = _iam().access_keys.get(key_id) if key_id and not name else None
    found = _iam().users.get(key.user_name if key else name)
    return str(found.arn) if found else None


def delete_conflict(name: str) -> str:
    """What keeps a user from being deleted that moto does not look at; empty for nothing.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteUser.html
    """
    found = _iam().users.get(name)
    return "Cannot delete entity, must delete access keys first." if found and found.access_keys else ""


def secret_arn(region: str, name: str) -> str | None:
    """The whole ARN of a secret of Secrets Manager, by its name or ARN."""
    if "moto.secretsmanager.models" not in sys.modules:
        return None
    backends = importlib.import_module("moto.secretsmanager.models").secretsmanager_backends
    found = backends[ACCOUNT_ID][region].secrets.get(name) if name else None
    return str(found.arn) if found else None


def policies(user: str) -> tuple[Document, ...]:
    """Every policy that speaks about a user: its own, the attached ones and its groups'."""
    backend = _iam()
    holders = [backend.users[user], *backend.get_groups_for_user(user)]
    texts = [text for holder in holders for text in holder.policies.values()]
    texts += [managed.document for holder in holders for managed in getattr(holder, "managed_policies", {}).values()]
    return tuple(parse(urllib.parse.unquote(text) if text.startswith("%7B") else text) for text in texts)


def create_topic(region: str, name: str, policy: Document, tags: dict[str, str]) -> None:
    """Make an SNS topic."""
    sns_backends[ACCOUNT_ID][region].create_topic(name, tags=tags).policy = json.dumps(policy)


def create_queue(region: str, name: str, policy: Document, tags: dict[str, str]) -> None:
    """Make an SQS queue."""
    sqs_backends[ACCOUNT_ID][region].create_queue(name, tags=tags).policy = json.dumps(policy)


def subscribe_queue(topic_arn: str, queue_arn: str) -> None:
    """Subscribe a queue to a topic, with raw delivery."""
    backend = sns_backends[ACCOUNT_ID][topic_arn.split(":")[3]]
    subscription = backend.subscribe(topic_arn, queue_arn, "sqs")
    backend.set_subscription_attributes(subscription.arn, "RawMessageDelivery", "true")


class SnsTopics:
    """The world's SNS, as SES uses it."""

    def policy(self, arn: str) -> Document | None:
        """The topic's policy; None when there is no such topic."""
        topic = self._backend(arn).topics.get(arn)
        return parse(topic.policy) if topic else None

    def publish(self, arn: str, subject: str, message: str) -> None:
        """Publish to the topic."""
        backend = self._backend(arn)
        if not _locked(backend.topics[arn]):
            backend.publish(message, arn=arn, subject=subject)

    @staticmethod
    def _backend(arn: str) -> Any:
        parts = arn.split(":")
        region = parts[3] if len(parts) == 6 else "us-east-1"
        return sns_backends[ACCOUNT_ID][region]


_deliver = Subscription.publish
_change = Queue._set_attributes


def _set_attributes(self: Any, attributes: dict[str, Any], now: float | None = None) -> None:
    """As AWS does: what a change does not name stays as it is."""
    _change(self, {"Policy": getattr(self, "policy", None), **attributes}, now)


def _locked(thing: Any) -> bool:
    """Whether a topic or queue is encrypted with the key that AWS manages, which no other service of AWS may use
    (https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html)."""
    return str(thing.kms_master_key_id or "").endswith(("alias/aws/sns", "alias/aws/sqs"))


def _publish_if_allowed(self: Any, message: str, message_id: str, *rest: Any, **named: Any) -> None:
    # Only queues: moto would post to an https endpoint out in the real network.
    if self.protocol == "sqs" and _queue_takes(self.endpoint, self.topic.arn):
        _deliver(self, message, message_id, *rest, **named)


def _queue_takes(queue_arn: str, topic_arn: str) -> bool:
    region, name = queue_arn.split(":")[3], queue_arn.split(":")[5]
    queue = sqs_backends[ACCOUNT_ID][region].queues.get(name)
    if queue is None or not queue.policy or _locked(queue):
        return False
    context = {"aws:SourceArn": (topic_arn,), "aws:SourceAccount": (ACCOUNT_ID,)}
    question = Question("sqs:SendMessage", queue_arn, context, principal="sns.amazonaws.com")
    return decide((parse(queue.policy),), question) == "allowed"


def inventory() -> dict[str, tuple[str, ...]]:
    """What there is in IAM, SNS and SQS, one line each, for comparing before and after."""
    users = sorted(_iam().users.values(), key=lambda user: str(user.arn))
    topics = [topic for backend in sns_backends[ACCOUNT_ID].values() for topic in backend.topics.values()]
    subscriptions = [one for backend in sns_backends[ACCOUNT_ID].values() for one in backend.subscriptions.values()]
    queues = [queue for backend in sqs_backends[ACCOUNT_ID].values() for queue in backend.queues.values()]
    return {
        "iam_users": tuple(user.arn for user in users),
        "iam_keys": tuple(f"{user.name} {key.access_key_id} {key.status}" for user in users for key in user.access_keys),
        "iam_policies": tuple(f"{user.name} {name} {text}" for user in users for name, text in sorted(user.policies.items())),
        "iam_tags": tuple(f"{user.name} {tag['Key']}={tag['Value']}" for user in users for tag in user.tags or ()),
        "sns_topics": tuple(sorted(topic.arn for topic in topics)),
        "sns_policies": tuple(sorted(f"{topic.arn} {topic.policy}" for topic in topics)),
        "sns_subscriptions": tuple(sorted(f"{one.topic.arn} {one.protocol} {one.endpoint}" for one in subscriptions)),
        "sqs_queues": tuple(sorted(queue.queue_arn for queue in queues)),
        "sqs_policies": tuple(sorted(f"{queue.queue_arn} {queue.policy}" for queue in queues if queue.policy)),
        **{title: _names(*place) for title, place in _LAZY.items()},
    }


_LAZY = {
    "secrets": ("secretsmanager", "secrets"),
    "parameters": ("ssm", "_parameters"),
    "alarms": ("cloudwatch", "alarms"),
}
"""Services that are seldom used, and where their backends keep things by name."""


def _names(service: str, attribute: str) -> tuple[str, ...]:
    module = sys.modules.get(f"moto.{service}.models")
    if module is None:
        return ()
    regions = getattr(module, f"{service}_backends")[ACCOUNT_ID].items()
    found = [(region, name) for region, backend in regions for name in getattr(backend, attribute)]
    return tuple(sorted(f"{region}/{name}" for region, name in found))


ZoneRow = tuple[str, str, int, str]
"""Name, type, TTL and value of a record."""


def hosted_zone_rows(origin: str) -> tuple[ZoneRow, ...] | None:
    """The records of a Route 53 zone, but for its SOA and NS; None when there is no such zone."""
    if "moto.route53.models" not in sys.modules:
        return None
    zones = importlib.import_module("moto.route53.models").route53_backends[ACCOUNT_ID]["aws"].zones
    for zone in zones.values():
        if zone.name.rstrip(".").lower() == origin:
            return tuple(
                (str(entry.name).rstrip("."), str(entry.type), int(entry.ttl or 300), str(value))
                for entry in zone.rrsets
                if entry.type not in ("SOA", "NS") and not entry.alias_target
                for value in entry.records
            )
    return None


def create_hosted_zone(origin: str, name_servers: tuple[str, ...]) -> None:
    """Make a Route 53 zone whose delegation set is the world's own name servers."""
    backend = importlib.import_module("moto.route53.models").route53_backends[ACCOUNT_ID]["aws"]
    zone = backend.create_hosted_zone(f"{origin}.", private_zone=False, caller_reference="the embedded world")
    zone.delegation_set.name_servers = list(name_servers)
    for entry in zone.rrsets:
        if entry.type == "NS":
            entry.records = [f"{server}." for server in name_servers]

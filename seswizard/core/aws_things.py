"""What AWS has beside the identity: configuration sets, IAM users, topics and queues, as plain values."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class EventDestination:
    """Where a configuration set publishes its events."""

    name: str
    enabled: bool
    topic: str | None
    """The SNS topic's ARN; None for another kind of destination."""
    types: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ConfigurationSet:
    """A configuration set and whose it is."""

    name: str
    tags: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class IamUser:
    """An IAM user."""

    name: str
    path: str
    arn: str
    tags: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Topic:
    """An SNS topic."""

    arn: str
    tags: tuple[tuple[str, str], ...] = ()
    queues: tuple[str, ...] = ()
    """ARNs of the queues subscribed to it."""
    policy: str = ""
    key: str = ""
    """The KMS key that encrypts it; empty for none."""


@dataclass(frozen=True, slots=True)
class Subscription:
    """One subscription of a topic."""

    endpoint: str
    """For a queue its ARN."""
    arn: str
    raw: bool = True
    """Whether messages arrive without SNS's envelope; both are read."""
    filter: str = ""
    """The filter policy (JSON): messages that do not match it are dropped. Empty for none."""
    pending: bool = False
    """Whether nobody has confirmed it yet."""


@dataclass(frozen=True, slots=True)
class Queue:
    """An SQS queue."""

    url: str
    arn: str
    tags: tuple[tuple[str, str], ...] = ()
    policy: str = ""
    redrive: str = ""
    """The ARN of the queue to which messages that were read too often go; empty for none."""
    key: str = ""
    """The KMS key that encrypts it; empty for none."""


@dataclass(frozen=True, slots=True)
class QueueMessage:
    """A message read from the queue; it stays there until deleted."""

    body: str
    receipt: str


@dataclass(frozen=True, slots=True)
class AccessKey:
    """One key of an IAM user, as ListAccessKeys tells it."""

    id: str
    active: bool
    created: datetime | None = None

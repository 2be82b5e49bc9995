"""The way back of events: configuration set, event destination, SNS topic, subscription, SQS queue — link by link.

What was read of each link comes in, a verdict for each goes out. The first broken one is why an event is not seen: what
lies behind it never gets a message. Source: https://docs.aws.amazon.com/ses/latest/dg/event-publishing-add-event-destination-sns.html
"""

import re
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from seswizard.core.aws_things import ConfigurationSet, EventDestination, Queue, Subscription, Topic
from seswizard.core.findings import Evidence
from seswizard.core.identity import Identity
from seswizard.core.policy import Names
from seswizard.core.resource_policy import Asked, decide

State = Literal["whole", "broken", "unclear"]
TEMPORARY = "seswizard-tmp-"
"""How the names of things begin that are removed after one message; the login's policy covers them."""
DESTINATION = "seswizard-events"
"""The name of our event destination in a configuration set."""
EVENT_TYPES: tuple[str, ...] = ("SEND", "REJECT", "BOUNCE", "COMPLAINT", "DELIVERY", "DELIVERY_DELAY")
"""No OPEN and CLICK: they rewrite the links in mail."""


@dataclass(frozen=True, slots=True)
class Way:
    """What the links of one way back are called."""

    set: str
    """The configuration set: ours, or the one that the identity has by default."""
    things: str
    """The topic and the queue."""
    temporary: bool = False

    @property
    def set_is_ours(self) -> bool:
        """Whether we make the configuration set, and so may remove it."""
        return self.set == self.things

    @property
    def header(self) -> str:
        """The header line by which a mail goes this way."""
        return f"X-SES-CONFIGURATION-SET: {self.set}"


def standing_way(names: Names, identity: Identity | None) -> Way:
    """The way that stays: through the identity's own default set, where it has one."""
    default = identity.configuration_set if identity else None
    return Way(default or names.set, names.set)


def temporary_way() -> Way:
    """A way for one message, under a name of its own."""
    name = f"{TEMPORARY}{secrets.token_hex(6)}"
    return Way(name, name, temporary=True)


def is_temporary(name: str) -> bool:
    """Whether this is a name that only `temporary_way` gives."""
    return re.fullmatch(rf"{TEMPORARY}[0-9a-f]{{12}}", name) is not None


@dataclass(frozen=True, slots=True)
class Path:
    """What was read of every link; None means that it is not there."""

    way: Way
    region: str
    account: str
    partition: str
    named: bool
    """Whether the message names the configuration set itself; else the identity's default applies."""
    default_set: str | None
    set: ConfigurationSet | None
    destinations: tuple[EventDestination, ...]
    topic: Topic | None
    subscriptions: tuple[Subscription, ...]
    queue: Queue | None

    @property
    def destination(self) -> EventDestination | None:
        """The destination that leads to our topic, else the one that bears our name."""
        arn = self.topic_arn
        found = [one for one in self.destinations if one.topic == arn] or [
            one for one in self.destinations if one.name == DESTINATION
        ]
        return found[0] if found else None

    @property
    def topic_arn(self) -> str:
        """The topic's ARN, whether it is there or not."""
        return f"arn:{self.partition}:sns:{self.region}:{self.account}:{self.way.things}"

    @property
    def queue_arn(self) -> str:
        """The queue's ARN, whether it is there or not."""
        return f"arn:{self.partition}:sqs:{self.region}:{self.account}:{self.way.things}"

    @property
    def set_arn(self) -> str:
        """The configuration set's ARN."""
        return f"arn:{self.partition}:ses:{self.region}:{self.account}:configuration-set/{self.way.set}"

    @property
    def subscription(self) -> Subscription | None:
        """The queue's subscription."""
        return next((one for one in self.subscriptions if one.endpoint == self.queue_arn), None)


@dataclass(frozen=True, slots=True)
class Link:
    """One link, and whether events get through it."""

    name: str
    """`event destination`, `topic policy` …; unique along the way."""
    state: State
    seen: str
    expected: str
    source: str
    """The AWS call that told."""
    remedy: str = ""


def links(path: Path, event: str = "BOUNCE") -> tuple[Link, ...]:
    """Every link in the order in which an event passes it. `event` is the type as SES spells it for destinations."""
    return tuple(_links(path, event))


def broken(found: tuple[Link, ...]) -> Link | None:
    """The link at which events stop: the first broken one, else the first that cannot be judged."""
    return next((one for state in ("broken", "unclear") for one in found if one.state == state), None)


def link_evidence(found: tuple[Link, ...], at: datetime) -> tuple[Evidence, ...]:
    """What stands in the way and nothing else; if nothing does, what was seen of every link."""
    bad = tuple(Evidence(one.name, one.seen, one.expected, one.source, at) for one in found if one.state != "whole")
    return bad or tuple(Evidence(one.name, one.seen, "", one.source, at) for one in found)


def _links(path: Path, event: str) -> Iterator[Link]:
    yield _applied(path)
    seen = "there" if path.set else "none"
    yield _link("configuration set", path.set is not None, seen, path.way.set, "ses:GetConfigurationSet")
    yield from _destination(path, event)
    yield from _topic(path)
    yield from _subscription(path)
    yield from _queue(path)


def _link(name: str, whole: bool, seen: str, expected: str, source: str, remedy: str = "") -> Link:
    return Link(name, "whole" if whole else "broken", seen, expected, source, "" if whole else remedy)


def _applied(path: Path) -> Link:
    if path.named:
        return Link("applied set", "whole", f"named by the message: {path.way.set}", path.way.set, "the message")
    remedy = f"Add the header {path.way.header}, or make that set the identity's default."
    is_default = path.default_set == path.way.set
    return _link("applied set", is_default, path.default_set or "no default set", path.way.set, "ses:GetEmailIdentity", remedy)


def _destination(path: Path, event: str) -> Iterator[Link]:
    source, found = "ses:GetConfigurationSetEventDestinations", path.destination
    if path.set is None:
        return
    leads = bool(found and found.topic == path.topic_arn)
    elsewhere = (found.topic if found else "") or "none that leads to our topic"
    yield _link("event destination", leads, (found.topic or "") if found and leads else elsewhere, path.topic_arn, source)
    if found is None or not leads:
        return
    yield _link("destination switched on", found.enabled, "on" if found.enabled else "off", "on", source)
    yield _link("event types", event in found.types, ", ".join(found.types) or "none", event, source)


def _topic(path: Path) -> Iterator[Link]:
    source, topic = "sns:GetTopicAttributes", path.topic
    yield _link("topic", topic is not None, "there" if topic else "none", path.topic_arn, source)
    if topic is None:
        return
    context = {"aws:sourceaccount": path.account, "aws:sourcearn": path.set_arn}
    yield _policy(
        "topic policy", Asked("ses.amazonaws.com", "sns:Publish", topic.arn, context), topic.policy,
        f"one by which SES may publish for {path.way.set}", source,
    )  # fmt: skip
    yield _encryption("topic encryption", topic.key, "ses.amazonaws.com", source)


def _subscription(path: Path) -> Iterator[Link]:
    if path.topic is None:
        return
    source, found = "sns:ListSubscriptionsByTopic", path.subscription
    seen = "none of our queue" if found is None else "not confirmed" if found.pending else "there"
    yield _link("subscription", bool(found and not found.pending), seen, path.queue_arn, source)
    if found and not found.pending:
        remedy = "Take the filter policy off: SES's events carry nothing that it could match."
        plain = found.filter in ("", "{}")
        yield _link("subscription filter", plain, found.filter or "none", "none", "sns:GetSubscriptionAttributes", remedy)


def _queue(path: Path) -> Iterator[Link]:
    source, queue = "sqs:GetQueueAttributes", path.queue
    yield _link("queue", queue is not None, "there" if queue else "none", path.queue_arn, source)
    if queue is None:
        return
    context = {"aws:sourcearn": path.topic_arn, "aws:sourceaccount": path.account}
    yield _policy(
        "queue policy", Asked("sns.amazonaws.com", "sqs:SendMessage", queue.arn, context), queue.policy,
        "one by which the topic may write into it", source,
    )  # fmt: skip
    yield _encryption("queue encryption", queue.key, "sns.amazonaws.com", source)
    if queue.redrive:
        remedy = f"Look into {queue.redrive}: another reader may have moved our messages there."
        yield Link("dead-letter queue", "unclear", queue.redrive, "none", source, remedy)


def _policy(name: str, asked: Asked, policy: str, expected: str, source: str) -> Link:
    verdict = decide(policy, asked)
    state: State = {"allowed": "whole", "denied": "broken", "unclear": "unclear"}[verdict]  # type: ignore[assignment]
    seen = {"allowed": "allows it", "denied": "does not allow it", "unclear": "cannot be judged here"}[verdict]
    remedy = "" if state == "whole" else f"{name.capitalize()} of {asked.resource}: {asked.service} needs {asked.action}."
    return Link(name, state, seen, expected, source, remedy)


def _encryption(name: str, key: str, service: str, source: str) -> Link:
    if not key:
        return Link(name, "whole", "none", "none", source)
    # The key that AWS manages has a policy nobody can change, and it does not know these services.
    if key.endswith(("alias/aws/sns", "alias/aws/sqs")):
        return Link(name, "broken", key, "none, or a key of your own", source, "Use a KMS key of your own, or no encryption.")
    remedy = f"The key's policy must allow {service} kms:GenerateDataKey and kms:Decrypt."
    return Link(name, "unclear", key, f"a key that {service} may use", source, remedy)

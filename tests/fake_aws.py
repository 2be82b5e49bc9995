"""AWS in memory, for `tests/fakes.py`: the call log, the clock, STS, SES, IAM and the event path.

They are as strict as AWS where our order depends on it: a user with keys or policies is not deleted, and a destination is
not made for a topic that SES may not publish to.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from seswizard.core.account import Account, Caller, Quota
from seswizard.core.aws_things import (
    AccessKey,
    ConfigurationSet,
    EventDestination,
    IamUser,
    Queue,
    QueueMessage,
    Subscription,
    Topic,
)
from seswizard.core.failure import Failure, FailureError
from seswizard.core.identity import Dkim, Identity, MailFrom
from seswizard.core.secret import Secret

REGION = "eu-west-1"
ACCOUNT = "123456789012"
START = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
DENIED = Failure("access.denied", "AWS does not allow this.", "AccessDenied", "Ask for the permission.")
ANN = Caller(ACCOUNT, f"arn:aws:iam::{ACCOUNT}:user/ann")
SANDBOXED = Account(False, True, "HEALTHY", Quota(200, 1, 0))
Tags = tuple[tuple[str, str], ...]


class ManualClock:
    """Time that only moves when somebody waits, or when a test says so."""

    def __init__(self) -> None:
        self.passed = 0.0
        self.slept: list[float] = []

    def now(self) -> datetime:
        return START + timedelta(seconds=self.passed)

    def monotonic(self) -> float:
        return self.passed

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.passed += seconds


class Calls:
    """What was asked of the world, in order, and what is to go wrong."""

    def __init__(self) -> None:
        self.log: list[str] = []
        self._failing: dict[str, Failure] = {}
        self._losing: dict[str, Failure] = {}

    def fail(self, name: str, failure: Failure = DENIED) -> None:
        """From now on this call fails before it does anything."""
        self._failing[name] = failure

    def lose(self, name: str, failure: Failure = DENIED) -> None:
        """From now on this call works, and its answer is lost."""
        self._losing[name] = failure

    def mend(self) -> None:
        """Nothing fails any more."""
        self._failing.clear()
        self._losing.clear()

    def begin(self, name: str) -> None:
        self.log.append(name)
        if failure := self._failing.get(name):
            raise FailureError(failure)

    def end(self, name: str) -> None:
        if failure := self._losing.get(name):
            raise FailureError(failure)

    def names(self, *beginnings: str) -> list[str]:
        """The calls whose names begin so, in order."""
        return [one for one in self.log if one.startswith(beginnings)]


def frozen(tags: Mapping[str, str]) -> Tags:
    return tuple(sorted(tags.items()))


@dataclass
class FakeSts:
    calls: Calls
    who: Caller = ANN

    async def caller(self) -> Caller:
        self.calls.begin("sts.caller")
        return self.who


@dataclass
class FakeSes:
    calls: Calls
    events: "FakeEvents"
    status: Account = SANDBOXED
    identities: dict[str, Identity] = field(default_factory=dict)
    sets: dict[str, ConfigurationSet] = field(default_factory=dict)
    sinks: dict[str, tuple[EventDestination, ...]] = field(default_factory=dict)
    sent: list[tuple[str, str, bytes, str | None]] = field(default_factory=list)

    async def account(self) -> Account:
        self.calls.begin("ses.account")
        return self.status

    async def identity(self, name: str) -> Identity | None:
        self.calls.begin("ses.identity")
        return self.identities.get(name)

    async def create_identity(self, name: str, tags: Mapping[str, str]) -> None:
        self.calls.begin("ses.create_identity")
        dkim = Dkim("PENDING", ("tokena", "tokenb", "tokenc"), "dkim.amazonses.com")
        self.identities[name] = Identity(name, "@" not in name, "PENDING", False, dkim, tags=frozen(tags))
        self.calls.end("ses.create_identity")

    async def delete_identity(self, name: str) -> bool:
        self.calls.begin("ses.delete_identity")
        return self.identities.pop(name, None) is not None

    async def set_mail_from(self, identity: str, mail_from: str | None) -> None:
        self.calls.begin("ses.set_mail_from")
        made = MailFrom(mail_from, "PENDING") if mail_from else None
        self.identities[identity] = replace(self.identities[identity], mail_from=made)
        self.calls.end("ses.set_mail_from")

    async def configuration_set(self, name: str) -> ConfigurationSet | None:
        self.calls.begin("ses.configuration_set")
        return self.sets.get(name)

    async def create_configuration_set(self, name: str, tags: Mapping[str, str]) -> None:
        self.calls.begin("ses.create_configuration_set")
        self.sets[name] = ConfigurationSet(name, frozen(tags))
        self.calls.end("ses.create_configuration_set")

    async def delete_configuration_set(self, name: str) -> bool:
        self.calls.begin("ses.delete_configuration_set")
        self.sinks.pop(name, None)
        return self.sets.pop(name, None) is not None

    async def destinations(self, configuration_set: str) -> tuple[EventDestination, ...]:
        self.calls.begin("ses.destinations")
        return self.sinks.get(configuration_set, ())

    async def create_destination(self, configuration_set: str, name: str, topic: str, types: tuple[str, ...]) -> None:
        self.calls.begin("ses.create_destination")
        if f"configuration-set/{configuration_set}" not in self.events.policies.get(topic, ""):
            raise FailureError(Failure("events.topic-policy", "SES may not publish to this topic."))
        made = EventDestination(name, True, topic, types)
        self.sinks[configuration_set] = (*self.sinks.get(configuration_set, ()), made)
        self.calls.end("ses.create_destination")

    async def update_destination(self, configuration_set: str, name: str, topic: str, types: tuple[str, ...]) -> None:
        self.calls.begin("ses.put_destination")
        others = tuple(one for one in self.sinks.get(configuration_set, ()) if one.name != name)
        self.sinks[configuration_set] = (*others, EventDestination(name, True, topic, types))

    async def delete_destination(self, configuration_set: str, name: str) -> bool:
        self.calls.begin("ses.delete_destination")
        there = self.sinks.get(configuration_set, ())
        self.sinks[configuration_set] = tuple(one for one in there if one.name != name)
        return len(there) != len(self.sinks[configuration_set])

    async def set_default_set(self, identity: str, configuration_set: str | None) -> None:
        self.calls.begin("ses.set_default_set")
        self.identities[identity] = replace(self.identities[identity], configuration_set=configuration_set)

    async def send_raw(self, sender: str, to: str, message: bytes, configuration_set: str | None) -> str:
        self.calls.begin("ses.send_raw")
        self.sent.append((sender, to, message, configuration_set))
        return "message-1"


@dataclass
class FakeIam:
    calls: Calls
    clock: ManualClock
    users: dict[str, IamUser] = field(default_factory=dict)
    policies: dict[tuple[str, str], str] = field(default_factory=dict)
    held: dict[str, tuple[AccessKey, ...]] = field(default_factory=dict)
    used: dict[str, datetime] = field(default_factory=dict)
    made: int = 0

    async def user(self, name: str) -> IamUser | None:
        self.calls.begin("iam.user")
        return self.users.get(name)

    async def create_user(self, name: str, path: str, tags: Mapping[str, str]) -> bool:
        self.calls.begin("iam.create_user")
        if name in self.users:
            return False
        self.users[name] = IamUser(name, path, f"arn:aws:iam::{ACCOUNT}:user{path}{name}", frozen(tags))
        self.calls.end("iam.create_user")
        return True

    async def delete_user(self, name: str) -> bool:
        self.calls.begin("iam.delete_user")
        if self.held.get(name) or any(user == name for user, _ in self.policies):
            raise FailureError(Failure("access.conflict", "The user still has keys or policies."))
        self.held.pop(name, None)
        return self.users.pop(name, None) is not None

    async def policy(self, user: str, name: str) -> str | None:
        self.calls.begin("iam.policy")
        return self.policies.get((user, name))

    async def put_policy(self, user: str, name: str, document: str) -> None:
        self.calls.begin("iam.put_policy")
        self.policies[(user, name)] = document
        self.calls.end("iam.put_policy")

    async def delete_policy(self, user: str, name: str) -> bool:
        self.calls.begin("iam.delete_policy")
        return self.policies.pop((user, name), None) is not None

    async def keys(self, user: str) -> tuple[AccessKey, ...]:
        self.calls.begin("iam.keys")
        return self.held.get(user, ())

    async def create_key(self, user: str) -> tuple[str, Secret]:
        self.calls.begin("iam.create_key")
        if len(self.held.get(user, ())) >= 2:
            raise FailureError(Failure("login.two-keys", f"{user} has two access keys already."))
        self.made += 1
        ident = f"AKIAEXAMPLE{self.made:09}"
        self.held[user] = (*self.held.get(user, ()), AccessKey(ident, True, self.clock.now()))
        self.calls.end("iam.create_key")
        return ident, Secret(f"secret-{self.made}")

    async def set_key(self, user: str, key: str, *, active: bool) -> None:
        self.calls.begin("iam.set_key")
        self.held[user] = tuple(replace(one, active=active) if one.id == key else one for one in self.held[user])
        self.calls.end("iam.set_key")

    async def last_used(self, key: str) -> datetime | None:
        self.calls.begin("iam.last_used")
        return self.used.get(key)

    async def delete_key(self, user: str, key: str) -> bool:
        self.calls.begin("iam.delete_key")
        left = tuple(one for one in self.held.get(user, ()) if one.id != key)
        gone = len(left) < len(self.held.get(user, ()))
        self.held[user] = left
        return gone


@dataclass
class FakeEvents:
    calls: Calls
    clock: ManualClock
    topics: dict[str, Tags] = field(default_factory=dict)
    """By ARN, as everything here."""
    policies: dict[str, str] = field(default_factory=dict)
    queues: dict[str, Queue] = field(default_factory=dict)
    subscriptions: dict[str, tuple[str, ...]] = field(default_factory=dict)
    coming: list[tuple[float, QueueMessage]] = field(default_factory=list)
    """Messages, and the second at which each is there."""
    hidden: dict[str, float] = field(default_factory=dict)
    """Receipts of messages that somebody read, and until when nobody else sees them."""
    latency: float = 0.0
    """Seconds that one look into the queue takes."""

    def arrives(self, body: str, at: float = 0.0) -> None:
        """Put a message into the queue."""
        self.coming.append((at, QueueMessage(body, f"receipt-{len(self.coming) + 1}")))

    @property
    def bodies(self) -> list[str]:
        """What is in the queue."""
        return [message.body for _, message in self.coming]

    async def topic(self, name: str, account: str, partition: str) -> Topic | None:
        self.calls.begin("sns.topic")
        arn = f"arn:{partition}:sns:{REGION}:{account}:{name}"
        if arn not in self.topics:
            return None
        return Topic(arn, self.topics[arn], self.subscriptions.get(arn, ()), self.policies.get(arn, ""))

    async def create_topic(self, name: str, tags: Mapping[str, str]) -> str:
        self.calls.begin("sns.create_topic")
        arn = f"arn:aws:sns:{REGION}:{ACCOUNT}:{name}"
        self.topics[arn] = frozen(tags)
        self.calls.end("sns.create_topic")
        return arn

    async def set_topic_policy(self, arn: str, policy: str) -> None:
        self.calls.begin("sns.set_topic_policy")
        self.policies[arn] = policy
        self.calls.end("sns.set_topic_policy")

    async def delete_topic(self, arn: str) -> bool:
        self.calls.begin("sns.delete_topic")
        self.policies.pop(arn, None)
        self.subscriptions.pop(arn, None)
        return self.topics.pop(arn, None) is not None

    async def queue(self, name: str) -> Queue | None:
        self.calls.begin("sqs.queue")
        found = self.queues.get(f"https://sqs/{name}")
        return replace(found, policy=self.policies.get(found.url, "")) if found else None

    async def subscriptions_of(self, topic: str) -> tuple[Subscription, ...]:
        self.calls.begin("sns.subscriptions")
        return tuple(Subscription(queue, f"{topic}:{queue}") for queue in self.subscriptions.get(topic, ()))

    async def create_queue(self, name: str, tags: Mapping[str, str]) -> Queue:
        self.calls.begin("sqs.create_queue")
        made = Queue(f"https://sqs/{name}", f"arn:aws:sqs:{REGION}:{ACCOUNT}:{name}", frozen(tags))
        self.queues[made.url] = made
        self.calls.end("sqs.create_queue")
        return made

    async def set_queue_policy(self, url: str, policy: str) -> None:
        self.calls.begin("sqs.set_queue_policy")
        self.policies[url] = policy
        self.calls.end("sqs.set_queue_policy")

    async def delete_queue(self, url: str) -> bool:
        self.calls.begin("sqs.delete_queue")
        self.policies.pop(url, None)
        return self.queues.pop(url, None) is not None

    async def subscribe(self, topic: str, queue: str) -> str:
        self.calls.begin("sns.subscribe")
        self.subscriptions[topic] = (*self.subscriptions.get(topic, ()), queue)
        self.calls.end("sns.subscribe")
        return f"{topic}:subscription"

    async def receive(self, url: str, wait: float, hidden: float = 10.0) -> tuple[QueueMessage, ...]:
        self.calls.begin("sqs.receive")
        assert 0 < wait <= 20
        until = self.clock.passed + wait
        due = [max(at, self.hidden.get(message.receipt, 0.0)) for at, message in self.coming]
        self.clock.passed = max(self.clock.passed, min([*due, until]))
        now = self.clock.passed
        self.clock.passed += self.latency
        there = [one for at, one in self.coming if max(at, self.hidden.get(one.receipt, 0.0)) <= now][:10]
        self.hidden.update((message.receipt, now + hidden) for message in there)
        return tuple(there)

    async def delete_message(self, url: str, receipt: str) -> None:
        self.calls.begin("sqs.delete_message")
        self.coming = [one for one in self.coming if one[1].receipt != receipt]

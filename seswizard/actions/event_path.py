"""The event path: configuration set, SNS topic and SQS queue that bring a message's events back.

Built in the order in which SES checks it: the topic's policy stands before the destination is made.
"""

from dataclasses import dataclass

from seswizard.actions.account_guard import choices_for, right_account
from seswizard.actions.action import Outcome, Say
from seswizard.actions.journalled import Journalled, Step
from seswizard.actions.proof import Sending
from seswizard.core.account import Caller
from seswizard.core.aws_things import ConfigurationSet, EventDestination, Queue, Topic
from seswizard.core.failure import Failure, FailureError
from seswizard.core.identity import made_for
from seswizard.core.names import domain_of
from seswizard.core.plan import Change, Plan
from seswizard.core.policy import Names, queue_policy, topic_policy
from seswizard.ports import Services

EVENT_TYPES: tuple[str, ...] = ("SEND", "REJECT", "BOUNCE", "COMPLAINT", "DELIVERY", "DELIVERY_DELAY")
"""No OPEN and CLICK: they rewrite the links in mail."""
DESTINATION = "seswizard-events"


@dataclass(frozen=True, slots=True)
class Standing:
    """What of the path is there already."""

    set: ConfigurationSet | None
    destinations: tuple[EventDestination, ...]
    topic: Topic | None
    queue: Queue | None

    @property
    def whole(self) -> bool:
        """Whether every link is there."""
        return bool(
            self.set
            and self.topic
            and self.queue
            and self.queue.arn in self.topic.queues
            and any(one.topic == self.topic.arn and one.enabled and "BOUNCE" in one.types for one in self.destinations)
        )


@dataclass(frozen=True, slots=True)
class MakePath:
    """The prepared change: the missing links, and the consent to one message."""

    services: Services
    name: str
    names: Names
    caller: Caller
    standing: Standing
    plan: Plan

    async def apply(self, say: Say) -> Outcome:
        """Make what is missing."""
        try:
            await self._make(Journalled(self.services, self.name, self.caller.account, say))
        except FailureError as error:
            return Outcome("The way back is not finished; run it again to go on.", error.failure)
        return Outcome("The way back is open.")

    async def _make(self, journal: Journalled) -> None:
        ses, events, names, now = self.services.ses, self.services.events, self.names, self.standing
        where = names.set
        if now.set is None:
            await journal.make(
                Step("configuration-set.create", "configuration-set", where, "Configuration set", where),
                lambda: ses.create_configuration_set(where, names.tags),
            )
        topic = now.topic.arn if now.topic else ""
        if not topic:
            topic = await journal.make(
                Step("topic.create", "topic", where, "Topic", where),
                lambda: events.create_topic(where, names.tags),
                after=lambda arn: {"arn": arn},
            )
        if f"configuration-set/{where}" not in (now.topic.policy if now.topic else ""):
            policy = topic_policy(
                topic=topic,
                account=self.caller.account,
                partition=self.caller.partition,
                region=self.services.region,
                set_name=where,
            )
            await journal.make(
                Step("topic-policy.put", "topic-policy", topic, "Topic policy", "SES may publish this set's events"),
                lambda: events.set_topic_policy(topic, policy),
            )
        queue = now.queue
        if queue is None:
            queue = await journal.make(
                Step("queue.create", "queue", where, "Queue", where),
                lambda: events.create_queue(where, names.tags),
                after=lambda made: {"url": made.url},
            )
        if now.topic is None or queue.arn not in now.topic.queues:
            # The subscription comes after the policy, so a queue without one may be without the other too.
            made = queue
            await journal.make(
                Step("queue-policy.put", "queue-policy", made.url, "Queue policy", "the topic may write into it"),
                lambda: events.set_queue_policy(made.url, queue_policy(queue=made.arn, topic=topic)),
            )
            await journal.make(
                Step("subscription.create", "subscription", topic, "Subscription", "topic to queue"),
                lambda: events.subscribe(topic, made.arn),
                after=lambda made: {"arn": made},
            )
        if not any(one.topic == topic for one in now.destinations):
            await journal.make(
                Step("destination.create", "destination", where, "Event destination", ", ".join(EVENT_TYPES).lower()),
                lambda: ses.create_destination(where, DESTINATION, topic, EVENT_TYPES),
            )


async def prepare_path(services: Services, sending: Sending) -> MakePath | Failure:
    """Look at every link and plan the missing ones, with the message itself as the last line of the plan."""
    names = Names(str(domain_of(sending.name)), services.region)
    try:
        caller = await right_account(services, await choices_for(services, str(sending.name)))
        standing = await _standing(services, names, caller)
    except FailureError as error:
        return error.failure
    for kind, tags in (
        ("configuration set", standing.set.tags if standing.set else None),
        ("topic", standing.topic.tags if standing.topic else None),
        ("queue", standing.queue.tags if standing.queue else None),
    ):
        if tags is not None and not made_for(tags, names.domain):
            return Failure(
                "events.not-ours",
                f"There is a {kind} {names.set} that seswizard did not make.",
                remedy="Rename or remove it; seswizard changes only what it made.",
            )
    return MakePath(services, str(sending.name), names, caller, standing, plan_path(names, standing, sending))


async def _standing(services: Services, names: Names, caller: Caller) -> Standing:
    existing = await services.ses.configuration_set(names.set)
    destinations = await services.ses.destinations(names.set) if existing else ()
    topic = await services.events.topic(names.set, caller.account, caller.partition)
    return Standing(existing, destinations, topic, await services.events.queue(names.set))


def plan_path(names: Names, standing: Standing, sending: Sending) -> Plan:
    """The missing links and the message."""
    where, region = names.set, names.region
    changes = []
    if standing.set is None:
        changes.append(
            Change(
                "+",
                "Configuration set",
                where,
                f"aws sesv2 create-configuration-set --region {region} --configuration-set-name {where}",
            )
        )
    if standing.topic is None:
        changes.append(Change("+", "SNS topic", where, f"aws sns create-topic --region {region} --name {where}"))
    if standing.queue is None:
        changes.append(Change("+", "SQS queue", where, f"aws sqs create-queue --region {region} --queue-name {where}"))
    if not standing.whole:
        changes.append(
            Change(
                "+",
                "Way back",
                "set to topic to queue: bounces, complaints, deliveries",
                f"aws sesv2 create-configuration-set-event-destination --region {region} "
                f"--configuration-set-name {where} --event-destination-name {DESTINATION} "
                f"--event-destination file://destination.json",
            )
        )
    changes.append(Change("+", "Message", f"one to {sending.recipient}"))
    simulated = sending.recipient.endswith("@simulator.amazonses.com")
    notes = ("Mail to the simulator costs as one message and harms no reputation.",) if simulated else ()
    return Plan("send the proof", tuple(changes), "Send it", f"seswizard undo {names.domain} --region {region}", notes)

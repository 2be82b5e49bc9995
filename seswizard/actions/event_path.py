"""Make the way back: configuration set, SNS topic and SQS queue that bring a message's events to us.

Built in the order in which SES checks it: the topic's policy stands before the destination is made. What is there and
ours is mended, what is somebody else's is left alone.
"""

from dataclasses import dataclass

from seswizard.actions.account_guard import choices_for, right_account
from seswizard.actions.action import Begun, Outcome, Say
from seswizard.actions.journalled import Journalled, Step
from seswizard.actions.plan_path import plan_path
from seswizard.actions.proof import Sending
from seswizard.core.account import Caller
from seswizard.core.failure import Failure, FailureError
from seswizard.core.identity import Identity, made_for
from seswizard.core.names import domain_of
from seswizard.core.plan import Plan
from seswizard.core.policy import Names, queue_policy, topic_policy
from seswizard.core.resource_policy import Asked, decide, merged
from seswizard.core.way_back import DESTINATION, EVENT_TYPES, Path, Way, links, standing_way, temporary_way
from seswizard.look.way_back import look_way
from seswizard.ports import Services


@dataclass(frozen=True, slots=True)
class MakePath:
    """The prepared change: the missing links, and the consent to one message."""

    services: Services
    name: str
    names: Names
    caller: Caller
    path: Path
    default: bool
    """Whether the set becomes the default of the identity, for mail that names none."""
    plan: Plan

    @property
    def way(self) -> Way:
        """What the links are called."""
        return self.path.way

    async def apply(self, say: Say) -> Outcome:
        """Make what is missing, mend what is broken."""
        begun = Begun(say)
        try:
            await self._make(Journalled(self.services, self.name, self.caller.account, begun))
        except FailureError as error:
            return begun.stopped("The way back is not finished; run it again to go on.", error.failure)
        return Outcome("The way back is open.")

    async def _make(self, journal: Journalled) -> None:
        ses, way = self.services.ses, self.way
        note = {"temporary": "yes"} if way.temporary else {}
        if self.path.set is None:
            await journal.make(
                Step("configuration-set.create", "configuration-set", way.set, "Configuration set", way.set),
                lambda: ses.create_configuration_set(way.set, self.names.tags),
                note=note,
            )
        await self._topic(journal, note)
        await self._queue(journal, note)
        await self._destination(journal, note)
        if self.default:
            await journal.make(
                Step("default-set.set", "default-set", self.name, "Default set", way.set),
                lambda: ses.set_default_set(self.name, way.set),
                note={"former": self.path.default_set or "", "value": way.set},
            )

    async def _topic(self, journal: Journalled, note: dict[str, str]) -> None:
        events, arn, name = self.services.events, self.path.topic_arn, self.way.things
        if self.path.topic is None:
            await journal.make(
                Step("topic.create", "topic", name, "Topic", name),
                lambda: events.create_topic(name, self.names.tags),
                note=note,
                after=lambda made: {"arn": made},
            )
        if not self._stands("topic policy"):
            ours = topic_policy(
                topic=arn,
                account=self.caller.account,
                partition=self.caller.partition,
                region=self.services.region,
                set_name=self.way.set,
            )
            policy = merged(self.path.topic.policy if self.path.topic else "", ours)
            context = {"aws:sourceaccount": self.caller.account, "aws:sourcearn": self.path.set_arn}
            _allowed(policy, Asked("ses.amazonaws.com", "sns:Publish", arn, context), "topic")
            await journal.make(
                Step("topic-policy.put", "topic-policy", arn, "Topic policy", "SES may publish this set's events"),
                lambda: events.set_topic_policy(arn, policy),
                note=note,
            )

    async def _queue(self, journal: Journalled, note: dict[str, str]) -> None:
        events, name, topic = self.services.events, self.way.things, self.path.topic_arn
        queue = self.path.queue
        if queue is None:
            queue = await journal.make(
                Step("queue.create", "queue", name, "Queue", name),
                lambda: events.create_queue(name, self.names.tags),
                note=note,
                after=lambda made: {"url": made.url},
            )
        made = queue
        if not self._stands("queue policy"):
            policy = merged(made.policy, queue_policy(queue=made.arn, topic=topic))
            context = {"aws:sourceaccount": self.caller.account, "aws:sourcearn": topic}
            _allowed(policy, Asked("sns.amazonaws.com", "sqs:SendMessage", made.arn, context), "queue")
            await journal.make(
                Step("queue-policy.put", "queue-policy", made.url, "Queue policy", "the topic may write into it"),
                lambda: events.set_queue_policy(made.url, policy),
                note=note,
            )
        if not self._stands("subscription"):
            await journal.make(
                Step("subscription.create", "subscription", topic, "Subscription", "topic to queue"),
                lambda: events.subscribe(topic, made.arn),
                note=note,
                after=lambda arn: {"arn": arn},
            )

    async def _destination(self, journal: Journalled, note: dict[str, str]) -> None:
        if all(self._stands(one) for one in ("event destination", "destination switched on", "event types")):
            return
        ses, where, topic = self.services.ses, self.way.set, self.path.topic_arn
        there = any(one.name == DESTINATION for one in self.path.destinations)
        change = ses.update_destination if there else ses.create_destination
        step = Step(
            "destination.put" if there else "destination.create",
            "destination",
            where,
            "Event destination",
            ", ".join(EVENT_TYPES).lower(),
        )
        await journal.make(step, lambda: change(where, DESTINATION, topic, EVENT_TYPES), note=note)

    def _stands(self, name: str) -> bool:
        """Whether this link is there and is not broken: what cannot be judged is left as it is, and is in no plan."""
        return any(one.name == name and one.state != "broken" for one in links(self.path))


async def prepare_path(services: Services, sending: Sending, *, keep: bool = True) -> MakePath | Failure:
    """Look at every link and plan the missing ones, with the message itself as the last line of the plan.

    With `keep` the way stays, and becomes the default of an identity that we made and that has none; else a way of ours
    that stands is used, and where there is none, a temporary one is made, for `remove_own` to take away.
    """
    names = Names(str(domain_of(sending.name)), services.region)
    try:
        caller = await right_account(services, await choices_for(services, str(sending.name)))
        identity = await services.ses.identity(str(sending.name))
        default_set = identity.configuration_set if identity else None
        way = standing_way(names, identity)
        path = await look_way(services, way, caller, default_set=default_set, named=True)
        stopped = any(one.state == "broken" for one in links(path))
        if not keep and (_not_ours(path, names) or (stopped and not _began(path))):
            way = temporary_way()
            path = Path(way, services.region, caller.account, caller.partition, True, default_set, None, (), None, (), None)
    except FailureError as error:
        return error.failure
    if refused := _not_ours(path, names):
        return refused
    default = keep and _takes_default(identity)
    return MakePath(services, str(sending.name), names, caller, path, default, plan_path(path, names, sending, default=default))


def _began(path: Path) -> bool:
    """Whether somebody keeps this way: its own topic or queue is there, so that mending it is what is wanted."""
    return path.topic is not None or path.queue is not None


def _takes_default(identity: Identity | None) -> bool:
    """Only an identity of our own gets a default set: on another's, programs with narrow policies would be refused."""
    return identity is not None and identity.ours and identity.configuration_set is None


def _allowed(policy: str, asked: Asked, kind: str) -> None:
    """Nothing is called mended that a statement of somebody else still forbids.

    Raises:
        FailureError: the policy with our statement in it would deny it all the same.
    """
    if decide(policy, asked) == "denied":
        raise FailureError(
            Failure(
                "events.policy-denies",
                f"The {kind}'s policy has a statement of somebody else that denies {asked.service} {asked.action}.",
                remedy=f"Take that Deny out of the policy of {asked.resource}; seswizard changes only its own statements.",
            )
        )


def _not_ours(path: Path, names: Names) -> Failure | None:
    if path.set is None and not path.way.set_is_ours:
        return Failure(
            "events.default-set-missing",
            f"The identity's default configuration set {path.way.set} does not exist.",
            remedy="Make it again, or choose another default; until then SES refuses this identity's mail.",
        )
    for kind, tags in (
        ("configuration set", path.set.tags if path.set and path.way.set_is_ours else None),
        ("topic", path.topic.tags if path.topic else None),
        ("queue", path.queue.tags if path.queue else None),
    ):
        if tags is not None and not made_for(tags, names.domain):
            return Failure(
                "events.not-ours",
                f"There is a {kind} {path.way.things} that seswizard did not make.",
                remedy="Rename or remove it; seswizard changes only what it made.",
            )
    return None

"""The way back for events: made in the order SES checks, finished after a broken run, never taken over from others."""

import json

import pytest

from seswizard.actions.event_path import MakePath, prepare_path
from seswizard.actions.proof import Sending
from seswizard.core.aws_things import ConfigurationSet, Queue
from seswizard.core.failure import Failure
from seswizard.core.names import DomainName
from seswizard.core.remembered import DomainChoices
from seswizard.core.way_back import DESTINATION, EVENT_TYPES
from tests.fakes import ACCOUNT, REGION, FakeWorld

SENDING = Sending(DomainName("example.com"))
PLACE = "seswizard-example-com"
TOPIC = f"arn:aws:sns:{REGION}:{ACCOUNT}:{PLACE}"
ORDER = [
    "ses.create_configuration_set",
    "sns.create_topic",
    "sns.set_topic_policy",
    "sqs.create_queue",
    "sqs.set_queue_policy",
    "sns.subscribe",
    "ses.create_destination",
]


async def prepared(world: FakeWorld) -> MakePath:
    made = await prepare_path(world.services, SENDING)
    assert isinstance(made, MakePath), made
    return made


def whole(world: FakeWorld) -> None:
    """The path is there, and every policy with it."""
    (sink,) = world.ses.sinks[PLACE]
    assert (sink.name, sink.topic, sink.types) == (DESTINATION, TOPIC, EVENT_TYPES)
    (queue,) = world.events.queues.values()
    assert world.events.subscriptions[TOPIC] == (queue.arn,)
    assert json.loads(world.events.policies[TOPIC])["Statement"][0]["Principal"] == {"Service": "ses.amazonaws.com"}
    assert json.loads(world.events.policies[queue.url])["Statement"][0]["Principal"] == {"Service": "sns.amazonaws.com"}


async def test_the_path_is_made_in_the_order_in_which_ses_checks_it() -> None:
    world = FakeWorld()
    action = await prepared(world)
    assert world.writes() == []
    assert [change.what for change in action.plan.changes] == [
        "Configuration set",
        "SNS topic",
        "SQS queue",
        "Way back",
        "Message",
    ]
    assert action.plan.notes
    assert (await action.apply(lambda _: None)).ok
    assert [one for one in world.writes() if not one.startswith("journal.")] == ORDER
    whole(world)
    assert not {"OPEN", "CLICK"} & set(EVENT_TYPES), "they rewrite links"


async def test_every_call_is_announced_first() -> None:
    world = FakeWorld()
    await (await prepared(world)).apply(lambda _: None)
    writes = world.writes()
    for call in ORDER:
        place = writes.index(call)
        assert writes[place - 1].startswith("journal.intent ")
        assert writes[place + 1].startswith("journal.done ")


async def test_where_the_path_stands_only_the_message_is_left() -> None:
    world = FakeWorld()
    await (await prepared(world)).apply(lambda _: None)
    again = await prepared(world)
    assert [change.what for change in again.plan.changes] == ["Message"]
    assert again.plan.undo == "", "a message cannot be taken back"
    world.calls.log.clear()
    assert (await again.apply(lambda _: None)).ok
    assert world.writes() == []


@pytest.mark.parametrize("how", ["fail", "lose"])
@pytest.mark.parametrize("call", ORDER)
async def test_a_run_that_breaks_anywhere_is_finished_by_the_next_one(call: str, how: str) -> None:
    world = FakeWorld()
    getattr(world.calls, how)(call)
    outcome = await (await prepared(world)).apply(lambda _: None)
    assert not outcome.ok
    world.calls.mend()
    finished = await (await prepared(world)).apply(lambda _: None)
    assert finished.ok, finished.failure
    whole(world)


@pytest.mark.parametrize("kind", ["configuration set", "topic", "queue"])
async def test_what_somebody_else_made_is_refused(kind: str) -> None:
    world = FakeWorld()
    theirs = (("made-by", "terraform"),)
    if kind == "configuration set":
        world.ses.sets[PLACE] = ConfigurationSet(PLACE, theirs)
    elif kind == "topic":
        world.events.topics[TOPIC] = theirs
    else:
        world.events.queues[f"https://sqs/{PLACE}"] = Queue(f"https://sqs/{PLACE}", "arn", theirs)
    refused = await prepare_path(world.services, SENDING)
    assert isinstance(refused, Failure)
    assert refused.kind == "events.not-ours"
    assert kind in refused.title
    assert world.writes() == []


async def test_another_account_is_refused() -> None:
    world = FakeWorld()
    world.state.chosen[("example.com", REGION)] = DomainChoices("example.com", REGION, "999999999999")
    refused = await prepare_path(world.services, SENDING)
    assert isinstance(refused, Failure)
    assert refused.kind == "access.other-account"


async def test_mail_to_a_person_carries_no_note_about_the_simulator() -> None:
    action = await prepare_path(FakeWorld().services, Sending(DomainName("example.com"), "ann@example.org"))
    assert isinstance(action, MakePath)
    assert "simulator" not in " ".join(action.plan.notes)
    assert action.plan.changes[-1].detail == "one to ann@example.org"


async def test_a_policy_that_cannot_be_judged_is_in_no_plan_and_is_left_as_it_is() -> None:
    world = FakeWorld()
    await (await prepared(world)).apply(lambda _: None)
    policy = json.loads(world.events.policies[TOPIC])
    policy["Statement"][0]["Condition"]["IpAddress"] = {"aws:SourceIp": "192.0.2.0/24"}
    world.events.policies[TOPIC] = json.dumps(policy)
    again = await prepared(world)
    assert [change.what for change in again.plan.changes] == ["Message"]
    assert (await again.apply(lambda _: None)).ok
    assert json.loads(world.events.policies[TOPIC]) == policy

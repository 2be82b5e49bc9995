"""`send` over a temporary way back, killed by SIGKILL before and after every call, and what the next start makes of it."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator

import boto3
import pytest

from seswizard.demo.world import World
from tests.conftest import MakeWorld
from tests.kill.test_kill import ROOT, Driver

pytestmark = pytest.mark.journey

PLACE = "seswizard-example-com"
TAKEN_AWAY = ("delete_configuration_set", "delete_topic", "delete_queue")
WRITES = [
    ("ses.create_configuration_set", "CreateConfigurationSet"),
    ("events.create_topic", "CreateTopic"),
    ("events.set_topic_policy", "SetTopicAttributes"),
    ("events.create_queue", "CreateQueue"),
    ("events.set_queue_policy", "SetQueueAttributes"),
    ("events.subscribe", "Subscribe"),
    ("ses.create_destination", "CreateConfigurationSetEventDestination"),
    ("ses.send_raw", "SendEmail"),
    ("ses.delete_configuration_set", "DeleteConfigurationSet"),
    ("events.delete_topic", "DeleteTopic"),
    ("events.delete_queue", "DeleteQueue"),
]
"""Every call that changes something, in order, with AWS's name for it; each is killed before and after."""


@pytest.fixture
def driver(make_world: MakeWorld) -> Iterator[Driver]:
    """A verified domain without a way back, beside things of other people whose names look like ours."""
    world = make_world("production")
    session = boto3.Session()
    ses, sns, sqs = session.client("sesv2"), session.client("sns"), session.client("sqs")
    ses.delete_configuration_set(ConfigurationSetName=PLACE)
    sns.delete_topic(TopicArn=f"arn:aws:sns:eu-west-1:123456789012:{PLACE}")
    sqs.delete_queue(QueueUrl=sqs.get_queue_url(QueueName=PLACE)["QueueUrl"])
    for theirs in ("theirs", "seswizard-tmp-theirs", "seswizard-tmp-0123456789ab"):
        ses.create_configuration_set(ConfigurationSetName=theirs)
        topic = sns.create_topic(Name=theirs)["TopicArn"]
        url = sqs.create_queue(QueueName=theirs)["QueueUrl"]
        arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
        sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.kill.driver"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env=os.environ.copy(),
    )
    yield Driver(process, world)
    assert process.stdin is not None
    process.stdin.close()
    process.wait(10)


def covered(driver: Driver) -> list[str]:
    """The positions of an undisturbed run: every change that the world has seen is among them."""
    before = len(driver.world.requests)
    told = driver.run("send", "example.com")
    assert told["said"] == "ok", told
    seen = [request.operation for request in driver.world.requests[before:]]
    changed = [operation for operation in seen if operation in {theirs for _, theirs in WRITES}]
    positions: list[str] = told["passed"]
    assert changed == [theirs for _, theirs in WRITES]
    assert [one for one in positions if one in {ours for ours, _ in WRITES}] == [ours for ours, _ in WRITES]
    reading = ("Get", "List", "Receive", "DeleteMessage")
    assert [one for one in seen if not one.startswith(reading)] == changed, "a change that no position stands for"
    assert positions[-1] == "the end"
    return positions


def test_send_killed_anywhere(driver: Driver) -> None:
    world = driver.world
    before = world.inventory()
    positions = covered(driver)
    assert world.inventory() == before
    stood = 0
    for number, position in enumerate(positions):
        assert driver.run("send", "example.com", kill_at=number)["killed"], position
        stood += world.inventory() != before
        told = driver.run("tidy", "example.com")
        assert told["said"] == "ok", (position, told)
        assert world.inventory() == before, position
    assert stood > len(positions) / 2, "most of these runs left something behind"
    assert standing_by_journal(world) == set()
    assert driver.run("send", "example.com")["said"] == "ok"
    assert not list(world.state_dir.glob("*seswizard-tmp-*")), "locks of killed runs"


def test_the_next_start_killed_anywhere_is_finished_by_the_one_after_it(driver: Driver) -> None:
    world = driver.world
    before = world.inventory()
    positions = covered(driver)
    full = positions.index("ses.send_raw")
    assert driver.run("send", "example.com", kill_at=full)["killed"]
    clean: list[str] = driver.run("tidy", "example.com")["passed"]
    assert [one.partition(".")[2] for one in clean if one.endswith(TAKEN_AWAY)] == list(TAKEN_AWAY)
    for number, position in enumerate(clean):
        assert driver.run("send", "example.com", kill_at=full)["killed"]
        assert driver.run("tidy", "example.com", kill_at=number)["killed"], position
        assert driver.run("tidy", "example.com")["said"] == "ok"
        assert world.inventory() == before, position


def standing_by_journal(world: World) -> set[tuple[str, str]]:
    """The temporary things that the journal announced and did not see go."""
    standing: set[tuple[str, str]] = set()
    for line in (world.state_dir / "journal.jsonl").read_text().splitlines():
        entry = json.loads(line)
        thing = (entry["kind"], entry["thing"])
        if not entry["action"].endswith(".create") or entry["kind"] not in ("configuration-set", "topic", "queue"):
            continue
        (standing.discard if entry["phase"] == "undone" else standing.add)(thing)
    return standing

"""`send` while it waits: interrupted it takes its temporary way away first, and two at once do not meet."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator

import boto3
import pytest

from seswizard.demo.world import World
from tests.cli.conftest import Run
from tests.conftest import MakeWorld
from tests.road import until

PLACE = "seswizard-example-com"
Sender = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture
def sender() -> Iterator[Sender]:
    """Starts `send` by API; its way back is a temporary one, for the account has none."""
    running: list[subprocess.Popen[str]] = []

    def start(*words: str) -> "subprocess.Popen[str]":
        command = [sys.executable, "-m", "seswizard", "send", "example.com", "--via", "api", "--yes", "--format", "json", *words]
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=dict(os.environ)
        )
        running.append(process)
        return process

    yield start
    for one in running:
        one.kill()
        one.wait()


@pytest.fixture
def known(make_world: MakeWorld) -> World:
    """An account in which the domain is verified, and no way back for events stands."""
    world = make_world("production")
    session = boto3.Session()
    session.client("sesv2").delete_configuration_set(ConfigurationSetName=PLACE)
    session.client("sns").delete_topic(TopicArn=f"arn:aws:sns:eu-west-1:123456789012:{PLACE}")
    sqs = session.client("sqs")
    sqs.delete_queue(QueueUrl=sqs.get_queue_url(QueueName=PLACE)["QueueUrl"])
    return world


def sent(world: World, process: "subprocess.Popen[str]") -> None:
    """Wait until SES took the message."""
    until(lambda: bool(world.ses.outbox) or process.poll() is not None, 60)
    assert world.ses.outbox, process.communicate()


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_interrupted_while_it_waits_it_takes_its_way_away(known: World, sender: Sender, number: int, code: int) -> None:
    before = known.inventory()
    known.ses.lost_events = 100
    process = sender()
    sent(known, process)
    assert known.inventory() != before
    process.send_signal(number)
    out, err = process.communicate(timeout=60)
    assert "Traceback" not in err
    assert (process.returncode, out) == (code, ""), err
    assert err.count(" removed\n") == 3, err
    assert known.inventory() == before


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_interrupted_while_it_makes_its_way_it_takes_the_part_away(known: World, sender: Sender, number: int) -> None:
    before = known.inventory()
    process = sender()
    until(lambda: any(request.operation == "CreateTopic" for request in known.requests), 60)
    process.send_signal(number)
    _, err = process.communicate(timeout=60)
    assert "Traceback" not in err
    assert known.inventory() == before
    assert known.ses.outbox == []


def test_killed_while_it_waits_the_next_start_takes_its_way_away(known: World, sender: Sender, run: Run) -> None:
    before = known.inventory()
    known.ses.lost_events = 100
    process = sender()
    sent(known, process)
    process.kill()
    process.wait()
    assert known.inventory() != before
    dry = run("send", "example.com", "--via", "api", "--dry-run")
    assert dry.code == 0
    assert known.inventory() != before, "a dry run makes no write call"
    known.ses.lost_events = 0
    ran = run("send", "example.com", "--via", "api", "--yes", "--format", "json")
    assert ran.code == 0, ran.err
    assert "An earlier run left seswizard-tmp-" in ran.err
    assert known.inventory() == before
    assert not list(known.state_dir.glob("*seswizard-tmp-*")), "the lock goes with the way"


def test_two_at_once_do_not_disturb_one_another(known: World, sender: Sender) -> None:
    before = known.inventory()
    first = sender("--to", "complaint")
    sent(known, first)
    second = sender("--to", "bounce")
    for process, kind in ((first, "Complaint"), (second, "Bounce")):
        out, err = process.communicate(timeout=60)
        assert process.returncode == 0, err
        assert json.loads(out)["event"]["type"] == kind
        assert "left" not in err
    assert known.inventory() == before

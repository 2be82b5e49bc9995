"""`listen` with real programs: swaks, msmtp and a running Postfix send through SES, and it tells how that went."""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import boto3
import pytest

from seswizard.demo.world import World
from tests.cli.test_listen import Listener
from tests.conftest import MakeWorld
from tests.real.conftest import REQUIRED
from tests.real.mailers import Account, by_msmtp, by_swaks, postfix, ran

pytestmark = pytest.mark.real

PLACE = "seswizard-example-com"
SENDER, STRANGER = "shop@example.com", "shop@elsewhere.example"
WRONG = "B" + "A" * 43
PROGRAMS = ("swaks", "msmtp", "postfix")

Mailer = Callable[[str, str], str]
"""Sender and recipient; gives what the program said."""


@pytest.fixture
def stage() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


@pytest.fixture
def listening() -> Iterator[Callable[..., Listener]]:
    running: list[Listener] = []

    def begin(*words: str) -> Listener:
        running.append(Listener(*words))
        return running[-1]

    yield begin
    for one in running:
        one.process.kill()
        one.process.wait()


def mailer(
    name: str, program: Callable[[str], str], world: World, directory: Path, stage: ExitStack, password: str = ""
) -> Mailer:
    """The program with the kept login, or with another password."""
    command = f"{sys.executable} -m seswizard login show example.com"
    user = ran(*command.split()).strip()
    path = program(name)
    account = Account(world, user, password or ran(*command.split(), "--reveal").strip())
    if name == "swaks":
        return lambda sender, to: by_swaks(path, account, sender, to)
    if name == "msmtp":
        evaluated = f"echo {password}" if password else f"{command} --reveal"
        return lambda sender, to: by_msmtp(path, account, sender, to, directory, evaluated)
    if os.geteuid() != 0:
        (pytest.fail if REQUIRED else pytest.skip)("Postfix can only be started by root")
    return stage.enter_context(postfix(path, account)).send


@pytest.mark.parametrize("name", PROGRAMS)
def test_the_bounce_of_its_mail_is_caught(
    make_world: MakeWorld,
    program: Callable[[str], str],
    listening: Callable[..., Listener],
    tmp_path: Path,
    stage: ExitStack,
    name: str,
) -> None:
    world = make_world("production")
    send = mailer(name, program, world, tmp_path, stage)
    listener = listening("--timeout", "60")
    said = send(SENDER, listener.address)
    code, finding = listener.finding()
    evidence = {one["label"]: one["seen"] for one in finding["evidence"]}  # type: ignore[attr-defined]
    assert (code, finding["id"]) == (0, "events.ok"), said
    assert evidence["message id"] == world.ses.outbox[-1].message_id
    assert evidence["message id"] in said, "the program's own log names the same message"
    assert (evidence["envelope sender"], evidence["configuration set"]) == (SENDER, PLACE)
    assert evidence["sent as"] == "seswizard-example.com-eu-west-1"


@pytest.mark.parametrize("name", PROGRAMS)
def test_a_wrong_password_is_named(
    make_world: MakeWorld,
    program: Callable[[str], str],
    listening: Callable[..., Listener],
    tmp_path: Path,
    stage: ExitStack,
    name: str,
) -> None:
    world = make_world("production")
    send = mailer(name, program, world, tmp_path, stage, WRONG)
    listener = listening("--timeout", "5")
    assert "535" in send(SENDER, listener.address)
    code, finding = listener.finding()
    assert (code, finding["id"]) == (1, "send.auth-failed")
    assert world.ses.outbox == []


@pytest.mark.parametrize("name", PROGRAMS)
def test_a_sender_that_is_not_verified_is_named(
    make_world: MakeWorld,
    program: Callable[[str], str],
    listening: Callable[..., Listener],
    tmp_path: Path,
    stage: ExitStack,
    name: str,
) -> None:
    world = make_world("production")
    send = mailer(name, program, world, tmp_path, stage)
    listener = listening("--timeout", "5")
    assert "554" in send(STRANGER, listener.address)
    code, finding = listener.finding()
    assert (code, finding["id"]) == (1, "send.sender-unverified")
    assert world.ses.outbox == []


@pytest.mark.parametrize("name", PROGRAMS)
def test_a_configuration_set_that_is_not_applied_is_named(
    make_world: MakeWorld,
    program: Callable[[str], str],
    listening: Callable[..., Listener],
    tmp_path: Path,
    stage: ExitStack,
    name: str,
) -> None:
    """The identity is somebody else's and has no default set; the program does not name one either."""
    world = make_world("production")
    ses = boto3.Session().client("sesv2")
    ses.put_email_identity_configuration_set_attributes(EmailIdentity="example.com")
    ses.untag_resource(ResourceArn="arn:aws:ses:eu-west-1:123456789012:identity/example.com", TagKeys=["made-by"])
    send = mailer(name, program, world, tmp_path, stage)
    listener = listening("--timeout", "5")
    assert listener.first["header"] == f"X-SES-CONFIGURATION-SET: {PLACE}"
    said = send(SENDER, listener.address)
    assert world.ses.outbox[-1].message_id in said
    code, finding = listener.finding()
    assert (code, finding["id"]) == (1, "events.not-seen")
    assert "names no configuration set" in str(finding["title"])
    assert PLACE in str(finding["remedy"])

"""`listen`: the bounce of somebody's own program, and what it means when none or another one comes."""

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from email.message import EmailMessage

import boto3
import pytest

from seswizard.actions.kept import kept_login
from seswizard.core.conversation import Conversation
from seswizard.core.login import Login
from seswizard.core.names import DomainName
from seswizard.core.secret import Secret
from seswizard.wiring import Options, build
from tests.cli.conftest import Run
from tests.conftest import MakeWorld

NAME = DomainName("example.com")
PLACE = "seswizard-example-com"


class Listener:
    """`seswizard listen` while it runs."""

    def __init__(self, *words: str) -> None:
        command = [sys.executable, "-m", "seswizard", "listen", "example.com", "--yes", "--format", "json", *words]
        self.process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=dict(os.environ)
        )
        assert self.process.stdout is not None
        self.first = json.loads(self.process.stdout.readline())
        self.address = str(self.first["address"])

    def finding(self) -> tuple[int, dict[str, object]]:
        out, err = self.process.communicate(timeout=60)
        assert "Traceback" not in err, err
        (found,) = json.loads(out)["findings"]
        return self.process.returncode, found


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


def mail(to: str, sender: str = "shop@example.com", login: Login | None = None) -> Conversation:
    """What a program of somebody's own does."""

    async def send() -> Conversation:
        services = build(Options(region="eu-west-1"))
        kept = login or await kept_login(services, NAME)
        assert kept is not None
        message = EmailMessage()
        message["From"], message["To"], message["Subject"] = sender, to, "Your order"
        message.set_content("Thank you.\n")
        return await services.smtp.send(kept, 587, sender, to, message.as_bytes(), lambda _line: None)

    return asyncio.run(send())


def test_the_bounce_of_another_program_proves_it(make_world: MakeWorld, listening: Callable[..., Listener]) -> None:
    make_world("production")
    listener = listening()
    assert listener.first["header"] is None
    taken = mail(listener.address)
    code, finding = listener.finding()
    evidence = {one["label"]: one["seen"] for one in finding["evidence"]}  # type: ignore[attr-defined]
    assert (code, finding["id"]) == (0, "events.ok")
    assert evidence["message id"] == taken.message_id
    assert evidence["from"] == "shop@example.com"
    assert evidence["source address"] == "127.0.0.1"
    assert evidence["sent as"] == "seswizard-example.com-eu-west-1"
    assert evidence["configuration set"] == PLACE


def test_mail_that_was_sent_with_another_login_is_told(make_world: MakeWorld, listening: Callable[..., Listener]) -> None:
    make_world("production")
    listener = listening()
    boto3.Session().client("sesv2").send_email(
        FromEmailAddress="shop@example.com",
        Destination={"ToAddresses": [listener.address]},
        Content={"Simple": {"Subject": {"Data": "Order"}, "Body": {"Text": {"Data": "Thank you."}}}},
    )
    code, finding = listener.finding()
    assert (code, finding["id"]) == (0, "login.other-user")
    assert "admin" in str(finding["title"])


def test_a_wrong_password_is_named(make_world: MakeWorld, listening: Callable[..., Listener]) -> None:
    make_world("production")
    listener = listening("--timeout", "3")
    refused = mail(listener.address, login=Login("AKIAWRONG00000000000", Secret("B" * 44)))
    assert refused.code == 535
    code, finding = listener.finding()
    assert (code, finding["id"]) == (1, "send.auth-failed")


def test_a_sender_that_is_not_verified_is_named(make_world: MakeWorld, listening: Callable[..., Listener]) -> None:
    make_world("production")
    listener = listening("--timeout", "3")
    assert mail(listener.address, sender="shop@elsewhere.example").code == 554
    code, finding = listener.finding()
    assert (code, finding["id"]) == (1, "send.sender-unverified")


def test_without_a_default_set_the_header_is_named(make_world: MakeWorld, listening: Callable[..., Listener]) -> None:
    make_world("production")
    ses = boto3.Session().client("sesv2")
    ses.put_email_identity_configuration_set_attributes(EmailIdentity="example.com")
    ses.untag_resource(ResourceArn="arn:aws:ses:eu-west-1:123456789012:identity/example.com", TagKeys=["made-by"])
    listener = listening("--timeout", "3")
    assert listener.first["header"] == f"X-SES-CONFIGURATION-SET: {PLACE}"
    assert mail(listener.address).message_id
    code, finding = listener.finding()
    assert (code, finding["id"]) == (1, "events.not-seen")
    assert PLACE in str(finding["remedy"])


def test_without_consent_nothing_is_made(make_world: MakeWorld, run: Run) -> None:
    world = make_world("production")
    boto3.Session().client("sns").delete_topic(TopicArn=f"arn:aws:sns:eu-west-1:123456789012:{PLACE}")
    before = world.inventory()
    ran = run("listen", "example.com", "--timeout", "2")
    assert (ran.code, ran.out) == (2, "")
    dry = run("listen", "example.com", "--dry-run")
    assert dry.code == 0
    assert "SNS topic" in dry.out
    assert world.inventory() == before


def test_nothing_is_made_for_a_domain_that_ses_does_not_know(make_world: MakeWorld, run: Run) -> None:
    make_world("first-time")
    ran = run("listen", "example.com", "--yes", "--timeout", "2")
    assert ran.code == 1
    assert "SES knows no identity example.com in eu-west-1" in ran.err
    assert ran.out == ""
    assert boto3.Session().client("sns").list_topics()["Topics"] == []


def test_a_queue_that_is_taken_away_meanwhile_is_the_link_that_is_named(
    make_world: MakeWorld, listening: Callable[..., Listener]
) -> None:
    make_world("production")
    listener = listening("--timeout", "8")
    queues = boto3.Session().client("sqs")
    queues.delete_queue(QueueUrl=queues.get_queue_url(QueueName=PLACE)["QueueUrl"])
    code, found = listener.finding()
    assert (code, found["id"]) == (1, "events.not-seen")
    assert "it stops at the queue." in str(found["title"])


@pytest.mark.parametrize(
    ("scenario", "changed", "code", "kind"),
    [
        ("blank", {}, 1, "send.sender-unverified"),
        ("production", {"AWS_SECRET_ACCESS_KEY": "wrong"}, 3, "access.invalid"),
        ("production", {"AWS_ENDPOINT_URL": "http://127.0.0.1:1"}, 3, "access.endpoint-unreachable"),
    ],
)
def test_why_nothing_was_listened_for_is_a_report_in_json_too(
    scenario: str, changed: dict[str, str], code: int, kind: str, make_world: MakeWorld, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_world(scenario)
    for name, value in changed.items():
        monkeypatch.setenv(name, value)
    ended = run("listen", "example.com", "--yes", "--format", "json", "--timeout", "3")
    report = json.loads(ended.out)
    assert (ended.code, report["schema"], report["domain"], report["region"]) == (code, 1, "example.com", "eu-west-1")
    assert [one["id"] for one in report["findings"]] == [kind]
    assert report["findings"][0]["remedy"]
    assert kind in ended.err

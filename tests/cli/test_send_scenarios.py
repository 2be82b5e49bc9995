"""Every scenario of the simulator and a mailbox of one's own, by every way, and every refusal: what `send` says and ends with.

The commands run in this process, for each would start for a second; `test_road.py` and the last test here run real ones.
"""

import json
import signal
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from email import message_from_bytes
from typing import Any

import boto3
import pytest

from seswizard.cli.ending import ended
from seswizard.cli.main import seswizard
from seswizard.core.findings import Level
from seswizard.core.simulator import COST, SCENARIOS, scenario
from seswizard.demo.faults import Fault
from seswizard.demo.world import World
from tests.cli.conftest import Run
from tests.conftest import MakeWorld

PLACE = "seswizard-example-com"
MINE = "ann@mailbox.example"
WAYS = {"STARTTLS": ("--port", "587"), "TLS at once": ("--port", "465"), "API": ("--via", "api")}
COMES = {
    "bounce": ("Bounce", "Permanent, General"),
    "complaint": ("Complaint", "abuse"),
    "success": ("Delivery", ""),
    "ooto": ("Delivery", ""),
    "suppressionlist": ("Bounce", "Permanent, Suppressed"),
    MINE: ("Delivery", ""),
}
"""What the event of each says."""

Send = Callable[..., tuple[int, str, str]]


@pytest.fixture
def send(no_lane: None, capsys: pytest.CaptureFixture[str]) -> Iterator[Send]:
    """`send example.com …` with consent: exit code, stdout, stderr."""
    usual = signal.getsignal(signal.SIGTERM)

    def run(*words: str) -> tuple[int, str, str]:
        capsys.readouterr()
        code = ended(lambda: seswizard.main(["send", "example.com", "--yes", *words], standalone_mode=False))
        said = capsys.readouterr()
        return code, said.out, said.err

    yield run
    signal.signal(signal.SIGTERM, usual)


def as_json(send: Send, *words: str) -> tuple[int, dict[str, Any]]:
    code, out, _ = send("--format", "json", *words)
    said: dict[str, Any] = json.loads(out)
    return code, said


def test_the_table_of_scenarios_is_what_the_world_does() -> None:
    assert {one.to: (one.event, one.subtype) for one in SCENARIOS} == {to: what for to, what in COMES.items() if to != MINE}


@pytest.mark.parametrize("way", WAYS)
def test_each_scenario_and_a_verified_mailbox(make_world: MakeWorld, send: Send, way: str) -> None:
    """The event is the one of the very message that the world took."""
    world = make_world("production")
    sandboxed(world, verified=MINE)
    before = world.inventory()
    for number, (to, comes) in enumerate(COMES.items(), 1):
        code, said = as_json(send, *WAYS[way], "--to", to)
        taken = world.ses.outbox[-1]
        assert (code, said["level"], said["findings"][0]["id"]) == (0, "ok", "send.ok"), (to, said)
        assert (said["event"]["type"], said["event"]["subtype"]) == comes, to
        assert said["message_id"] == taken.message_id
        assert (said["to"], said["via"]) == (to, "api" if way == "API" else "smtp")
        assert taken.recipients == (known.address if (known := scenario(to)) else to,)
        assert message_from_bytes(taken.content)["X-SES-CONFIGURATION-SET"] == taken.configuration_set == PLACE
        assert datetime.fromisoformat(said["sent_at"]) <= datetime.fromisoformat(said["event"]["at"])
        assert len(world.ses.outbox) == number, "one message each"
    assert world.inventory() == before
    assert in_queue() == 0, "all events were its own, and are taken out"


@pytest.mark.parametrize("port", ["25", "2587", "2465"])
def test_the_other_ports_lead_there_too(make_world: MakeWorld, send: Send, port: str) -> None:
    make_world("production")
    code, said = as_json(send, "--port", port)
    assert (code, said["event"]["type"]) == (0, "Bounce")


@pytest.mark.parametrize("to", COMES)
def test_what_should_come_back_is_in_the_plan_and_in_the_talk(make_world: MakeWorld, send: Send, to: str) -> None:
    world = make_world("production")
    sandboxed(world, verified=MINE)
    known = scenario(to)
    words = (known.what, COST) if known else ("Delivery",)
    code, plan, _ = send("--to", to, "--dry-run")
    assert code == 0
    assert all(one in plan for one in words)
    code, out, talk = send("--to", to)
    assert code == 0
    assert out.strip() == world.ses.outbox[-1].message_id, "the id alone is data"
    assert all(one in talk for one in words)
    assert f"✓ {' '.join(COMES[to])}".rstrip() in talk
    if to == "ooto":
        assert "out-of-office" in talk
    if known:
        assert "billed" in talk
        assert "harms no reputation" in talk


def test_events_of_other_messages_stay_in_the_queue(make_world: MakeWorld, send: Send) -> None:
    world = make_world("production")
    boto3.Session().client("sesv2").send_email(
        FromEmailAddress="shop@example.com",
        Destination={"ToAddresses": ["success@simulator.amazonses.com"]},
        Content={"Simple": {"Subject": {"Data": "Order"}, "Body": {"Text": {"Data": "Thank you."}}}},
    )
    other = world.ses.outbox[-1].message_id
    code, said = as_json(send, "--via", "api")
    assert (code, said["message_id"] == other) == (0, False)
    assert in_queue() == 2, "Send and Delivery of the other message"


REFUSALS = [
    ("MessageRejected", "Email address is not verified. The following identities failed the check in region EU-WEST-1: "
     "proof@example.com", "send.sender-unverified"),
    ("MessageRejected", "Email address is not verified. The following identities failed the check in region EU-WEST-1: "
     "bounce@simulator.amazonses.com", "send.recipient-unverified"),
    ("MessageRejected", "Something that nobody knows", "send.rejected"),
    ("SendingPausedException", "Email sending is disabled for your account.", "send.paused"),
    ("AccountSuspendedException", "Your account is suspended.", "send.paused"),
    ("MailFromDomainNotVerifiedException", "MAIL FROM domain bounce.example.com is not verified.", "send.rejected"),
    ("LimitExceededException", "Daily message quota exceeded.", "send.daily-quota"),
    ("TooManyRequestsException", "Daily message quota exceeded.", "send.daily-quota"),
    ("TooManyRequestsException", "Maximum sending rate exceeded.", "send.throttled"),
    ("TooManyRequestsException", "Too many requests have been made to the operation.", "send.throttled"),
    ("NotFoundException", "Configuration set <theirs> does not exist.", "send.rejected"),
    ("BadRequestException", "Missing required header 'From'.", "send.rejected"),
]  # fmt: skip


def test_a_refusal_by_api_is_named_and_the_way_is_taken_away(make_world: MakeWorld, send: Send) -> None:
    world = make_world("production")
    without_a_way()
    before = world.inventory()
    for code, message, kind in REFUSALS:
        world.faults.append(Fault("SendEmail", code=code, message=message))
        ended_with, said = as_json(send, "--via", "api")
        (finding,) = said["findings"]
        assert finding["id"] == kind, (code, message, finding)
        assert (said["message_id"], said["sent_at"], said["event"]) == (None, None, None)
        assert said["level"] == finding["level"] == ("waiting" if kind == "send.throttled" else "problem")
        assert ended_with == Level(said["level"]).exit_code
        assert finding["remedy"]["text"]
        assert "554" not in finding["title"], "that is SMTP's"
        assert world.inventory() == before
    assert world.ses.outbox == []


def test_an_aws_that_is_not_reached_is_unknown_and_no_refusal(make_world: MakeWorld, send: Send) -> None:
    world = make_world("production")
    world.faults.append(Fault("SendEmail", code="ServiceUnavailable", message="later", status=503, count=None))
    code, said = as_json(send, "--via", "api")
    assert (code, said["level"], said["findings"][0]["id"]) == (3, "unknown", "access.error")


def test_a_port_that_lets_nobody_through_is_unknown(make_world: MakeWorld, send: Send) -> None:
    world = make_world("production")
    world.time_line.run(world.smtp.shut(2465))
    code, said = as_json(send, "--port", "2465")
    assert (code, said["level"], said["findings"][0]["id"]) == (3, "unknown", "ports.blocked")


def test_a_sender_that_only_its_letters_case_keeps_out_is_told_so(make_world: MakeWorld, send: Send) -> None:
    """SES says what it says for any sender that the policy does not name; the policy itself says which it is."""
    world = make_world("production")
    iam: Any = boto3.client("iam", region_name="eu-west-1")
    user, name = "seswizard-example.com-eu-west-1", "seswizard-send"
    document = iam.get_user_policy(UserName=user, PolicyName=name)["PolicyDocument"]
    document["Statement"][0]["Condition"] = {"StringEquals": {"ses:FromAddress": "Post@example.com"}}
    iam.put_user_policy(UserName=user, PolicyName=name, PolicyDocument=json.dumps(document))
    code, said = as_json(send, "--from", "post@example.com")
    (finding,) = said["findings"]
    assert (code, finding["id"], finding["level"], finding["step"]) == (1, "send.from-case", "problem", "proof")
    assert "Post@example.com" in finding["title"]
    assert "post@example.com" in finding["title"]
    assert finding["remedy"]["command"] == "seswizard login create example.com --region eu-west-1"
    assert as_json(send, "--from", "ann@example.com")[1]["findings"][0]["id"] == "send.not-authorized"
    assert as_json(send, "--from", "Post@example.com")[0] == 0
    world.faults.append(Fault("GetUserPolicy", code="AccessDenied", message="no", count=None))
    assert as_json(send, "--from", "post@example.com")[1]["findings"][0]["id"] == "send.not-authorized"


@pytest.mark.parametrize("via", ["smtp", "api"])
def test_a_mailbox_whose_mail_comes_back_is_no_proof(make_world: MakeWorld, send: Send, via: str) -> None:
    """SES takes the message and reports a bounce: nobody waits for a delivery that cannot come any more."""
    world = make_world("production")
    world.ses.region("eu-west-1").suppressed[MINE] = ("BOUNCE", datetime.now(UTC))
    code, said = as_json(send, "--via", via, "--to", MINE)
    (finding,) = said["findings"]
    assert (code, finding["id"]) == (1, "suppression.listed")
    assert said["event"]["subtype"] == "Permanent, OnAccountSuppressionList"
    assert said["message_id"] == world.ses.outbox[-1].message_id


@pytest.mark.parametrize(
    "words",
    [
        ("--port", "26"),
        ("--via", "api", "--port", "587"),
        ("--timeout", "0"),
        ("--timeout", "nan"),
        ("--timeout", "inf"),
        ("--to", "nobody"),
        ("--from", "me@elsewhere.example"),
    ],
)
def test_bad_options_are_one_sentence(make_world: MakeWorld, send: Send, words: tuple[str, ...]) -> None:
    world = make_world("production")
    code, out, err = send(*words)
    assert (code, out) == (2, ""), err
    assert "bug" not in err
    assert world.ses.outbox == []


@pytest.mark.parametrize("words", [("--to", "complaint", "--port", "465"), ("--to", "ooto", "--via", "api")])
def test_the_same_as_a_shell_runs_it(make_world: MakeWorld, run: Run, words: tuple[str, ...]) -> None:
    world = make_world("production")
    ran = run("send", "example.com", "--yes", "--format", "json", *words)
    said = json.loads(ran.out)
    assert ran.code == 0, ran.err
    assert said["message_id"] == world.ses.outbox[-1].message_id
    assert set(said) == {
        "schema", "domain", "region", "to", "via", "message_id", "sent_at", "event", "level", "findings",
    }  # fmt: skip


def sandboxed(world: World, verified: str) -> None:
    """The production scenario back in the sandbox, with one verified mailbox."""
    world.ses.region("eu-west-1").account.production = False
    boto3.Session().client("sesv2").create_email_identity(EmailIdentity=verified)
    world.ses.click(verified, "eu-west-1")


def without_a_way() -> None:
    """Nothing brings events back any more."""
    session = boto3.Session()
    session.client("sesv2").delete_configuration_set(ConfigurationSetName=PLACE)
    session.client("sns").delete_topic(TopicArn=f"arn:aws:sns:eu-west-1:123456789012:{PLACE}")
    sqs = session.client("sqs")
    sqs.delete_queue(QueueUrl=sqs.get_queue_url(QueueName=PLACE)["QueueUrl"])


def in_queue() -> int:
    """How many messages the standing queue holds, hidden ones too."""
    sqs = boto3.Session().client("sqs")
    url = sqs.get_queue_url(QueueName=PLACE)["QueueUrl"]
    said = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
    return int(said["ApproximateNumberOfMessages"]) + int(said["ApproximateNumberOfMessagesNotVisible"])


def test_what_the_api_does_not_prove_is_said(make_world: MakeWorld, run: Run) -> None:
    make_world("production")
    assert "neither the SMTP login nor a port" in run("send", "example.com", "--via", "api", "--yes").err
    assert "neither the SMTP login nor a port" in run("send", "example.com", "--via", "api", "--dry-run").out
    assert "neither the SMTP login" not in run("send", "example.com", "--yes").err

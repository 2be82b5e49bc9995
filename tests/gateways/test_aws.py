"""AWS asked for real, in the embedded world: what is there, what is not, and what goes wrong on the wire."""

import itertools
import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from seswizard.core.commands import for_profile
from seswizard.core.failure import Failure, FailureError
from seswizard.core.identity import MAKER, TAG_MAKER
from seswizard.core.policy import Names, queue_policy, send_policy, topic_policy
from seswizard.gateways.aws import AwsSession
from seswizard.gateways.debug import CallLog
from seswizard.gateways.events import EventsGateway
from seswizard.gateways.iam import IamGateway
from seswizard.gateways.ses import SesGateway
from seswizard.gateways.sts import StsGateway
from seswizard.ports import Services
from seswizard.wiring import Options, build

if TYPE_CHECKING:
    from seswizard.demo.world import World

ACCOUNT = "123456789012"
NAMES = Names("example.com", "eu-west-1")
OURS = tuple(sorted(NAMES.tags.items()))


async def test_who_asks(aws: AwsSession) -> None:
    caller = await StsGateway(aws).caller()
    assert (caller.account, caller.name, caller.partition) == (ACCOUNT, "admin", "aws")


async def test_the_account_as_ses_has_it(ses: SesGateway) -> None:
    account = await ses.account()
    assert (account.production, account.sending_enabled, account.enforcement) == (False, True, "HEALTHY")
    assert (account.quota.per_day, account.quota.per_second) == (200, 1)
    assert account.review is None


async def test_an_identity_from_nothing_to_nothing(ses: SesGateway) -> None:
    assert await ses.identity("example.com") is None
    assert not await ses.delete_identity("example.com")
    await ses.create_identity("example.com", NAMES.tags)
    await ses.set_mail_from("example.com", "bounce.example.com")
    made = await ses.identity("example.com")
    assert made is not None
    assert (made.is_domain, made.ours, made.verified, made.tags) == (True, True, False, OURS)
    assert len(made.dkim.tokens) == 3
    assert made.dkim.hosted_zone
    assert made.dkim.hosted_zone.endswith(".dkim.eu-west-1.amazonses.com")
    assert made.mail_from is not None
    assert (made.mail_from.domain, made.mail_from.on_mx_failure) == ("bounce.example.com", "USE_DEFAULT_VALUE")
    await ses.set_mail_from("example.com", None)
    without = await ses.identity("example.com")
    assert without is not None
    assert without.mail_from is None
    assert await ses.delete_identity("example.com")
    assert await ses.identity("example.com") is None


async def test_an_address_is_no_domain(ses: SesGateway) -> None:
    await ses.create_identity("Post@example.com", {})
    made = await ses.identity("Post@example.com")
    assert made is not None
    assert (made.is_domain, made.ours) == (False, False)


async def test_an_identity_that_exists_is_not_made_twice(ses: SesGateway) -> None:
    await ses.create_identity("example.com", {})
    failure = await failing(ses.create_identity("example.com", NAMES.tags))
    assert (failure.kind, failure.detail.split(":")[0]) == ("access.error", "AlreadyExistsException")


async def test_the_event_path_from_nothing_to_nothing(ses: SesGateway, aws: AwsSession) -> None:
    events = EventsGateway(aws)
    assert await ses.configuration_set(NAMES.set) is None
    assert await ses.destinations(NAMES.set) == ()
    assert await events.topic(NAMES.set, ACCOUNT, "aws") is None
    assert await events.queue(NAMES.set) is None
    await ses.create_configuration_set(NAMES.set, NAMES.tags)
    arn = await events.create_topic(NAMES.set, NAMES.tags)
    queue = await events.create_queue(NAMES.set, NAMES.tags)
    policy = topic_policy(topic=arn, account=ACCOUNT, partition="aws", region="eu-west-1", set_name=NAMES.set)
    await events.set_topic_policy(arn, policy)
    await events.set_queue_policy(queue.url, queue_policy(queue=queue.arn, topic=arn))
    assert (await events.subscribe(arn, queue.arn)).startswith(arn)
    topic = await events.topic(NAMES.set, ACCOUNT, "aws")
    assert topic is not None
    assert (topic.arn, topic.tags, topic.queues) == (arn, OURS, (queue.arn,))
    assert json.loads(topic.policy) == json.loads(policy)
    written = queue_policy(queue=queue.arn, topic=arn)
    there = await events.queue(NAMES.set)
    assert there is not None
    assert json.loads(there.policy) == json.loads(written)
    assert replace(there, policy="") == queue
    (subscribed,) = await events.subscriptions_of(arn)
    assert (subscribed.endpoint, subscribed.raw, subscribed.filter, subscribed.pending) == (queue.arn, True, "", False)
    assert await events.subscriptions_of(arn + "-not-there") == ()
    assert queue.tags == OURS
    await ses.create_destination(NAMES.set, "seswizard", arn, ("SEND", "BOUNCE"))
    (destination,) = await ses.destinations(NAMES.set)
    assert (destination.name, destination.enabled, destination.topic) == ("seswizard", True, arn)
    assert set(destination.types) == {"SEND", "BOUNCE"}
    await ses.update_destination(NAMES.set, "seswizard", arn, ("BOUNCE",))
    assert (await ses.destinations(NAMES.set))[0].types == ("BOUNCE",)
    assert await ses.delete_destination(NAMES.set, "seswizard")
    assert not await ses.delete_destination(NAMES.set, "seswizard")
    found = await ses.configuration_set(NAMES.set)
    assert found is not None
    assert dict(found.tags)[TAG_MAKER] == MAKER
    assert await ses.delete_configuration_set(NAMES.set)
    assert not await ses.delete_configuration_set(NAMES.set)
    assert await events.delete_topic(arn)
    assert not await events.delete_topic(arn)
    assert await events.delete_queue(queue.url)
    assert not await events.delete_queue(queue.url)


async def test_messages_stay_until_they_are_deleted(aws: AwsSession) -> None:
    events = EventsGateway(aws)
    queue = await events.create_queue("mail", {})
    assert await events.receive(queue.url, 0) == ()
    client = aws.client("sqs")
    client.send_message(QueueUrl=queue.url, MessageBody='{"x": "\\u001b[31m",\n "y": "schön\u202e"}')
    client.send_message(QueueUrl=queue.url, MessageBody="plain\u202e text\n")
    messages = {one.body: one for one in [m for _ in range(2) for m in await events.receive(queue.url, 1)]}
    assert set(messages) == {'{"x": "\\u001b[31m", "y": "sch\\u00f6n\\u202e"}', "plain\\u202e text␊"}
    for message in messages.values():
        await events.delete_message(queue.url, message.receipt)
    assert (
        client.get_queue_attributes(QueueUrl=queue.url, AttributeNames=["All"])["Attributes"][
            "ApproximateNumberOfMessagesNotVisible"
        ]
        == "0"
    )


async def test_a_sending_user_from_nothing_to_nothing(aws: AwsSession) -> None:
    iam = IamGateway(aws)
    policy = send_policy(partition="aws", region="eu-west-1", account=ACCOUNT, domain="example.com")
    assert await iam.user(NAMES.user) is None
    assert await iam.keys(NAMES.user) == ()
    assert await iam.policy(NAMES.user, "send") is None
    await iam.create_user(NAMES.user, "/seswizard/", NAMES.tags)
    assert await iam.policy(NAMES.user, "send") is None
    await iam.put_policy(NAMES.user, "send", policy)
    read = await iam.policy(NAMES.user, "send")
    assert read is not None
    assert json.loads(read) == json.loads(policy)
    key, secret = await iam.create_key(NAMES.user)
    assert len(secret.reveal()) == 40
    user = await iam.user(NAMES.user)
    assert user is not None
    assert (user.path, user.tags) == ("/seswizard/", OURS)
    (listed,) = await iam.keys(NAMES.user)
    assert (listed.id, listed.active) == (key, True)
    assert listed.created is not None
    for outcome in (True, False):
        assert await iam.delete_key(NAMES.user, key) is outcome
        assert await iam.delete_policy(NAMES.user, "send") is outcome
        assert await iam.delete_user(NAMES.user) is outcome


async def test_sending_by_api_in_the_sandbox_is_refused_in_awss_words(ses: SesGateway) -> None:
    failure = await failing(ses.send_raw("post@example.com", "to@example.net", b"Subject: x\r\n\r\nx", None))
    assert failure.detail.startswith("MessageRejected: Email address is not verified")


async def test_control_calls_of_one_run_are_a_second_apart(services: Services, world: "World") -> None:
    for _ in range(3):
        await services.ses.account()
    await services.sts.caller()
    moments = [one.at for one in world.requests if one.operation == "GetAccount"]
    assert all(later - earlier >= 1.0 for earlier, later in itertools.pairwise(moments))


async def failing(work: object) -> Failure:
    with pytest.raises(FailureError) as caught:
        await work  # type: ignore[misc]  # any coroutine
    return caught.value.failure


@pytest.mark.parametrize(
    ("code", "status", "kind", "calls"),
    [
        ("TooManyRequestsException", 429, "access.throttled", 3),
        ("ExpiredTokenException", 403, "access.expired", 1),
        ("AccessDeniedException", 403, "access.denied", 1),
        ("SignatureDoesNotMatch", 403, "access.invalid", 1),
        ("BadRequestException", 400, "access.error", 1),
    ],
)
async def test_faults_on_the_wire(ses: SesGateway, world: "World", code: str, status: int, kind: str, calls: int) -> None:
    from seswizard.demo.faults import Fault

    world.faults.append(Fault("GetAccount", code, status=status, count=None))
    assert (await failing(ses.account())).kind == kind
    assert len([one for one in world.requests if one.operation == "GetAccount"]) == calls


async def test_one_throttled_call_is_tried_again(ses: SesGateway, world: "World") -> None:
    from seswizard.demo.faults import Fault

    world.faults.append(Fault("GetAccount", "TooManyRequestsException", status=429))
    assert (await ses.account()).sending_enabled


async def test_a_key_whose_answer_is_lost_is_not_made_twice(aws: AwsSession, world: "World") -> None:
    from seswizard.demo.faults import Fault

    iam = IamGateway(aws)
    await iam.create_user("sender", "/", {})
    world.faults.append(Fault("CreateAccessKey", drop=True))
    assert (await failing(iam.create_key("sender"))).kind == "access.endpoint-unreachable"
    assert len(await iam.keys("sender")) == 1
    assert len([one for one in world.requests if one.operation == "CreateAccessKey"]) == 1


async def test_a_wrong_secret_is_not_accepted(aws: AwsSession, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "x" * 40)
    failure = await failing(StsGateway(aws).caller())
    assert (failure.kind, failure.command) == ("access.invalid", "aws configure")


async def test_a_key_that_is_good_at_home_only_means_that_the_region_is_off(aws: AwsSession, world: "World") -> None:
    from seswizard.demo.faults import Fault

    world.faults.append(Fault("GetCallerIdentity", "InvalidClientTokenId", status=403))
    failure = await failing(StsGateway(aws).caller())
    assert failure.kind == "region.not-enabled"
    assert [one.region for one in world.requests] == ["eu-west-1", "us-east-1"]


async def test_without_credentials_not_even_a_turn_is_taken(
    ses: SesGateway, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    assert (await failing(ses.account())).kind == "access.no-credentials"
    assert not (tmp_path / "state").exists()


async def test_a_session_token_file_that_is_gone_is_an_expired_sign_in(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (home / ".aws").mkdir()
    (home / ".aws/config").write_text(
        "[profile work]\nsso_session = company\nsso_account_id = 1\nsso_role_name = admin\nregion = eu-west-1\n"
        "[sso-session company]\nsso_region = eu-west-1\nsso_start_url = https://company.example/start\n"
    )
    services = build(Options("work"))
    failure = for_profile(await failing(services.sts.caller()), services.profile)
    assert (failure.kind, failure.command) == ("access.sso-expired", "aws sso login --profile work")


async def test_an_mfa_code_is_never_asked_for_on_the_terminal(home: Path) -> None:
    (home / ".aws").mkdir()
    (home / ".aws/config").write_text(
        "[profile base]\nregion = eu-west-1\naws_access_key_id = AKIAEXAMPLE\naws_secret_access_key = x\n"
        "[profile mfa]\nregion = eu-west-1\nsource_profile = base\nrole_arn = arn:aws:iam::1:role/x\n"
        "mfa_serial = arn:aws:iam::1:mfa/x\n"
    )
    services = build(Options("mfa"))
    failure = for_profile(await failing(services.sts.caller()), services.profile)
    assert failure.kind == "access.no-credentials"
    assert "--profile mfa" in failure.command


async def test_nobody_at_the_endpoint(monkeypatch: pytest.MonkeyPatch, world: "World") -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    failure = await failing(StsGateway(AwsSession(None, "eu-west-1", CallLog())).caller())
    assert (failure.kind, failure.retry) == ("access.endpoint-unreachable", True)


async def test_a_run_can_be_warmed_and_the_log_holds_no_secret(services: Services, world: "World", tmp_path: Path) -> None:
    log = tmp_path / "calls"
    run = build(Options(debug=str(log)))
    run.warm()
    await run.sts.caller()
    await run.iam.create_user("sender", "/", {})
    _, secret = await run.iam.create_key("sender")
    text = log.read_text()
    assert "iam:CreateAccessKey" in text
    assert secret.reveal() not in text
    assert world.secret not in text

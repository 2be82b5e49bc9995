"""The whole set-up over real HTTP, DNS and SMTP: from a fresh account to a bounce in a queue."""

import json
import smtplib
from collections.abc import Callable
from typing import Any

import boto3
import pytest

from seswizard.core.login import PORTS, TlsMode, smtp_password
from seswizard.core.secret import Secret
from seswizard.demo.world import World

ACCOUNT = "123456789012"
TOPIC = f"arn:aws:sns:eu-west-1:{ACCOUNT}:events"
QUEUE = f"arn:aws:sqs:eu-west-1:{ACCOUNT}:events"
SET_ARN = f"arn:aws:ses:eu-west-1:{ACCOUNT}:configuration-set/mail"


def statement(service: str, action: str, resource: str, source: str) -> str:
    """A resource's policy that lets an AWS service act for one source."""
    one = {
        "Effect": "Allow",
        "Principal": {"Service": service},
        "Action": action,
        "Resource": resource,
        "Condition": {"ArnEquals": {"aws:SourceArn": source}},
    }
    return json.dumps({"Version": "2012-10-17", "Statement": [one]})


def verify(world: World, session: boto3.Session, until: Callable[..., Any]) -> None:
    """Create the identity, publish what SES wants, and wait for its verdict."""
    ses = session.client("sesv2")
    made = ses.create_email_identity(EmailIdentity="example.com")["DkimAttributes"]
    assert made["Status"] == "PENDING"
    assert made["SigningHostedZone"].endswith(".dkim.eu-west-1.amazonses.com")
    ses.put_email_identity_mail_from_attributes(EmailIdentity="example.com", MailFromDomain="mail.example.com")
    for token in made["Tokens"]:
        world.dns.publish(f"{token}._domainkey.example.com", "CNAME", f"{token}.{made['SigningHostedZone']}")
    world.dns.publish("mail.example.com", "MX", "10 feedback-smtp.eu-west-1.amazonses.com")

    def proven() -> bool:
        seen = ses.get_email_identity(EmailIdentity="example.com")
        mail_from = seen["MailFromAttributes"]["MailFromDomainStatus"]
        return seen["VerifiedForSendingStatus"] and seen["DkimAttributes"]["Status"] == mail_from == "SUCCESS"

    until(proven)


def wire_events(session: boto3.Session) -> str:
    """A configuration set whose events reach a queue; gives the queue's URL."""
    ses, sns, sqs = session.client("sesv2"), session.client("sns"), session.client("sqs")
    ses.create_configuration_set(ConfigurationSetName="mail")
    sns.create_topic(Name="events", Attributes={"Policy": statement("ses.amazonaws.com", "SNS:Publish", TOPIC, SET_ARN)})
    url = sqs.create_queue(QueueName="events")["QueueUrl"]
    policy = statement("sns.amazonaws.com", "sqs:SendMessage", QUEUE, TOPIC)
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": policy})
    sns.subscribe(TopicArn=TOPIC, Protocol="sqs", Endpoint=QUEUE, Attributes={"RawMessageDelivery": "true"})
    ses.create_configuration_set_event_destination(
        ConfigurationSetName="mail",
        EventDestinationName="queue",
        EventDestination={
            "Enabled": True,
            "MatchingEventTypes": ["SEND", "BOUNCE", "COMPLAINT", "DELIVERY"],
            "SnsDestination": {"TopicArn": TOPIC},
        },
    )
    ses.put_email_identity_configuration_set_attributes(EmailIdentity="example.com", ConfigurationSetName="mail")
    return url


def make_login(session: boto3.Session, region: str = "eu-west-1", **statement: object) -> tuple[str, str]:
    """An IAM user that may send, and its SMTP login."""
    iam = session.client("iam")
    iam.create_user(UserName="sender", Path="/seswizard/")
    one = {"Effect": "Allow", "Action": "ses:SendRawEmail", "Resource": "*", **statement}
    document = json.dumps({"Version": "2012-10-17", "Statement": [one]})
    iam.put_user_policy(UserName="sender", PolicyName="send", PolicyDocument=document)
    key = iam.create_access_key(UserName="sender")["AccessKey"]
    return key["AccessKeyId"], smtp_password(Secret(key["SecretAccessKey"]), region).reveal()


def take(session: boto3.Session, url: str) -> list[str]:
    """The bodies that wait in the queue."""
    found = session.client("sqs").receive_message(QueueUrl=url, MaxNumberOfMessages=10, WaitTimeSeconds=1)
    return [one["Body"] for one in found.get("Messages", ())]


def test_from_a_fresh_account_to_a_bounce(
    world: World,
    session: boto3.Session,
    until: Callable[..., Any],
    dial: Callable[..., smtplib.SMTP],
    mail: Callable[..., bytes],
) -> None:
    """Every piece of the world takes part, and the bounce carries the id that SMTP answered with."""
    before = world.inventory()
    verify(world, session, until)
    url = wire_events(session)
    assert take(session, url) == ["Successfully validated SNS topic for Amazon SES event publishing."]
    user, password = make_login(session)
    with dial(world) as client:
        client.login(user, password)
        client.mail("post@example.com")
        client.rcpt("bounce+run7@simulator.amazonses.com")
        code, reply = client.data(mail(to="bounce+run7@simulator.amazonses.com", X_SES_MESSAGE_TAGS="run=7"))
    assert code == 250
    message_id = reply.decode().removeprefix("Ok ")
    events: list[dict[str, Any]] = []

    def arrived() -> bool:
        events.extend(json.loads(body) for body in take(session, url))
        return len(events) >= 2

    until(arrived)
    assert [event["eventType"] for event in events] == ["Send", "Bounce"]
    bounce = events[1]
    assert bounce["mail"]["messageId"] == message_id
    assert bounce["mail"]["tags"]["run"] == ["7"]
    assert bounce["mail"]["tags"]["ses:configuration-set"] == ["mail"]
    assert bounce["mail"]["tags"]["ses:operation"] == ["SendSmtpEmail"]
    assert (bounce["bounce"]["bounceType"], bounce["bounce"]["bounceSubType"]) == ("Permanent", "General")
    assert bounce["bounce"]["bouncedRecipients"][0]["emailAddress"] == "bounce+run7@simulator.amazonses.com"
    used = session.client("iam").get_access_key_last_used(AccessKeyId=user)["AccessKeyLastUsed"]
    assert (used["ServiceName"], used["Region"]) == ("ses", "eu-west-1")
    after = world.inventory()
    assert before["identities"] == ()
    assert after["mail_from"] == ("eu-west-1/example.com mail.example.com",)
    assert after["sqs_queues"] == (QUEUE,)
    assert [one.message_id for one in world.ses.outbox] == [message_id]


@pytest.mark.parametrize(("port", "mode"), PORTS)
def test_every_port_takes_the_login(
    world: World, session: boto3.Session, dial: Callable[..., smtplib.SMTP], port: int, mode: TlsMode
) -> None:
    """Five ports, two ways to TLS, one certificate that is verified."""
    user, password = make_login(session)
    with dial(world, port, mode) as client:
        assert client.login(user, password)[0] == 235
        assert set(client.esmtp_features) <= {"auth", "8bitmime", "starttls", "ok"}


def test_the_region_of_a_password_is_the_one_in_sni(
    world: World, session: boto3.Session, dial: Callable[..., smtplib.SMTP]
) -> None:
    """A password for one region is refused by every other."""
    user, password = make_login(session, "us-east-1")
    with dial(world, region="us-east-1") as client:
        assert client.login(user, password)[0] == 235
    with dial(world, 465, "tls", region="us-east-1") as client:
        assert client.login(user, password)[0] == 235
    with dial(world) as client, pytest.raises(smtplib.SMTPAuthenticationError) as refused:
        client.login(user, password)
    assert (refused.value.smtp_code, refused.value.smtp_error) == (535, b"Authentication Credentials Invalid")


def test_keys_that_are_inactive_or_too_new_are_refused(
    world: World, session: boto3.Session, dial: Callable[..., smtplib.SMTP]
) -> None:
    """As in life, a login follows its access key."""
    user, password = make_login(session)
    session.client("iam").update_access_key(UserName="sender", AccessKeyId=user, Status="Inactive")
    with dial(world) as client, pytest.raises(smtplib.SMTPAuthenticationError):
        client.login(user, password)
    session.client("iam").update_access_key(UserName="sender", AccessKeyId=user, Status="Active")
    world.smtp.key_lag = 60
    with dial(world) as client, pytest.raises(smtplib.SMTPAuthenticationError):
        client.login(user, password)
    world.smtp.key_lag = 0
    with dial(world) as client:
        client.login(user, password)


@pytest.mark.parametrize(
    ("sender", "recipient", "policy", "reply"),
    [
        (
            "post@example.com",
            "somebody@example.net",
            {},
            "Message rejected: Email address is not verified. The following identities failed the check in region "
            "EU-WEST-1: somebody@example.net",
        ),
        (
            "post@example.org",
            "success@simulator.amazonses.com",
            {},
            "Message rejected: Email address is not verified. The following identities failed the check in region "
            "EU-WEST-1: post@example.org",
        ),
        (
            "post@example.com",
            "success@simulator.amazonses.com",
            {"Condition": {"StringLike": {"ses:FromAddress": "*@example.org"}}},
            "Access denied: User `arn:aws:iam::123456789012:user/seswizard/sender' is not authorized to perform "
            "`ses:SendRawEmail' on resource `arn:aws:ses:eu-west-1:123456789012:identity/example.com'",
        ),
        (
            "post@example.com",
            "success@simulator.amazonses.com",
            {"Resource": "arn:aws:ses:eu-west-1:123456789012:identity/example.com"},
            "Access denied: User `arn:aws:iam::123456789012:user/seswizard/sender' is not authorized to perform "
            "`ses:SendRawEmail' on resource `arn:aws:ses:eu-west-1:123456789012:configuration-set/mail'",
        ),
    ],
    ids=["sandbox", "sender", "condition", "configuration-set"],
)
def test_what_smtp_refuses(
    make_world: Callable[..., World],
    dial: Callable[..., smtplib.SMTP],
    mail: Callable[..., bytes],
    sender: str,
    recipient: str,
    policy: dict[str, Any],
    reply: str,
) -> None:
    """SES's own words, at DATA."""
    world = make_world("production")
    world.ses.region("eu-west-1").account.production = False
    user, password = make_login(boto3.Session(), **policy)
    with dial(world) as client:
        client.login(user, password)
        client.mail(sender)
        client.rcpt(recipient)
        code, words = client.data(mail(sender, recipient))
    # The production scenario's own configuration set is the identity's default.
    assert (code, words.decode().replace("seswizard-example-com", "mail")) == (554, reply)

"""What happens by itself in the scenarios, and how SES judges the DNS."""

import json
import smtplib
from collections.abc import Callable
from typing import Any

import boto3
import keyring
import pytest

from seswizard.demo import colleague
from seswizard.demo.ses import verification
from seswizard.demo.world import World

NAME = "example.com"


def identity(name: str = NAME) -> Any:
    """What SES says; an answer's shape is the model's business."""
    return boto3.Session().client("sesv2").get_email_identity(EmailIdentity=name)


def wanted() -> dict[str, str]:
    """The CNAMEs of a new identity, sorted by name."""
    made = boto3.Session().client("sesv2").create_email_identity(EmailIdentity=NAME)["DkimAttributes"]
    zone = made["SigningHostedZone"]
    return {f"{token}._domainkey.{NAME}": f"{token}.{zone}" for token in sorted(made["Tokens"])}


def judge(world: World) -> Any:
    """Have SES look now; gives the identity as SES then tells it."""
    with world.ses.lock:
        region = world.ses.region("eu-west-1")
        verification.look(world.ses, region, region.identities[NAME])
    return identity()


def test_ses_says_why_a_record_does_not_count(world: World) -> None:
    """Nothing, another type, another value, no answer: each has its own word."""
    (first, target), *others = wanted().items()
    for name, value in others:
        world.dns.publish(name, "CNAME", value)
    assert judge(world)["VerificationInfo"]["ErrorType"] == "HOST_NOT_FOUND"
    world.dns.publish(first, "TXT", f'"{target}"')
    assert judge(world)["VerificationInfo"]["ErrorType"] == "TYPE_NOT_FOUND"
    world.dns.unpublish(first)
    world.dns.publish(first, "CNAME", target.replace(".dkim.eu-west-1.", ".dkim."))
    assert judge(world)["VerificationInfo"]["ErrorType"] == "INVALID_VALUE"
    assert judge(world)["VerifiedForSendingStatus"] is False
    world.dns.unpublish(first)
    world.dns.publish(first, "CNAME", target.upper())
    seen = judge(world)
    assert (seen["VerificationStatus"], seen["DkimAttributes"]["Status"]) == ("SUCCESS", "SUCCESS")
    assert seen["VerificationInfo"]["SOARecord"]["PrimaryNameServer"] == "ns1.example.com"
    assert "ErrorType" not in seen["VerificationInfo"]


def test_what_went_away_is_a_temporary_failure_at_first(make_world: Callable[..., World]) -> None:
    """And mending it makes it good again."""
    world = make_world("production")
    token = sorted(identity()["DkimAttributes"]["Tokens"])[0]
    name = f"{token}._domainkey.{NAME}"
    target = world.dns.look(name, "CNAME").values[0]
    world.dns.unpublish(name)
    world.dns.unpublish("bounce.example.com", "MX")
    seen = judge(world)
    assert (seen["VerificationStatus"], seen["VerifiedForSendingStatus"]) == ("TEMPORARY_FAILURE", True)
    assert seen["MailFromAttributes"]["MailFromDomainStatus"] == "TEMPORARY_FAILURE"
    world.dns.publish(name, "CNAME", target)
    world.dns.publish("bounce.example.com", "MX", "10 feedback-smtp.eu-west-1.amazonses.com")
    seen = judge(world)
    assert seen["VerificationStatus"] == seen["MailFromAttributes"]["MailFromDomainStatus"] == "SUCCESS"


@pytest.mark.parametrize(
    "exchanges",
    [
        ("10 feedback-smtp.us-east-1.amazonses.com",),
        ("20 feedback-smtp.eu-west-1.amazonses.com",),
        ("10 feedback-smtp.eu-west-1.amazonses.com", "20 mx.example.net"),
    ],
)
def test_mail_from_wants_exactly_its_one_mx(world: World, exchanges: tuple[str, ...]) -> None:
    """Another region, another priority, a second exchange: none of them counts."""
    wanted()
    ses = boto3.Session().client("sesv2")
    with pytest.raises(ses.exceptions.BadRequestException):
        ses.put_email_identity_mail_from_attributes(EmailIdentity=NAME, MailFromDomain="mail.example.org")
    ses.put_email_identity_mail_from_attributes(EmailIdentity=NAME, MailFromDomain="mail.example.com")
    world.dns.publish("mail.example.com", "MX", *exchanges)
    assert judge(world)["MailFromAttributes"]["MailFromDomainStatus"] == "PENDING"


def test_new_tokens_after_a_failure(world: World) -> None:
    """Restarting DKIM makes the old records worthless."""
    old = wanted()
    with world.ses.lock:
        verification.give_up(world.ses.region("eu-west-1").identities[NAME])
    assert judge(world)["DkimAttributes"]["Status"] == "FAILED"
    answer = (
        boto3.Session()
        .client("sesv2")
        .put_email_identity_dkim_signing_attributes(EmailIdentity=NAME, SigningAttributesOrigin="AWS_SES")
    )
    assert answer["DkimStatus"] == "PENDING"
    assert not {f"{token}._domainkey.{NAME}" for token in answer["DkimTokens"]} & set(old)
    assert world.dns.look(f"{answer['DkimTokens'][0]}.{answer['SigningHostedZone']}", "TXT").outcome == "found"


def test_addresses_wait_for_a_click(world: World) -> None:
    """The link in the mail proves an address."""
    boto3.Session().client("sesv2").create_email_identity(EmailIdentity="me@example.net")
    assert identity("me@example.net")["VerificationStatus"] == "PENDING"
    world.ses.click("me@example.net")
    assert identity("me@example.net")["VerifiedForSendingStatus"] is True


def test_first_time(make_world: Callable[..., World], until: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> None:
    """The colleague adds the records, one doubled, and mends it once somebody has asked for that name."""
    monkeypatch.setattr(colleague, "HANDS_ON", 0.6)
    monkeypatch.setattr(colleague, "SPREADS", 0.6)
    monkeypatch.setattr(colleague, "MENDED_AFTER", 0.5)
    world = make_world("first-time")
    (first, target), (second, second_target), _ = wanted().items()
    boto3.Session().client("sesv2").put_email_identity_mail_from_attributes(EmailIdentity=NAME, MailFromDomain="mail.example.com")
    zones = [next(zone for zone in server.zones if zone.origin == NAME) for server in world.dns.auth]
    serials = [zone.serial for zone in zones]
    until(lambda: zones[0].serial > serials[0])
    assert zones[1].serial == serials[1]
    until(lambda: zones[1].serial > serials[1])
    until(lambda: world.dns.look("mail.example.com", "TXT").values == ("v=spf1 include:amazonses.com ~all",))
    assert world.dns.look("_dmarc.example.com", "TXT").values == ("v=DMARC1; p=none;",)
    assert world.dns.look(first, "CNAME").values == (target,)
    assert world.dns.look(second, "CNAME").outcome == "no-name"
    assert world.dns.look(f"{second}.example.com", "CNAME").values == (second_target,)
    ask(world, f"{second}.example.com")
    until(lambda: world.dns.look(second, "CNAME").values == (second_target,))
    assert world.dns.look(f"{second}.example.com", "CNAME").outcome == "no-name"
    until(lambda: identity()["VerifiedForSendingStatus"])
    until(lambda: identity()["MailFromAttributes"]["MailFromDomainStatus"] == "SUCCESS")


def ask(world: World, name: str) -> None:
    """Ask a resolver over a socket, as the wizard does."""
    import dns.message
    import dns.query

    host, _, port = world.dns.resolver_addresses[0].rpartition(":")
    dns.query.udp(dns.message.make_query(name, "CNAME"), host, port=int(port), timeout=5)


def test_route53(make_world: Callable[..., World], until: Callable[..., Any]) -> None:
    """What is changed by the Route 53 API is served, and the zone's name servers are the world's."""
    world = make_world("route53")
    route53 = boto3.Session().client("route53")
    zone = route53.list_hosted_zones_by_name(DNSName=NAME)["HostedZones"][0]
    servers = route53.get_hosted_zone(Id=zone["Id"])["DelegationSet"]["NameServers"]
    assert servers == [server.name for server in world.dns.auth]
    value = {"Value": '"v=DMARC1; p=none;"'}
    record: Any = {"Name": "_dmarc.example.com", "Type": "TXT", "TTL": 300, "ResourceRecords": [value]}
    change: Any = {"Changes": [{"Action": "CREATE", "ResourceRecordSet": record}]}
    route53.change_resource_record_sets(HostedZoneId=zone["Id"], ChangeBatch=change)
    until(lambda: world.dns.look("_dmarc.example.com", "TXT").values == ("v=DMARC1; p=none;",))


def test_production(
    make_world: Callable[..., World],
    until: Callable[..., Any],
    dial: Callable[..., smtplib.SMTP],
    mail: Callable[..., bytes],
) -> None:
    """Everything is done: the kept login sends, and the events arrive."""
    world = make_world("production")
    assert boto3.Session().client("sesv2").get_account()["ProductionAccessEnabled"] is True
    assert identity()["VerifiedForSendingStatus"] is True
    kept = json.loads(keyring.get_password("seswizard", "example.com/eu-west-1") or "")
    assert kept["username"] == world.kept_key
    sqs = boto3.Session().client("sqs")
    url = sqs.get_queue_url(QueueName="seswizard-example-com")["QueueUrl"]
    seen: dict[str, list[Any]] = {}

    def arrived() -> bool:
        for one in sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10, WaitTimeSeconds=1).get("Messages", ()):
            event = json.loads(one["Body"])
            seen.setdefault(event["mail"]["destination"][0], []).append(event)
        return sum(map(len, seen.values())) == 11

    boto3.Session().client("sesv2").put_suppressed_destination(EmailAddress="gone@example.net", Reason="BOUNCE")
    simulator = "@simulator.amazonses.com"
    to = [f"{one}{simulator}" for one in ("success", "complaint", "ooto", "suppressionlist")] + ["gone@example.net"]
    with dial(world, 465, "tls") as client:
        client.login(kept["username"], kept["password"])
        for recipient in to:
            assert client.sendmail("post@example.com", [recipient], mail(to=recipient)) == {}
    until(arrived)
    kinds = {recipient.split("@")[0]: [event["eventType"] for event in events] for recipient, events in seen.items()}
    assert kinds == {
        "success": ["Send", "Delivery"],
        "complaint": ["Send", "Delivery", "Complaint"],
        "ooto": ["Send", "Delivery"],
        "suppressionlist": ["Send", "Bounce"],
        "gone": ["Send", "Bounce"],
    }
    subtypes = [seen[one][1]["bounce"]["bounceSubType"] for one in to[3:]]
    assert subtypes == ["Suppressed", "OnAccountSuppressionList"]


def test_the_keyring_forgets(world: World) -> None:
    """Kept, read, deleted, and never readable by others."""
    keyring.set_password("seswizard", "a", "1")
    keyring.set_password("seswizard", "b", "2")
    assert keyring.get_password("seswizard", "a") == "1"
    keyring.delete_password("seswizard", "a")
    with pytest.raises(keyring.errors.PasswordDeleteError):
        keyring.delete_password("seswizard", "a")
    assert keyring.get_password("seswizard", "a") is None
    assert keyring.get_password("seswizard", "b") == "2"
    assert world.keyring_file.stat().st_mode & 0o777 == 0o600

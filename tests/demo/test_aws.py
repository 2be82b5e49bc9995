"""The world's AWS: who may call, what is not answered, faults, and the corners of SES v2."""

import json
import smtplib
import urllib.error
import urllib.request
from collections.abc import Callable
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError, HTTPClientError

from seswizard.core.login import smtp_password
from seswizard.core.secret import Secret
from seswizard.demo.aws.operations import OPERATIONS
from seswizard.demo.faults import Fault
from seswizard.demo.world import World, WorldBusyError

ONCE = Config(retries={"mode": "standard", "total_max_attempts": 1})
SERVICES = ("sts", "iam", "sns", "sqs", "sesv2", "route53", "cloudwatch", "secretsmanager", "ssm")
LOOKS: dict[str, tuple[str, dict[str, Any]]] = {
    "sts": ("get_caller_identity", {}),
    "iam": ("list_users", {}),
    "sns": ("list_topics", {}),
    "sqs": ("list_queues", {}),
    "sesv2": ("get_account", {}),
    "route53": ("list_hosted_zones", {}),
    "cloudwatch": ("describe_alarms", {}),
    "secretsmanager": ("list_secrets", {}),
    "ssm": ("get_parameter", {"Name": "/nowhere"}),
}


def call(session: boto3.Session, service: str, **keys: str) -> Any:
    """One harmless call; a client's answers have no static type here."""
    operation, arguments = LOOKS[service]
    client: Any = session.client(service, config=ONCE, **keys)  # type: ignore[call-overload]  # the service is a variable
    return getattr(client, operation)(**arguments)


def code(refused: pytest.ExceptionInfo[ClientError]) -> tuple[str, int]:
    """The error's code and status."""
    return code_of(refused.value)


def code_of(error: ClientError) -> tuple[str, int]:
    """The same of the error itself."""
    return error.response["Error"]["Code"], error.response["ResponseMetadata"]["HTTPStatusCode"]


def test_the_credentials_belong_to_an_admin(world: World, session: boto3.Session) -> None:
    """As for somebody who has just made an account."""
    seen = session.client("sts").get_caller_identity()
    assert (seen["Arn"], seen["Account"]) == ("arn:aws:iam::123456789012:user/admin", "123456789012")
    assert [(one.service, one.operation, one.write, one.status) for one in world.requests] == [
        ("sts", "GetCallerIdentity", False, 200)
    ]


@pytest.mark.parametrize("service", SERVICES)
def test_keys_and_signatures_are_checked(world: World, session: boto3.Session, service: str) -> None:
    """In every protocol, the client understands why it was refused."""
    with pytest.raises(ClientError) as unknown:
        call(session, service, aws_access_key_id="AKIAUNKNOWNUNKNOWN00", aws_secret_access_key="x")
    assert code(unknown) == ("InvalidClientTokenId", 403)
    with pytest.raises(ClientError) as wrong:
        call(session, service, aws_access_key_id=world.access_key, aws_secret_access_key="x")
    assert code(wrong) == ("SignatureDoesNotMatch", 403)
    if service != "ssm":
        call(session, service)


@pytest.mark.parametrize("service", [service for service in SERVICES if service != "sts"])
def test_a_user_without_a_policy_may_do_nothing(world: World, session: boto3.Session, service: str) -> None:
    """Our evaluator decides, for every service."""
    iam = session.client("iam")
    iam.create_user(UserName="nobody")
    key = iam.create_access_key(UserName="nobody")["AccessKey"]
    keys = {"aws_access_key_id": key["AccessKeyId"], "aws_secret_access_key": key["SecretAccessKey"]}
    with pytest.raises(ClientError) as refused:
        call(session, service, **keys)
    assert code(refused)[0] in ("AccessDenied", "AccessDeniedException", "AuthorizationError")
    assert refused.value.response["Error"]["Message"].startswith(
        "User: arn:aws:iam::123456789012:user/nobody is not authorized to perform: "
    )


def test_policies_are_asked_about_the_resource(world: World, session: boto3.Session) -> None:
    """A policy scoped to one identity, one path, one queue."""
    iam = session.client("iam")
    iam.create_user(UserName="narrow", Path="/people/")
    scoped = [
        ("ses:*", "arn:aws:ses:eu-west-1:123456789012:identity/example.com"),
        ("iam:*", "arn:aws:iam::123456789012:user/seswizard/*"),
        ("sqs:*", "arn:aws:sqs:eu-west-1:123456789012:ours-*"),
    ]
    document = {"Statement": [{"Effect": "Allow", "Action": action, "Resource": arn} for action, arn in scoped]}
    iam.put_user_policy(UserName="narrow", PolicyName="p", PolicyDocument=json.dumps({"Version": "2012-10-17"} | document))
    key = iam.create_access_key(UserName="narrow")["AccessKey"]
    narrow = boto3.Session(key["AccessKeyId"], key["SecretAccessKey"])
    narrow.client("sesv2").create_email_identity(EmailIdentity="example.com")
    narrow.client("iam").create_user(UserName="sender", Path="/seswizard/")
    narrow.client("iam").create_access_key(UserName="sender")
    url = narrow.client("sqs").create_queue(QueueName="ours-1")["QueueUrl"]
    narrow.client("sqs").get_queue_attributes(QueueUrl=url)
    for refused in (
        lambda: narrow.client("sesv2").create_email_identity(EmailIdentity="example.org"),
        lambda: narrow.client("sesv2").get_account(),
        lambda: narrow.client("iam").create_user(UserName="sender2"),
        lambda: narrow.client("iam").create_access_key(UserName="admin"),
        lambda: narrow.client("sqs").create_queue(QueueName="theirs"),
    ):
        with pytest.raises(ClientError, match="not authorized to perform"):
            refused()


def test_what_nobody_has_tried_is_a_clear_501(world: World, session: boto3.Session) -> None:
    """No retries, no page of HTML: a sentence that names the operation."""
    with pytest.raises(ClientError) as of_ses:
        session.client("sesv2").list_contact_lists()
    assert code(of_ses) == ("NotImplementedException", 501)
    assert "does not answer ListContactLists of sesv2" in str(of_ses.value)
    with pytest.raises(ClientError) as of_iam:
        session.client("iam").list_roles()
    assert code(of_iam) == ("NotImplementedException", 501)
    with pytest.raises(ClientError) as of_another:
        session.client("dynamodb").list_tables()
    assert code(of_another) == ("NotImplementedException", 501)
    with pytest.raises(ClientError) as of_old_ses:
        session.client("ses").get_send_quota()
    assert code(of_old_ses) == ("NotImplementedException", 501)
    assert len(world.requests) == 4


def test_unsigned_requests_are_refused(world: World) -> None:
    """Nobody talks to AWS without a signature."""
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(f"{world.endpoint}/v2/email/account")
    refused.value.close()
    assert refused.value.code == 403


def test_older_clients_list_by_get(world: World, session: boto3.Session) -> None:
    """Before botocore 1.44 the listings of SES v2 went by GET."""
    from botocore.auth import SigV4Auth
    from botocore.awsrequest import AWSRequest

    session.client("sesv2").create_email_identity(EmailIdentity="example.com")
    request = AWSRequest("GET", f"{world.endpoint}/v2/email/identities?PageSize=5")
    credentials: Any = session.get_credentials()  # boto3's credentials come without types
    SigV4Auth(credentials, "ses", "eu-west-1").add_auth(request)
    with urllib.request.urlopen(urllib.request.Request(str(request.url), headers=dict(request.headers))) as answer:
        assert json.load(answer)["EmailIdentities"][0]["IdentityName"] == "example.com"


def test_faults_hit_the_calls_they_were_told_to(world: World, session: boto3.Session) -> None:
    """Once, some times, or with the connection cut after the work was done."""
    ses: Any = session.client("sesv2", config=ONCE)
    world.faults.append(Fault("GetAccount", "TooManyRequestsException", status=429, count=2))
    for _ in range(2):
        with pytest.raises(ClientError) as refused:
            ses.get_account()
        assert code(refused) == ("TooManyRequestsException", 429)
    ses.get_account()
    world.faults.append(Fault("CreateUser", drop=True, service="iam"))
    with pytest.raises(HTTPClientError):
        session.client("iam", config=ONCE).create_user(UserName="lost")
    assert "arn:aws:iam::123456789012:user/lost" in world.inventory()["iam_users"]
    world.faults.append(Fault("*", "ExpiredTokenException", status=403, count=None))
    for service in SERVICES:
        with pytest.raises(ClientError) as expired:
            call(session, service)
        assert code(expired) == ("ExpiredTokenException", 403)
    world.faults.clear()
    ses.get_account()


def test_identities_are_made_listed_and_deleted_as_by_aws(world: World, session: boto3.Session) -> None:
    """Duplicates, strangers and pages."""
    ses = session.client("sesv2")
    for name in ("b.example", "a.example", "post@c.example"):
        ses.create_email_identity(EmailIdentity=name, Tags=[{"Key": "k", "Value": "v"}])
    with pytest.raises(ses.exceptions.AlreadyExistsException):
        ses.create_email_identity(EmailIdentity="A.example")
    first = ses.list_email_identities(PageSize=2)
    second = ses.list_email_identities(PageSize=2, NextToken=first["NextToken"])
    assert [one["IdentityName"] for page in (first, second) for one in page["EmailIdentities"]] == [
        "a.example",
        "b.example",
        "post@c.example",
    ]
    assert "NextToken" not in second
    assert ses.get_email_identity(EmailIdentity="a.example")["Tags"] == [{"Key": "k", "Value": "v"}]
    arn = "arn:aws:ses:eu-west-1:123456789012:identity/a.example"
    ses.tag_resource(ResourceArn=arn, Tags=[{"Key": "l", "Value": "w"}])
    ses.untag_resource(ResourceArn=arn, TagKeys=["k"])
    assert ses.list_tags_for_resource(ResourceArn=arn)["Tags"] == [{"Key": "l", "Value": "w"}]
    ses.delete_email_identity(EmailIdentity="a.example")
    for ask in (ses.delete_email_identity, ses.get_email_identity):
        with pytest.raises(ses.exceptions.NotFoundException):
            ask(EmailIdentity="a.example")
    assert session.client("sesv2", region_name="us-east-1").list_email_identities()["EmailIdentities"] == []


def test_production_access_is_asked_for_once(world: World, session: boto3.Session) -> None:
    """While a review is open, AWS answers 409."""
    ses = session.client("sesv2")
    details: Any = {"MailType": "TRANSACTIONAL", "WebsiteURL": "https://example.com/", "ContactLanguage": "EN"}
    ses.put_account_details(**details, ProductionAccessEnabled=True)
    assert ses.get_account()["Details"]["ReviewDetails"]["Status"] == "PENDING"
    with pytest.raises(ClientError) as conflict:
        ses.put_account_details(**details, ProductionAccessEnabled=True)
    assert code(conflict) == ("ConflictException", 409)
    world.ses.decide_review("eu-west-1")
    seen = ses.get_account()
    assert (seen["ProductionAccessEnabled"], seen["Details"]["ReviewDetails"]["Status"]) == (True, "GRANTED")


def test_a_topic_is_tried_before_it_becomes_a_destination(world: World, session: boto3.Session) -> None:
    """It must exist, and let SES publish."""
    ses, sns = session.client("sesv2"), session.client("sns")
    ses.create_configuration_set(ConfigurationSetName="mail")
    arn = "arn:aws:sns:eu-west-1:123456789012:events"
    destination: Any = {"Enabled": True, "MatchingEventTypes": ["SEND"], "SnsDestination": {"TopicArn": arn}}
    arguments: Any = {"ConfigurationSetName": "mail", "EventDestinationName": "d", "EventDestination": destination}
    with pytest.raises(ses.exceptions.BadRequestException):
        ses.create_configuration_set_event_destination(**arguments)
    sns.create_topic(Name="events")
    with pytest.raises(ses.exceptions.BadRequestException):
        ses.create_configuration_set_event_destination(**arguments)
    one = {"Effect": "Allow", "Principal": {"Service": "ses.amazonaws.com"}, "Action": "sns:Publish", "Resource": arn}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [one]})
    sns.set_topic_attributes(TopicArn=arn, AttributeName="Policy", AttributeValue=policy)
    ses.create_configuration_set_event_destination(**arguments)
    with pytest.raises(ses.exceptions.AlreadyExistsException):
        ses.create_configuration_set_event_destination(**arguments)
    arguments["EventDestination"] = destination | {"Enabled": False}
    ses.update_configuration_set_event_destination(**arguments)
    seen = ses.get_configuration_set_event_destinations(ConfigurationSetName="mail")["EventDestinations"]
    assert [(item["Name"], item["Enabled"], item["MatchingEventTypes"]) for item in seen] == [("d", False, ["SEND"])]
    ses.delete_configuration_set_event_destination(ConfigurationSetName="mail", EventDestinationName="d")
    with pytest.raises(ses.exceptions.NotFoundException):
        ses.delete_configuration_set_event_destination(ConfigurationSetName="mail", EventDestinationName="d")
    ses.delete_configuration_set(ConfigurationSetName="mail")
    assert ses.list_configuration_sets()["ConfigurationSets"] == []


def test_mail_by_api(make_world: Callable[..., World], mail: Callable[..., bytes]) -> None:
    """Raw and simple, from verified senders only; the default configuration set applies."""
    world = make_world("production")
    ses = boto3.Session().client("sesv2")
    raw = ses.send_email(Content={"Raw": {"Data": mail()}}, Destination={"ToAddresses": ["a@example.net"]})
    simple = ses.send_email(
        FromEmailAddress="Us <post@example.com>",
        Destination={"ToAddresses": ["a@example.net"]},
        Content={"Simple": {"Subject": {"Data": "Grüße"}, "Body": {"Text": {"Data": "Hallo"}}}},
    )
    sent = world.ses.outbox
    assert [one.message_id for one in sent] == [raw["MessageId"], simple["MessageId"]]
    assert {one.configuration_set for one in sent} == {"seswizard-example-com"}
    with pytest.raises(ses.exceptions.MessageRejected, match=r"failed the check in region EU-WEST-1: post@example\.org"):
        ses.send_email(Content={"Raw": {"Data": mail("post@example.org")}})
    with pytest.raises(ses.exceptions.NotFoundException):
        ses.send_email(Content={"Raw": {"Data": mail()}}, ConfigurationSetName="none")


OURS = "arn:aws:ses:eu-west-1:123456789012:identity/example.com"
SETS = "arn:aws:ses:eu-west-1:123456789012:configuration-set/*"
BOTH = [OURS, SETS]
SENDING: list[tuple[str, list[dict[str, Any]], str]] = [
    ("nothing", [], "implicitDeny"),
    ("everything", [{"Effect": "Allow", "Action": "*", "Resource": "*"}], "allowed"),
    ("identity and set", [{"Effect": "Allow", "Action": "ses:SendRawEmail", "Resource": BOTH}], "allowed"),
    ("the set is left out", [{"Effect": "Allow", "Action": "ses:SendRawEmail", "Resource": OURS}], "implicitDeny"),
    ("another action", [{"Effect": "Allow", "Action": "ses:SendEmail", "Resource": "*"}], "implicitDeny"),
    ("NotAction", [{"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}], "allowed"),
    ("NotResource", [{"Effect": "Allow", "Action": "ses:*", "NotResource": OURS}], "implicitDeny"),
    (
        "From within",
        [
            {
                "Effect": "Allow",
                "Action": "ses:SendRawEmail",
                "Resource": "*",
                "Condition": {"StringLike": {"ses:FromAddress": ["*@example.com", "*@*.example.com"]}},
            }
        ],
        "allowed",
    ),
    (
        "From in another case",
        [
            {
                "Effect": "Allow",
                "Action": "ses:SendRawEmail",
                "Resource": "*",
                "Condition": {"StringEquals": {"ses:FromAddress": "Post@example.com"}},
            }
        ],
        "implicitDeny",
    ),
    (
        "the second API and this user only",
        [
            {
                "Effect": "Allow",
                "Action": "ses:*",
                "Resource": "*",
                "Condition": {
                    "StringEquals": {"ses:ApiVersion": "2", "aws:username": "sender", "aws:RequestedRegion": "eu-west-1"}
                },
            }
        ],
        "allowed",
    ),
    (
        "a deny of the set",
        [
            {"Effect": "Allow", "Action": "*", "Resource": "*"},
            {"Effect": "Deny", "Action": "ses:SendRaw*", "Resource": SETS},
        ],
        "explicitDeny",
    ),
    (
        "a deny of another recipient",
        [
            {"Effect": "Allow", "Action": "*", "Resource": "*"},
            {"Effect": "Deny", "Action": "*", "Resource": "*", "Condition": {"StringLike": {"ses:Recipients": "*@example.net"}}},
        ],
        "allowed",
    ),
]
"""What a policy says about post@example.com writing to the simulator, where a configuration set applies by default."""


def test_the_simulator_http_and_smtp_decide_alike(
    make_world: Callable[..., World], mail: Callable[..., bytes], dial: Callable[..., smtplib.SMTP]
) -> None:
    """One evaluator, three doors: whatever one says of a policy, the others do."""
    world = make_world("production")
    session = boto3.Session()
    iam = session.client("iam")
    arn = iam.create_user(UserName="sender", Path="/people/")["User"]["Arn"]
    key = iam.create_access_key(UserName="sender")["AccessKey"]
    password = smtp_password(Secret(key["SecretAccessKey"]), "eu-west-1").reveal()
    ses = boto3.Session(key["AccessKeyId"], key["SecretAccessKey"]).client("sesv2")
    applied = "arn:aws:ses:eu-west-1:123456789012:configuration-set/seswizard-example-com"
    to = "success@simulator.amazonses.com"
    context: Any = [
        {"ContextKeyName": name, "ContextKeyValues": [value], "ContextKeyType": "string"}
        for name, value in (
            ("ses:FromAddress", "post@example.com"),
            ("ses:Recipients", to),
            ("ses:ApiVersion", "2"),
            ("aws:RequestedRegion", "eu-west-1"),
        )
    ]
    for name, statements, expected in SENDING:
        document = {"Version": "2012-10-17", "Statement": statements}
        if statements:
            iam.put_user_policy(UserName="sender", PolicyName="p", PolicyDocument=json.dumps(document))
        simulated = iam.simulate_principal_policy(
            PolicySourceArn=arn, ActionNames=["ses:SendRawEmail"], ResourceArns=[OURS, applied], ContextEntries=context
        )
        decisions = {one["EvalDecision"] for one in simulated["EvaluationResults"]}
        assert (decisions - {"allowed"} or {"allowed"}) == {expected}, name
        try:
            ses.send_email(Content={"Raw": {"Data": mail()}}, Destination={"ToAddresses": [to]})
            by_http = "allowed"
        except ClientError as refused:
            assert code_of(refused) == ("AccessDeniedException", 403), name
            by_http = "explicitDeny" if "explicit deny" in str(refused) else "implicitDeny"
        assert by_http == expected, name
        with dial(world) as client:
            client.login(key["AccessKeyId"], password)
            if expected == "allowed":
                client.sendmail("post@example.com", [to], mail())
            else:
                with pytest.raises(smtplib.SMTPDataError, match=r"554.*Access denied: User .*sender' is not authorized"):
                    client.sendmail("post@example.com", [to], mail())


def test_the_simulator_answers_for_every_action_and_resource(world: World, session: boto3.Session) -> None:
    """And names the keys that a policy asks about but nobody gave."""
    iam = session.client("iam")
    arn = iam.create_user(UserName="sender")["User"]["Arn"]
    one: Any = {"Effect": "Allow", "Action": "ses:Send*", "Resource": OURS, "Condition": {"StringLike": {"ses:FromAddress": "*"}}}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [one]})
    ask: dict[str, Any] = {
        "PolicySourceArn": arn,
        "ActionNames": ["ses:SendEmail", "ses:SendRawEmail"],
        "PolicyInputList": [policy],
    }
    said = iam.simulate_principal_policy(**ask, ResourceArns=[OURS, f"{OURS}.evil"])
    assert [(one["EvalActionName"], one["EvalResourceName"], one["EvalDecision"]) for one in said["EvaluationResults"]] == [
        (action, resource, "implicitDeny")
        for action in ("ses:SendEmail", "ses:SendRawEmail")
        for resource in (OURS, f"{OURS}.evil")
    ]
    assert {tuple(one["MissingContextValues"]) for one in said["EvaluationResults"]} == {("ses:FromAddress",)}
    given: Any = [{"ContextKeyName": "SES:fromaddress", "ContextKeyValues": ["a@b.c"], "ContextKeyType": "string"}]
    said = iam.simulate_principal_policy(**ask, ResourceArns=[OURS, f"{OURS}.evil"], ContextEntries=given)
    assert [one["EvalDecision"] for one in said["EvaluationResults"]] == ["allowed", "implicitDeny"] * 2
    assert {tuple(one["MissingContextValues"]) for one in said["EvaluationResults"]} == {()}
    assert [one["EvalResourceName"] for one in iam.simulate_principal_policy(**ask)["EvaluationResults"]] == ["*", "*"]
    assert world.requests[-1].write is False


def test_what_the_evaluator_does_not_know_is_refused_with_its_name(
    make_world: Callable[..., World], mail: Callable[..., bytes], dial: Callable[..., smtplib.SMTP]
) -> None:
    """By every door, never guessed, and no fault of the world's."""
    world = make_world("production")
    iam = boto3.Session().client("iam")
    arn = iam.create_user(UserName="sender")["User"]["Arn"]
    key = iam.create_access_key(UserName="sender")["AccessKey"]
    odd = {"IpAddress": {"aws:SourceIp": "127.0.0.0/8"}}
    one: Any = {"Effect": "Allow", "Action": "ses:*", "Resource": "*", "Condition": odd}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [one]})
    iam.put_user_policy(UserName="sender", PolicyName="p", PolicyDocument=policy)
    unknown = "does not know this: condition operator IpAddress"
    with pytest.raises(ClientError, match=unknown):
        iam.simulate_principal_policy(PolicySourceArn=arn, ActionNames=["ses:SendRawEmail"])
    with pytest.raises(ClientError, match=unknown):
        boto3.Session(key["AccessKeyId"], key["SecretAccessKey"]).client("sesv2", config=ONCE).get_account()
    with dial(world) as client:
        client.login(key["AccessKeyId"], smtp_password(Secret(key["SecretAccessKey"]), "eu-west-1").reveal())
        with pytest.raises(smtplib.SMTPDataError, match=f"554 .*{unknown}|{unknown}"):
            client.sendmail("post@example.com", ["success@simulator.amazonses.com"], mail())
    assert world.failures == []


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({"PolicySourceArn": "arn:aws:iam::123456789012:user/nobody"}, ("NoSuchEntity", 404)),
        ({"PolicySourceArn": "arn:aws:iam::123456789012:role/sender"}, ("NoSuchEntity", 404)),
        ({"PolicyInputList": ["{"]}, ("InvalidInput", 400)),
        ({"ResourcePolicy": "{}"}, ("NotImplementedException", 501)),
        ({"CallerArn": "arn:aws:iam::123456789012:user/sender"}, ("NotImplementedException", 501)),
    ],
)
def test_the_simulator_says_what_it_cannot(
    world: World, session: boto3.Session, more: dict[str, Any], expected: tuple[str, int]
) -> None:
    """A user that is not there, a policy that is none, and what it leaves out."""
    iam: Any = session.client("iam", config=ONCE)
    arn = iam.create_user(UserName="sender")["User"]["Arn"]
    with pytest.raises(ClientError) as refused:
        iam.simulate_principal_policy(**{"PolicySourceArn": arn, "ActionNames": ["ses:SendRawEmail"], **more})
    assert code(refused) == expected


def test_simulating_needs_permission_itself(world: World, session: boto3.Session) -> None:
    """For the very user that one asks about."""
    iam = session.client("iam")
    mine = iam.create_user(UserName="narrow")["User"]["Arn"]
    other = iam.create_user(UserName="sender")["User"]["Arn"]
    one = {"Effect": "Allow", "Action": "iam:SimulatePrincipalPolicy", "Resource": mine}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [one]})
    iam.put_user_policy(UserName="narrow", PolicyName="p", PolicyDocument=policy)
    key = iam.create_access_key(UserName="narrow")["AccessKey"]
    narrow = boto3.Session(key["AccessKeyId"], key["SecretAccessKey"]).client("iam")
    (said,) = narrow.simulate_principal_policy(
        PolicySourceArn=mine, ActionNames=["iam:SimulatePrincipalPolicy"], ResourceArns=[mine]
    )["EvaluationResults"]
    assert said["EvalDecision"] == "allowed"
    with pytest.raises(ClientError, match="not authorized to perform: iam:SimulatePrincipalPolicy"):
        narrow.simulate_principal_policy(PolicySourceArn=other, ActionNames=["ses:SendRawEmail"])


def test_the_suppression_list(world: World, session: boto3.Session) -> None:
    """Put, got, listed, deleted."""
    ses = session.client("sesv2")
    ses.put_suppressed_destination(EmailAddress="A@example.net", Reason="BOUNCE")
    assert ses.get_suppressed_destination(EmailAddress="A@example.net")["SuppressedDestination"]["Reason"] == "BOUNCE"
    assert len(ses.list_suppressed_destinations(Reasons=["BOUNCE"])["SuppressedDestinationSummaries"]) == 1
    with pytest.raises(ses.exceptions.NotFoundException):
        ses.delete_suppressed_destination(EmailAddress="a@example.net")
    ses.delete_suppressed_destination(EmailAddress="A@example.net")
    assert ses.list_suppressed_destinations()["SuppressedDestinationSummaries"] == []


def test_the_inventory_names_what_is_left_behind(world: World, session: boto3.Session) -> None:
    """Also in the services that are seldom used."""
    before = world.inventory()
    session.client("secretsmanager").create_secret(Name="mail", SecretString="x")
    session.client("ssm").put_parameter(Name="/mail", Value="x", Type="SecureString")
    after = world.inventory()
    assert {name: after[name] for name in after if after[name] != before[name]} == {
        "secrets": ("eu-west-1/mail",),
        "parameters": ("eu-west-1/mail",),
    }


def test_one_world_at_a_time_and_each_is_fresh(make_world: Callable[..., World]) -> None:
    """Nothing of one world is left in the next, and nothing of it on the disk."""
    first = make_world("production")
    assert first.directory.stat().st_mode & 0o777 == 0o700
    with pytest.raises(WorldBusyError):
        World("blank").start()
    boto3.Session().client("sqs").create_queue(QueueName="left-over")
    second = make_world("blank")
    assert not first.directory.exists()
    assert second.inventory() == dict.fromkeys(second.inventory(), ()) | {
        "iam_users": ("arn:aws:iam::123456789012:user/admin",),
        "iam_keys": (f"admin {second.access_key} Active",),
    }


def test_operations_of_the_model_only() -> None:
    """Every listed operation exists in the service's model."""
    session = boto3.Session("x", "x", region_name="eu-west-1")
    for service, operations in OPERATIONS.items():
        client: Any = session.client(service)  # type: ignore[call-overload]  # the service is a variable
        assert operations <= set(client.meta.service_model.operation_names), service


@pytest.mark.parametrize(("left", "said"), [("key", "access keys"), ("policy", "policies")])
def test_a_user_that_has_something_left_is_not_deleted(world: World, session: boto3.Session, left: str, said: str) -> None:
    iam = session.client("iam", config=ONCE)
    iam.create_user(UserName="busy")
    if left == "key":
        iam.create_access_key(UserName="busy")
    else:
        statement = {"Effect": "Allow", "Action": "ses:SendRawEmail", "Resource": "*"}
        document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
        iam.put_user_policy(UserName="busy", PolicyName="p", PolicyDocument=document)
    with pytest.raises(iam.exceptions.DeleteConflictException, match=said):
        iam.delete_user(UserName="busy")
    assert iam.get_user(UserName="busy")["User"]["UserName"] == "busy"

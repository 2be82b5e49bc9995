"""What the world's AWS answers, and over what an IAM policy decides when somebody asks for it.

Everything that is not listed here gets a clear 501, so that the wizard never calls what nobody has tried.
"""

from collections.abc import Callable

from seswizard.demo.ses import ANSWERS, Params
from seswizard.demo.ses.region import ACCOUNT_ID

OPERATIONS: dict[str, frozenset[str]] = {
    "sts": frozenset(["GetCallerIdentity"]),
    "sesv2": frozenset(ANSWERS),
    "iam": frozenset(
        """GetUser CreateUser DeleteUser ListUsers TagUser UntagUser ListUserTags PutUserPolicy GetUserPolicy
        ListUserPolicies DeleteUserPolicy ListAttachedUserPolicies ListGroupsForUser CreateAccessKey ListAccessKeys
        UpdateAccessKey DeleteAccessKey GetAccessKeyLastUsed SimulatePrincipalPolicy""".split()
    ),
    "sns": frozenset(
        """CreateTopic DeleteTopic ListTopics GetTopicAttributes SetTopicAttributes Subscribe Unsubscribe
        ListSubscriptions ListSubscriptionsByTopic GetSubscriptionAttributes SetSubscriptionAttributes Publish
        TagResource UntagResource ListTagsForResource""".split()
    ),
    "sqs": frozenset(
        """CreateQueue DeleteQueue ListQueues GetQueueUrl GetQueueAttributes SetQueueAttributes SendMessage
        ReceiveMessage DeleteMessage DeleteMessageBatch ChangeMessageVisibility PurgeQueue TagQueue UntagQueue
        ListQueueTags""".split()
    ),
    "route53": frozenset(
        """ListHostedZones ListHostedZonesByName GetHostedZone CreateHostedZone DeleteHostedZone
        ListResourceRecordSets ChangeResourceRecordSets GetChange""".split()
    ),
    "cloudwatch": frozenset(
        """PutMetricAlarm DescribeAlarms DeleteAlarms SetAlarmState PutMetricData GetMetricData GetMetricStatistics
        ListMetrics TagResource ListTagsForResource""".split()
    ),
    "secretsmanager": frozenset(
        "CreateSecret PutSecretValue GetSecretValue DescribeSecret DeleteSecret RestoreSecret ListSecrets TagResource".split()
    ),
    "ssm": frozenset("PutParameter GetParameter DeleteParameter AddTagsToResource ListTagsForResource".split()),
}
"""Every operation that the world answers, by service."""

KnownUser = Callable[[str, str], str | None]
"""A user's ARN by its name, or by one of its keys."""
KnownSecret = Callable[[str, str], str | None]
"""A secret's ARN by its region, and its name or ARN."""

_READS = ("Get", "List", "Describe", "Receive", "Simulate")


def is_write(operation: str) -> bool:
    """Whether the operation changes anything."""
    return not operation.startswith(_READS)


def asked_of_iam(
    service: str, operation: str, region: str, params: Params, user_arn: KnownUser, secret_arn: KnownSecret
) -> tuple[str, tuple[str, ...]]:
    """The IAM action of a call and the resources that must each be allowed; `*` where the action has none.

    `user_arn` and `secret_arn` know the whole ARN of what exists: callers name a user without its path, and a secret
    without the six characters that AWS adds.
    """
    prefix = {"sesv2": "ses"}.get(service, service)
    action = "SendRawEmail" if operation == "SendEmail" and "Raw" in params.group("Content") else operation
    known = user_arn(params.text("UserName"), params.text("AccessKeyId")) if service == "iam" else None
    if service == "secretsmanager":
        known = secret_arn(region, params.text("SecretId"))
    find = _RESOURCES.get(service)
    found = (known,) if known else find(operation, region, params) if find else ()
    return f"{prefix}:{action}", found or ("*",)


def _ses(operation: str, region: str, params: Params) -> tuple[str, ...]:
    base = f"arn:aws:ses:{region}:{ACCOUNT_ID}:"
    found = []
    if identity := params.text("EmailIdentity"):
        found.append(f"{base}identity/{identity}")
    if name := params.text("ConfigurationSetName"):
        found.append(f"{base}configuration-set/{name}")
    if arn := params.text("ResourceArn"):
        found.append(arn)
    return tuple(found)


def _iam(operation: str, region: str, params: Params) -> tuple[str, ...]:
    if operation == "SimulatePrincipalPolicy":
        return (params.text("PolicySourceArn"),)
    name = params.text("UserName")
    return (f"arn:aws:iam::{ACCOUNT_ID}:user{params.text('Path') or '/'}{name}",) if name else ()


def _sns(operation: str, region: str, params: Params) -> tuple[str, ...]:
    if operation == "CreateTopic":
        return (f"arn:aws:sns:{region}:{ACCOUNT_ID}:{params.text('Name')}",)
    subscription = params.text("SubscriptionArn")
    topic = params.text("TopicArn") or params.text("ResourceArn") or subscription.rpartition(":")[0]
    return (topic,) if topic else ()


def _sqs(operation: str, region: str, params: Params) -> tuple[str, ...]:
    name = params.text("QueueName") or params.text("QueueUrl").rpartition("/")[2]
    return (f"arn:aws:sqs:{region}:{ACCOUNT_ID}:{name}",) if name else ()


def _route53(operation: str, region: str, params: Params) -> tuple[str, ...]:
    kind = "change" if operation == "GetChange" else "hostedzone"
    name = (params.text("HostedZoneId") or params.text("Id")).rpartition("/")[2]
    return (f"arn:aws:route53:::{kind}/{name}",) if name else ()


def _secrets(operation: str, region: str, params: Params) -> tuple[str, ...]:
    name = params.text("SecretId") or params.text("Name")
    if not name:
        return ()
    return (name if name.startswith("arn:") else f"arn:aws:secretsmanager:{region}:{ACCOUNT_ID}:secret:{name}",)


def _ssm(operation: str, region: str, params: Params) -> tuple[str, ...]:
    name = params.text("Name") or params.text("ResourceId")
    return (f"arn:aws:ssm:{region}:{ACCOUNT_ID}:parameter/{name.lstrip('/')}",) if name else ()


_RESOURCES: dict[str, Callable[[str, str, Params], tuple[str, ...]]] = {
    "sesv2": _ses,
    "iam": _iam,
    "sns": _sns,
    "sqs": _sqs,
    "route53": _route53,
    "secretsmanager": _secrets,
    "ssm": _ssm,
}

"""The permissions we ask for, and the ones we give: least privilege, each line with its reason.

Sources: https://docs.aws.amazon.com/ses/latest/dg/control-user-access.html, the service authorisation reference.
"""

import hashlib
import json
from dataclasses import dataclass

from seswizard.core.identity import our_tags

USER_PATH = "/seswizard/"
POLICY_NAME = "seswizard-send"


@dataclass(frozen=True, slots=True)
class Names:
    """What the things that we make for one domain are called."""

    domain: str
    region: str

    @property
    def user(self) -> str:
        """The IAM user: one a region, for its policy names the region, and two keys are all that a user may have."""
        return _fitted(f"seswizard-{self.domain}-{self.region}", f"{self.domain} {self.region}")

    @property
    def set(self) -> str:
        """The configuration set, topic and queue: at most 64 letters, digits, `-` and `_`."""
        plain = "seswizard-" + self.domain.replace(".", "-")
        return _fitted(plain, self.domain, told_apart="-" not in self.domain)

    @property
    def tags(self) -> dict[str, str]:
        """What they are tagged with."""
        return our_tags(self.domain, self.region)


def _fitted(name: str, domain: str, *, told_apart: bool = True) -> str:
    """The name in 64 characters; with a piece of the domain's hash where another domain could come to the same."""
    if told_apart and len(name) <= 64:
        return name
    return f"{name[:55]}-{hashlib.sha256(domain.encode()).hexdigest()[:8]}"


def send_policy(*, partition: str, region: str, account: str, domain: str, default_set: str | None = None) -> str:
    """The SMTP user's inline policy: it may send as this domain, in this region, and nothing else.

    The recipient's identity is authorised too when it is one of the account's (always so in the sandbox), hence
    `identity/*`; the From condition is what keeps it to one domain. A configuration set that applies is authorised as
    well, so ours and the identity's present default set are named.
    """
    here = f"arn:{partition}:ses:{region}:{account}"
    sets = [f"{here}:configuration-set/seswizard-*"]
    if default_set and not default_set.startswith("seswizard-"):
        sets.append(f"{here}:configuration-set/{default_set}")
    statement = {
        "Effect": "Allow",
        "Action": "ses:SendRawEmail",
        "Resource": [f"{here}:identity/*", *sets],
        "Condition": {"StringLike": {"ses:FromAddress": [f"*@{domain}", f"*@*.{domain}"]}},
    }
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def topic_policy(*, topic: str, account: str, partition: str, region: str, set_name: str) -> str:
    """SES may publish the events of one configuration set; the owner keeps all rights."""
    return json.dumps(
        {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Sid": "seswizard-events",
                    "Effect": "Allow",
                    "Principal": {"Service": "ses.amazonaws.com"},
                    "Action": "sns:Publish",
                    "Resource": topic,
                    "Condition": {
                        "StringEquals": {
                            "AWS:SourceAccount": account,
                            "AWS:SourceArn": f"arn:{partition}:ses:{region}:{account}:configuration-set/{set_name}",
                        }
                    },
                }
            ],
        }
    )


def queue_policy(*, queue: str, topic: str) -> str:
    """The topic may put its messages into the queue."""
    return json.dumps(
        {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Sid": "seswizard-events",
                    "Effect": "Allow",
                    "Principal": {"Service": "sns.amazonaws.com"},
                    "Action": "sqs:SendMessage",
                    "Resource": queue,
                    "Condition": {"ArnEquals": {"aws:SourceArn": topic}},
                }
            ],
        }
    )


@dataclass(frozen=True, slots=True)
class Permission:
    """The actions one step of the road needs from the person's own credentials."""

    step: str
    actions: tuple[str, ...]
    resources: tuple[str, ...]
    why: str


PERMISSIONS: tuple[Permission, ...] = (
    Permission("access", ("sts:GetCallerIdentity",), ("*",), "to show who asks; needs no policy"),
    Permission("sandbox", ("ses:GetAccount",), ("*",), "sandbox, quota and review"),
    Permission(
        "domain",
        (
            "ses:GetEmailIdentity",
            "ses:CreateEmailIdentity",
            "ses:PutEmailIdentityMailFromAttributes",
            "ses:TagResource",
            "ses:DeleteEmailIdentity",
        ),
        ("arn:aws:ses:*:*:identity/*",),
        "the identity and its MAIL FROM; Delete for undo",
    ),
    Permission(
        "login",
        (
            "iam:GetUser",
            "iam:CreateUser",
            "iam:TagUser",
            "iam:GetUserPolicy",
            "iam:PutUserPolicy",
            "iam:ListAccessKeys",
            "iam:CreateAccessKey",
            "iam:DeleteAccessKey",
            "iam:DeleteUserPolicy",
            "iam:DeleteUser",
        ),
        # IAM knows no path of a user that does not exist yet, and then decides over the plain name.
        ("arn:aws:iam::*:user/seswizard/*", "arn:aws:iam::*:user/seswizard-*"),
        "the sending user with its key; Delete for undo",
    ),
    Permission(
        "proof",
        (
            "ses:GetConfigurationSet",
            "ses:CreateConfigurationSet",
            "ses:GetConfigurationSetEventDestinations",
            "ses:CreateConfigurationSetEventDestination",
            "ses:DeleteConfigurationSet",
        ),
        ("arn:aws:ses:*:*:configuration-set/seswizard-*",),
        "the set that reports bounces",
    ),
    Permission(
        "proof",
        ("ses:SendRawEmail",),
        ("arn:aws:ses:*:*:identity/*", "arn:aws:ses:*:*:configuration-set/seswizard-*"),
        "only for a proof by API (`send --via api`)",
    ),
    Permission(
        "proof",
        (
            "sns:CreateTopic",
            "sns:GetTopicAttributes",
            "sns:SetTopicAttributes",
            "sns:Subscribe",
            "sns:ListSubscriptionsByTopic",
            "sns:ListTagsForResource",
            "sns:TagResource",
            "sns:DeleteTopic",
        ),
        ("arn:aws:sns:*:*:seswizard-*",),
        "where SES publishes events",
    ),
    Permission(
        "proof",
        (
            "sqs:CreateQueue",
            "sqs:GetQueueUrl",
            "sqs:GetQueueAttributes",
            "sqs:SetQueueAttributes",
            "sqs:ListQueueTags",
            "sqs:TagQueue",
            "sqs:ReceiveMessage",
            "sqs:DeleteMessage",
            "sqs:DeleteQueue",
        ),
        ("arn:aws:sqs:*:*:seswizard-*",),
        "where we read them",
    ),
)


def operator_policy() -> str:
    """The whole road's permissions as one IAM policy document, for the person who runs the wizard."""
    return json.dumps(
        {
            "Version": "2012-10-17",
            "Statement": [
                {"Effect": "Allow", "Action": list(one.actions), "Resource": list(one.resources)}
                for one in PERMISSIONS
                if one.step != "access"
            ],
        },
        indent=2,
    )

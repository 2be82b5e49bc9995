"""The permissions that we ask for, step by step: each line with its reason, all together as one policy to paste.

Source: the service authorisation reference, https://docs.aws.amazon.com/service-authorization/latest/reference/.
"""

import json
from dataclasses import dataclass

from seswizard.core.keep_permissions import KEEP_PERMISSIONS


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
            "iam:GetAccessKeyLastUsed",
            "iam:UpdateAccessKey",
            "iam:DeleteAccessKey",
            "iam:DeleteUserPolicy",
            "iam:DeleteUser",
        ),
        # IAM knows no path of a user that does not exist yet, and then decides over the plain name.
        ("arn:aws:iam::*:user/seswizard/*", "arn:aws:iam::*:user/seswizard-*"),
        "the sending user with its key; Update to rotate it, Delete for revoke and undo",
    ),
    *(Permission("login", *one) for one in KEEP_PERMISSIONS),
    Permission(
        "proof",
        (
            "ses:GetConfigurationSet",
            "ses:CreateConfigurationSet",
            "ses:GetConfigurationSetEventDestinations",
            "ses:CreateConfigurationSetEventDestination",
            "ses:UpdateConfigurationSetEventDestination",
            "ses:DeleteConfigurationSetEventDestination",
            "ses:DeleteConfigurationSet",
        ),
        ("arn:aws:ses:*:*:configuration-set/seswizard-*",),
        "the set that reports bounces",
    ),
    Permission(
        "proof",
        ("ses:PutEmailIdentityConfigurationSetAttributes",),
        ("arn:aws:ses:*:*:identity/*", "arn:aws:ses:*:*:configuration-set/seswizard-*"),
        "makes that set the default of an identity that seswizard made",
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
            "sns:GetSubscriptionAttributes",
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
    Permission(
        "aftercare",
        ("ses:ListSuppressedDestinations", "ses:GetSuppressedDestination", "ses:DeleteSuppressedDestination"),
        ("*",),
        "the suppression list; Delete to take an address off it",
    ),
)

LOOKING = ("ses:GetAccount", "ses:GetEmailIdentity", "iam:ListAccessKeys", "iam:GetUserPolicy")
"""What is enough for `health` and `records`, with a login in the keyring; the rest of the list changes something."""


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

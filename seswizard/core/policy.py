"""The policies we write: what the sending login, the topic and the queue may do; least privilege.

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


POLICY_LIMIT = 2048
"""Characters that the inline policies of one user may have together, white space not counted
(https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html)."""


def send_policy(
    *,
    partition: str,
    region: str,
    account: str,
    domain: str,
    addresses: tuple[str, ...] = (),
    default_set: str | None = None,
    also: tuple[str, ...] = (),
    regions: tuple[str, ...] = (),
    default_sets: tuple[str, ...] = (),
) -> str:
    """The SMTP user's inline policy: it may send as these domains, in these regions, and nothing else.

    With `addresses` it may send as these alone, instead of as everything of `domain` and the names below it.

    The recipient's identity is authorised too when it is one of the account's (always so in the sandbox), hence
    `identity/*`; the From condition is what keeps it to its domains. A configuration set that applies is authorised as
    well, so ours and the identities' present default sets in `region` are named.
    """
    wanted = dict.fromkeys(one for one in (default_set, *default_sets) if one and not one.startswith("seswizard-"))
    resources = []
    for place in dict.fromkeys((region, *regions)):
        here = f"arn:{partition}:ses:{place}:{account}"
        resources += [f"{here}:identity/*", f"{here}:configuration-set/seswizard-*"]
        if place == region:
            resources += [f"{here}:configuration-set/{one}" for one in wanted]
    statement = {
        "Effect": "Allow",
        "Action": "ses:SendRawEmail",
        "Resource": resources,
        "Condition": {"StringLike": {"ses:FromAddress": list(sender_patterns(domain, addresses, also))}},
    }
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def sender_patterns(domain: str, addresses: tuple[str, ...] = (), also: tuple[str, ...] = ()) -> tuple[str, ...]:
    """What a login may send as: these addresses alone, else everything of the domain and the names below it; `also` likewise."""
    domains = dict.fromkeys(also if addresses else (domain, *also))
    below = (pattern for name in domains for pattern in (f"*@{name}", f"*@*.{name}"))
    return (*dict.fromkeys(map(_literally, addresses)), *below)


def _literally(address: str) -> str:
    """An address as a pattern: what IAM would read as any number of characters, or a variable, stands for one character."""
    return address.translate(str.maketrans("*$", "??"))


def senders_of(document: str) -> tuple[str, ...]:
    """The patterns of senders in a policy of the form that we write; none where it has another form."""
    try:
        found = json.loads(document)["Statement"][0]["Condition"]["StringLike"]["ses:FromAddress"]
    except (ValueError, TypeError, KeyError, IndexError, RecursionError):
        return ()
    return tuple(one for one in found if isinstance(one, str)) if isinstance(found, list) else ()


def policy_size(document: str) -> int:
    """The characters of a policy as IAM counts them."""
    return sum(not char.isspace() for char in document)


def policy_reasons(document: str) -> tuple[str, ...]:
    """Why each line of a send policy is there, for the plan."""
    statement = json.loads(document)["Statement"][0]
    told = [f"{statement['Action']}: the one action that SMTP asks for"]
    for arn in statement["Resource"]:
        kind, _, name = arn.split(":", 5)[5].partition("/")
        place = f"{kind}/{name} in {arn.split(':')[3]}"
        if kind == "identity":
            told.append(f"{place}: a recipient that is an identity of yours is asked about too, in the sandbox always")
        elif name == "seswizard-*":
            told.append(f"{place}: a set that applies is asked about; ours reports the bounces")
        else:
            told.append(f"{place}: the set that applies by default now")
    told.append(f"ses:FromAddress like {', '.join(senders_of(document))}: this is what keeps it to its senders")
    return tuple(told)


@dataclass(frozen=True, slots=True)
class SendRights:
    """What a policy lets its user do beside the identity itself."""

    any_identity: bool
    """Whether recipients that are identities of the account are covered."""
    any_set: bool
    """Whether configuration sets of ours are covered."""


def send_rights(document: str, region: str) -> SendRights | None:
    """What an inline policy allows of sending in a region; None where it is no policy that we can read."""
    try:
        statements = json.loads(document)["Statement"]
        found = [
            resource
            for one in (statements if isinstance(statements, list) else [statements])
            if one["Effect"] == "Allow"
            for resource in (one["Resource"] if isinstance(one["Resource"], list) else [one["Resource"]])
            if resource == "*" or resource.split(":")[3] in (region, "*")
        ]
    except (ValueError, TypeError, KeyError, IndexError, AttributeError):
        return None
    names = {"identity/*" if one == "*" else one.split(":", 5)[-1] for one in found}
    everything = "*" in found or "*" in names
    return SendRights(
        everything or "identity/*" in names,
        everything or bool(names & {"configuration-set/*", "configuration-set/seswizard-*"}),
    )


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

"""Whether a user's own policies let it do something: asked by the HTTP gate and by SMTP alike."""

from seswizard.demo.aws import backend
from seswizard.demo.policy import Decision, Document, Question, UnknownPolicyElementError, decide
from seswizard.demo.refusal import RefusedError

_CODES = {"sns": "AuthorizationError"} | dict.fromkeys(("iam", "route53", "sqs", "cloudwatch"), "AccessDenied")
_REASONS = {
    "explicitDeny": "with an explicit deny in an identity-based policy",
    "implicitDeny": "because no identity-based policy allows the {action} action",
}


def caller_context(user: str, service: str, region: str) -> dict[str, tuple[str, ...]]:
    """The condition keys that every call has; SES's second API counts as version 2, and so does SMTP."""
    context: dict[str, tuple[str, ...]] = {"aws:username": (user,), "aws:RequestedRegion": (region,)}
    return context | {"ses:ApiVersion": ("2",)} if service == "sesv2" else context


def verdict_of(policies: tuple[Document, ...], question: Question) -> Decision:
    """What the policies say.

    Raises:
        RefusedError: they use a part of the language that the world does not know, so nothing is guessed.
    """
    try:
        return decide(policies, question)
    except UnknownPolicyElementError as error:
        raise RefusedError("NotImplementedException", f"The embedded world's IAM does not know this: {error}.", 501) from None


def first_denied(
    user: str, action: str, resources: tuple[str, ...], context: dict[str, tuple[str, ...]]
) -> tuple[str, str] | None:
    """The first resource that the user may not act upon, and the verdict; None if it may act upon all.

    Raises:
        RefusedError: its policies cannot be judged.
    """
    policies = backend.policies(user)
    for resource in resources:
        verdict = verdict_of(policies, Question(action, resource, context))
        if verdict != "allowed":
            return resource, verdict
    return None


def require(
    key: backend.AccessKey, service: str, action: str, resources: tuple[str, ...], context: dict[str, tuple[str, ...]]
) -> None:
    """Insist that the user may act upon every resource.

    Raises:
        RefusedError: it may not.
    """
    if found := first_denied(key.user, action, resources, context):
        resource, verdict = found
        raise RefusedError(
            _CODES.get(service, "AccessDeniedException"),
            f"User: {key.arn} is not authorized to perform: {action} on resource: {resource} "
            + _REASONS[verdict].format(action=action),
            403,
        )

"""Whether a user's own policies let it do something: asked by the HTTP gate and by SMTP alike."""

from seswizard.demo.aws import backend
from seswizard.demo.policy import Question, decide
from seswizard.demo.refusal import RefusedError

_CODES = {"sns": "AuthorizationError"} | dict.fromkeys(("iam", "route53", "sqs", "cloudwatch"), "AccessDenied")
_REASONS = {
    "explicitDeny": "with an explicit deny in an identity-based policy",
    "implicitDeny": "because no identity-based policy allows the {action} action",
}


def first_denied(
    user: str, action: str, resources: tuple[str, ...], context: dict[str, tuple[str, ...]]
) -> tuple[str, str] | None:
    """The first resource that the user may not act upon, and the verdict; None if it may act upon all."""
    policies = backend.policies(user)
    for resource in resources:
        verdict = decide(policies, Question(action, resource, context))
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

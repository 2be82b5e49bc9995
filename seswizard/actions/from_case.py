"""A sender that the login's own policy turns away only for its upper and lower case: read once SES has refused it."""

from seswizard.actions.account_guard import choices_for
from seswizard.actions.proof import Sending
from seswizard.core.failure import Failure, FailureError
from seswizard.core.from_condition import differs_in_case
from seswizard.core.names import domain_of
from seswizard.core.policy import POLICY_NAME, Names
from seswizard.core.quoting import our_command
from seswizard.ports import Services


async def by_case(services: Services, sending: Sending, refused: Failure) -> Failure:
    """The refusal as it is, or the one of its letters' case where the policy can be read and shows that. Never raises."""
    names = Names(str(domain_of(sending.name)), services.region)
    try:
        choices = await choices_for(services, str(sending.name))
        policy = await services.iam.policy(choices.iam_user or names.user, POLICY_NAME)
    except FailureError:
        return refused
    sender = sending.from_address
    pattern = differs_in_case(policy or "", sender)
    if not pattern:
        return refused
    return Failure(
        "send.from-case",
        f"The login's policy lets {pattern} send, and {sender} differs from that in upper and lower case.",
        refused.detail,
        "IAM compares letter by letter: write From as the policy has it, or have the policy put right.",
        our_command("login create", names.domain, region=names.region),
    )

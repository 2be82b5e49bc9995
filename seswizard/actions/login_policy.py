"""The policy that a login's user should have, as things stand at SES now."""

import hashlib
import json

from seswizard.actions.login_standing import Site
from seswizard.core.account import Caller
from seswizard.core.failure import Failure
from seswizard.core.plan import Change, Sign, readable
from seswizard.core.policy import POLICY_LIMIT, POLICY_NAME, policy_size, send_policy
from seswizard.core.quoting import aws_command
from seswizard.ports import Services


def digest(document: str) -> str:
    """A short fingerprint of a policy as it was written, to tell later whether it was changed."""
    return hashlib.sha256(document.encode()).hexdigest()[:32]


def unchanged(policy: str, written: str) -> bool:
    """Whether a policy is still the one of this fingerprint."""
    try:
        return digest(json.dumps(json.loads(policy))) == written
    except ValueError:
        return False


def same_policy(one: str, other: str) -> bool:
    """Whether two documents say the same."""
    try:
        return bool(json.loads(one) == json.loads(other))
    except ValueError:
        return False


async def wanted_policy(services: Services, site: Site, caller: Caller) -> str:
    """The policy for every domain and region of this login; default sets are known for the present region only.

    Raises:
        FailureError: SES could not be asked for the identities' default configuration sets.
    """
    names = dict.fromkeys((str(site.name), *site.also))
    identities = [await services.ses.identity(name) for name in names]
    return send_policy(
        partition=caller.partition,
        region=site.names.region,
        account=caller.account,
        domain=site.names.domain,
        also=site.also,
        regions=site.regions,
        default_sets=tuple(one.configuration_set for one in identities if one and one.configuration_set),
    )


def too_long(policy: str) -> Failure | None:
    """Refused before anything is written, if IAM would refuse it."""
    size = policy_size(policy)
    if size <= POLICY_LIMIT:
        return None
    return Failure(
        "login.policy-too-long",
        f"The login's policy would have {size} characters; IAM takes {POLICY_LIMIT}.",
        remedy="Fewer domains or regions for this login; nothing was made. Give the others a login of their own.",
    )


def policy_words(site: Site) -> str:
    """What the policy lets its user do, in a few words."""
    return f"may send only as {', '.join(f'*@{one}' for one in (site.names.domain, *site.also))}"


def policy_change(site: Site, sign: Sign, policy: str) -> Change:
    """The line of the plan, with the document itself for those who do it by hand."""
    file = f"{POLICY_NAME}.json"
    command = aws_command("iam put-user-policy", user_name=site.user, policy_name=POLICY_NAME, policy_document=f"file://{file}")
    document = readable(json.loads(policy))
    return Change(sign, "Policy", policy_words(site), command, ((file, document),))

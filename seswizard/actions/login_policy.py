"""The policy that a login's user should have, as things stand at SES now."""

import hashlib
import json

from seswizard.actions.login_standing import Site
from seswizard.core.account import Caller
from seswizard.core.failure import Failure
from seswizard.core.plan import Change, Sign, readable
from seswizard.core.policy import POLICY_LIMIT, POLICY_NAME, policy_size, send_policy, senders_of
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


async def wanted_policy(services: Services, site: Site, caller: Caller, there: str | None) -> str:
    """The policy for every sender and region of this login; default sets are known for the present region only.

    An address's login may send as that address. What the policy that is `there` lets its user send as in the same domain
    stays allowed: other addresses share the login, and earlier versions allowed the whole domain, which programs may need.

    Raises:
        FailureError: SES could not be asked for the identities' default configuration sets.
    """
    name, domain = str(site.name), site.names.domain
    present = senders_of(there or "")
    alone = "@" in name and f"*@{domain}" not in present
    shared = tuple(one for one in present if one.endswith(f"@{domain}") and not one.startswith("*"))
    identities = [await services.ses.identity(one) for one in dict.fromkeys((name, *site.also))]
    return send_policy(
        partition=caller.partition,
        region=site.names.region,
        account=caller.account,
        domain=domain,
        addresses=(*shared, name) if alone else (),
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


def policy_words(policy: str) -> str:
    """What the policy lets its user do, in a few words, taken from the document itself."""
    return f"may send only as {', '.join(senders_of(policy))}"


def wider_note(site: Site, policy: str) -> list[str]:
    """What is said of an address's login that may send as its whole domain."""
    if "@" not in str(site.name) or f"*@{site.names.domain}" not in senders_of(policy):
        return []
    return [
        f"The login that is there {policy_words(policy)}, not as {site.name} alone; it stays so, for programs may depend on it. "
        "Revoke it and make it again to narrow it."
    ]


def foreign_policy(user: str) -> Failure:
    """An adopted user has a policy of our name that we did not write."""
    return Failure(
        "login.policy-not-ours",
        f"The IAM user {user} has a policy {POLICY_NAME} that seswizard did not write; it would be lost.",
        remedy="Give that policy another name first, or choose another user with --user.",
        command=aws_command("iam get-user-policy", user_name=user, policy_name=POLICY_NAME),
    )


def policy_change(site: Site, sign: Sign, policy: str) -> Change:
    """The line of the plan, with the document itself for those who do it by hand."""
    file = f"{POLICY_NAME}.json"
    command = aws_command("iam put-user-policy", user_name=site.user, policy_name=POLICY_NAME, policy_document=f"file://{file}")
    document = readable(json.loads(policy))
    return Change(sign, "Policy", policy_words(policy), command, ((file, document),))

"""The kept SMTP login and the bounce that proved it."""

from collections.abc import Iterator

from seswizard.core.aws_things import AccessKey
from seswizard.core.checks.check import advice, problem, said
from seswizard.core.facts import Facts, KeptLogin
from seswizard.core.findings import Finding, Remedy
from seswizard.core.policy import POLICY_NAME, send_rights
from seswizard.core.quoting import our_command
from seswizard.core.reading import Seen, Unseen
from seswizard.core.remembered import Proof

OLD_DAYS = 365
SHOWN = "The SMTP login was shown once, nothing keeps its password, and its key is active."


def kept(facts: Facts, login: Seen[KeptLogin | None]) -> Iterator[Finding]:
    """Somewhere a password is kept for this domain and region."""
    if login.value is None and not _nobody(facts):
        yield advice(
            "login.none",
            f"No SMTP login is kept for {facts.domain} in {facts.region}.",
            said(login, "login", "none"),
            remedy=Remedy(
                "Make one; it needs no verified domain.",
                command=our_command("login create", facts.domain, region=facts.region),
            ),
        )


def is_kept(facts: Facts) -> bool:
    """Whether a login is there at all."""
    return isinstance(facts.login, Seen) and facts.login.value is not None


def was_shown(facts: Facts) -> bool:
    """Whether the login's password was shown once, and nothing keeps it."""
    return isinstance(facts.login, Seen) and facts.login.value is not None and facts.login.value.keep == "show"


def _nobody(facts: Facts) -> bool:
    """Whether nobody is signed in: then that one cause is said (CONTRACT §2), not also what is still to be made."""
    return isinstance(facts.caller, Unseen)


def key(facts: Facts, login: Seen[KeptLogin | None], keys: Seen[tuple[AccessKey, ...]]) -> Iterator[Finding]:
    """Its access key exists and is active at AWS."""
    if login.value is None:
        return
    wanted = login.value.username
    found = next((one for one in keys.value if one.id == wanted), None)
    again = Remedy("Make a new login.", command=our_command("login create", facts.domain, region=facts.region))
    if found is None:
        yield problem(
            "login.key-missing",
            "The kept login's access key no longer exists.",
            said(keys, wanted, "not found", "Active"),
            remedy=again,
        )
    elif not found.active:
        yield problem(
            "login.key-inactive",
            "The kept login's access key is switched off.",
            said(keys, wanted, "Inactive", "Active"),
            remedy=Remedy("Switch it on again in IAM, or make a new login.", command=again.command),
        )
    elif found.created and (age := (facts.at - found.created).days) > OLD_DAYS:
        yield advice(
            "login.key-old",
            f"The login's key is {age} days old.",
            said(keys, wanted, f"{age} days"),
            remedy=Remedy(
                "Rotate it: the new key is proven before the old one goes.",
                command=our_command("login rotate", facts.domain, region=facts.region),
            ),
        )


def two_keys(facts: Facts, login: Seen[KeptLogin | None], keys: Seen[tuple[AccessKey, ...]]) -> Iterator[Finding]:
    """No second key works: it is a way in that nobody watches, and leaves no room to rotate."""
    active = [one.id for one in keys.value if one.active]
    if login.value is None or len(active) < 2 or login.value.username not in active:
        return
    other = next(one for one in active if one != login.value.username)
    yield advice(
        "login.two-keys",
        "The login's user has two active keys; a rotation is not finished, or somebody else uses one.",
        said(keys, other, "Active, not the kept one"),
        remedy=Remedy("See whose it is, and finish the rotation.", command=our_command("login list", facts.domain)),
    )


def rights(facts: Facts, login: Seen[KeptLogin | None], policy: Seen[str | None]) -> Iterator[Finding]:
    """The policy covers what SES asks about beside the sender: recipients that are identities, and configuration sets.

    https://docs.aws.amazon.com/ses/latest/dg/control-user-access.html
    """
    found = send_rights(policy.value, facts.region) if login.value and policy.value else None
    if found is None or (found.any_identity and found.any_set):
        return
    lacks = [
        name
        for there, name in ((found.any_identity, "identity/*"), (found.any_set, "configuration-set/seswizard-*"))
        if not there
    ]
    yield advice(
        "login.policy-identity-only",
        "The login's policy breaks when a configuration set applies, or when a recipient is an identity of yours.",
        said(policy, POLICY_NAME, f"no {' and no '.join(lacks)}", "both"),
        remedy=Remedy(
            "Put the policy right; the key and its password stay.",
            command=our_command("login create", facts.domain, region=facts.region),
        ),
    )


def proven(facts: Facts) -> bool:
    """Whether the kept proof was made through the present login."""
    if not isinstance(facts.proof, Seen) or (seen := facts.proof.value) is None:
        return False
    kept = facts.login.value if isinstance(facts.login, Seen) else None
    accepted = {kept.username if kept else seen.key_id}
    if facts.sends_by != "smtp":
        accepted.add("api")
    return seen.key_id in accepted


def proof(facts: Facts, login: Seen[KeptLogin | None], proof: Seen[Proof | None]) -> Iterator[Finding]:
    """A bounce came back that was sent through the present key."""
    if not proven(facts) and not _nobody(facts):
        yield advice(
            "proof.none",
            _unproven(proof.value),
            said(proof, "proof", proof.value.key_id if proof.value else "none", login.value.username if login.value else ""),
            remedy=Remedy("Send the proof.", command=our_command("send", facts.domain, region=facts.region)),
        )


def _unproven(kept: Proof | None) -> str:
    """Why there is no proof: there was none, or what it proved is not the present login."""
    if kept is None:
        return "No bounce has been seen coming back through the present login."
    if kept.key_id == "api":
        return "The bounce that came back was sent by SES’s API, not by the login."
    return "The login has a new key; the bounce came back through an old one."

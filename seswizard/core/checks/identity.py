"""What SES says of the identity itself. A stale error beside SUCCESS is never shown."""

from collections.abc import Iterator

from seswizard.core.checks.check import advice, problem, said, waiting
from seswizard.core.facts import Facts
from seswizard.core.findings import Finding, Remedy
from seswizard.core.identity import Identity
from seswizard.core.quoting import our_command
from seswizard.core.reading import Seen


def identity(facts: Facts, identity: Seen[Identity | None]) -> Iterator[Finding]:
    """There, verified, and allowed to send."""
    now = identity.value
    name = str(facts.name)
    if now is None:
        yield problem(
            "identity.missing",
            f"SES in {facts.region} does not know {name}.",
            said(identity, "EmailIdentity", "not found", name),
            remedy=Remedy("Make the identity.", command=our_command("setup", name, region=facts.region)),
        )
        return
    status = said(identity, "VerificationStatus", now.status, "SUCCESS")
    error = now.verification.error if now.status != "SUCCESS" else None
    told = (status, said(identity, "ErrorType", error)) if error else (status,)
    if now.status == "FAILED":
        yield problem(
            "identity.failed",
            f"SES gave up looking for the records of {name}.",
            *told,
            remedy=Remedy("Put the records right first; restarting DKIM afterwards makes new tokens to publish."),
        )
    elif now.status == "TEMPORARY_FAILURE":
        yield problem(
            "identity.temporary-failure",
            f"SES no longer finds the records of {name}; it looks for 72 hours, then revokes it.",
            *told,
            remedy=Remedy("Put the missing records back."),
        )
    elif not now.verified:
        what = "the records of" if now.is_domain else "a click on the link it sent to"
        yield waiting("identity.pending", f"SES is waiting for {what} {name}.", *told)
    if now.dkim.own_key:
        yield advice("identity.byodkim", "This identity signs with a key of your own (BYODKIM).", status)
    elif now.dkim.origin.startswith("AWS_SES_"):
        yield advice("identity.replica", f"DKIM is replicated from {now.dkim.origin.removeprefix('AWS_SES_')}.", status)

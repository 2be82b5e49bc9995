"""What the account may send in this region."""

from collections.abc import Iterator

from seswizard.core.account import Account
from seswizard.core.checks.check import advice, problem, said, waiting
from seswizard.core.facts import Facts
from seswizard.core.findings import Finding, Remedy
from seswizard.core.reading import Seen


def sandbox(facts: Facts, account: Seen[Account]) -> Iterator[Finding]:
    """New accounts may write only to verified addresses and the simulator."""
    now = account.value
    if now.production:
        return
    quota = now.quota
    yield advice(
        "sandbox.on",
        "Sandbox: you can write to the simulator and to verified addresses.",
        said(account, "ProductionAccessEnabled", "false"),
        said(account, "SendQuota", f"{quota.per_day:g} a day, {quota.per_second:g} a second, {quota.sent:g} used"),
        remedy=Remedy("The whole road works in the sandbox; ask for production access after the proven bounce."),
    )
    case = (said(account, "CaseId", now.case_id),) if now.case_id else ()
    if now.review == "PENDING":
        yield waiting(
            "sandbox.review-pending",
            "AWS is reviewing your request for production access.",
            said(account, "ReviewDetails.Status", "PENDING"),
            *case,
        )
    elif now.review in ("DENIED", "FAILED"):
        yield advice(
            "sandbox.review-denied",
            "AWS has not granted production access; often it waits for your answer in the support case.",
            said(account, "ReviewDetails.Status", now.review),
            *case,
            remedy=Remedy("Open the support case in the AWS console and answer it."),
        )


def account(facts: Facts, account: Seen[Account]) -> Iterator[Finding]:
    """Sending may be paused, or the daily quota nearly used up, whatever the sandbox says."""
    now = account.value
    if now.enforcement == "SHUTDOWN":
        yield problem(
            "account.shutdown",
            "AWS has stopped this account's sending.",
            said(account, "EnforcementStatus", now.enforcement, "HEALTHY"),
            remedy=Remedy("Answer the support case that AWS opened; only AWS can lift this."),
        )
    elif now.enforcement == "PROBATION":
        yield problem(
            "account.probation",
            "AWS is reviewing this account's sending; it still works.",
            said(account, "EnforcementStatus", now.enforcement, "HEALTHY"),
            remedy=Remedy("Read AWS's mail about it and bring bounces and complaints down."),
        )
    if not now.sending_enabled:
        yield problem(
            "account.sending-paused",
            "Sending is switched off for this account in this region.",
            said(account, "SendingEnabled", "false", "true"),
            remedy=Remedy(
                "Switch it on when the cause is mended.",
                command="aws sesv2 put-account-sending-attributes --sending-enabled",
            ),
        )
    quota = now.quota
    if quota.per_day > 0 and quota.sent >= 0.8 * quota.per_day:
        yield advice(
            "account.quota-near",
            f"{quota.sent:g} of {quota.per_day:g} recipients of the last 24 hours are used.",
            said(account, "SendQuota", f"{quota.sent:g} of {quota.per_day:g}"),
        )

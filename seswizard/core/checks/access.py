"""Who asks, in which account and region."""

from collections.abc import Iterator

from seswizard.core import regions
from seswizard.core.account import Caller
from seswizard.core.checks.check import advice, problem, said
from seswizard.core.facts import Facts
from seswizard.core.findings import Evidence, Finding, Remedy
from seswizard.core.reading import Seen


def access(facts: Facts, caller: Seen[Caller]) -> Iterator[Finding]:
    """The right account, and not its root user."""
    who = caller.value
    if facts.remembered_account and facts.remembered_account != who.account:
        yield problem(
            "access.other-account",
            f"These credentials belong to account {who.account}; {facts.name} was set up in {facts.remembered_account}.",
            said(caller, "Account", who.account, facts.remembered_account),
            remedy=Remedy(f"Choose the profile of account {facts.remembered_account}; nothing is changed until then."),
        )
    if who.is_root:
        yield advice(
            "access.root",
            "You are signed in as the account's root user.",
            said(caller, "Arn", who.arn),
            remedy=Remedy("Make an IAM user or role with the permissions that the README lists, and use that."),
        )


def not_supported(region: str, *evidence: Evidence) -> Finding:
    """There is no SES in this region."""
    remedy = Remedy("Choose a region that has it, such as eu-west-1 or us-east-1.", command="seswizard --region eu-west-1")
    return problem("region.not-supported", f"There is no SES in {region}.", *evidence, remedy=remedy)


def region(facts: Facts, caller: Seen[Caller]) -> Iterator[Finding]:
    """SES is there, and it takes mail by SMTP if that is what will send."""
    source = Evidence("Region", facts.region, source="AWS General Reference", at=caller.at)
    if not regions.is_supported(facts.region):
        yield not_supported(facts.region, source)
    elif facts.sends_by == "smtp" and not regions.has_smtp(facts.region):
        yield problem(
            "region.no-smtp",
            f"SES in {facts.region} takes mail by API only; it has no SMTP endpoint there.",
            source,
            remedy=Remedy("Send with an AWS SDK, or set up in a region with SMTP, such as eu-west-1."),
        )

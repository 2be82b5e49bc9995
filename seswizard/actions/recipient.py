"""A mailbox of one's own as the recipient: in the sandbox SES sends to verified addresses only, so it is verified first.

An address under a domain that SES knows is never made an identity: it is allowed already, or will be with its domain,
and an identity of its own would shadow the domain's
(https://docs.aws.amazon.com/ses/latest/dg/creating-identities.html).
"""

from collections.abc import Callable
from dataclasses import dataclass

from seswizard.actions.account_guard import choices_for, right_account
from seswizard.actions.action import Outcome, Say
from seswizard.actions.journalled import Journalled, Step
from seswizard.actions.proof import Sending
from seswizard.core.failure import Failure, FailureError
from seswizard.core.identity import Identity, our_tags
from seswizard.core.names import EmailAddress, domain_of
from seswizard.core.pacing import SES_LOOK
from seswizard.core.plan import Change, Plan
from seswizard.core.quoting import aws_command, our_command
from seswizard.core.simulator import scenario
from seswizard.ports import Services

CLICK_WITHIN = 24 * 3600.0
"""Seconds for which the link in SES's mail works."""


@dataclass(frozen=True, slots=True)
class Recipient:
    """Whether SES would send to an address now."""

    address: EmailAddress
    allowed: bool
    covered: Identity | None
    """The identity that stands for it: its own, or a domain above it."""

    @property
    def pending(self) -> bool:
        """Whether it is only waited for: for the click, or for the domain."""
        return not self.allowed and self.covered is not None


async def recipient_of(services: Services, sending: Sending) -> Recipient | None:
    """How SES stands to the recipient; None for the simulator, which takes everything.

    Raises:
        FailureError: SES could not be asked.
    """
    if scenario(sending.to) is not None or not sending.to:
        return None
    address = EmailAddress.parse(sending.to)
    if (await services.ses.account()).production:
        return Recipient(address, True, None)
    return await standing_of(services, address)


async def standing_of(services: Services, address: EmailAddress) -> Recipient:
    """The identity that covers an address: a verified one allows it, else the first pending one is what is waited for.

    Raises:
        FailureError: SES could not be asked.
    """
    pending: Identity | None = None
    labels = str(domain_of(address)).split(".")
    for name in (str(address), *(".".join(labels[depth:]) for depth in range(len(labels) - 1))):
        found = await services.ses.identity(name)
        if found and found.verified:
            return Recipient(address, True, found)
        pending = pending or found
    return Recipient(address, False, pending)


def not_verified(recipient: Recipient, sending: Sending, region: str) -> Failure:
    """Why SES would refuse this recipient, and how it becomes allowed."""
    address, covered = recipient.address, recipient.covered
    title = f"SES is in the sandbox and has not verified {address}, so it would refuse the message."
    if covered and covered.is_domain:
        remedy = f"Wait until {covered.name} is verified: then every address under it may be written to."
        return Failure("send.recipient-unverified", title, remedy=remedy, command=our_command("health", covered.name))
    if covered:
        remedy = f"Click the link that SES has mailed to {address}, then send again."
        return Failure("send.recipient-unverified", title, remedy=remedy, retry=False)
    remedy = "Have SES mail it a link; one click in that mailbox verifies it."
    command = our_command("send", sending.name, to=address, verify=True, region=region)
    return Failure("send.recipient-unverified", title, remedy=remedy, command=command)


@dataclass(frozen=True, slots=True)
class VerifyRecipient:
    """The prepared change: an identity for one address, by a link that SES mails to it."""

    services: Services
    sending: Sending
    recipient: Recipient
    account: str
    plan: Plan

    async def apply(self, say: Say) -> Outcome:
        """Have SES mail the link."""
        address = str(self.recipient.address)
        domain, ses = str(self.sending.name), self.services.ses
        journal = Journalled(self.services, domain, self.account, say)
        if not self.plan.changes:
            return Outcome(f"SES has mailed its link to {address} already.")
        tags = our_tags(str(domain_of(self.sending.name)), self.services.region)
        try:
            await journal.make(
                Step("recipient.create", "recipient", address, "Address", address), lambda: ses.create_identity(address, tags)
            )
        except FailureError as error:
            return Outcome("The address is not on its way to be verified.", error.failure)
        return Outcome(f"SES has mailed a link to {address}; click it.")


async def prepare_recipient(services: Services, sending: Sending) -> VerifyRecipient | Failure:
    """Plan the link for the recipient; a failure where it needs none or must not have one."""
    try:
        caller = await right_account(services, await choices_for(services, str(sending.name)))
        found = await standing_of(services, EmailAddress.parse(sending.to))
    except FailureError as error:
        return error.failure
    address, region = str(found.address), services.region
    if found.allowed:
        return Failure("send.recipient-verified", f"SES sends to {address} already.")
    if found.covered and found.covered.is_domain:
        return not_verified(found, sending, region)
    changes: tuple[Change, ...] = ()
    if found.covered is None:
        command = aws_command("sesv2 create-email-identity", region=region, email_identity=address)
        changes = (Change("+", "Address", f"{address} in SES, {region}", command),)
    notes = (f"AWS sends a mail with a link to {address}; it is good for 24 hours.",)
    plan = Plan(f"verify {address}", changes, "Send the link", our_command("undo", sending.name, region=region), notes)
    return VerifyRecipient(services, sending, found, caller.account, plan)


async def click(
    services: Services, address: EmailAddress, waiting: Callable[[float], None], patience: float = CLICK_WITHIN
) -> bool:
    """Wait until somebody clicked the link: whether it happened. `waiting` is told the seconds that have passed.

    Raises:
        FailureError: SES could not be asked.
    """
    started = services.clock.monotonic()
    while True:
        found = await services.ses.identity(str(address))
        if found and found.verified:
            return True
        waited = services.clock.monotonic() - started
        if waited >= patience:
            return False
        waiting(waited)
        await services.clock.sleep(min(SES_LOOK, patience - waited))

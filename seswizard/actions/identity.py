"""Make the identity in SES and give it its MAIL FROM domain. Touches no DNS record."""

from dataclasses import dataclass, replace

from seswizard.actions.account_guard import choices_for, right_account
from seswizard.actions.action import Begun, Outcome, Say
from seswizard.actions.journalled import Journalled, Step
from seswizard.core.failure import Failure, FailureError
from seswizard.core.identity import Identity, our_tags
from seswizard.core.names import DomainName, IdentityName, within
from seswizard.core.plan import Change, Plan
from seswizard.core.quoting import aws_command, our_command, tag_words
from seswizard.ports import Services


@dataclass(frozen=True, slots=True)
class IdentityDraft:
    """What the person chose on the domain screen."""

    name: IdentityName
    mail_from: str = ""
    """The whole MAIL FROM name; empty for none."""
    reports_to: str = ""
    """Where DMARC reports should go; empty for nowhere."""


@dataclass(frozen=True, slots=True)
class MakeIdentity:
    """The prepared change."""

    services: Services
    draft: IdentityDraft
    account: str
    known: Identity | None
    plan: Plan

    async def apply(self, say: Say) -> Outcome:
        """Create what is missing, then set MAIL FROM, then remember the choices."""
        name = str(self.draft.name)
        ses, region = self.services.ses, self.services.region
        begun = Begun(say)
        journal = Journalled(self.services, name, self.account, begun)
        try:
            await self._remember()
            if self.known is None:
                await journal.make(
                    Step("identity.create", "identity", name, "Identity", name),
                    lambda: ses.create_identity(name, our_tags(name, region)),
                )
            if _wants_mail_from(self.draft, self.known):
                former = self.known.mail_from.domain if self.known and self.known.mail_from else ""
                await journal.make(
                    Step("mail-from.set", "mail-from", name, "MAIL FROM", self.draft.mail_from),
                    lambda: ses.set_mail_from(name, self.draft.mail_from),
                    note={"value": self.draft.mail_from, "former": former},
                )
        except FailureError as error:
            return begun.stopped("Not finished; run it again to go on.", error.failure)
        return Outcome(f"SES knows {name}.")

    async def _remember(self) -> None:
        choices = await choices_for(self.services, str(self.draft.name))
        await self.services.state.save_choices(
            replace(choices, account=self.account, mail_from=self.draft.mail_from, reports_to=self.draft.reports_to)
        )


async def prepare_identity(services: Services, draft: IdentityDraft) -> MakeIdentity | Failure:
    """Look at what is there and plan the rest; a failure when that cannot be known or must not be done."""
    name = str(draft.name)
    domain = draft.name if isinstance(draft.name, DomainName) else None
    if draft.mail_from and (domain is None or draft.mail_from == name or not within(draft.mail_from, name)):
        return Failure("mail-from.bad-name", f"MAIL FROM must be a subdomain of {name}, such as bounce.{name}.")
    try:
        caller = await right_account(services, await choices_for(services, name))
        known = await services.ses.identity(name)
    except FailureError as error:
        return error.failure
    return MakeIdentity(services, draft, caller.account, known, plan_identity(draft, known, services.region))


def _wants_mail_from(draft: IdentityDraft, known: Identity | None) -> bool:
    now = known.mail_from.domain if known and known.mail_from else ""
    return bool(draft.mail_from) and draft.mail_from != now


def plan_identity(draft: IdentityDraft, known: Identity | None, region: str) -> Plan:
    """What will be made in SES."""
    name = str(draft.name)
    changes = []
    if known is None:
        tags = tag_words(our_tags(name, region))
        changes.append(
            Change(
                "+",
                "Identity",
                f"{name} in SES, {region}",
                aws_command("sesv2 create-email-identity", region=region, email_identity=name, tags=tags),
            )
        )
    if _wants_mail_from(draft, known):
        former = known.mail_from.domain if known and known.mail_from else ""
        changes.append(
            Change(
                "~" if former else "+",
                "MAIL FROM",
                f"{draft.mail_from}" + (f" instead of {former}" if former else ""),
                aws_command(
                    "sesv2 put-email-identity-mail-from-attributes",
                    region=region,
                    email_identity=name,
                    mail_from_domain=draft.mail_from,
                    behavior_on_mx_failure="USE_DEFAULT_VALUE",
                ),
            )
        )
    address = not isinstance(draft.name, DomainName)
    notes = (f"AWS sends a mail with a link to {name}; it is good for 24 hours.",) if address and known is None else ()
    return Plan(f"make {name} known to SES", tuple(changes), "Make it", our_command("undo", name, region=region), notes)

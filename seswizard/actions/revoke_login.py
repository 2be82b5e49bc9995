"""Revoke the SMTP login: its keys, its passwords, its policy and its user; only what we made, and nothing else."""

from dataclasses import dataclass

from seswizard.actions.account_guard import right_account
from seswizard.actions.action import CHANGED, Begun, Outcome, Say
from seswizard.actions.journalled import Journalled
from seswizard.actions.login import NOTHING
from seswizard.actions.login_removal import LoginSurvey
from seswizard.actions.login_standing import Site, forget, lines_of, site_of
from seswizard.actions.removal import Removal, take_back
from seswizard.actions.undo import standing
from seswizard.core.failure import Failure, FailureError
from seswizard.core.names import IdentityName
from seswizard.core.plan import Change, Plan
from seswizard.core.quoting import aws_command
from seswizard.ports import Services


@dataclass(slots=True)
class RevokeLogin:
    """The prepared change. Not frozen: what stays is told as it is when it is done."""

    services: Services
    name: IdentityName
    site: Site
    account: str
    removals: tuple[Removal, ...]
    plan: Plan

    async def apply(self, say: Say) -> Outcome:
        """Key first, then passwords, policy and user; at last the choice of keep is forgotten. One run at a time."""
        if not self.plan.changes:
            return Outcome("There is no login to revoke.")
        begun = Begun(say)
        try:
            async with self.services.journal.alone():
                again = await prepare_revoke(self.services, self.name)
                if isinstance(again, Failure):
                    return Outcome("Nothing was done.", again)
                if not set(again.plan.changes) <= set(self.plan.changes):
                    return Outcome("Nothing was done.", CHANGED)
                self.site, self.removals, self.plan = again.site, again.removals, again.plan
                await take_back(Journalled(self.services, str(self.name), self.account, begun), self.removals)
                await forget(self.services, self.site)
        except FailureError as error:
            return begun.stopped("The login is not revoked altogether; run it again to go on.", error.failure)
        return Outcome(f"The login of {self.name} in {self.services.region} is revoked.")


async def prepare_revoke(services: Services, name: IdentityName) -> RevokeLogin | Failure:
    """Look what there is and what of it is ours."""
    try:
        site = site_of(services, name, await services.state.choices(), NOTHING)
        if isinstance(site, Failure):
            return site
        caller = await right_account(services, site.choices)
        entries = await lines_of(services, site, caller.account)
        vault = services.keeps.open(site.choice)
        survey = LoginSurvey(services, site, vault, caller, standing(entries, services.region), by_tag=True)
        await survey.look()
    except FailureError as error:
        return error.failure
    if survey.working:
        return key_stays(site, survey.working[0].id)
    changes = [one.change for one in survey.removals]
    if site.choices.login_keep and site.choices.iam_user:
        changes.append(Change("-", "Choice", f"that the login is kept in {site.choice.text}"))
    notes = [*survey.notes, "Programs that log in with it can send no more, from now on."] if changes else survey.notes
    plan = Plan(f"revoke the SMTP login of {name}", tuple(changes), "Revoke the login", "", tuple(notes))
    return RevokeLogin(services, name, site, caller.account, tuple(survey.removals), plan)


def key_stays(site: Site, key: str) -> Failure:
    """The login would go on working, and its password would be gone: so everything is left as it is."""
    return Failure(
        "login.key-stays",
        f"The key {key} stays and goes on working: neither a tag of {site.user} nor the journal here says that seswizard "
        "made it. Nothing was done.",
        remedy="If it is yours to end, delete the key; then run this again for the rest.",
        command=aws_command("iam delete-access-key", user_name=site.user, access_key_id=key),
    )

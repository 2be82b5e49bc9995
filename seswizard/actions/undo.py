"""Take back what we made: only what the journal says we made, that still carries our tag and is unchanged."""

from dataclasses import dataclass, replace
from functools import partial

from seswizard.actions.account_guard import choices_for, right_account
from seswizard.actions.action import CHANGED, Begun, Outcome, Progress, Say
from seswizard.actions.journalled import Journalled, Step
from seswizard.actions.login_removal import LoginSurvey
from seswizard.actions.login_standing import forget, site_of
from seswizard.actions.path_removal import PathSurvey
from seswizard.actions.removal import Removal, is_there, removal, take_back
from seswizard.core.account import Caller
from seswizard.core.failure import Failure, FailureError
from seswizard.core.login_wish import LoginWish
from seswizard.core.names import IdentityName, domain_of
from seswizard.core.plan import Change, Plan
from seswizard.core.policy import Names
from seswizard.core.quoting import aws_command
from seswizard.core.remembered import Entry
from seswizard.ports import Services

_SET_BACK = ("mail-from", "default-set")
"""Kinds that are not removed but get the value back that stood there before our first change."""


@dataclass(slots=True)
class Undo:
    """The prepared change. Not frozen: what stays is told as it is when it is done."""

    services: Services
    name: IdentityName
    account: str
    removals: tuple[Removal, ...]
    plan: Plan
    works: bool = False
    """Whether a kept login goes on working, for its key is none of ours: where it is kept is not forgotten."""

    async def apply(self, say: Say) -> Outcome:
        """Remove in the opposite order of making; what is gone already is fine."""
        begun = Begun(say)
        journal = Journalled(self.services, str(self.name), self.account, begun)
        try:
            async with self.services.journal.alone():
                again = await prepare_undo(self.services, self.name)
                if isinstance(again, Failure):
                    return Outcome("Nothing was done.", again)
                if not set(again.plan.changes) <= set(self.plan.changes):
                    return Outcome("Nothing was done.", CHANGED)
                self.removals, self.plan, self.works = again.removals, again.plan, again.works
                await take_back(journal, self.removals)
                if not self.works:
                    await self._forget()
        except FailureError as error:
            return begun.stopped("Undo is not finished; run it again to go on.", error.failure)
        if not self.works:
            say(Progress("State", "choices and proof of this identity are forgotten", "done"))
        if any(note.startswith("Stays") for note in self.plan.notes):
            return Outcome(f"What seswizard may take back for {self.name} is gone; something stays.")
        return Outcome(f"Everything that seswizard made for {self.name} is gone.")

    async def _forget(self) -> None:
        site = site_of(self.services, self.name, await self.services.state.choices(), LoginWish())
        if not isinstance(site, Failure):
            await forget(self.services, site)
        await self.services.state.forget(str(self.name), self.services.region)


def standing(entries: tuple[Entry, ...], region: str) -> dict[tuple[str, str], Entry]:
    """What the journal says we made here and did not take back: the last line of each thing, in order of making."""
    made: dict[tuple[str, str], Entry] = {}
    for entry in entries:
        if entry.region != region:
            continue
        key = (entry.kind, dict(entry.detail).get("key") or entry.thing if entry.kind == "access-key" else entry.thing)
        if entry.phase == "undone":
            made.pop(key, None)
        elif entry.action.endswith((".create", ".put", ".set", ".store")):
            if entry.kind == "access-key" and entry.phase != "done":
                continue
            known = made.setdefault(key, entry)
            if entry.phase == "done":
                made[key] = replace(entry, detail=_since(known, entry)) if entry.kind in _SET_BACK else entry
    return made


def _since(first: Entry, last: Entry) -> tuple[tuple[str, str], ...]:
    """The present value with what stood there before our first change, for that is what undoing goes back to."""
    return tuple(sorted({**dict(last.detail), "former": dict(first.detail).get("former", "")}.items()))


async def prepare_undo(services: Services, name: IdentityName) -> Undo | Failure:
    """Read the journal, look whether each thing is still ours and unchanged, and plan its removal."""
    try:
        caller = await right_account(services, await choices_for(services, str(name)))
        entries = tuple(one for one in await services.journal.entries(str(name)) if one.account == caller.account)
        survey = _Survey(services, name, entries)
        await survey.event_path(caller)
        await survey.login(caller)
        await survey.identity()
    except FailureError as error:
        return error.failure
    changes = tuple(one.change for one in survey.removals)
    plan = Plan(f"take back what seswizard made for {name}", changes, "Remove them", "", (*survey.notes, *_records_note(changes)))
    return Undo(services, name, caller.account, tuple(survey.removals), plan, survey.works)


def _records_note(changes: tuple[Change, ...]) -> tuple[str, ...]:
    if any(change.what == "Identity" for change in changes):
        return ("The DNS records stay; remove them at your DNS host when you like.",)
    return ()


class _Survey:
    """Looks at everything the journal names, in the opposite order of making."""

    def __init__(self, services: Services, name: IdentityName, entries: tuple[Entry, ...]) -> None:
        self.services, self.name, self.entries = services, name, entries
        self.made = standing(entries, services.region)
        self.names = Names(str(domain_of(name)), services.region)
        self.removals: list[Removal] = []
        self.notes: list[str] = []
        self.works = False
        """Whether a kept login goes on working."""

    def has(self, kind: str) -> bool:
        return any(key[0] == kind for key in self.made)

    async def event_path(self, caller: Caller) -> None:
        survey = PathSurvey(self.services, self.names, str(self.name), caller, self.made)
        await survey.look()
        self.removals += survey.removals
        self.notes += survey.notes

    async def login(self, caller: Caller) -> None:
        if not any(self.has(kind) for kind in ("iam-user", "iam-policy", "access-key", "vault")) and not self._begun():
            return
        site = site_of(self.services, self.name, await self.services.state.choices(), LoginWish(user=self._user()))
        if isinstance(site, Failure):
            self.notes.append(f"Stays: the login. {site.title}")
            return
        vault = self.services.keeps.open(site.choice)
        survey = LoginSurvey(self.services, site, vault, caller, self.made, by_tag=False)
        await survey.look()
        self.removals += survey.removals
        self.notes += survey.notes
        self.works = bool(survey.working)

    def _begun(self) -> bool:
        """Whether a key was ever asked for: its answer may have been lost."""
        return any(one.action == "access-key.create" and one.region == self.services.region for one in self.entries)

    def _user(self) -> str:
        """The user that the journal names, if it is not the one we propose and no choice tells it."""
        return next((key[1] for key in self.made if key[0] == "iam-user"), "")

    async def identity(self) -> None:
        ses, name = self.services.ses, str(self.name)
        known = await ses.identity(name)
        if known is None:
            return
        if self.has("identity") and known.ours:
            command = aws_command("sesv2 delete-email-identity", region=self.services.region, email_identity=name)
            made = removal(
                "identity", name, "Identity", command, lambda: ses.delete_identity(name), is_there(partial(ses.identity, name))
            )
            tokens = "" if known.dkim.own_key else " ".join(known.dkim.tokens)
            # A record of these tokens that is left in DNS is told by its name, should the identity be made again.
            self.removals.append(replace(made, note=(("tokens", tokens),)))
        elif self.has("identity"):
            self.notes.append(f"Stays: the identity {name} no longer carries our tag.")
        elif entry := self.made.get(("mail-from", name)):
            detail = dict(entry.detail)
            if known.mail_from and known.mail_from.domain == detail.get("value"):
                former = detail.get("former") or None
                self.removals.append(
                    Removal(
                        Change("~", "MAIL FROM", f"{former or 'none'} instead of {known.mail_from.domain}"),
                        Step("mail-from.delete", "mail-from", name, "MAIL FROM", former or "none"),
                        lambda: ses.set_mail_from(name, former),
                    )
                )

"""Take back what we made: only what the journal says we made, that still carries our tag and is unchanged."""

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import timedelta

from seswizard.actions.account_guard import choices_for, right_account
from seswizard.actions.action import Outcome, Progress, Say
from seswizard.actions.journalled import Journalled, Step
from seswizard.actions.kept import keep_of
from seswizard.actions.login import digest
from seswizard.core.aws_things import AccessKey
from seswizard.core.failure import Failure, FailureError
from seswizard.core.identity import made_for
from seswizard.core.names import IdentityName, domain_of
from seswizard.core.plan import Change, Plan
from seswizard.core.policy import POLICY_NAME, Names
from seswizard.core.remembered import Entry
from seswizard.ports import Services

LOST_WITHIN = timedelta(minutes=1)
"""How far AWS's time of a key and our time of asking for it may lie apart."""


@dataclass(frozen=True, slots=True)
class Removal:
    """One thing to take back."""

    change: Change
    step: Step
    call: Callable[[], Awaitable[object]]


@dataclass(frozen=True, slots=True)
class Undo:
    """The prepared change."""

    services: Services
    name: IdentityName
    account: str
    removals: tuple[Removal, ...]
    plan: Plan

    async def apply(self, say: Say) -> Outcome:
        """Remove in the opposite order of making; what is gone already is fine."""
        journal = Journalled(self.services, str(self.name), self.account, say)
        try:
            for removal in self.removals:
                await journal.make(removal.step, removal.call)
                made = Step(removal.step.action, removal.step.kind, removal.step.thing, "", "")
                await journal.write(made, "undone", {})
            await self.services.state.forget(str(self.name), self.services.region)
        except FailureError as error:
            return Outcome("Undo is not finished; run it again to go on.", error.failure)
        say(Progress("State", "choices and proof of this identity are forgotten", "done"))
        return Outcome(f"Everything that seswizard made for {self.name} is gone.")


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
                made[key] = entry if entry.kind != "mail-from" else replace(entry, detail=_since(known, entry))
    return made


def _since(first: Entry, last: Entry) -> tuple[tuple[str, str], ...]:
    """The present value with what stood there before our first change, for that is what undoing goes back to."""
    return tuple(sorted({**dict(last.detail), "former": dict(first.detail).get("former", "")}.items()))


def lost_keys(entries: tuple[Entry, ...], region: str, there: tuple[AccessKey, ...]) -> set[str]:
    """Keys that a broken run made without learning their ids: not there before it, and made in that very minute."""
    begun: list[Entry] = []
    for entry in entries:
        if entry.region == region and entry.action == "access-key.create":
            if entry.phase == "intent":
                begun.append(entry)
            elif entry.phase == "done" and begun:
                begun.pop()
    return {
        key.id
        for entry in begun
        for key in there
        if key.id not in dict(entry.detail).get("before", "").split()
        and key.created
        and abs(key.created - entry.at) < LOST_WITHIN
    }


async def prepare_undo(services: Services, name: IdentityName) -> Undo | Failure:
    """Read the journal, look whether each thing is still ours and unchanged, and plan its removal."""
    try:
        caller = await right_account(services, await choices_for(services, str(name)))
        entries = tuple(one for one in await services.journal.entries(str(name)) if one.account == caller.account)
        survey = _Survey(services, name, entries)
        await survey.event_path()
        await survey.login()
        await survey.identity()
    except FailureError as error:
        return error.failure
    changes = tuple(removal.change for removal in survey.removals)
    plan = Plan(f"take back what seswizard made for {name}", changes, "Remove them", "", (*survey.notes, *_records_note(changes)))
    return Undo(services, name, caller.account, tuple(survey.removals), plan)


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

    def has(self, kind: str) -> bool:
        return any(key[0] == kind for key in self.made)

    def remove(self, kind: str, thing: str, what: str, command: str, call: Callable[[], Awaitable[object]]) -> None:
        self.removals.append(Removal(Change("-", what, thing, command), Step(f"{kind}.delete", kind, thing, what, thing), call))

    def ours(self, what: str, tags: tuple[tuple[str, str], ...]) -> bool:
        if made_for(tags, self.names.domain):
            return True
        self.notes.append(f"Stays: the {what} no longer carries our tag.")
        return False

    async def event_path(self) -> None:
        ses, events, where, region = self.services.ses, self.services.events, self.names.set, self.services.region
        if self.has("configuration-set"):
            found = await ses.configuration_set(where)
            if found and self.ours("configuration set", found.tags):
                command = f"aws sesv2 delete-configuration-set --region {self.services.region} --configuration-set-name {where}"
                self.remove("configuration-set", where, "Configuration set", command, lambda: ses.delete_configuration_set(where))
        if self.has("topic"):
            caller = await self.services.sts.caller()
            topic = await events.topic(where, caller.account, caller.partition)
            if topic and self.ours("SNS topic", topic.tags):
                arn = topic.arn
                self.remove(
                    "topic",
                    where,
                    "SNS topic",
                    f"aws sns delete-topic --region {region} --topic-arn {arn}",
                    lambda: events.delete_topic(arn),
                )
        if self.has("queue"):
            queue = await events.queue(where)
            if queue and self.ours("SQS queue", queue.tags):
                url = queue.url
                self.remove(
                    "queue",
                    where,
                    "SQS queue",
                    f"aws sqs delete-queue --region {region} --queue-url {url}",
                    lambda: events.delete_queue(url),
                )

    async def login(self) -> None:
        domain, region, vault = self.names.domain, self.services.region, await keep_of(self.services, self.name)
        keys = {key[1] for key in self.made if key[0] == "access-key"}
        if self.has("vault"):
            kept = await vault.read(domain, region)
            if kept and kept.username in keys:
                self.remove("vault", f"{domain}/{region}", "Password", "", lambda: vault.delete(domain, region))
            elif kept:
                self.notes.append("Stays: the keyring's password belongs to another key.")
        if self.has("iam-user") or self.has("iam-policy") or keys:
            await self._user(keys)

    async def _user(self, keys: set[str]) -> None:
        iam, name = self.services.iam, self.names.user
        user = await iam.user(name)
        if user is None or not self.ours(f"IAM user {name}", user.tags):
            return
        there = await iam.keys(name)
        keys |= lost_keys(self.entries, self.services.region, there)
        for key in there:
            if key.id in keys:
                ident = key.id
                command = f"aws iam delete-access-key --user-name {name} --access-key-id {ident}"
                self.remove("access-key", ident, "Access key", command, lambda ident=ident: iam.delete_key(name, ident))  # type: ignore[misc]
        foreign = [key.id for key in there if key.id not in keys]
        policy = await iam.policy(name, POLICY_NAME)
        written = self.made.get(("iam-policy", POLICY_NAME))
        changed = policy is not None and not (written and _unchanged(policy, dict(written.detail).get("digest", "")))
        if changed:
            self.notes.append(f"Stays: somebody changed the policy of {name}, so the user is left alone.")
        elif policy is not None:
            command = f"aws iam delete-user-policy --user-name {name} --policy-name {POLICY_NAME}"
            self.remove("iam-policy", POLICY_NAME, "Policy", command, lambda: iam.delete_policy(name, POLICY_NAME))
        if foreign:
            self.notes.append(f"Stays: {name} has a key that seswizard did not make ({', '.join(foreign)}).")
        elif not changed and self.has("iam-user"):
            self.remove("iam-user", name, "IAM user", f"aws iam delete-user --user-name {name}", lambda: iam.delete_user(name))

    async def identity(self) -> None:
        ses, name = self.services.ses, str(self.name)
        known = await ses.identity(name)
        if known is None:
            return
        if self.has("identity") and known.ours:
            command = f"aws sesv2 delete-email-identity --region {self.services.region} --email-identity {name}"
            self.remove("identity", name, "Identity", command, lambda: ses.delete_identity(name))
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


def _unchanged(policy: str, written: str) -> bool:
    try:
        return digest(json.dumps(json.loads(policy))) == written
    except ValueError:
        return False

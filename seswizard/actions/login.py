"""Make the SMTP login: an IAM user that may send as this domain and nothing else, its key, its password in the keyring.

The order cannot lose a secret: the keep is proven writable before any key exists, and a key whose password could not
be kept is deleted again.
"""

import hashlib
import json
from contextlib import suppress
from dataclasses import dataclass, replace

from seswizard.actions.account_guard import choices_for, right_account
from seswizard.actions.action import Outcome, Progress, Say
from seswizard.actions.journalled import Journalled, Step
from seswizard.core.account import Caller
from seswizard.core.aws_things import AccessKey, IamUser
from seswizard.core.failure import Failure, FailureError
from seswizard.core.identity import made_for
from seswizard.core.keep import KeepChoice
from seswizard.core.login import Keep, Login, smtp_password
from seswizard.core.names import IdentityName, domain_of
from seswizard.core.plan import Change, Plan, Sign
from seswizard.core.policy import POLICY_NAME, USER_PATH, Names, send_policy
from seswizard.core.regions import has_smtp
from seswizard.core.secret import Secret
from seswizard.ports import Services, Vault


def digest(document: str) -> str:
    """A short fingerprint of a policy as it was written, to tell later whether it was changed."""
    return hashlib.sha256(document.encode()).hexdigest()[:32]


@dataclass(frozen=True, slots=True)
class MakeLogin:
    """The prepared change."""

    services: Services
    name: IdentityName
    names: Names
    caller: Caller
    keep: Keep
    vault: Vault
    user: IamUser | None
    keys: tuple[AccessKey, ...]
    policy: str
    policy_there: bool
    kept: bool
    """Whether the keep holds the password of an active key, so that no key is made."""
    plan: Plan

    async def apply(self, say: Say) -> Outcome:
        """User, policy, key, then the password into the keep, read back."""
        iam, user = self.services.iam, self.names.user
        journal = Journalled(self.services, str(self.name), self.caller.account, say)
        if not self.plan.changes:
            return Outcome("The login is there already.")
        try:
            if self.user is None:
                await journal.make(
                    Step("iam-user.create", "iam-user", user, "IAM user", user),
                    lambda: iam.create_user(user, USER_PATH, self.names.tags),
                )
            if not self.policy_there:
                await journal.make(
                    Step("iam-policy.put", "iam-policy", POLICY_NAME, "Policy", f"may send only as *@{self.names.domain}"),
                    lambda: iam.put_policy(user, POLICY_NAME, self.policy),
                    note={"user": user, "digest": digest(self.policy)},
                )
            if not self.kept:
                await self._key(journal, say)
        except FailureError as error:
            return Outcome("The login is not finished; run it again to go on.", error.failure)
        return Outcome("The login is made and kept. Now it is proven by logging in.")

    async def _key(self, journal: Journalled, say: Say) -> None:
        iam, user, region = self.services.iam, self.names.user, self.services.region
        step = Step("access-key.create", "access-key", user, "Access key", "its secret never touches the disk")
        known = " ".join(key.id for key in self.keys)
        made: list[tuple[str, Secret]] = []

        async def create() -> tuple[str, Secret]:
            made.append(await iam.create_key(user))
            return made[0]

        entry = f"{self.names.domain}/{region}"
        try:
            key_id, secret = await journal.make(
                step, create, note={"user": user, "before": known}, after=lambda pair: {"key": pair[0]}
            )
            login = Login(key_id, smtp_password(secret, region))
            await journal.make(
                Step("vault.store", "vault", entry, "Password", f"in {self.keep.name}, read back and compared"),
                lambda: self.vault.store(self.names.domain, region, login),
                note={"key": key_id},
            )
        except FailureError:
            if made:
                await self._delete_again(journal, step, made[0][0], say)
            raise
        choices = await choices_for(self.services, str(self.name))
        await self.services.state.save_choices(replace(choices, account=self.caller.account, login_keep="keyring", iam_user=user))

    async def _delete_again(self, journal: Journalled, made: Step, key_id: str, say: Say) -> None:
        """Take the key back whatever else fails: a journal that cannot be written must not leave it behind."""
        gone = Step("access-key.delete", "access-key", self.names.user, "Access key", "deleted again")
        detail = {"user": self.names.user, "key": key_id}
        with suppress(FailureError):
            await journal.write(gone, "intent", detail)
        try:
            await self.services.iam.delete_key(self.names.user, key_id)
        except FailureError:
            say(Progress("Access key", f"{key_id} could not be deleted again; undo removes it", "failed"))
            return
        say(Progress("Access key", "deleted again, for its password could not be kept", "failed"))
        with suppress(FailureError):
            kept = await self.vault.read(self.names.domain, self.services.region)
            if kept and kept.username == key_id:
                await self.vault.delete(self.names.domain, self.services.region)
        with suppress(FailureError):
            await journal.write(gone, "done", detail)
            await journal.write(made, "undone", detail)


async def prepare_login(services: Services, name: IdentityName) -> MakeLogin | Failure:
    """Prove the keep first, then look at what IAM has, then plan the rest."""
    if not has_smtp(services.region):
        return Failure(
            "region.no-smtp",
            f"SES has no SMTP endpoint in {services.region}.",
            remedy="Send with an AWS SDK, or set up in a region with SMTP, such as eu-west-1.",
        )
    names = Names(str(domain_of(name)), services.region)
    try:
        vault = services.keeps.open(KeepChoice())
        keep = await vault.probe()
        if not keep.usable:
            return Failure(
                "login.vault-missing",
                f"There is no place to keep the password: {keep.reason}",
                remedy="Unlock or install a keyring; nothing was made at AWS.",
            )
        caller = await right_account(services, await choices_for(services, str(name)))
        user = await services.iam.user(names.user)
        keys = await services.iam.keys(names.user) if user else ()
        stored = await vault.read(names.domain, services.region)
        identity = await services.ses.identity(str(name))
        default_set = identity.configuration_set if identity else None
        policy = send_policy(
            partition=caller.partition,
            region=services.region,
            account=caller.account,
            domain=names.domain,
            default_set=default_set,
        )
        there = await services.iam.policy(names.user, POLICY_NAME) if user else None
    except FailureError as error:
        return error.failure
    if user and not made_for(user.tags, names.domain):
        return Failure(
            "login.user-not-ours",
            f"There is an IAM user {names.user} that seswizard did not make.",
            remedy="Rename or remove it; seswizard changes only what it made.",
        )
    kept = stored is not None and any(key.id == stored.username and key.active for key in keys)
    if not kept and len(keys) >= 2:
        return Failure(
            "login.two-keys",
            f"{names.user} has two access keys already, the most AWS allows.",
            remedy=f"Delete the one that nothing uses: aws iam list-access-keys --user-name {names.user}",
        )
    same = there is not None and _same(there, policy)
    sign: Sign | None = None if same else "+" if there is None else "~"
    plan = plan_login(names, user, keys, keep, policy=sign, kept=kept)
    return MakeLogin(services, name, names, caller, keep, vault, user, keys, policy, same, kept, plan)


def _same(one: str, other: str) -> bool:
    try:
        return bool(json.loads(one) == json.loads(other))
    except ValueError:
        return False


def plan_login(
    names: Names, user: IamUser | None, keys: tuple[AccessKey, ...], keep: Keep, *, policy: Sign | None, kept: bool
) -> Plan:
    """What will be made; nothing where a kept login's key is active and the policy is right."""
    changes = []
    if user is None:
        tags = " ".join(f"Key={key},Value={value}" for key, value in names.tags.items())
        changes.append(
            Change(
                "+",
                "IAM user",
                f"{USER_PATH}{names.user}",
                f"aws iam create-user --path {USER_PATH} --user-name {names.user} --tags {tags}",
            )
        )
    if policy:
        changes.append(
            Change(
                policy,
                "Policy",
                f"may send only as *@{names.domain}",
                f"aws iam put-user-policy --user-name {names.user} "
                f"--policy-name {POLICY_NAME} --policy-document file://{POLICY_NAME}.json",
            )
        )
    if not kept:
        changes.append(
            Change(
                "+",
                "Access key",
                "a second one; the first stays" if keys else "its secret never touches the disk",
                f"aws iam create-access-key --user-name {names.user}",
            )
        )
        changes.append(Change("+", "Password", f"in {keep.name}: seswizard, {names.domain}/{names.region}"))
    return Plan(
        "make the SMTP login",
        tuple(changes),
        "Make the login",
        f"seswizard undo {names.domain} --region {names.region}",
    )

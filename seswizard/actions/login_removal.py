"""What of a login is ours to remove: keys, passwords, policy and user, each only if it is still as we left it."""

from collections.abc import Mapping
from dataclasses import replace
from functools import partial

from seswizard.actions.login_policy import same_policy, unchanged, wanted_policy
from seswizard.actions.login_standing import Site, Standing, look_at_login
from seswizard.actions.removal import Removal, is_there, removal
from seswizard.core.account import Caller
from seswizard.core.aws_things import AccessKey
from seswizard.core.login import TRIAL
from seswizard.core.login_places import entry_name
from seswizard.core.policy import POLICY_NAME
from seswizard.core.quoting import aws_command
from seswizard.core.remembered import Entry
from seswizard.ports import Services, Vault

Made = Mapping[tuple[str, str], Entry]


class LoginSurvey:
    """Looks at everything of a login, in the order of removing.

    The key goes first: a password whose key is gone opens nothing, while a key whose password is gone may still be in use
    somewhere. `by_tag` also takes what the journal does not know but our tags and the keep say is ours, as a login that was
    made on another computer.
    """

    def __init__(self, services: Services, site: Site, vault: Vault, caller: Caller, made: Made, *, by_tag: bool) -> None:
        self.services, self.site, self.vault, self.caller, self.made = services, site, vault, caller, made
        self.by_tag = by_tag
        self.removals: list[Removal] = []
        self.notes: list[str] = []
        self.stay: frozenset[str] = frozenset()
        """The keys of the user that are not removed; nor is a password of theirs."""
        self.working: tuple[AccessKey, ...] = ()
        """Those among them whose password is kept: the login goes on working."""

    def has(self, kind: str) -> bool:
        """Whether the journal says that we made such a thing and did not take it back."""
        return any(key[0] == kind for key in self.made)

    async def look(self) -> None:
        """Find what is ours.

        Raises:
            FailureError: IAM, the keep or the journal could not be asked.
        """
        standing = await look_at_login(self.services, self.site, self.vault, self.caller.account)
        ours = self._keys(standing)
        self.stay = frozenset(key.id for key in standing.keys) - ours
        self.working = tuple(key for key in standing.keys if key.id in self.stay and key.id in standing.held)
        removable = (ours | standing.known.named) - self.stay
        self._passwords(standing, removable)
        await self._trial()
        await self._beside(removable)
        if standing.user is not None:
            await self._policy_and_user(standing)

    def _keys(self, standing: Standing) -> set[str]:
        """The ids of the keys that are ours; those still there are to be removed.

        A key's id is given once: one that the journal names as made by us is ours whatever became of its user's tags.
        """
        known = standing.known
        ours = set(known.made)
        if standing.user is None:
            return set()
        if not (standing.ours or known.adopted):
            if self._anything():
                self.notes.append(f"Stays: the IAM user {self.site.user} no longer carries our tag.")
        else:
            ours |= {key.id for key in standing.life.orphans}
        if self.by_tag and (standing.ours or known.adopted):
            held = {key for _, key in (*standing.kept, *standing.staged)}
            if self.site.choice.kind == "command":
                held &= {key.id for key in standing.keys}  # under no name there: it may be another domain's
            ours |= known.replaced | (held if standing.ours else held & known.named)
        for key in standing.keys:
            if key.id in ours:
                self.removals.append(self._key(key))
        return ours

    def _key(self, key: AccessKey) -> Removal:
        iam, user = self.services.iam, self.site.user
        command = aws_command("iam delete-access-key", user_name=user, access_key_id=key.id)

        async def there() -> bool:
            return key.id in {one.id for one in await iam.keys(user)}

        return removal("access-key", key.id, "Access key", command, lambda: iam.delete_key(user, key.id), there)

    def _anything(self) -> bool:
        return self.by_tag or any(self.has(kind) for kind in ("iam-user", "iam-policy", "access-key"))

    def _passwords(self, standing: Standing, ours: set[str] | frozenset[str]) -> None:
        for staged, held in ((True, standing.staged), (False, standing.kept)):
            for place, key in held:
                if self.site.choice.kind == "show":
                    continue
                if key not in ours:
                    if self.by_tag or self.has("vault"):
                        self.notes.append(f"Stays: the password in {entry_name(place, staged=staged)} belongs to another key.")
                elif staged:
                    self._password(entry_name(place, staged=True), place, staged=True)
                else:
                    self._password(entry_name(place), place, staged=False)

    async def _beside(self, ours: set[str] | frozenset[str]) -> None:
        """What a move that broke has left in another keep."""
        choice = self.site.beside
        if choice is None:
            return
        vault = self.services.keeps.open(choice)
        for place in replace(self.site, choice=choice).places:
            login = await vault.read(*place)
            if login and (login == TRIAL or login.username in ours):
                entry = f"{entry_name(place)} in {choice.text}"
                delete, there = partial(vault.delete, *place), is_there(partial(vault.read, *place))
                self.removals.append(removal("vault", entry, "Password", "", delete, there))

    async def _trial(self) -> None:
        """What a run has left that broke before it made a key."""
        if self.site.choice.tried and await self.vault.read(*self.site.home) == TRIAL:
            self._password(entry_name(self.site.home), self.site.home, staged=False)

    def _password(self, entry: str, place: tuple[str, str], *, staged: bool) -> None:
        delete, look = partial(self.vault.delete, *place, staged=staged), partial(self.vault.read, *place, staged=staged)
        self.removals.append(removal("vault", entry, "Password", "", delete, is_there(look)))

    async def _policy_and_user(self, standing: Standing) -> None:
        iam, user = self.services.iam, self.site.user
        if not (standing.ours or standing.known.adopted):
            return
        policy = await iam.policy(user, POLICY_NAME)
        changed = policy is not None and not await self._ours(standing, policy)
        if changed:
            self.notes.append(f"Stays: somebody changed the policy of {user}, so the user is left alone.")
        elif policy is not None and (self.by_tag or self.has("iam-policy")):
            command = aws_command("iam delete-user-policy", user_name=user, policy_name=POLICY_NAME)
            delete, look = partial(iam.delete_policy, user, POLICY_NAME), partial(iam.policy, user, POLICY_NAME)
            self.removals.append(removal("iam-policy", POLICY_NAME, "Policy", command, delete, is_there(look)))
        if foreign := sorted(self.stay):
            self.notes.append(f"Stays: {user} has a key that seswizard did not make ({', '.join(foreign)}).")
        elif not standing.ours:
            self.notes.append(f"Stays: the IAM user {user}, for somebody else made it.")
        elif not changed and (self.by_tag or self.has("iam-user")):
            command, there = aws_command("iam delete-user", user_name=user), is_there(partial(iam.user, user))
            self.removals.append(removal("iam-user", user, "IAM user", command, lambda: iam.delete_user(user), there))

    async def _ours(self, standing: Standing, policy: str) -> bool:
        written = self.made.get(("iam-policy", POLICY_NAME))
        if written and unchanged(policy, dict(written.detail).get("digest", "")):
            return True
        if not self.by_tag or not standing.ours:
            return False
        return same_policy(policy, await wanted_policy(self.services, self.site, self.caller, policy))

"""Make the SMTP login: an IAM user that may send as this domain and nothing else, its key, its password in the keep.

The order cannot lose a secret: the keep is proven writable before any key exists, the choice of keep is on disk before
any password lies in it, and a key whose password could not be kept is deleted again, unless a person is there to choose
another keep for it.
"""

from dataclasses import dataclass, field, replace

from seswizard.actions.action import CHANGED, Begun, Outcome, Say
from seswizard.actions.journalled import Journalled, Step
from seswizard.actions.login_opening import no_keep, open_login
from seswizard.actions.login_plan import plan_login
from seswizard.actions.login_policy import digest, foreign_policy, policy_words, same_policy, too_long, unchanged, wanted_policy
from seswizard.actions.login_standing import Standing, copied, look_at_login, remember, taken
from seswizard.actions.login_steps import Hand, LoginSteps, nobody
from seswizard.actions.move_login import empty_beside
from seswizard.core.account import Caller
from seswizard.core.failure import Failure, FailureError
from seswizard.core.identity import made_for
from seswizard.core.keep import KeepChoice
from seswizard.core.login import Keep, Login, smtp_password
from seswizard.core.login_places import Place
from seswizard.core.login_wish import LoginWish
from seswizard.core.names import IdentityName
from seswizard.core.plan import Plan
from seswizard.core.policy import POLICY_NAME, USER_PATH, Names
from seswizard.ports import Services, Vault

NOTHING = LoginWish()
GONE = Failure(
    "login.key-missing",
    "Another run has deleted the key meanwhile, for nobody had its secret.",
    remedy="Make the login again.",
)


@dataclass(slots=True)
class MakeLogin:
    """The prepared change. Not frozen: it holds a login that no keep has taken yet."""

    services: Services
    name: IdentityName
    wish: LoginWish
    caller: Caller
    keep: Keep
    vault: Vault
    standing: Standing
    policy: str
    policy_there: bool
    plan: Plan
    hold: bool = False
    """Set where a person can choose another keep: a login that cannot be kept then stays in `unsaved`, with its key."""
    unsaved: Login | None = field(default=None, repr=False)
    """The login that no keep has taken: offer `store_elsewhere` or `give_up`."""
    hand: Hand = nobody
    """How a person gets the password with the keep `show`."""
    made: Login | None = field(default=None, repr=False)
    """The login that was made in this run, to be proven."""
    _unsaved: dict[Place, Login] = field(default_factory=dict, repr=False)

    @property
    def names(self) -> Names:
        """What the things are called."""
        return self.standing.site.names

    async def apply(self, say: Say) -> Outcome:
        """User, policy, key, then the password into the keep, read back. One run at a time."""
        if not self.plan.changes:
            return Outcome("The login is there already.")
        begun = Begun(say)
        try:
            async with self.services.journal.alone():
                return await self._apply(begun)
        except FailureError as error:
            return begun.stopped("The login is not finished; run it again to go on.", error.failure)

    async def _apply(self, say: Say) -> Outcome:
        now = await look_at_login(self.services, self.standing.site, self.vault, self.caller.account)
        if now.same_as != self.standing.same_as:
            # Another run may have made it meanwhile: go on with what is left of the plan, if that is all there is.
            again = await prepare_login(self.services, self.name, self.wish)
            if isinstance(again, Failure):
                return Outcome("The login is not finished.", again)
            if not again.plan.changes:
                return Outcome("The login is there already.")
            if not set(again.plan.changes) <= set(self.plan.changes):
                return Outcome("The login is not finished.", CHANGED)
            self.standing, self.policy, self.policy_there = again.standing, again.policy, again.policy_there
        steps, tried = self._make_steps(say), needs_key(self.standing) and self.standing.untried
        if tried:
            await steps.try_keep()
        try:
            return await self._make(steps)
        except Exception:
            if tried and self.made is None and self.unsaved is None:
                await steps.drop_trial()
            raise

    async def _make(self, steps: LoginSteps) -> Outcome:
        standing, iam, user = self.standing, self.services.iam, self.standing.site.user
        for key in standing.keys:
            if key.id == self.wish.retire and needs_key(standing):
                await steps.give_up(key)
        await steps.clean_up(standing)
        if standing.user is None:
            await self._user(steps.journal)
        elif not standing.ours and not standing.known.adopted:
            await steps.journal.write(Step("iam-user.adopt", "iam-user", user, "", ""), "done", {})
        if not self.policy_there:
            await steps.journal.make(
                Step("iam-policy.put", "iam-policy", POLICY_NAME, "Policy", policy_words(self.policy)),
                lambda: iam.put_policy(user, POLICY_NAME, self.policy),
                note={"user": user, "digest": digest(self.policy)},
            )
        await remember(self.services, standing.site, self.caller.account)
        await empty_beside(steps, standing)
        if needs_key(standing):
            # A key and its password belong together: a run that is told to end has both, or neither.
            await self.services.waits.whole(self._key(steps))
        else:
            await self._copies(steps)
        return Outcome("The login is made and kept. Now it is proven by logging in.")

    async def _user(self, journal: Journalled) -> None:
        iam, user, names = self.services.iam, self.standing.site.user, self.names

        async def create() -> None:
            if not await iam.create_user(user, USER_PATH, names.tags):
                there = await iam.user(user)
                if there is None or not made_for(there.tags, names.domain):
                    raise FailureError(not_ours(user))

        await journal.make(Step("iam-user.create", "iam-user", user, "IAM user", user), create)

    async def _key(self, steps: LoginSteps) -> None:
        before = [key for key in self.standing.keys if key not in self.standing.life.orphans and key.id != self.wish.retire]
        key_id, secret = await steps.new_key(before)
        logins = {place: Login(key_id, smtp_password(secret, place[1])) for place in self.standing.site.places}
        try:
            await self._keep(steps, logins)
        except Exception as error:
            if self.hold and isinstance(error, FailureError):
                self._unsaved, self.unsaved = logins, logins[self.standing.site.home]
            else:
                await steps.take_back(key_id)
            raise

    async def _keep(self, steps: LoginSteps, logins: dict[Place, Login]) -> None:
        for place, login in logins.items():
            await steps.store(place, login)
        self.made = logins[self.standing.site.home]

    async def _copies(self, steps: LoginSteps) -> None:
        for place in self.standing.missing:
            if login := await copied(self.vault, self.standing, place):
                await steps.store(place, login)

    async def store_elsewhere(self, choice: KeepChoice, say: Say) -> Outcome:
        """Put the login that no keep has taken into this one, and remember it as the keep."""
        if self.unsaved is None:
            return Outcome("There is no login that waits for a keep.")
        try:
            async with self.services.journal.alone():
                if self.unsaved.username not in {key.id for key in await self.services.iam.keys(self.standing.site.user)}:
                    self.unsaved = None
                    self._unsaved.clear()
                    return Outcome("There is no login.", GONE)
                vault = self.services.keeps.open(choice)
                keep = await vault.probe()
                if not keep.usable:
                    return Outcome("The login is still not kept.", no_keep(keep))
                site = replace(self.standing.site, choice=choice)
                if site.regions and not choice.regions:
                    failure = Failure("login.one-place", f"The keep {choice.kind} holds one password only.")
                    return Outcome("The login is still not kept.", failure)
                if refusal := taken(await look_at_login(self.services, site, vault, self.caller.account)):
                    return Outcome("The login is still not kept.", refusal)
                self.standing, self.vault, self.keep = replace(self.standing, site=site), vault, keep
                await remember(self.services, site, self.caller.account)
                await self._keep(self._make_steps(say), {place: self._unsaved[place] for place in site.places})
        except FailureError as error:
            return Outcome("The login is still not kept.", error.failure)
        self.unsaved = None
        self._unsaved.clear()
        return Outcome("The login is made and kept. Now it is proven by logging in.")

    async def give_up(self, say: Say) -> Outcome:
        """Delete the key whose password no keep has taken."""
        if self.unsaved is None:
            return Outcome("There is no login that waits for a keep.")
        gone = await self._make_steps(say).take_back(self.unsaved.username)
        self.unsaved = None
        self._unsaved.clear()
        if not gone:
            return Outcome("The key could not be deleted; the next run removes it.", Failure("login.half-made", "A key is left."))
        return Outcome("The key is deleted again; there is no login.")

    def _make_steps(self, say: Say) -> LoginSteps:
        return LoginSteps(self.services, self.standing.site, self.vault, self.keep.name, self.caller.account, say, self.hand)


def needs_key(standing: Standing) -> bool:
    """Whether no active key has a password in the home place."""
    current = standing.life.current
    return current is None or not current.active


async def prepare_login(services: Services, name: IdentityName, wish: LoginWish = NOTHING) -> MakeLogin | Failure:
    """Prove the keep first, then look at what IAM has, then plan the rest."""
    try:
        found = await open_login(services, name, wish)
        if isinstance(found, Failure):
            return found
        site, caller, standing = found.site, found.caller, found.standing
        there = await services.iam.policy(site.user, POLICY_NAME) if standing.user else None
        policy = await wanted_policy(services, site, caller, there)
        refusal = too_long(policy) or taken(standing) or await _refused(services, standing, wish)
    except FailureError as error:
        return error.failure
    if refusal:
        return refusal
    same = there is not None and same_policy(there, policy)
    if there is not None and not same and not standing.ours and not unchanged(there, standing.known.digest):
        return foreign_policy(site.user)
    plan = plan_login(standing, found.keep, wish, policy=policy, sign=None if same else "+" if there is None else "~")
    return MakeLogin(services, name, wish, caller, found.keep, found.vault, standing, policy, same, plan)


async def _refused(services: Services, standing: Standing, wish: LoginWish) -> Failure | None:
    site, life = standing.site, standing.life
    if standing.user and not standing.ours and not standing.known.adopted and not wish.adopt:
        return not_ours(site.user)
    if life.successor and needs_key(standing):
        return Failure(
            "login.staged",
            "A rotation of this login is not finished.",
            remedy="Go on with it.",
            command=site.command("login rotate"),
        )
    if wish.retire and wish.retire not in {key.id for key in standing.keys}:
        return Failure("login.no-such-key", f"{site.user} has no key {wish.retire[:40]}.")
    if not needs_key(standing):
        served = {place[1] for place, key in standing.kept if life.current and key == life.current.id}
        if new := [region for region in site.regions if region not in served]:
            return Failure(
                "login.needs-secret",
                f"A password for {', '.join(new)} can be made only while the key's secret is in hand.",
                remedy="Rotate the login: the new key gets a password for every region.",
                command=site.command("login rotate", regions=",".join(new)),
            )
        return None
    left = [key for key in standing.keys if key not in life.orphans and key.id != wish.retire]
    return await two_keys(services, standing) if len(left) >= 2 else None


async def two_keys(services: Services, standing: Standing, command: str = "create") -> Failure:
    """Explain both keys, so that a person can choose."""
    told = []
    current = standing.life.current
    spare = next(key for key in standing.keys if key != current)
    for key in standing.keys:
        try:
            used = await services.iam.last_used(key.id)
            last = f"last used {used:%Y-%m-%d}" if used else "never used"
        except FailureError:
            last = "last use not known"
        made = f", made {key.created:%Y-%m-%d}" if key.created else ""
        told.append(f"{key.id} ({'active' if key.active else 'off'}{made}, {last})")
    return Failure(
        "login.two-keys",
        f"{standing.site.user} has two access keys already, the most AWS allows: {'; '.join(told)}.",
        detail=" ".join(key.id for key in standing.keys),
        remedy="Say which one is given up; it is switched off and deleted, and the new one takes its place.",
        command=standing.site.command(f"login {command}", retire=spare.id),
    )


def not_ours(user: str, command: str = "") -> Failure:
    """A user of this name that we did not make."""
    return Failure(
        "login.user-not-ours",
        f"There is an IAM user {user} that seswizard did not make.",
        remedy="Choose another name with --user, or let it have our policy and our key with --adopt; "
        "everything else of it stays as it is.",
        command=command,
    )

"""Rotate the SMTP login: a second key, proven before anything depends on it; then the old key off, and later deleted.

Nothing of where a rotation stands is stored: each run looks, and goes on from there. A keep with a place beside the login
holds the new one there until it is proven; a keep of one place gets it after the proof, and a run that breaks in between
leaves a key whose secret nobody has, which the next run deletes.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta

from seswizard.actions.action import CHANGED, Begun, Outcome, Say
from seswizard.actions.journalled import Step
from seswizard.actions.login import NOTHING, not_ours, two_keys
from seswizard.actions.login_opening import open_login
from seswizard.actions.login_plan import plan_rotation, rotates_afresh
from seswizard.actions.login_policy import digest, foreign_policy, policy_words, same_policy, too_long, unchanged, wanted_policy
from seswizard.actions.login_standing import Site, Standing, look_at_login, remember, taken
from seswizard.actions.login_steps import Hand, LoginSteps, nobody
from seswizard.actions.move_login import Move, announce, empty_beside, moved, prepare_move, switch
from seswizard.actions.prove_login import prove_everywhere
from seswizard.core.account import Caller
from seswizard.core.failure import Failure, FailureError
from seswizard.core.login import Keep, Login, smtp_password
from seswizard.core.login_life import Life
from seswizard.core.login_places import Place
from seswizard.core.login_wish import LoginWish, RotateWish
from seswizard.core.names import IdentityName
from seswizard.core.plan import Plan, Sign
from seswizard.core.policy import POLICY_NAME
from seswizard.ports import Services, Vault

ROTATION = RotateWish()
_UNFINISHED = "The rotation is not finished; run it again to go on."
_OLD_WORKS = "The old login goes on working; the new key is deleted again."


@dataclass(slots=True)
class RotateLogin:
    """The prepared change. Not frozen: it holds the new login until it is kept."""

    services: Services
    name: IdentityName
    wish: LoginWish
    how: RotateWish
    caller: Caller
    keep: Keep
    vault: Vault
    standing: Standing
    policy: str
    """The policy to be written; empty where it stays."""
    plan: Plan
    move: Move | None = None
    """Where the login goes, if it is to be kept elsewhere from now on."""
    hand: Hand = nobody
    """How a person gets the new password with the keep `show`; the old key stays on until they have it."""
    made: Login | None = field(default=None, repr=False)
    """The new login, proven."""

    async def apply(self, say: Say) -> Outcome:
        """Go on from where it stands. One run at a time."""
        if not self.plan.changes:
            return Outcome(self.plan.notes[0] if self.plan.notes else "There is nothing to rotate.")
        begun = Begun(say)
        try:
            async with self.services.journal.alone():
                now = await self._look()
                if now.same_as != self.standing.same_as:
                    return Outcome("The rotation has not begun.", CHANGED)
                return await self._apply(begun)
        except FailureError as error:
            return begun.stopped(_UNFINISHED, error.failure)

    async def _apply(self, say: Say) -> Outcome:
        steps = LoginSteps(self.services, self.standing.site, self.vault, self.keep.name, self.caller.account, say, self.hand)
        standing = self.standing
        if self.how.cancel:
            return await self._cancel(steps)
        fresh = rotates_afresh(standing)
        for key in standing.life.foreign:
            if key.id == self.wish.retire:
                await steps.give_up(key)
        await steps.clean_up(standing)
        if self.policy:
            await steps.journal.make(
                Step("iam-policy.put", "iam-policy", POLICY_NAME, "Policy", policy_words(self.policy)),
                lambda: self.services.iam.put_policy(standing.site.user, POLICY_NAME, self.policy),
                note={"user": standing.site.user, "digest": digest(self.policy)},
            )
        await remember(self.services, standing.site, self.caller.account)
        await empty_beside(steps, standing)
        if self.move:
            if failure := await self._moved(steps, self.move):
                return Outcome(_OLD_WORKS, failure)
            steps, standing = moved(steps, self.move), await self._look()
        elif fresh:
            # A key and its password belong together: a run that is told to end has both, or neither.
            new = self._staged(steps) if standing.site.choice.stages else self._in_memory(steps)
            failure = await self.services.waits.whole(new)
            if failure:
                return Outcome(_OLD_WORKS, failure)
            standing = await self._look()
        if standing.life.successor:
            failure = await self._switch(steps, standing)
            if failure:
                return _unproven(standing.site, failure)
            standing = await self._look()
        return await self._retire(steps, standing)

    async def _cancel(self, steps: LoginSteps) -> Outcome:
        successor = self.standing.life.successor
        if successor:
            await steps.delete_key(successor.id, "the rotation is taken back")
        await steps.clean_up(await self._look())
        return Outcome("The rotation is taken back; the present login stays.")

    async def _new(self, steps: LoginSteps, places: tuple[Place, ...]) -> dict[Place, Login]:
        standing = self.standing
        current = standing.life.current
        key_id, secret = await steps.new_key(
            [key for key in standing.keys if key not in standing.life.orphans and key.id != self.wish.retire],
            current.id if current else "",
        )
        return {place: Login(key_id, smtp_password(secret, place[1])) for place in places}

    async def _staged(self, steps: LoginSteps) -> Failure | None:
        logins = await self._new(steps, self.standing.site.places)
        try:
            for place, login in logins.items():
                await steps.store(place, login, staged=True)
        except Exception as error:
            await steps.take_back(logins[self.standing.site.home].username)
            if not isinstance(error, FailureError):
                raise
            return error.failure
        return None

    async def _in_memory(self, steps: LoginSteps) -> Failure | None:
        logins = await self._new(steps, self.standing.site.places)
        home = logins[self.standing.site.home]
        try:
            failure = await self._prove(logins, steps.say)
            if failure is None:
                await steps.store(self.standing.site.home, home)
                self.made = home
        except FailureError as error:
            failure = error.failure
        except Exception:
            await steps.take_back(home.username)
            raise
        if failure:
            await steps.take_back(home.username)
        return failure

    async def _moved(self, steps: LoginSteps, move: Move) -> Failure | None:
        """Like the keep of one place; then the former keep is emptied."""
        made: dict[Place, Login] = {}
        try:
            await announce(steps, move)
            made = await self._new(steps, move.site.places)
            failure = await self._prove(made, steps.say)
            if failure is None:
                await switch(steps, move, made)
        except FailureError as error:
            failure = error.failure
        except Exception:
            if made:
                await steps.take_back(made[move.site.home].username)
            raise
        if failure:
            if made:
                await steps.take_back(made[move.site.home].username)
            await empty_beside(steps, await self._look_at(replace(steps.site, beside=move.site.choice)))
            return failure
        self.made, self.vault, self.keep = made[move.site.home], move.vault, move.keep
        self.standing = await self._look_at(replace(move.site, beside=steps.site.choice))
        await empty_beside(moved(steps, move), self.standing)
        self.standing = replace(self.standing, site=move.site)
        return None

    async def _switch(self, steps: LoginSteps, standing: Standing) -> Failure | None:
        """Prove the staged login, then put it into the main places, the home place last."""
        site = standing.site
        staged = {place: await self.vault.read(*place, staged=True) for place, _ in standing.staged}
        home = staged.get(site.home)
        if home is None:
            return CHANGED
        if failure := await self._prove({place: login for place, login in staged.items() if login}, steps.say):
            return failure
        kept = dict(standing.kept)
        for place in site.places:
            login = staged.get(place)
            if login and kept.get(place) != login.username:
                await steps.store(place, login)
        self.made = home
        await steps.clear(place for place, _ in standing.staged)
        return None

    async def _prove(self, logins: Mapping[Place, Login], say: Say) -> Failure | None:
        return await prove_everywhere(self.services, logins, port=self.how.port, say=say)

    async def _retire(self, steps: LoginSteps, standing: Standing) -> Outcome:
        now, life = self.services.clock.now(), standing.life
        until = life.until or now + timedelta(days=self.how.after)
        gone = self.how.delete_old or self.standing.life.due(now)
        for key in life.old:
            if key.active:
                await steps.switch_off(key.id, until)
            if gone:
                await steps.delete_key(key.id, "the rotation is finished")
        if gone or not life.old:
            return Outcome("The login is rotated, and the old key is deleted.")
        return Outcome(f"The login is rotated. The old key is off; it may be deleted from {until:%Y-%m-%d} on.")

    async def _look(self) -> Standing:
        return await self._look_at(self.standing.site)

    async def _look_at(self, site: Site) -> Standing:
        return await look_at_login(self.services, site, self.vault, self.caller.account)


def _unproven(site: Site, failure: Failure) -> Outcome:
    again = failure.command or site.command("login rotate")
    return Outcome(
        "The old login goes on working. The new one is not proven: rotate again to go on, with --cancel to take it back.",
        replace(failure, command=again),
    )


async def prepare_rotation(
    services: Services, name: IdentityName, wish: LoginWish = NOTHING, how: RotateWish = ROTATION
) -> RotateLogin | Failure:
    """Look where it stands, and plan the rest."""
    try:
        found = await open_login(services, name, replace(wish, keep=None))
        if isinstance(found, Failure):
            return found
        site, caller, standing = found.site, found.caller, found.standing
        if refusal := taken(standing) or await _refused(services, standing, how, wish.retire):
            return refusal
        move = await prepare_move(services, standing, wish.keep) if wish.keep and wish.keep != site.choice else None
        if isinstance(move, Failure):
            return move
        if move and not rotates_afresh(standing):
            return _under_way(site)
        policy, there = "", await services.iam.policy(site.user, POLICY_NAME)
        if wish.also or wish.regions or there is None:
            policy = await wanted_policy(services, site, caller, there)
            if refusal := too_long(policy):
                return refusal
    except FailureError as error:
        return error.failure
    if there and policy and not standing.ours and not unchanged(there, standing.known.digest):
        return foreign_policy(site.user)
    same = not policy or (there is not None and same_policy(there, policy))
    sign: Sign | None = None if same else "+" if there is None else "~"
    plan = plan_rotation(
        standing,
        found.keep,
        wish,
        how,
        services.clock.now(),
        policy=policy,
        sign=sign,
        to=(move.site, move.keep) if move else None,
    )
    return RotateLogin(services, name, wish, how, caller, found.keep, found.vault, standing, "" if same else policy, plan, move)


def _under_way(site: Site) -> Failure:
    return Failure(
        "login.staged",
        "A rotation of this login is not finished, so it cannot move to another keep yet.",
        remedy="Finish it first, and let the old key go.",
        command=site.command("login rotate", delete_old=True),
    )


async def _refused(services: Services, standing: Standing, how: RotateWish, retire: str) -> Failure | None:
    site, life = standing.site, standing.life
    create = site.command("login create")
    if standing.user and not standing.ours and not standing.known.adopted:
        return not_ours(site.user, f"{create} --adopt")
    if life.current is None and life.successor is None:
        return Failure(
            "login.none",
            f"There is no login of {site.names.domain} in {site.names.region} that could be rotated.",
            remedy="Make one.",
            command=create,
        )
    if life.state is Life.LOST:
        return Failure(
            "login.key-inactive",
            "The kept login's key is switched off, so there is nothing that could go on working meanwhile.",
            remedy="Make a new key for it.",
            command=create,
        )
    if how.cancel and (life.successor is None or life.successor.id in dict(standing.kept).values()):
        return Failure("login.nothing-staged", "There is no rotation that could be taken back.", command="")
    left = [key for key in standing.keys if key not in life.orphans and key.id != retire]
    if rotates_afresh(standing) and len(left) >= 2:
        return await two_keys(services, standing, "rotate")
    if retire and (retire not in {key.id for key in life.foreign} or not rotates_afresh(standing)):
        return Failure("login.no-such-key", f"{retire[:40]} is no key of {site.user} that stands in the way.")
    return None

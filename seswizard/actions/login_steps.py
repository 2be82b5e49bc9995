"""The single changes that a login's life consists of, each announced in the journal before it is made."""

from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime

from seswizard.actions.action import Progress, Say, silent
from seswizard.actions.journalled import Journalled, Step
from seswizard.actions.login_plan import SHOWN, left_over
from seswizard.actions.login_standing import Site, Standing
from seswizard.actions.removal import surely_gone
from seswizard.core.aws_things import AccessKey
from seswizard.core.failure import Failure, FailureError
from seswizard.core.keep import KeepChoice
from seswizard.core.login import TRIAL, Login
from seswizard.core.login_places import Place, entry_name
from seswizard.core.quoting import aws_command
from seswizard.core.secret import Secret
from seswizard.ports import Services, Vault

Hand = Callable[[Login], Awaitable[None]]
"""Gives a login that nothing keeps to a person; ends once they have it, and raises `FailureError` where they have not."""


async def nobody(_login: Login) -> None:
    """There is nobody to give it to."""
    raise unread()


def unread() -> FailureError:
    """A password that was to be shown once, and that nobody has read."""
    return FailureError(
        Failure(
            "login.not-shown",
            "Nobody has read the password, and nothing keeps it.",
            remedy="Make it where you can read it, or choose another keep with --keep.",
        )
    )


@dataclass(frozen=True, slots=True)
class LoginSteps:
    """Makes the changes of one run for one login."""

    services: Services
    site: Site
    vault: Vault
    keep: str
    """The keep's name in a person's words."""
    account: str
    say: Say
    hand: Hand = nobody
    """Where the password goes with the keep `show`."""

    @property
    def journal(self) -> Journalled:
        """Where each change is announced."""
        return Journalled(self.services, str(self.site.name), self.account, self.say)

    async def new_key(self, before: Iterable[AccessKey], old: str = "") -> tuple[str, Secret]:
        """Make a key. If its answer, or the journal's line about it, is lost, the key is deleted again.

        Raises:
            FailureError: there is no new key; where it could not be deleted again, the next run does so.
        """
        iam, user = self.services.iam, self.site.user
        there = {key.id for key in before}
        note = {"user": user, "before": " ".join(sorted(there))} | ({"old": old} if old else {})
        made: list[tuple[str, Secret]] = []

        async def create() -> tuple[str, Secret]:
            made.append(await iam.create_key(user))
            return made[0]

        step = Step("access-key.create", "access-key", user, "Access key", "its secret never touches the disk")
        try:
            return await self.journal.make(step, create, note=note, after=lambda pair: {"key": pair[0]})
        except Exception:
            if made:
                await self.take_back(made[0][0])
            else:
                with suppress(FailureError):
                    new = [key.id for key in await iam.keys(user) if key.id not in there]
                    if len(new) == 1:
                        await self.take_back(new[0])
            raise

    async def take_back(self, key: str) -> bool:
        """Delete a new key again whatever else fails: a journal that cannot be written must not leave it behind."""
        gone, user = Step("access-key.delete", "access-key", self.site.user, "Access key", "deleted again"), self.site.user
        detail = {"user": user, "key": key}
        with suppress(Exception):
            await self.journal.write(gone, "intent", detail)
        try:
            await self.services.iam.delete_key(user, key)
            await self._key_gone(key)
        except Exception:  # noqa: BLE001  # what took us here is the news
            self.say(Progress("Access key", f"{key} could not be deleted again; the next run removes it", "failed"))
            return False
        self.say(Progress("Access key", "deleted again, for its password could not be kept", "failed"))
        with suppress(Exception):
            await self._drop_passwords(key)
        with suppress(Exception):
            await self.journal.write(gone, "done", detail)
            await self.journal.undone("access-key.create", "access-key", user, detail)
        return True

    async def store(self, place: Place, login: Login, *, staged: bool = False) -> None:
        """Put a password into the keep, read back; or into the person's hands, where nothing keeps it.

        A run that breaks before the journal says that it arrived leaves a key whose secret nobody has.
        """
        entry, shown = entry_name(place, staged=staged), self.site.choice.kind == "show"
        what = f"beside the present one in {self.keep}" if staged else f"in {self.keep}, read back and compared"
        step = Step("vault.store", "vault", entry, "Password", SHOWN if shown else what)

        async def put() -> None:
            await (self.hand(login) if shown else self.vault.store(*place, login, staged=staged))

        await self.journal.make(step, put, note={"key": login.username, "user": self.site.user})

    async def try_keep(self) -> None:
        """Prove by a trial, read back, that the keep takes what it is given; the password replaces it.

        Raises:
            FailureError: it does not keep; the trial is taken out again where that is possible.
        """
        home = self.site.home
        await self._name_keep()
        step = Step("vault.store", "vault", entry_name(home), "Keep", f"{self.keep} gives back a trial")
        try:
            await self.journal.make(step, lambda: self.vault.store(*home, TRIAL), note={"user": self.site.user})
        except Exception:
            await self.drop_trial()
            raise

    async def _name_keep(self) -> None:
        """Let the state name a keep that gets a trial and is no login's yet: a trial that a broken run leaves is found."""
        site, choice = self.site, self.site.choice
        known = {(one.name, one.region): one for one in await self.services.state.choices()}
        row = known.get((str(site.name), site.names.region), site.choices)
        left = {"beside_keep": choice.text, "beside_store": choice.store_with, "beside_read": choice.read_with}
        if KeepChoice.of(row) != choice or not row.login_keep:
            await self.services.state.save_choices(replace(row, account=self.account, **left))

    async def drop_trial(self) -> None:
        """Take a trial out again as well as it can be; one that stays is read as nothing."""
        with suppress(Exception):
            await replace(self, say=silent).clear((self.site.home,), staged=False)

    async def clear(self, places: Iterable[Place], *, staged: bool = True) -> None:
        """Empty places of the keep."""
        for place in places:
            entry = entry_name(place, staged=staged)
            step = Step("vault.delete", "vault", entry, "Password", f"{entry} is empty again")
            await self.journal.make(step, lambda place=place: self.vault.delete(*place, staged=staged))  # type: ignore[misc]
            await self.journal.undone("vault.store", "vault", entry)

    async def delete_key(self, key: str, why: str) -> None:
        """Delete a key, and any password of it that is still kept."""
        user, detail = self.site.user, {"user": self.site.user, "key": key}
        step = Step("access-key.delete", "access-key", user, "Access key", f"{key} deleted: {why}")
        await self.journal.make(step, lambda: self.services.iam.delete_key(user, key), note=detail)
        await self._key_gone(key)
        await self._drop_passwords(key)
        await self.journal.undone("access-key.create", "access-key", user, detail)

    async def _key_gone(self, key: str) -> None:
        """Look that a deleted key is not there any more: one that works keeps its password, and the journal its name."""
        user = self.site.user

        async def there() -> bool:
            return key in {one.id for one in await self.services.iam.keys(user)}

        command = aws_command("iam delete-access-key", user_name=user, access_key_id=key)
        await surely_gone(self.services, f"Access key {key}", there, command)

    async def switch_off(self, key: str, until: datetime | None = None) -> None:
        """Set a key inactive; `until` is when it may be deleted."""
        user = self.site.user
        note = {"user": user, "key": key} | ({"until": until.isoformat()} if until else {})
        step = Step("access-key.retire", "access-key", user, "Old key", f"{key} switched off")
        await self.journal.make(step, lambda: self.services.iam.set_key(user, key, active=False), note=note)

    async def give_up(self, key: AccessKey) -> None:
        """Switch a key off and delete it: the person chose it of two."""
        if key.active:
            await self.switch_off(key.id)
        await self.delete_key(key.id, "given up")

    async def clean_up(self, standing: Standing) -> None:
        """Remove what a broken run has left: keys whose secret nobody has, and places that hold what is not to come."""
        for key in standing.life.orphans:
            await self.delete_key(key.id, left_over(self.site))
        if standing.debris:
            await self.clear(standing.debris)

    async def _drop_passwords(self, key: str) -> None:
        """Empty every place that holds this key's password."""
        for staged in (False, True) if self.site.choice.stages else (False,):
            for place in self.site.places:
                kept = await self.vault.read(*place, staged=staged)
                if kept and kept.username == key:
                    await self.clear((place,), staged=staged)

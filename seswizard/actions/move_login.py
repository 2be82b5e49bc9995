"""A login moves to another keep with a new key, as a rotation: the old password stays where it is until the new one is kept.

The state names both keeps from before the first write until the one that was left is empty: so whatever a broken run has
put into either of them is found. What makes the move is one save of the choices; the journal knows it as the storing.
"""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace

from seswizard.actions.action import Progress
from seswizard.actions.journalled import Step
from seswizard.actions.login_opening import no_keep
from seswizard.actions.login_standing import Site, Standing, remember
from seswizard.actions.login_steps import LoginSteps
from seswizard.core.failure import Failure, FailureError
from seswizard.core.keep import KeepChoice
from seswizard.core.login import TRIAL, Keep, Login
from seswizard.core.login_places import Place, entry_name
from seswizard.ports import Services, Vault


@dataclass(frozen=True, slots=True)
class Move:
    """Where a login goes."""

    site: Site
    """The same login with the keep it goes to."""
    vault: Vault
    keep: Keep


async def prepare_move(services: Services, standing: Standing, choice: KeepChoice) -> Move | Failure:
    """Look whether that keep takes the login, and holds nobody else's.

    Raises:
        FailureError: the keep could not be asked.
    """
    site = replace(standing.site, choice=choice)
    if site.regions and not choice.regions:
        return Failure("login.one-place", f"The keep {choice.kind} holds one password, and each region has one of its own.")
    vault = services.keeps.open(choice)
    keep = await vault.probe()
    if not keep.usable:
        return no_keep(keep)
    ours, current = {key.id for key in standing.keys} | standing.known.named, standing.life.current
    for place in site.places:
        there = await vault.read(*place)
        if there and current and there.username == current.id:
            # The same place under two names: it would be written over, and then emptied.
            return Failure("login.has-its-own", f"{keep.name} holds this very login already; nothing has to move.")
        if there and there != TRIAL and there.username not in ours:
            title = f"{keep.name} holds another login already, {there.username}, under {entry_name(place)}."
            return Failure("login.has-its-own", title, remedy="Choose another place for this one.")
    return Move(site, vault, keep)


async def announce(steps: LoginSteps, move: Move) -> None:
    """Remember the keep that it goes to, and prove by a trial that it keeps, before any key exists."""
    await remember(steps.services, replace(steps.site, beside=move.site.choice), steps.account)
    if move.site.choice.tried:
        await moved(steps, move).try_keep()


async def switch(steps: LoginSteps, move: Move, logins: Mapping[Place, Login]) -> None:
    """Put the passwords into the new keep, the home place last, and let the choices name it.

    Raises:
        FailureError: it does not keep them; the login is where it was.
    """
    there, home = moved(steps, move), move.site.home
    for place in move.site.places[:-1]:
        await there.store(place, logins[place])

    async def choose() -> None:
        await remember(steps.services, replace(move.site, beside=steps.site.choice), steps.account)

    if move.site.choice.kind == "show":
        await there.store(home, logins[home])
        await choose()
        return
    entry, note = entry_name(home), {"key": logins[home].username, "user": steps.site.user}
    kept = Step("vault.store", "vault", f"{entry} in {move.site.choice.text}", "Password", f"in {move.keep.name}, read back")
    await steps.journal.make(kept, lambda: move.vault.store(*home, logins[home]), note=note)
    chosen = Step("vault.store", "vault", entry, "Keep", f"{move.site.choice.text} instead of {steps.site.choice.text}")
    await steps.journal.make(chosen, choose, note=note)


def moved(steps: LoginSteps, move: Move) -> LoginSteps:
    """The same run's changes, in the keep that the login goes to."""
    return replace(steps, site=move.site, vault=move.vault, keep=move.keep.name)


async def empty_beside(steps: LoginSteps, standing: Standing) -> None:
    """Take out of the other keep what is ours there, and forget it; one that cannot be asked is left for the next run."""
    choice = standing.site.beside
    if choice is None:
        return
    there = replace(steps, site=replace(standing.site, choice=choice), vault=steps.services.keeps.open(choice))
    ours = {key.id for key in standing.keys} | standing.known.named
    current = {standing.life.current.id} if standing.life.current else set()
    try:
        for place in there.site.places:
            login = await there.vault.read(*place)
            if login and (login == TRIAL or login.username in ours - current):
                await there.clear((place,), staged=False)
    except FailureError as error:
        steps.say(Progress("Other keep", f"{choice.text} still holds the former password: {error.failure.title}", "failed"))
        return
    with suppress(FailureError):
        await remember(steps.services, replace(standing.site, beside=None), steps.account)

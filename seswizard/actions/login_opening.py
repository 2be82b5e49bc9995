"""How making and rotating a login begin alike: the keep is tried first, then the account is checked, then all is looked at."""

from dataclasses import dataclass

from seswizard.actions.account_guard import right_account
from seswizard.actions.login_standing import Site, Standing, look_at_login, site_of
from seswizard.core.account import Caller
from seswizard.core.failure import Failure
from seswizard.core.login import Keep
from seswizard.core.login_wish import LoginWish
from seswizard.core.names import IdentityName
from seswizard.ports import Services, Vault


@dataclass(frozen=True, slots=True)
class Opening:
    """What was found before anything is planned."""

    site: Site
    vault: Vault
    keep: Keep
    caller: Caller
    standing: Standing


async def open_login(services: Services, name: IdentityName, wish: LoginWish) -> Opening | Failure:
    """Where the login stands, or why none can be made here; nothing is asked of AWS while no keep is usable.

    Raises:
        FailureError: the keep, AWS or the state could not be asked.
    """
    site = site_of(services, name, await services.state.choices(), wish)
    if isinstance(site, Failure):
        return site
    vault = services.keeps.open(site.choice)
    keep = await vault.probe()
    if not keep.usable:
        return no_keep(keep)
    caller = await right_account(services, site.choices)
    return Opening(site, vault, keep, caller, await look_at_login(services, site, vault, caller.account))


def no_keep(keep: Keep) -> Failure:
    """There is nowhere to put the password."""
    mends = f"{keep.remedy.rstrip('.')}, or" if keep.remedy else "Unlock or install a keyring, or"
    return Failure(
        "login.vault-missing",
        f"There is no place to keep the password: {keep.reason}",
        remedy=f"{mends} choose another place with --keep; no key was made.",
        command=keep.command,
    )

"""Where the login stands, for its screen: what one look at IAM, keep and journal found, and when each key was last used."""

import asyncio
from dataclasses import dataclass
from datetime import datetime

from seswizard.actions.account_guard import right_account
from seswizard.actions.login_standing import Site, Standing, look_at_login, site_of
from seswizard.core.aws_things import AccessKey
from seswizard.core.failure import Failure, FailureError
from seswizard.core.login_life import Life
from seswizard.core.login_wish import LoginWish
from seswizard.core.names import IdentityName
from seswizard.ports import Services


@dataclass(frozen=True, slots=True)
class KeyUse:
    """When one key was last used."""

    key: AccessKey
    last: datetime | None
    """None for never, or where AWS did not say."""
    known: bool = True
    """Whether AWS said."""


@dataclass(frozen=True, slots=True)
class LoginLook:
    """What was found; without a standing, why nothing was."""

    site: Site | None
    standing: Standing | None = None
    uses: tuple[KeyUse, ...] = ()
    failure: Failure | None = None

    @property
    def life(self) -> Life:
        """The login's state; unknown where it could not be looked at."""
        return self.standing.life.state if self.standing else Life.UNKNOWN


async def look_at_life(services: Services, name: IdentityName, wish: LoginWish) -> LoginLook:
    """Ask IAM, the keep and the journal; never raises `FailureError`."""
    site = None
    try:
        found = site_of(services, name, await services.state.choices(), wish)
        if isinstance(found, Failure):
            return LoginLook(None, failure=found)
        site = found
        caller = await right_account(services, site.choices)
        standing = await look_at_login(services, site, services.keeps.open(site.choice), caller.account)
    except FailureError as error:
        return LoginLook(site, failure=error.failure)
    uses = await asyncio.gather(*(_use(services, key) for key in standing.keys))
    return LoginLook(site, standing, tuple(uses))


async def _use(services: Services, key: AccessKey) -> KeyUse:
    try:
        return KeyUse(key, await services.iam.last_used(key.id))
    except FailureError:
        return KeyUse(key, None, known=False)

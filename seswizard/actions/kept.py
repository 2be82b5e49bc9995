"""The keep that holds an identity's login, by what was chosen for it."""

from seswizard.actions.account_guard import choices_for
from seswizard.core.keep import KeepChoice
from seswizard.core.login import Login
from seswizard.core.names import IdentityName, domain_of
from seswizard.ports import Services, Vault


async def keep_of(services: Services, name: IdentityName) -> Vault:
    """The chosen keep; the keyring where none was chosen yet."""
    return services.keeps.open(KeepChoice.of(await choices_for(services, str(name))))


async def kept_login(services: Services, name: IdentityName) -> Login | None:
    """The login that is kept for an identity in this region.

    Raises:
        FailureError: the keep could not be read.
    """
    return await (await keep_of(services, name)).read(str(domain_of(name)), services.region)

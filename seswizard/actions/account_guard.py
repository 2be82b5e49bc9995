"""Before the first write: which account is this, and is it the one the domain was set up in?"""

from seswizard.core.account import Caller
from seswizard.core.failure import Failure, FailureError
from seswizard.core.remembered import DomainChoices
from seswizard.ports import Services


async def right_account(services: Services, choices: DomainChoices | None) -> Caller:
    """The caller, if it belongs to the account that this identity was set up in.

    Raises:
        FailureError: it is another account, or AWS could not be asked.
    """
    caller = await services.sts.caller()
    if choices and choices.account and choices.account != caller.account:
        raise FailureError(
            Failure(
                "access.other-account",
                f"These credentials belong to account {caller.account}; "
                f"{choices.name} was set up in {choices.account}. Nothing was changed.",
                remedy=f"Choose the profile of account {choices.account}.",
            )
        )
    return caller


async def choices_for(services: Services, name: str) -> DomainChoices:
    """What was chosen for this identity in this region, or the defaults."""
    for one in await services.state.choices():
        if one.name == name and one.region == services.region:
            return one
    return DomainChoices(name, services.region)

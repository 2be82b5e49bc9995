"""Where to begin: with the domain that was named, with the one remembered, or with questions."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from seswizard.core.failure import FailureError
from seswizard.core.names import BadNameError, IdentityName, parse_identity
from seswizard.core.remembered import DomainChoices
from seswizard.ports import Services

Rewire = Callable[[str], Services]
"""Makes the services of another region."""


@dataclass(frozen=True, slots=True)
class Beginning:
    """What to set up, or the remembered ones to choose from."""

    name: IdentityName | None
    choices: DomainChoices | None = None
    services: Services | None = None
    """Those of the remembered region, where that is another."""
    remembered: tuple[DomainChoices, ...] = ()
    given: IdentityName | None = None
    """The name to ask about again: its region is not known, or it was mistyped."""


async def begin(services: Services, name: IdentityName | None, rewire: Rewire | None) -> Beginning:
    """Decide where to begin; without a readable state one simply asks.

    Services without a region are those of a machine where none is set: then the only one that is remembered for the name is
    taken, and else it is asked for.
    """
    try:
        remembered = await services.state.choices()
    except FailureError:
        remembered = ()
    if name is not None and services.region:
        same = [one for one in remembered if one.name == str(name) and one.region == services.region]
        return Beginning(name, same[0] if same else None, services)
    if name is not None:
        remembered = tuple(one for one in remembered if one.name == str(name))
    if len(remembered) == 1 and (only := _named(remembered[0])):
        choices = remembered[0]
        if choices.region == services.region:
            return Beginning(only, choices, services)
        if rewire is not None:
            return Beginning(only, choices, rewire(choices.region))
    return Beginning(None, remembered=remembered, given=name)


async def forget_mistyped(services: Services, choices: DomainChoices | None) -> None:
    """Forget a name that was mistyped, unless something was made for it already."""
    if choices is None or choices.account is not None:
        return
    with suppress(FailureError):  # A state that cannot be written remembers nothing either.
        await services.state.forget(choices.name, choices.region)


def _named(choices: DomainChoices) -> IdentityName | None:
    try:
        return parse_identity(choices.name)
    except BadNameError:
        return None

"""The keep that holds an identity's login, by what was chosen for it."""

from seswizard.core.failure import Failure
from seswizard.core.keep import KeepChoice, keep_offers, keep_questions
from seswizard.core.login import TRIAL, Login
from seswizard.core.login_places import by_domain, owner_of
from seswizard.core.names import IdentityName, domain_of
from seswizard.core.quoting import our_command
from seswizard.core.remembered import DomainChoices
from seswizard.ports import Services


async def kept_login(services: Services, name: IdentityName) -> Login | None:
    """The login that is kept for an identity in this region.

    Raises:
        FailureError: the keep could not be read.
    """
    known, domain = await services.state.choices(), str(domain_of(name))
    choices = next((one for one in known if (one.name, one.region) == (str(name), services.region)), None)
    return await held(services, known, choices or DomainChoices(str(name), services.region), domain)


async def held(services: Services, known: tuple[DomainChoices, ...], choices: DomainChoices, domain: str) -> Login | None:
    """The login of these choices; a keep without an entry for each domain has it under the domain it was made for.

    Raises:
        FailureError: the keep could not be read.
    """
    choice, owner = KeepChoice.of(choices), owner_of(known, choices, domain)
    if owner and not by_domain(choice):
        domain = owner.name.rpartition("@")[2]
    login = await services.keeps.open(choice).read(domain, choices.region)
    return None if login == TRIAL else login


def no_login(services: Services, choices: DomainChoices | None, domain: str, region: str) -> Failure:
    """There is no login whose password could be read; one that was shown once can move to a keep with a new key."""
    if KeepChoice.of(choices).kind != "show":
        command = our_command("login create", domain, region=region)
        return Failure(
            "login.none", f"No SMTP login is kept for {domain} in {region}.", remedy="Make one first.", command=command
        )
    kind = keep_offers(services.here)[0].kind
    places = [usual for _, _, usual in keep_questions(kind, domain)]
    return Failure(
        "login.none",
        f"The SMTP login of {domain} in {region} was shown once when it was made, and nothing keeps its password.",
        remedy="Let a keep have it from now on, with a new key.",
        command=our_command("login rotate", domain, region=region, keep=":".join((kind, *places))),
    )

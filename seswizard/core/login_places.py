"""Which entries of a keep one login has: a domain and a region each, and whose login serves a place that is not its own."""

from collections.abc import Iterable

from seswizard.core.keep import KeepChoice, file_form
from seswizard.core.remembered import DomainChoices

Place = tuple[str, str]
"""A domain and a region: one entry of a keep."""


def entry_name(place: Place, *, staged: bool = False) -> str:
    """The entry as keep and journal name it: `example.com/eu-west-1`, with `/next` for the place beside it."""
    return f"{place[0]}/{place[1]}/next" if staged else f"{place[0]}/{place[1]}"


def by_domain(choice: KeepChoice) -> bool:
    """Whether the keep has an entry for each domain; the others have one for each region, whichever domain asks."""
    return choice.kind == "keyring" or (choice.kind == "file" and file_form(choice.place) == "json")


def places(choice: KeepChoice, home: Place, also: tuple[str, ...], regions: tuple[str, ...]) -> tuple[Place, ...]:
    """Every entry that a login has, the home place last: it is written last, so that what is there is everywhere."""
    domains = (home[0], *also) if by_domain(choice) else (home[0],)
    beside = [(domain, region) for region in (home[1], *regions) for domain in domains if (domain, region) != home]
    return (*beside, home)


def owner_of(known: Iterable[DomainChoices], choices: DomainChoices, domain: str) -> DomainChoices | None:
    """The choices whose login serves this place too; None where the place has its own."""
    if not choices.iam_user:
        return None
    for one in known:
        if one.iam_user != choices.iam_user or (one.name, one.region) == (choices.name, choices.region):
            continue
        same_domain = one.name == choices.name or domain in one.also.split()
        if same_domain and (one.region == choices.region or choices.region in one.also_regions.split()):
            return one
    return None

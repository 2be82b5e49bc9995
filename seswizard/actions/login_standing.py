"""Where a login stands: what IAM, the keep and the journal say of it, looked at together before anything is planned."""

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, replace

from seswizard.core.aws_things import AccessKey, IamUser
from seswizard.core.failure import Failure, FailureError
from seswizard.core.identity import made_for
from seswizard.core.keep import KeepChoice
from seswizard.core.login import TRIAL, Login
from seswizard.core.login_life import KeyHistory, LoginLife, history, life_of
from seswizard.core.login_places import Place, owner_of, places
from seswizard.core.login_wish import LoginWish
from seswizard.core.names import IdentityName, domain_of
from seswizard.core.policy import Names
from seswizard.core.quoting import Value, our_command
from seswizard.core.regions import has_smtp
from seswizard.core.remembered import DomainChoices, Entry
from seswizard.ports import Services, Vault


@dataclass(frozen=True, slots=True)
class Site:
    """Whose login it is and where it is kept; known without asking AWS."""

    name: IdentityName
    names: Names
    user: str
    """The IAM user's name."""
    choice: KeepChoice
    choices: DomainChoices
    also: tuple[str, ...]
    regions: tuple[str, ...]
    beside: KeepChoice | None = None
    """Another keep in which a move may have left passwords."""

    def command(self, verb: str, **options: Value) -> str:
        """A command about this login: `seswizard VERB example.com --region eu-west-1 …`."""
        return our_command(verb, self.name, region=self.names.region, **options)

    @property
    def home(self) -> Place:
        """The place that is written last: what is there is everywhere."""
        return self.names.domain, self.names.region

    @property
    def places(self) -> tuple[Place, ...]:
        """Every entry of the keep, the home place last."""
        return places(self.choice, self.home, self.also, self.regions)


@dataclass(frozen=True, slots=True)
class Standing:
    """Everything that one look found out about a login."""

    site: Site
    user: IamUser | None
    keys: tuple[AccessKey, ...]
    kept: tuple[tuple[Place, str], ...]
    """The key ids that the keep's main places hold."""
    staged: tuple[tuple[Place, str], ...]
    """The key ids that lie beside them."""
    known: KeyHistory
    life: LoginLife

    @property
    def ours(self) -> bool:
        """Whether the user carries our tags for this domain."""
        return self.user is not None and made_for(self.user.tags, self.site.names.domain)

    @property
    def held(self) -> frozenset[str]:
        """The key ids whose password is kept."""
        return frozenset(key for _, key in (*self.kept, *self.staged))

    @property
    def same_as(self) -> tuple[object, ...]:
        """What must not have changed between the plan and its doing."""
        return self.user, self.keys, self.kept, self.staged

    @property
    def debris(self) -> tuple[Place, ...]:
        """Places beside the login that hold something which is not to come."""
        successor = self.life.successor
        return tuple(place for place, key in self.staged if successor is None or key != successor.id)

    @property
    def untried(self) -> bool:
        """Whether nothing shows yet that the keep can be written to."""
        return self.site.choice.tried and self.site.home not in dict(self.kept)

    @property
    def missing(self) -> tuple[Place, ...]:
        """Places that do not hold the present login."""
        held, current = dict(self.kept), self.life.current
        return tuple(place for place in self.site.places if current is None or held.get(place) != current.id)


def site_of(services: Services, name: IdentityName, known: Iterable[DomainChoices], wish: LoginWish) -> Site | Failure:
    """Put together what was chosen before and what is wished now.

    Returns a `Failure` where the login belongs to another domain's, is kept elsewhere, or a region has no SMTP.
    """
    names = Names(str(domain_of(name)), services.region)
    known = tuple(known)
    choices = next(
        (one for one in known if (one.name, one.region) == (str(name), services.region)),
        DomainChoices(str(name), services.region),
    )
    if owner := owner_of(known, choices, names.domain):
        return Failure(
            "login.shared",
            f"The login of {names.domain} in {services.region} is that of {owner.name} in {owner.region}.",
            remedy="Change it there; every domain and region that shares it is changed with it.",
            command=our_command("login list", owner.name),
        )
    choice = KeepChoice.of(choices)
    if wish.keep and choices.login_keep and choices.iam_user and wish.keep != choice:
        return Failure(
            "login.kept-elsewhere",
            f"The login of {names.domain} is kept in {choice.text}.",
            remedy="Leave --keep out, or move it there with a new key.",
            command=our_command("login rotate", name, region=services.region, keep=wish.keep.text),
        )
    choice = wish.keep or choice
    also = tuple(dict.fromkeys(one for one in (*choices.also.split(), *wish.also) if one != names.domain))
    regions = tuple(dict.fromkeys(one for one in (*choices.also_regions.split(), *wish.regions) if one != services.region))
    for region in (services.region, *regions):
        if not has_smtp(region):
            return Failure(
                "region.no-smtp",
                f"SES has no SMTP endpoint in {region}.",
                remedy="Send with an AWS SDK, or set up in a region with SMTP, such as eu-west-1.",
            )
    if regions and not choice.regions:
        return Failure(
            "login.one-place",
            f"The keep {choice.kind} holds one password, and each region has one of its own.",
            remedy="Choose a keep that holds several, such as keyring or file:PATH.",
        )
    user = choices.iam_user or wish.user or names.user
    if wish.user and choices.iam_user and wish.user != choices.iam_user:
        return Failure(
            "login.other-user",
            f"The login of {names.domain} belongs to the IAM user {choices.iam_user}.",
            remedy="Leave --user out, or revoke the login first.",
        )
    left = replace(choices, login_keep=choices.beside_keep, keep_store=choices.beside_store, keep_read=choices.beside_read)
    beside = KeepChoice.of(left) if choices.beside_keep else None
    site = Site(name, names, user, choice, choices, also, regions, None if beside == choice else beside)
    further = set(places_beside(site))
    taken = next((one for one in known if (one.name, one.region) in further and one.iam_user not in ("", user)), None)
    return _taken(taken.name, taken.region) if taken else site


def _taken(domain: str, region: str) -> Failure:
    return Failure(
        "login.has-its-own",
        f"{domain} in {region} has a login of its own already.",
        remedy="Leave it out, or revoke that login first.",
        command=our_command("login revoke", domain, region=region),
    )


async def look_at_login(services: Services, site: Site, vault: Vault, account: str) -> Standing:
    """Ask IAM, the keep and the journal.

    Raises:
        FailureError: one of them could not be asked.
    """
    user = await services.iam.user(site.user)
    keys = await services.iam.keys(site.user) if user else ()
    known = history(await lines_of(services, site, account), site.user, keys)
    kept = await _held(site, vault, staged=False)
    staged = await _held(site, vault, staged=True) if site.choice.stages else ()
    if site.choice.kind == "show":
        # Nothing can be read back: the password that was shown last is the login.
        kept = tuple((site.home, key) for key in known.stored[-1:] if any(one.id == key for one in keys))
    # The home place is written last, so what lies beside other places alone is not whole.
    main, beside = dict(kept).get(site.home), dict(staged).get(site.home)
    ours = user is not None and made_for(user.tags, site.names.domain)
    life = life_of(keys, kept=main, staged=beside, known=known, ours=ours)
    if used := await in_use(services, life.orphans):
        life = life_of(keys, kept=main, staged=beside, known=known, ours=ours, used=used)
    return Standing(site, user, keys, kept, staged, known, life)


async def in_use(services: Services, keys: Iterable[AccessKey]) -> frozenset[str]:
    """Those that AWS has seen in use. It tells hours late, and may be forbidden to tell: only a use is evidence."""
    seen = set()
    for key in keys:
        with suppress(FailureError):
            if await services.iam.last_used(key.id):
                seen.add(key.id)
    return frozenset(seen)


def taken(standing: Standing) -> Failure | None:
    """A place that holds a login which is none of ours: it must not be written over.

    The home place is the domain's own wherever its entry says so; a program of the person's keeps one login under no name,
    so what it prints may be another domain's.
    """
    ours = {key.id for key in standing.keys} | standing.known.named
    home, nameless = standing.site.home, standing.site.choice.kind == "command"
    found = next(((place, key) for place, key in standing.kept if (place != home or nameless) and key not in ours), None)
    if found is None:
        return None
    place, key = found
    return _taken(*place) if place != home else _another(key, standing.site.names.domain)


def _another(key: str, domain: str) -> Failure:
    return Failure(
        "login.vault-missing",
        f"The program of --keep command holds another login already ({key}), which is not that of {domain}.",
        remedy="Give this login a place of its own there: other command lines in --store-with and --read-with.",
    )


async def lines_of(services: Services, site: Site, account: str) -> tuple[Entry, ...]:
    """The journal's lines about this login; an address and its domain share one."""
    here = {str(site.name), site.names.domain}
    return tuple(
        one
        for one in await services.journal.entries()
        if one.domain in here and one.region == site.names.region and one.account == account
    )


async def _held(site: Site, vault: Vault, *, staged: bool) -> tuple[tuple[Place, str], ...]:
    found = [(place, await vault.read(*place, staged=staged)) for place in site.places]
    return tuple((place, login.username) for place, login in found if login and login != TRIAL)


async def remember(services: Services, site: Site, account: str) -> None:
    """Keep the choices of this login: for its own place all of them, for the others where it is kept."""
    saved = replace(
        site.choices,
        account=account,
        login_keep=site.choice.text,
        keep_store=site.choice.store_with,
        keep_read=site.choice.read_with,
        beside_keep=site.beside.text if site.beside else "",
        beside_store=site.beside.store_with if site.beside else "",
        beside_read=site.beside.read_with if site.beside else "",
        iam_user=site.user,
        also=" ".join(site.also),
        also_regions=" ".join(site.regions),
    )
    known = {(one.name, one.region): one for one in await services.state.choices()}
    for domain, region in places_beside(site):
        other = known.get((domain, region), DomainChoices(domain, region))
        shared = replace(saved, name=domain, region=region, also="", also_regions="")
        wanted = replace(
            other,
            account=account,
            login_keep=shared.login_keep,
            keep_store=shared.keep_store,
            keep_read=shared.keep_read,
            iam_user=shared.iam_user,
        )
        if other != wanted:
            await services.state.save_choices(wanted)
    if known.get((saved.name, saved.region)) != saved:
        await services.state.save_choices(saved)


_OF_A_LOGIN = (
    "login_keep", "keep_store", "keep_read", "beside_keep", "beside_store", "beside_read", "iam_user", "also", "also_regions",
)  # fmt: skip
"""The choices that end with the login."""


async def forget(services: Services, site: Site) -> None:
    """Forget where the login is kept, and nothing else; the home place last, for it names the others."""
    nothing = dict.fromkeys(_OF_A_LOGIN, "")
    known = {(one.name, one.region): one for one in await services.state.choices()}
    for place in (*places_beside(site), (str(site.name), site.names.region)):
        one = known.get(place)
        if one is None or one.iam_user != site.user:
            continue
        left = replace(one, **nothing)
        if place != (str(site.name), site.names.region) and await _bare(services, left):
            await services.state.forget(*place)
        else:
            await services.state.save_choices(left)


async def _bare(services: Services, choices: DomainChoices) -> bool:
    """Whether nothing else is remembered of a place that only shared a login."""
    name, region = choices.name, choices.region
    if replace(choices, account=None) != DomainChoices(name, region):
        return False
    return await services.state.proof(name, region) is None and await services.state.records_copy(name, region) is None


def places_beside(site: Site) -> tuple[Place, ...]:
    """The further domains and regions, whatever the keep can hold."""
    domains, regions = (site.names.domain, *site.also), (site.names.region, *site.regions)
    return tuple((domain, region) for region in regions for domain in domains if (domain, region) != site.home)


async def copied(vault: Vault, standing: Standing, place: Place) -> Login | None:
    """The present login for another domain of a region whose password is kept already.

    Raises:
        FailureError: the keep could not be read.
    """
    current = standing.life.current
    for other, key in standing.kept:
        if current and key == current.id and other[1] == place[1]:
            return await vault.read(*other)
    return None

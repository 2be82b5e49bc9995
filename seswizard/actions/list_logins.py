"""Every login that the state knows, each looked at where it can be: its keys, its state, and what to do next."""

from dataclasses import dataclass, replace
from datetime import datetime

from seswizard.actions.kept import held
from seswizard.actions.login import NOTHING
from seswizard.actions.login_standing import Standing, look_at_login, site_of
from seswizard.core.account import Caller
from seswizard.core.aws_things import AccessKey
from seswizard.core.failure import Failure, FailureError
from seswizard.core.keep import KeepChoice
from seswizard.core.login_life import Life, next_step
from seswizard.core.login_places import owner_of
from seswizard.core.names import domain_of, parse_identity
from seswizard.core.remembered import DomainChoices
from seswizard.ports import Services


@dataclass(frozen=True, slots=True)
class KeyRow:
    """One key of a login's user."""

    key: AccessKey
    last_used: datetime | None
    """None for never, or where AWS did not say."""


@dataclass(frozen=True, slots=True)
class LoginRow:
    """One login in one region."""

    domain: str
    region: str
    username: str
    """The kept key id; empty where the keep holds none, or could not be read."""
    user: str
    keep: str
    state: Life
    keys: tuple[KeyRow, ...] = ()
    next: str = ""
    failure: Failure | None = None
    """Why the state is not known."""


async def list_logins(services: Services, domain: str | None = None, region: str | None = None) -> tuple[LoginRow, ...]:
    """Look at each login; AWS that cannot be asked makes a state unknown, and hides no login."""
    known = await services.state.choices()
    wanted = [one for one in known if one.login_keep and one.iam_user and region in (None, one.region)]
    if domain:
        wanted = [one for one in wanted if _domain(one) == domain]
    if not wanted:
        return ()
    try:
        caller: Caller | Failure = await services.sts.caller()
    except FailureError as error:
        caller = error.failure
    rows = [await _row(services, known, one, caller) for one in wanted]
    return tuple(sorted(rows, key=lambda row: (row.domain, row.region)))


async def _row(services: Services, known: tuple[DomainChoices, ...], one: DomainChoices, caller: Caller | Failure) -> LoginRow:
    failure = caller if isinstance(caller, Failure) else _elsewhere(one, caller)
    if failure is None and isinstance(caller, Caller):
        try:
            return await _looked(services, known, one, caller)
        except FailureError as error:
            failure = error.failure
    return await _unknown(services, known, one, failure or Failure("access.error", "AWS could not be asked."))


async def _looked(services: Services, known: tuple[DomainChoices, ...], one: DomainChoices, caller: Caller) -> LoginRow:
    """The login as it stands; where it is another domain's, that one's state."""
    domain = _domain(one)
    owner = owner_of(known, one, domain) or one
    there = replace(services, region=owner.region)
    site = site_of(there, parse_identity(owner.name), known, NOTHING)
    if isinstance(site, Failure):
        raise FailureError(site)
    standing = await look_at_login(there, site, services.keeps.open(site.choice), caller.account)
    keys = tuple([KeyRow(key, await _last_used(services, key)) for key in standing.keys])
    step = next_step(standing.life, services.clock.now(), site.command)
    return LoginRow(domain, one.region, _username(standing, domain, one.region), site.user, site.choice.text,
                    standing.life.state, keys, step)  # fmt: skip


def _username(standing: Standing, domain: str, region: str) -> str:
    kept = dict(standing.kept)
    return kept.get((domain, region)) or kept.get((standing.site.names.domain, region), "")


async def _last_used(services: Services, key: AccessKey) -> datetime | None:
    try:
        return await services.iam.last_used(key.id)
    except FailureError:
        return None


async def _unknown(services: Services, known: tuple[DomainChoices, ...], one: DomainChoices, failure: Failure) -> LoginRow:
    try:
        login = await held(services, known, one, _domain(one))
    except FailureError:
        login = None
    username = login.username if login else ""
    step = " ".join(part for part in (failure.title, failure.remedy) if part)
    return LoginRow(_domain(one), one.region, username, one.iam_user, KeepChoice.of(one).text, Life.UNKNOWN, (), step, failure)


def _elsewhere(one: DomainChoices, caller: Caller) -> Failure | None:
    if not one.account or one.account == caller.account:
        return None
    return Failure(
        "access.other-account",
        f"This login belongs to account {one.account}; these credentials to {caller.account}.",
        remedy=f"Choose the profile of account {one.account}.",
    )


def _domain(one: DomainChoices) -> str:
    return str(domain_of(parse_identity(one.name)))

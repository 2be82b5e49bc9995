"""One whole look, or some parts of it: the rest is carried over from the last one."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TypeVar

from seswizard.core.answers import Delegation
from seswizard.core.aws_things import AccessKey
from seswizard.core.facts import Facts, KeptLogin
from seswizard.core.identity import Identity
from seswizard.core.keep import KeepChoice
from seswizard.core.login import TRIAL
from seswizard.core.login_life import history
from seswizard.core.login_places import by_domain, owner_of
from seswizard.core.names import IdentityName
from seswizard.core.policy import POLICY_NAME, Names
from seswizard.core.reading import Reading, Seen, Unseen, reading
from seswizard.core.records import required_records
from seswizard.core.remembered import DomainChoices
from seswizard.look.ports import look_at_ports
from seswizard.look.previous import previous_tokens
from seswizard.look.truths import look_at_dns, without_delegation
from seswizard.look.zone import delegation_of
from seswizard.ports import Services

DELEGATION_KEPT = timedelta(seconds=60)
"""How long a delegation is taken for granted while one watches: moves between DNS hosts are seen, sweeps stay cheap."""

ALL_PARTS = frozenset({"access", "account", "identity", "dns", "login", "proof"})
"""What can be looked at by itself, but for the ports."""

PORTS_TOO = ALL_PARTS | {"ports"}
"""The same with SES's SMTP ports as they look from here: ten connections, so only where somebody asks for them."""

T = TypeVar("T")


async def look(
    services: Services,
    name: IdentityName,
    *,
    parts: frozenset[str] = ALL_PARTS,
    last: Facts | None = None,
    choices: DomainChoices | None = None,
) -> Facts:
    """Look at the parts that are asked for, concurrently; the others stay as `last` had them.

    Never raises `FailureError`. The records are asked for as soon as SES has said which they are.
    """
    if "ports" not in parts or (choices and choices.sends_by != "smtp"):
        return await _look(services, name, parts, last, choices)
    rest = _look(services, name, parts, last, choices)
    facts, ports = await asyncio.gather(rest, look_at_ports(services, services.region))
    return replace(facts, ports=ports)


async def _look(
    services: Services, name: IdentityName, parts: frozenset[str], last: Facts | None, choices: DomainChoices | None
) -> Facts:
    now = services.clock.now()
    facts = replace(last, at=now) if last else Facts(name, services.region, now)
    if choices:
        facts = replace(facts, remembered_account=choices.account, sends_by=choices.sends_by)
    text, region = str(name), facts.region
    # Before the account, as SES takes one call a second and DNS waits for this one.
    identity = asyncio.ensure_future(
        _part("identity" in parts, lambda: services.ses.identity(text), "ses:GetEmailIdentity", now, facts.identity)
    )
    facts, caller, account, (login, keys, policy), proof = await asyncio.gather(
        _domain(parts, services, facts, identity, choices.reports_to if choices else ""),
        _part("access" in parts, services.sts.caller, "sts:GetCallerIdentity", now, facts.caller),
        _part("account" in parts, services.ses.account, "ses:GetAccount", now, facts.account),
        _login("login" in parts, services, facts, choices),
        _part("proof" in parts, lambda: services.state.proof(text, region), "state", now, facts.proof),
    )
    return replace(facts, caller=caller, account=account, login=login, keys=keys, send_policy=policy, proof=proof)


async def _part(
    wanted: bool, ask: Callable[[], Awaitable[T]], source: str, at: datetime, before: Reading[T] | None
) -> Reading[T] | None:
    return await reading(ask(), source, at) if wanted else before


async def _delegation(wanted: bool, services: Services, facts: Facts) -> Reading[Delegation] | None:
    known = facts.delegation
    if not wanted or (isinstance(known, Seen) and services.clock.now() - known.at < DELEGATION_KEPT):
        return known
    return await delegation_of(services, facts.domain)


async def _login(
    wanted: bool, services: Services, facts: Facts, choices: DomainChoices | None
) -> tuple[Reading[KeptLogin | None] | None, Reading[tuple[AccessKey, ...]] | None, Reading[str | None] | None]:
    """The login the keep holds, without its password, and its IAM user's keys and policy."""
    if not wanted:
        return facts.login, facts.keys, facts.send_policy
    domain, now, choice = str(facts.domain), services.clock.now(), KeepChoice.of(choices)
    user = (choices.iam_user if choices else "") or Names(domain, facts.region).user
    asked = _shown(services, facts, user) if choice.kind == "show" else _kept(services, choice, choices, domain, facts.region)
    login = await reading(asked, choice.kind, now)
    if isinstance(login, Unseen):
        nothing_kept = choices is not None and not choices.login_keep
        return (Seen(None, "state", now) if nothing_kept else login), None, None
    if login.value is None:
        return Seen(None, login.source, now), None, None
    kept: Reading[KeptLogin | None] = Seen(KeptLogin(login.value, choice.kind), login.source, now)
    keys, policy = await asyncio.gather(
        reading(services.iam.keys(user), "iam:ListAccessKeys", now),
        reading(services.iam.policy(user, POLICY_NAME), "iam:GetUserPolicy", now),
    )
    return kept, keys, policy


async def _kept(services: Services, choice: KeepChoice, choices: DomainChoices | None, domain: str, region: str) -> str | None:
    """The kept login's user name; a keep without an entry for each domain has it under the domain that it was made for."""
    if choices and not by_domain(choice):
        owner = owner_of(await services.state.choices(), choices, domain)
        domain = owner.name.rpartition("@")[2] if owner else domain
    login = await services.keeps.open(choice).read(domain, region)
    return None if login is None or login == TRIAL else login.username


async def _shown(services: Services, facts: Facts, user: str) -> str | None:
    """The user name that was shown last, where nothing keeps its password."""
    names = {str(facts.name), str(facts.domain)}
    lines = [one for one in await services.journal.entries() if one.domain in names and one.region == facts.region]
    return next(iter(history(lines, user).stored[-1:]), None)


async def _domain(
    parts: frozenset[str],
    services: Services,
    facts: Facts,
    identity: Awaitable[Reading[Identity | None] | None],
    reports_to: str,
) -> Facts:
    """What SES says of the identity, and the DNS that this asks for."""
    told, delegation, previous = await asyncio.gather(
        identity, _delegation("dns" in parts, services, facts), _previous("identity" in parts, services, facts)
    )
    now = told.value.dkim.tokens if isinstance(told, Seen) and told.value else ()
    tokens = tuple(token for token in previous if token not in now)
    facts = replace(facts, identity=told, delegation=delegation, previous_tokens=tokens)
    return await _dns("dns" in parts, services, facts, reports_to)


async def _previous(wanted: bool, services: Services, facts: Facts) -> tuple[str, ...]:
    """Those that were known before, and what the journal adds."""
    found = await reading(previous_tokens(services, str(facts.name), facts.region), "journal", facts.at) if wanted else None
    return tuple(dict.fromkeys((*facts.previous_tokens, *(found.value if isinstance(found, Seen) else ()))))


async def _dns(wanted: bool, services: Services, facts: Facts, reports_to: str) -> Facts:
    delegation = facts.delegation
    if not wanted or delegation is None:
        return _expecting(facts, reports_to)
    if isinstance(delegation, Unseen):
        return _expecting(without_delegation(facts, delegation), reports_to)
    return await look_at_dns(services, facts, lambda facts: _expecting(facts, reports_to))


def _expecting(facts: Facts, reports_to: str) -> Facts:
    """The facts with the records that SES's present answer asks for; unchanged while SES was not seen."""
    identity = facts.identity
    if not isinstance(identity, Seen):
        return facts
    if identity.value is None:
        return replace(facts, records=())
    found = facts.dmarc.value if isinstance(facts.dmarc, Seen) else None
    return replace(facts, records=required_records(identity.value, facts.region, found, reports_to=reports_to))

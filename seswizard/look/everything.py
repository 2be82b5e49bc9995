"""One whole look, or some parts of it: the rest is carried over from the last one."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TypeVar

from seswizard.core.answers import Delegation
from seswizard.core.aws_things import AccessKey
from seswizard.core.facts import Facts, KeptLogin
from seswizard.core.keep import KeepChoice
from seswizard.core.names import IdentityName
from seswizard.core.policy import Names
from seswizard.core.reading import Reading, Seen, Unseen, reading
from seswizard.core.records import required_records
from seswizard.core.remembered import DomainChoices
from seswizard.look.dmarc import find_dmarc
from seswizard.look.truths import look_at_dns
from seswizard.look.zone import delegation_of
from seswizard.ports import Services

DELEGATION_KEPT = timedelta(seconds=60)
"""How long a delegation is taken for granted while one watches: moves between DNS hosts are seen, sweeps stay cheap."""

ALL_PARTS = frozenset({"access", "account", "identity", "dns", "login", "proof"})
"""What can be looked at by itself."""

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
    now = services.clock.now()
    facts = replace(last, at=now) if last else Facts(name, services.region, now)
    if choices:
        facts = replace(facts, remembered_account=choices.account, sends_by=choices.sends_by)
    text, region = str(name), facts.region
    caller, account, identity, delegation, (login, keys), proof = await asyncio.gather(
        _part("access" in parts, services.sts.caller, "sts:GetCallerIdentity", now, facts.caller),
        _part("account" in parts, services.ses.account, "ses:GetAccount", now, facts.account),
        _part("identity" in parts, lambda: services.ses.identity(text), "ses:GetEmailIdentity", now, facts.identity),
        _delegation("dns" in parts, services, facts),
        _login("login" in parts, services, facts, choices),
        _part("proof" in parts, lambda: services.state.proof(text, region), "state", now, facts.proof),
    )
    facts = replace(
        facts,
        caller=caller,
        account=account,
        identity=identity,
        delegation=delegation,
        login=login,
        keys=keys,
        proof=proof,
    )
    return await _dns("dns" in parts, services, facts, choices.reports_to if choices else "")


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
) -> tuple[Reading[KeptLogin | None] | None, Reading[tuple[AccessKey, ...]] | None]:
    """The login the keep holds, without its password, and the keys of its IAM user."""
    if not wanted:
        return facts.login, facts.keys
    domain, now, choice = str(facts.domain), services.clock.now(), KeepChoice.of(choices)
    login = await reading(services.keeps.open(choice).read(domain, facts.region), choice.kind, now)
    if isinstance(login, Unseen):
        nothing_kept = choices is not None and not choices.login_keep
        return (Seen(None, "state", now) if nothing_kept else login), None
    if login.value is None:
        return Seen(None, login.source, now), None
    kept: Reading[KeptLogin | None] = Seen(KeptLogin(login.value.username, choice.kind), login.source, now)
    user = (choices.iam_user if choices else "") or Names(domain, facts.region).user
    return kept, await reading(services.iam.keys(user), "iam:ListAccessKeys", now)


async def _dns(wanted: bool, services: Services, facts: Facts, reports_to: str) -> Facts:
    delegation = facts.delegation
    if not wanted or delegation is None:
        return _expecting(facts, reports_to)
    if isinstance(delegation, Unseen):
        return _expecting(replace(facts, sweep=delegation, dmarc=delegation), reports_to)
    facts = replace(facts, dmarc=await find_dmarc(services, facts.domain, delegation.value))
    facts = _expecting(facts, reports_to)
    return await look_at_dns(services, facts)


def _expecting(facts: Facts, reports_to: str) -> Facts:
    """The facts with the records that SES's present answer asks for; unchanged while SES was not seen."""
    identity = facts.identity
    if not isinstance(identity, Seen):
        return facts
    if identity.value is None:
        return replace(facts, records=())
    found = facts.dmarc.value if isinstance(facts.dmarc, Seen) else None
    return replace(facts, records=required_records(identity.value, facts.region, found, reports_to=reports_to))

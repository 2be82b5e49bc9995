"""Find out what is wrong with a login: by its shape, by logging in, by its key's age, and in the other regions.

A login that is ill-shaped is never sent anywhere; one that is refused is tried in other regions by log-in alone.
"""

import asyncio
from datetime import timedelta

from seswizard.actions.account_guard import choices_for
from seswizard.actions.prove_login import prove_login, refused
from seswizard.core.aws_things import AccessKey
from seswizard.core.conversation import Hear
from seswizard.core.examine_login import examine
from seswizard.core.failure import Failure, FailureError
from seswizard.core.findings import Evidence, Finding, Level, Remedy
from seswizard.core.login import SMTP_REGIONS, Login, smtp_host
from seswizard.core.names import IdentityName, domain_of
from seswizard.core.pacing import YOUNG_KEY
from seswizard.core.policy import Names
from seswizard.core.quoting import our_command
from seswizard.core.text import duration
from seswizard.ports import Services


async def examine_login(
    services: Services,
    name: IdentityName,
    login: Login,
    *,
    port: int,
    hear: Hear,
    kept: bool = False,
    others: bool = True,
) -> tuple[Finding, ...]:
    """What is so with this login; `login.ok` where SES accepts it.

    `kept` tells that the login is the one we keep, whose key must be its IAM user's; `others` lets the other regions be
    tried where this one refuses it.
    """
    names, here = Names(str(domain_of(name)), services.region), f"{services.smtp.host}:{port}"
    if ill := examine(login, names.domain, names.region):
        return ill
    proven = await prove_login(services, login, port=port, hear=hear, tried=lambda _attempt: None, patience=0.0)
    at, talked = services.clock.now(), proven.conversation
    if talked is None:
        assert proven.failure is not None
        return (_unproven(proven.failure),)
    reply = f"{talked.code} {talked.reply}".strip()
    said = Evidence("login", reply, "235", here, at)
    if proven.ok:
        return (Finding("login.ok", Level.OK, "SES accepts this login.", (said,)),)
    if talked.verb != "AUTH":
        title = f"Port {port} of {services.smtp.host} let nobody log in: {reply}"
        way_on = "Take another of SES's ports, or another network. The login was not sent."
        return (_unproven(Failure("ports.blocked", title, reply, way_on)),)
    if 400 <= talked.code < 500:
        later = Remedy("Try again in a moment.")
        return (Finding("send.throttled", Level.WAITING, f"SES asks to try again later: {reply}", (said,), later),)
    return (await _why_refused(services, name, login, names, said, port=port, kept=kept, others=others),)


async def _why_refused(
    services: Services,
    name: IdentityName,
    login: Login,
    names: Names,
    said: Evidence,
    *,
    port: int,
    kept: bool,
    others: bool,
) -> Finding:
    """Which of the causes of 535 it is. Being accepted elsewhere is proof, so that comes before the key's age."""
    keys = await _keys(services, name, names)
    key = next((one for one in keys or () if one.id == login.username), None)
    if broken := _broken(key, keys, names, login, said, kept=kept):
        return broken
    tried = await _elsewhere(services, login, port) if others else ()
    if accepted := [one for one in tried if one.seen.startswith("235 ")]:
        return _other_region(accepted, said, names)
    age = services.clock.now() - key.created if key and key.created else None
    if age is not None and age < timedelta(seconds=YOUNG_KEY):
        return _too_new(age, said, names)
    failure = refused(said.seen, names.region)
    nowhere = bool(tried) and all(one.seen.startswith("535 ") for one in tried)
    remedy = (
        "The key is deleted or inactive, or user name and password do not belong together: every other region refuses them too."
        if nowhere
        else failure.remedy
    )
    return Finding(failure.kind, Level.PROBLEM, failure.title, (said, *tried), Remedy(remedy, command=_make(names)))


async def _keys(services: Services, name: IdentityName, names: Names) -> tuple[AccessKey, ...] | None:
    """The keys of the IAM user we know of; None where IAM could not be asked."""
    try:
        choices = await choices_for(services, str(name))
        return await services.iam.keys(choices.iam_user or names.user)
    except FailureError:
        return None


def _broken(
    key: AccessKey | None, keys: tuple[AccessKey, ...] | None, names: Names, login: Login, said: Evidence, *, kept: bool
) -> Finding | None:
    if key and not key.active:
        seen = Evidence(key.id, "Inactive", "Active", "iam:ListAccessKeys", said.at)
        remedy = Remedy("Switch it on again in IAM, or make a new login.", command=_make(names))
        return Finding("login.key-inactive", Level.PROBLEM, "This login's access key is switched off.", (said, seen), remedy)
    if key is None and keys is not None and kept:
        seen = Evidence(login.username, "not found", "Active", "iam:ListAccessKeys", said.at)
        remedy = Remedy("Make a new login.", command=_make(names))
        return Finding("login.key-missing", Level.PROBLEM, "This login's access key no longer exists.", (said, seen), remedy)
    return None


async def _elsewhere(services: Services, login: Login, port: int) -> tuple[Evidence, ...]:
    """What each other region of the same partition answers to a log-in."""
    government = services.region.startswith("us-gov-")
    regions = sorted(one for one in SMTP_REGIONS if one != services.region and one.startswith("us-gov-") is government)

    async def ask(region: str) -> Evidence:
        endpoint = services.smtp.elsewhere(region)
        try:
            talked = await endpoint.prove(login, port, lambda _line: None)
            seen = f"{talked.code} {talked.reply}".strip()
        except FailureError as error:
            seen = f"could not be asked: {error.failure.title}"
        return Evidence(region, seen, "", f"{endpoint.host}:{port}", services.clock.now())

    return tuple(await asyncio.gather(*(ask(region) for region in regions)))


def _other_region(accepted: list[Evidence], said: Evidence, names: Names) -> Finding:
    belongs = accepted[0].label
    return Finding(
        "login.other-region",
        Level.PROBLEM,
        f"This password was derived for {belongs}; SES in {names.region} refuses it.",
        (said, *accepted),
        Remedy(
            f"Send through {smtp_host(belongs)}, or derive the password for {names.region} from the key's secret; "
            "one password cannot be turned into the other.",
            command=_make(names),
        ),
    )


def _too_new(age: timedelta, said: Evidence, names: Names) -> Finding:
    return Finding(
        "login.too-new",
        Level.WAITING,
        f"AWS is still spreading this key: it is {duration(age.total_seconds())} old, and 535 is normal until then.",
        (said,),
        Remedy(
            f"Try again in a minute; it takes {duration(YOUNG_KEY)} at most.",
            command=our_command("login test", names.domain, region=names.region),
        ),
    )


def _make(names: Names) -> str:
    return our_command("login create", names.domain, region=names.region)


def _unproven(failure: Failure) -> Finding:
    """Nobody got as far as logging in, so nothing is known about the login."""
    evidence = (Evidence("login", failure.detail, "235", "smtp"),) if failure.detail else ()
    return Finding(failure.kind, Level.UNKNOWN, failure.title, evidence, Remedy(failure.remedy, command=failure.command))

"""Domain: two questions while the identity is to be made, then its plan; afterwards what SES knows of it."""

from collections.abc import Iterator

from seswizard.actions.identity import IdentityDraft, prepare_identity
from seswizard.cli.linear.asking import in_turn
from seswizard.cli.linear.first import another_name
from seswizard.cli.linear.offers import blind, way_on
from seswizard.cli.linear.reading_steps import said
from seswizard.cli.linear.walk import LinearStep, Offer, Walk
from seswizard.core.answers_file import NONE, mail_from_name, reports_address
from seswizard.core.failure import Failure
from seswizard.core.findings import Finding
from seswizard.core.names import DomainName, EmailAddress
from seswizard.core.offer_words import BOUNCES_COME, CHANGE_NAME, GO_ON_ANYWAY, NO_MAIL_FROM, in_use
from seswizard.core.reading import Seen
from seswizard.core.step_words import CLICK, LINK_MAIL, NO_RECORDS, TOUCHES_NO_DNS, about, undelegated, zone_words
from seswizard.look.mail_from import propose_mail_from, rows_at


def _facts(walk: Walk) -> Iterator[str]:
    facts, name = walk.session.facts, walk.session.name
    identity = walk.session.identity
    if identity:
        yield from map(said, about(identity, walk.session.region))
    elif facts and isinstance(facts.delegation, Seen) and isinstance(name, DomainName):
        yield zone_words(facts.delegation.value)
    if isinstance(name, EmailAddress):
        yield f"{NO_RECORDS} {CLICK}"
        if identity and not identity.verified:
            yield from map(said, LINK_MAIL)


def _offers(walk: Walk) -> Iterator[Offer]:
    identity = walk.session.identity
    on = way_on(walk, "domain")
    if blind(walk, "domain"):
        yield on
    elif _mistyped(walk):
        yield Offer(CHANGE_NAME, another_name)
        yield Offer(f"{GO_ON_ANYWAY}: for a domain of an inner network, or one that is not delegated yet", _plan)
    elif identity is None:
        address = isinstance(walk.session.name, EmailAddress)
        what = "SES mails the link" if address else TOUCHES_NO_DNS
        yield Offer(f"Show the plan: {what}", _plan)
        yield on
    elif identity.is_domain and identity.mail_from is None:
        yield Offer("Show the plan: sets MAIL FROM, which is optional", _plan)
        yield on
    else:
        yield on


def _mistyped(walk: Walk) -> tuple[Finding, ...]:
    """That nobody has registered the domain, as far as that was seen."""
    facts, report = walk.session.facts, walk.session.report
    found = undelegated(facts, report) if facts and report else None
    return (found,) if found else ()


async def _plan(walk: Walk) -> str | None:
    name = walk.session.name
    assert name is not None
    mail_from = reports = ""
    if isinstance(name, DomainName):
        mail_from, reports = await _asked(walk, name)
    prepared = await prepare_identity(walk.services, IdentityDraft(name, mail_from, reports))
    if isinstance(prepared, Failure):
        walk.failed(prepared)
        return None
    following = "records" if isinstance(name, DomainName) else "propagation"
    if not prepared.plan.changes:
        walk.tell.say("SES knows all of that already; nothing is to be done.")
        return following
    outcome = await walk.carry_out(prepared)
    if outcome is None:
        return None
    await walk.look(DOMAIN.parts)
    return following if outcome.ok else None


async def _asked(walk: Walk, name: DomainName) -> tuple[str, str]:
    """MAIL FROM and where DMARC reports go."""
    mail_from = reports = ""

    async def bounces() -> None:
        nonlocal mail_from
        mail_from = await _mail_from(walk, name)

    async def xml() -> None:
        nonlocal reports
        chosen = walk.session.choices.reports_to if walk.session.choices else ""
        reports = await walk.ask.text("DMARC reports, daily XML mails: to which address", reports_address, chosen)

    await in_turn(bounces, xml)
    return mail_from, reports


async def _mail_from(walk: Walk, domain: DomainName) -> str:
    """Ask for the name, proposing one that nothing stands at, and say where another one is in use."""
    services, facts = walk.services, walk.session.facts
    zone = facts.delegation.value if facts and isinstance(facts.delegation, Seen) else None
    proposed = walk.session.choices.mail_from if walk.session.choices else ""
    if walk.answers.mail_from is not None:
        proposed = mail_from_name(domain, walk.answers.mail_from) or NONE
    elif not proposed and zone:
        proposed = await propose_mail_from(services, domain, zone)
    label = (proposed or "bounce").removesuffix(f".{domain}")
    question = f"MAIL FROM, where bounces go: which name below {domain}, or {NONE}"
    while True:
        name = await walk.ask.text(question, lambda typed: mail_from_name(domain, typed), label)
        if not name:
            walk.tell.say(f"advice: {NO_MAIL_FROM}.")
            return ""
        rows = await rows_at(services, zone, name) if zone else None
        if rows is None:
            walk.tell.say(f"Your servers did not answer; whether {name} is free is not known.")
            return name
        now = walk.session.identity
        if not rows or (now and now.mail_from and now.mail_from.domain == name):
            walk.tell.say(f"ok: {name} is free; {BOUNCES_COME}.")
            return name
        walk.tell.say(f"advice: {in_use(name)}{rows[0].type} {rows[0].value}")
        if await walk.ask.choose("Use it all the same?", ("Another name", f"Use {name}"), 0) == 1:
            return name


DOMAIN = LinearStep(frozenset({"access", "identity", "dns"}), _facts, _offers, _mistyped)

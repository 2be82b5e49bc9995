"""The rest of a login's life: options, rotation, revocation, ports, and examining a login that somebody has."""

from collections.abc import Iterator

from seswizard.actions.examine_login import examine_login
from seswizard.actions.login import MakeLogin, prepare_login
from seswizard.actions.revoke_login import prepare_revoke
from seswizard.actions.rotate_login import RotateLogin, prepare_rotation
from seswizard.cli.linear.asking import in_turn
from seswizard.cli.linear.keeping import telling
from seswizard.cli.linear.lines import evidence_lines, finding_lines
from seswizard.cli.linear.settling import settled
from seswizard.cli.linear.walk import Offer, Walk
from seswizard.core.failure import Failure
from seswizard.core.findings import Level
from seswizard.core.login import Login
from seswizard.core.login_life import rotation_ways
from seswizard.core.login_wish import LoginWish, RotateWish, further_domains, further_regions
from seswizard.core.offer_words import EXAMINES, LEAVE, NEEDS_NEW_KEY, NOTHING_TO_DO, REVOKES, ROTATES, ROTATION_GOES_ON
from seswizard.core.ports import recommendation, recommended
from seswizard.core.reading import Seen
from seswizard.core.secret import Secret


def more_about_logins(*, kept: bool) -> Offer:
    """What can be done with a login beside proving it, as one choice that lists the rest."""
    offers = tuple(_offers(kept=kept))

    async def run(walk: Walk) -> str | None:
        at = await walk.ask.choose("What of it?", [*(one.words for one in offers), "Nothing of it"], len(offers))
        return await offers[at].run(walk) if at < len(offers) else None

    return Offer("More: rotate, extend, revoke, ports, examine" if kept else "More: ports, examine a login that you have", run)


def _offers(*, kept: bool) -> Iterator[Offer]:
    if kept:
        yield Offer(f"Rotate: {ROTATES}", _rotate)
        yield Offer("Send as further domains, or in further regions, with the same login", _further)
        yield Offer(f"Revoke: {REVOKES}", _revoke)
    yield Offer("Try the ports of SES from here", _ports)
    yield Offer("Examine a login that you have: say what is wrong with it", _examine)


async def _rotate(walk: Walk) -> None:
    wish = RotateWish(port=walk.port)
    first = await prepare_rotation(walk.services, walk.name, LoginWish(), wish)
    if isinstance(first, RotateLogin) and (ways := rotation_ways(first.standing.life, walk.services.clock.now())):
        words = [f"{one.label}: {one.what}" for one in ways]
        at = await walk.ask.choose(ROTATION_GOES_ON, (*words, LEAVE), 0)
        if at == len(ways):
            return
        wish = wish.by(ways[at])

    async def prepare(one: LoginWish) -> RotateLogin | Failure:
        return await prepare_rotation(walk.services, walk.name, one, wish)

    await _change(walk, await settled(walk, LoginWish(), prepare))


async def _further(walk: Walk) -> None:
    """Ask for further domains and regions; a region needs a new key, so that is a rotation."""
    also = regions = tuple[str, ...]()

    async def domains() -> None:
        nonlocal also
        also = await walk.ask.text("Further domains, with blanks between them", further_domains, "none")

    async def places() -> None:
        nonlocal regions
        regions = await walk.ask.text("Further regions, with blanks between them", further_regions, "none")

    await in_turn(domains, places)
    if not also and not regions:
        walk.tell.say("Nothing was changed.")
        return
    wish = LoginWish(also=also, regions=regions)
    prepared: MakeLogin | RotateLogin | Failure = await settled(
        walk, wish, lambda one: prepare_login(walk.services, walk.name, one)
    )
    if isinstance(prepared, Failure) and prepared.kind == "login.needs-secret":
        ways = ("Show the plan of a rotation: a new key and a password for every region", LEAVE)
        if await walk.ask.choose(f"{NEEDS_NEW_KEY} And now?", ways, 1):
            return
        how = RotateWish(port=walk.port)
        prepared = await settled(walk, wish, lambda one: prepare_rotation(walk.services, walk.name, one, how))
    await _change(walk, prepared)


async def _change(walk: Walk, prepared: MakeLogin | RotateLogin | Failure) -> None:
    if isinstance(prepared, Failure):
        return
    if not prepared.plan.changes:
        walk.tell.say(prepared.plan.notes[0] if prepared.plan.notes else NOTHING_TO_DO)
        return
    prepared.hand = telling(walk)
    await walk.carry_out(prepared)
    await walk.look(frozenset({"login", "proof"}))


async def _revoke(walk: Walk) -> None:
    """Show what would be removed; the name is typed at last."""
    prepared = await prepare_revoke(walk.services, walk.name)
    if isinstance(prepared, Failure):
        walk.failed(prepared)
        return
    if not prepared.plan.changes:
        walk.tell.say("There is no login to revoke.")
        return
    if not await walk.ask.consent(prepared.plan):
        walk.tell.say("Nothing was done.")
        return
    typed = await walk.ask.text(f"What is removed cannot be brought back. Type {walk.name} to revoke it", str)
    if typed != str(walk.name):
        walk.tell.say("That is another word. Nothing was done.")
        return
    await walk.apply(prepared)
    walk.login_proven = False
    await walk.look(frozenset({"login", "proof"}))


async def _ports(walk: Walk) -> None:
    await walk.look(frozenset({"ports"}))
    ports = walk.session.facts.ports if walk.session.facts else None
    if not isinstance(ports, Seen):
        walk.tell.say("The ports could not be tried from here.")
        return
    for one in ports.value:
        standing = f"open, {one.tls}" if one.open else one.why_not
        walk.tell.say(f"Port {one.port}, IPv{one.family}: {standing}")
    walk.tell.say(recommendation(ports.value))
    walk.port = recommended(ports.value) or walk.port


async def _examine(walk: Walk) -> None:
    walk.tell.say(EXAMINES)
    login = Login("", Secret(""))

    async def username() -> None:
        nonlocal login
        login = Login(await walk.ask.text("SMTP user name, such as AKIA…", str), Secret(""))

    async def password() -> None:
        nonlocal login
        login = Login(login.username, await walk.ask.unseen("Password"))

    await in_turn(username, password)
    walk.heard.clear()
    for finding in await examine_login(walk.services, walk.name, login, port=walk.port, hear=walk.heard.append):
        walk.tell.lines(finding_lines(finding))
        if finding.level is not Level.OK:
            walk.tell.lines(evidence_lines(finding))

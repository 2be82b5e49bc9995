"""SMTP login: the keep, the plan, and the proof by logging in; a login that no keep takes is not lost."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace

from seswizard.actions.action import Outcome
from seswizard.actions.kept import kept_login
from seswizard.actions.login import MakeLogin, prepare_login
from seswizard.actions.prove_login import Attempt, prove_login
from seswizard.cli.linear.asking import Away, Way
from seswizard.cli.linear.keeping import ask_keep, telling
from seswizard.cli.linear.login_life import more_about_logins
from seswizard.cli.linear.offers import blind, first, way_on
from seswizard.cli.linear.settling import settled
from seswizard.cli.linear.walk import LinearStep, Offer, Walk
from seswizard.core.facts import KeptLogin
from seswizard.core.failure import Failure, FailureError
from seswizard.core.login import PORTS, Login, smtp_host
from seswizard.core.login_wish import LoginWish
from seswizard.core.offer_words import ANOTHER_KEEP, MAKES_KEY, MAKES_LOGIN, NEXT_PORT, REVEALS
from seswizard.core.pacing import YOUNG_KEY
from seswizard.core.reading import Seen
from seswizard.core.step_words import NOT_NEEDED, settings
from seswizard.core.steps import State
from seswizard.core.text import duration


def _kept(walk: Walk) -> KeptLogin | None:
    login = walk.session.facts.login if walk.session.facts else None
    return login.value if isinstance(login, Seen) else None


def _facts(walk: Walk) -> Iterator[str]:
    if walk.session.states["login"] is State.SKIPPED:
        yield NOT_NEEDED
        return
    kept = _kept(walk)
    for name, value in settings(walk.session.region, walk.port, kept.username if kept else ""):
        if value:
            yield f"{name}: {value}"
    if kept:
        yield "Password: nowhere, it was shown once" if kept.keep == "show" else f"Password: kept in {kept.keep}"


def _offers(walk: Walk) -> Iterator[Offer]:
    state, kept = walk.session.states["login"], _kept(walk)
    on = way_on(walk, "login")
    if state is State.SKIPPED or (kept is None and blind(walk, "login")):
        yield on
        return
    if kept is None:
        yield first(walk, "login") or Offer(f"Show the plan: {MAKES_LOGIN}", _plan)
    elif state is State.BLOCKED and not blind(walk, "login"):
        yield Offer(f"Show the plan: {MAKES_KEY}", _plan)
    if kept and kept.keep != "show":
        log_in = Offer("Log in now; nothing is changed by that", _log_in)
        yield from (on, log_in) if walk.login_proven or state is State.BLOCKED else (log_in, on)
        yield Offer(REVEALS, _show_password)
        yield Offer(NEXT_PORT, _other_port)
    else:
        yield on
    yield more_about_logins(kept=kept is not None)
    if walk.heard:
        yield Offer("Tell the conversation with SES", tell_conversation)


async def _show_password(walk: Walk) -> None:
    """Read the password from where it is stored, and tell it, this once."""
    try:
        login = await kept_login(walk.services, walk.name)
    except FailureError as error:
        walk.failed(error.failure)
        return
    if login is None:
        walk.tell.say("No login is kept any more.")
    else:
        walk.tell.value("Password", login.password.reveal())


async def _plan(walk: Walk) -> str | None:
    prepared = await _prepared(walk)
    if prepared is None:
        return None
    if prepared.plan.changes:
        prepared.hold, prepared.hand = True, telling(walk)
        try:
            outcome = await walk.carry_out(prepared)
            if prepared.unsaved:
                outcome = await _elsewhere(walk, prepared)
        except (Away, asyncio.CancelledError, OSError):
            if prepared.unsaved:
                # Who leaves now leaves the password behind: its key must not stay without an owner.
                walk.tell.say((await prepared.give_up(walk.told)).title)
            raise
        if outcome is None:
            return None
        if not outcome.ok:
            await walk.look(LOGIN.parts)
            return None
        if prepared.made and (command := prepared.standing.site.choice.afterwards):
            walk.tell.value("Postfix reads it after this command", command)
    else:
        walk.tell.say("The login is there already.")
    await walk.look(LOGIN.parts)
    walk.tell_step("login", LOGIN)
    await _log_in(walk, prepared.made)
    return None


async def _prepared(walk: Walk) -> MakeLogin | None:
    """Ask for the keep where none was chosen, then prepare; None where it cannot be made."""
    choices = walk.session.choices
    wish = LoginWish(walk.answers.keep, user=walk.answers.user or "")
    if wish.keep is None and (choices is None or not choices.login_keep):
        wish = replace(wish, keep=await ask_keep(walk))
    prepared = await settled(walk, wish, lambda one: prepare_login(walk.services, walk.name, one))
    return None if isinstance(prepared, Failure) else prepared


async def _elsewhere(walk: Walk, prepared: MakeLogin) -> Outcome:
    """Until some keep has the login, or its key is deleted again."""
    outcome = Outcome("There is no login.")
    while prepared.unsaved:
        ways = (f"{ANOTHER_KEEP}: the password is not lost yet", "Delete the key again")
        try:
            if await walk.ask.choose("No keep has taken the password. And now?", ways, 0):
                outcome = await prepared.give_up(walk.told)
            else:
                outcome = await prepared.store_elsewhere(await ask_keep(walk), walk.told)
        except Away as away:
            if away.way in (Way.QUIT, Way.WIZARD):
                raise
            walk.tell.say("The password waits for an answer; leaving would delete its key.")
            continue
        walk.tell.say(outcome.title)
        if outcome.failure:
            walk.failed(outcome.failure)
    return outcome


async def _log_in(walk: Walk, login: Login | None = None) -> None:
    """Log in until it works or it is clear that it will not."""
    try:
        login = login or await kept_login(walk.services, walk.name)
    except FailureError as error:
        walk.failed(error.failure)
        return
    if login is None:
        walk.tell.say("No login is kept, so there is none to try.")
        return
    walk.heard.clear()
    walk.tell.say(f"Logging in at {smtp_host(walk.session.region)}, port {walk.port}.")

    def tried(attempt: Attempt) -> None:
        if attempt.next_in is not None:
            walk.tell.say(f"waiting: {attempt.reply}")
            walk.tell.say(f"That is normal for a new key, up to 5 minutes. Trying again in {duration(attempt.next_in)}.")

    proven = await prove_login(walk.services, login, port=walk.port, hear=walk.heard.append, tried=tried, patience=YOUNG_KEY)
    walk.login_proven = proven.ok
    if proven.ok:
        walk.tell.say(f"done: {proven.title}")
    elif proven.failure:
        walk.failed(proven.failure)


async def _other_port(walk: Walk) -> None:
    ports = [port for port, _ in PORTS]
    walk.port = ports[(ports.index(walk.port) + 1) % len(ports)]
    await _log_in(walk)


async def tell_conversation(walk: Walk) -> None:
    """Every line that was said, ours and theirs."""
    for line in walk.heard:
        who = {"→": "we said", "←": "SES said"}.get(line.way, "note")
        walk.tell.say(f"{line.seconds:.2f} s, {who}: {line.text}")


LOGIN = LinearStep(frozenset({"access", "identity", "login"}), _facts, _offers)

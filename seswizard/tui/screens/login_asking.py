"""Questions around a login, each with a safe answer: which keep, whose user, which key goes, and what a rotation does next."""

from dataclasses import replace
from functools import partial
from typing import Literal

from seswizard.actions.login import MakeLogin, prepare_login
from seswizard.actions.rotate_login import RotateLogin, prepare_rotation
from seswizard.actions.settling import Prepare, settled
from seswizard.core.failure import BadInputError, Failure
from seswizard.core.keep import KeepChoice, KeepKind, keep_offers, keep_questions
from seswizard.core.login_life import rotation_ways
from seswizard.core.login_wish import ADOPTED, Decision, LoginWish, RotateWish
from seswizard.core.names import IdentityName, domain_of
from seswizard.core.offer_words import LEAVE, NEEDS_NEW_KEY, ROTATION_GOES_ON
from seswizard.tui.app import SeswizardApp
from seswizard.tui.modals.ask import AskSheet
from seswizard.tui.modals.choose import Choose
from seswizard.tui.modals.confirm import Confirm
from seswizard.tui.screens.login_looking import LoginLook, look_at_life
from seswizard.tui.screens.login_words import key_choices

Settled = tuple[MakeLogin | RotateLogin | Failure | None, LoginWish]
"""What was prepared, why it was not, or None where the person answered nothing; and the wish as it is then."""


async def ask_for_keep(app: SeswizardApp, name: IdentityName, title: str, sentence: str) -> KeepChoice | None:
    """Which keep, and where in it; None for none. Call it in a worker."""
    found = await _ask_for_keep(app, name, title, sentence, ())
    return found if isinstance(found, KeepChoice) else None


async def ask_where_else(app: SeswizardApp, name: IdentityName, why: str) -> KeepChoice | Literal["delete"] | None:
    """Where a password goes that no keep has taken, or that its key is deleted; None leaves it waiting."""
    delete = ("delete", "Delete the key", "there is no login then, and nothing is left at AWS but its user")
    return await _ask_for_keep(app, name, "The password is kept nowhere yet. Where does it go?", why, (delete,))


async def _ask_for_keep(
    app: SeswizardApp, name: IdentityName, title: str, sentence: str, more: tuple[tuple[str, str, str], ...]
) -> KeepChoice | Literal["delete"] | None:
    here = app.session.services.here
    offers = keep_offers(here)
    choices = tuple((one.kind, one.way, " ".join((f"{one.what}.", one.reason)).strip()) for one in offers)
    while (chosen := await app.push_screen_wait(Choose(title, sentence, (*choices, *more)))) is not None:
        kind = next((one.kind for one in offers if one.kind == chosen), None)
        if kind is None:
            return "delete"
        if found := await _placed(app, kind, str(domain_of(name))):
            return found
    return None


async def _placed(app: SeswizardApp, kind: KeepKind, domain: str) -> KeepChoice | None:
    questions = keep_questions(kind, domain)
    if not questions:
        return KeepChoice(kind)
    wrong = ""
    while True:
        answers = []
        for title, sentence, value in questions:
            answer = await app.push_screen_wait(AskSheet(title, wrong or sentence, value, "Use it"))
            if answer is None:
                return None
            answers.append(answer)
        try:
            if kind == "command":
                return KeepChoice.parse(kind, answers[0], answers[1])
            here = app.session.services.here
            return KeepChoice.parse(f"{kind}:{answers[0]}").anchored(here.home, here.directory)
        except BadInputError as error:
            wrong = str(error)


async def settled_login(app: SeswizardApp, name: IdentityName, wish: LoginWish) -> Settled:
    """Prepare the login; what a person can decide is asked, and it is prepared anew. Call it in a worker."""
    services = app.session.services
    if wish.keep is None and keep_offers(services.here)[0].kind != "keyring" and not await _has_keep(app, name):
        chosen = await ask_for_keep(app, name, "Where is the password kept?", "The first one fits this computer best.")
        if chosen is None:
            return None, wish
        wish = replace(wish, keep=chosen)
    made = await _settled(app, name, wish, lambda one: prepare_login(services, name, one))
    if isinstance(made[0], Failure) and made[0].kind == "login.needs-secret":
        question = f"{NEEDS_NEW_KEY} Rotate the login?"
        why = f"{made[0].title} A rotation makes a new key and a password for every region; its plan is shown first."
        if await app.push_screen_wait(Confirm(question, why, "Show that plan")):
            return await settled_rotation(app, name, made[1])
    return made


async def settled_rotation(app: SeswizardApp, name: IdentityName, wish: LoginWish, how: RotateWish | None = None) -> Settled:
    """Prepare a rotation; the same questions."""
    services, wanted = app.session.services, how or RotateWish()
    return await _settled(app, name, replace(wish, keep=None, user=""), lambda one: prepare_rotation(services, name, one, wanted))


async def _settled(app: SeswizardApp, name: IdentityName, wish: LoginWish, prepare: Prepare[MakeLogin | RotateLogin]) -> Settled:
    return await settled(prepare, wish, partial(_decide, app, name), kept=await _has_keep(app, name))


async def _decide(
    app: SeswizardApp, name: IdentityName, decision: Decision, failure: Failure, wish: LoginWish
) -> LoginWish | None:
    if decision == "adopt":
        why = (
            f"{failure.title} It would get {ADOPTED}, and it is never deleted by seswizard. Under Options you can name another "
            "user instead."
        )
        agreed = await app.push_screen_wait(Confirm("Use a user that is not ours?", why, "Use it"))
        return replace(wish, adopt=True) if agreed else None
    if decision == "retire":
        key = await ask_for_key(app, await look_at_life(app.session.services, name, wish))
        return replace(wish, retire=key) if key else None
    chosen = await ask_for_keep(app, name, "Where is the password kept?", failure.title)
    return replace(wish, keep=chosen) if chosen else None


async def ask_for_key(app: SeswizardApp, look: LoginLook) -> str | None:
    """Which of two keys is given up; None for neither."""
    now = app.session.services.clock.now()
    sentence = "AWS allows two. The one you choose is switched off and deleted; programs that use it can send no more."
    return await app.push_screen_wait(Choose("The user has two access keys. Which one goes?", sentence, key_choices(look, now)))


async def ask_how_to_rotate(app: SeswizardApp, look: LoginLook | None, port: int) -> RotateWish | None:
    """What a rotation that has begun does next; one that has not is simply begun. None for nothing."""
    standing, wish = look.standing if look else None, RotateWish(port=port)
    ways = rotation_ways(standing.life, app.session.services.clock.now()) if standing else ()
    if not ways:
        return wish
    question, sentence = ROTATION_GOES_ON, "Its plan is shown before anything is done."
    chosen = await app.push_screen_wait(Choose(question, sentence, tuple((one.does, one.label, one.what) for one in ways)))
    return next((wish.by(one) for one in ways if one.does == chosen), None)


async def may_leave(app: SeswizardApp, *, quitting: bool) -> bool:
    """Whether a password that nothing keeps is left behind, or given up with the program."""
    if quitting:
        why = "Nothing keeps the password yet. If you quit now, its key is deleted: it opens nothing any more."
        return await app.push_screen_wait(Confirm("Quit, and lose the password?", why, "Lose it and quit"))
    why = (
        "Nothing keeps the password yet. It waits as long as seswizard runs, and no other change is made before it is kept or "
        "given up. Quitting would lose it."
    )
    return await app.push_screen_wait(Confirm("Leave the password behind for now?", why, LEAVE))


async def _has_keep(app: SeswizardApp, name: IdentityName) -> bool:
    """Whether a keep was chosen for this login before."""
    for one in await app.session.services.state.choices():
        if (one.name, one.region) == (str(name), app.session.region):
            return bool(one.login_keep)
    return False

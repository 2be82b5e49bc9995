"""The plans of a login's life, in the words of the screen and with the AWS CLI's lines."""

from datetime import datetime, timedelta

from seswizard.actions.login_policy import policy_change, wider_note
from seswizard.actions.login_standing import Site, Standing
from seswizard.core.aws_things import AccessKey
from seswizard.core.keep import KeepChoice
from seswizard.core.login import Keep
from seswizard.core.login_life import Life
from seswizard.core.login_places import Place, entry_name
from seswizard.core.login_wish import LoginWish, RotateWish
from seswizard.core.plan import Change, Plan, Sign
from seswizard.core.policy import USER_PATH, policy_reasons
from seswizard.core.quoting import aws_command, tag_words

SHOWN = "shown once; nothing keeps it"


def plan_login(standing: Standing, keep: Keep, wish: LoginWish, *, policy: str, sign: Sign | None) -> Plan:
    """What `login create` will do; nothing where a kept login's key is active and the policy is right."""
    site, life = standing.site, standing.life
    lacks_key = life.current is None or not life.current.active
    changes = [*orphan_changes(standing)]
    notes = suspect_notes(standing, wish)
    stay = [key for key in standing.keys if key not in life.orphans]
    if lacks_key and wish.retire:
        stay = [key for key in stay if key.id != wish.retire]
        changes += [change for key in standing.keys if key.id == wish.retire for change in _given_up(site, key)]
    if standing.user is None:
        tags = tag_words(site.names.tags)
        command = aws_command("iam create-user", path=USER_PATH, user_name=site.user, tags=tags)
        changes.append(Change("+", "IAM user", f"{USER_PATH}{site.user}", command))
    elif not standing.ours and not standing.known.adopted:
        changes.append(Change("~", "IAM user", f"{site.user} is used, though seswizard did not make it"))
        notes.append(f"{site.user} was made by somebody else: it gets our policy and a key, and is never deleted by us.")
    if sign:
        changes.append(policy_change(site, sign, policy))
        notes += ["Why the policy says what it says:", *(f"  {line}" for line in policy_reasons(policy))]
        if site.regions:
            notes.append(f"A default configuration set in {', '.join(site.regions)} is not looked at; ours are allowed there.")
    if lacks_key:
        changes.append(new_key_change(site, "a second one; the first stays" if stay else "its secret never touches the disk"))
    notes += wider_note(site, policy)
    missing = site.places if lacks_key else tuple(place for place in standing.missing if _served(standing, place))
    changes += [_password(site, keep, place) for place in missing]
    return Plan("make the SMTP login", tuple(changes), "Make the login", site.command("undo"), tuple(notes))


def plan_rotation(
    standing: Standing,
    keep: Keep,
    wish: LoginWish,
    how: RotateWish,
    now: datetime,
    *,
    policy: str,
    sign: Sign | None,
    to: tuple[Site, Keep] | None = None,
) -> Plan:
    """What `login rotate` will do from the present state on; nothing while the old key waits for its deletion.

    `to` is the keep that the login goes to, where it moves.
    """
    site, life = standing.site, standing.life
    changes = [*orphan_changes(standing)]
    if how.cancel:
        changes += [_deletion(site, key, "never in use") for key in (life.successor,) if key]
        return Plan("take the rotation back", tuple(changes), "Take it back", "", ("The present login stays as it is.",))
    changes += [change for key in life.foreign if key.id == wish.retire for change in _given_up(site, key)]
    if sign:
        changes.append(policy_change(site, sign, policy))
    fresh = rotates_afresh(standing)
    if fresh:
        changes.append(new_key_change(site, "a second one; the first works until the new one is proven"))
    if fresh or life.successor:
        there, its = to or (site, keep)
        shown, then = there.choice.kind == "show", "once SES accepts it"
        words = [f"{SHOWN}, {then}" if shown else f"in {its.name}: {entry_name(place)}, {then}" for place in there.places]
        changes += [Change("~", "Password", one) for one in words]
        if to and site.choice.kind != "show":
            changes.append(Change("-", "Password", f"the former one, out of {site.choice.text}"))
    elif standing.debris:
        changes.append(Change("-", "Password", "left beside the present one"))
    leaving = [life.current] if (fresh or life.successor) and life.current else list(life.old)
    gone = how.delete_old or life.due(now)
    for key in leaving:
        if key.active:
            changes.append(_switched_off(site, key))
        if gone:
            changes.append(_deletion(site, key, "the old one"))
    notes: tuple[str, ...] = ()
    if leaving and not gone:
        until = life.until or now + timedelta(days=how.after)
        notes = (f"The old key stays, switched off, and may be deleted from {until:%Y-%m-%d} on: run this again then.",)
    notes = (*notes, *suspect_notes(standing, wish))
    if policy and sign:
        notes = (*notes, "Why the policy says what it says:", *(f"  {line}" for line in policy_reasons(policy)))
    cancel = site.command("login rotate", cancel=True)
    undo = f"{cancel}, until the new login is proven" if fresh and not to else ""
    return Plan("rotate the SMTP login", tuple(changes), "Rotate the login", undo, notes)


def rotates_afresh(standing: Standing) -> bool:
    """Whether a rotation begins with a new key, instead of going on with one that was begun."""
    state = standing.life.state
    half_made = state is Life.HALF_MADE and not standing.life.old and not standing.life.successor
    return state in (Life.STEADY, Life.FOREIGN_KEYS) or half_made


def orphan_changes(standing: Standing) -> list[Change]:
    """What a broken run has left."""
    return [_deletion(standing.site, key, left_over(standing.site)) for key in standing.life.orphans]


def suspect_notes(standing: Standing, wish: LoginWish) -> list[str]:
    """Keys that a broken run may have made, or a colleague at that time: they stay, and a person is told how they go."""
    verb = "login rotate" if standing.life.current else "login create"
    return [
        f"Stays: {key.id}, made when a run broke here: that run's, whose secret nobody has, or a colleague's. "
        f"If nobody uses it, give it up: {standing.site.command(verb, retire=key.id)}"
        for key in standing.life.foreign
        if key.id in standing.known.lost and key.id != wish.retire
    ]


def left_over(site: Site) -> str:
    """Why a key goes that a broken run has left."""
    known = "nothing says that its password was read" if site.choice.kind == "show" else "nobody has its secret"
    return f"left by a run that broke; {known}"


def new_key_change(site: Site, detail: str) -> Change:
    """The line of a new key."""
    return Change("+", "Access key", detail, aws_command("iam create-access-key", user_name=site.user))


def _deletion(site: Site, key: AccessKey, why: str) -> Change:
    command = aws_command("iam delete-access-key", user_name=site.user, access_key_id=key.id)
    return Change("-", "Access key", f"{key.id}: {why}", command)


def _switched_off(site: Site, key: AccessKey) -> Change:
    command = aws_command("iam update-access-key", user_name=site.user, access_key_id=key.id, status="Inactive")
    return Change("~", "Old key", f"{key.id} switched off", command)


def _given_up(site: Site, key: AccessKey) -> list[Change]:
    deletion = _deletion(site, key, "given up; programs that use it can send no more")
    return [_switched_off(site, key), deletion] if key.active else [deletion]


def _password(site: Site, keep: Keep, place: Place) -> Change:
    if site.choice.kind == "show":
        return Change("+", "Password", SHOWN)
    service = "seswizard, " if site.choice == KeepChoice() else ""
    return Change("+", "Password", f"in {keep.name}: {service}{entry_name(place)}")


def _served(standing: Standing, place: Place) -> bool:
    current = standing.life.current
    return any(current and key == current.id and other[1] == place[1] for other, key in standing.kept)

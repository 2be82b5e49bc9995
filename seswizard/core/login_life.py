"""The life of an SMTP login: which of its user's keys is which, and so in which state it is.

The state is never stored. It follows from what IAM, the keep and the journal say now, so that a run which was killed
anywhere is finished, or cleaned up, by the next one.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import Enum

from seswizard.core.aws_things import AccessKey
from seswizard.core.remembered import Entry

LOST_WITHIN = timedelta(minutes=6)
"""How far AWS's time of a key and our time of asking for it may lie apart: AWS refuses requests whose clock is more than
five minutes off (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-signing-elements.html)."""


class Life(Enum):
    """The state of a login; the value is its word in `login list`."""

    NONE = "none"
    """There is no login."""
    STEADY = "steady"
    """One key, active, and its password is kept."""
    HALF_MADE = "half-made"
    """A run broke: there is a key of ours whose secret nobody has."""
    STAGED = "staged"
    """A second key and its password lie beside the first, not yet proven and switched to."""
    SWITCHED = "switched"
    """The new login is in use and the old key still works."""
    RETIRING = "retiring"
    """The old key is switched off and waits for its deletion."""
    FOREIGN_KEYS = "foreign-keys"
    """The user has a key that we know nothing of."""
    LOST = "lost"
    """The kept login's key is gone or switched off, or the password of our key is kept nowhere."""
    UNKNOWN = "unknown"
    """AWS or the keep could not be asked."""


@dataclass(frozen=True, slots=True)
class KeyHistory:
    """What the journal says of the keys of one user."""

    made: frozenset[str] = frozenset()
    """Made by us and not taken back."""
    lost: frozenset[str] = frozenset()
    """There now, and perhaps made by a run that broke before it learnt the key's id; or by a colleague at that time."""
    stored: tuple[str, ...] = ()
    """Whose password went into the home place of a keep, which is written last; oldest first."""
    replaced: frozenset[str] = frozenset()
    """Whose login a rotation set out to replace."""
    until: tuple[tuple[str, datetime], ...] = ()
    """When retired keys may be deleted."""
    named: frozenset[str] = frozenset()
    """Every key that any line names as ours, deleted ones too."""
    adopted: bool = False
    """Whether the person let us use a user that we did not make."""
    digest: str = ""
    """The fingerprint of the policy that we wrote last; empty for none."""


def history(entries: Iterable[Entry], user: str, there: tuple[AccessKey, ...] = ()) -> KeyHistory:
    """Read the journal's lines about a user's keys; `there` are the keys that it has now."""
    made: dict[str, None] = {}
    stored: dict[str, None] = {}
    until: dict[str, datetime] = {}
    replaced, named, adopted, digest = set(), set(), False, ""
    lines = [one for one in entries if dict(one.detail).get("user", user) == user]
    for entry in lines:
        detail = dict(entry.detail)
        key = detail.get("key", "")
        if entry.kind == "iam-user" and entry.thing == user and entry.action == "iam-user.adopt":
            adopted = entry.phase != "undone"
        if entry.kind == "iam-policy" and entry.phase != "failed":
            digest = "" if entry.phase == "undone" else detail.get("digest", digest)
        if entry.kind == "access-key":
            key = key or (entry.thing if entry.thing != user else "")
            named |= {key} - {""}
            replaced |= {detail.get("old", "")} - {""}
            if entry.phase == "undone":
                made.pop(key, None)
            elif entry.action == "access-key.create" and entry.phase == "done":
                made[key] = None
            elif entry.action == "access-key.retire" and (date := _date(detail.get("until", ""))):
                until[key] = date
        elif entry.kind == "vault" and key:
            named.add(key)
            home = f"{entry.domain.rpartition('@')[2]}/{entry.region}"
            if entry.action == "vault.store" and entry.phase == "done" and entry.thing == home:
                stored.pop(key, None)
                stored[key] = None
    lost = frozenset(lost_keys(lines, there)) - made.keys()
    return KeyHistory(
        frozenset(made), lost, tuple(stored), frozenset(replaced), tuple(until.items()), frozenset(named), adopted, digest
    )


def lost_keys(entries: Iterable[Entry], there: tuple[AccessKey, ...]) -> set[str]:
    """Keys that a broken run made without learning their ids: not there before it, and made about when it asked."""
    begun: list[Entry] = []
    for entry in entries:
        if entry.action == "access-key.create":
            if entry.phase == "intent":
                begun.append(entry)
            elif entry.phase == "done" and begun:
                begun.pop()
    return {
        key.id
        for entry in begun
        for key in there
        if key.id not in dict(entry.detail).get("before", "").split()
        and key.created
        and abs(key.created - entry.at) < LOST_WITHIN
    }


@dataclass(frozen=True, slots=True)
class LoginLife:
    """A login's state, and which key is which."""

    state: Life
    current: AccessKey | None = None
    """The key of the kept login."""
    successor: AccessKey | None = None
    """The key of the staged login."""
    orphans: tuple[AccessKey, ...] = ()
    """Keys of ours whose secret nobody has."""
    old: tuple[AccessKey, ...] = ()
    """Keys of ours that were in use before."""
    foreign: tuple[AccessKey, ...] = ()
    """Keys that we know nothing of."""
    until: datetime | None = None
    """When the old key may be deleted."""

    def due(self, now: datetime) -> bool:
        """Whether the old key has been switched off for as long as was planned."""
        return self.state is Life.RETIRING and self.until is not None and now >= self.until


def life_of(
    keys: tuple[AccessKey, ...],
    *,
    kept: str | None,
    staged: str | None,
    known: KeyHistory,
    ours: bool = True,
    used: frozenset[str] = frozenset(),
) -> LoginLife:
    """The state that follows from the user's keys, the key ids that the keep holds, and the journal.

    `ours`: whether the user carries our tag. A key that was kept before, or replaced by us, is an old one; a key that was
    made by us and never kept is an orphan. So is one that its time alone lets one take for ours, unless it is in `used`:
    then somebody has its secret; one that the journal names may have been used by our own proof. Anything else is foreign.
    """
    by_id = {key.id: key for key in keys}
    current = by_id.get(kept or "")
    successor = by_id.get(staged or "") if staged != kept else None
    orphans, old, foreign = [], [], []
    for key in keys:
        if key in (current, successor):
            continue
        if key.id in known.stored or key.id in known.replaced:
            old.append(key)
        elif key.id in known.made or (key.id not in used and key.id in known.lost and (ours or known.adopted)):
            orphans.append(key)
        else:
            foreign.append(key)
    until = dict(known.until).get(old[0].id) if old else None
    found = LoginLife(Life.STEADY, current, successor, tuple(orphans), tuple(old), tuple(foreign), until)
    return replace(found, state=_state(found, kept))


def _state(found: LoginLife, kept: str | None) -> Life:
    if found.orphans:
        return Life.HALF_MADE
    if found.successor:
        return Life.STAGED
    if found.current is None:
        if found.old or kept:
            return Life.LOST
        return Life.FOREIGN_KEYS if found.foreign else Life.NONE
    if not found.current.active:
        return Life.LOST
    if found.old:
        return Life.SWITCHED if any(key.active for key in found.old) else Life.RETIRING
    return Life.FOREIGN_KEYS if found.foreign else Life.STEADY


def next_step(life: LoginLife, now: datetime, command: Callable[..., str]) -> str:
    """What to do about this state, one sentence; `command` makes commands for this login. Empty where nothing is to do."""
    again, create = command("login rotate"), command("login create")
    if life.state is Life.RETIRING:
        if life.until is None or life.due(now):
            return f"Delete the old key: {command('login rotate', delete_old=True)}"
        return f"The old key is to be deleted from {life.until:%Y-%m-%d} on: {again}"
    return {
        Life.NONE: f"Make one: {create}",
        Life.STEADY: "",
        Life.HALF_MADE: f"Clean up and go on: {again if life.current else create}",
        Life.STAGED: f"Go on with the rotation: {again}",
        Life.SWITCHED: f"Switch the old key off: {again}",
        Life.FOREIGN_KEYS: "Somebody else made a key of this user; ask who uses it.",
        Life.LOST: f"Make a new key: {create}",
    }.get(life.state, "Look again when AWS and the keep can be asked.")


@dataclass(frozen=True, slots=True)
class RotationWay:
    """One thing that a rotation which is under way can do next."""

    does: str
    """`on`, `cancel` or `delete`."""
    label: str
    what: str
    """What comes of it."""


ROTATION: dict[Life, tuple[RotationWay, ...]] = {
    Life.STAGED: (
        RotationWay("on", "Prove the new login", "log in with it, switch to it, and switch the old key off"),
        RotationWay("cancel", "Take it back", "delete the new key; the present login stays"),
    ),
    Life.SWITCHED: (
        RotationWay("on", "Switch the old key off", "it stays for some days, so that a forgotten program can complain"),
        RotationWay("delete", "Delete the old key", "programs that still use it can send no more"),
    ),
    Life.RETIRING: (
        RotationWay("delete", "Delete the old key now", "it is off already; programs that still use it are broken now"),
    ),
}
"""By the state of a rotation that is under way, what can come next; the usual first."""


def rotation_ways(life: LoginLife, now: datetime) -> tuple[RotationWay, ...]:
    """What a person can choose of a rotation; nothing where none is under way, or where it just goes on to its end."""
    return () if life.due(now) else ROTATION.get(life.state, ())


def _date(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None

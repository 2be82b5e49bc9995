"""What the login's screen says of each state: the verdict, the rows of keys, what will be made. Data in, words out."""

from datetime import datetime

from seswizard.core.aws_things import AccessKey
from seswizard.core.findings import Report
from seswizard.core.keep import KeepChoice, KeepOffer
from seswizard.core.login import smtp_host
from seswizard.core.login_life import Life, LoginLife
from seswizard.core.login_wish import LoginWish
from seswizard.core.names import EmailAddress, IdentityName, domain_of
from seswizard.core.policy import USER_PATH, Names, sender_patterns
from seswizard.core.regions import REGION_NAMES
from seswizard.core.text import duration
from seswizard.tui.paint import Text, joined, mark, quiet
from seswizard.tui.screens.login_looking import KeyUse, LoginLook
from seswizard.tui.widgets.facts import Pair
from seswizard.tui.widgets.table import Row
from seswizard.tui.words import Say, help_of

HELP = help_of(
    "login",
    "SMTP login",
    "`1`-`5` copy one of the settings, the password with `5`; `s` shows the password and hides it again, and so does leaving"
    " this screen. It is read from where it is stored only then. A clipboard history keeps what was copied;"
    " `seswizard login show DOMAIN --reveal` prints it without one.",
    "**Options** (F2) name the user, the keep, further domains and regions. All of that may stay as it is.",
    "**Rotate** makes a second key, proves it, switches to it and switches the old one off. It may be interrupted anywhere:"
    " the button goes on from there. **Revoke** removes keys, passwords, policy and user.",
    "**If no keep takes the password**, it waits here until another keep has it or its key is deleted; nothing is lost"
    " meanwhile.",
    "**Ports** shows which way out this network has. **Examine** says what is wrong with a login that you have already.",
)


def no_smtp(region: str) -> Say:
    """Where SES takes no mail by SMTP."""
    return Say(
        "skipped",
        f"SES in {REGION_NAMES.get(region, region)} takes mail by API only: there is no SMTP login.",
        "Send with an AWS SDK, or set up in a region with SMTP, such as eu-west-1.",
    )


def state_words(life: LoginLife, now: datetime) -> tuple[str, str]:
    """A state's mark and what it means, one sentence."""
    if life.state is Life.RETIRING and life.until and not life.due(now):
        return "ok", f"The old key is off, and may be deleted from {life.until:%Y-%m-%d} on."
    if life.state is Life.FOREIGN_KEYS and life.current is None:
        return "advice", "The user has a key of somebody else, and there is no login yet."
    return {
        Life.NONE: ("open", "There is no login yet."),
        Life.STEADY: ("ok", "One key, active, and its password is kept."),
        Life.HALF_MADE: ("advice", "A broken run left a key whose secret nobody has."),
        Life.STAGED: ("waiting", "A rotation is under way; the new login is not in use yet."),
        Life.SWITCHED: ("advice", "The new login is in use, and the old key still works."),
        Life.RETIRING: ("advice", "The old key is off, and may be deleted now."),
        Life.FOREIGN_KEYS: ("advice", "The user has a second key that seswizard did not make: ask who uses it."),
        Life.LOST: ("problem", "The login's key is gone or off, or its password is lost."),
    }.get(life.state, ("unknown", "Where the login stands could not be seen."))


def life_say(look: LoginLook | None, now: datetime) -> Say | None:
    """The verdict of a state in which there is something to do; None where the step's own words are right."""
    if look is None or look.standing is None:
        return None
    life = look.standing.life
    if life.state in (Life.HALF_MADE, Life.STAGED, Life.SWITCHED, Life.LOST) or life.due(now):
        level, sentence = state_words(life, now)
        then = {
            Life.STAGED: "Programs go on with the present one until the new one is proven.",
            Life.SWITCHED: "Look when it was last used before you switch it off.",
            Life.HALF_MADE: "It is deleted first; nothing that works depends on it.",
        }
        return Say(level, sentence, then.get(life.state, ""))
    return None


def beside_proof(look: LoginLook | None, now: datetime) -> str:
    """What is still to know once the login is proven: when an old key goes."""
    if look is None or look.standing is None or look.life is not Life.RETIRING:
        return ""
    return state_words(look.standing.life, now)[1]


def key_rows(look: LoginLook | None, now: datetime) -> tuple[Row, ...]:
    """Each key of the user: whether it works, its id, what it is, its age and its last use."""
    if look is None or look.standing is None:
        return ()
    life = look.standing.life
    return tuple(
        (
            mark("ok", "active") if one.key.active else mark("skipped", "off"),
            one.key.id,
            _role(one.key, life),
            quiet(_age(one.key, now)),
            quiet(last_use(one, now)),
        )
        for one in look.uses
    )


def _role(key: AccessKey, life: LoginLife) -> Text:
    if key == life.current:
        return "the login"
    if key == life.successor:
        return mark("waiting", "new")
    if key in life.old:
        return "the old one"
    return mark("advice", "left over") if key in life.orphans else mark("advice", "not ours")


def _age(key: AccessKey, now: datetime) -> str:
    return f"made {ago(key.created, now)}" if key.created else ""


def last_use(use: KeyUse, now: datetime) -> str:
    """`used 2 h ago`, `never used`, or that AWS did not say."""
    if not use.known:
        return "last use not known"
    return f"used {ago(use.last, now)}" if use.last else "never used"


def ago(then: datetime, now: datetime) -> str:
    """`3 d ago`; a clock that is behind AWS's says `just now`."""
    seconds = (now - then).total_seconds()
    if seconds < 1:
        return "just now"
    unit = 1 if seconds < 60 else 60 if seconds < 3600 else 3600
    return f"{duration(seconds // unit * unit)} ago"


def key_choices(look: LoginLook, now: datetime) -> tuple[tuple[str, str, str], ...]:
    """For each key: what giving it up would mean."""
    life = look.standing.life if look.standing else None
    told = []
    for one in look.uses:
        words = ["active" if one.key.active else "off", _age(one.key, now), last_use(one, now)]
        if life and one.key == life.current:
            words.append("the present login")
        told.append((one.key.id, one.key.id, ", ".join(word for word in words if word)))
    return tuple(told)


def to_make(name: IdentityName, region: str, wish: LoginWish, offer: KeepOffer) -> tuple[Pair, ...]:
    """What the plan will be about, before anything is there."""
    domain, alone = str(domain_of(name)), (str(name),) if isinstance(name, EmailAddress) else ()
    user = wish.user or Names(domain, region).user
    if wish.keep:
        keep: Text = wish.keep.text
    elif offer.kind == "keyring":
        keep = joined("keyring  ", quiet(offer.reason))
    else:
        keep = joined(mark("advice", "to choose"), quiet(f"  {offer.kind} first: {offer.reason}"))
    return (
        ("IAM user", joined(quiet(USER_PATH), user)),
        ("Password", keep),
        ("May send as", ", ".join(sender_patterns(domain, alone, wish.also))),
        ("Server", ", ".join(smtp_host(one) for one in (region, *wish.regions))),
    )


def is_there(look: LoginLook | None, now: datetime) -> tuple[Pair, ...]:
    """What there is besides the settings."""
    site = look.site if look else None
    if site is None:
        return ()
    pairs: list[Pair] = [("IAM user", site.user)]
    if site.also or site.regions:
        pairs.append(("Serves also", ", ".join((*site.also, *site.regions))))
    if look and look.standing and look.life is not Life.STEADY and life_say(look, now) is None:
        level, sentence = state_words(look.standing.life, now)
        pairs.append(("Stands", joined(mark(level, look.life.value), quiet(f"  {sentence}"))))
    return tuple(pairs)


def kept_words(choice: KeepChoice) -> str:
    """Where the password lies."""
    if choice.kind == "show":
        return "nowhere: it was shown once"
    return "in the keyring" if choice.kind == "keyring" else choice.text


def key_is_broken(report: Report | None) -> bool:
    """Whether the kept login's key is gone or off."""
    return report is not None and (report.has("login.key-missing") or report.has("login.key-inactive"))

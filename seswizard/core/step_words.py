"""What each step says to a person whichever face shows it: reasons, names of fields, and why it could not be looked at.

No keys and no layout: the screen adds its keys, the linear mode its numbers.
"""

from collections.abc import Iterator
from datetime import UTC

from seswizard.core.account import Account
from seswizard.core.aftercare import ITEMS, still_to_decide
from seswizard.core.answers import Delegation
from seswizard.core.facts import Facts
from seswizard.core.findings import Finding, Level, Remedy, Report, speaking
from seswizard.core.identity import Identity, MailFrom
from seswizard.core.login import PORTS, smtp_host
from seswizard.core.names import is_registry
from seswizard.core.reading import Seen, Unseen
from seswizard.core.records import Record, signing_zone
from seswizard.core.regions import REGION_NAMES, has_smtp, is_supported
from seswizard.core.steps import State, findings_of
from seswizard.core.text import counted

Pair = tuple[str, str]
"""A name and what is so: `Account`, `123456789012`."""

SENDERS: tuple[tuple[str, str, str], ...] = (
    ("smtp", "A mail server or app over SMTP", "Postfix, WordPress"),
    ("sdk", "An AWS SDK with a role", "needs no login"),
    ("smtp", "Not sure yet", "SMTP fits nearly all"),
)
"""What will send: what it decides, and its words."""

ROAD: tuple[Pair, ...] = (
    ("You need", "an AWS account, and someone who can edit the domain’s DNS"),
    ("You get", "signed mail, an SMTP login, and a bounce seen coming back"),
    ("It takes", "5 minutes of yours; DNS and SES take minutes to an hour"),
)
"""What the road asks and gives, with honest times."""

NO_RECORDS = "A single address needs no DNS records."
CLICK = "A click on the link that SES mails to it is enough."
FOR_REAL_MAIL = "For real mail set up the whole domain: only then is its mail signed in its own name."
LINK_MAIL: tuple[Pair, ...] = (
    ("Mail from", "no-reply-aws@amazon.com; look into spam too"),
    ("No mail", "the link is good for 24 hours; then make the address again"),
)
"""Who mails the link to a single address, and for how long it is good: the SES Developer Guide, "Creating an email address
identity"."""

TOUCHES_NO_DNS = "makes one identity in SES; touches no DNS record"
NOT_NEEDED = "Not needed with what you chose."
ONLY_DKIM = "Only the DKIM records are required."
NOTHING_TO_COMPARE = "There is nothing to compare yet: SES says which records it wants."
NOT_ASKED = "Your servers could not be asked."
NO_RECORDS_YET = "SES says which records it wants once it knows the domain."
TYPED = ("Type", "TTL", "Priority")
"""Fields of a record that one types or picks from a list; the others are copied."""

REQUEST: tuple[Pair, ...] = (
    ("Where", "SES, Account dashboard, Request production access"),
    ("Kind of mail", "transactional, or marketing"),
    ("Web site", "one that shows who writes and to whom"),
    ("Contacts", "one to four addresses, answered by a person"),
    ("You confirm", "recipients opted in; bounces and complaints are handled"),
)
"""What the request for production access asks, in the console's words."""

WATCH: tuple[Pair, ...] = (
    ("Bounces", "under 2 %; AWS reviews at 5 % and may pause at 10 %"),
    ("Complaints", "under 0.1 %; AWS may pause at 0.5 %"),
    ("DKIM records", "must stay; gone for 72 hours, AWS revokes the domain"),
    ("Key", "older than a year: rotate it on the SMTP login screen"),
)
"""What keeps mail working."""


def finished_words(facts: Facts, states: dict[str, State], aftercare: str) -> Pair:
    """What is said of a finished set-up: that mail works, and since when that is proven; then what one may still do."""
    parts = []
    if isinstance(facts.proof, Seen) and facts.proof.value:
        at = facts.proof.value.at.astimezone(UTC)
        parts.append(f"Proven on {at.day} {at:%B, %H:%M} UTC")
    if states["production"] is State.WAITING:
        parts.append("AWS reviews your request for production access")
    elif states["production"] is not State.DONE:
        parts.append("sandbox: only to verified addresses")
    elif still_to_decide(aftercare):
        parts.append(f"Aftercare: {aftercare_left(aftercare)}")
    return f"Mail from {facts.name} works.", " · ".join(parts)


def aftercare_left(aftercare: str) -> str:
    """What a row says of aftercare: `3 things to decide`, or that a person has decided."""
    left = still_to_decide(aftercare)
    return f"{counted(left, 'thing')} to decide" if left else "decided by you"


def aftercare_words(aftercare: str) -> Pair:
    """What is said of aftercare once the proof is there, and what is left to decide."""
    left = still_to_decide(aftercare)
    if not left:
        return "Mail works, and you have decided what keeps it working.", "Decided by you; nothing of it is checked here."
    return "Mail works. Three things keep it that way.", f"{left} of {len(ITEMS)} to decide: done by you, or not for you."


def console(region: str) -> str:
    """The console page that carries the request for production access."""
    if region.startswith("us-gov-"):
        return f"https://console.amazonaws-us-gov.com/ses/home?region={region}#/account"
    return f"https://console.aws.amazon.com/ses/home?region={region}#/account"


def who(facts: Facts) -> Iterator[Pair]:
    """Who asks AWS, and where."""
    if isinstance(facts.caller, Seen):
        yield "Signed in as", facts.caller.value.name
        yield "Account", facts.caller.value.account
        yield "ARN", facts.caller.value.arn
    else:
        yield "Signed in as", "not seen"
    ses = "SES" if is_supported(facts.region) else "no SES"
    smtp = "SMTP" if has_smtp(facts.region) else "no SMTP"
    yield "Region", f"{facts.region}, {REGION_NAMES.get(facts.region, 'unknown to us')}; {ses}, {smtp}"


def limits(account: Account) -> Iterator[Pair]:
    """What the account may send today."""
    quota = account.quota
    if quota.per_day < 0:
        yield "Today", f"{quota.sent:,.0f} sent in 24 hours; no daily limit"
    else:
        yield "Today", f"{quota.sent:,.0f} of {quota.per_day:,.0f} in 24 hours"
    yield "Rate", f"{quota.per_second:g} a second"
    yield "Sending", f"{'on' if account.sending_enabled else 'off'}, reputation {reputation(account)[1]}"
    yield "Plan", account.plan.capitalize() if account.plan else "AWS does not say"
    yield "You can write to", whom(account)
    yield "Suppression", suppression(account)


def reputation(account: Account) -> Pair:
    """What AWS makes of the account's mail: the level, and its word."""
    known = {"HEALTHY": ("ok", "healthy"), "PROBATION": ("problem", "under review"), "SHUTDOWN": ("problem", "stopped")}
    return known.get(account.enforcement, ("advice", account.enforcement.lower()))


def whom(account: Account) -> str:
    """Whom one can write to."""
    return "anybody" if account.production else "the simulator and verified addresses"


def suppression(account: Account) -> str:
    """`on for bounces and complaints`, or `off`."""
    words = {"BOUNCE": "bounces", "COMPLAINT": "complaints"}
    reasons = " and ".join(words.get(one, one.lower()) for one in account.suppressed_reasons)
    return f"on for {reasons}" if reasons else "off"


def suppression_means(account: Account) -> str:
    """`off: SES goes on writing to addresses that bounced`."""
    on = "SES stops mailing them"
    return f"{suppression(account)}: {on if account.suppressed_reasons else 'SES goes on writing to addresses that bounced'}"


def about(known: Identity, region: str) -> Iterator[Pair]:
    """What SES knows of an identity."""
    yield "Identity", f"{known.name}, {identity_mark(known)[1]}"
    if known.is_domain:
        yield "DKIM", signed_by(known, region)
        if known.mail_from:
            yield "MAIL FROM", f"{known.mail_from.domain}, {mail_from_mark(known.mail_from)[1]}"
    yield "Made by", made_by(known)


def reviewed(facts: Facts | None, states: dict[str, State]) -> tuple[tuple[bool, str, str], ...]:
    """What reviewers look for: whether it stands, what it is, and the step that does it."""
    identity = facts.identity.value if facts and isinstance(facts.identity, Seen) else None
    return (
        (bool(identity and identity.verified), "The domain is verified", "propagation"),
        (states["records"] is State.DONE, "DMARC is published", "records"),
        (states["proof"] is State.DONE, "Bounces come back", "proof"),
    )


def settings(region: str, port: int, username: str) -> tuple[Pair, ...]:
    """What a mail program is told, but for the password."""
    number, _, security = port_words(port).partition(" ")
    return ("Server", smtp_host(region)), ("Port", number), ("Security", security), ("User name", username)


def port_words(port: int) -> str:
    """`587 STARTTLS`."""
    return f"{port} {'STARTTLS' if dict(PORTS)[port] == 'starttls' else 'TLS from the start'}"


def adds_the_zone(zone: str) -> str:
    """What most DNS hosts do with a host name."""
    return f"Most DNS hosts add .{zone} to Hostname by themselves."


def identity_mark(known: Identity) -> Pair:
    """How an identity stands: the level, and its word."""
    return ("ok", "verified") if known.verified else ("waiting", known.status.lower().replace("_", " "))


def mail_from_mark(mail_from: MailFrom) -> Pair:
    """How MAIL FROM stands: the level, and its word."""
    return ("ok", "verified") if mail_from.status == "SUCCESS" else ("waiting", "pending")


def signed_by(known: Identity, region: str) -> str:
    """`3 keys, signed by a31d.dkim.eu-west-1.amazonses.com`."""
    return f"{len(known.dkim.tokens)} keys, signed by {signing_zone(known, region)}"


def made_by(known: Identity) -> str:
    """Whose an identity is."""
    return "seswizard" if known.ours else "somebody else; undo leaves it alone"


def fields(record: Record, zone: str | None) -> tuple[Pair, ...]:
    """A record's fields in the words of DNS hosts."""
    host = record.host(zone) or record.name
    value = record.value if record.value is not None else "the public key that you made"
    target = {"CNAME": "Points to", "MX": "Mail server"}.get(record.type, "Value")
    made = [("Hostname", host), ("Type", record.type), (target, value)]
    if record.priority is not None:
        made.append(("Priority", str(record.priority)))
    made.append(("TTL", str(record.ttl)))
    return tuple(made)


WAITED_FOR = ("domain", "records", "propagation")
"""The steps that wait for DNS or for SES."""

TO_DO = frozenset({"identity.missing", "login.none", "proof.none"})
"""Findings that say that a step was not walked yet: told as "to do", whatever their level, and mended by walking it."""

NEEDS: dict[str, tuple[str, ...]] = {
    "access": ("caller",),
    "sandbox": ("account",),
    "domain": ("identity",),
    "records": ("identity", "delegation"),
    "propagation": ("identity", "delegation", "sweep"),
    "login": ("login",),
    "proof": ("proof",),
    "production": ("account",),
}
"""The facts without which a step has nothing to say."""


def zone_words(delegation: Delegation) -> str:
    """`DNS zone example.com, 3 name servers`."""
    return f"DNS zone {delegation.zone or 'of the root'}, {counted(len({one.name for one in delegation.servers}), 'name server')}"


def undelegated(facts: Facts, report: Report) -> Finding | None:
    """That the domain is registered nowhere, or has no name servers: said by the parent, and of a name that SES does not know."""
    zone = facts.delegation.value.zone if isinstance(facts.delegation, Seen) else None
    new = isinstance(facts.identity, Seen) and facts.identity.value is None
    if not new or zone is None or zone == str(facts.domain) or not is_registry(zone):
        return None
    return next((one for one in report.findings if one.id == "dns.not-delegated"), None)


def could_not_look(step: str, facts: Facts, report: Report) -> Finding | None:
    """Why a step could not be looked at, as a finding of level unknown; None if it could."""
    worst = speaking(findings_of(step, report))
    # Without SES's word nobody knows which records it wants: then right servers say nothing.
    wanted_unknown = step in ("records", "propagation") and isinstance(facts.identity, Unseen) and not facts.records
    if worst is not None and worst.level is not Level.UNKNOWN:
        if not wanted_unknown:
            return None
        worst = None
    unseen = first_unseen(step, facts)
    if unseen is None:
        return worst
    failure = unseen.failure
    cause = worst or next((one for one in report.findings if one.id == failure.kind), None)
    known = cause.remedy if cause and cause.remedy else Remedy("")
    remedy = Remedy(failure.remedy or known.text, known.records, failure.command or known.command)
    return Finding(failure.kind, Level.UNKNOWN, failure.title, cause.evidence if cause else (), remedy)


def first_unseen(step: str, facts: Facts) -> Unseen | None:
    """The first of the readings that a step needs which could not be made."""
    readings = (getattr(facts, name) for name in NEEDS.get(step, ()))
    return next((one for one in readings if isinstance(one, Unseen)), None)

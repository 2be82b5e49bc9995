"""What each step says to a person whichever face shows it: reasons, help, names of fields, and why it could not be looked at.

No keys and no layout: the screen adds its keys, the linear mode its numbers.
"""

from collections.abc import Iterable, Iterator

from seswizard.core.account import Account
from seswizard.core.facts import Facts
from seswizard.core.findings import Finding, Level, Remedy, Report, speaking
from seswizard.core.identity import Identity
from seswizard.core.login import PORTS
from seswizard.core.reading import Seen, Unseen
from seswizard.core.records import Record, signing_zone
from seswizard.core.regions import REGION_NAMES, has_smtp, is_supported
from seswizard.core.steps import State, findings_of

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

HELP: dict[str, tuple[str, ...]] = {
    "first": (
        "First it only looks: who you are at AWS, what SES and DNS know of the name. Every change is shown as a plan before"
        " anything is done, with the same in AWS CLI lines, and is written into a journal; `seswizard undo` takes it back.",
        "A domain covers all its addresses. A single address is enough for a try: AWS mails it a link.",
    ),
    "access": (
        "seswizard uses the credentials that the AWS CLI would use here: the environment, a profile, an SSO session or a role."
        " It never stores them.",
        "Sending by SMTP needs an IAM user with a long-lived key; temporary credentials cannot do it. Making that user is the"
        " one thing that often needs a colleague: the policy to send to them can be shown here.",
        "Looking for a permission would mean trying it, so nothing is tried here; the step that needs one says what is missing.",
    ),
    "sandbox": (
        "Every new account starts in the sandbox, in each region by itself: 200 recipients in 24 hours, one a second, and only"
        " verified addresses and the mailbox simulator.",
        "The whole road works there, the proven bounce too. Production access is asked for later, when bounces are seen to be"
        " handled: that is what reviewers want to know.",
    ),
    "domain": (
        "SES makes three signing keys for the domain and says which DNS records prove that it is yours.",
        "MAIL FROM is where bounces go. It must be a subdomain that nothing else uses; bounce is usual.",
        "DMARC reports are daily XML mails from receivers. Leave them out if nobody would read them.",
        "Nothing is changed in your DNS: you do that in the next step.",
        "A single address needs no DNS records: SES mails it a link, which is good for 24 hours.",
    ),
    "records": (
        "Add these at whoever hosts your DNS, exactly as shown. Only the DKIM records are required.",
        "Hostname is relative to your zone. Most hosts add the domain by themselves; if yours does not, use the whole name.",
    ),
    "propagation": (
        "Three places must agree, in this order.",
        "Your servers answer from the zone itself. Once they are right, only waiting is left.",
        "Resolvers may keep an old answer. They are asked only once your servers agree.",
        "SES looks every few minutes by itself. Nothing makes it look sooner.",
        "Meanwhile go on to the SMTP login: it needs no verified domain.",
    ),
    "login": (
        "Your mail program logs in with an access key id and a password that is derived from the key's secret.",
        "The key belongs to an IAM user of its own, which may send as your domain and nothing else. The password goes into the"
        " keep that you choose and is read back before the secret is forgotten.",
        "A new key needs a moment at AWS: 535 is normal for up to five minutes, and it is tried again by itself.",
        "`seswizard login show DOMAIN` prints the user name, with `--reveal` the password.",
    ),
    "proof": (
        '"Accepted" proves nothing. This sends one message through your own login to AWS\'s mailbox simulator, which bounces it,'
        " and waits for the report of exactly that message.",
        "For that it makes a configuration set, a topic and a queue, the same that will handle your bounces later.",
        "Mail to the simulator costs as one message and harms no reputation. It works in the sandbox.",
    ),
    "production": (
        "AWS reviews each account and region. It asks for the kind of mail, a web site, up to four contacts, and that recipients"
        " opted in and that bounces and complaints are handled.",
        "The button in the console appears once a domain is verified. The first answer comes within 24 hours; often it is a"
        " question in a support case, and waits for you. While a review runs the details are locked.",
    ),
    "aftercare": (
        "AWS looks at bounces and complaints. Bounces: keep under 2 %, review at 5 %, a pause at 10 %. Complaints: keep under"
        " 0.1 %, a pause at 0.5 %. CloudWatch holds both as fractions: an alarm at 0.05 and at 0.001 is right, 5 never fires.",
        "The DKIM records must stay: when one is gone for 72 hours, AWS revokes the domain. `health` looks for that.",
    ),
    "overview": ("Every step with its worst finding. Open any of them; it is the same step as in set-up.",),
}
"""By step, `first` for the first questions, and `overview`: paragraphs of help."""

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
    ("Alarms", "Reputation.BounceRate 0.05, Reputation.ComplaintRate 0.001"),
    ("DKIM records", "must stay; gone for 72 hours, AWS revokes the domain"),
    ("Key", "older than a year: make another, then revoke this one"),
)
"""What keeps mail working."""


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
    health = {"HEALTHY": "healthy", "PROBATION": "under review", "SHUTDOWN": "stopped"}
    reputation = health.get(account.enforcement, account.enforcement.lower())
    yield "Sending", f"{'on' if account.sending_enabled else 'off'}, reputation {reputation}"
    yield "Plan", account.plan.capitalize() if account.plan else "AWS does not say"
    yield "You can write to", "anybody" if account.production else "the simulator and verified addresses"
    yield "Suppression", suppression(account)


def suppression(account: Account) -> str:
    """`on for bounces and complaints`, or `off`."""
    words = {"BOUNCE": "bounces", "COMPLAINT": "complaints"}
    reasons = " and ".join(words.get(one, one.lower()) for one in account.suppressed_reasons)
    return f"on for {reasons}" if reasons else "off"


def about(known: Identity, region: str) -> Iterator[Pair]:
    """What SES knows of an identity."""
    yield "Identity", f"{known.name}, {'verified' if known.verified else known.status.lower().replace('_', ' ')}"
    if known.is_domain:
        yield "DKIM", f"{len(known.dkim.tokens)} keys, signed by {signing_zone(known, region)}"
        if known.mail_from:
            yield "MAIL FROM", f"{known.mail_from.domain}, {'verified' if known.mail_from.status == 'SUCCESS' else 'pending'}"
    yield "Made by", "seswizard" if known.ours else "somebody else; undo leaves it alone"


def reviewed(facts: Facts | None, states: dict[str, State]) -> tuple[tuple[bool, str, str], ...]:
    """What reviewers look for: whether it stands, what it is, and the step that does it."""
    identity = facts.identity.value if facts and isinstance(facts.identity, Seen) else None
    return (
        (bool(identity and identity.verified), "The domain is verified", "propagation"),
        (states["records"] is State.DONE, "DMARC is published", "records"),
        (states["proof"] is State.DONE, "Bounces come back", "proof"),
    )


def port_words(port: int) -> str:
    """`587 STARTTLS`."""
    return f"{port} {'STARTTLS' if dict(PORTS)[port] == 'starttls' else 'TLS from the start'}"


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


def could_not_look(step: str, facts: Facts, report: Report) -> Finding | None:
    """Why a step could not be looked at, as a finding of level unknown; None if it could."""
    worst = speaking(findings_of(step, report))
    # Without SES's word nobody knows which records it wants: then right servers say nothing.
    wanted_unknown = step in ("records", "propagation") and isinstance(facts.identity, Unseen) and not facts.records
    if worst is not None and worst.level is not Level.UNKNOWN:
        if not wanted_unknown:
            return None
        worst = None
    unseen = next((one for one in _readings(step, facts) if isinstance(one, Unseen)), None)
    if unseen is None:
        return worst
    failure = unseen.failure
    cause = worst or next((one for one in report.findings if one.id == failure.kind), None)
    known = cause.remedy if cause and cause.remedy else Remedy("")
    remedy = Remedy(failure.remedy or known.text, known.records, failure.command or known.command)
    return Finding(failure.kind, Level.UNKNOWN, failure.title, cause.evidence if cause else (), remedy)


def _readings(step: str, facts: Facts) -> Iterable[object]:
    return (getattr(facts, name) for name in NEEDS.get(step, ()))

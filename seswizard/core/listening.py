"""Prove another program: what its bounce tells about it, and what it means when no bounce comes."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from email.utils import parseaddr

from seswizard.core.aws_things import AccessKey
from seswizard.core.events import MailEvent
from seswizard.core.findings import Evidence, Finding, Level, Remedy
from seswizard.core.names import DomainName, IdentityName, domain_of, within
from seswizard.core.quoting import our_command
from seswizard.core.simulator import SIMULATOR
from seswizard.core.way_back import Link, Path, broken, links


def fresh_address(tag: str) -> str:
    """A simulator address that nobody else writes to: everything after `+` is ours to choose
    (https://docs.aws.amazon.com/ses/latest/dg/send-an-email-from-console.html)."""
    return f"bounce+{tag}@{SIMULATOR}"


@dataclass(frozen=True, slots=True)
class Listening:
    """What is listened for, and with what login it should come."""

    name: IdentityName
    region: str
    address: str
    since: datetime
    user: str
    """The IAM user of the kept login; empty where none is kept."""
    username: str
    """The kept login's SMTP user name; empty where none is kept."""
    path: Path

    @property
    def domain(self) -> DomainName:
        """The domain that the mail must come from."""
        return domain_of(self.name)


def heard(listening: Listening, event: MailEvent, at: datetime) -> tuple[Finding, ...]:
    """What the bounce of the program's mail says: proven, or proven with the wrong sender or login.

    A Reject event says that SES took the mail and then threw it away.
    """
    if event.type == "Reject":
        title = "SES took your program's mail, then refused it for its content: its virus scanner did not like it."
        remedy = Remedy("Send plain text, without attachments.")
        return (Finding("send.rejected", Level.PROBLEM, title, _told(event, at), remedy),)
    found = tuple(_heard(listening, event, at))
    return found or (
        Finding(
            "events.ok", Level.OK, "Proven: your program's mail left through SES, and its bounce came back.", _told(event, at)
        ),
    )


def _heard(listening: Listening, event: MailEvent, at: datetime) -> Iterator[Finding]:
    author, user = parseaddr(event.header_from)[1] or event.sender, event.tag("ses:caller-identity")
    if not within(author.rpartition("@")[2].lower(), str(listening.domain)):
        title = f"The mail came from {author}, not from {listening.domain}."
        remedy = Remedy(f"Set the From address of the program to one of {listening.domain}.")
        yield Finding("send.other-from", Level.PROBLEM, title, _told(event, at), remedy)
    if user and listening.user and user != listening.user:
        title = f"The mail was sent as {user}, not with the login that is kept here ({listening.user})."
        command = our_command("login show", listening.domain, region=listening.region)
        remedy = Remedy("If that is not meant, put the kept login into the program.", command=command)
        yield Finding("login.other-user", Level.ADVICE, title, _told(event, at), remedy)


def _told(event: MailEvent, at: datetime) -> tuple[Evidence, ...]:
    rows = (
        ("message id", event.message_id),
        ("from", event.header_from or event.sender),
        ("envelope sender", event.sender),
        ("source address", event.tag("ses:source-ip")),
        ("sent as", event.tag("ses:caller-identity")),
        ("by", event.tag("ses:operation")),
        ("configuration set", event.tag("ses:configuration-set")),
    )
    return tuple(Evidence(label, seen, "", f"{event.type} event", at) for label, seen in rows if seen)


def unfinished(listening: Listening, event: MailEvent, at: datetime) -> Finding:
    """SES took the mail and said so, but its bounce did not come in time."""
    title = f"SES took your program's mail to {listening.address}, but its bounce has not come back yet."
    remedy = Remedy("Login, sender and configuration set are right. Listen once more; should it stay lost, ask AWS with the id.")
    return Finding("events.not-seen", Level.PROBLEM, title, _told(event, at), remedy)


def silent(
    listening: Listening, at: datetime, key: AccessKey | None, last_used: datetime | None, *, key_seen: bool = True
) -> Finding:
    """Why nothing came, the likeliest link first: no set applied, a broken link, no log-in, then a refused sender.

    `key_seen` is False where IAM could not be asked.
    """
    found = links(listening.path, "BOUNCE")
    evidence = tuple(Evidence(one.name, one.seen, one.expected, one.source, at) for one in found if one.state != "whole")
    if link := broken(found):
        return _stopped(listening, link, evidence)
    if not listening.username or not key_seen:
        return Finding(
            "events.not-seen", Level.PROBLEM, f"No bounce came for {listening.address}.", evidence, _look_there(listening)
        )
    if key is None or not key.active:
        word = "is switched off" if key else "no longer exists"
        title = f"The kept login's key {listening.username} {word}, so nobody can log in with it."
        again = Remedy("Make a new login.", command=our_command("login create", listening.domain, region=listening.region))
        return Finding("login.key-inactive" if key else "login.key-missing", Level.PROBLEM, title, evidence, again)
    seen = Evidence(
        listening.username, f"{last_used:%Y-%m-%d %H:%M} UTC" if last_used else "never", "", "iam:GetAccessKeyLastUsed", at
    )
    if last_used is None or last_used < listening.since:
        title = (
            f"No bounce came, and {listening.username} was not used meanwhile: nothing was sent yet, or the program has another "
            "login, or a wrong one."
        )
        remedy = Remedy(
            "Look for 535 in the program's log, and give it the kept login. AWS may note a log-in a little late.",
            command=our_command("login show", listening.domain, region=listening.region),
        )
        return Finding("send.auth-failed", Level.PROBLEM, title, (*evidence, seen), remedy)
    title = (
        "No bounce came, though your program logged in: SES refused the mail for its From address, or the program wrote to "
        "another address."
    )
    remedy = Remedy(
        f"Look into the program's log. 554: From must be an address of {listening.domain}, in small letters behind the @. "
        f"250 Ok: the mail did not go to {listening.address}.",
        command="seswizard explain FILE",
    )
    return Finding("send.sender-unverified", Level.PROBLEM, title, (*evidence, seen), remedy)


def _stopped(listening: Listening, link: Link, evidence: tuple[Evidence, ...]) -> Finding:
    if link.name == "applied set":
        title = f"Mail that names no configuration set reports nothing: {listening.domain} has {link.seen}."
    else:
        title = f"No bounce came for {listening.address}: it stops at the {link.name}."
    return Finding("events.not-seen", Level.PROBLEM, title, evidence, Remedy(link.remedy or f"Wanted: {link.expected}."))


def _look_there(listening: Listening) -> Remedy:
    text = f"Look into the program's log for the reply of email-smtp.{listening.region}.amazonaws.com."
    return Remedy(text, command="seswizard explain FILE")

"""What is kept on disk: the person's choices, and the journal's lines. Never a verdict, never a secret."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class DomainChoices:
    """What a person chose for one identity in one region, kept on disk; never a verdict, never a secret."""

    name: str
    region: str
    account: str | None = None
    sends_by: str = "smtp"
    reports_to: str = ""
    mail_from: str = ""
    login_keep: str = ""
    """Which keep holds the login, as `core.keep` writes it: `keyring`, `file:PATH` …; empty for none."""
    keep_store: str = ""
    """For the keep `command`: the command line that stores; no secret is ever in it."""
    keep_read: str = ""
    """For the keep `command`: the command line that reads."""
    beside_keep: str = ""
    """While the login moves: the keep that it goes to, then the one that it comes from; with the next two as those above."""
    beside_store: str = ""
    beside_read: str = ""
    iam_user: str = ""
    also: str = ""
    """Further domains that the same login may send as, with blanks between them."""
    also_regions: str = ""
    """Further regions whose password was derived from the same key, with blanks between them."""
    aftercare: str = ""
    """What was decided of each thing that keeps mail working, as `core.aftercare` writes it."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the journal: a change announced before it is made, and how it ended."""

    at: datetime
    domain: str
    region: str
    account: str
    action: str
    """`identity.create`, `key.create` …"""
    phase: str
    """`intent`, `done`, `failed` or `undone`."""
    kind: str
    """What kind of thing: identity, mail-from, recipient, iam-user, iam-policy, access-key, vault, configuration-set,
    destination, topic, queue, subscription, default-set, suppression."""
    thing: str
    """Its name, ARN or id."""
    detail: tuple[tuple[str, str], ...] = ()
    """What undoing needs to know: the owner, the former value, a digest of what we wrote."""


@dataclass(frozen=True, slots=True)
class Proof:
    """A bounce that came back: sent through this key, seen with this message id."""

    message_id: str
    key_id: str
    event: str
    at: datetime

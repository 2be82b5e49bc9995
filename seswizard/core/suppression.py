"""The account's suppression list: its entries, the spellings of an address, and the list as CSV.

SES adds an address after a hard bounce or a complaint and then sends it nothing, until somebody takes it off:
https://docs.aws.amazon.com/ses/latest/dg/sending-email-suppression-list.html. Addresses are kept, and compared, in the
letter case in which they came.
"""

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from seswizard.core.failure import BadInputError
from seswizard.core.findings import Evidence, Finding, Level, Remedy
from seswizard.core.quoting import our_command
from seswizard.core.text import elide, printable

GLOBAL_LIST = (
    "SES has a list of its own beside this one, for all its customers. Nobody can ask it; "
    "an address that bounced anywhere stays on it for 14 days at most."
)
"""https://docs.aws.amazon.com/ses/latest/dg/sending-email-global-suppression-list.html"""
_LONGEST = 320
_FORMULA = frozenset("=+-@\t\r\n＝＋－＠")
"""What spreadsheets take for the beginning of a formula, in full width too."""


@dataclass(frozen=True, slots=True)
class Suppressed:
    """One entry of the list."""

    address: str
    """Exactly as SES keeps it."""
    reason: str
    """BOUNCE or COMPLAINT."""
    since: datetime
    """When it was put there or last changed."""
    message_id: str = ""
    """The message that brought it there; empty where SES does not say, as in listings."""

    @property
    def why(self) -> str:
        """`a bounce`, `a complaint`, or SES's own word."""
        return {"BOUNCE": "a bounce", "COMPLAINT": "a complaint"}.get(self.reason, printable(self.reason))

    @property
    def told(self) -> str:
        """`a bounce, 2026-11-22 09:30 UTC`."""
        return f"{self.why}, {self.since.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


@dataclass(frozen=True, slots=True)
class SuppressionPage:
    """A part of the list, and the token of the next one; None at the end."""

    entries: tuple[Suppressed, ...]
    following: str | None = None


def given_address(typed: str) -> str:
    """An address as typed, in its own letter case; entries of any form must be removable, so little is asked of it.

    Raises:
        BadInputError: it is no address.
    """
    text = typed.strip()
    local, at, domain = text.rpartition("@")
    if not (at and local and domain) or len(text) > _LONGEST or not text.isprintable() or " " in text:
        shown = elide(printable(text), 60) or "Nothing"
        raise BadInputError(f"{shown} is no address; the list holds whole addresses, such as ann@example.net.")
    return text


def spellings(address: str) -> tuple[str, ...]:
    """How the same mailbox may be listed: as given, all in lower case, and with only its domain in lower case."""
    local, _, domain = address.rpartition("@")
    return tuple(dict.fromkeys((address, address.lower(), f"{local}@{domain.lower()}")))


def settings(reasons: tuple[str, ...]) -> str:
    """What the account does with bounces and complaints, as one sentence."""
    words = [word for reason, word in (("BOUNCE", "hard bounces"), ("COMPLAINT", "complaints")) if reason in reasons]
    if not words:
        return "This account's suppression is switched off: nothing is put on the list, and what is on it gets its mail."
    kept = "" if len(words) == 2 else " only"
    return f"This account puts addresses on the list after {' and '.join(words)}{kept}, and then sends them nothing."


def matching(entries: Iterable[Suppressed], search: str) -> tuple[Suppressed, ...]:
    """The entries whose address contains the text, in any letter case."""
    wanted = search.casefold()
    return tuple(entry for entry in entries if wanted in entry.address.casefold())


def listed(entry: Suppressed, asked: str, reasons: tuple[str, ...]) -> Finding:
    """The finding for an address that is on the list."""
    stored = printable(entry.address)
    title = f"{stored} is on the account's suppression list: {entry.told}."
    if entry.address != asked:
        title = f"{printable(asked)} is on the account's suppression list, spelt {stored}: {entry.told}."
    text = "SES takes mail for it, and does not send it. Take it off only if you know that the mailbox works and wants your mail."
    if entry.reason not in reasons:
        text = "The account does not suppress for this reason at present, so SES sends to it all the same."
    evidence = [Evidence(stored, entry.reason, "not listed", "ses:GetSuppressedDestination", entry.since)]
    if entry.message_id:
        evidence.append(Evidence("message", printable(entry.message_id), source="ses:GetSuppressedDestination"))
    command = our_command("suppression remove", stored)
    return Finding("suppression.listed", Level.PROBLEM, title, tuple(evidence), Remedy(text, command=command))


def not_listed(asked: str, region: str) -> Finding:
    """The finding for an address that is not."""
    return Finding("suppression.ok", Level.OK, f"{printable(asked)} is not on the account's suppression list in {region}.")


def to_csv(entries: Iterable[Suppressed]) -> str:
    """RFC 4180: a header line, CRLF, quotes where needed; an address that a spreadsheet would compute gets a `'` in front.

    https://owasp.org/www-community/attacks/CSV_Injection
    """
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\r\n")
    table.writerow(("address", "reason", "since"))
    for entry in entries:
        since = entry.since.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        table.writerow((_cell(entry.address), _cell(entry.reason), since))
    return text.getvalue()


def _cell(text: str) -> str:
    safe = printable(text)
    return f"'{safe}" if safe[:1] in _FORMULA or text[:1] in _FORMULA else safe

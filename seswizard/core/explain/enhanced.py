"""What other mail servers' replies mean, by the enhanced status code that receivers give.

RFC 3463 (codes), RFC 7372 (5.7.20–5.7.26, authentication), RFC 5321 §4.2.3 (what a code without one says), and what Gmail
and Outlook publish about mail without authentication.
"""

import re
from dataclasses import dataclass

STATUS = re.compile(r"(?<![\d.])([245])\.(\d{1,3})\.(\d{1,3})(?![\d.])")
"""An enhanced status code in a text."""


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a status says."""

    kind: str
    title: str
    remedy: str


_NO_EMAIL = Meaning(
    "explain.bounce-no-email",
    "There is no such mailbox.",
    "Correct the address or stop writing to it: SES puts it on your suppression list, and such bounces count against you.",
)
_NO_DOMAIN = Meaning(
    "explain.bounce-no-email",
    "The recipient's domain takes no mail.",
    "Look for a typing mistake after the @; else stop writing to it.",
)
_FULL = Meaning("explain.bounce-mailbox-full", "The mailbox is full.", "Try again in some days, or reach the person another way.")
_LARGE = Meaning(
    "explain.bounce-too-large",
    "The message is too large for the receiver.",
    "Send a link instead of the attachment; many receivers stop at 10 to 25 MB.",
)
_CONTENT = Meaning(
    "explain.bounce-content",
    "The receiver does not take this content.",
    "Look at attachments and links; the receiver's words say which.",
)
_POLICY = Meaning(
    "explain.bounce-policy",
    "The receiver refuses this mail by its own rules.",
    "Read the receiver's words and the address they give; it is about reputation, content or block lists, not the mailbox.",
)
_UNAUTHENTICATED = Meaning(
    "explain.bounce-unauthenticated",
    "The receiver could not authenticate this mail.",
    "SPF or DKIM must pass and match the From domain (DMARC): look with seswizard health.",
)
_NETWORK = Meaning(
    "explain.bounce-transient",
    "The receiver's server could not be reached.",
    "Nothing of yours needs mending; send again later.",
)
_SENDER = Meaning(
    "explain.bounce-policy",
    "The receiver does not take this sender.",
    "Look at the From and MAIL FROM addresses: their domain must exist and have an MX or address record.",
)

_LOGIN = Meaning(
    "explain.login-refused",
    "A mail server refused the login; these are not SES's words.",
    "Look which server the program has: for SES it is email-smtp.REGION.amazonaws.com, with SES's own user name and password; "
    "else ask that provider.",
)
_NO_RELAY = Meaning(
    "explain.relay-refused",
    "A mail server will not relay this: it is not the recipient's server, and the sender did not log in there.",
    "Look which server the program has, and whether it is to log in; SES's is email-smtp.REGION.amazonaws.com.",
)
_NOT_NOW = Meaning(
    "explain.bounce-transient",
    "The receiver does not take this mail for now, by its own rules.",
    "Servers try again by themselves, and greylisting passes so; if it goes on, read the receiver's words.",
)
_LOGIN_CODES = (534, 535)

_CODES: dict[tuple[int, int], Meaning] = {
    (1, 1): _NO_EMAIL,
    (1, 2): _NO_DOMAIN,
    (1, 3): _NO_EMAIL,
    (1, 6): _NO_EMAIL,
    (1, 7): _SENDER,
    (1, 8): _SENDER,
    (1, 10): _NO_DOMAIN,
    (2, 1): Meaning("explain.bounce-no-email", "The mailbox is switched off.", "Stop writing to it, or ask the person."),
    (2, 2): _FULL,
    (2, 3): _LARGE,
    (3, 4): _LARGE,
    (7, 20): _UNAUTHENTICATED,
    (7, 21): _UNAUTHENTICATED,
    (7, 22): _UNAUTHENTICATED,
    (7, 23): _UNAUTHENTICATED,
    (7, 24): _UNAUTHENTICATED,
    (7, 25): _UNAUTHENTICATED,
    (7, 26): _UNAUTHENTICATED,
    (7, 27): _UNAUTHENTICATED,
    (7, 30): _UNAUTHENTICATED,
    (7, 32): _UNAUTHENTICATED,
    (7, 515): _UNAUTHENTICATED,
}
"""By subject and detail (RFC 3463 §3); 5.7.27, 5.7.30 and 5.7.32 are Gmail's, 5.7.515 is Outlook's."""

_SUBJECTS: dict[int, Meaning] = {4: _NETWORK, 6: _CONTENT, 7: _POLICY}

_PERMANENT = Meaning(
    "explain.bounce-permanent",
    "The receiver refused this mail for good.",
    "Sending it again will not help; the receiver's words say why.",
)
_TRANSIENT = Meaning(
    "explain.bounce-transient",
    "The receiver did not take this mail for now.",
    "It may pass by itself; send again later.",
)


def meaning(status: str) -> Meaning | None:
    """What an enhanced status code says; None if there is none in the text, or if it is a success."""
    found = STATUS.search(status[:2000])
    if not found or found[1] == "2":
        return None
    subject, detail = int(found[2]), int(found[3])
    known = _CODES.get((subject, detail)) or _SUBJECTS.get(subject)
    general = _PERMANENT if found[1] == "5" else _TRANSIENT
    if known is None:
        return general
    if known is _POLICY and found[1] == "4":
        return _NOT_NOW
    if known is _NETWORK and found[1] == "5":
        return Meaning("explain.bounce-permanent", known.title, "Its domain may be gone; the words say what was tried.")
    return known


def by_words(code: int, words: str) -> Meaning | None:
    """What only code and words together say: a login that another server than SES refused, or that it will not relay."""
    if code in _LOGIN_CODES or re.search(r"(?<![\d.])5\.7\.(?:8|9|14|57|139)(?![\d.])", words[:200]):
        return _LOGIN
    if code >= 500 and re.search(r"(?i)\brelay(?:ing)?\b.{0,40}\b(?:denied|not permitted|not allowed|prohibited)", words[:1000]):
        return _NO_RELAY
    return None


def by_code(code: int) -> Meaning | None:
    """What a reply code alone says of a receiver: refused for good, or for now."""
    return _PERMANENT if 500 <= code < 600 else _TRANSIENT if 400 <= code < 500 else None

"""SMTP replies wherever they stand: alone, in a conversation, or in the traceback of a program.

Python (`(535, b'…')`), PHPMailer and WordPress, Symfony and Laravel, nodemailer, Java, Ruby, Go and swaks all print the
server's own words; what they add around them is passed over.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from seswizard.core.explain.connections import connection, region_in, speaks_of_mail
from seswizard.core.explain.enhanced import STATUS, by_words, meaning
from seswizard.core.explain.hiding import login_faults
from seswizard.core.explain.kinds import line_evidence, of_failure, told
from seswizard.core.findings import Evidence, Finding
from seswizard.core.replies import read_reply

LONGEST_LINE = 4000
"""A longer line is read in pieces of this length."""
_SHORTEST_LINE = 4
_MOST_PER_LINE = 20
_MOST_READ = 2
"""How often a text is read on average for the replies in it: where one stands in another's words, each is read whole."""

_REPLY = re.compile(r"(?<![\w.:/=%+-])([245][0-5]\d)(?:[- ]|\\?['\"]?, {0,2}b?\\?['\"]|: )")
_LONGEST_REPLY = 1500
_ACCEPTED = re.compile(r"(?i)\b(?:250[ -](?:2\.\d\.\d )?)Ok:? ([0-9a-z]{16}-[0-9a-f-]{36,60})")
_PLAIN_YES = re.compile(r"(?i)250 (?:2\.\d\.\d )?(?:Ok|Message accepted|Queued)\b")
_LOGGED_IN = re.compile(r"(?i)(?<![\w.:])235[ -](?:2\.7\.0 )?auth\w{0,20} succe")
_GREETING = re.compile(r"(?<![\w.:])220 email-smtp\S{0,80} ESMTP")
_SENDERS = (
    re.compile(r"(?i)MAIL FROM: ?<([^<>\s]{1,320})>"),
    re.compile(r"(?i)\bfrom=<?([^<>\s,;\"']{1,320}@[^<>\s,;\"']{1,255})"),
    re.compile(r"(?im)^ {0,4}(?:->|~>)? {0,2}From: {0,4}[^<\n]{0,200}<?\b([^<>\s,;\"']{1,100}@[^<>\s,;\"']{1,255})"),
)
_PLAUSIBLE = re.compile(
    r"(?i)auth|credential|login|password|mail|address|syntax|smtp|amazon|argument|recipient|sender|domain|failure|transaction|verified|subscribed|relay"
)
"""One of these stands in what a mail server says; other numbers are other people's."""
_ANY_WORDS = (454, 501, 535, 553)
"""Codes that SES's rules know whatever the words are."""
_ANYBODYS = (535, 554)
"""Codes that every server gives for a wrong login and for a refusal."""
_SES = re.compile(r"(?i)amazon ?aws|amazonses|amazon ses|SimpleEmailService|\bSES\b|api\.aws")
"""Words by which a text tells that SES is the server in it."""
_OTHERS = re.compile(r"(?i)\bgsmtp\b|google\.com|outlook\.com|office365|protection\.outlook")
"""What other servers write into their replies."""
_DOTNET = re.compile(r"(?i)the server response was: {0,3}(\S.{1,600})")
_OWN_WORDS = (450, 452, 455, 550, 551, 552, 553, 554)
"""Codes that no HTTP server gives for what SMTP means by them."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line, or a piece of an over-long one."""

    number: int
    text: str


def lines_of(text: str) -> Iterator[Line]:
    """The lines of a text that are long enough to tell something, numbered from 1."""
    for number, line in enumerate(text.split("\n"), 1):
        if len(line) < _SHORTEST_LINE:
            continue
        for start in range(0, len(line), LONGEST_LINE):
            yield Line(number, line[start : start + LONGEST_LINE].strip("\r"))


def sender_in(text: str) -> str:
    """The sender that a conversation or traceback shows; empty for none."""
    return next((found[1] for pattern in _SENDERS if (found := pattern.search(text[:200_000]))), "")


def replies(text: str) -> Iterator[Finding]:
    """The refusals that a text tells of; if there are none, what was accepted. `text` has no secrets any more."""
    sender, region = sender_in(text), region_in(text)
    refusals = list(_refusals(text, region, sender))
    if not refusals and len(text) <= LONGEST_LINE:
        refusals = list(_refusals(" ".join(text.split()), region, sender))
    if refusals:
        yield from (found for found in refusals)
        return
    words = list(_words(text, region, sender))
    yield from words or _accepted(text)


def login_shapes(text: str) -> Iterator[Finding]:
    """What the shape of a login in a conversation tells; `text` still holds it, the findings never do."""
    if not re.search(r"(?i)amazonaws|SimpleEmailService|535 Authentication Credentials Invalid", text):
        return
    for ident in login_faults(text):
        title, do = _SHAPES[ident]
        yield told(ident, title, Evidence("AUTH PLAIN", "(hidden)", source="its shape"), do=do)


_SHAPES = {
    "login.temporary-key": (
        "The SMTP user name begins with ASIA: temporary credentials cannot log in by SMTP.",
        "Make an SMTP login from an IAM user's key: seswizard login create.",
    ),
    "login.iam-user-name-used": (
        "The SMTP user name is no access key id.",
        "It is the key id that begins with AKIA, not the IAM user's name and not an address.",
    ),
    "login.secret-key-used": (
        "The password is the key's own secret (40 characters), not the SMTP password made from it (44, beginning with B).",
        "Make the SMTP password for the region: seswizard login create.",
    ),
    "login.old-algorithm": (
        "This SMTP password is of the old kind, from before 2019.",
        "Make a new SMTP login; its password begins with B.",
    ),
}


def _refusals(text: str, region: str, sender: str) -> Iterator[Finding]:
    rows, mail, ses = list(lines_of(text)), speaks_of_mail(text), bool(_SES.search(text))
    left = _MOST_READ * len(text) + LONGEST_LINE
    for place, line in enumerate(rows):
        for found in islice(_REPLY.finditer(line.text), _MOST_PER_LINE):
            code = int(found[1])
            if code < 400:
                continue
            words = _unwrapped(found, rows, place)
            left -= len(words)
            if left < 0:
                return
            plausible = mail or bool(_PLAUSIBLE.search(words))
            if code in _ANY_WORDS and not plausible:
                continue
            said = _by_ses(code, words, line, found.start(), ses=ses)
            known = read_reply(code, words, region, sender, ses=said)
            if known is None:
                other = _foreign(code, words, line, found.start(), plausible=plausible)
                if other:
                    yield other
                    break
                continue
            yield of_failure(known, line_evidence(f"reply {code}", line.text, line.number))
            break


def _by_ses(code: int, words: str, line: Line, start: int, *, ses: bool) -> bool:
    """Whether a reply may be read as SES's: the text speaks of SES (`ses`), or nothing shows another server."""
    if _OTHERS.search(words) or not _stands(line, start):
        return False
    return ses or not (code in _ANYBODYS or STATUS.match(words))


def _stands(line: Line, start: int) -> bool:
    """Whether a number stands where replies stand, and not after a word as in `line 535`."""
    before = line.text[max(0, start - 20) : start].rstrip()[-1:]
    return not before.isalnum()


def _unwrapped(found: re.Match[str], rows: list[Line], place: int) -> str:
    """The reply's words, with the next lines where a mail program or a terminal broke them before the identities."""
    words = rows[place].text[found.end() : found.end() + _LONGEST_REPLY]
    if re.search(r"(?i)verified\.? *$|following|failed the check", words) and not re.search(r"(?i)region [a-z0-9-]+: *\S", words):
        words += " " + " ".join(row.text.strip() for row in rows[place + 1 : place + 4])
    return words


def _foreign(code: int, words: str, line: Line, start: int, *, plausible: bool) -> Finding | None:
    """A reply that is none of SES's: another server's, known by its enhanced code or because it can be nothing else."""
    status = STATUS.match(words)
    known = meaning(words) if status else None
    if plausible and _stands(line, start):
        known = by_words(code, words) or known
    if known:
        return told(known.kind, known.title, line_evidence(f"reply {code}", line.text, line.number), do=known.remedy)
    before = line.text[:start].strip()
    if plausible and code in _OWN_WORDS and (not before or before.endswith(("<", "<-", "<**", "S:", "said:", "<<", "CLIENT:"))):
        for_good = code >= 500
        return told(
            "explain.relay-refused" if for_good else "explain.delayed",
            f"A mail server refused this {'for good' if for_good else 'for now'}, in its own words.",
            line_evidence(f"reply {code}", line.text, line.number),
            do="Sending it again will not help; its words say why." if for_good else "It may pass by itself; try again later.",
        )
    return None


def _words(text: str, region: str, sender: str) -> Iterator[Finding]:
    """Texts without a code: what libraries print instead, and connections that never came to be."""
    mail, ses = speaks_of_mail(text), bool(_SES.search(text))
    for line in lines_of(text):
        known = read_reply(None, line.text, region, sender, ses=ses)
        if known:
            yield of_failure(known, line_evidence("text", line.text, line.number))
        elif found := connection(line.text, region) if mail else None:
            yield of_failure(found, line_evidence("text", line.text, line.number))
        elif said := _DOTNET.search(line.text):
            yield from _dotnet(said[1], line, region)
        elif re.search(
            r"(?i)smtp error: could not authenticate|authentication unsuccessful|failed to authenticate on smtp", line.text
        ):
            login = read_reply(535, "", region)
            assert login is not None
            yield of_failure(login, line_evidence("text", line.text, line.number))


def _dotnet(words: str, line: Line, region: str) -> Iterator[Finding]:
    """.NET and PowerShell leave the reply's code away; its words stand behind their own sentence."""
    evidence = line_evidence("text", line.text, line.number)
    if known := read_reply(530, words, region):
        yield of_failure(known, evidence)
    elif STATUS.match(words) and (other := by_words(550, words) or meaning(words)):
        yield told(other.kind, other.title, evidence, do=other.remedy)


def _accepted(text: str) -> Iterator[Finding]:
    alone = text.strip()
    for line in lines_of(text):
        if found := _ACCEPTED.search(line.text):
            title = f"SES accepted the message as {found[1]}."
            yield told("explain.accepted", title, line_evidence("reply 250", line.text, line.number))
        elif _LOGGED_IN.search(line.text):
            yield told("explain.accepted", "SES accepted the login.", line_evidence("reply 235", line.text, line.number))
        elif _GREETING.search(line.text):
            yield told("explain.accepted", "SES answered: that port is open.", line_evidence("reply 220", line.text, line.number))
        elif line.text.strip() == alone and _PLAIN_YES.match(alone):
            title = "The server accepted what it was told; after DATA that is the message."
            yield told("explain.accepted", title, line_evidence("reply 250", line.text, line.number))

"""Nothing of a password leaves what somebody pasted: logins, tokens and long opaque words are hidden before anything is read.

Every quantifier is bounded, so that hostile text costs no more than its length.
"""

import base64
import binascii
import re

from seswizard.core.findings import Evidence, Finding, Remedy
from seswizard.core.text import elide, printable

HIDDEN = "(hidden)"
LONGEST_QUOTE = 600
"""Characters of a quoted line."""

_AUTH = re.compile(
    r"(?i)\b(AUTH[ \t]{1,4}(?:PLAIN|LOGIN|XOAUTH2|OAUTHBEARER|CRAM-MD5|NTLM))[ \t]{1,4}(?!LOGIN\b|PLAIN\b)[^\s\"'<>]{1,4000}"
)
_HEADER = re.compile(r"(?i)\b((?:proxy-)?authorization[\"']?\s{0,4}[:=]\s{0,4})[^\r\n]{1,8000}")
_NAMED = re.compile(
    r"(?i)((?:password|passwd|passphrase|passwort|kennwort|smtp_?pass|_pass|\bpass|\bpwd|secret(?:_?access)?(?:_?key)?"
    r"|security-?token|session_?token|access_?token|\btoken|api_?key|signature|credential)[\"'\]]{0,2}[ \t]{0,4}"
    r"(?:=>|[:=>])[ \t]{0,4}[\"']?)[^\s\"',;&<]{1,4000}(?:(?<==)\r?\n[ \t>]{0,8}(?![245]\d\d[ -])[^\s\"',;&<]{1,4000}){0,20}"
)
"""The value behind a secret's name, with the lines that a quoted-printable soft break (RFC 2045 §6.7) makes of it."""
_WORD = r"(?:password|passwd|passphrase|passwort|kennwort|pass|pwd)"
_MIXED = r"(?=[\"']|(?=\S{0,80}\d)(?=\S{0,80}[a-z])\S{6})"
_BESIDE = re.compile(
    rf"(?im)((?<!\S)-ap[ \t]{{1,4}}"
    rf"|^[ \t]{{0,8}}{_WORD}[ \t]{{1,8}}(?=\S{{1,400}}[ \t\r]{{0,8}}$)"
    rf"|\b{_WORD}[ \t]{{1,4}}(?:is[ \t]|to[ \t])?{_MIXED})"
    r"[\"']?[^\s\"']{1,400}"
)
"""A word of its own behind `password`: a line of a mail program's file, or one with letters and digits."""
_OPTION = re.compile(rf"(?i){_WORD}[ \t]{{1,4}}[\"']?[^\s\"']{{1,400}}")
_OPTION_BEGINS = re.compile(r"(?i)-[a-z-]{0,20}$")
"""An option that ends in `password`: its name is looked for backwards, for what is written is mostly no option."""
_BEHIND_KEY = re.compile(r"\b(A(?:KIA|SIA)[A-Z0-9]{8,124}:)[^\s@]{1,400}|((?:-u|--user)[ \t=]{1,4}[^\s:]{1,200}:)\S{1,400}")
_CALL = re.compile(
    r"(?i)\b((?:login|networkcredential|plainauth|authenticate|credentials?)\(\s{0,8}(?:[\"'][^\"'\n]{0,200}[\"'],\s{0,8}){1,2})"
    r"[\"'][^\"'\n]{1,400}[\"']"
)
_URL = re.compile(r"(://[^\s:/@]{0,200}:)[^\s@/]{1,300}@")
_SECRET_LENGTH = 40
"""An AWS secret key has 40 characters, an SES password 44; a shorter word may be anything."""
_OPAQUE = re.compile(rf"[A-Za-z0-9+/]{{{_SECRET_LENGTH},}}={{0,2}}")
_PIECE = r"[A-Za-z0-9+/]{2,120}"
_BROKEN = re.compile(
    rf"(?<![A-Za-z0-9+/])(?<!334 ){_PIECE}"
    rf"(?:[ \t\"'`,+\\=]{{0,6}}\r?\n[ \t>|\"'`+*-]{{0,12}}{_PIECE}(?=[ \t]{{0,6}}(?:[\"'`,;+\\=)]|\r?$)))"
    r"{1,40}={0,2}",
    re.MULTILINE,
)
"""Words that stand under each other, a line each, as a mail program, a terminal or a source text breaks one long word."""
_WORDS = re.compile(r"[A-Za-z0-9+/]{2,}")
_MOST_ANSWERS = 20
"""Lines over which one answer may be broken."""
_SERVER_ASKS = re.compile(r"(?:^|\s|[<>:])334(?:\s|$)")
_SERVER_SAYS = re.compile(r"(?:^|[\s<>:])[2345]\d\d[ -]\S")
_SHORTEST_BROKEN = 16
"""Characters of a line that was broken because it was long."""
_BASE64_LINE = re.compile(r"^(.{0,80}?)([A-Za-z0-9+/]{4,400}={0,2})[ \t\r]{0,8}$")


_HIDES = (
    (_AUTH, rf"\1 {HIDDEN}"),
    (_HEADER, rf"\1{HIDDEN}"),
    (_NAMED, rf"\1{HIDDEN}"),
    (_BESIDE, rf"\1{HIDDEN}"),
    (_BEHIND_KEY, rf"\1\2{HIDDEN}"),
    (_CALL, rf"\1{HIDDEN}"),
    (_URL, rf"\1{HIDDEN}@"),
)
"""Where a secret stands, and what is left of it."""


def hidden(text: str) -> str:
    """The text without anything that may be a secret."""
    text = _BROKEN.sub(_whole, text)
    for pattern, kept in _HIDES:
        text = pattern.sub(kept, text)
    text = _OPTION.sub(_optional, text)
    return _OPAQUE.sub(lambda found: HIDDEN if _random(found[0]) else found[0], text)


def without_answers(text: str) -> str:
    """The text with the client's answers to `334` hidden: there a user name and a password stand alone on a line, or several."""
    lines = _BROKEN.sub(_whole, text).split("\n")
    asked = 0
    for place, line in enumerate(lines):
        found = _BASE64_LINE.match(line) if asked and not _SERVER_SAYS.search(line[:200]) else None
        if found:
            lines[place] = found[1] + HIDDEN
        goes_on = found is not None and len(found[2]) >= _SHORTEST_BROKEN and not found[2].endswith("=")
        asked = _MOST_ANSWERS if _SERVER_ASKS.search(line[:200]) else asked - 1 if goes_on and asked else 0
    return hidden("\n".join(lines))


def quoted(text: str, longest: int = LONGEST_QUOTE) -> str:
    """Foreign text as a finding may show it: without secrets, on one line, scrubbed, cut in the middle."""
    return elide(printable(" ".join(hidden(text[: 20 * longest]).split())), longest)


def scrubbed(found: Finding) -> Finding:
    """A finding in which nothing foreign is left as it was; the last gate of everything that `explain` says."""
    remedy = found.remedy
    return Finding(
        found.id,
        found.level,
        quoted(found.title, 2000),
        tuple(
            Evidence(quoted(one.label, 300), quoted(one.seen), quoted(one.expected), one.source, one.at) for one in found.evidence
        ),
        Remedy(quoted(remedy.text, 4000), remedy.records, printable(remedy.command)) if remedy else None,
    )


def login_faults(text: str) -> tuple[str, ...]:
    """What is wrong with the login that a pasted conversation shows, by its shape alone: finding ids, never values."""
    found: list[str] = []
    for word in re.findall(r"(?i)\bAUTH[ \t]{1,4}PLAIN[ \t]{1,4}([A-Za-z0-9+/]{8,400}={0,2})", text[:200_000])[:20]:
        parts = _decoded(word).split("\0")
        if len(parts) == 3:
            found += shapes(parts[1], parts[2])
    return tuple(dict.fromkeys(found))


def shapes(username: str, password: str) -> tuple[str, ...]:
    """The finding ids that a user name and a password show by their shape.

    https://docs.aws.amazon.com/ses/latest/dg/smtp-credentials.html: the user name is an access key id, the password has
    44 characters and begins with `B` (version 0x04).
    """
    found = []
    if username.startswith("ASIA"):
        found.append("login.temporary-key")
    elif not re.fullmatch(r"AKIA[A-Z0-9]{12,124}", username):
        found.append("login.iam-user-name-used")
    if re.fullmatch(r"[A-Za-z0-9+/]{40}", password):
        found.append("login.secret-key-used")
    elif re.fullmatch(r"A[A-Za-z0-9+/]{43}", password):
        found.append("login.old-algorithm")
    return tuple(found)


def _decoded(word: str) -> str:
    try:
        return base64.b64decode(word + "=" * (-len(word) % 4)).decode("utf-8", "replace")
    except (binascii.Error, ValueError):
        return ""


def _whole(found: re.Match[str]) -> str:
    """Hides a secret that is broken over lines as one; what does not look like that stays."""
    pieces = _WORDS.findall(found[0])
    whole = "".join(pieces)
    if len(whole) < _SECRET_LENGTH or not _random(whole):
        return found[0]
    cut = len(pieces) > 2 and len({len(piece) for piece in pieces[1:-1]}) == 1
    return HIDDEN if cut or any(_random(piece) for piece in pieces) else found[0]


def _optional(found: re.Match[str]) -> str:
    """Hides the value of an option whose name ends in `password`."""
    if not _OPTION_BEGINS.search(found.string[max(0, found.start() - 21) : found.start()]):
        return found[0]
    name = re.match(r"\S+\s+", found[0])
    return f"{name[0] if name else ''}{HIDDEN}"


def _random(word: str) -> bool:
    """Whether a long word mixes cases and digits as keys do; a hexadecimal digest or a path does not."""
    return any(c.isupper() for c in word) and any(c.islower() for c in word) and any(c.isdigit() for c in word)

"""What the shape of an SMTP login tells before anybody logs in: a raw secret must never go over the wire to find out.

https://docs.aws.amazon.com/ses/latest/dg/smtp-credentials.html: the user name is an access key id; the password is the
Base64 of a version byte and 32 bytes, so 44 characters without padding. The version byte is 4 (`B…`); until January
2019 it was 2; every one below 4 begins with `A`. Key ids: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html.
"""

import base64
import binascii
import re
from collections.abc import Iterator

from seswizard.core.findings import Evidence, Finding, Level, Remedy
from seswizard.core.login import Login, smtp_password
from seswizard.core.quoting import our_command
from seswizard.core.secret import Secret
from seswizard.core.text import counted, elide, printable

_KEY_ID = re.compile(r"AKIA[A-Z0-9]{12,124}")
_TEMPORARY_ID = re.compile(r"ASIA[A-Z0-9]{12,124}")
_SECRET_KEY = re.compile(r"[A-Za-z0-9+/]{40}")
_BASE64 = re.compile(r"[A-Za-z0-9+/]+={0,2}")
_LENGTH = 44
_NOW = b"\x04"
_BY_SHAPE = "its shape"


def without_line_end(text: str) -> Secret:
    """What a file or a pipe holds, without the one line end that every editor and `echo` puts behind it."""
    return Secret(text.removesuffix("\n"))


def is_secret_key(password: Secret) -> bool:
    """Whether it has the shape of an access key's secret."""
    return _SECRET_KEY.fullmatch(password.reveal().strip()) is not None


def derived(login: Login, region: str) -> Login | None:
    """The login as SMTP wants it where an access key's secret was given for the password; else None."""
    if not is_secret_key(login.password):
        return None
    return Login(login.username.strip(), smtp_password(Secret(login.password.reveal().strip()), region))


def examine(login: Login, domain: str, region: str) -> tuple[Finding, ...]:
    """Everything that is wrong with a login by its shape; nothing for one that may be tried."""
    make = our_command("login create", domain, region=region)
    found = [*_user_name(login.username, make), *_password(login.password, region, make)]
    if damage := [*_damaged_name(login.username), *_damaged_password(login.password)]:
        evidence = tuple(Evidence(label, seen, expected, _BY_SHAPE) for label, seen, expected in damage)
        remedy = Remedy("Copy it once more, whole and with nothing around it.", command=make)
        found.append(Finding("login.malformed", Level.PROBLEM, "This login was damaged on its way.", evidence, remedy))
    return tuple(found)


def _user_name(name: str, make: str) -> Iterator[Finding]:
    bare = name.strip()
    if _TEMPORARY_ID.fullmatch(bare.upper()):
        yield _problem(
            "login.temporary-key",
            "This is a temporary access key; SMTP takes keys of IAM users only.",
            Evidence("user name", elide(printable(bare), 40), "AKIA…", _BY_SHAPE),
            Remedy("Make a login with an IAM user of its own.", command=make),
        )
    elif not _KEY_ID.fullmatch(bare.upper()) and not _looks_secret(bare):
        yield _problem(
            "login.iam-user-name-used",
            "The SMTP user name is not an access key id.",
            Evidence("user name", elide(printable(bare), 40) or "empty", "AKIA…", _BY_SHAPE),
            Remedy(
                "The IAM user's own name is another thing: the SMTP user name is the id of its access key, beginning with AKIA.",
                command=make,
            ),
        )


def _password(password: Secret, region: str, make: str) -> Iterator[Finding]:
    bare = password.reveal().strip()
    if is_secret_key(password):
        yield _problem(
            "login.secret-key-used",
            "This is the secret access key itself; the SMTP password has to be derived from it.",
            Evidence("password", "40 characters: a secret access key", f"{_LENGTH} characters beginning with B", _BY_SHAPE),
            Remedy(
                f"With --reveal, seswizard login test prints the password derived for {region}; "
                "or let seswizard make and keep a login of its own.",
                command=make,
            ),
        )
    elif version := _before_2019(bare):
        yield _problem(
            "login.old-algorithm",
            "This password was made the way it was done before 2019.",
            Evidence("password", f"begins with A: version {version}", "begins with B: version 4", _BY_SHAPE),
            Remedy("Derive it anew from the key's secret, or make a new login.", command=make),
        )


Damage = tuple[str, str, str]
"""Of what, what was seen, what is expected; never a character of the password itself."""


def _damaged_name(name: str) -> Iterator[Damage]:
    if name != name.strip():
        yield "user name", "white space or a line end around it", "AKIA… alone"
    bare = name.strip()
    if bare != bare.upper() and (_KEY_ID.fullmatch(bare.upper()) or _TEMPORARY_ID.fullmatch(bare.upper())):
        yield "user name", "small letters", "capitals"
    if _looks_secret(bare):
        yield "user name", f"{len(bare)} characters, as a password or a secret has: is it in the wrong field?", "AKIA…"


def _damaged_password(password: Secret) -> Iterator[Damage]:
    text = password.reveal()
    bare = text.strip()
    told = [
        (text.endswith("\r"), "a carriage return at the end: the file has line ends of Windows", "nothing around it"),
        (text.rstrip("\r") != bare, "white space or a line end around it", "nothing around it"),
        (bool(re.search(r"\s", bare)), "white space within it, or several lines", "one word"),
        (bool(re.search(r"%(2B|2F|3D)", bare, re.IGNORECASE)), "percent-encoded, as in a URL", "+ and / as they are"),
        (bare[:1] in "\"'`" or bare[-1:] in "\"'`", "quotation marks around it", "nothing around it"),
        (not bare.isascii() or printable(bare) != bare, "characters that no password of SES has", "A–Z a–z 0–9 + /"),
        (bool(_KEY_ID.fullmatch(bare)), "an access key id: is it in the wrong field?", f"{_LENGTH} characters"),
    ]
    found = [("password", seen, expected) for is_so, seen, expected in told if is_so]
    yield from found
    if not found and not is_secret_key(password):
        yield from _misshapen(bare)


def _misshapen(bare: str) -> Iterator[Damage]:
    if not _BASE64.fullmatch(bare):
        yield "password", "characters that no password of SES has", "A–Z a–z 0–9 + /"
    elif bare.endswith("="):
        lacking = len(_decoded(bare)) == 32
        why = ": the version byte in front was left out when it was derived" if lacking else ""
        yield "password", f"= at the end{why}", f"{_LENGTH} characters without ="
    elif len(bare) != _LENGTH:
        yield "password", counted(len(bare), "character"), str(_LENGTH)
    elif _version(bare) != _NOW and not _before_2019(bare):
        yield "password", "does not begin with the version byte", "begins with B"


def _looks_secret(text: str) -> bool:
    """Whether a text may be a password or a secret, which is never shown."""
    return len(text) in (40, _LENGTH) and _BASE64.fullmatch(text) is not None


def _version(text: str) -> bytes:
    """The version byte of a password that is whole; empty for anything else."""
    found = _decoded(text)
    return found[:1] if len(text) == _LENGTH and len(found) == 33 else b""


def _before_2019(text: str) -> str:
    """The version of a password that begins with `A`; empty for any other."""
    version = _version(text)
    return str(version[0]) if version and text.startswith("A") else ""


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return b""


def _problem(ident: str, title: str, evidence: Evidence, remedy: Remedy) -> Finding:
    return Finding(ident, Level.PROBLEM, title, (evidence,), remedy)

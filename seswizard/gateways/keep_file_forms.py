"""How a file holds logins: lines of Postfix or of a netrc among other people's lines, or JSON of our own.

Ours is a line under a comment of ours that names identity and user name; every other byte stays as it is. New lines go
to the top: there they end up in no macro and behind no `default`, which ends a netrc.
"""

import json
import re
import urllib.parse
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from seswizard.core.keep import FileForm
from seswizard.core.login import Login, smtp_host
from seswizard.core.secret import Secret
from seswizard.core.text import printable
from seswizard.gateways.keep_values import login_of, not_ours, unkept

_MARKER = re.compile(rb"# seswizard (\S+) (\S+)\s*")
_PLAIN = re.compile(r"[A-Za-z0-9+/=_.-]+")
"""What needs no quoting in either form; SES's user names and passwords are made of it."""


@dataclass(frozen=True, slots=True)
class Entry:
    """Whose login it is, and the file it is kept in."""

    domain: str
    region: str
    where: str
    """The file's path, for sentences."""

    @property
    def key(self) -> str:
        """As the JSON form writes it."""
        return f"{self.domain}/{self.region}"


@dataclass(frozen=True, slots=True)
class _Lines:
    """A login for our host: where it stands, what it says, and the comment above it."""

    first: int
    last: int
    """Index of the line after it."""
    username: bytes
    password: Secret
    whose: bytes = b""
    """From our comment; empty where there is none for this user name."""
    alone: bool = True
    """Whether these lines hold nothing else."""


def find(form: FileForm, content: bytes, entry: Entry) -> Login | None:
    """The login in a file.

    Raises:
        FailureError: another login for our host stands there, or the file has another form.
    """
    if form == "json":
        value = _entries(content, entry.where).get(entry.key)
        return login_of(Secret(json.dumps(value)), entry.where) if value is not None else None
    there = _ours(form, content, entry)
    return Login(printable(there.username.decode("utf-8", "replace")), there.password) if there else None


def put(form: FileForm, content: bytes, entry: Entry, login: Login) -> bytes:
    """The file with this login in it.

    Raises:
        FailureError: as `find`; or the login cannot be written in this form.
    """
    if form == "json":
        value = {"username": login.username, "password": login.password.reveal()}
        return _document(_entries(content, entry.where) | {entry.key: value})
    if not (_PLAIN.fullmatch(login.username) and _PLAIN.fullmatch(login.password.reveal())):
        raise unkept(f"This login cannot be written into {entry.where}: it holds characters that would need quoting.")
    there = _ours(form, content, entry, login.username.encode())
    host, name, password = smtp_host(entry.region), login.username, login.password.reveal()
    line = f"[{host}]:587 {name}:{password}" if form == "postfix" else f"machine {host} login {name} password {password}"
    lines = content.split(b"\n")
    first, last = (there.first, there.last) if there else (0, 0)
    if form == "postfix" and _goes_on(lines, last):
        raise unkept(
            f"A line of {entry.where} begins with a space and would continue ours, so nothing is written there.",
            "Move it below the line that it continues, or choose another file.",
        )
    lines[first:last] = [b"# seswizard " + _whose(entry) + b" " + name.encode(), line.encode()]
    return b"\n".join(lines)


def drop(form: FileForm, content: bytes, entry: Entry) -> bytes:
    """The file without our login.

    Raises:
        FailureError: as `find`.
    """
    if form == "json":
        there = _entries(content, entry.where)
        rest = {key: value for key, value in there.items() if key != entry.key}
        return content if rest == there else _document(rest) if rest else b""
    lines = content.split(b"\n")
    if line := _ours(form, content, entry):
        del lines[line.first : line.last]
    return b"\n".join(lines)


def _ours(form: FileForm, content: bytes, entry: Entry, username: bytes | None = None) -> _Lines | None:
    """Our lines; a login of the same user name counts as ours even without the comment."""
    found = None
    for one in _SCANS[form](content.split(b"\n"), smtp_host(entry.region).encode()):
        if one.whose == _whose(entry) or (not one.whose and one.alone and one.username == username):
            found = found or one
            continue
        host, line = smtp_host(entry.region), one.first + (2 if one.whose else 1)
        if one.whose:
            whose = urllib.parse.unquote(one.whose.decode("ascii", "replace"))
            raise unkept(
                f"Line {line} of {entry.where} is the login of {whose}; such a file holds one login for {host}.",
                "Choose another file; one whose name ends in .json holds several.",
            )
        raise unkept(
            f"Line {line} of {entry.where} is a login for {host} that seswizard did not write, so it is left alone.",
            "Take that line out if nobody needs it, or choose another file.",
        )
    return found


def _whose(entry: Entry) -> bytes:
    return urllib.parse.quote(entry.key, safe="/").encode()


def _postfix(lines: list[bytes], host: bytes) -> Iterator[_Lines]:
    """`[HOST]:PORT USER:PASSWORD`; brackets and port may be missing (https://www.postfix.org/SASL_README.html)."""
    for index, line in enumerate(lines):
        words = line.split(None, 1)
        if words and not line[:1].isspace() and re.sub(rb"[\[\]]|:[^:\]]*$", b"", words[0]).lower() == host:
            username, _, password = words[-1].strip().partition(b":")
            alone = len(words) == 2 and not _goes_on(lines, index + 1)
            yield _marked(lines, index, index + 1, username, password, alone=alone)


def _goes_on(lines: list[bytes], after: int) -> bool:
    """Whether a line here is continued: the next one that is neither empty nor a comment begins with white space
    (https://www.postfix.org/postconf.5.html)."""
    follows = next((line for line in lines[after:] if line.strip() and not line.lstrip().startswith(b"#")), b"")
    return follows[:1].isspace()


def _netrc(lines: list[bytes], host: bytes) -> Iterator[_Lines]:
    """`machine HOST login USER password PASSWORD` over any number of lines
    (https://www.gnu.org/software/inetutils/manual/html_node/The-_002enetrc-file.html)."""
    entries: list[tuple[int, int, dict[bytes, bytes]]] = []
    words, values = _words(lines), dict[bytes, bytes]()
    for index, word in words:
        if word == b"macdef":
            values = {}
        if word == b"default":
            values = {}
            entries.append((index, index + 1, values))
        elif word in (b"machine", b"login", b"password", b"account", b"port"):
            at, value = next(words, (index, b""))
            if word == b"machine":
                values = {}
                entries.append((index, at + 1, values))
            elif entries:
                entries[-1] = (entries[-1][0], at + 1, values)
            values[word] = value
    for first, last, told in entries:
        if told.get(b"machine", b"").lower() == host:
            login, password = told.get(b"login", b""), told.get(b"password", b"")
            whole = [b"machine", told[b"machine"], b"login", login, b"password", password]
            yield _marked(lines, first, last, login, password, alone=b" ".join(lines[first:last]).split() == whole)


def _words(lines: list[bytes]) -> Iterator[tuple[int, bytes]]:
    """The words of a netrc with their lines; comments and the bodies of macros are left out."""
    macro = False
    for index, line in enumerate(lines):
        if macro:
            macro = bool(line.strip())
            continue
        for number, word in enumerate(line.split()):
            if number == 0 and word.startswith(b"#"):
                break
            yield index, word.strip(b'"')
            if word == b"macdef":
                macro = True
                break


def _marked(lines: list[bytes], first: int, last: int, username: bytes, password: bytes, *, alone: bool) -> _Lines:
    above = _MARKER.fullmatch(lines[first - 1]) if first else None
    secret = Secret(password.decode("utf-8", "replace"))
    if alone and above and above[2] == username:
        return _Lines(first - 1, last, username, secret, above[1])
    return _Lines(first, last, username, secret, alone=alone)


_SCANS: dict[FileForm, Callable[[list[bytes], bytes], Iterator[_Lines]]] = {"postfix": _postfix, "netrc": _netrc}


def _entries(content: bytes, where: str) -> dict[str, object]:
    if not content.strip():
        return {}
    try:
        found = json.loads(content)
    except (ValueError, RecursionError):
        raise not_ours(where) from None
    if not isinstance(found, dict):
        raise not_ours(where)
    for value in found.values():
        login_of(Secret(json.dumps(value)), where)
    return found


def _document(entries: dict[str, object]) -> bytes:
    return json.dumps(entries, indent=2).encode() + b"\n"

"""Structured header fields cut into words: comments, quoted strings, `key=value`, `;` (RFC 5322 §3.2, RFC 8601 §2.2).

Every character is looked at once, however deep comments nest and whether or not anything is closed.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

_ATOM = re.compile(r"[^\s\"();=]+")
_IN_COMMENT = re.compile(r"[()\\]")
_IN_QUOTES = re.compile(r"[\"\\]")
_SPACE = re.compile(r"\s+")
_OPENS = re.compile(r"[(\"]")


@dataclass(slots=True)
class Segment:
    """What stands between two semicolons."""

    words: list[tuple[str | None, str]] = field(default_factory=list)
    """`key=value` as a pair; a word without `=` has no key."""
    comments: list[str] = field(default_factory=list)
    _key: str | None = None
    _parts: list[str] = field(default_factory=list)

    def add(self, text: str) -> None:
        """More of the present word."""
        self._parts.append(text)

    def equals(self) -> None:
        """A `=`: what stands before it is a key; in a value it is a character like another."""
        if self._key is not None:
            self._parts.append("=")
        elif self._parts:
            self._key, self._parts = "".join(self._parts), []
        elif self.words and self.words[-1][0] is None:
            self._key = self.words.pop()[1]

    def ends(self, *, whole: bool = False) -> None:
        """A word is over; a key goes on waiting for its value unless the `whole` segment is."""
        if self._parts or (whole and self._key is not None):
            self.words.append((self._key, "".join(self._parts)))
            self._key, self._parts = None, []


def segments(text: str) -> Iterator[Segment]:
    """The segments of a field, in order."""
    segment, at = Segment(), 0
    while at < len(text):
        char = text[at]
        if found := _ATOM.match(text, at):
            segment.add(found[0])
            at = found.end()
        elif char == "(":
            segment.ends()
            comment, at = _comment(text, at)
            segment.comments.append(comment)
        elif char == '"':
            quoted, at = _quoted(text, at)
            segment.add(quoted)
        elif char == ";":
            segment.ends(whole=True)
            yield segment
            segment, at = Segment(), at + 1
        elif char == "=":
            segment.equals()
            at += 1
        elif found := _SPACE.match(text, at):
            segment.ends()
            at = found.end()
        else:
            at += 1
    segment.ends(whole=True)
    yield segment


def without_comments(text: str) -> str:
    """The text with each comment replaced by a space; quoted strings stay as they are."""
    kept, at, start = [], 0, 0
    while found := _OPENS.search(text, at):
        if found[0] == '"':
            _, at = _quoted(text, found.start())
            continue
        kept.append(text[start : found.start()])
        _, at = _comment(text, found.start())
        start = at
    return " ".join([*kept, text[start:]])


def _comment(text: str, at: int) -> tuple[str, int]:
    """The comment that opens here, and where it ends; one that is never closed reaches to the end."""
    depth, place = 0, at
    while found := _IN_COMMENT.search(text, place):
        place = found.end()
        if found[0] == "\\":
            place += 1
            continue
        depth += 1 if found[0] == "(" else -1
        if depth == 0:
            return text[at + 1 : found.start()].strip(), place
    return text[at + 1 :].strip(), len(text)


def _quoted(text: str, at: int) -> tuple[str, int]:
    """The content of the quoted string that opens here, and where it ends."""
    parts, place = [], at + 1
    while found := _IN_QUOTES.search(text, place):
        parts.append(text[place : found.start()])
        if found[0] == '"':
            return "".join(parts), found.end()
        parts.append(text[found.end() : found.end() + 1])
        place = found.end() + 1
    return "".join([*parts, text[place:]]), len(text)

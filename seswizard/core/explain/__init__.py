"""What a pasted text means: an SMTP reply, a traceback, a mail log, an event, a bounce mail, a record or a word.

Each reader knows one kind of text and yields findings; the first that knows it speaks. What nobody knows is
`explain.not-recognised` and never a guess.
"""

import re
from collections.abc import Callable, Iterable

from seswizard.core.explain.api_errors import api_errors
from seswizard.core.explain.bounce_mail import bounce_mail, is_bounce_mail
from seswizard.core.explain.events import documents, events
from seswizard.core.explain.hiding import quoted, scrubbed, without_answers
from seswizard.core.explain.kinds import Explanation, merged, told
from seswizard.core.explain.maillog import is_maillog, maillog
from seswizard.core.explain.records import records
from seswizard.core.explain.replies import login_shapes, replies
from seswizard.core.explain.words import Own, page, word_of
from seswizard.core.findings import Evidence, Finding, worst_first

LIMIT = 1_000_000
"""Bytes or characters that are read of a text."""

_MOVES = re.compile(r"(?:\x1b(?:\[[0-9;?]{0,40}[@-~]|\][^\x07\x1b]{0,400}(?:\x07|\x1b\\))){1,20}(?=[^\s\x1b])")
"""Colours and titles in front of a word, as a terminal's output holds them; elsewhere they are only made visible."""
_VALIDATED = re.compile(r"Successfully validated SNS topic for Amazon SES")


def explain(text: str, own: Own | None = None) -> Explanation:
    """What a text says; never raises, and takes time in proportion to the text's length.

    `own` is what is remembered of the person's domain; a word's page shows it.
    """
    text = _MOVES.sub("", text[:LIMIT]).replace("\0", "").replace("\r\n", "\n")
    word = word_of(text)
    if word:
        return _explanation("", (page(word, own),))
    clean = without_answers(text)
    for what, read in _READERS:
        found = tuple(read(text, clean))
        if found:
            return _explanation(what, found)
    return _explanation("", (not_recognised(text),))


def not_recognised(text: str) -> Finding:
    """Nothing is known of this text."""
    return told(
        "explain.not-recognised",
        "Not recognised: this is none of the texts that are known here.",
        Evidence("text", quoted(without_answers(text[:20_000])) or "nothing but space", source="what was given"),
        do="Give the server's whole reply with its number, the log's lines, or the event as JSON.",
    )


def _json(text: str, _clean: str) -> Iterable[Finding]:
    return events(documents(text))


def _validated(text: str, _clean: str) -> Iterable[Finding]:
    if _VALIDATED.search(text):
        yield told("explain.event", "SES says that it may publish to this topic; it is no event of a message.")


def _mail(text: str, _clean: str) -> Iterable[Finding]:
    return bounce_mail(text) if is_bounce_mail(text) else ()


def _log(_text: str, clean: str) -> Iterable[Finding]:
    return maillog(clean) if is_maillog(clean) else ()


def _records(text: str, _clean: str) -> Iterable[Finding]:
    return records(text)


def _program(text: str, clean: str) -> Iterable[Finding]:
    """A conversation or a traceback: replies, API errors, and what the login's shape shows."""
    found = [*api_errors(clean)]
    if not found:
        found = [*replies(clean)]
    return [*found, *login_shapes(text)]


_READERS: tuple[tuple[str, Callable[[str, str], Iterable[Finding]]], ...] = (
    ("an event as JSON", _json),
    ("a bounce or complaint as mail", _mail),
    ("a mail log", _log),
    ("a DNS record", _records),
    ("a reply or a program's error", _program),
    ("a message of SNS", _validated),
)
"""In this order; the first that yields something speaks. Each is given the text, and the text without its secrets."""


def _explanation(what: str, found: tuple[Finding, ...]) -> Explanation:
    return Explanation(what, worst_first(tuple(scrubbed(one) for one in merged(found))))

"""Where a missing DKIM record may have landed instead: the questions, and what an answer to them means.

They are asked only on a miss, of the authoritative servers. Sources: AWS's trouble page
(https://docs.aws.amazon.com/ses/latest/dg/troubleshoot-verification.html) and the mistakes people report.
"""

import functools
import hashlib
from dataclasses import dataclass

from seswizard.core.aliases import names_above
from seswizard.core.answers import Question, Server, Sweep
from seswizard.core.names import within
from seswizard.core.records import Record


@dataclass(frozen=True, slots=True)
class Miss:
    """A near miss that was found."""

    id: str
    name: str
    """The name at which something was found."""
    seen: str
    server: str


def sibling(record: Record) -> str:
    """A name beside the record that nobody publishes, one for all records there: only a wildcard answers it."""
    rest = record.name.partition(".")[2]
    return f"{hashlib.sha256(rest.encode()).hexdigest()[:20]}.{rest}"


def doubled(record: Record, domain: str, zone: str) -> tuple[str, ...]:
    """Where a host that appends the zone by itself puts a record whose whole name was typed."""
    return tuple(dict.fromkeys(f"{record.name}.{suffix}" for suffix in (zone, domain) if suffix))


def without_underscore(record: Record) -> tuple[str, ...]:
    """The name with `_domainkey` spelt without its underscore."""
    return (record.name.replace("._domainkey.", ".domainkey."),)


MAIL_FROM_LABELS = ("bounce", "bounces", "mail", "ses-bounce")
"""Names one may have had open in the editor when typing a host relative to them."""


def elsewhere(record: Record, domain: str, zone: str) -> tuple[str, ...]:
    """The same host typed at a parent of the domain within the zone, or below a usual MAIL FROM name."""
    host = record.name.removesuffix("." + domain)
    parents = [f"{host}.{label}.{domain}" for label in MAIL_FROM_LABELS]
    parent = domain.partition(".")[2]
    while "." in parent and within(parent, zone):
        parents.append(f"{host}.{parent}")
        parent = parent.partition(".")[2]
    return tuple(parents)


def old_names(record: Record, domain: str, previous_tokens: tuple[str, ...]) -> tuple[str, ...]:
    """The names of earlier DKIM tokens."""
    return tuple(f"{token}._domainkey.{domain}" for token in previous_tokens if not record.name.startswith(token + "."))


@functools.lru_cache(maxsize=512)
def questions(
    record: Record, domain: str, zone: str, previous_tokens: tuple[str, ...] = (), *, exists: bool = True
) -> tuple[Question, ...]:
    """What to ask after a DKIM record was found at no server, the likeliest mistake first.

    `exists` is whether any server has something at its name. Where all say NXDOMAIN nothing of another type stands there,
    and no wildcard reaches it (RFC 8020 §2, RFC 4592 §2.2). Kept for the next look, which has the same questions.
    """
    if record.purpose != "dkim":
        return (Question(record.name, "CNAME"), Question(record.name, "A")) if record.purpose == "mail-from-mx" else ()
    names = (
        *doubled(record, domain, zone),
        *without_underscore(record),
        *elsewhere(record, domain, zone),
        *old_names(record, domain, previous_tokens),
    )
    above = tuple(Question(name, "CNAME") for name in names_above(record, domain) if name != domain)
    here = tuple(Question(record.name, rtype) for rtype in _kinds(record) if rtype != record.type) if exists else ()
    beside = tuple(Question(sibling(record), rtype) for rtype in _kinds(record)) if exists else ()
    return (*(Question(name, record.type) for name in names if len(name) <= 253), *above, *here, *beside)


def found(record: Record, sweep: Sweep, domain: str, zone: str, previous_tokens: tuple[str, ...] = ()) -> tuple[Miss, ...]:
    """The near misses that answered, in the order of precedence of CONTRACT §2."""
    groups: tuple[tuple[str, tuple[Question, ...]], ...] = (
        ("dkim.wildcard", tuple(Question(sibling(record), rtype) for rtype in _kinds(record))),
        ("dkim.proxied", (Question(record.name, "A"), Question(record.name, "AAAA"))),
        ("dkim.txt-instead-of-cname", (Question(record.name, "TXT"),) if record.type == "CNAME" else ()),
        ("dkim.old-tokens", _at(old_names(record, domain, previous_tokens), record)),
        ("dkim.doubled-name", _at(doubled(record, domain, zone), record)),
        ("dkim.missing-underscore", _at(without_underscore(record), record)),
        ("dkim.wrong-place", _at(elsewhere(record, domain, zone), record)),
    )
    misses = []
    for ident, asked in groups:
        for question in asked:
            for server, answer in sweep.answers(question.name, question.type):
                rows = answer.of(question.name, question.type)
                if rows and answer.authoritative and _counts(ident, record, question, rows[0].value, server, sweep):
                    misses.append(Miss(ident, question.name, rows[0].value, server.shown))
    return tuple(misses)


def _counts(ident: str, record: Record, question: Question, seen: str, server: Server, sweep: Sweep) -> bool:
    """Whether an answer means this mistake: a wildcard may answer at the near names too, and then it says nothing."""
    if ident == "dkim.wildcard":
        own = [answer for one, answer in sweep.answers(record.name, question.type) if one == server]
        return any(row.value == seen for answer in own for row in answer.of(record.name, question.type))
    if question.name == record.name:
        return True
    if record.type == "TXT":
        return "p=" in seen.replace(" ", "")
    return seen.startswith(record.name.partition(".")[0] + ".") or ".dkim." in seen


def _kinds(record: Record) -> tuple[str, ...]:
    """What may stand at a name in place of the record."""
    return tuple(dict.fromkeys((record.type, "TXT", "A", "AAAA")))


def _at(names: tuple[str, ...], record: Record) -> tuple[Question, ...]:
    return tuple(Question(name, record.type) for name in names)

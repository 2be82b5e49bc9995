"""SPF records taken apart and counted: at most ten terms that ask DNS, at most two of them in vain.

https://www.rfc-editor.org/rfc/rfc7208 §4.6.4 (processing limits), §5 (mechanisms), §6.1 (redirect).
"""

from collections.abc import Mapping
from dataclasses import dataclass

MOST_TERMS = 10
MOST_VOID = 2
_ASKING = ("include", "a", "mx", "ptr", "exists", "redirect")


@dataclass(frozen=True, slots=True)
class Term:
    """One mechanism or modifier."""

    name: str
    """Lower-case, without its qualifier: `include`, `ip4`, `all`, `redirect` …"""
    value: str
    """What follows the colon or the equals sign."""

    @property
    def asks(self) -> bool:
        """Whether evaluating it asks DNS, and so counts."""
        return self.name in _ASKING

    @property
    def nested(self) -> str | None:
        """The domain whose own record is evaluated too; None where there is none, or where a macro hides it."""
        return self.value.lower().rstrip(".") if self.name in ("include", "redirect") and "%" not in self.value else None


def is_spf(text: str) -> bool:
    """Whether a TXT value is an SPF record (RFC 7208 §4.5)."""
    return text.lower() == "v=spf1" or text.lower().startswith("v=spf1 ")


def terms(record: str) -> tuple[Term, ...]:
    """The terms of a record, in order."""
    made = []
    for word in record.split()[1:]:
        plain = word.lstrip("+-?~")
        name, mark, value = plain.partition("=" if "=" in plain.split(":")[0] else ":")
        made.append(Term(name.split("/")[0].lower(), value if mark else ""))
    return tuple(made)


def includes_ses(record: str) -> bool:
    """Whether a record includes amazonses.com by itself."""
    return any(term.name == "include" and term.nested == "amazonses.com" for term in terms(record))


def without_ses(record: str) -> str:
    """The record without its include of amazonses.com."""
    return " ".join(word for word in record.split() if word.lstrip("+-?~").lower() != "include:amazonses.com")


@dataclass(frozen=True, slots=True)
class SpfCount:
    """What evaluating a record costs at most."""

    asking: int
    """Terms that ask DNS, nested ones included."""
    void: int
    """Nested records that are not there."""
    chain: tuple[str, ...]
    """The domains whose records were counted."""


def count(domain: str, records: Mapping[str, tuple[str, ...]]) -> SpfCount:
    """Count a domain's record with everything it includes; `records` holds the SPF records found at each domain."""
    asking, void = 0, 0
    seen: list[str] = []
    waiting = [domain]
    while waiting and len(seen) <= 4 * MOST_TERMS:
        here = waiting.pop(0)
        seen.append(here)
        found = records.get(here, ())
        if not found:
            void += here != domain
            continue
        for term in terms(found[0]):
            asking += term.asks
            if (nested := term.nested) and nested not in seen and nested not in waiting:
                waiting.append(nested)
    return SpfCount(asking, void, tuple(seen))

"""Alignment: does the domain that was checked belong to the From? RFC 9989 §4.10.1 to §4.10.2.

With the published policy the answer is the receiver's; without DNS only what the names alone tell: the same name aligns,
a name above or below it aligns unless the policy is strict, and two names side by side cannot be judged.
"""

from dataclasses import dataclass
from typing import Literal

from seswizard.core.dmarc import DmarcPolicy
from seswizard.core.names import within

Kind = Literal["DKIM", "SPF"]


@dataclass(frozen=True, slots=True)
class Published:
    """What DNS says about the From domain."""

    policy: DmarcPolicy | None
    """The policy that applies; None where there is none."""
    organisations: tuple[tuple[str, str], ...]
    """Each domain of the mail that was looked up, and its organisational domain."""


@dataclass(frozen=True, slots=True)
class Aligned:
    """One checked domain beside the From domain."""

    kind: Kind
    domain: str
    holds: bool | None
    """None: cannot be said from the names alone."""
    why: str


def alignment(kind: Kind, domain: str, author: str, published: Published | None) -> Aligned:
    """Whether this domain aligns with the From's, `author`."""
    if not domain or not author:
        return Aligned(kind, domain, False, "there is no domain to compare")
    if domain == author:
        return Aligned(kind, domain, True, "the From's own domain")
    policy = published.policy if published else None
    if policy and (policy.tag("adkim" if kind == "DKIM" else "aspf") or "r").lower() == "s":
        return Aligned(kind, domain, False, "the DMARC policy is strict: only the From's own domain aligns")
    if published is None:
        return _by_names(kind, domain, author)
    organisations = dict(published.organisations)
    ours, theirs = organisations.get(author, author), organisations.get(domain, domain)
    if ours == theirs:
        return Aligned(kind, domain, True, f"both belong to {ours}")
    if domain not in organisations and within(domain, ours):
        return Aligned(kind, domain, None, "whose it is was not looked up")
    return Aligned(kind, domain, False, f"it does not belong to {ours}")


def _by_names(kind: Kind, domain: str, author: str) -> Aligned:
    if within(domain, author) or within(author, domain):
        return Aligned(kind, domain, True, "one lies below the other; a strict policy, not looked up here, would refuse it")
    if domain.split(".")[-2:] == author.split(".")[-2:]:
        return Aligned(kind, domain, None, "they share a parent; only DNS says whether it is one organisation")
    return Aligned(kind, domain, False, "another organisation's name")

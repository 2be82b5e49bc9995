"""DMARC policies and where they are found: the DNS tree walk of RFC 9989 (which replaced RFC 7489).

https://www.rfc-editor.org/rfc/rfc9989 §4.7 (policy record format), §4.10 (tree walk).
"""

from collections.abc import Mapping
from dataclasses import dataclass

from seswizard.core.names import DomainName, within

PROPOSED = "v=DMARC1; p=none;"


def proposed(reports_to: str = "") -> str:
    """The policy we propose where there is none: it asks nothing of receivers, and reports only if an address is given."""
    return f"{PROPOSED} rua=mailto:{reports_to};" if reports_to else PROPOSED


@dataclass(frozen=True, slots=True)
class DmarcPolicy:
    """A valid policy record."""

    at: str
    """The name it stands at, `_dmarc.` included."""
    text: str
    tags: tuple[tuple[str, str], ...]

    def tag(self, name: str) -> str | None:
        """The value of a tag, or None."""
        return dict(self.tags).get(name)


def rewritten(policy: "DmarcPolicy", *, without: tuple[str, ...]) -> str:
    """The policy's text with these tags left out and everything else as it is."""
    return "; ".join(f"{name}={value}" for name, value in policy.tags if name not in without) + ";"


def parse(at: str, text: str) -> DmarcPolicy | None:
    """Read one TXT value; None if it is no DMARC record (it must begin with exactly `v=DMARC1`, RFC 9989 §4.7)."""
    pairs = [(name.strip().lower(), value.strip()) for name, _, value in (part.partition("=") for part in text.split(";"))]
    if pairs[0] != ("v", "DMARC1"):
        return None
    return DmarcPolicy(at, text, tuple((name, value) for name, value in pairs if name and value))


def walk_names(domain: DomainName) -> tuple[str, ...]:
    """The names the tree walk asks, in order: the domain, then its parents down to the top-level domain.

    A name of more than eight labels jumps to its last seven (RFC 9989 §4.10).
    """
    labels = domain.labels
    names = [labels]
    rest = labels[-7:] if len(labels) > 8 else labels[1:]
    while rest:
        names.append(rest)
        rest = rest[1:]
    return tuple("_dmarc." + ".".join(one) for one in names)


@dataclass(frozen=True, slots=True)
class DmarcFound:
    """What the tree walk found for a domain."""

    policy: DmarcPolicy | None
    """The policy that applies."""
    inherited: bool = False
    duplicates: tuple[str, ...] = ()
    """The records at the domain's own name when there are several: receivers then take none."""


def find(domain: DomainName, texts: Mapping[str, tuple[str, ...]]) -> DmarcFound:
    """The policy that applies, from the TXT values at each walked name (missing names count as empty)."""
    valid: dict[str, tuple[DmarcPolicy, ...]] = {}
    for name in walk_names(domain):
        valid[name] = tuple(policy for text in texts.get(name, ()) if (policy := parse(name, text)))
    own, *parents = walk_names(domain)
    if len(valid[own]) == 1:
        return DmarcFound(valid[own][0])
    duplicates = tuple(policy.text for policy in valid[own])
    found: DmarcPolicy | None = None
    for name in parents:
        if len(valid[name]) != 1:
            continue
        policy = valid[name][0]
        if policy.tag("psd") == "y" and found is not None:
            break
        found = policy
        if policy.tag("psd") in {"y", "n"}:
            break
    return DmarcFound(found, found is not None, duplicates)


@dataclass(frozen=True, slots=True)
class ReportPlace:
    """One foreign domain that reports go to."""

    domain: str
    permitted: bool
    """Whether it says so itself (RFC 9990, verifying external destinations)."""


def report_domains(policy: DmarcPolicy) -> tuple[str, ...]:
    """The domains of `rua` that are neither the policy's own nor above or below it."""
    own = policy.at.removeprefix("_dmarc.")
    found = []
    for uri in (policy.tag("rua") or "").split(","):
        address = uri.strip().partition("!")[0]
        if not address.lower().startswith("mailto:") or "@" not in address:
            continue
        domain = address.rsplit("@", 1)[1].strip().lower().rstrip(".")
        if domain and not within(domain, own) and not within(own, domain):
            found.append(domain)
    return tuple(dict.fromkeys(found))


def permission_name(policy: DmarcPolicy, domain: str) -> str:
    """The name at which a foreign domain permits this policy's reports."""
    return f"{policy.at.removeprefix('_dmarc.')}._report._dmarc.{domain}"

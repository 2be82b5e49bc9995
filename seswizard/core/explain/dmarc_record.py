"""A DMARC record tag by tag (RFC 9989, reports in RFC 9990), with what is wrong in it."""

from collections.abc import Iterator

from seswizard.core import dmarc
from seswizard.core.explain.kinds import told
from seswizard.core.findings import Evidence, Finding, Level, Paste
from seswizard.core.text import printable

_POLICY = {
    "none": "receivers only watch and report",
    "quarantine": "receivers put failing mail aside, as spam",
    "reject": "receivers refuse failing mail",
}
_ALIGNED = {"r": "relaxed: a subdomain counts as the same domain", "s": "strict: the domain must be exactly the same"}
_TAGS: dict[str, tuple[str, str]] = {
    "v": ("the version; it must come first", "§4.7"),
    "p": ("for mail from this domain: {}", "§4.7"),
    "sp": ("for mail from subdomains: {}", "§4.7"),
    "np": ("for mail from subdomains that do not exist: {}", "§4.7"),
    "adkim": ("the DKIM domain, {}", "§4.7"),
    "aspf": ("the MAIL FROM domain, {}", "§4.7"),
    "rua": ("daily summaries go to {}", "§4.7"),
    "ruf": ("single failures go to {}; few receivers send them", "§4.7"),
    "fo": ("when single failures are reported: {}", "§4.7"),
    "psd": ("whether the domain is a public suffix: {}", "§4.7"),
    "t": ("test mode: {}", "§4.7"),
    "pct": ("once a share of mail; receivers no longer look at it", ""),
    "rf": ("once the reports' format; receivers no longer look at it", ""),
    "ri": ("once the reports' interval; receivers no longer look at it", ""),
}
_REMOVED = ("pct", "rf", "ri")


def dmarc_record(name: str, text: str) -> Iterator[Finding]:
    """Every tag with its meaning, and what SES mail or receivers will stumble over."""
    policy = dmarc.parse(name or "_dmarc", text)
    if policy is None:
        return
    evidence = tuple(Evidence(f"{tag}={value}", _meaning(tag, value), source=_source(tag)) for tag, value in policy.tags[:100])
    yield told(
        "explain.record", "A DMARC record: what receivers do with mail that neither SPF nor DKIM proves to be yours.", *evidence
    )
    asked = policy.tag("p")
    if asked is None and policy.tag("rua"):
        title = "It has no p= tag; receivers then only watch and report, as with p=none."
        yield told(
            "explain.dmarc-broken",
            title,
            Evidence("p", "none", "p=none", "RFC 9989 §4.7"),
            do="Write p=none.",
            level=Level.ADVICE,
        )
    elif asked is None or asked.lower() not in _POLICY:
        yield told(
            "explain.dmarc-broken",
            "It has no p= tag." if asked is None else f"p={asked} is none of none, quarantine and reject.",
            Evidence("p", asked or "none", "p=none, p=quarantine or p=reject", "RFC 9989 §4.7"),
            do="Say what receivers are to do; this asks nothing yet:",
            records=(_paste(policy, "v=DMARC1; p=none;"),),
        )
    gone = tuple(tag for tag in _REMOVED if policy.tag(tag) is not None)
    for ident, tags, title in (
        ("dmarc.strict-spf", ("aspf",), "aspf=s cannot align: MAIL FROM is a subdomain. DKIM alone has to pass."),
        ("dmarc.strict-dkim", ("adkim",), "adkim=s fails mail sent from subdomains of the verified domain."),
        ("dmarc.removed-tags", gone, f"{', '.join(gone)} no longer {'does' if len(gone) == 1 else 'do'} anything (RFC 9989)."),
    ):
        if (tags is gone and gone) or (tags is not gone and policy.tag(tags[0]) == "s"):
            shown = tuple(Evidence(tag, policy.tag(tag) or "", source="RFC 9989") for tag in tags)
            yield told(
                ident,
                title,
                *shown,
                do="The same policy without it:",
                records=(_paste(policy, dmarc.rewritten(policy, without=tags)),),
            )


def duplicate(name: str, texts: tuple[str, ...]) -> Finding:
    """Several records at one name."""
    where = name or "one name"
    return told(
        "dmarc.duplicate",
        f"{len(texts)} DMARC records at {where}; receivers then use none of them.",
        *(Evidence("TXT", text, source="RFC 9989 §4.10") for text in texts[:20]),
        do="Keep one and remove the others.",
    )


def _paste(policy: dmarc.DmarcPolicy, value: str) -> Paste:
    return Paste(printable(policy.at), "TXT", printable(value))


def _meaning(tag: str, value: str) -> str:
    if tag not in _TAGS:
        return "no tag of DMARC that is known; receivers pass it over"
    low = value.lower()
    if tag in ("p", "sp", "np"):
        return _TAGS[tag][0].format(_POLICY.get(low, "not a policy that is known"))
    if tag in ("adkim", "aspf"):
        return _TAGS[tag][0].format(_ALIGNED.get(low, "in a way that is not known"))
    if tag == "t":
        return _TAGS[tag][0].format("on, receivers apply the next milder policy" if low == "y" else "off")
    return _TAGS[tag][0].format(value.replace("mailto:", ""))


def _source(tag: str) -> str:
    return f"RFC 9989 {_TAGS[tag][1]}".strip() if tag in _TAGS else "RFC 9989 §4.7"

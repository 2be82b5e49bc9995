"""An SPF record term by term (RFC 7208), with what is wrong in it."""

import ipaddress
from collections.abc import Iterator

from seswizard.core.explain.kinds import told
from seswizard.core.findings import Evidence, Finding, Paste
from seswizard.core.records import MAIL_FROM_SPF
from seswizard.core.spf import MOST_TERMS, Term, terms

_QUALIFIERS = {"+": "pass", "-": "fail", "~": "softfail", "?": "neutral"}
_ALL = {
    "+": "and everybody else may send too",
    "-": "nobody else may: receivers should refuse other servers (fail)",
    "~": "others are doubtful: receivers mark them (softfail)",
    "?": "nothing is said about others (neutral)",
}
_MEANS = {
    "a": "the addresses of {} may send",
    "mx": "the hosts that take mail for {} may send",
    "include": "whoever the SPF record of {} lets pass may send",
    "ip4": "the address {} may send",
    "ip6": "the address {} may send",
    "exists": "may send if the name {} exists",
    "ptr": "hosts whose reverse name ends in {} may send; RFC 7208 asks not to use it",
    "redirect": "if nothing matched, the record of {} decides instead",
    "exp": "the text at {} explains a refusal",
}
_SECTION = {
    "all": "§5.1",
    "include": "§5.2",
    "a": "§5.3",
    "mx": "§5.4",
    "ptr": "§5.5",
    "ip4": "§5.6",
    "ip6": "§5.6",
    "exists": "§5.7",
}
_MOST = 200


def spf_record(name: str, text: str) -> Iterator[Finding]:
    """Every term with its meaning, and what receivers will stumble over."""
    words = text.split()[1 : _MOST + 1]
    read = terms(text)[:_MOST]
    evidence = tuple(
        Evidence(word, _meaning(word, term), source=f"RFC 7208 {_SECTION.get(term.name, '§6')}")
        for word, term in zip(words, read, strict=True)
    )
    asking = sum(term.asks for term in read)
    cost = Evidence(
        "DNS questions", f"{asking} here of at most {MOST_TERMS}, with those of included records", source="RFC 7208 §4.6.4"
    )
    place = name or "a domain"
    yield told(
        "explain.record",
        f"An SPF record: which servers may send mail with MAIL FROM at {place}.",
        *evidence,
        cost,
        do=_advice(read),
    )
    bad = [(word, why) for word, term in zip(words, read, strict=True) if (why := _fault(word, term))]
    if bad:
        yield told(
            "explain.spf-broken",
            "Receivers cannot use this SPF record (permerror): " + "; ".join(f"{word} {why}" for word, why in bad[:5]) + ".",
            *(Evidence(word, why, source="RFC 7208") for word, why in bad[:5]),
            do="Correct or remove those terms.",
        )
    if asking > MOST_TERMS:
        yield told(
            "spf.too-many-lookups",
            f"{asking} terms ask DNS; receivers stop at {MOST_TERMS} and then use none.",
            cost,
            do="Remove what no longer sends; MAIL FROM of SES needs this alone:",
            records=(Paste(name or "bounce", "TXT", MAIL_FROM_SPF),),
        )
    last = next((word for word, term in zip(words, read, strict=True) if term.name == "all"), "")
    if last and last[0] not in "-~?":
        yield told(
            "explain.spf-open",
            f"{last} lets every server on earth send as this domain.",
            Evidence(last, _ALL["+"], "~all or -all", "RFC 7208 §5.1"),
            do="End it with ~all or -all.",
        )


def duplicate(name: str, texts: tuple[str, ...]) -> Finding:
    """Several records at one name."""
    where = name or "one name"
    return told(
        "spf.duplicate",
        f"{len(texts)} SPF records at {where}; receivers then use none.",
        *(Evidence("TXT", text, source="RFC 7208 §4.5") for text in texts[:20]),
        do="Keep exactly one, with all of their terms.",
    )


def _meaning(word: str, term: Term) -> str:
    sign = word[0] if word[0] in _QUALIFIERS else "+"
    if term.name == "all":
        return _ALL[sign]
    if term.name == "include" and term.nested == "amazonses.com":
        means = "Amazon SES may send; it belongs at your MAIL FROM name, one DNS question"
    elif term.name in _MEANS:
        means = _MEANS[term.name].format(term.value or "this domain")
    else:
        return "no term of SPF that is known"
    return means if sign == "+" else f"{means} ({_QUALIFIERS[sign]})"


def _fault(word: str, term: Term) -> str:
    """Why receivers stop at a term; empty if they do not. Unknown modifiers (`name=value`) are passed over (RFC 7208 §6)."""
    if term.name not in _MEANS and term.name != "all":
        return "" if "=" in word.split(":")[0] else "is no SPF term"
    if term.name in ("ip4", "ip6"):
        return "" if _network(term) else "is no address"
    if term.name in ("include", "exists", "redirect") and not term.value:
        return "names no domain"
    return ""


def _network(term: Term) -> bool:
    try:
        found = ipaddress.ip_network(term.value, strict=False)
    except ValueError:
        return False
    return found.version == int(term.name[2])


def _advice(read: tuple[Term, ...]) -> str:
    said = []
    names = [term.name for term in read]
    if "all" not in names and "redirect" not in names:
        said.append("It ends without all: others are neutral; ~all at its end says that they are not yours.")
    if "all" in names and names.index("all") < len([one for one in names if one not in ("exp", "redirect")]) - 1:
        said.append("What stands after all is never read.")
    if any(term.nested == "amazonses.com" for term in read):
        said.append("For SES the record belongs at the MAIL FROM subdomain; at the domain itself it changes nothing.")
    return " ".join(said)

"""What Gmail, Yahoo and Microsoft ask of bulk senders, each rule with what this one mail shows of it.

Gmail (5,000 a day to personal accounts): https://support.google.com/a/answer/81126 and its FAQ, …/answer/14229414.
Yahoo: https://senders.yahooinc.com/best-practices/. Microsoft (5,000 a day to Outlook.com, Hotmail, Live; else
`550 5.7.515`): https://techcommunity.microsoft.com/blog/microsoftdefenderforoffice365blog/4399730 and
https://sendersupport.olc.protection.outlook.com/pm/policies.aspx.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from seswizard.core.findings import Evidence, Finding, Level, Remedy
from seswizard.core.headers.alignment import Published
from seswizard.core.headers.mail import Mail
from seswizard.core.headers.signature import SES
from seswizard.core.names import within

Verdict = Literal["met", "not met", "cannot be seen in this mail"]
MET: Verdict = "met"
NOT: Verdict = "not met"
UNSEEN: Verdict = "cannot be seen in this mail"
Seen = tuple[Verdict, str]
Judge = Callable[[Mail, Published | None], Seen]

GMAIL = "support.google.com/a/answer/81126"
YAHOO = "senders.yahooinc.com/best-practices"
MICROSOFT = "sendersupport.olc.protection.outlook.com/pm/policies.aspx"


def _result(mail: Mail, method: str, *, own: bool = False) -> Seen:
    """Pass at the receiver; with `own`, of a signature that is not SES's own."""
    found = [one for one in mail.results(method) if not own or not within(one.domain, SES)]
    passed = next((one for one in found if one.value == "pass"), None)
    if passed:
        return MET, passed.domain
    if found:
        return NOT, f"{method}={found[0].value}"
    if not own or not mail.results(method):
        return UNSEEN, ""
    # Microsoft may name one signature of several: the domain's own, where there is one, was then only not told.
    signed = any(not one.of_ses for one in mail.signatures)
    return (UNSEEN, "the receiver does not name yours") if signed else (NOT, "only SES's own signature")


def spf(mail: Mail, published: Published | None) -> Seen:
    """SPF passes for the envelope's sender."""
    return _result(mail, "spf")


def dkim(mail: Mail, published: Published | None) -> Seen:
    """A signature of a domain of one's own holds."""
    return _result(mail, "dkim", own=True)


def dmarc(mail: Mail, published: Published | None) -> Seen:
    """A policy is published, p=none at least."""
    if published:
        return (MET, published.policy.text) if published.policy else (NOT, "none is published")
    said = next((one.value for one in mail.results("dmarc")), "")
    if said in ("pass", "fail"):
        return MET, f"the receiver says dmarc={said}"
    return (NOT, f"dmarc={said}") if said in ("none", "bestguesspass", "permerror") else (UNSEEN, "")


def aligned(mail: Mail, published: Published | None) -> Seen:
    """The From's domain aligns with SPF's or DKIM's."""
    passing = mail.passing(published)
    held = [f"{one.kind} {one.domain}" for one in passing if one.holds]
    if held:
        return MET, ", ".join(held)
    if any(one.value == "pass" for one in mail.results("dmarc")):
        return MET, "the receiver says dmarc=pass"
    judged = passing or mail.results("dmarc") or (mail.results("spf") and mail.results("dkim"))
    return (NOT, "nothing that passed aligns") if judged and all(one.holds is False for one in passing) else (UNSEEN, "")


def tls(mail: Mail, published: Published | None) -> Seen:
    """The mail was handed over by TLS."""
    if any(one.value == "pass" for one in mail.results("x-tls")):
        return MET, "the receiver says so"
    if mail.hop is None or mail.hop.encrypted is None:
        return UNSEEN, ""
    how = mail.hop.version or mail.hop.protocol
    return (MET, how) if mail.hop.encrypted else (NOT, f"with {how}")


def one_click(mail: Mail, published: Published | None) -> Seen:
    """One-click unsubscribing (RFC 8058)."""
    lacks = mail.unsubscribe.lacks
    return (NOT, "lacks " + ", ".join(lacks)) if lacks else (MET, "")


def unsubscribe(mail: Mail, published: Published | None) -> Seen:
    """Some way to unsubscribe; a link in the text is not looked for."""
    return (MET, "List-Unsubscribe") if mail.unsubscribe.offered else (UNSEEN, "")


def well_formed(mail: Mail, published: Published | None) -> Seen:
    """The fields of RFC 5322, each once."""
    return (NOT, "not exactly one " + ", ".join(mail.malformed)) if mail.malformed else (MET, "")


def reverse_dns(mail: Mail, published: Published | None) -> Seen:
    """Forward and reverse DNS of the sending server; SES's own are right."""
    return _result(mail, "iprev")


def not_gmail(mail: Mail, published: Published | None) -> Seen:
    """Only Gmail writes as gmail.com."""
    if not mail.author:
        return UNSEEN, ""
    return (NOT, f"From {mail.author}") if mail.author in ("gmail.com", "googlemail.com") else (MET, "")


def spam_rate(mail: Mail, published: Published | None) -> Seen:
    """Complaints, as only the receiver counts them."""
    return UNSEEN, "see Postmaster Tools or the complaint feedback loop"


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of one receiver."""

    words: str
    judge: Judge


SPF = Rule("SPF passes", spf)
DKIM = Rule("DKIM passes for a domain of yours", dkim)
DMARC = Rule("DMARC is published, p=none at least", dmarc)
ALIGNED = Rule("the From aligns with SPF or DKIM", aligned)
ONE_CLICK = Rule("one-click unsubscribe, for marketing and subscribed mail", one_click)
WELL_FORMED = Rule("well-formed (RFC 5322): one From, To, Subject, Date, Message-ID", well_formed)
REVERSE = Rule("forward and reverse DNS of the sending server agree", reverse_dns)

RULES: tuple[tuple[str, str, str, tuple[Rule, ...]], ...] = (
    (
        "headers.gmail",
        "Gmail",
        GMAIL,
        (
            SPF,
            DKIM,
            DMARC,
            ALIGNED,
            Rule("handed over by TLS", tls),
            ONE_CLICK,
            WELL_FORMED,
            Rule("nobody else writes as gmail.com", not_gmail),
            REVERSE,
            Rule("spam rate below 0.3 %", spam_rate),
        ),
    ),
    (
        "headers.yahoo",
        "Yahoo",
        YAHOO,
        (SPF, DKIM, DMARC, ALIGNED, ONE_CLICK, WELL_FORMED, REVERSE, Rule("spam rate below 0.3 %", spam_rate)),
    ),
    (
        "headers.microsoft",
        "Microsoft",
        MICROSOFT,
        (SPF, DKIM, DMARC, ALIGNED, Rule("a working way to unsubscribe (advised)", unsubscribe)),
    ),
)
"""Finding id, receiver, source, and its rules in the receiver's own order."""


def verdicts(mail: Mail, published: Published | None) -> tuple[Finding, ...]:
    """One finding a receiver, one piece of evidence a rule."""
    found = []
    for ident, name, source, rules in RULES:
        seen = [(rule, rule.judge(mail, published)) for rule in rules]
        unmet = sum(verdict is NOT for _, (verdict, _) in seen)
        met = sum(verdict is MET for _, (verdict, _) in seen)
        counts = ((met, MET), (unmet, NOT), (len(rules) - met - unmet, "cannot be seen here"))
        title = f"{name}'s rules for bulk senders: {', '.join(f'{count} {words}' for count, words in counts if count)}."
        evidence = tuple(
            Evidence(rule.words, f"{verdict} ({words})" if words else verdict, source=source) for rule, (verdict, words) in seen
        )
        remedy = Remedy(f"{name} asks this of those who send it thousands of mails a day; see {source}.") if unmet else None
        found.append(Finding(ident, Level.ADVICE if unmet else Level.OK, title, evidence, remedy))
    return tuple(found)

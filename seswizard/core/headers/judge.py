"""What is so with one mail: authentication first, then its journey, then the rules of those who receive it in bulk.

What the delivering server wrote is taken as it is (RFC 8601): the mail was checked there and then, and keys may have gone
since. The one thing checked here is the body hash, which needs nothing but the mail.
"""

from collections.abc import Iterator

from seswizard.core.findings import Evidence, Finding, Level, Remedy
from seswizard.core.headers.alignment import Published, alignment
from seswizard.core.headers.journey import journey
from seswizard.core.headers.mail import Mail
from seswizard.core.headers.results import Result
from seswizard.core.headers.rules import verdicts
from seswizard.core.headers.shown import domain_in
from seswizard.core.headers.signing import signing

SPF_FAILS = frozenset({"fail", "hardfail", "softfail", "permerror"})
LATE = frozenset({"temperror", "temp_fail", "tempfail"})
BOTH_BELONG = "Have SES sign as this domain (Easy DKIM), and give it a MAIL FROM domain below it: seswizard setup DOMAIN."
NO_DMARC = frozenset({"none", "bestguesspass"})


def judge_mail(mail: Mail, published: Published | None = None) -> tuple[Finding, ...]:
    """Every finding about a mail; `published` is what DNS says of its domains, where it was asked."""
    return (
        *_receiver(mail),
        *_author(mail),
        *signing(mail),
        *_spf(mail),
        *_dmarc(mail, published),
        *_aligned(mail, published),
        *journey(mail),
        *verdicts(mail, published),
    )


def _receiver(mail: Mail) -> Iterator[Finding]:
    own = mail.receivers.own
    if own is None:
        yield Finding(
            "headers.no-results",
            Level.ADVICE,
            "No server has written down what it checked, so nothing here says that the mail passed.",
            remedy=Remedy("Take the mail from the recipient's mailbox (Show original), not from your Sent folder."),
        )
    else:
        evidence = tuple(_said(one, own.name) for one in own.results)
        yield Finding("headers.results", Level.OK, f"Checked by {own.name}; only its lines can be relied on.", evidence)
        late = [one for one in own.results if one.value in LATE]
        if late:
            yield Finding(
                "headers.temporary",
                Level.ADVICE,
                f"{own.name} could not look up what it needed for {', '.join(dict.fromkeys(one.method for one in late))}.",
                tuple(_said(one, own.name) for one in late),
                Remedy("Send another mail; if it stays so, look whether your name servers answer: seswizard health."),
            )
    others = (*mail.receivers.others, *mail.receivers.arc)
    if others:
        evidence = tuple(
            Evidence(
                f"ARC set {one.instance}" if one.instance else "Authentication-Results",
                ", ".join(f"{result.method}={result.value}" for result in one.results) or "none",
                source=one.name,
            )
            for one in others[:10]
        )
        title = "Other servers' results stand in this mail too; anybody may have written them, so they do not count here."
        yield Finding("headers.others", Level.OK, title, evidence)


def _said(result: Result, server: str) -> Evidence:
    about = " ".join(f"{name}={value}" for name, value in result.properties if value)
    comment = f" ({result.comment})" if result.comment else ""
    return Evidence(result.method, f"{result.value}{comment}{f' {about}' if about else ''}", source=server)


def _author(mail: Mail) -> Iterator[Finding]:
    if not mail.author:
        seen = ", ".join(mail.authors[:10]) or "none"
        yield Finding(
            "headers.from",
            Level.PROBLEM,
            "There must be one From field with addresses of one domain; DMARC cannot be judged otherwise.",
            (Evidence("From", f"{mail.from_fields} fields; domains: {seen}", "one", "this mail"),),
            Remedy("Have the program that writes the mail put exactly one From field into it."),
        )


def _spf(mail: Mail) -> Iterator[Finding]:
    for result in mail.results("spf")[:1]:
        if result.value in SPF_FAILS:
            text = "The MAIL FROM domain's SPF record must include amazonses.com; seswizard health DOMAIN shows it."
            if mail.list_id or mail.receivers.arc:
                text = "The mail was forwarded, and that breaks SPF; it does no harm where DKIM holds. Else: " + text
            title = f"SPF={result.value} for {result.domain or 'no domain'}: the server that delivered it is not allowed to."
            yield Finding("headers.spf-fail", Level.PROBLEM, title, (_said(result, mail.server),), Remedy(text))
        elif result.value in ("none", "neutral"):
            yield Finding(
                "headers.spf-none",
                Level.ADVICE,
                f"SPF={result.value}: {result.domain or 'the sender'} says nothing about who may send for it.",
                (_said(result, mail.server),),
                Remedy("Publish the MAIL FROM domain's SPF record; seswizard records DOMAIN prints it."),
            )


def _dmarc(mail: Mail, published: Published | None) -> Iterator[Finding]:
    said = next(iter(mail.results("dmarc")), None)
    evidence = (_said(said, mail.server),) if said else ()
    if said and said.value in ("fail", "permerror"):
        title = f"DMARC failed for {said.domain or mail.author}."
        text = "DKIM or SPF must pass for a domain that belongs to the From; the other findings say what stands in the way."
        yield Finding("headers.dmarc-fail", Level.PROBLEM, title, evidence, Remedy(text))
    missing = published is not None and published.policy is None
    if missing or (published is None and said and said.value in NO_DMARC):
        yield Finding(
            "headers.dmarc-none",
            Level.ADVICE,
            f"No DMARC policy applies to {mail.author or 'the From'}.",
            evidence,
            Remedy("Publish one; p=none is enough to begin with. seswizard records DOMAIN prints it."),
        )


def _aligned(mail: Mail, published: Published | None) -> Iterator[Finding]:
    if not mail.author:
        return
    passing = mail.passing(published)
    evidence = [Evidence(f"{one.kind} {one.domain}", one.why, source="by the names") for one in passing]
    if published:
        policy = published.policy
        evidence = [Evidence(one.label, one.seen, source="DNS") for one in evidence]
        evidence.append(Evidence("DMARC policy", f"{policy.text} at {policy.at}" if policy else "none", source="DNS"))
    held = list(dict.fromkeys(one.kind for one in passing if one.holds))
    said = next((one.value for one in mail.results("dmarc")), "")
    if held or said == "pass":
        how = " and ".join(held) or "what the receiver found"
        title = f"The From, {mail.author}, is backed by {how}."
        yield Finding("headers.aligned", Level.OK, title, tuple(evidence))
    elif any(one.holds is None for one in passing):
        title = "Something passed for a domain beside the From's; whether both are one organisation, only DNS says."
        yield Finding("headers.alignment-unseen", Level.ADVICE, title, tuple(evidence), Remedy("Ask again without --offline."))
    elif passing:
        title = f"What passed does not belong to the From, {mail.author}."
        own = (alignment("DKIM", one.domain, mail.author, published) for one in mail.signatures)
        broken = any(one.holds for one in own)
        text = "The signature that does belong to it did not hold; see headers.dkim-fail." if broken else BOTH_BELONG
        yield Finding("headers.not-aligned", Level.PROBLEM, title, tuple(evidence), Remedy(text))
    elif mail.receivers.own is None:
        would = [alignment("DKIM", one.domain, mail.author, published) for one in mail.signatures]
        if sender := domain_in(mail.return_path):
            would.append(alignment("SPF", sender, mail.author, published))
        if would and all(one.holds is False for one in would):
            title = f"Even if all of it passes, nothing belongs to the From, {mail.author}."
            seen = tuple(Evidence(f"{one.kind} {one.domain}", one.why, source="this mail") for one in would)
            yield Finding("headers.not-aligned", Level.PROBLEM, title, seen, Remedy(BOTH_BELONG))

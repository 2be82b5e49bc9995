"""The signatures: which there are, which held, and what was changed where they did not.

SES signs twice, as the domain and as amazonses.com: only the first counts for DMARC, the second serves its feedback
loops (https://docs.aws.amazon.com/ses/latest/dg/send-email-authentication-dkim.html).
"""

from collections.abc import Iterator

from seswizard.core.findings import Evidence, Finding, Level, Remedy
from seswizard.core.headers.mail import Mail
from seswizard.core.headers.results import Result
from seswizard.core.headers.signature import SES, Signature
from seswizard.core.names import within

FAILS = frozenset("fail hardfail neutral permerror perm_fail permfail policy".split())
"""Gmail writes neutral where a hash does not fit, Yahoo perm_fail."""
UNSIGNED = frozenset({"none", "unknown"})
"""Yahoo writes unknown."""


def signing(mail: Mail) -> Iterator[Finding]:
    """Findings about the DKIM signatures."""
    own = [one for one in mail.signatures if not one.of_ses]
    second = [one for one in mail.signatures if one.of_ses]
    if mail.signatures:
        evidence = tuple(Evidence(one.shown, _state(mail, one), source="this mail") for one in mail.signatures)
        yield Finding("headers.signatures", Level.OK, _counted(len(mail.signatures)), evidence)
    if own and second:
        title = f"SES signed it a second time as {SES}, for feedback loops; only d={own[0].domain} can count for DMARC."
        yield Finding("headers.second-signature", Level.OK, title, _pairs(mail, second))
    elif second:
        yield Finding(
            "headers.own-signature-missing",
            Level.ADVICE,
            f"Only SES's own signature, d={SES}, is there; it says nothing about your domain.",
            _pairs(mail, second),
            Remedy("Send as an identity whose domain has DKIM set up and switched on: seswizard health DOMAIN."),
        )
    yield from _none(mail)
    failed = [one for one in mail.results("dkim") if one.value in FAILS]
    changed = [one for one in mail.signatures if one.body_intact is False]
    yield from _failed(mail, [one for one in failed if not within(one.domain, SES)] or _all_failed(mail, failed))
    yield from _changed(mail, [one for one in changed if not _passed(mail, one)], [one for one in changed if _passed(mail, one)])


def _counted(number: int) -> str:
    return "It carries one DKIM signature." if number == 1 else f"It carries {number} DKIM signatures."


def _state(mail: Mail, signature: Signature) -> str:
    said = mail.result_of(signature)
    body = {True: "body unchanged", False: "body changed", None: "body not compared"}[signature.body_intact]
    return f"{said.value if said else 'not judged by the receiver'}, {body}"


def _pairs(mail: Mail, found: list[Signature]) -> tuple[Evidence, ...]:
    return tuple(Evidence(one.shown, _state(mail, one), source="this mail") for one in found)


def _passed(mail: Mail, signature: Signature) -> bool:
    said = mail.result_of(signature)
    return said is not None and said.value == "pass"


def _all_failed(mail: Mail, failed: list[Result]) -> list[Result]:
    """SES's own signature failing beside one that held harms nobody."""
    return [] if any(one.value == "pass" for one in mail.results("dkim")) else failed


def _none(mail: Mail) -> Iterator[Finding]:
    said = mail.results("dkim")
    if mail.receivers.own is None or mail.signatures or any(one.value not in UNSIGNED for one in said):
        return
    evidence = tuple(Evidence("dkim", one.value, source=mail.server) for one in said[:1])
    text = "SES signs all that it sends: either something on the way took the signatures off, or it was not sent by SES."
    yield Finding("headers.dkim-none", Level.PROBLEM, "It arrived without a DKIM signature.", evidence, Remedy(text))


def _failed(mail: Mail, failed: list[Result]) -> Iterator[Finding]:
    if not failed:
        return
    names = {one.domain for one in failed}
    signed = [one for one in mail.signatures if one.domain in names]
    evidence = [Evidence(f"d={one.domain or 'unknown'}", _words(one), "pass", mail.server) for one in failed]
    if mail.list_id:
        evidence.append(Evidence("List-Id", mail.list_id, source="this mail"))
    if any(one.body_intact is False for one in signed):
        text = "The body was changed after signing; see headers.body-changed."
    elif any(one.body_intact for one in signed):
        covered = sorted(set().union(*(one.covers for one in signed)) & {"from", "subject", "to", "reply-to", "date"})
        fields = ", ".join(name.title() for name in covered) or "the signed ones"
        text = f"The body is as it was signed, so a signed field was changed ({fields}), or the key in DNS is not the right one."
    else:
        text = "Send a mail straight to a mailbox of yours: if it holds there, something on the way changes your mail."
    title = f"The DKIM signature of {', '.join(sorted(name or 'an unknown domain' for name in names))} did not hold."
    yield Finding("headers.dkim-fail", Level.PROBLEM, title, tuple(evidence), Remedy(text))


def _words(result: Result) -> str:
    return f"{result.value} ({result.comment})" if result.comment else result.value


def _changed(mail: Mail, broken: list[Signature], copies: list[Signature]) -> Iterator[Finding]:
    if broken:
        evidence = [Evidence(one.shown, "another body hash than the one signed (bh=)", source="this mail") for one in broken]
        if mail.list_id:
            evidence.append(Evidence("List-Id", mail.list_id, source="this mail"))
        text = "Footers of mailing lists, disclaimers and virus scanners do that; have them leave signed mail as it is."
        title = f"The body was changed after d={broken[0].domain} had signed it."
        yield Finding("headers.body-changed", Level.PROBLEM, title, tuple(evidence), Remedy(text))
    elif copies:
        title = f"{mail.server} saw the body unchanged; your program has saved this copy differently, which does not matter."
        yield Finding("headers.copy-changed", Level.OK, title, _pairs(mail, copies))

"""The bulk senders' rules: each of three verdicts for each rule, from mail that shows it and mail that cannot."""

import pytest

from seswizard.core.dmarc import parse
from seswizard.core.findings import Level
from seswizard.core.headers import rules
from seswizard.core.headers.alignment import Published
from seswizard.core.headers.judge import judge_mail
from seswizard.core.headers.kinds import KINDS, LEVELS
from seswizard.core.headers.mail import read_mail
from seswizard.core.headers.rules import RULES, Judge, verdicts

REST = "To: b@example.net\r\nSubject: s\r\nDate: Sun, 22 Nov 2026 09:00:00 +0000\r\nMessage-ID: <1@example.com>\r\n"
MINE = "DKIM-Signature: d=example.com; s=x\r\n"
OTHERS = "DKIM-Signature: d=amazonses.com; s=x\r\n"
POLICY = Published(parse("_dmarc.example.com", "v=DMARC1; p=none"), (("example.com", "example.com"),))
NO_POLICY = Published(None, (("example.com", "example.com"),))


def said(results: str, rest: str = "") -> str:
    return f"Authentication-Results: mx.example; {results}\r\n{rest}From: a@example.com\r\n{REST}"


HOP = "Received: from a.amazonses.com by mx.example with "


@pytest.mark.parametrize(
    ("judge", "content", "published", "verdict"),
    [
        (rules.spf, said("spf=pass smtp.mailfrom=b.example.com"), None, "met"),
        (rules.spf, said("spf=softfail smtp.mailfrom=b.example.com"), None, "not met"),
        (rules.spf, said("dkim=pass"), None, "cannot"),
        (rules.dkim, said("dkim=pass header.d=example.com"), None, "met"),
        (rules.dkim, said("dkim=fail header.d=example.com; dkim=pass header.d=amazonses.com"), None, "not met"),
        (rules.dkim, said("dkim=pass header.d=amazonses.com", OTHERS), None, "not met"),
        (rules.dkim, said("dkim=pass header.d=amazonses.com", OTHERS + MINE), None, "cannot"),
        (rules.dkim, said("dkim=pass header.d=notamazonses.com"), None, "met"),
        (rules.dkim, said("spf=pass"), None, "cannot"),
        (rules.dmarc, said("dmarc=none"), None, "not met"),
        (rules.dmarc, said("dmarc=fail"), None, "met"),
        (rules.dmarc, said("spf=pass"), None, "cannot"),
        (rules.dmarc, said("dmarc=none"), POLICY, "met"),
        (rules.dmarc, said("dmarc=pass"), NO_POLICY, "not met"),
        (rules.aligned, said("dkim=pass header.d=example.com"), None, "met"),
        (rules.aligned, said("dkim=pass header.d=amazonses.com; spf=pass smtp.mailfrom=amazonses.com"), None, "not met"),
        (rules.aligned, said("dkim=fail header.d=example.com; spf=fail smtp.mailfrom=example.com"), None, "not met"),
        (rules.aligned, said("dmarc=pass header.from=example.com"), None, "met"),
        (rules.aligned, said("dmarc=fail header.from=example.com"), None, "not met"),
        (rules.aligned, said("none"), None, "cannot"),
        (rules.tls, said("none", f"{HOP}ESMTPS\r\n"), None, "met"),
        (rules.tls, said("none", f"{HOP}ESMTP\r\n"), None, "not met"),
        (rules.tls, said("x-tls=pass", f"{HOP}ESMTP\r\n"), None, "met"),
        (rules.tls, said("none"), None, "cannot"),
        (rules.well_formed, said("none"), None, "met"),
        (rules.well_formed, said("none", "Subject: again\r\n"), None, "not met"),
        (rules.unsubscribe, said("none", "List-Unsubscribe: <mailto:u@example.com>\r\n"), None, "met"),
        (rules.unsubscribe, said("none"), None, "cannot"),
        (rules.reverse_dns, said("iprev=pass"), None, "met"),
        (rules.reverse_dns, said("iprev=fail"), None, "not met"),
        (rules.reverse_dns, said("none"), None, "cannot"),
        (rules.not_gmail, said("none"), None, "met"),
        (rules.not_gmail, said("none").replace("a@example.com", "a@gmail.com"), None, "not met"),
        (rules.not_gmail, said("none", "From: b@example.org\r\n"), None, "cannot"),
        (rules.spam_rate, said("none"), None, "cannot"),
        (rules.one_click, said("none"), None, "not met"),
    ],
)
def test_a_rule_is_met_not_met_or_cannot_be_seen(judge: Judge, content: str, published: Published | None, verdict: str) -> None:
    assert judge(read_mail(content.encode()), published)[0].startswith(verdict)


def test_every_rule_of_every_receiver_has_a_verdict_and_a_source() -> None:
    found = verdicts(read_mail(said("none").encode()), None)
    assert [one.id for one in found] == [ident for ident, *_ in RULES]
    for finding, (_, _, source, of_one) in zip(found, RULES, strict=True):
        assert len(finding.evidence) == len(of_one)
        assert {one.source for one in finding.evidence} == {source}
        assert all(one.seen.startswith(("met", "not met", "cannot be seen")) for one in finding.evidence)


def test_an_unmet_rule_is_advice_and_never_more() -> None:
    found = verdicts(read_mail(said("spf=fail; dkim=none; dmarc=fail").encode()), NO_POLICY)
    assert {one.level for one in found} == {Level.ADVICE}


def test_the_table_of_findings_has_each_id_once_and_nothing_waits() -> None:
    assert len(LEVELS) == len(KINDS)
    assert all(ident.startswith("headers.") for ident in LEVELS)
    assert not {Level.WAITING, Level.UNKNOWN} & {level for levels in LEVELS.values() for level in levels}


@pytest.mark.parametrize(
    ("results", "ident", "level"),
    [
        ("spf=temperror smtp.mailfrom=b.example.com", "headers.temporary", Level.ADVICE),
        ("spf=none smtp.mailfrom=b.example.com", "headers.spf-none", Level.ADVICE),
        ("spf=permerror smtp.mailfrom=b.example.com", "headers.spf-fail", Level.PROBLEM),
        ("dmarc=permerror header.from=example.com", "headers.dmarc-fail", Level.PROBLEM),
        ("dmarc=bestguesspass header.from=example.com", "headers.dmarc-none", Level.ADVICE),
        ("dkim=none", "headers.dkim-none", Level.PROBLEM),
        ("dkim=policy header.d=example.com", "headers.dkim-fail", Level.PROBLEM),
    ],
)
def test_what_each_result_comes_to(results: str, ident: str, level: Level) -> None:
    found = {one.id: one.level for one in judge_mail(read_mail(said(results).encode()))}
    assert found[ident] is level


def test_ses_own_signature_failing_beside_one_that_held_harms_nobody() -> None:
    content = said("dkim=pass header.d=example.com; dkim=fail header.d=amazonses.com", MINE + OTHERS)
    assert "headers.dkim-fail" not in {one.id for one in judge_mail(read_mail(content.encode()))}

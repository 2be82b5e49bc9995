"""Mail signed twice by dkimpy, mangled in transit, delivered by five receivers: each verdict agrees with dkimpy's."""

import pytest

from seswizard.core.findings import Finding, Level
from seswizard.core.headers.judge import judge_mail
from seswizard.core.headers.kinds import LEVELS
from seswizard.core.headers.mail import Mail, read_mail
from tests.core.headers.mails import MANGLES, RECEIVERS, delivered, signed, verified

LISTED = "lists.example.org"
"""A mailing list sends with an envelope of its own."""

EXPECTED: dict[str, tuple[str, frozenset[str]]] = {
    "untouched": ("bounce.example.com", frozenset()),
    "refolded": ("bounce.example.com", frozenset()),
    "own only": ("bounce.example.com", frozenset()),
    "second only": ("bounce.example.com", frozenset({"headers.own-signature-missing"})),
    "footer": (
        LISTED,
        frozenset({"headers.dkim-fail", "headers.body-changed", "headers.dmarc-fail", "headers.not-aligned"}),
    ),
    "blanks": ("bounce.example.com", frozenset({"headers.dkim-fail", "headers.body-changed"})),
    "subject": (LISTED, frozenset({"headers.dkim-fail", "headers.dmarc-fail", "headers.not-aligned"})),
    "from": (LISTED, frozenset({"headers.dkim-fail"})),
    "unsigned": ("bounce.example.com", frozenset({"headers.dkim-none"})),
}
"""What each mangling comes to: the envelope's domain, and the findings above ok, the bulk rules apart."""


def above_ok(findings: tuple[Finding, ...]) -> set[str]:
    rules = ("headers.gmail", "headers.yahoo", "headers.microsoft")
    return {one.id for one in findings if one.level is not Level.OK and one.id not in rules}


def read(mangle: str, receiver: str) -> tuple[Mail, tuple[Finding, ...]]:
    mail = read_mail(delivered(MANGLES[mangle](signed()), receiver, EXPECTED[mangle][0]))
    return mail, judge_mail(mail)


def test_dkimpy_verifies_what_it_signed_and_not_what_was_mangled() -> None:
    holds = {name: [one.holds for one in verified(mangle(signed()))] for name, mangle in MANGLES.items()}
    assert holds == {
        "untouched": [True, True],
        "refolded": [True, True],
        "own only": [True],
        "second only": [True],
        "footer": [False, False],
        "blanks": [False, False],
        "subject": [False, False],
        "from": [False, False],
        "unsigned": [],
    }


@pytest.mark.parametrize("receiver", RECEIVERS)
@pytest.mark.parametrize("mangle", EXPECTED)
def test_what_is_found_is_what_was_done(mangle: str, receiver: str) -> None:
    _, findings = read(mangle, receiver)
    assert above_ok(findings) == EXPECTED[mangle][1]
    assert len({one.id for one in findings}) == len(findings)
    for one in findings:
        assert one.level in LEVELS[one.id]


@pytest.mark.parametrize("receiver", RECEIVERS)
def test_a_good_mail_meets_every_rule_that_can_be_seen(receiver: str) -> None:
    mail, findings = read("untouched", receiver)
    rules = {one.id: one for one in findings if one.id in ("headers.gmail", "headers.yahoo", "headers.microsoft")}
    assert len(rules) == 3
    for one in rules.values():
        assert one.level is Level.OK
        assert not [rule for rule in one.evidence if rule.seen.startswith("not met")]
    seen = {rule.label: rule.seen for rule in rules["headers.gmail"].evidence}
    assert seen["handed over by TLS"].startswith("met")
    assert seen["spam rate below 0.3 %"].startswith("cannot be seen")
    assert mail.author == "example.com"
    assert mail.return_path == "0102@bounce.example.com"
    ids = {one.id for one in findings}
    assert {"headers.second-signature", "headers.aligned", "headers.return-path", "headers.tls", "headers.unsubscribe"} <= ids


@pytest.mark.parametrize("receiver", RECEIVERS)
def test_a_changed_body_is_told_from_a_changed_field(receiver: str) -> None:
    _, footer = read("footer", receiver)
    _, subject = read("subject", receiver)
    texts = [
        next(one.remedy.text for one in found if one.id == "headers.dkim-fail" and one.remedy) for found in (footer, subject)
    ]
    assert "body was changed" in texts[0]
    assert "a signed field was changed" in texts[1]
    assert "Subject" in texts[1]


@pytest.mark.parametrize("receiver", RECEIVERS)
def test_the_deliverers_name_is_known(receiver: str) -> None:
    mail, _ = read("untouched", receiver)
    names = {
        "gmail": "mx.google.com",
        "microsoft": "the receiver (Microsoft writes no server name)",
        "yahoo": "atlas-production.v2-mail-prod1-gq1.omega.yahoo.com",
        "postfix": "mx.example.net",
        "fastmail": "mx1.messagingengine.com",
    }
    assert mail.server == names[receiver]


def test_a_copy_that_was_saved_differently_is_no_problem() -> None:
    whole = delivered(signed(), "gmail")
    findings = judge_mail(read_mail(whole.replace(b"way.  \r\n", b"way.\r\n")))
    assert above_ok(findings) == set()
    assert "headers.copy-changed" in {one.id for one in findings}


def test_spf_that_does_not_allow_the_server_is_a_problem_beside_a_signature_that_holds() -> None:
    findings = judge_mail(read_mail(delivered(signed(), "fastmail", "bounce.example.com", "softfail")))
    assert above_ok(findings) == {"headers.spf-fail"}
    assert "headers.aligned" in {one.id for one in findings}


def test_the_default_mail_from_is_advised_against() -> None:
    findings = judge_mail(read_mail(delivered(signed(), "gmail", "eu-west-1.amazonses.com")))
    assert above_ok(findings) == {"headers.return-path-amazonses"}


def test_a_broken_signature_is_not_answered_with_setting_dkim_up_again() -> None:
    texts = {}
    for mangle, mail_from in (("footer", LISTED), ("second only", "eu-west-1.amazonses.com")):
        findings = judge_mail(read_mail(delivered(MANGLES[mangle](signed()), "gmail", mail_from)))
        texts[mangle] = next(one.remedy.text for one in findings if one.id == "headers.not-aligned" and one.remedy)
    assert "Easy DKIM" not in texts["footer"]
    assert "Easy DKIM" in texts["second only"]


def test_a_mail_not_received_yet_that_cannot_align_is_told_before_it_is_sent() -> None:
    mail = MANGLES["second only"](b"Return-Path: <0102@eu-west-1.amazonses.com>\r\n" + signed())
    assert "headers.not-aligned" in above_ok(judge_mail(read_mail(mail)))


def test_only_the_second_signature_and_the_default_mail_from_do_not_align() -> None:
    mail = MANGLES["second only"](signed())
    findings = judge_mail(read_mail(delivered(mail, "gmail", "eu-west-1.amazonses.com")))
    assert above_ok(findings) == {
        "headers.own-signature-missing", "headers.return-path-amazonses", "headers.dmarc-fail", "headers.not-aligned",
    }  # fmt: skip


def test_header_fields_alone_are_enough_without_judging_the_body() -> None:
    pasted = delivered(signed(), "gmail").partition(b"\r\n\r\n")[0]
    mail = read_mail(pasted.replace(b"\r\n", b"\n"))
    assert {one.body_intact for one in mail.signatures} == {None}
    assert above_ok(judge_mail(mail)) == set()


def test_forged_results_below_the_border_do_not_count() -> None:
    """A spammer writes Gmail's own line into the mail; the real one above it says fail."""
    forged = b"Authentication-Results: mx.google.com; dkim=pass header.d=example.com; dmarc=pass header.from=example.com\r\n"
    mail = read_mail(delivered(forged + MANGLES["subject"](signed()), "postfix", LISTED))
    assert [one.server for one in mail.receivers.others] == ["mx.google.com"]
    assert "headers.dmarc-fail" in above_ok(judge_mail(mail))


def test_arc_results_are_told_apart() -> None:
    mail, findings = read("untouched", "fastmail")
    assert [(one.instance, one.server) for one in mail.receivers.arc] == [(1, "mx1.messagingengine.com")]
    assert above_ok(findings) == set()


def test_a_mail_from_the_sent_folder_is_no_proof() -> None:
    findings = judge_mail(read_mail(signed()))
    assert above_ok(findings) == {"headers.no-results"}

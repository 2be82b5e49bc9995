"""The pages of words, with the person's own values where they are remembered."""

import pytest

from seswizard.core.explain import explain
from seswizard.core.explain.words import PAGES, Own, word_of
from seswizard.core.findings import Level
from seswizard.core.records import Record

OWN = Own(
    "example.net",
    "eu-west-1",
    (
        Record("dkim", "aaa._domainkey.example.net", "CNAME", "aaa.dkim.amazonses.com", required=True),
        Record("mail-from-mx", "bounce.example.net", "MX", "feedback-smtp.eu-west-1.amazonses.com", priority=10),
        Record("mail-from-spf", "bounce.example.net", "TXT", "v=spf1 include:amazonses.com ~all"),
        Record("dmarc", "_dmarc.example.net", "TXT", "v=DMARC1; p=none;"),
    ),
    "2026-11-22",
)


@pytest.mark.parametrize(
    "word", ["SPF", "MX", "DKIM", "TXT", "DMARC", "TTL", "bounce", "MAIL FROM", "mail-from", "Return-Path", "  spf\n", "CNAME?"]
)
def test_a_word_has_a_page(word: str) -> None:
    found = explain(word)
    assert [(one.id, one.level) for one in found.findings] == [("explain.word", Level.OK)]
    assert len(found.findings[0].evidence) >= 2


@pytest.mark.parametrize("text", ["", "spam", "SPF is broken", "mail"])
def test_other_words_have_none(text: str) -> None:
    assert word_of(text) is None


@pytest.mark.parametrize(
    ("word", "name", "value"),
    [
        ("SPF", "bounce.example.net", "TXT v=spf1 include:amazonses.com ~all"),
        ("MX", "bounce.example.net", "MX 10 feedback-smtp.eu-west-1.amazonses.com"),
        ("DKIM", "aaa._domainkey.example.net", "CNAME aaa.dkim.amazonses.com"),
        ("DMARC", "_dmarc.example.net", "TXT v=DMARC1; p=none;"),
        ("TTL", "_dmarc.example.net", "TXT, 300 seconds"),
        ("MAIL FROM", "bounce.example.net", "MX 10 feedback-smtp.eu-west-1.amazonses.com"),
    ],
)
def test_a_page_has_your_own_value(word: str, name: str, value: str) -> None:
    rows = {(one.label, one.seen): one.source for one in explain(word, OWN).findings[0].evidence}
    assert rows[name, value] == "the last look at example.net, 2026-11-22"


def test_a_domain_without_mail_from_is_told_what_its_mx_would_be() -> None:
    bare = Own("example.net", "eu-west-1", OWN.records[:1], "2026-11-22")
    assert "10 feedback-smtp.eu-west-1.amazonses.com" in explain("mx", bare).findings[0].evidence[-1].seen


def test_commands_name_your_own_domain() -> None:
    for word, page in PAGES.items():
        remedy = explain(word, OWN).findings[0].remedy
        assert not page.command or (remedy is not None and "example.net" in remedy.command)

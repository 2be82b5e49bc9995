"""Which domains belong together: RFC 9989's walk where DNS was asked, and no more than the names tell where it was not."""

import pytest

from seswizard.core.dmarc import DmarcPolicy, parse
from seswizard.core.headers.alignment import Kind, Published, alignment
from seswizard.core.headers.judge import judge_mail
from seswizard.core.headers.mail import read_mail
from seswizard.core.headers.organisation import organisational_domain
from seswizard.core.names import DomainName
from tests.core.headers.mails import delivered, signed

P = "v=DMARC1; p=none"


@pytest.mark.parametrize(
    ("domain", "records", "organisation"),
    [
        ("a.example.com", {}, "a.example.com"),
        ("a.example.com", {"example.com": P}, "example.com"),
        ("a.b.example.com", {"b.example.com": P, "example.com": P}, "example.com"),
        ("a.b.example.com", {"b.example.com": f"{P}; psd=n", "example.com": P}, "b.example.com"),
        ("a.example.com", {"a.example.com": f"{P}; psd=n", "example.com": P}, "a.example.com"),
        ("a.example.bank", {"a.example.bank": P, "bank": f"{P}; psd=y"}, "example.bank"),
        ("example.bank", {"bank": f"{P}; psd=y"}, "example.bank"),
        ("bank.example", {"bank.example": f"{P}; psd=y", "example": P}, "example"),
        ("a.example.com", {"example.com": "v=spf1 -all"}, "a.example.com"),
        ("a.b.c.d.e.f.g.h.example.com", {"g.h.example.com": P, "example.com": P}, "example.com"),
    ],
)
def test_the_organisational_domain(domain: str, records: dict[str, str], organisation: str) -> None:
    texts = {f"_dmarc.{name}": (text,) for name, text in records.items()}
    assert organisational_domain(DomainName(domain), texts) == organisation


def test_two_records_at_one_name_are_none() -> None:
    assert organisational_domain(DomainName("a.example.com"), {"_dmarc.example.com": (P, P)}) == "a.example.com"


def policy(text: str) -> DmarcPolicy | None:
    return parse("_dmarc.example.com", text)


BOTH = (("example.com", "example.com"), ("bounce.example.com", "example.com"), ("news.example.com", "example.com"))


@pytest.mark.parametrize(
    ("kind", "domain", "author", "published", "holds"),
    [
        ("DKIM", "example.com", "example.com", None, True),
        ("SPF", "bounce.example.com", "example.com", None, True),
        ("DKIM", "example.com", "news.example.com", None, True),
        ("SPF", "bounce.example.com", "news.example.com", None, None),
        ("DKIM", "amazonses.com", "example.com", None, False),
        ("SPF", "notexample.com", "example.com", None, False),
        ("SPF", "", "example.com", None, False),
        ("SPF", "bounce.example.com", "news.example.com", Published(policy(P), BOTH), True),
        ("SPF", "bounce.example.com", "example.com", Published(policy(f"{P}; aspf=s"), BOTH), False),
        ("DKIM", "news.example.com", "example.com", Published(policy(f"{P}; aspf=s"), BOTH), True),
        ("DKIM", "news.example.com", "example.com", Published(policy(f"{P}; adkim=S"), BOTH), False),
        ("DKIM", "example.com", "example.com", Published(policy(f"{P}; adkim=s"), BOTH), True),
        ("SPF", "a.example.com", "example.com", Published(None, (("example.com", "example.com"),)), None),
        (
            "SPF",
            "a.example.com",
            "example.com",
            Published(None, (("example.com", "example.com"), ("a.example.com", "a.example.com"))),
            False,
        ),
        ("DKIM", "amazonses.com", "example.com", Published(policy(P), BOTH), False),
    ],
)
def test_alignment(kind: Kind, domain: str, author: str, published: Published | None, holds: bool | None) -> None:
    assert alignment(kind, domain, author, published).holds is holds


def found(published: Published | None, mail_from: str = "bounce.example.com", dkim: bool = True) -> dict[str, str]:
    content = delivered(signed() if dkim else signed().replace(b"Subject: Your", b"Subject: x"), "gmail", mail_from)
    content = content.replace(b"dmarc=pass", b"dmarc=none").replace(b"dmarc=fail", b"dmarc=none")
    return {one.id: one.title for one in judge_mail(read_mail(content), published)}


def test_a_strict_policy_leaves_only_the_signature() -> None:
    assert "backed by DKIM." in found(Published(policy(f"{P}; aspf=s"), BOTH))["headers.aligned"]
    assert "backed by DKIM and SPF." in found(Published(policy(P), BOTH))["headers.aligned"]


def test_a_strict_policy_and_a_broken_signature_leave_nothing() -> None:
    assert "headers.not-aligned" in found(Published(policy(f"{P}; aspf=s"), BOTH), dkim=False)


def test_no_policy_is_advice_and_names_the_from() -> None:
    assert "example.com" in found(Published(None, BOTH))["headers.dmarc-none"]
    assert "headers.dmarc-none" not in found(Published(policy(P), BOTH))


def test_what_the_names_cannot_tell_is_told_as_such() -> None:
    content = (
        b"Authentication-Results: a.example; spf=pass smtp.mailfrom=bounce.example.com\r\n"
        b"Received: from x.amazonses.com by a.example with ESMTPS\r\nFrom: a@news.example.com\r\n\r\nx"
    )
    mail = read_mail(content)
    assert "headers.alignment-unseen" in {one.id for one in judge_mail(mail)}
    aligned = judge_mail(mail, Published(policy(P), (*BOTH,)))
    assert "headers.aligned" in {one.id for one in aligned}

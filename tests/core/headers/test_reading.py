"""The parts a mail is read into: header section, From, signatures and body hash, hops, unsubscribing."""

import hashlib
from base64 import b64encode

import dkim.canonicalization  # type: ignore[import-untyped]  # dkimpy carries no types
import pytest
from hypothesis import given
from hypothesis import strategies as st

from seswizard.core.failure import BadInputError
from seswizard.core.headers.mail import read_mail
from seswizard.core.headers.message import parse
from seswizard.core.headers.received import handover
from seswizard.core.headers.shown import domain_in, mailboxes
from seswizard.core.headers.signature import body_hash, signatures, tags
from seswizard.core.headers.unsubscribe import unsubscribe
from tests.core.headers.mails import BODY, HEADER, SES_SELECTOR, TOKEN, signed


@pytest.mark.parametrize(
    ("content", "fields", "body"),
    [
        (b"A: b\r\n\r\nbody\r\n", [("a", "b")], b"body\r\n"),
        (b"A: b\n\nbody\n", [("a", "b")], b"body\r\n"),
        (b"A: b", [("a", "b")], None),
        (b"A: b\n\n", [("a", "b")], None),
        (b"\xef\xbb\xbfA: b\r\n c\r\n\td\r\n", [("a", "b c\td")], None),
        (b"From me@example.com Sun Nov 22\nFrom: a@b.example\n\nx", [("from", "a@b.example")], b"x"),
        (b"From me Sun\nA: 1\n\nx\n\nFrom me Mon\nA: 2\n\ny\n", [("a", "1")], b"x\r\n"),
        (b"From me Sun\nA: 1\n\n>From here\n\ny From\n", [("a", "1")], b"From here\r\n\r\ny From\r\n"),
        (b"A: 1\rB: 2\r 3\r\rx\r", [("a", "1"), ("b", "2 3")], b"x\r\n"),
        ("\ufeffA: 1\r\nB: 2\r\n\r\nx\r\n".encode("utf-16-le"), [("a", "1"), ("b", "2")], b"x\r\n"),
        (b"    A: 1\n    B: 2\n      3\n\n    x\n", [("a", "1"), ("b", "2  3")], b"x\r\n"),
        (b"  A: 1\nB: 2\n\n  x", [("a", "1"), ("b", "2")], b"  x"),
        (b"\r\n\r\nA : b\r\n", [("a", "b")], None),
        (b"A: b\r\nnot a field\r\nC: d", [("a", "b")], b"not a field\r\nC: d"),
        (b"A: \xff\xfe\r\n", [("a", "��")], None),
        (b"A: b\x00c\r\n", [("a", "b\x00c")], None),
        (b"A:\r\n b\r\n", [("a", "b")], None),
    ],
)
def test_a_mail_is_split(content: bytes, fields: list[tuple[str, str]], body: bytes | None) -> None:
    found = parse(content)
    assert [(one.name, one.value) for one in found.fields] == fields
    assert found.body == body


@pytest.mark.parametrize(
    "content",
    [b"", b"\n\n", b"hello there", b"\x00\x01\x02", b"From me@example.com", b"<html>", b"%PDF-1.7\n", b": x"],
)
def test_what_holds_no_field_is_said_in_one_sentence(content: bytes) -> None:
    with pytest.raises(BadInputError) as caught:
        parse(content)
    assert str(caught.value).endswith(".")


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ("ann@example.com", ("ann@example.com",)),
        ("Ann <ann@example.com>", ("ann@example.com",)),
        ('"Ann, x@evil.example" <ann@example.com>', ("ann@example.com",)),
        ("x@evil.example <ann@example.com>", ("ann@example.com",)),
        ("Ann (x@evil.example) <ann@example.com> (y@evil.example)", ("ann@example.com",)),
        ("a@example.com, B <b@example.org>", ("a@example.com", "b@example.org")),
        ('"a, b" <a@example.com>, "c, d" <c@example.com>', ("a@example.com", "c@example.com")),
        ("=?utf-8?q?x=40evil.example?= <ann@example.com>", ("ann@example.com",)),
        ("undisclosed-recipients:;", ()),
        ("", ()),
    ],
)
def test_addresses_are_the_bracketed_ones(value: str, found: tuple[str, ...]) -> None:
    assert mailboxes(value) == found


@pytest.mark.parametrize(
    ("text", "domain"),
    [("a@EXAMPLE.com.", "example.com"), ("a@bücher.example", "xn--bcher-kva.example"), ("example.com", "example.com"), ("", "")],
)
def test_domains_are_a_labels(text: str, domain: str) -> None:
    assert domain_in(text) == domain


@pytest.mark.parametrize("body", ["simple", "relaxed"])
@pytest.mark.parametrize("header", ["simple", "relaxed"])
@pytest.mark.parametrize("content", [BODY, b"", b"\r\n", b"\r\n\r\n", b"x", b" x \t y \r\n\r\n\r\n", b" \r\n \r\n"])
def test_what_dkimpy_signed_is_intact_here_too(header: str, body: str, content: bytes) -> None:
    mail = parse(signed(HEADER, content, (header.encode(), body.encode())))
    found = signatures(mail)
    assert [(one.domain, one.selector) for one in found] == [("example.com", TOKEN), ("amazonses.com", SES_SELECTOR)]
    assert {one.body_intact for one in found} == {True}
    assert "subject" in found[0].covers


@given(st.lists(st.sampled_from([b" ", b"\t", b"\r\n", b"x", b"yz", b"\n", b"\r"]), max_size=40).map(b"".join), st.booleans())
def test_the_canonical_body_is_dkimpys(body: bytes, relaxed: bool) -> None:
    """Line ends are made CRLF first, as a mail on its way has them."""
    mail = b"A: b\r\n\r\n" + body
    given_body = parse(mail).body or b""
    if given_body and not given_body.endswith(b"\r\n"):
        given_body += b"\r\n"
    reference = dkim.canonicalization.Relaxed if relaxed else dkim.canonicalization.Simple
    wanted = hashlib.sha256(reference.canonicalize_body(given_body)).digest()
    assert body_hash(given_body, "sha256", "relaxed" if relaxed else "simple") == wanted


@pytest.mark.parametrize(
    ("change", "intact"),
    [
        ("bh=", False),
        ("l=5; bh=47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=", False),
        ("a=ed25519-sha256; bh=", False),
        ("a=rsa-sha512; bh=", None),
        ("c=relaxed/odd; bh=", None),
        ("l=-1; bh=", None),
        ("l=x; bh=", None),
        ("l=99999999999999999999; bh=", None),
        ("bh=!!!", None),
        ("bh=", False),
    ],
)
def test_a_body_hash_is_compared_only_where_the_method_is_known(change: str, intact: bool | None) -> None:
    value = f"v=1; d=example.com; s=x; {change}{'AAAA' if change.endswith('bh=') else ''}; a=rsa-sha256; c=simple/simple"
    (one,) = signatures(parse(f"DKIM-Signature: {value}\r\n\r\nbody\r\n".encode()))
    assert one.body_intact is intact


def test_a_length_leaves_what_was_added_later_aside() -> None:
    whole = b"one\r\n"
    mark = b64encode(hashlib.sha256(whole).digest()).decode()
    content = f"DKIM-Signature: a=rsa-sha256; d=example.com; s=x; l=5; bh={mark}\r\n\r\none\r\nfooter\r\n".encode()
    assert signatures(parse(content))[0].body_intact is True


def test_tags_are_read_without_their_white_space() -> None:
    assert tags("v = 1 ; b= Ab\r\n\t Cd= ; b=second; junk; =x; s=") == {"v": "1", "b": "AbCd=", "": "x", "s": ""}


SES_HOP = "from a8-31.smtp-out.amazonses.com (a8-31.smtp-out.amazonses.com. [192.0.2.1]) by mx.example.net"


@pytest.mark.parametrize(
    ("values", "encrypted", "version", "server"),
    [
        ([f"{SES_HOP} with ESMTPS id 1 (version=TLS1_3 cipher=TLS_AES_128_GCM_SHA256); Sun"], True, "TLS 1.3", "mx.example.net"),
        ([f"{SES_HOP} with ESMTP id 1; Sun"], False, "", "mx.example.net"),
        ([f"{SES_HOP} (using TLSv1.2 with cipher X) with ESMTP id 1"], True, "TLS 1.2", "mx.example.net"),
        ([f"{SES_HOP} with UTF8SMTPS id 1"], True, "", "mx.example.net"),
        ([f"{SES_HOP} with HTTP id 1"], None, "", "mx.example.net"),
        ([f"{SES_HOP}"], None, "", "mx.example.net"),
        ([f"{SES_HOP} with esmtps (TLS1.3) tls TLS_AES_256_GCM_SHA384 (Exim 4.96)"], True, "TLS 1.3", "mx.example.net"),
        (["from inner.example by inner2.example with LMTP", f"{SES_HOP} with ESMTPS"], True, "", "mx.example.net"),
        (["from b.example by mx.example with SMTP", "from a.example by b.example with ESMTPS"], False, "", "mx.example"),
        (["by 2002:a05 with SMTP id f8csp1", f"{SES_HOP} with ESMTPS"], True, "", "mx.example.net"),
    ],
)  # fmt: skip
def test_the_hop_from_ses(values: list[str], encrypted: bool | None, version: str, server: str) -> None:
    hop = handover(parse("".join(f"Received: {value}\r\n" for value in values).encode()))
    assert hop is not None
    assert (hop.encrypted, hop.version, hop.server) == (encrypted, version, server)


def test_a_cipher_in_the_name_of_a_server_is_no_tls() -> None:
    hop = handover(parse(b"Received: from TLS_AES_128.amazonses.com by mx.example.net with SMTP\r\n"))
    assert hop is not None
    assert hop.encrypted is False


def test_no_hop_is_no_answer() -> None:
    assert handover(parse(b"Received: by x with SMTP\r\nSubject: y\r\n")) is None


OFFER, POST = b"List-Unsubscribe: <https://example.com/u>\r\n", b"List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n"
NO_POST = b"List-Unsubscribe-Post: yes\r\n"
COVERING = b"DKIM-Signature: d=example.com; s=x; h=From:List-Unsubscribe:List-Unsubscribe-Post\r\n"


@pytest.mark.parametrize(
    ("head", "lacks"),
    [
        (OFFER + POST + COVERING, ()),
        (b"List-Unsubscribe: <mailto:a@b>,\r\n <HTTPS://example.com/u>\r\n" + POST + COVERING, ()),
        (POST + COVERING, ("List-Unsubscribe",)),
        (b"List-Unsubscribe: <mailto:u@example.com>\r\n" + POST + COVERING, ("an https address in List-Unsubscribe",)),
        (b"List-Unsubscribe: <http://example.com/u>\r\n" + POST + COVERING, ("an https address in List-Unsubscribe",)),
        (OFFER + COVERING, ("List-Unsubscribe-Post",)),
        (OFFER + NO_POST + COVERING, ("the words List-Unsubscribe=One-Click in List-Unsubscribe-Post",)),
        (OFFER + POST, ("a DKIM signature that covers both fields",)),
        (OFFER + POST + b"DKIM-Signature: h=From:List-Unsubscribe\r\n", ("a DKIM signature that covers both fields",)),
        (OFFER + OFFER + POST + COVERING, ("exactly one of each field",)),
    ],
)  # fmt: skip
def test_one_click_by_rfc_8058(head: bytes, lacks: tuple[str, ...]) -> None:
    message = parse(head)
    assert unsubscribe(message, signatures(message)).lacks == lacks


@pytest.mark.parametrize(
    ("head", "author"),
    [
        (b"From: a@example.com\r\n", "example.com"),
        (b"From: a@example.com\r\nFrom: b@example.com\r\n", ""),
        (b"From: a@example.com, b@example.org\r\n", ""),
        (b"From: a@example.com, b@example.com\r\n", "example.com"),
        (b"Subject: x\r\n", ""),
    ],
)
def test_the_author_is_one_domain_or_none(head: bytes, author: str) -> None:
    assert read_mail(head).author == author

"""Nothing that stands in a mail may crash the reading, reach a terminal, or cost more than its length."""

import json
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seswizard.core.failure import BadInputError
from seswizard.core.headers.judge import judge_mail
from seswizard.core.headers.kinds import LEVELS
from seswizard.core.headers.mail import read_mail
from seswizard.core.headers.message import parse
from seswizard.core.headers.shown import mailboxes
from seswizard.core.headers.words import segments, without_comments
from seswizard.exports.report import finding_dict

BIG = 100_000
"""Characters of each of eleven fields: together more than a megabyte of header."""
BODY = 1_000_000
EVERYWHERE = (
    "Authentication-Results", "ARC-Authentication-Results", "DKIM-Signature", "From", "Received", "Received-SPF",
    "Return-Path", "List-Unsubscribe", "List-Unsubscribe-Post", "List-Id", "Subject",
)  # fmt: skip
NASTY = {
    "parentheses": "(" * BIG,
    "closed": "()" * (BIG // 2),
    "quotes": '"' * BIG,
    "quoted commas": '",' * (BIG // 2),
    "backslashes": '"' + "\\" * BIG,
    "angles": "<" * BIG,
    "commas": "," * BIG,
    "blanks": "a" + " " * BIG + "b",
    "semicolons": ";" * BIG,
    "equals": "=" * BIG,
    "words": "dkim=pass;" * (BIG // 10),
    "properties": "a; dkim=pass " + "header.d=x " * (BIG // 11),
    "dots": "a@" + "." * BIG,
    "labels": "a@" + "a." * (BIG // 2),
    "at": "@" * BIG,
    "hex": "\x00\x1b[2J\u202e\x9b" * (BIG // 8),
    "from": "from " * (BIG // 5),
    "uris": "<https://x>" * (BIG // 11),
    "letters": "x" * BIG,
}


def judged(content: bytes) -> str:
    found = judge_mail(read_mail(content))
    assert len({one.id for one in found}) == len(found)
    assert all(one.level in LEVELS[one.id] for one in found)
    return json.dumps([finding_dict(one) for one in found], ensure_ascii=False)


@pytest.mark.parametrize("name", NASTY)
def test_a_megabyte_of_it_in_every_field_that_is_read(name: str) -> None:
    """Would not end within a test run, were anything of it quadratic."""
    content = "".join(f"{field}: {NASTY[name]}\r\n" for field in EVERYWHERE).encode()
    text = judged(b"Authentication-Results: mx.example; dkim=fail header.d=example.com\r\n" + content + b"\r\nbody")
    assert len(text) < 200_000
    assert not any(char in text for char in "\x00\x1b\x9b\u202e")


@pytest.mark.parametrize("field", EVERYWHERE)
def test_ten_thousand_of_a_field(field: str) -> None:
    content = f"{field}: a; dkim=fail header.d=example.com; d=example.com; s=x; bh=AAAA; from x@example.com by y\r\n" * 10_000
    assert len(judged(content.encode() + b"\r\n" + b"body \r\n" * 10_000)) < 200_000


@pytest.mark.parametrize(
    "body", [b" " * BODY, b"\r\n" * BODY, b" \r\n" * BODY, b"\t" * BODY + b"x", b"\r" * BODY, b"\x00" * BODY]
)
def test_a_body_of_nothing_much(body: bytes) -> None:
    head = b"DKIM-Signature: a=rsa-sha256; c=relaxed/relaxed; d=example.com; s=x; bh=AAAA\r\n"
    assert "headers.body-changed" in judged(head + b"From: a@example.com\r\n\r\n" + body)


def test_a_million_fields_are_not_kept_and_the_body_is_still_found() -> None:
    content = b"From: a@example.com\n" + b"a: b\n c\n" * 1_000_000 + b"\nbody"
    found = parse(content)
    assert len(found.fields) == 20_000
    assert (found.fields[-1].value, found.body) == ("b c", b"body")


@given(st.binary(max_size=400))
@settings(max_examples=150)
def test_any_bytes_at_all(content: bytes) -> None:
    try:
        judged(content)
    except BadInputError as error:
        assert str(error).isprintable()


ALPHABET = st.text(st.sampled_from(list('()"\\;=<>@,. \t\x00aé')), max_size=60)


@given(ALPHABET)
@settings(max_examples=150)
def test_any_value_in_any_field(value: str) -> None:
    judged("".join(f"{field}: {value}\r\n" for field in EVERYWHERE).encode())


@given(ALPHABET)
@settings(max_examples=150)
def test_words_lose_nothing_but_comments_and_signs(text: str) -> None:
    """Whatever letter stands outside comments is still in a word."""
    words = "".join((key or "") + value for one in segments(text) for key, value in one.words)
    inside = "".join(comment for one in segments(text) for comment in one.comments)
    assert (words + inside).count("é") == text.count("é")
    assert len(without_comments(text)) <= len(text) + text.count("(")


@pytest.mark.parametrize("value", ['"', '",', "<a@b.example>,", '"a",', ",", '\\"', '"<a@b.example>"'])
def test_addresses_cost_no_more_than_their_length(value: str) -> None:
    """Eight times the text takes about eight times as long, not sixty-four times; both are measured in one breath."""

    def spent(times: int) -> float:
        text, best = value * times, float("inf")
        for _ in range(3):
            began = time.process_time()
            mailboxes(text)
            best = min(best, time.process_time() - began)
        return best

    few, many = spent(50_000), spent(400_000)
    assert many < 30 * few + 0.5

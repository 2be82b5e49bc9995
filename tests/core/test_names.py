"""Names as people type them, and the sentence they get when it is not what SES takes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seswizard.core.names import (
    BadNameError,
    DomainName,
    EmailAddress,
    domain_of,
    parse_identity,
    relative_to,
    within,
)
from seswizard.core.text import printable

LABEL = st.from_regex(r"[a-z0-9]([a-z0-9-]{0,20}[a-z0-9])?", fullmatch=True)
TOP = st.sampled_from(["com", "org", "example", "xn--p1ai"])
DOMAIN = st.builds(lambda labels, top: ".".join([*labels, top]), st.lists(LABEL, min_size=1, max_size=6), TOP)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("example.com", "example.com"),
        ("Example.COM", "example.com"),
        ("  example.com.\n", "example.com"),
        ("bücher.example", "xn--bcher-kva.example"),
        ("BÜCHER.example", "xn--bcher-kva.example"),
        ("xn--bcher-kva.example", "xn--bcher-kva.example"),
        ("例え。jp", "xn--r8jz45g.jp"),
        ("a-b.c--d.example", "a-b.c--d.example"),
        ("3com.example", "3com.example"),
        ("www.com", "www.com"),
        ("mail.www.example.com", "mail.www.example.com"),
        (f"{'a' * 63}.com", f"{'a' * 63}.com"),
    ],
)
def test_a_domain_is_kept_as_lower_case_a_labels_without_its_dot(typed: str, kept: str) -> None:
    assert str(DomainName.parse(typed)) == kept


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "Type a domain"),
        ("   ", "Type a domain"),
        ("https://example.com/contact", "web address; the domain is example.com."),
        ("HTTPS://WWW.Example.com", "web address; the domain is example.com."),
        ("http://user:word@example.com:8080/", "web address; the domain is example.com."),
        ("https://example.com?from=mail", "web address; the domain is example.com."),
        ("https://", "Type a domain"),
        ("example.com/", "web address; the domain is example.com."),
        ("post@example.com", "address; the domain is example.com."),
        ("www.example.com", "type example.com, without www."),
        ("WWW.Example.com.", "type example.com, without www."),
        ("localhost", "no dot"),
        ("example..com", "not a domain name"),
        (".example.com", "not a domain name"),
        ("-a.example.com", "not a domain name"),
        ("a-.example.com", "not a domain name"),
        ("a_b.example.com", "not a domain name"),
        ("exa mple.com", "not a domain name"),
        ("example.com\x1b[31m", "not a domain name"),
        ("192.0.2.1", "network address"),
        (f"{'a' * 64}.com", "at most 63"),
        (".".join(["abcdefgh"] * 29), "at most 253"),
        ("ü" * 64 + ".example", "not a domain name"),
        ("straße.example", "IDNA"),
        ("a\u200db.example", "IDNA"),
    ],
)
def test_anything_else_gets_one_sentence_that_names_what_was_meant(typed: str, said: str) -> None:
    with pytest.raises(BadNameError) as caught:
        DomainName.parse(typed)
    sentence = str(caught.value)
    assert said in sentence
    assert sentence.endswith(".")
    assert "\x1b" not in sentence
    assert len(sentence) < 200


@given(DOMAIN)
def test_a_domain_that_was_read_reads_the_same_again(text: str) -> None:
    if text.startswith("www."):
        return
    name = DomainName.parse(text)
    assert DomainName.parse(str(name)) == name
    assert DomainName.parse(str(name).upper() + ".") == name
    assert ".".join(name.labels) == str(name)


@given(st.text(st.characters(codec="utf-8"), min_size=1, max_size=40))
def test_whatever_is_typed_gives_a_name_that_reads_again_or_a_sentence(typed: str) -> None:
    try:
        name = parse_identity(typed)
    except BadNameError as error:
        assert printable(str(error)) == str(error)
        return
    assert str(name).isascii()
    assert parse_identity(str(name)) == name


@given(st.sampled_from(["bücher", "müller", "пример", "例え", "日本語"]), TOP)
def test_a_unicode_name_survives_the_way_there_and_back(label: str, top: str) -> None:
    name = DomainName.parse(f"{label}.{top}")
    assert name.unicode.split(".")[0] == label
    assert DomainName.parse(name.unicode) == name


def test_an_a_label_that_means_nothing_stays_as_it_is() -> None:
    assert DomainName.parse("xn--0.example").unicode == "xn--0.example"


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Post@Example.COM", "Post@example.com"),
        (" ann+news@bücher.example ", "ann+news@xn--bcher-kva.example"),
        ("o'neil@example.com.", "o'neil@example.com"),
    ],
)
def test_an_address_keeps_the_case_of_its_local_part(typed: str, kept: str) -> None:
    address = EmailAddress.parse(typed)
    assert (str(address), address.text) == (kept, kept)


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "@",
        "post",
        "post@",
        "@example.com",
        "a b@example.com",
        "a@b@example.com",
        ".a@example.com",
        "a.@example.com",
        "a..b@example.com",
        f"{'a' * 65}@example.com",
        "post@localhost",
        "pöst@example.com",
        "a\r\nBcc:x@example.com",
    ],
)
def test_what_is_no_address_gets_one_sentence(typed: str) -> None:
    with pytest.raises(BadNameError) as caught:
        EmailAddress.parse(typed)
    sentence = str(caught.value)
    assert sentence.endswith(".")
    assert sentence[:1].strip(), "the sentence names nothing"
    assert sentence.isprintable()


def test_an_identity_is_a_domain_or_an_address_and_both_have_a_domain() -> None:
    domain, address = parse_identity("Example.com"), parse_identity("post@Example.com")
    assert isinstance(domain, DomainName)
    assert isinstance(address, EmailAddress)
    assert domain_of(domain) == domain_of(address) == DomainName("example.com")


@pytest.mark.parametrize(
    ("name", "zone", "host"),
    [
        ("example.com", "example.com", "@"),
        ("a.example.com", "example.com", "a"),
        ("a._domainkey.mail.example.com", "example.com", "a._domainkey.mail"),
        ("a.example.com", "sub.example.com", "a.example.com"),
        ("badexample.com", "example.com", "badexample.com"),
    ],
)
def test_a_host_is_relative_to_its_zone_and_whole_outside_it(name: str, zone: str, host: str) -> None:
    assert relative_to(name, zone) == host


@given(DOMAIN, LABEL)
def test_a_relative_host_with_its_zone_is_the_name_again(zone: str, label: str) -> None:
    name = f"{label}.{zone}"
    assert f"{relative_to(name, zone)}.{zone}" == name
    assert within(name, zone)
    assert within(name, "")
    assert not within(zone, name)

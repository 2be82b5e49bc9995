"""Authentication-Results by the letter of RFC 8601, its own examples, and what real receivers make of it."""

import pytest

from seswizard.core.headers.message import parse
from seswizard.core.headers.results import read_results, receivers

Read = list[tuple[str, str, dict[str, str]]]


def read(value: str) -> tuple[str, Read]:
    found = read_results(value)
    return found.server, [(one.method, one.value, dict(one.properties)) for one in found.results]


@pytest.mark.parametrize(
    ("value", "server", "results"),
    [
        ("example.org 1; none", "example.org", []),
        ("example.org; none", "example.org", []),
        ("example.com; spf=pass smtp.mailfrom=example.net", "example.com", [("spf", "pass", {"smtp.mailfrom": "example.net"})]),
        # RFC 8601 appendix B.6: comments in every place, and a version of the method.
        (
            'foo.example.net (foobar) 1 (baz);\r\n dkim (Because I like it) / 1 (One yay) = (wait for it) fail\r\n'
            " policy (A dot can go here) . (like that) expired\r\n (this surprised me) = (as I wasn't expecting it) 1362471462",
            "foo.example.net",
            None,
        ),
        (
            'example.com; auth=pass (cram-md5) smtp.auth=sender@example.net; spf=hardfail smtp.mailfrom="a;b=c"@example.net',
            "example.com",
            [("auth", "pass", {"smtp.auth": "sender@example.net"}), ("spf", "hardfail", {"smtp.mailfrom": "a;b=c@example.net"})],
        ),
        (
            '"quoted.example"; dkim=pass reason="good; signature" header.i=@mail-router.example.net',
            "quoted.example",
            [("dkim", "pass", {"reason": "good; signature", "header.i": "@mail-router.example.net"})],
        ),
        ("a.example; dkim/1=PASS header.b=AbC/d+e=", "a.example", [("dkim", "pass", {"header.b": "AbC/d+e="})]),
        ("a.example; dkim = pass header.d = b.example", "a.example", [("dkim", "pass", {"header.d": "b.example"})]),
        (
            "a.example; dkim=pass (nested (deep) \\) paren; dkim=fail) header.d=b.example",
            "a.example",
            [("dkim", "pass", {"header.d": "b.example"})],
        ),
        ("a.example; dmarc=pass(p=NONE) header.from=b.example", "a.example", [("dmarc", "pass", {"header.from": "b.example"})]),
        (
            "spf=pass (sender IP is 192.0.2.1) smtp.mailfrom=b.example; dkim=none header.d=none;"
            "dmarc=bestguesspass action=none header.from=b.example",
            "",
            [
                ("spf", "pass", {"smtp.mailfrom": "b.example"}),
                ("dkim", "none", {"header.d": "none"}),
                ("dmarc", "bestguesspass", {"action": "none", "header.from": "b.example"}),
            ],
        ),
        (
            "mta4.mail.gq1.yahoo.com  from=b.example; domainkeys=neutral (no sig);  from=b.example; dkim=pass (ok)",
            "mta4.mail.gq1.yahoo.com",
            [("domainkeys", "neutral", {}), ("dkim", "pass", {})],
        ),
        (
            "a.example; spf=none smtp.mailfrom=; dkim=pass",
            "a.example",
            [("spf", "none", {"smtp.mailfrom": ""}), ("dkim", "pass", {})],
        ),
        ("a.example;;; ;dkim=pass;", "a.example", [("dkim", "pass", {})]),
        ("", "", []),
        (";", "", []),
        ("(", "", []),
        ('"', "", []),
        ("=;=", "", []),
        ("a.example; dkim=pass \x1b[31m(x) header.d=\x07b.example", "a.example", [("dkim", "pass", {"header.d": "␇b.example"})]),
    ],
)  # fmt: skip
def test_a_field_is_read_by_the_letter(value: str, server: str, results: Read | None) -> None:
    found_server, found = read(value)
    assert found_server == server
    if results is not None:
        assert found == results


def test_comments_go_with_their_result() -> None:
    (one,) = read_results("a.example; spf=fail (first) (second (inner)) smtp.mailfrom=b.example").results
    assert one.comment == "first second (inner)"


@pytest.mark.parametrize(
    ("value", "instance", "server"),
    [
        ("i=1; mx.google.com; dkim=pass", 1, "mx.google.com"),
        ("i=2;a.example 1;none", 2, "a.example"),
        ("i=x; a.example; spf=pass", 0, "a.example"),
    ],
)
def test_arc_results_carry_their_instance(value: str, instance: int, server: str) -> None:
    found = read_results(value)
    assert (found.instance, found.server) == (instance, server)


@pytest.mark.parametrize(
    ("properties", "domain"),
    [
        ("header.d=B.Example.", "b.example"),
        ("header.i=@news.b.example", "news.b.example"),
        ("smtp.mailfrom=bounce+x=y@b.example", "b.example"),
        ("smtp.mailfrom=<a@b.example>", "b.example"),
        ("smtp.helo=mail.b.example", "mail.b.example"),
        ("header.from=b.example header.d=c.example", "c.example"),
        ("", ""),
    ],
)
def test_the_domain_a_result_is_about(properties: str, domain: str) -> None:
    assert read_results(f"a.example; dkim=pass {properties}").results[0].domain == domain


HOP = b"Received: from a.example by b.example with ESMTP\r\n"


def field(server: str, said: str = "dkim=pass") -> bytes:
    return f"Authentication-Results: {server}; {said}\r\n".encode()


@pytest.mark.parametrize(
    ("head", "own", "others"),
    [
        (HOP, None, []),
        (field("a.example"), "a.example", []),
        (HOP + field("a.example") + HOP, "a.example", []),
        (HOP + HOP + field("a.example") + field("a.example", "spf=pass") + HOP, "a.example", []),
        (field("a.example") + HOP + field("a.example"), "a.example", ["a.example"]),
        (field("a.example") + HOP + field("b.example") + field("c.example"), "a.example", ["b.example", "c.example"]),
        (field("OpenDMARC", "dmarc=pass") + field("mx.example"), "mx.example", []),
    ],
)
def test_only_the_topmost_server_is_the_receiver(head: bytes, own: str | None, others: list[str]) -> None:
    found = receivers(parse(head + b"Subject: x\r\n\r\n"))
    assert (found.own.server if found.own else None) == own
    assert [one.server for one in found.others] == others


def test_fields_of_one_server_are_taken_together() -> None:
    found = receivers(parse(field("a.example", "dmarc=pass") + field("a.example", "dkim=fail") + HOP))
    assert found.own is not None
    assert [(one.method, one.value) for one in found.own.results] == [("dmarc", "pass"), ("dkim", "fail")]


@pytest.mark.parametrize(
    ("value", "said", "domain"),
    [
        ("Pass (mailfrom) identity=mailfrom; client-ip=192.0.2.1; envelope-from=<01@b.example>;", "pass", "b.example"),
        ("softfail (google.com: domain of transitioning a@b.example does not designate) client-ip=192.0.2.1;", "softfail", ""),
        ("(odd) None", "none", ""),
    ],
)  # fmt: skip
def test_received_spf_stands_in_where_there_is_no_result(value: str, said: str, domain: str) -> None:
    found = receivers(parse(field("a.example") + b"Received-SPF: " + value.encode() + b"\r\n" + HOP))
    assert found.own is not None
    (spf,) = found.own.by("spf")
    assert (spf.value, spf.domain) == (said, domain)

"""Whatever is pasted: no crash, no secret, no control character, and an end."""

import json
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seswizard.core.explain import LIMIT, explain
from seswizard.core.explain.hiding import hidden, quoted, without_answers
from seswizard.core.explain.kinds import LEVELS, Explanation
from seswizard.core.explain.replies import replies
from seswizard.core.findings import Level
from seswizard.core.text import printable

SECRET = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
PASSWORD = "BA7bhRbFZzRjjfpKnQ3pMd0mXhKZBq2yT8wVQ9sLx1Yz"
FRAGMENTS = (
    "554 Message rejected: Email address is not verified. The following identities failed the check in region EU-WEST-1: a@b.org",
    "535 Authentication Credentials Invalid",
    "501 Invalid MAIL FROM address provided",
    "250 Ok",
    "\n",
    "\r\n",
    "\0",
    "\x1b[31m",
    "postfix/smtp[1]: 4F2A1B3C: ",
    "status=bounced (host email-smtp.eu-west-1.amazonaws.com[1] said: ",
    "from=<>",
    "relay=x[1]:587",
    "1tEabc-000000001AB-2cDe ** ",
    "host=a exitcode=EX_NOPERM",
    "v=spf1 include:amazonses.com",
    " -all",
    "v=DMARC1; p=none;",
    "v=DKIM1; p=",
    "Final-Recipient: rfc822; a@b.org\n",
    "Action: failed\n",
    "Status: 5.1.1\n",
    "Content-Type: multipart/report; boundary=a\n\n--a\n",
    "Content-Type: message/delivery-status\n\n",
    "Content-Transfer-Encoding: base64\n",
    "Content-Type: text/plain; charset=nonsense\n\n",
    '{"eventType":"Bounce","mail":{},"bounce":{"bounceType":"Permanent"}}',
    '{"Message":"{',
    "}",
    "[",
    '"',
    "\\",
    "AUTH PLAIN ",
    "334 ",
    "An error occurred (MessageRejected) when calling the SendEmail operation: ",
    "Connection timed out",
    "smtp",
    ":25",
    "Ω",
    "\ud800",
    "\u202e",
)


def shown(found: Explanation) -> str:
    """Every word that an explanation says."""
    return json.dumps(
        [
            (
                one.title,
                one.remedy and (one.remedy.text, [row.value for row in one.remedy.records]),
                [(row.label, row.seen, row.source) for row in one.evidence],
            )
            for one in found.findings
        ],
        ensure_ascii=False,
    )


def sane(found: Explanation) -> None:
    """What is true of every explanation."""
    assert found.findings
    assert len({one.id for one in found.findings}) == len(found.findings)
    for one in found.findings:
        words = [one.title, *(f"{row.label}{row.seen}" for row in one.evidence), one.remedy.text if one.remedy else ""]
        assert [word for word in words if printable(word) != word] == []
        assert not (one.id.startswith("explain.") and one.id not in LEVELS)


@settings(deadline=None)
@given(st.text())
def test_any_text_is_survived(text: str) -> None:
    sane(explain(text))


@settings(deadline=None, max_examples=300)
@given(st.lists(st.one_of(st.sampled_from(FRAGMENTS), st.text(max_size=8)), max_size=14).map("".join))
def test_any_mixture_of_what_is_known_is_survived(text: str) -> None:
    sane(explain(text))


Json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                "eventType notificationType mail bounce complaint bouncedRecipients delivery Message Records Sns body detail "
                "Type Error Code message bounceType emailAddress destination messageId deliveryDelay".split()
            ),
            inner
            | st.sampled_from(
                ["Bounce", "Complaint", "Delivery", "DeliveryDelay", "Permanent", '{"eventType":"Bounce","mail":{}}']
            ),
            max_size=6,
        )
    ),
    max_leaves=20,
)


@settings(deadline=None)
@given(Json)
def test_any_json_is_survived(value: object) -> None:
    sane(explain(json.dumps(value)))


def whole(piece: str) -> str:
    """As much text as is read."""
    return (piece * (LIMIT // len(piece) + 1))[:LIMIT]


@pytest.mark.parametrize(
    "piece",
    [
        "A0a",
        "\n",
        "\x1b[31m",
        "554 address\n",
        "://a:",
        "password=",
        "AUTH PLAIN ",
        "Word(",
        "a.",
        "{",
        '{"a":',
        '{"Message":"',
        "From: a@b <",
        "from=<",
        "lost connection with ",
        "postfix/smtp[1]: 4F2A1B3C: status=bounced (host amazonaws.com said: 554 x (in reply to\n",
        "1tEabc-000000001AB-2cDe ** a: error after\n",
        "Final-Recipient: a\n",
        "Final-Recipient: a\n\n",
        "Content-Type: multipart/mixed; boundary=a\n\n--a\n",
    ],
)
def test_a_million_of_anything_comes_to_an_end(piece: str) -> None:
    """Patterns whose time grew with the square of the length would not be done before the night is over."""
    sane(explain(whole(piece)))


@pytest.mark.parametrize("depth", [10, 1000, 100_000])
@pytest.mark.parametrize(("opening", "closing"), [("[", "]"), ('{"Records":', "}"), ('{"detail":[', "]}")])
def test_deep_json_is_survived(depth: int, opening: str, closing: str) -> None:
    assert explain(opening * depth + "1" + closing * depth).level is Level.UNKNOWN


def test_deeply_wrapped_mail_is_survived() -> None:
    level = "Content-Type: multipart/mixed; boundary=b{0}\n\n--b{0}\n"
    text = (
        "".join(level.format(number) for number in range(sys.getrecursionlimit()))
        + "Final-Recipient: rfc822; a@b.org\nAction: failed\n"
    )
    sane(explain(text))


def test_more_than_a_megabyte_is_not_looked_at() -> None:
    assert explain(" " * LIMIT + "535 Authentication Credentials Invalid").findings[0].id == "explain.not-recognised"


REPLY = "\n535 Authentication Credentials Invalid"


@pytest.mark.parametrize(
    "line",
    [
        f"AUTH PLAIN AEFLSUEx{SECRET}",
        f"AUTH LOGIN QUtJQQ==\n334 UGFzc3dvcmQ6\n{PASSWORD}",
        "<~  334 UGFzc3dvcmQ6\n ~> aHVudGVyMg==",
        f"password={PASSWORD} 535 Authentication Credentials Invalid",
        f"smtp_pass: '{SECRET}' 535 Authentication Credentials Invalid",
        f'"password": "hunter2hunter2", "error": "535 Authentication Credentials Invalid", "x": "{SECRET}"',
        f"Authorization: AWS4-HMAC-SHA256 Credential=AKIA, Signature={SECRET}",
        f"smtp://AKIA:{PASSWORD}@email-smtp.eu-west-1.amazonaws.com:587 535 Authentication Credentials Invalid",
        "smtp://AKIA:hunter2hunter2@email-smtp.eu-west-1.amazonaws.com:587 535 Authentication Credentials Invalid",
        f"aws_secret_access_key = {SECRET} 535 Authentication Credentials Invalid",
        f"login failed with {PASSWORD}: 535 Authentication Credentials Invalid",
    ],
)
@pytest.mark.parametrize("end", [REPLY, "", "\nnothing that is known"])
def test_no_password_is_said_again(line: str, end: str) -> None:
    said = shown(explain(line + end))
    for word in (SECRET, PASSWORD, "aHVudGVyMg", "hunter2", SECRET[:20], PASSWORD[:20], PASSWORD[-12:]):
        assert word not in said


def test_no_password_is_said_again_out_of_json() -> None:
    """Events are read with their secrets in; what is quoted of them is without."""
    text = json.dumps({"eventType": "Reject", "mail": {"messageId": SECRET}, "reject": {"reason": f"password={PASSWORD}"}})
    found = explain(text)
    assert found.findings[0].id == "send.rejected"
    assert SECRET not in shown(found)
    assert PASSWORD not in shown(found)


@pytest.mark.parametrize(
    "text",
    [
        "0102019a1b2c3d4e-5f6a7b8c-9d0e-4f1a-8b2c-3d4e5f6a7b8c-000000",
        "arn:aws:ses:eu-west-1:123456789012:configuration-set/shop",
        "da39a3ee5e6b4b0d3255bfef95601890afd80709",
        "AKIAIOSFODNN7EXAMPLE",
        "/usr/lib/python3.13/smtplib.py",
        "535 Authentication Credentials Invalid",
    ],
)
def test_what_is_no_secret_stays_readable(text: str) -> None:
    assert hidden(text) == text
    assert without_answers(text) == text


def test_a_quote_is_one_line_without_escapes() -> None:
    assert quoted("a\x1b[31m\nb\u202e\0") == "a␛[31m b\\u202e␀"


@settings(deadline=None)
@given(st.text(alphabet="AUTH PLAINabc0/+=:\n\"'", max_size=200))
def test_hiding_twice_hides_no_more(text: str) -> None:
    once = hidden(text)
    assert hidden(once) == once


@pytest.mark.parametrize(
    "text",
    [
        "mysql --password canary1secret",
        "swaks -au AKIAEXAMPLE -ap canary1secret --server x",
        "curl --user AKIAEXAMPLE:canary1secret smtps://x",
        "[email-smtp.eu-west-1.amazonaws.com]:587 AKIAIOSFODNN7EXAMPLE:canary1secret",
        "machine x login AKIAEXAMPLE password canary1secret",
        "account default\npassword canarysecret\nhost x",
        "'password' => 'canary1secret'",
        "[Password] => canary1secret",
        "<password>canary1secret</password>",
        'server.login("AKIAIOSFODNN7EXAMPLE", "canary1secret")',
        'new NetworkCredential("AKIAEXAMPLE", "canary1secret")',
        'smtp.PlainAuth("", "AKIAEXAMPLE", "canary1secret", host)',
        "Passwort: canary1secret",
        "p\0a\0s\0s\0w\0o\0r\0d\0=\0c\0a\0n\0a\0r\0y\0",
        "pass\x1b[31mword=\x1b[0mcanary1secret",
    ],
)
@pytest.mark.parametrize("more", ["", "\n535 Authentication Credentials Invalid"])
def test_a_password_is_hidden_however_a_program_writes_it(text: str, more: str) -> None:
    assert "canary" not in shown(explain(text + more))


@pytest.mark.parametrize(
    "text",
    [
        "\x1b[31m535 Authentication Credentials Invalid\x1b[0m",
        "\x1b]0;mail.log\x07535 Authentication Credentials Invalid",
        "\0".join("535 Authentication Credentials Invalid\n"),
    ],
)
def test_colours_titles_and_the_zeros_of_utf_16_do_not_hide_a_reply(text: str) -> None:
    assert [one.id for one in explain(text).findings] == ["send.auth-failed"]


def test_words_about_a_password_are_no_password() -> None:
    found = explain("535-5.7.8 Username and Password not accepted. For more information, go to example.org - gsmtp")
    assert "Password not accepted" in shown(found)


WRAPPED = (PASSWORD, SECRET, "AEFLSUFJT1NGT0ROTjdFWEFNUExFAEJBN2JoUmJGWnpSampmcEtuUTNwTWQwbVhoS1pCcTJ5VDh3VlE5c0x4MVl6")


@pytest.mark.parametrize("width", [7, 20, 38])
@pytest.mark.parametrize(
    ("before", "end", "begin"),
    [
        ("", "\n", ""),
        ("", "\r\n", ""),
        ("password: ", "\n", ""),
        ("> password: ", "\n", "> "),
        ("> ", "\n", "> "),
        (">> password is ", "\n", ">> "),
        ("password=3D", "=\n", ""),
        ("Password: ", "=\r\n", ""),
        ("pass = '", "' \\\n", "    '"),
        ('password = "', '" +\n', '  "'),
        ('"', '"\n', '"'),
        ("AUTH PLAIN ", "\n", ""),
        ("AUTH PLAIN ", "=\n", ""),
        ("334 UGFzc3dvcmQ6\n", "\n", ""),
        ("334 UGFzc3dvcmQ6\n", "\n", "  "),
        ("smtp_pass | ", "\n", "  | "),
    ],
)
@pytest.mark.parametrize("after", ["\n535 Authentication Credentials Invalid", '"\nnothing that is known'])
@pytest.mark.parametrize("secret", WRAPPED)
def test_a_secret_that_is_broken_over_lines_is_hidden_whole(
    width: int, before: str, end: str, begin: str, after: str, secret: str
) -> None:
    pieces = [secret[start : start + width] for start in range(0, len(secret), width)]
    found = explain(before + f"{end}{begin}".join(pieces) + after)
    assert [piece for piece in pieces if len(piece) > 3 and piece in shown(found)] == []
    if after.startswith("\n535"):
        assert found.findings[0].id.startswith(("send.auth-failed", "login."))


@pytest.mark.parametrize(
    "text",
    [
        "Authentication\nCredentials\nInvalid\nfor\nAKIAIOSFODNN7EXAMPLE",
        "email-smtp.eu-west-1.amazonaws.com\nport\n587\nnot\nreachable\nfrom\nhere",
        "aaaaaaaaaaaaaaaaaaaaaaaaa\nbbbbbbbbbbbbbbbbbbbbbbbbbbbb",
    ],
)
def test_words_under_each_other_are_no_secret(text: str) -> None:
    assert hidden(text) == text


@pytest.mark.parametrize("option", ["--password", "-smtp-password", "-----smtp-pass", "--pwd"])
def test_an_options_value_is_hidden(option: str) -> None:
    assert hidden(f"mailer {option} canarysecret --host x") == f"mailer {option} {'(hidden)'} --host x"


def looked_at(piece: str) -> int:
    """Characters that are searched for what a reply says, in a text of one piece again and again."""
    read = 0

    def counting(code: int | None, reply: str, *rest: object, **named: object) -> None:
        nonlocal read
        read += len(reply)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys.modules[replies.__module__], "read_reply", counting)
        text = f"smtp amazonses\n{whole(piece)}"
        list(replies(text))
    return read


@pytest.mark.parametrize("piece", ["554 ", "535 ", "554 address ", "454-", "554 x" * 3 + "\n"])
def test_replies_in_each_others_words_are_read_a_few_times_at_most(piece: str) -> None:
    """Each reply's words reach 1500 characters on, and the next reply may stand in the fourth of them."""
    assert looked_at(piece) < 4 * LIMIT


def test_secrets_are_looked_for_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever reads the text without its secrets reads the same one."""
    made: list[int] = []

    def counting(text: str) -> str:
        made.append(len(text))
        return without_answers(text)

    monkeypatch.setattr("seswizard.core.explain.without_answers", counting)
    explain(whole("-"))
    assert sum(made) <= LIMIT + 20_000

"""What SES's SMTP replies mean."""

import pytest

from seswizard.actions.refusals import refusal

DENIED = (
    "Access denied: User `arn:aws:iam::123456789012:user/seswizard/x' is not authorized to perform `ses:SendRawEmail' "
    "on resource `arn:aws:ses:eu-west-1:123456789012:configuration-set/theirs'"
)
UNVERIFIED = "Message rejected: Email address is not verified. The following identities failed the check in region EU-WEST-1: "


@pytest.mark.parametrize(
    ("code", "reply", "kind", "named"),
    [
        (535, "Authentication Credentials Invalid", "send.auth-failed", "eu-west-1"),
        (454, "Throttling failure: Daily message quota exceeded.", "send.daily-quota", "quota"),
        (454, "Throttling failure: Maximum sending rate exceeded.", "send.throttled", "slowly"),
        (454, "Temporary service failure", "send.rejected", "Temporary service failure"),
        (554, UNVERIFIED + "ann@example.org", "send.recipient-unverified", "ann@example.org"),
        (554, UNVERIFIED + "proof@example.com, ann@example.org", "send.sender-unverified", "proof@example.com"),
        (554, UNVERIFIED + "PROOF@Example.com", "send.sender-unverified", "PROOF@Example.com"),
        (554, UNVERIFIED + "example.com", "send.sender-unverified", "example.com"),
        (554, "Email address is not verified.", "send.recipient-unverified", "an address"),
        (554, DENIED, "send.not-authorized", "arn:aws:ses:eu-west-1:123456789012:configuration-set/theirs"),
        (554, "Access denied", "send.not-authorized", "this message"),
        (552, "Message is too long.", "send.rejected", "552 Message is too long."),
        (421, "Too many concurrent SMTP connections", "send.rejected", "421"),
        (501, "Syntax error", "send.rejected", "501 Syntax error"),
        (550, "", "send.rejected", "550"),
        (550, "Something that nobody knows", "send.rejected", "Something that nobody knows"),
        (454, "Throttling failure: Maximum SigV2 SMTP sending rate exceeded.", "login.old-algorithm", "2019"),
        (530, "Authentication required", "send.auth-failed", "log in"),
        (504, "Unrecognized authentication type", "send.auth-failed", "AUTH LOGIN"),
        (554, "Message rejected: Sending paused for this account.", "send.paused", "support case"),
        (554, "Sending paused: Email sending is disabled for your account.", "send.paused", "paused"),
        (554, "Message rejected: Your account is suspended.", "send.paused", "paused"),
        (554, "MAIL FROM domain bounce.example.com is not verified.", "send.rejected", "bounce.example.com"),
        (
            554,
            UNVERIFIED.replace("EU-WEST-1", "US-EAST-1") + "a@example.org",
            "send.recipient-unverified",
            "sent in us-east-1, not in eu-west-1",
        ),
        (
            554,
            DENIED.replace("configuration-set/theirs", "identity/ann@example.org"),
            "send.not-authorized",
            "recipient's identity",
        ),
    ],
)
def test_a_refusal_is_named_with_what_it_names(code: int, reply: str, kind: str, named: str) -> None:
    failure = refusal(code, reply, "eu-west-1", "proof@example.com")
    assert failure.kind == kind
    assert named in f"{failure.title} {failure.remedy}"
    assert failure.detail == f"{code} {reply}".strip()
    assert failure.remedy


@pytest.mark.parametrize(
    ("code", "reply", "again"),
    [
        (421, "Too many concurrent SMTP connections", True),
        (451, "Temporary service failure", True),
        (454, "Throttling failure: Maximum sending rate exceeded.", True),
        (454, "Throttling failure: Daily message quota exceeded.", False),
        (535, "Authentication Credentials Invalid", False),
        (554, DENIED, False),
        (552, "Message is too long.", False),
    ],
)
def test_only_what_passes_by_itself_is_worth_trying_again(code: int, reply: str, again: bool) -> None:
    assert refusal(code, reply, "eu-west-1").retry is again

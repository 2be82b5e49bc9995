"""Every way in which AWS refuses or hides, as one sentence and one command."""

import pytest
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectTimeoutError,
    EndpointConnectionError,
    LoginRefreshRequired,
    MissingDependencyException,
    NoCredentialsError,
    PartialCredentialsError,
    ProfileNotFound,
    ReadTimeoutError,
    SSOTokenLoadError,
    TokenRetrievalError,
    UnauthorizedSSOTokenError,
)
from botocore.parsers import ResponseParserError

from seswizard.core.commands import for_profile
from seswizard.core.failure import BadInputError, Failure, FailureError
from seswizard.gateways.failures import Asker, CredentialsError, MfaAskedError, SettingsError, translated
from seswizard.gateways.http_answers import AnswerError


def translate(error: Exception, asker: Asker | None = None) -> Failure:
    with pytest.raises(FailureError) as caught, translated("ses:GetAccount", asker):
        raise error
    return caught.value.failure


def refusal(code: str, message: str = "no") -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": message}}, "GetAccount")


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (NoCredentialsError(), "access.no-credentials"),
        (PartialCredentialsError(provider="env", cred_var="AWS_SECRET_ACCESS_KEY"), "access.no-credentials"),
        (UnauthorizedSSOTokenError(), "access.sso-expired"),
        (SSOTokenLoadError(profile_name="work", error_msg="gone"), "access.sso-expired"),
        (TokenRetrievalError(provider="sso", error_msg="gone"), "access.sso-expired"),
        (LoginRefreshRequired(), "access.expired"),
        (MissingDependencyException(msg="awscrt"), "access.login-needs-crt"),
        (EndpointConnectionError(endpoint_url="https://x"), "access.endpoint-unreachable"),
        (ConnectTimeoutError(endpoint_url="https://x"), "access.endpoint-unreachable"),
        (ReadTimeoutError(endpoint_url="https://x"), "access.endpoint-unreachable"),
        (ResponseParserError("<html>captive portal"), "access.error"),
        (AnswerError("no JSON", page=True), "access.endpoint-unreachable"),
        (SettingsError(ValueError("Invalid endpoint: localhost:4566")), "access.endpoint-unreachable"),
        (SettingsError(ValueError("maximum attempts")), "access.error"),
        (CredentialsError(FileNotFoundError(2, "No such file", "token")), "access.no-credentials"),
        (TimeoutError(), "access.endpoint-unreachable"),
        (MfaAskedError(), "access.no-credentials"),
        (BotoCoreError(), "access.error"),
    ],
)
def test_exceptions_of_the_library(error: Exception, kind: str) -> None:
    assert translate(error).kind == kind


@pytest.mark.parametrize(
    ("code", "message", "kind", "retry"),
    [
        ("ExpiredToken", "", "access.expired", False),
        ("ExpiredTokenException", "", "access.expired", False),
        ("InvalidClientTokenId", "", "access.invalid", False),
        ("UnrecognizedClientException", "", "access.invalid", False),
        ("SignatureDoesNotMatch", "", "access.invalid", False),
        ("SignatureDoesNotMatch", "Signature expired: 20261122T", "access.clock-skew", False),
        ("InvalidSignatureException", "Signature not yet current: 2026", "access.clock-skew", False),
        ("InvalidAccessKeyId", "", "access.invalid", False),
        ("AuthFailure", "", "access.invalid", False),
        ("AccessDenied", "", "access.denied", False),
        ("AccessDeniedException", "", "access.denied", False),
        ("AuthorizationError", "", "access.denied", False),
        ("TooManyRequestsException", "", "access.throttled", True),
        ("Throttling", "", "access.throttled", True),
        ("RequestTimeTooSkewed", "", "access.clock-skew", False),
        ("OptInRequired", "", "region.not-enabled", False),
        ("InternalFailure", "", "access.error", True),
        ("AlreadyExistsException", "", "access.error", False),
        ("", "", "access.error", False),
    ],
)
def test_error_codes_of_the_services(code: str, message: str, kind: str, retry: bool) -> None:
    failure = translate(refusal(code, message), Asker(None, "af-south-1"))
    assert (failure.kind, failure.retry) == (kind, retry)
    assert failure.detail == f"{code}: {message}"
    assert failure.title.endswith(".")
    assert "\n" not in failure.title + failure.remedy + failure.command


def test_a_denial_names_the_action_and_the_line_that_allows_it() -> None:
    message = "User: arn:aws:iam::1:user/x is not authorized to perform: ses:GetEmailIdentity on resource: y"
    failure = translate(refusal("AccessDeniedException", message))
    assert "ses:GetEmailIdentity" in failure.title
    assert '"Action": "ses:GetEmailIdentity", "Resource": "arn:aws:ses:*:*:identity/*"' in failure.remedy


def test_a_denial_without_words_names_the_call() -> None:
    assert "ses:GetAccount" in translate(refusal("AccessDenied", "no")).title


def test_commands_are_plain_for_the_faces_put_the_profile_in() -> None:
    failure = translate(UnauthorizedSSOTokenError(), Asker("my work", "eu-west-1"))
    assert failure.command == "aws sso login"
    assert for_profile(failure, "my work").command == "aws sso login --profile 'my work'"


def test_an_unknown_profile_is_bad_input() -> None:
    with pytest.raises(BadInputError), translated("sts:GetCallerIdentity", Asker("nope", "")):
        raise ProfileNotFound(profile="nope")


def test_what_aws_says_is_scrubbed_and_short() -> None:
    failure = translate(refusal("Odd\x1b[31m", "\x1b]0;title\x07" + "x" * 10_000))
    assert "\x1b" not in failure.title + failure.detail
    assert len(failure.detail) <= 600


@pytest.mark.parametrize(
    "error", [KeyError("SecretAccessKey"), ZeroDivisionError(), ResponseParserError("<SecretAccessKey>S3CR3T")]
)
def test_whatever_is_raised_while_an_answer_is_read_means_that_it_could_not_be_read(error: Exception) -> None:
    """The parser's own message holds the whole answer."""
    failure = translate(error)
    assert failure.title == "AWS's answer to ses:GetAccount could not be read."
    assert "S3CR3T" not in repr(failure)
    assert type(error).__name__ in failure.detail


def test_what_this_machine_cannot_do_is_not_blamed_on_the_answer() -> None:
    failure = translate(OSError(24, "Too many open files"))
    assert failure.title == "ses:GetAccount could not be called from here: Too many open files."


@pytest.mark.parametrize("response", [{"Error": None}, {"Error": "no"}, {}])
def test_an_error_without_its_members_is_one_all_the_same(response: dict[str, object]) -> None:
    with pytest.raises(FailureError), translated("ses:GetAccount"):
        raise _bare(response)


def _bare(response: dict[str, object]) -> ClientError:
    error = refusal("X")
    error.response = response  # type: ignore[assignment]  # what botocore makes of a bent error
    return error

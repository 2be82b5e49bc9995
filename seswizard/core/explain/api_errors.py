"""What AWS's API errors mean, in the wrappings of botocore, the AWS CLI and the SDKs for JavaScript, Java, PHP, Go and Ruby.

Codes: the "Errors" of https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_SendEmail.html and its neighbours, the v1
API's, and https://docs.aws.amazon.com/ses/latest/APIReference-V2/CommonErrors.html.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from seswizard.core.explain.kinds import line_evidence, of_failure
from seswizard.core.explain.replies import lines_of, sender_in
from seswizard.core.failure import Failure
from seswizard.core.findings import Finding
from seswizard.core.replies import read_reply


@dataclass(frozen=True, slots=True)
class _Cause:
    kind: str
    title: str
    remedy: str
    command: str = ""
    retry: bool = False


_NO_CREDENTIALS = _Cause(
    "access.no-credentials", "No AWS credentials were found.", "Log in with the AWS CLI, or name a profile.", "aws configure"
)
_INVALID = _Cause(
    "access.invalid", "AWS did not accept this access key.", "Check the key and its secret, or take another profile."
)
_EXPIRED = _Cause("access.expired", "The AWS session has expired.", "Get new temporary credentials, then try again.")
_SSO = _Cause("access.sso-expired", "The AWS sign-in has expired.", "Sign in again, then try again.", "aws sso login")
_UNREACHABLE = _Cause(
    "access.endpoint-unreachable", "AWS did not answer.", "Check the network, the proxy and the region.", retry=True
)
_THROTTLED = _Cause(
    "access.throttled",
    "AWS asks to slow down.",
    "Wait a moment, and ask less often; SES takes one request a second from a whole account (sending apart).",
    retry=True,
)
_CLOCK = _Cause("access.clock-skew", "That machine's clock is wrong.", "Set the clock, then try again.")
_REGION_OFF = _Cause("region.not-enabled", "That region is not enabled for this account.", "Enable it, or choose another region.")
_DENIED = _Cause(
    "access.denied", "These credentials may not do that.", "Have the action that the text names added to the policy."
)
_REJECTED = _Cause("send.rejected", "SES refused the message.", "Its words say why; nothing was sent.")
_PAUSED = _Cause(
    "send.paused",
    "Sending is paused for this account in this region.",
    "Read AWS's mail to the account's address and answer its support case; or somebody switched sending off in SES.",
)
_NO_SET = _Cause(
    "send.rejected",
    "SES has no such configuration set in this region.",
    "Correct the name, or make the set in the region that sends.",
)
_MAIL_FROM = _Cause(
    "send.rejected",
    "MAIL FROM is not verified, and is set to refuse mail until it is.",
    "Publish its MX record, or let SES use its own MAIL FROM meanwhile (BehaviorOnMxFailure USE_DEFAULT_VALUE).",
)
_INPUT = _Cause("explain.api-input", "AWS could not use what the program gave.", "The words say which field; correct it.")
_NO_REGION = _Cause(
    "explain.api-input",
    "The program was given no region.",
    "Set AWS_REGION, or the region of its profile, to where SES is set up.",
)
_NOT_FOUND = _Cause(
    "explain.api-input",
    "AWS has no such thing in that region.",
    "Identities, configuration sets and templates belong to one region each: look whether name and region are meant so.",
)
_EXISTS = _Cause("explain.api-input", "It is there already.", "Use the one that is there, or change it instead of making it.")
_REVIEW = _Cause(
    "sandbox.review-pending",
    "AWS is reviewing an earlier request for production access.",
    "Wait for its answer in the support case; one request at a time.",
)

CODES: dict[str, _Cause] = {
    **dict.fromkeys(("MessageRejected", "MessageRejectedException"), _REJECTED),
    **dict.fromkeys(("AccountSuspendedException", "SendingPausedException", "AccountSendingPausedException"), _PAUSED),
    "ConfigurationSetSendingPausedException": _Cause(
        "send.paused", "Sending is paused for this configuration set.", "Switch it on again in SES, or send with another one."
    ),
    **dict.fromkeys(("ConfigurationSetDoesNotExist", "ConfigurationSetDoesNotExistException"), _NO_SET),
    **dict.fromkeys(("MailFromDomainNotVerifiedException", "MailFromDomainNotVerified"), _MAIL_FROM),
    **dict.fromkeys(("NotFoundException", "TemplateDoesNotExist", "TemplateDoesNotExistException"), _NOT_FOUND),
    **dict.fromkeys(("BadRequestException", "InvalidParameterValue", "ValidationException", "ValidationError"), _INPUT),
    **dict.fromkeys(("InvalidParameterValueException", "ParamValidationError", "InvalidParameter"), _INPUT),
    **dict.fromkeys(("AlreadyExistsException", "AlreadyExists"), _EXISTS),
    "NoRegionError": _NO_REGION,
    "ConflictException": _REVIEW,
    **dict.fromkeys(("LimitExceededException", "LimitExceeded"), _INPUT),
    **dict.fromkeys(("TooManyRequestsException", "Throttling", "ThrottlingException", "RequestLimitExceeded"), _THROTTLED),
    **dict.fromkeys(("AccessDenied", "AccessDeniedException", "AuthorizationError", "UnauthorizedOperation"), _DENIED),
    **dict.fromkeys(("InvalidClientTokenId", "UnrecognizedClientException", "InvalidAccessKeyId", "AuthFailure"), _INVALID),
    **dict.fromkeys(("SignatureDoesNotMatch", "InvalidSignatureException", "IncompleteSignature"), _INVALID),
    **dict.fromkeys(("MissingAuthenticationToken", "MissingAuthenticationTokenException"), _NO_CREDENTIALS),
    **dict.fromkeys(("ExpiredToken", "ExpiredTokenException", "TokenRefreshRequired"), _EXPIRED),
    **dict.fromkeys(("RequestTimeTooSkewed", "RequestExpired", "RequestInTheFuture"), _CLOCK),
    **dict.fromkeys(("OptInRequired", "RegionDisabledException", "SubscriptionRequiredException"), _REGION_OFF),
    **dict.fromkeys(("NoCredentialsError", "PartialCredentialsError", "CredentialsProviderError"), _NO_CREDENTIALS),
    **dict.fromkeys(("EndpointConnectionError", "ConnectTimeoutError", "ReadTimeoutError", "ProxyConnectionError"), _UNREACHABLE),
    **dict.fromkeys(("UnauthorizedSSOTokenError", "SSOTokenLoadError", "TokenRetrievalError"), _SSO),
}
"""By error code or exception name."""

_GENERIC = frozenset(
    """ValidationException ValidationError InvalidParameterValue InvalidParameterValueException InvalidParameter NotFoundException
    BadRequestException AlreadyExistsException AlreadyExists ConflictException LimitExceededException LimitExceeded Throttling
    ThrottlingException TooManyRequestsException RequestLimitExceeded AccessDenied AccessDeniedException AuthorizationError
    ExpiredToken AuthFailure ReadTimeoutError ConnectTimeoutError""".split()
)
"""Codes that other people's programs use too: they count only beside words of AWS."""
_AWS = re.compile(r"(?i)\baws|amazon|botocore|boto3|\bses\b|sesv2|simpleemail|smithy|request ?id|arn:aws|an error occurred \(")

_TEXTS: tuple[tuple[str, _Cause], ...] = (
    (
        r"unable to locate credentials|could not load credentials from any providers|no valid credential sources"
        r"|unable to load credentials from any of the providers",
        _NO_CREDENTIALS,
    ),
    (r"could not connect to the endpoint url", _UNREACHABLE),
    (r"sso (?:session|token) .{0,80}(?:expired|invalid)|error loading sso token", _SSO),
    (r"security token included in the request is expired", _EXPIRED),
    (r"security token included in the request is invalid", _INVALID),
    (r"signature (?:expired|not yet current)", _CLOCK),
)

_WRAPPED = re.compile(
    r"An error occurred \((\w{1,80})\) when calling the (\w{1,80}) operation"
    r"(?: \(reached max retries: \d{1,3}\))?: {0,2}(.{0,1800})"
    r"|<Code>(\w{1,80})</Code>\s{0,80}<Message>(.{0,1800})"
    r"|Error Code: {0,2}(\w{1,80})"
    r"|[\"'](?:__type|Code|code|name)[\"']: {0,2}[\"'](?:[\w.]{1,120}#)?(\w{1,80})[\"']"
    r"|\b([A-Z]\w{3,79})(?=\(|:|$)"
)


def api_errors(text: str) -> Iterator[Finding]:
    """The API errors that a text tells of; `text` has no secrets any more."""
    sender, aws = sender_in(text), speaks_of_aws(text)
    for line in lines_of(text):
        if found := _one(line.text, sender, aws=aws):
            yield of_failure(found, line_evidence("API", line.text, line.number))


def speaks_of_aws(text: str) -> bool:
    """Whether a text is about AWS at all."""
    return bool(_AWS.search(text))


def of_code(code: str, message: str, sender: str = "", operation: str = "") -> Failure | None:
    """The failure of an error code with its message; None for a code that is not known."""
    detail = f"{code}: {message}"
    cause = CODES.get(code)
    if cause is None:
        return None
    if "AccessKeysPerUser" in message:
        return Failure(
            "login.two-keys", "The IAM user has two access keys already, which is AWS's most.", detail, "Delete one of them."
        )
    if re.search(r"(?i)signature (?:expired|not yet current)", message):
        cause = _CLOCK
    elif cause.kind.startswith(("send.", "explain.", "access.denied", "access.throttled")):
        known = read_reply(None, message, "", sender)
        if known:
            return known
        if code.startswith("LimitExceeded") and operation.startswith("Send"):
            return Failure(
                "send.daily-quota", "A sending limit of this account is used up.", detail, "Wait, or ask AWS for more."
            )
        if cause is _THROTTLED and operation.startswith("Send"):
            return Failure("send.throttled", "SES asks to send more slowly.", detail, "Try again in a few seconds.", retry=True)
    if cause is _REVIEW and operation != "PutAccountDetails" and "review" not in message.lower():
        cause = _INPUT
    return Failure(cause.kind, cause.title, detail, cause.remedy, cause.command, cause.retry)


def _one(line: str, sender: str, *, aws: bool) -> Failure | None:
    for found in _WRAPPED.finditer(line):
        code = found[1] or found[4] or found[6] or found[7] or found[8]
        if code not in CODES or (code in _GENERIC and not aws):
            continue
        operation = found[2] or _operation(line)
        message = found[3] or found[5] or _message(line, found)
        return of_code(code, message, sender, operation)
    low = line.lower()
    cause = next((cause for pattern, cause in _TEXTS if re.search(pattern, low)), None)
    return Failure(cause.kind, cause.title, line, cause.remedy, cause.command, cause.retry) if cause else None


def _operation(line: str) -> str:
    found = re.search(r"\b(Send(?:Raw|Bulk|Templated|BulkTemplated)?Email|PutAccountDetails|CreateAccessKey)\b", line)
    return found[1] if found else ""


def _message(line: str, found: re.Match[str]) -> str:
    """The message beside a bare code: after it in most SDKs, before it in Java's."""
    if found[6]:
        return line[: found.start()]
    inner = re.search(r"[\"'][Mm]essage[\"']: {0,2}[\"'](.{0,1800})", line)
    return inner[1] if inner else line[found.end() : found.end() + 1800]

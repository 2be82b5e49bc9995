"""Every exception of botocore, translated once: which cause, in whose words, and the one command that mends it.

The error codes are those that AWS's services document under "Common errors"; the sentences are ours. What is not
known here becomes `access.error` with AWS's own code and message, for a report.
"""

import contextlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass

from seswizard.core.failure import BadInputError, Failure, FailureError
from seswizard.core.permissions import PERMISSIONS
from seswizard.core.text import elide, printable
from seswizard.gateways.patience import TooBusyError

_LONGEST_DETAIL = 600
_EXPORT = 'eval "$(aws configure export-credentials --format env)"'
"""Turns whatever the AWS CLI can log in with into plain variables."""


class MfaAskedError(Exception):
    """The profile wants a code typed on the terminal, which belongs to the wizard."""


@dataclass(frozen=True, slots=True)
class Asker:
    """Whose call it was: goes into sentences. The faces put the profile into commands (`core.commands`)."""

    profile: str | None = None
    region: str = ""

    @property
    def owner(self) -> str:
        """`The profile NAME` or `This shell`."""
        return f"The profile {printable(self.profile)}" if self.profile else "This shell"


@contextlib.contextmanager
def translated(source: str, asker: Asker | None = None) -> Iterator[None]:
    """Raise botocore's exceptions, and a late answer, as `FailureError`; `source` is the call, such as `ses:GetAccount`.

    Raises:
        FailureError: it could not be done, and why.
        BadInputError: the profile does not exist.
    """
    try:
        yield
    except (FailureError, BadInputError):
        raise
    except TooBusyError:
        raise FailureError(_TOO_BUSY.with_detail(f"{source}: nobody listened")) from None
    except TimeoutError:
        raise FailureError(_UNREACHABLE.with_detail(f"{source}: no answer in time")) from None
    except Exception as error:
        failure = _failure(error, source, asker or Asker())
        if failure is None:
            raise
        raise FailureError(failure) from None


def region_off(asker: Asker, detail: str) -> Failure:
    """The region is one that an account has to switch on."""
    title = f"The region {asker.region} is not enabled for this account."
    command = f"aws account enable-region --region-name {asker.region}"
    return Failure("region.not-enabled", title, _detail(detail), "Enable it, or choose another region.", command)


@dataclass(frozen=True, slots=True)
class _Cause:
    kind: str
    title: str
    remedy: str
    command: str = ""
    retry: bool = False

    def with_detail(self, detail: str) -> Failure:
        return Failure(self.kind, self.title, _detail(detail), self.remedy, self.command, self.retry)


_UNREACHABLE = _Cause(
    "access.endpoint-unreachable",
    "AWS did not answer.",
    "Check the network, the proxy and the region, then try again.",
    retry=True,
)
_TOO_BUSY = _Cause(
    "access.endpoint-unreachable",
    "Could not look: this machine was too busy to listen to AWS.",
    "Try again when it has less to do.",
    retry=True,
)
_THROTTLED = _Cause(
    "access.throttled",
    "AWS asks us to slow down.",
    "SES takes one request a second from a whole account; wait a moment.",
    retry=True,
)
_CLOCK = _Cause(
    "access.clock-skew", "This machine's clock is wrong.", "Set the clock, then try again.", "timedatectl set-ntp true"
)
_INVALID = _Cause(
    "access.invalid",
    "AWS did not accept this access key.",
    "Check the key and its secret, or take another profile.",
    "aws configure",
)
_EXPIRED = _Cause("access.expired", "Your AWS session has expired.", "Get new temporary credentials, then try again.")
_SSO = _Cause("access.sso-expired", "Your AWS sign-in has expired.", "Sign in again, then try again.", "aws sso login")
_LOGIN = _Cause("access.expired", "Your AWS sign-in has expired.", "Sign in again, then try again.", "aws login")

_CODES: dict[str, _Cause] = {
    **dict.fromkeys(("ExpiredToken", "ExpiredTokenException", "TokenRefreshRequired"), _EXPIRED),
    **dict.fromkeys(
        (
            "InvalidClientTokenId",
            "UnrecognizedClientException",
            "SignatureDoesNotMatch",
            "InvalidSignatureException",
            "IncompleteSignature",
            "InvalidAccessKeyId",
            "AuthFailure",
            "MissingAuthenticationToken",
            "MissingAuthenticationTokenException",
        ),
        _INVALID,
    ),
    **dict.fromkeys(
        (
            "TooManyRequestsException",
            "Throttling",
            "ThrottlingException",
            "ThrottledException",
            "RequestLimitExceeded",
            "RequestThrottled",
        ),
        _THROTTLED,
    ),
    **dict.fromkeys(("RequestTimeTooSkewed", "RequestExpired", "RequestInTheFuture"), _CLOCK),
}
_DENIED = frozenset(
    {"AccessDenied", "AccessDeniedException", "AuthorizationError", "UnauthorizedOperation", "NotAuthorized", "403"}
)
_REGION_OFF = frozenset({"OptInRequired", "RegionDisabledException", "SubscriptionRequiredException"})
_CLASSES: dict[str, _Cause] = {
    **dict.fromkeys(("UnauthorizedSSOTokenError", "SSOTokenLoadError", "TokenRetrievalError", "SSOError"), _SSO),
    **dict.fromkeys(("LoginRefreshRequired", "LoginTokenLoadError", "LoginError"), _LOGIN),
    "NoAuthTokenError": _SSO,
    **dict.fromkeys(
        (
            "EndpointConnectionError",
            "ConnectTimeoutError",
            "ReadTimeoutError",
            "ConnectionClosedError",
            "ProxyConnectionError",
            "SSLError",
            "HTTPClientError",
            "ConnectionError",
            "ResponseParserError",
        ),
        _UNREACHABLE,
    ),
}


def _failure(error: Exception, source: str, asker: Asker) -> Failure | None:
    from botocore.exceptions import BotoCoreError, ClientError, ProfileNotFound
    from botocore.parsers import ResponseParserError

    if isinstance(error, ClientError):
        return _refused(error.response, source, asker)
    if isinstance(error, ProfileNotFound):
        raise BadInputError(f"AWS knows no profile {printable(asker.profile or '')}.") from None
    if isinstance(error, MfaAskedError):
        remedy = "Let the AWS CLI ask for it, then start again."
        title = f"{asker.owner} wants an MFA code."
        return Failure("access.no-credentials", title, _detail(f"{source}: MFA"), remedy, _EXPORT)
    if not isinstance(error, (BotoCoreError, ResponseParserError)):
        return None
    name, detail = type(error).__name__, f"{type(error).__name__}: {error}"
    if name in ("NoCredentialsError", "PartialCredentialsError", "CredentialRetrievalError"):
        remedy = "Log in with the AWS CLI, or choose another profile."
        title = f"{asker.owner} has no AWS credentials."
        return Failure("access.no-credentials", title, _detail(detail), remedy, "aws configure")
    if name == "MissingDependencyException":
        title = "This `aws login` profile needs a package that is not here."
        remedy = "Hand its credentials over as variables, then start again."
        return Failure("access.login-needs-crt", title, _detail(detail), remedy, _EXPORT)
    cause = next((_CLASSES[one.__name__] for one in type(error).__mro__ if one.__name__ in _CLASSES), None)
    if cause:
        return cause.with_detail(detail)
    return Failure("access.error", "The AWS library could not make this call.", _detail(detail))


def _refused(response: object, source: str, asker: Asker) -> Failure:
    error = response.get("Error", {}) if isinstance(response, dict) else {}
    code, message = str(error.get("Code", "")), str(error.get("Message", ""))
    detail = f"{code}: {message}"
    if code in _DENIED:
        return _denied(message, source, detail)
    if code in _REGION_OFF:
        return region_off(asker, detail)
    if re.search(r"Signature (expired|not yet current)", message):
        return _CLOCK.with_detail(detail)
    if code in _CODES:
        return _CODES[code].with_detail(detail)
    passing = code in {"InternalFailure", "InternalServerError", "ServiceUnavailable", "ServiceUnavailableException"}
    said = elide(printable(code or "an error"), 60)
    return Failure("access.error", f"AWS answered {said} to {source}.", _detail(detail), retry=passing)


def _denied(message: str, source: str, detail: str) -> Failure:
    found = re.search(r"not authorized to perform:? ([A-Za-z0-9-]+:[A-Za-z0-9*]+)", message)
    action = found[1] if found else source
    resources = next((one.resources for one in PERMISSIONS if action in one.actions), ("*",))
    line = json.dumps({"Effect": "Allow", "Action": action, "Resource": resources[0] if len(resources) == 1 else resources})
    remedy = f"Have this line added to your policy: {line}"
    return Failure("access.denied", f"You are not allowed to call {action}.", _detail(detail), remedy)


def _detail(text: str) -> str:
    return elide(printable(text), _LONGEST_DETAIL)

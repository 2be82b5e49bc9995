"""Every exception of a call to AWS, translated once: which cause, in whose words, and the one command that mends it.

The error codes are those that AWS's services document under "Common errors"; the sentences are ours. What is not
known here becomes `access.error` with AWS's own code and message, for a report. Nothing else leaves: an answer may be bent
in more ways than anybody has listed, and whatever is raised while it is read means that it could not be read.
"""

import contextlib
import json
import re
import traceback
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from seswizard.core.failure import BadInputError, Failure, FailureError
from seswizard.core.permissions import PERMISSIONS
from seswizard.core.quoting import aws_command
from seswizard.core.text import elide, printable
from seswizard.gateways.http_answers import AnswerError
from seswizard.gateways.patience import TooBusyError

_LONGEST_DETAIL = 600
_EXPORT = 'eval "$(aws configure export-credentials --format env)"'
"""Turns whatever the AWS CLI can log in with into plain variables."""


class MfaAskedError(Exception):
    """The profile wants a code typed on the terminal, which belongs to the wizard."""


class SettingsError(Exception):
    """The library cannot work with what is set here: variables and AWS's own files. Its words name what is wrong."""

    def __init__(self, error: Exception) -> None:
        super().__init__(str(error) or type(error).__name__)


class CredentialsError(SettingsError):
    """What should give credentials is broken: a program, a file, an address."""


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
    """Raise whatever is raised, and a late answer, as `FailureError`; `source` is the call, such as `ses:GetAccount`.

    Only what belongs to one call is put inside: asking, and making our values of the answer.

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
    except Exception as error:  # noqa: BLE001  # nothing is lost: each becomes a sentence, and its class is in the detail
        failure = _failure(error, source, asker or Asker())
        # From None: a frame, or the library's message, may hold an answer, and an answer may hold a secret.
        raise FailureError(failure) from None


def region_off(asker: Asker, detail: str) -> Failure:
    """The region is one that an account has to switch on."""
    title = f"The region {asker.region} is not enabled for this account."
    command = aws_command("account enable-region", region_name=asker.region)
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
        ),
        _UNREACHABLE,
    ),
}


def _failure(error: Exception, source: str, asker: Asker) -> Failure:
    from botocore.exceptions import BotoCoreError, ClientError, PaginationError, ProfileNotFound

    if isinstance(error, ClientError):
        return _refused(error.response, source, asker)
    if isinstance(error, SettingsError):
        return _set_wrong(error, asker)
    if isinstance(error, AnswerError) and error.page:
        remedy = "A captive portal or a proxy may stand in between: log in to the network, or check the proxy, then try again."
        title = f"What answered {source} is not AWS but a web page."
        return Failure("access.endpoint-unreachable", title, _detail(f"{source}: {error}"), remedy, retry=True)
    if isinstance(error, ProfileNotFound):
        raise BadInputError(f"AWS knows no profile {printable(asker.profile or '')}.") from None
    if isinstance(error, MfaAskedError):
        remedy = "Let the AWS CLI ask for it, then start again."
        title = f"{asker.owner} wants an MFA code."
        return Failure("access.no-credentials", title, _detail(f"{source}: MFA"), remedy, _EXPORT)
    if not isinstance(error, BotoCoreError) or isinstance(error, PaginationError):
        return _from_here(source, error) if isinstance(error, OSError) else unreadable(source, error)
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


def unreadable(source: str, error: Exception) -> Failure:
    """An answer that is not what AWS documents. Its words stay out: the parser's hold the answer, which may hold a secret."""
    said = str(error) if isinstance(error, AnswerError) else f"{type(error).__name__}{_place(error)}"
    title = f"AWS's answer to {source} could not be read."
    remedy = "Try again. If it stays so, look whether a proxy or AWS_ENDPOINT_URL leads somewhere else."
    return Failure("access.error", title, _detail(f"{source}: {said}"), remedy, retry=True)


def _from_here(source: str, error: OSError) -> Failure:
    """The system, not AWS: no thread, no file descriptor, no lane file."""
    said = error.strerror or type(error).__name__
    title = f"{source} could not be called from here: {printable(said)}."
    return Failure("access.error", title, _detail(f"{source}: {type(error).__name__}"), retry=True)


def _place(error: Exception) -> str:
    """Where our own code met it, for a report."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if "gateways" in Path(frame.filename).parts]
    return f" in {Path(ours[-1].filename).name}, line {ours[-1].lineno}" if ours else ""


def _set_wrong(error: SettingsError, asker: Asker) -> Failure:
    said = str(error)
    if isinstance(error, CredentialsError):
        title = f"{asker.owner} has AWS credentials that cannot be read."
        remedy = "Look at what should give them: credential_process, the web identity token's file, or the container's address."
        return Failure("access.no-credentials", title, _detail(said), remedy, "aws configure list")
    if said.startswith("Invalid endpoint: "):
        title = f"AWS's endpoint {elide(printable(said.partition(': ')[2]), 80)} is no URL."
        remedy = "AWS_ENDPOINT_URL, or endpoint_url in AWS's config file, begins with http:// or https://."
        return Failure("access.endpoint-unreachable", title, _detail(said), remedy)
    title = "The AWS library cannot work with the settings here."
    remedy = "Look at the AWS_ variables and at AWS's config file."
    return Failure("access.error", title, _detail(said), remedy, "aws configure list")


def _refused(response: object, source: str, asker: Asker) -> Failure:
    error = response.get("Error") if isinstance(response, dict) else None
    error = error if isinstance(error, dict) else {}
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
    told = elide(printable(code or "an error"), 60)
    return Failure("access.error", f"AWS answered {told} to {source}.", _detail(detail), retry=passing)


def _denied(message: str, source: str, detail: str) -> Failure:
    found = re.search(r"not authorized to perform:? ([A-Za-z0-9-]+:[A-Za-z0-9*]+)", message)
    action = found[1] if found else source
    resources = next((one.resources for one in PERMISSIONS if action in one.actions), ("*",))
    line = json.dumps({"Effect": "Allow", "Action": action, "Resource": resources[0] if len(resources) == 1 else resources})
    remedy = f"Have this line added to your policy: {line}"
    return Failure("access.denied", f"You are not allowed to call {action}.", _detail(detail), remedy)


def _detail(text: str) -> str:
    return elide(printable(text), _LONGEST_DETAIL)

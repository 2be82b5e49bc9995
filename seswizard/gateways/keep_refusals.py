"""What a keyring's refusals mean, by class and error number alone: their texts could hold the secret.

The numbers are macOS's (Security/SecBase.h, https://www.osstatus.com); keyring hands them over in its messages.
"""

import re
from dataclasses import dataclass

from seswizard.core.failure import Failure, FailureError
from seswizard.core.text import printable
from seswizard.gateways.keep_values import KIND

REFUSED = "login.keychain-refused"
MAC = "macOS Keychain"


@dataclass(frozen=True, slots=True)
class _Refusal:
    title: str
    remedy: str
    command: str = ""


_REFUSALS: dict[str, _Refusal] = {
    "-25244": _Refusal(
        "The macOS keychain does not let this Python change the entry, for another one made it (−25244).",
        "That is so after Python was upgraded or moved: delete the entry, then try again.",
        "security delete-generic-password -s seswizard",
    ),
    "-25293": _Refusal(
        "The macOS keychain did not accept its password (−25293).",
        "Unlock it, then try again.",
        "security unlock-keychain",
    ),
    "-25308": _Refusal(
        "The macOS keychain may not ask anything here (−25308): it is locked, and there is no desktop session.",
        "Unlock it, or choose another keep, such as a file.",
        "security unlock-keychain",
    ),
    "-128": _Refusal(
        "The macOS keychain was told no (−128).",
        "Try again and choose Always Allow, or choose another keep.",
    ),
}
_NUMBER = re.compile(rf"(?<![\w.])({'|'.join(_REFUSALS)})(?![\w.])")


def refusal(error: BaseException) -> FailureError:
    """The failure of an exception that a keyring raised, whatever its class."""
    kind = type(error).__name__
    if kind == "UnusableError":
        return keyring_failure(printable(str(error)))
    found = _number(error)
    if found:
        known = _REFUSALS[found]
        return FailureError(Failure(REFUSED, known.title, remedy=known.remedy, command=known.command))
    if isinstance(error, TimeoutError):
        return keyring_failure("The keyring did not answer in time.")
    if isinstance(error, ImportError | AttributeError):
        return keyring_failure("The keyring named in PYTHON_KEYRING_BACKEND is not installed.")
    if kind == "NoKeyringError":
        return keyring_failure("No keyring runs here.")
    if kind in ("KeyringLocked", "InitError", "LockedException"):
        return keyring_failure("The keyring is locked.")
    return keyring_failure(f"The keyring failed ({printable(kind)}).")


def silence(backend: str, limit: float) -> FailureError:
    """A keyring that did not answer; macOS asks in a window of its own, again after every upgrade of Python."""
    if backend == MAC:
        title = f"The macOS keychain did not answer within {limit:g} s: it may be asking in a window."
        return FailureError(Failure(REFUSED, title, remedy="Choose Always Allow in that window, then try again."))
    return keyring_failure(f"The keyring did not answer within {limit:g} s.")


def keyring_failure(title: str) -> FailureError:
    """A keyring that does not keep."""
    remedy = "Unlock or start a keyring (Secret Service, KWallet) and try again, or choose another keep, such as file:PATH."
    return FailureError(Failure(KIND, title, remedy=remedy))


def _number(error: BaseException | None) -> str:
    """The error number in an exception or one that it came from."""
    for _ in range(5):
        if error is None:
            break
        if found := _NUMBER.search(str(error)):
            return found[1]
        error = error.__cause__ or error.__context__
    return ""

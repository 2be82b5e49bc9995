"""Which keyring counts as one: a place that keeps a password, outlives this session and asks nothing on our terminal.

A backend that keyring calls viable proves nothing (it may be null, plain text, or prompt with getpass), so only the
platforms' own are taken unasked, and others only when the person named them. Loaded with the first use of the vault.
"""

import os

import keyring
from keyring.backend import KeyringBackend
from keyring.backends import chainer, fail, null

_OWN: dict[str, str] = {
    "keyring.backends.SecretService": "Secret Service",
    "keyring.backends.kwallet": "KWallet",
    "keyring.backends.libsecret": "libsecret",
    "keyring.backends.macOS": "macOS Keychain",
    "keyring.backends.Windows": "Windows Credential Manager",
}
_PROMPTING = ("encrypted", "cryptfile", "googledocs")
"""Parts of the class names of backends that ask for a passphrase on the terminal."""
_NONE = "No keyring runs here."


class UnusableError(Exception):
    """This keyring is not used; the message is one sentence."""


def chosen() -> tuple[KeyringBackend, str]:
    """The backend and its name for a person.

    Raises:
        UnusableError: there is none that may be used.
    """
    backend = keyring.get_keyring()
    if isinstance(backend, chainer.ChainerBackend):
        if not backend.backends:
            raise UnusableError(_NONE)
        backend = backend.backends[0]
    if isinstance(backend, fail.Keyring):
        raise UnusableError(_NONE)
    shown = _shown(backend)
    if isinstance(backend, null.Keyring):
        raise UnusableError("The null keyring forgets everything.")
    names = [part.__name__.lower() for part in type(backend).__mro__]
    if any(part in name for part in _PROMPTING for name in names):
        raise UnusableError(f"The keyring {shown} asks for a passphrase on the terminal.")
    if shown not in _OWN.values() and not os.environ.get("PYTHON_KEYRING_BACKEND"):
        raise UnusableError(f"The keyring {shown} is not the platform's own; name it in PYTHON_KEYRING_BACKEND to use it.")
    return backend, shown


def _shown(backend: KeyringBackend) -> str:
    kind = type(backend)
    own = next((name for module, name in _OWN.items() if f"{kind.__module__}.".startswith(f"{module}.")), None)
    return own or f"{kind.__module__}.{kind.__qualname__}"

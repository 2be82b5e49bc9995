"""Every kind of keep behind one door: the choice in, the keep that it names out."""

from seswizard.core.failure import Failure, FailureError
from seswizard.core.keep import KeepChoice
from seswizard.gateways.vault import VaultGateway
from seswizard.ports import Vault


class KeepsGateway:
    """Opens keeps; each is built when it is first asked for."""

    def __init__(self, keyring: VaultGateway) -> None:
        self._keyring = keyring

    def open(self, choice: KeepChoice) -> Vault:
        """The keep of this choice."""
        if choice.kind == "keyring":
            return self._keyring
        raise FailureError(Failure("login.vault-missing", f"The keep {choice.kind} is not known here."))

"""Every kind of keep behind one door: the choice in, the keep that it names out."""

from seswizard.core.keep import KeepChoice
from seswizard.gateways.debug import CallLog
from seswizard.gateways.keep_aws import AwsKeep, Sessions
from seswizard.gateways.keep_command import CommandKeep
from seswizard.gateways.keep_file import FileKeep
from seswizard.gateways.keep_parameters import ParametersShelf
from seswizard.gateways.keep_secrets import SecretsShelf
from seswizard.gateways.keep_show import ShowKeep
from seswizard.gateways.vault import VaultGateway
from seswizard.ports import Clock, Vault


class KeepsGateway:
    """Opens keeps; nothing is asked of the world until one is used."""

    def __init__(self, keyring: VaultGateway, sessions: Sessions, clock: Clock, log: CallLog) -> None:
        self._keyring = keyring
        self._sessions, self._clock, self._log = sessions, clock, log

    def open(self, choice: KeepChoice) -> Vault:
        """The keep of this choice."""
        match choice.kind:
            case "keyring":
                return self._keyring
            case "file":
                return FileKeep(choice.place, self._log)
            case "secretsmanager":
                return AwsKeep(SecretsShelf(), choice.place, self._sessions, self._clock)
            case "ssm":
                return AwsKeep(ParametersShelf(), choice.place, self._sessions, self._clock)
            case "command":
                return CommandKeep(choice.store_with, choice.read_with, self._log)
            case "show":
                return ShowKeep()

"""AWS Secrets Manager as a shelf for logins."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from seswizard.core.secret import Secret
from seswizard.gateways.aws import AwsSession
from seswizard.gateways.keep_aws import BusyError, Found
from seswizard.gateways.members import groups, raw_text, text
from seswizard.gateways.tags import from_aws

if TYPE_CHECKING:
    from mypy_boto3_secretsmanager import SecretsManagerClient
    from mypy_boto3_secretsmanager.type_defs import TagTypeDef


class SecretsShelf:
    """Secrets by name (https://docs.aws.amazon.com/secretsmanager/latest/apireference/)."""

    service = "secretsmanager"
    what = "AWS Secrets Manager's secret"
    cost = "about 0.40 USD a month"
    resource = "secret:"
    calls = ("secretsmanager:GetSecretValue", "secretsmanager:PutSecretValue", "secretsmanager:DeleteSecret")

    def look(self, aws: AwsSession, name: str) -> Found | None:
        """The secret with its tags."""
        client = self._client(aws)
        try:
            about = client.describe_secret(SecretId=name)
        except client.exceptions.ResourceNotFoundException:
            return None
        text(about, "Name")
        tags = from_aws(groups(about, "Tags"))
        if about.get("DeletedDate"):
            return Found(None, tags, leaving=True)
        try:
            value = raw_text(client.get_secret_value(SecretId=name), "SecretString", "")
        except client.exceptions.ResourceNotFoundException:  # it has no value yet
            value = ""
        return Found(Secret(value) if value else None, tags)

    def create(self, aws: AwsSession, name: str, value: str, tags: Mapping[str, str]) -> None:
        """Make the secret.

        Raises:
            BusyError: it was made meanwhile, or its deletion is not over yet.
        """
        client = self._client(aws)
        try:
            pairs: list[TagTypeDef] = [{"Key": key, "Value": tag} for key, tag in tags.items()]
            client.create_secret(Name=name, SecretString=value, Tags=pairs, Description=_ABOUT)
        except client.exceptions.ResourceExistsException:
            raise BusyError from None
        except client.exceptions.InvalidRequestException as error:
            if "deletion" in str(error):
                raise BusyError from None
            raise

    def replace(self, aws: AwsSession, name: str, value: str, *, leaving: bool) -> None:
        """Put a new value into the secret, and call it back where somebody had it marked for deletion."""
        client = self._client(aws)
        if leaving:
            client.restore_secret(SecretId=name)
        client.put_secret_value(SecretId=name, SecretString=value)

    def delete(self, aws: AwsSession, name: str) -> bool:
        """Delete the secret without a recovery window, which would block its name for a week at least."""
        client = self._client(aws)
        try:
            client.delete_secret(SecretId=name, ForceDeleteWithoutRecovery=True)
        except client.exceptions.ResourceNotFoundException:
            return False
        return True

    @staticmethod
    def _client(aws: AwsSession) -> "SecretsManagerClient":
        client: SecretsManagerClient = aws.client("secretsmanager")
        return client


_ABOUT = "An Amazon SES SMTP login, made by seswizard"

"""AWS Systems Manager's Parameter Store as a shelf for logins: encrypted parameters of the free standard tier."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from seswizard.core.secret import Secret
from seswizard.gateways.aws import AwsSession
from seswizard.gateways.keep_aws import BusyError, Found
from seswizard.gateways.members import group, groups, raw_text, text
from seswizard.gateways.tags import from_aws, to_aws

if TYPE_CHECKING:
    from mypy_boto3_ssm import SSMClient


class ParametersShelf:
    """SecureString parameters by name
    (https://docs.aws.amazon.com/systems-manager/latest/userguide/systems-manager-parameter-store.html)."""

    service = "ssm"
    what = "AWS Systems Manager's parameter"
    cost = "encrypted, free of charge in the standard tier"
    resource = "parameter/"
    calls = ("ssm:GetParameter", "ssm:PutParameter", "ssm:DeleteParameter")

    def look(self, aws: AwsSession, name: str) -> Found | None:
        """The parameter with its tags; one that is not encrypted has no value for us."""
        client = self._client(aws)
        try:
            said = group(client.get_parameter(Name=name, WithDecryption=True), "Parameter", needed=True)
            listed = groups(client.list_tags_for_resource(ResourceType="Parameter", ResourceId=name), "TagList")
        except (client.exceptions.ParameterNotFound, client.exceptions.InvalidResourceId):
            return None
        tags = from_aws(listed) if text(said, "Type") == "SecureString" else ()
        return Found(Secret(raw_text(said, "Value", "")), tags)

    def create(self, aws: AwsSession, name: str, value: str, tags: Mapping[str, str]) -> None:
        """Make the parameter.

        Raises:
            BusyError: it was made meanwhile.
        """
        client = self._client(aws)
        try:
            client.put_parameter(Name=name, Value=value, Type="SecureString", Tier="Standard", Tags=to_aws(tags))
        except client.exceptions.ParameterAlreadyExists:
            raise BusyError from None

    def replace(self, aws: AwsSession, name: str, value: str, *, leaving: bool) -> None:
        """Put a new value into the parameter; a parameter is never leaving."""
        self._client(aws).put_parameter(Name=name, Value=value, Type="SecureString", Overwrite=True)

    def delete(self, aws: AwsSession, name: str) -> bool:
        """Delete the parameter."""
        client = self._client(aws)
        try:
            client.delete_parameter(Name=name)
        except client.exceptions.ParameterNotFound:
            return False
        return True

    @staticmethod
    def _client(aws: AwsSession) -> "SSMClient":
        client: SSMClient = aws.client("ssm")
        return client

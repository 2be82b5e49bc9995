"""Who we are at AWS."""

from typing import TYPE_CHECKING

from seswizard.core.account import Caller
from seswizard.core.text import printable
from seswizard.gateways.aws import AwsSession

if TYPE_CHECKING:
    from mypy_boto3_sts import STSClient


class StsGateway:
    """AWS's Security Token Service."""

    def __init__(self, aws: AwsSession) -> None:
        self._aws = aws

    async def caller(self) -> Caller:
        """The account and ARN behind our credentials."""

        def look() -> Caller:
            client: STSClient = self._aws.client("sts")
            said = client.get_caller_identity()
            return Caller(printable(said["Account"]), printable(said["Arn"]))

        return await self._aws.read("sts:GetCallerIdentity", look)

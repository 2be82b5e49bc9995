"""Who we are at AWS."""

from typing import TYPE_CHECKING

from seswizard.core.account import Caller
from seswizard.gateways.aws import AwsSession
from seswizard.gateways.members import arn_in, text

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
            return Caller(text(said, "Account"), arn_in(said, "Arn"))

        return await self._aws.read("sts:GetCallerIdentity", look)

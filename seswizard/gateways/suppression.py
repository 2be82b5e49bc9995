"""The account's suppression list, by SES v2; in the same lane as every other control call."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from seswizard.core.suppression import Suppressed, SuppressionPage
from seswizard.gateways.aws import READ_LIMIT, AwsSession
from seswizard.gateways.failures import translated
from seswizard.gateways.lane import Lane
from seswizard.gateways.members import Said, group, groups, moment, raw_text, text
from seswizard.gateways.threads import in_thread

if TYPE_CHECKING:
    from mypy_boto3_sesv2 import SESV2Client
    from mypy_boto3_sesv2.literals import SuppressionListReasonType
    from mypy_boto3_sesv2.type_defs import ListSuppressedDestinationsRequestTypeDef


class SuppressionGateway:
    """The list of one region. Addresses go out as they are given: SES compares them letter by letter."""

    def __init__(self, aws: AwsSession, lane: Lane) -> None:
        self._aws = aws
        self._lane = lane

    async def find(self, address: str) -> Suppressed | None:
        """The entry of exactly this spelling."""

        def look() -> Suppressed | None:
            client = self._client()
            try:
                said = client.get_suppressed_destination(EmailAddress=address)
                return _entry(group(said, "SuppressedDestination", needed=True))
            except client.exceptions.NotFoundException:
                return None

        await self._turn("ses:GetSuppressedDestination")
        return await self._aws.read("ses:GetSuppressedDestination", look)

    async def page(
        self, following: str | None = None, *, reason: "SuppressionListReasonType | None" = None, since: datetime | None = None
    ) -> SuppressionPage:
        """A part of the list, from the beginning or from a token; botocore has no paginator for it."""

        def look() -> SuppressionPage:
            asked: ListSuppressedDestinationsRequestTypeDef = {}
            if following:
                asked["NextToken"] = following
            if reason:
                asked["Reasons"] = [reason]
            if since:
                asked["StartDate"] = since
            said = self._client().list_suppressed_destinations(**asked)
            entries = tuple(map(_entry, groups(said, "SuppressedDestinationSummaries")))
            return SuppressionPage(entries, raw_text(said, "NextToken", "") or None)

        await self._turn("ses:ListSuppressedDestinations")
        return await self._aws.read("ses:ListSuppressedDestinations", look)

    async def remove(self, address: str) -> bool:
        """Take exactly this spelling off the list; whether it was there."""

        def change() -> bool:
            client = self._client()
            try:
                client.delete_suppressed_destination(EmailAddress=address)
            except client.exceptions.NotFoundException:
                return False
            return True

        await self._turn("ses:DeleteSuppressedDestination")
        return await self._aws.write("ses:DeleteSuppressedDestination", change)

    def _client(self) -> "SESV2Client":
        client: SESV2Client = self._aws.client("sesv2")
        return client

    async def _turn(self, source: str) -> None:
        with translated(source, self._aws.asker):
            key = await in_thread(self._aws.lane_key, READ_LIMIT)
            await self._lane.turn(key)


def _entry(said: Said) -> Suppressed:
    """The address stays whole: a spelling that was scrubbed could not be removed again; whoever shows it scrubs it."""
    return Suppressed(
        raw_text(said, "EmailAddress"),
        text(said, "Reason", ""),
        moment(said, "LastUpdateTime") or datetime.fromtimestamp(0, UTC),
        text(group(said, "Attributes"), "MessageId", ""),
    )

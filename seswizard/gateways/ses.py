"""SES v2 in one region. Control calls wait for their turn in the lane; sending does not."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, TypeVar, cast

from seswizard.core.account import Account
from seswizard.core.aws_things import ConfigurationSet, EventDestination
from seswizard.core.identity import Identity
from seswizard.gateways import ses_values
from seswizard.gateways.aws import READ_LIMIT, AwsSession
from seswizard.gateways.failures import translated
from seswizard.gateways.lane import Lane
from seswizard.gateways.members import groups, text
from seswizard.gateways.tags import from_aws, to_aws
from seswizard.gateways.threads import in_thread

if TYPE_CHECKING:
    from mypy_boto3_sesv2 import SESV2Client
    from mypy_boto3_sesv2.literals import EventTypeType
    from mypy_boto3_sesv2.type_defs import EventDestinationDefinitionTypeDef, SendEmailRequestTypeDef

T = TypeVar("T")


def _to_topic(topic: str, types: tuple[str, ...]) -> "EventDestinationDefinitionTypeDef":
    return {
        "Enabled": True,
        "MatchingEventTypes": cast("list[EventTypeType]", list(types)),
        "SnsDestination": {"TopicArn": topic},
    }


class SesGateway:
    """SES by boto3."""

    def __init__(self, aws: AwsSession, lane: Lane) -> None:
        self._aws = aws
        self._lane = lane

    async def account(self) -> Account:
        """The account in this region."""
        return await self._look("GetAccount", lambda: ses_values.account(self._client().get_account()))

    async def identity(self, name: str) -> Identity | None:
        """The identity of this name, if SES knows it."""

        def look() -> Identity | None:
            client = self._client()
            try:
                return ses_values.identity(name, client.get_email_identity(EmailIdentity=name))
            except client.exceptions.NotFoundException:
                return None

        return await self._look("GetEmailIdentity", look)

    async def create_identity(self, name: str, tags: Mapping[str, str]) -> None:
        """Make an identity; a domain's with Easy DKIM."""

        def change() -> None:
            self._client().create_email_identity(EmailIdentity=name, Tags=to_aws(tags))

        await self._change("CreateEmailIdentity", change)

    async def delete_identity(self, name: str) -> bool:
        """Whether there was one."""

        def change() -> bool:
            client = self._client()
            try:
                client.delete_email_identity(EmailIdentity=name)
            except client.exceptions.NotFoundException:
                return False
            return True

        return await self._change("DeleteEmailIdentity", change)

    async def set_mail_from(self, identity: str, mail_from: str | None) -> None:
        """Set the custom MAIL FROM domain, or take it away; mail still goes out while its MX is not there."""

        def change() -> None:
            client = self._client()
            if mail_from is None:
                client.put_email_identity_mail_from_attributes(EmailIdentity=identity)
                return
            client.put_email_identity_mail_from_attributes(
                EmailIdentity=identity, MailFromDomain=mail_from, BehaviorOnMxFailure="USE_DEFAULT_VALUE"
            )

        await self._change("PutEmailIdentityMailFromAttributes", change)

    async def configuration_set(self, name: str) -> ConfigurationSet | None:
        """The configuration set of this name, with its tags."""

        def look() -> ConfigurationSet | None:
            client = self._client()
            try:
                said = client.get_configuration_set(ConfigurationSetName=name)
            except client.exceptions.NotFoundException:
                return None
            text(said, "ConfigurationSetName")
            return ConfigurationSet(name, from_aws(groups(said, "Tags")))

        return await self._look("GetConfigurationSet", look)

    async def create_configuration_set(self, name: str, tags: Mapping[str, str]) -> None:
        """Make a configuration set that changes nothing by itself."""

        def change() -> None:
            self._client().create_configuration_set(ConfigurationSetName=name, Tags=to_aws(tags))

        await self._change("CreateConfigurationSet", change)

    async def delete_configuration_set(self, name: str) -> bool:
        """Whether there was one."""

        def change() -> bool:
            client = self._client()
            try:
                client.delete_configuration_set(ConfigurationSetName=name)
            except client.exceptions.NotFoundException:
                return False
            return True

        return await self._change("DeleteConfigurationSet", change)

    async def destinations(self, configuration_set: str) -> tuple[EventDestination, ...]:
        """Where the set publishes its events; nowhere, if there is no such set."""

        def look() -> tuple[EventDestination, ...]:
            client = self._client()
            try:
                said = client.get_configuration_set_event_destinations(ConfigurationSetName=configuration_set)
            except client.exceptions.NotFoundException:
                return ()
            return tuple(ses_values.destination(told) for told in groups(said, "EventDestinations"))

        return await self._look("GetConfigurationSetEventDestinations", look)

    async def create_destination(self, configuration_set: str, name: str, topic: str, types: tuple[str, ...]) -> None:
        """Have the set publish events of these types to a topic."""

        def change() -> None:
            self._client().create_configuration_set_event_destination(
                ConfigurationSetName=configuration_set, EventDestinationName=name, EventDestination=_to_topic(topic, types)
            )

        await self._change("CreateConfigurationSetEventDestination", change)

    async def update_destination(self, configuration_set: str, name: str, topic: str, types: tuple[str, ...]) -> None:
        """Switch a destination on, to this topic, for these types."""

        def change() -> None:
            self._client().update_configuration_set_event_destination(
                ConfigurationSetName=configuration_set, EventDestinationName=name, EventDestination=_to_topic(topic, types)
            )

        await self._change("UpdateConfigurationSetEventDestination", change)

    async def delete_destination(self, configuration_set: str, name: str) -> bool:
        """Whether there was one."""

        def change() -> bool:
            client = self._client()
            try:
                client.delete_configuration_set_event_destination(
                    ConfigurationSetName=configuration_set, EventDestinationName=name
                )
            except client.exceptions.NotFoundException:
                return False
            return True

        return await self._change("DeleteConfigurationSetEventDestination", change)

    async def set_default_set(self, identity: str, configuration_set: str | None) -> None:
        """The configuration set of mail that names none; None for none."""

        def change() -> None:
            client = self._client()
            if configuration_set is None:
                client.put_email_identity_configuration_set_attributes(EmailIdentity=identity)
                return
            client.put_email_identity_configuration_set_attributes(EmailIdentity=identity, ConfigurationSetName=configuration_set)

        await self._change("PutEmailIdentityConfigurationSetAttributes", change)

    async def send_raw(self, sender: str, to: str, message: bytes, configuration_set: str | None) -> str:
        """Send by API, once: a second try could be a second message."""

        def change() -> str:
            client: SESV2Client = self._aws.client("sesv2", once=True)
            asked: SendEmailRequestTypeDef = {
                "FromEmailAddress": sender,
                "Destination": {"ToAddresses": [to]},
                "Content": {"Raw": {"Data": message}},
            }
            if configuration_set:
                asked["ConfigurationSetName"] = configuration_set
            return text(client.send_email(**asked), "MessageId")

        return await self._aws.write("ses:SendEmail", change)

    def _client(self) -> "SESV2Client":
        client: SESV2Client = self._aws.client("sesv2")
        return client

    async def _look(self, call: str, work: Callable[[], T]) -> T:
        await self._turn(f"ses:{call}")
        return await self._aws.read(f"ses:{call}", work)

    async def _change(self, call: str, work: Callable[[], T]) -> T:
        await self._turn(f"ses:{call}")
        return await self._aws.write(f"ses:{call}", work)

    async def _turn(self, source: str) -> None:
        # The client is made and the credentials are fetched first: what comes after the turn must be the call itself.
        with translated(source, self._aws.asker):
            key = await in_thread(self._aws.lane_key, READ_LIMIT)
            await self._lane.turn(key)

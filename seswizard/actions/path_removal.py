"""What of the way back, and of the verified recipients, is ours to take away: for undo, in the opposite order of making."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from functools import partial

from seswizard.actions.journalled import Step
from seswizard.actions.removal import Look, Removal, is_there, removal
from seswizard.core.account import Caller
from seswizard.core.identity import made_for
from seswizard.core.plan import Change
from seswizard.core.policy import Names
from seswizard.core.quoting import aws_command
from seswizard.core.remembered import Entry
from seswizard.core.way_back import DESTINATION, TEMPORARY
from seswizard.ports import Services

Made = dict[tuple[str, str], Entry]
"""What the journal says we made and did not take back, by kind and thing."""


@dataclass(slots=True)
class PathSurvey:
    """Looks at every link that the journal names; what is not ours any more becomes a note."""

    services: Services
    names: Names
    name: str
    """The identity."""
    caller: Caller
    made: Made
    removals: list[Removal] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    in_use: str = ""
    """The set that is the identity's default though we did not make it so."""

    async def look(self) -> None:
        """Look, and collect the removals and notes.

        Raises:
            FailureError: something could not be looked at.
        """
        await self._default_set()
        for where in self._things("destination"):
            await self._destination(where)
        for where in self._things("configuration-set"):
            await self._set(where)
        for where in self._things("topic"):
            await self._topic(where)
        for where in self._things("queue"):
            await self._queue(where)
        for address in self._things("recipient"):
            await self._recipient(address)

    def _things(self, kind: str) -> tuple[str, ...]:
        return tuple(thing for one, thing in self.made if one == kind)

    def _remove(self, kind: str, thing: str, what: str, command: str, call: Callable[[], Awaitable[object]], there: Look) -> None:
        self.removals.append(removal(kind, thing, what, command, call, there))

    def _ours(self, what: str, tags: tuple[tuple[str, str], ...]) -> bool:
        if made_for(tags, self.names.domain):
            return True
        self.notes.append(f"Stays: the {what} no longer carries our tag.")
        return False

    async def _default_set(self) -> None:
        """First of all: mail of an identity whose default set is gone is refused."""
        if not self._things("configuration-set") and not self._things("default-set"):
            return
        ses, entry = self.services.ses, self.made.get(("default-set", self.name))
        known = await ses.identity(self.name)
        self.in_use = known.configuration_set or "" if known else ""
        if known is None or entry is None or known.configuration_set != dict(entry.detail).get("value"):
            return
        self.in_use = ""
        former = dict(entry.detail).get("former") or None
        command = aws_command(
            "sesv2 put-email-identity-configuration-set-attributes",
            region=self.services.region,
            email_identity=self.name,
            configuration_set_name=former,
        )
        self.removals.append(
            Removal(
                Change("~", "Default set", f"{former or 'none'} instead of {known.configuration_set}", command),
                Step("default-set.delete", "default-set", self.name, "Default set", former or "none"),
                lambda: ses.set_default_set(self.name, former),
            )
        )

    async def _destination(self, where: str) -> None:
        """In a set of ours it goes with the set; in somebody else's it is taken out of it."""
        ses = self.services.ses
        if where == self.names.set or where.startswith(TEMPORARY):
            return
        topic = f"arn:{self.caller.partition}:sns:{self.services.region}:{self.caller.account}:{self.names.set}"

        async def there() -> bool:
            return any(one.name == DESTINATION and one.topic == topic for one in await ses.destinations(where))

        if await there():
            command = aws_command(
                "sesv2 delete-configuration-set-event-destination",
                region=self.services.region,
                configuration_set_name=where,
                event_destination_name=DESTINATION,
            )
            delete = partial(ses.delete_destination, where, DESTINATION)
            self._remove("destination", where, "Event destination", command, delete, there)

    async def _set(self, where: str) -> None:
        ses = self.services.ses
        found = await ses.configuration_set(where)
        if found and where == self.in_use:
            self.notes.append(f"Stays: somebody made {where} the default set of {self.name}; its mail would be refused without.")
        elif found and self._ours("configuration set", found.tags):
            command = aws_command("sesv2 delete-configuration-set", region=self.services.region, configuration_set_name=where)
            delete, there = partial(ses.delete_configuration_set, where), is_there(partial(ses.configuration_set, where))
            self._remove("configuration-set", where, "Configuration set", command, delete, there)

    async def _topic(self, where: str) -> None:
        events = self.services.events
        look = partial(events.topic, where, self.caller.account, self.caller.partition)
        topic = await look()
        if topic and self._ours("SNS topic", topic.tags):
            arn = topic.arn
            command = aws_command("sns delete-topic", region=self.services.region, topic_arn=arn)
            self._remove("topic", where, "SNS topic", command, lambda: events.delete_topic(arn), is_there(look))

    async def _queue(self, where: str) -> None:
        events = self.services.events
        queue = await events.queue(where)
        if queue and self._ours("SQS queue", queue.tags):
            url = queue.url
            command = aws_command("sqs delete-queue", region=self.services.region, queue_url=url)
            self._remove(
                "queue", where, "SQS queue", command, lambda: events.delete_queue(url), is_there(partial(events.queue, where))
            )

    async def _recipient(self, address: str) -> None:
        ses = self.services.ses
        known = await ses.identity(address)
        if known and self._ours(f"address {address}", known.tags):
            command = aws_command("sesv2 delete-email-identity", region=self.services.region, email_identity=address)
            there = is_there(partial(ses.identity, address))
            self._remove("recipient", address, "Address", command, lambda: ses.delete_identity(address), there)

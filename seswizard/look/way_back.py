"""Read every link of the way back."""

from seswizard.core.account import Caller
from seswizard.core.way_back import Path, Way
from seswizard.ports import Services


async def look_way(services: Services, way: Way, caller: Caller, *, default_set: str | None, named: bool) -> Path:
    """The links as they stand now. SES's calls keep their one a second, the others cost less.

    Raises:
        FailureError: one of them could not be read.
    """
    ses, events = services.ses, services.events
    there = await ses.configuration_set(way.set)
    destinations = await ses.destinations(way.set) if there else ()
    topic = await events.topic(way.things, caller.account, caller.partition)
    subscriptions = await events.subscriptions_of(topic.arn) if topic else ()
    queue = await events.queue(way.things)
    return Path(
        way, services.region, caller.account, caller.partition, named, default_set, there, destinations, topic,
        subscriptions, queue,
    )  # fmt: skip

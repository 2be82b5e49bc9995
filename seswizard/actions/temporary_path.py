"""Take a temporary way back away again: after its message, and at the next start where a crash left one standing.

Consent to something temporary includes its removal, so nobody is asked; what the journal does not name as temporary and
ours is never touched, nor what another run of ours still works with.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial

from seswizard.actions.action import Outcome, Say
from seswizard.actions.journalled import Journalled, Step
from seswizard.actions.removal import is_there, surely_gone
from seswizard.core.account import Caller
from seswizard.core.failure import Failure, FailureError
from seswizard.core.identity import made_for
from seswizard.core.names import domain_of, parse_identity
from seswizard.core.remembered import Entry
from seswizard.core.text import counted
from seswizard.core.way_back import is_temporary
from seswizard.ports import Services

STAYS = "A temporary way back is still there; the next start takes it away."
_KINDS = ("configuration-set", "topic", "queue")
"""What has a life of its own: a destination goes with its set, a subscription with its topic."""


@dataclass(frozen=True, slots=True)
class Leftover:
    """A temporary way that the journal announced and that was not taken away."""

    domain: str
    name: str
    """What its set, topic and queue are called."""
    region: str
    account: str
    kinds: tuple[str, ...]

    @property
    def thing(self) -> tuple[str, str, str, str]:
        """Which one it is, whatever of it still stands."""
        return self.domain, self.name, self.region, self.account


def leftovers(entries: tuple[Entry, ...]) -> tuple[Leftover, ...]:
    """The temporary ways that may still stand, oldest first. An intent counts: the call may have worked all the same."""
    standing: dict[tuple[str, str, str, str], dict[str, None]] = {}
    for entry in entries:
        if entry.kind not in _KINDS or not is_temporary(entry.thing):
            continue
        key = (entry.domain, entry.thing, entry.region, entry.account)
        kinds = standing.setdefault(key, {})
        if entry.action.endswith(".create"):
            if entry.phase == "undone":
                kinds.pop(entry.kind, None)
            else:
                kinds[entry.kind] = None
    return tuple(Leftover(*key, tuple(kinds)) for key, kinds in standing.items() if kinds)


async def remove_leftovers(services: Services, say: Say, found: Callable[[Leftover], None] = lambda _one: None) -> Outcome:
    """Remove every temporary way of this account and region that no run works with. Never raises `FailureError`.

    `found` is told of each before it is removed.
    """
    removed, failure = 0, None
    try:
        entries = await services.journal.entries()
        here = [one for one in leftovers(entries) if one.region == services.region]
        caller = await services.sts.caller() if here else None
    except FailureError as error:
        return Outcome("Temporary things could not be looked for.", error.failure)
    for one in here:
        assert caller is not None
        if one.account != caller.account:
            continue
        try:
            async with services.journal.holding(one.name) as free:
                # The run that held it until now has most likely taken it away itself.
                still = next((now for now in leftovers(await services.journal.entries()) if now.thing == one.thing), None)
                if not free or still is None:
                    continue
                found(still)
                await _remove(services, still, caller.partition, say)
                removed += 1
        except FailureError as error:
            failure = error.failure
    if failure:
        return Outcome(STAYS, failure)
    return Outcome(f"{counted(removed, 'temporary way')} back removed." if removed else "")


async def remove_own(services: Services, name: str, caller: Caller, say: Say) -> Failure | None:
    """Remove the temporary way of this run, which holds its name; why not, if it stays. Never raises `FailureError`."""
    try:
        for one in leftovers(await services.journal.entries()):
            if (one.name, one.region, one.account) == (name, services.region, caller.account):
                await _remove(services, one, caller.partition, say)
    except FailureError as error:
        return error.failure
    return None


async def _remove(services: Services, one: Leftover, partition: str, say: Say) -> None:
    """In the opposite order of making, so that nothing is published into the void."""
    ses, events, name = services.ses, services.events, one.name
    journal = Journalled(services, one.domain, one.account, say)
    domain = str(domain_of(parse_identity(one.domain)))

    def ours(tags: tuple[tuple[str, str], ...]) -> bool:
        return made_for(tags, domain)

    async def take(kind: str, what: str, call: Callable[[], Awaitable[bool]], look: Callable[[], Awaitable[object]]) -> None:
        await journal.make(Step(f"{kind}.delete", kind, name, what, f"{name} removed"), call)
        await surely_gone(services, f"{what} {name}", is_there(look))

    for kind in _KINDS:
        if kind not in one.kinds:
            continue
        if kind == "configuration-set":
            there = await ses.configuration_set(name)
            if there and ours(there.tags):
                delete = partial(ses.delete_configuration_set, name)
                await take(kind, "Configuration set", delete, partial(ses.configuration_set, name))
        elif kind == "topic":
            look = partial(events.topic, name, one.account, partition)
            topic = await look()
            if topic and ours(topic.tags):
                await take(kind, "Topic", partial(events.delete_topic, topic.arn), look)
        else:
            queue = await events.queue(name)
            if queue and ours(queue.tags):
                await take(kind, "Queue", partial(events.delete_queue, queue.url), partial(events.queue, name))
        await journal.write(Step(f"{kind}.create", kind, name, "", ""), "undone", {})

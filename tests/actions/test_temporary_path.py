"""Temporary ways back: taken away at the next start, but never under the hands of a run that still uses them."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from seswizard.actions.action import Progress, silent
from seswizard.actions.proof import Sending
from seswizard.actions.send_proof import SendProof, prepare_send
from seswizard.actions.temporary_path import leftovers, remove_leftovers
from seswizard.core.aws_things import ConfigurationSet, QueueMessage
from seswizard.core.identity import Dkim, Identity
from seswizard.core.names import DomainName
from seswizard.core.remembered import Entry
from tests.fakes import ACCOUNT, REGION, START, FakeWorld

NAME = DomainName("example.com")


def known() -> FakeWorld:
    world = FakeWorld()
    world.ses.identities["example.com"] = Identity("example.com", True, "SUCCESS", True, Dkim("SUCCESS", (), None))
    return world


async def prepared(world: FakeWorld) -> SendProof:
    action = await prepare_send(world.services, Sending(NAME, via="api"), keep=False)
    assert isinstance(action, SendProof)
    assert action.path.way.temporary
    return action


async def left_behind(world: FakeWorld) -> None:
    """A run whose removal did not work; it is over."""
    action = await prepared(world)
    for call in ("ses.delete_configuration_set", "sns.delete_topic", "sqs.delete_queue"):
        world.calls.fail(call)
    world.calls.fail("ses.send_raw")
    await action.apply(silent)
    world.calls.mend()


async def test_a_way_that_another_run_still_uses_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    world = known()
    action, receive = await prepared(world), world.events.receive
    there: list[tuple[set[str], set[str]]] = []

    async def somebody_else_starts(url: str, wait: float, hidden: float) -> tuple[QueueMessage, ...]:
        await remove_leftovers(world.services, silent)
        there.append((set(world.ses.sets), set(world.events.queues)))
        return await receive(url, wait, hidden)

    monkeypatch.setattr(world.events, "receive", somebody_else_starts)
    action.patience = 5.0
    await action.apply(silent)
    assert there
    assert all(sets and queues for sets, queues in there), "the second run took the first one's way away"
    assert (world.ses.sets, world.events.topics, world.events.queues) == ({}, {}, {})


async def test_what_could_not_be_taken_away_is_told_and_goes_at_the_next_start() -> None:
    world = known()
    before = world.inventory()
    action, told = await prepared(world), list[Progress]()
    world.calls.fail("sns.delete_topic")
    await action.apply(told.append)
    assert any(one.state == "failed" and "the next start takes it away" in one.detail for one in told)
    world.calls.mend()
    assert (await remove_leftovers(world.services, silent)).ok
    assert world.inventory() == before
    assert leftovers(await world.services.journal.entries()) == ()


async def test_another_account_and_another_region_are_left_alone() -> None:
    world = known()
    await left_behind(world)
    before = world.inventory()
    world.sts.who = type(world.sts.who)("999999999999", "arn:aws:iam::999999999999:user/eve")
    assert (await remove_leftovers(world.services, silent)).title == ""
    assert world.inventory() == before


@pytest.mark.parametrize("thing", ["seswizard-example-com", "seswizard-tmp-../../etc", "seswizard-tmp-0123456789ab-theirs"])
async def test_only_names_that_we_give_to_temporary_things_are_ever_removed(thing: str) -> None:
    world = known()
    world.ses.sets[thing] = ConfigurationSet(thing, (("made-by", "seswizard"), ("seswizard-domain", "example.com")))
    action = "configuration-set.create"
    await world.services.journal.write(Entry(START, "example.com", REGION, ACCOUNT, action, "done", "configuration-set", thing))
    await remove_leftovers(world.services, silent)
    assert set(world.ses.sets) == {thing}


async def test_what_the_other_run_has_just_removed_is_not_called_left_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    """It held its name while this run read the journal, and let go of it before this run asked for the name."""
    world = known()
    await left_behind(world)
    holding, found = world.journal.holding, list[str]()

    @asynccontextmanager
    async def late(name: str) -> AsyncIterator[bool]:
        monkeypatch.setattr(world.journal, "holding", holding)
        await remove_leftovers(world.services, silent)
        async with holding(name) as free:
            yield free

    monkeypatch.setattr(world.journal, "holding", late)
    outcome = await remove_leftovers(world.services, silent, lambda one: found.append(one.name))
    assert (found, outcome.title) == ([], "")


async def test_what_is_still_there_after_its_removal_is_told_and_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    world = known()
    await left_behind(world)

    async def says_yes(_name: str) -> bool:
        return True

    monkeypatch.setattr(world.events, "delete_queue", says_yes)
    outcome = await remove_leftovers(world.services, silent)
    assert outcome.failure is not None
    assert outcome.failure.kind == "removal.still-there"
    assert leftovers(await world.services.journal.entries())
    monkeypatch.undo()
    assert (await remove_leftovers(world.services, silent)).ok
    assert leftovers(await world.services.journal.entries()) == ()

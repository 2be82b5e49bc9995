"""Knowing more: two looks at once keep each other's news, and what is looked at again is what is due."""

import asyncio
from dataclasses import replace

import pytest

from seswizard.core.names import parse_identity
from seswizard.core.pacing import SES_LOOK
from seswizard.core.reading import Seen
from seswizard.look.knowing import FRESH, know_more, not_fresh, settled, spreading
from seswizard.look.session import Session
from tests.tui.fakes import World, pending


def begun(world: World, name: str = "example.com") -> Session:
    return Session(world.services(), parse_identity(name))


async def test_a_look_is_judged_and_its_parts_are_noted() -> None:
    world = World()
    session = begun(world)
    more = await know_more(lambda: session, frozenset({"identity"}))
    assert more is not None
    assert more.report is not None
    assert {one.id for one in more.report.findings} >= {"identity.missing"}
    assert dict(more.looked) == {"identity": world.clock.monotonic()}


async def test_a_look_that_brings_nothing_new_leaves_the_report_as_it_is() -> None:
    """The screens need not show it again; only the times are new."""
    world = World()
    now = [begun(world)]
    for _ in range(2):
        more = await know_more(lambda: now[0])
        assert more is not None
        now.append(more)
        now[0] = more
        await world.clock.advance(5)
    first, second = now[1:]
    assert second.report is first.report
    assert second.stands_as(first)
    assert second.facts is not None
    assert first.facts is not None
    assert second.facts.at > first.facts.at
    assert second.looked["dns"] > first.looked["dns"]
    world.ses.known["example.com"] = pending("example.com")
    third = await know_more(lambda: second)
    assert third is not None
    assert third.report is not first.report
    assert not third.stands_as(first)


async def test_two_looks_at_once_keep_each_others_news() -> None:
    world = World()
    now = [begun(world)]
    first = await know_more(lambda: now[0])
    assert first is not None
    now[0] = first

    async def look(parts: frozenset[str]) -> None:
        more = await know_more(lambda: now[0], parts)
        assert more is not None
        now[0] = more

    world.ses.known["example.com"] = pending("example.com")
    world.publish(1, 2, 3)
    await asyncio.gather(look(frozenset({"identity"})), look(frozenset({"account"})))
    facts = now[0].facts
    assert facts is not None
    assert isinstance(facts.identity, Seen)
    assert facts.identity.value is not None, "the look that ended last does not take it back"


async def test_a_look_at_what_one_has_left_is_dropped() -> None:
    world = World()
    left, there = begun(world), begun(world, "example.org")
    asked = iter([left, there])
    assert await know_more(lambda: next(asked)) is None
    assert await know_more(lambda: Session(world.services())) is None, "without a name there is nothing to look at"


def test_what_was_looked_at_a_moment_ago_is_not_due() -> None:
    world = World()
    session = replace(begun(world), looked={"dns": world.clock.monotonic() - FRESH, "account": world.clock.monotonic()})
    assert not_fresh(session, frozenset({"dns", "account", "login"})) == {"dns", "login"}


@pytest.mark.parametrize(
    ("name", "ago", "parts"),
    [
        ("example.com", None, {"dns", "identity"}),
        ("example.com", SES_LOOK - 1, {"dns"}),
        ("example.com", SES_LOOK, {"dns", "identity"}),
        ("me@example.com", 0.0, {"identity"}),
    ],
)
def test_while_records_spread_dns_is_asked_each_time_and_ses_less_often(name: str, ago: float | None, parts: set[str]) -> None:
    world = World()
    looked = {} if ago is None else {"identity": world.clock.monotonic() - ago}
    assert spreading(replace(begun(world, name), looked=looked)) == parts


async def test_it_is_settled_when_ses_and_dns_are() -> None:
    world = World()
    session = begun(world)
    world.ses.known["example.com"] = pending("example.com", dkim="SUCCESS")
    more = await know_more(lambda: session)
    assert more is not None
    assert more.verified
    assert not settled(more), "the records are not there"

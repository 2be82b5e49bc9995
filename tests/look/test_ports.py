"""The ports are looked at where somebody asks for them, all at once, and never by the slow watch."""

import pytest

from seswizard.core.checks import judge
from seswizard.core.login import PORTS
from seswizard.core.names import DomainName
from seswizard.core.ports import Family, PortSeen
from seswizard.core.reading import Seen, Unseen
from seswizard.core.remembered import DomainChoices
from seswizard.look import ALL_PARTS, PORTS_TOO, look
from seswizard.look.ports import look_at_ports
from tests.fake_aws import REGION, START
from tests.fakes import FakeWorld

NAME = DomainName("example.com")


async def test_every_port_by_both_families() -> None:
    world = FakeWorld()
    reading = await look_at_ports(world.services, REGION)
    assert isinstance(reading, Seen)
    assert [(one.port, one.family) for one in reading.value] == [(port, family) for port, _ in PORTS for family in (4, 6)]
    assert world.calls.log == ["smtp.probe"] * 10


async def test_a_whole_look_leaves_them_alone_unless_asked() -> None:
    world = FakeWorld()
    facts = await look(world.services, NAME)
    assert facts.ports is None
    assert "smtp.probe" not in world.calls.log
    assert frozenset({"ports"}) == PORTS_TOO - ALL_PARTS
    world.smtp.blocked = {25: "no answer in time"}
    asked = await look(world.services, NAME, parts=PORTS_TOO, last=facts)
    assert judge(asked).has("ports.blocked")
    assert {one.topic for one in judge(facts).findings} == {one.topic for one in judge(asked).findings} - {"ports"}
    carried = await look(world.services, NAME, parts=frozenset({"account"}), last=asked)
    assert carried.ports == asked.ports


async def test_who_sends_by_an_sdk_needs_no_port() -> None:
    world = FakeWorld()
    choices = DomainChoices("example.com", REGION, sends_by="sdk")
    facts = await look(world.services, NAME, parts=PORTS_TOO, choices=choices)
    assert facts.ports is None
    assert "smtp.probe" not in world.calls.log


@pytest.mark.parametrize("region", ["eu-south-1", "xx-nowhere-1"])
async def test_a_region_without_smtp_has_none(region: str) -> None:
    world = FakeWorld(region=region)
    assert await look_at_ports(world.services, region) is None
    assert world.calls.log == []


async def test_where_nothing_could_be_tried_nothing_is_known() -> None:
    world = FakeWorld()

    async def nowhere(port: int, family: Family) -> PortSeen:
        return PortSeen(port, family, why_not="its address could not be looked up", absent=True)

    world.smtp.probe = nowhere  # type: ignore[method-assign]  # a machine without a network
    reading = await look_at_ports(world.services, REGION)
    assert isinstance(reading, Unseen)
    assert (reading.failure.kind, reading.at) == ("dns.blocked", START)
    assert "could not be looked up" in reading.failure.detail

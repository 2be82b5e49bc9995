"""The first minute in lines: a machine without a region, and a domain that was mistyped."""

import pytest

from seswizard.cli.linear.asking import Away
from seswizard.cli.linear.first import begun
from seswizard.cli.linear.road import visit
from seswizard.core.answers import Answer, Question, Reply, Row, Server
from seswizard.core.answers_file import SetupAnswers
from seswizard.core.names import DomainName
from seswizard.core.remembered import DomainChoices
from tests.linear.talking import Typed, unwrapped, walk_of
from tests.tui.fakes import FakeDns, FakeState, World
from tests.tui.test_no_region import berlin


async def test_the_region_is_asked_for_and_the_nearest_comes_first() -> None:
    world, talk = berlin(), Typed("example.com", "", "1")
    walk = await begun(world.services(), SetupAnswers(), talk, world.services, "")
    assert walk.session.region == "eu-central-1"
    assert "1. eu-central-1, Frankfurt" in talk.lines
    assert [(one.name, one.region) for one in world.state.remembered] == [("example.com", "eu-central-1")]


async def test_enter_takes_no_region_and_another_one_is_typed() -> None:
    world, talk = berlin(), Typed("", "", "7", "us-east-1")
    walk = await begun(world.services(), SetupAnswers(DomainName("example.com"), None, "smtp"), talk, world.services, "")
    assert walk.session.region == "us-east-1"
    assert "Nothing was typed." in unwrapped(talk.lines)


async def test_the_only_region_that_is_remembered_is_taken() -> None:
    world, talk = berlin(DomainChoices("example.com", "us-east-1")), Typed()
    walk = await begun(world.services(), SetupAnswers(DomainName("example.com")), talk, world.services, "")
    assert walk.session.region == "us-east-1"


class Registry(FakeDns):
    """`org` delegates nothing; of everything else the world knows."""

    async def ask(
        self,
        server: Server,
        question: Question,
        *,
        recursive: bool = False,
        timeout: float = 1.5,
        checking_disabled: bool = False,
    ) -> Reply:
        soa = Row("org", "SOA", 300, "a.org.example b.org.example 1 2 3 4 300")
        if recursive and question.name.endswith("foo.org"):
            return Answer("NXDOMAIN", False, (), (soa,))
        if recursive and (question.name, question.type) == ("org", "SOA"):
            return Answer("NOERROR", False, (soa,))
        if recursive and (question.name, question.type) == ("org", "NS"):
            return Answer("NOERROR", False, (Row("org", "NS", 300, "a.org.example"),))
        if recursive and question.name == "a.org.example" and question.type == "A":
            return Answer("NOERROR", False, (Row("a.org.example", "A", 300, "192.0.2.99"),))
        if server.address == "192.0.2.99":
            return Answer("NXDOMAIN", True, (), (soa,))
        return await super().ask(server, question, recursive=recursive, timeout=timeout, checking_disabled=checking_disabled)


FOO = DomainChoices("foo.org", "eu-west-1")


def mistyped() -> World:
    """A name that nobody has registered, and that the first questions have remembered."""
    return World(dns=Registry(), state=FakeState(FOO))


async def test_a_mistyped_domain_is_changed_before_anything_is_made() -> None:
    world = mistyped()
    talk = Typed("1", "example.com", "q")
    walk = walk_of(world.services(), talk, "foo.org", FOO)
    await walk.look()
    assert await visit(walk, "domain") == "domain"
    text = unwrapped(talk.lines)
    assert "problem: foo.org is not registered, or has no name servers." in text
    assert "Is it spelled right?" in text
    assert "1. Change the domain" in talk.lines
    assert "2. Go on anyway" in text
    assert str(walk.session.name) == "example.com"
    assert [one.name for one in world.state.remembered] == ["example.com"], "what was mistyped is not remembered"
    with pytest.raises(Away):
        await visit(walk, "domain")
    assert "DNS zone example.com, 2 name servers" in talk.lines


async def test_a_person_may_go_on_anyway() -> None:
    world = mistyped()
    talk = Typed("2", "", "", "1")
    walk = walk_of(world.services(), talk, "foo.org", FOO)
    await walk.look()
    await visit(walk, "domain")
    assert world.ses.made == ["foo.org"]

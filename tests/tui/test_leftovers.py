"""At the start: what a crashed `send` left standing is announced and taken away, and nothing is said where there is nothing."""

import pytest

from seswizard.core.aws_things import ConfigurationSet
from seswizard.core.identity import our_tags
from seswizard.core.remembered import Entry
from tests.tui.driving import driven, settle, text
from tests.tui.fakes import START, denied
from tests.tui.post import PostWorld, post_world

NAME = "seswizard-tmp-0123456789ab"


def crashed() -> PostWorld:
    """A configuration set of an interrupted run stands, and the journal tells."""
    world = post_world()
    tags = tuple(our_tags("example.com", "eu-west-1").items())
    world.aws.sets[NAME] = ConfigurationSet(NAME, tags)
    made = Entry(START, "example.com", "eu-west-1", "123456789012", "configuration-set.create", "done", "configuration-set", NAME)
    world.journal.lines.append(made)
    return world


async def test_a_leftover_is_announced_and_removed() -> None:
    world = crashed()
    async with driven(world, start="aftercare") as (app, pilot):
        await settle(pilot, 8)
        assert NAME not in world.aws.sets
        assert "temporary way back removed" in " ".join(text(app).split())


async def test_nothing_is_said_or_asked_where_there_is_nothing() -> None:
    world = post_world()
    async with driven(world, start="aftercare") as (app, pilot):
        await settle(pilot, 8)
        assert not list(app._notifications)


@pytest.mark.parametrize("what", ["access", "call"])
async def test_it_never_makes_noise_about_access_but_says_what_could_not_be_removed(what: str) -> None:
    world = crashed()
    if what == "access":
        world.sts.failure = denied()
    else:
        world.aws.calls.fail("ses.delete_configuration_set")
    async with driven(world, start="aftercare") as (app, pilot):
        await settle(pilot, 8)
        told = [one.message for one in app._notifications]
        assert NAME in world.aws.sets
        assert app.visited
        if what == "access":
            assert told == []
        else:
            assert any("still there" in one for one in told)

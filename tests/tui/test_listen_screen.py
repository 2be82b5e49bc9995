"""Listen: consent where the way is missing, the address to copy, the waiting, and what the bounce tells."""

import re
from dataclasses import replace

import pytest

from seswizard.actions.action import silent
from seswizard.actions.event_path import MakePath, prepare_path
from seswizard.actions.proof import Sending
from seswizard.core.identity import our_tags
from seswizard.core.names import DomainName
from seswizard.tui.modals.plan import PlanSheet
from seswizard.tui.screens.listen import ListenScreen
from seswizard.tui.step_screen import StepScreen
from tests.tui.driving import LARGE, SMALL, Driven, driven, press, settle, text
from tests.tui.fakes import denied
from tests.tui.post import PostWorld, event, post_world
from tests.tui.test_hostile import EVIL, SEEN

ADDRESS = re.compile(r"bounce\+[0-9a-f]{10}@simulator\.amazonses\.com")
USER = "seswizard-example.com-eu-west-1"


async def ready() -> PostWorld:
    """The way back is open, and the set is the default of an identity of ours."""
    world = post_world()
    ours = tuple(our_tags("example.com", "eu-west-1").items())
    world.aws.identities["example.com"] = replace(world.aws.identities["example.com"], tags=ours)
    made = await prepare_path(world.services(), Sending(DomainName("example.com"), to=""))
    assert isinstance(made, MakePath)
    assert (await made.apply(silent)).ok
    return world


async def opened(at: Driven) -> str:
    """The screen, listening; the address it shows."""
    await at[0].open("listen")
    await settle(at[1], 12)
    found = ADDRESS.search(text(at[0]))
    assert found, text(at[0])
    return found.group()


def bounce(address: str, user: str = USER, sender: str = "app@example.com") -> str:
    """The bounce of a program's mail, as SES tells it."""
    tags = {"ses:source-ip": ["192.0.2.77"], "ses:caller-identity": [user], "ses:configuration-set": ["seswizard-example-com"]}
    return event(
        "Bounce", to=address, tags=tags, commonHeaders={"from": [sender]}, bounceType="Permanent", bounceSubType="General"
    )


async def later(world: PostWorld, at: Driven, seconds: float) -> None:
    await world.clock.advance(seconds)
    await settle(at[1], 8)
    for screen in at[0].step_screens:
        screen.tick()
    await settle(at[1])


@pytest.mark.parametrize("size", [SMALL, LARGE])
async def test_the_bounce_of_a_program_is_heard_and_told(size: tuple[int, int]) -> None:
    """By key from the proof; the address is copied by the button, and the waiting is counted."""
    world = await ready()
    async with driven(world, start="proof", size=size) as at:
        await press(at[1], "y")
        await settle(at[1], 12)
        assert isinstance(at[0].screen, ListenScreen)
        address = ADDRESS.search(text(at[0]))
        assert address
        assert "X-SES-CONFIGURATION-SET" not in text(at[0]), "the default set applies"
        await press(at[1], "enter")
        assert world.clipboard.taken == [address.group()]
        await later(world, at, 7)
        assert "listening for 7 s" in text(at[0])
        world.queues.arrives(bounce(address.group()), world.clock.seconds + 1)
        await later(world, at, 3)
        shown = text(at[0])
        assert "✓ ok  Proven: your program's mail left through SES" in shown
        for told in ("app@example.com", "192.0.2.77", USER, "seswizard-example-com"):
            assert told in shown


async def test_another_sender_is_told() -> None:
    """Proven, but not as it was meant."""
    world = await ready()
    async with driven(world, start="proof", size=SMALL) as at:
        address = await opened(at)
        world.queues.arrives(bounce(address, user="somebody", sender="x@other.example"), world.clock.seconds + 1)
        await later(world, at, 3)
        flat = " ".join(text(at[0]).replace("▌", "").split())
        assert "The mail came from x@other.example, not from example.com." in flat
        assert "put the kept login into the program" in flat


async def test_a_missing_way_is_planned_first_and_escape_makes_nothing() -> None:
    """Consent, then the address by itself; an identity of somebody else needs the header line, which a key copies."""
    world = post_world()
    async with driven(world, start="proof", size=SMALL) as at:
        await at[0].open("listen")
        await settle(at[1], 8)
        assert "to be opened first" in text(at[0])
        await press(at[1], "enter")
        assert isinstance(at[0].screen, PlanSheet)
        await press(at[1], "escape")
        assert not world.queues.queues
        await press(at[1], "enter")
        await settle(at[1])
        await press(at[1], "enter")
        await settle(at[1], 12)
        assert ADDRESS.search(text(at[0]))
        assert "X-SES-CONFIGURATION-SET: seswizard-example-com" in text(at[0])
        await press(at[1], "h")
        assert world.clipboard.taken == ["X-SES-CONFIGURATION-SET: seswizard-example-com"]


async def test_when_nothing_comes_the_reason_is_looked_for_and_one_may_listen_anew() -> None:
    world = await ready()
    async with driven(world, start="proof", size=SMALL) as at:
        address = await opened(at)
        await later(world, at, 65)
        assert "slower than usual" in text(at[0])
        await later(world, at, 560)
        assert "× problem" in text(at[0])
        assert "Listen anew" in text(at[0])
        await press(at[1], "enter")
        await settle(at[1], 12)
        again = ADDRESS.search(text(at[0]))
        assert again
        assert again.group() != address


async def test_leaving_ends_the_listening_and_takes_nothing_from_the_queue() -> None:
    world = await ready()
    async with driven(world, start="proof", size=SMALL) as at:
        address = await opened(at)
        world.queues.arrives(event("Bounce", to="bounce+other@simulator.amazonses.com"), world.clock.seconds)
        await press(at[1], "escape")
        await settle(at[1], 8)
        assert at[0].step == "proof"
        world.queues.arrives(bounce(address), world.clock.seconds)
        await later(world, at, 30)
        assert len(world.queues.bodies) == 2
        assert not [worker for worker in at[0].workers if worker.group == "listen" and worker.is_running]


async def test_without_access_it_says_so_and_can_be_tried_again() -> None:
    world = await ready()
    async with driven(world, start="proof", size=SMALL) as at:
        world.sts.failure = denied()
        await at[0].open("listen")
        await settle(at[1], 8)
        assert "? unknown  The SSO session" in text(at[0])
        world.sts.failure = None
        await press(at[1], "enter")
        await settle(at[1], 12)
        assert ADDRESS.search(text(at[0]))


async def test_hostile_bounces_are_shown_as_they_are() -> None:
    world = await ready()
    async with driven(world, start="proof", size=LARGE) as at:
        address = await opened(at)
        world.queues.arrives(bounce(address, user=EVIL, sender=f"{EVIL} <x@example.com>"), world.clock.seconds + 1)
        await later(world, at, 3)
        assert SEEN in text(at[0])
        assert "\x1b" not in text(at[0])
        assert isinstance(at[0].screen, StepScreen)

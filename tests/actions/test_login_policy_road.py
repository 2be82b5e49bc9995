"""The created policy lets its login send on the whole road, and never as another domain: tried by SMTP, message by message."""

import asyncio

import pytest

from seswizard.actions.action import silent
from seswizard.actions.kept import kept_login
from seswizard.actions.login import MakeLogin, prepare_login
from seswizard.core.login_wish import LoginWish
from seswizard.core.names import DomainName
from seswizard.demo.ses import Params, identities
from seswizard.demo.ses.region import ConfigurationSet
from seswizard.demo.world import World
from seswizard.ports import Services
from seswizard.wiring import Options, build

NAME = DomainName("example.com")
SIMULATOR = "bounce@simulator.amazonses.com"
VERIFIED = "friend@verified.example"
OURS = "seswizard-example-com"


@pytest.fixture
def sandbox(world: World) -> World:
    """A sandboxed account with three verified domains, in two regions, and no configuration set."""
    with world.ses.lock:
        for place in ("eu-west-1", "us-east-1"):
            region = world.ses.region(place)
            for name in ("example.com", "verified.example", "also.example"):
                identities.create(world.ses, region, Params({"EmailIdentity": name}))
                region.identities[name].verified = True
    return world


async def made(services: Services, wish: LoginWish = LoginWish()) -> None:  # noqa: B008  # a frozen value
    action = await prepare_login(services, NAME, wish)
    assert isinstance(action, MakeLogin), action
    outcome = await action.apply(silent)
    assert outcome.ok, outcome.failure


async def sent(services: Services, to: str, sender: str = "post@example.com", through: str = "") -> str:
    """The reply to one message; `through` names a configuration set."""
    login = await kept_login(services, NAME)
    assert login is not None
    header = f"X-SES-CONFIGURATION-SET: {through}\r\n" if through else ""
    message = f"From: {sender}\r\nTo: {to}\r\nSubject: the road\r\n{header}\r\nA line.\r\n".encode()
    reply = await services.smtp.send(login, 587, sender, to, message, lambda _: None)
    return f"{reply.code} {reply.reply}"


def default(world: World, name: str | None) -> None:
    """Have a configuration set apply to everything that example.com sends."""
    with world.ses.lock:
        region = world.ses.region("eu-west-1")
        if name:
            region.sets[name] = ConfigurationSet(name)
        region.identities["example.com"].configuration_set = name


def test_the_login_sends_all_along_the_road(sandbox: World) -> None:
    """No set; somebody's default set; the proof's own set; a later set of ours as the default."""
    services = build(Options(region="eu-west-1"))

    async def both(through: str = "") -> None:
        for to in (SIMULATOR, VERIFIED):
            assert (await sent(services, to, through=through)).startswith("250 "), (to, through)

    async def road() -> None:
        await made(services)
        await both()
        default(sandbox, "theirs")
        refused = await sent(services, SIMULATOR)
        assert refused.startswith("554 "), refused
        assert "configuration-set/theirs" in refused, "which is why the policy names the present default set"
        await made(services)
        await both()
        default(sandbox, OURS)
        await both()
        default(sandbox, None)
        await both(through=OURS)
        for stranger in ("post@also.example", "post@example.com.evil.example", "post@verified.example"):
            assert (await sent(services, SIMULATOR, sender=stranger)).startswith("554 Access denied"), stranger
        assert (await sent(services, SIMULATOR, sender="post@news.example.com")).startswith("250 ")

    asyncio.run(road())


def test_one_login_for_two_domains_and_two_regions(sandbox: World) -> None:
    services, other = build(Options(region="eu-west-1")), build(Options(region="us-east-1"))

    async def road() -> None:
        await made(services, LoginWish(also=("also.example",), regions=("us-east-1",)))
        for one in (services, other):
            for sender in ("post@example.com", "post@also.example"):
                assert (await sent(one, VERIFIED, sender=sender)).startswith("250 "), (one.region, sender)
            assert (await sent(one, SIMULATOR, sender="post@verified.example")).startswith("554 Access denied")

    asyncio.run(road())

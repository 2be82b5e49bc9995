"""The states of the screens that matter, each reached as a person would reach it, over the world in memory."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

from textual.pilot import Pilot
from textual.widgets import TextArea

from seswizard.core.answers import Answer, Question, Reply, Row, Server
from seswizard.core.aws_things import AccessKey, IamUser
from seswizard.core.identity import our_tags
from seswizard.core.login import PORTS, Login
from seswizard.core.policy import Names
from seswizard.core.ports import PortSeen
from seswizard.core.remembered import DomainChoices, Proof
from seswizard.core.secret import Secret
from seswizard.tui.app import SeswizardApp
from seswizard.tui.step_screen import StepScreen
from tests.tui.driving import driven, press, settle
from tests.tui.fakes import START, TOKENS, ZONE, FakeDns, World, pending
from tests.tui.golden.screen import drawn
from tests.tui.post import PostWorld, post_world

SIZES = ((80, 24), (120, 40))
NAME = "example.com"
KEY = "AKIAEXAMPLE1EXAMPLE1"
PASTED = """\
Return-Path: <0102@bounce.example.com>
Authentication-Results: mx.receiver.example; dkim=pass header.d=example.com header.s=q7;
 spf=pass smtp.mailfrom=bounce.example.com; dmarc=pass header.from=example.com
From: Shop <post@example.com>
To: ann@receiver.example
Subject: hello
Date: Sun, 22 Nov 2026 09:00:00 +0000
Message-ID: <1@example.com>
"""
Keys = Callable[[World, SeswizardApp, Pilot[str]], Awaitable[None]]


class SpreadDns(FakeDns):
    """The world's DNS with resolvers that know what the servers know, and servers that answer TXT with a CNAME."""

    async def ask(
        self,
        server: Server,
        question: Question,
        *,
        recursive: bool = False,
        timeout: float = 1.5,
        checking_disabled: bool = False,
    ) -> Reply:
        value = self.published.get((question.name, question.type))
        alias = self.published.get((question.name, "CNAME"))
        if recursive and value is not None:
            priority = 10 if question.type == "MX" else None
            return Answer("NOERROR", False, (Row(question.name, question.type, 300, value, priority),))
        if not recursive and value is None and alias is not None and server.address != "192.0.2.1":
            return Answer("NOERROR", True, (Row(question.name, "CNAME", 300, alias),))
        return await super().ask(server, question, recursive=recursive, timeout=timeout, checking_disabled=checking_disabled)


def unknown() -> World:
    """An account that knows no domain."""
    return World()


def waiting() -> World:
    """SES waits for the records, and one of three is out."""
    world = World(dns=SpreadDns())
    world.ses.known[NAME] = pending(NAME)
    world.publish(1)
    return world


def doubled() -> World:
    """Two are right, and the second has the domain twice in its name."""
    world = waiting()
    world.publish(3)
    world.dns.published[f"{TOKENS[1]}._domainkey.{NAME}.{NAME}", "CNAME"] = f"{TOKENS[1]}.{ZONE}"
    return world


def right() -> World:
    """Everything is published and SES has seen it."""
    world = waiting()
    world.publish(2, 3)
    world.dns.published |= {
        (f"bounce.{NAME}", "MX"): "feedback-smtp.eu-west-1.amazonses.com",
        (f"bounce.{NAME}", "TXT"): "v=spf1 include:amazonses.com ~all",
        ("amazonses.com", "TXT"): "v=spf1 ip4:199.255.192.0/22 -all",
        (f"_dmarc.{NAME}", "TXT"): "v=DMARC1; p=none;",
    }
    known = pending(NAME, dkim="SUCCESS")
    seen = replace(known.verification, last_checked=START, last_success=START)
    world.ses.known[NAME] = replace(known, status="SUCCESS", verification=seen)
    return world


def proven() -> World:
    """And the login is made, a bounce has come back, and the account is in production."""
    world = right()
    world.ses.production = True
    world.state.remembered = [DomainChoices(NAME, "eu-west-1", "123456789012", login_keep="keyring", mail_from=f"bounce.{NAME}")]
    world.vault.kept[NAME, "eu-west-1"] = Login(KEY, Secret("kept where nobody sees it"))
    world.iam.own_keys = (AccessKey(KEY, True, START),)
    world.state.proofs[NAME] = Proof("0102018f6e4c2b1a-example-000000", KEY, "Bounce", START)
    return world


def waited_for() -> World:
    """The login is made, AWS still spreads its key, and one port is shut."""
    world = right()
    user = Names(NAME, "eu-west-1").user
    world.state.remembered = [DomainChoices(NAME, "eu-west-1", "123456789012", login_keep="keyring", iam_user=user)]
    world.vault.kept[NAME, "eu-west-1"] = Login(KEY, Secret("kept where nobody sees it"))
    world.iam.users[user] = IamUser(user, "/seswizard/", "arn", tuple(our_tags(NAME, "eu-west-1").items()))
    world.iam.own_keys = (AccessKey(KEY, True, START),)
    world.smtp.replies = ["535 Authentication Credentials Invalid"]
    host = world.smtp.host
    for at, (port, mode) in enumerate(PORTS):
        there = PortSeen(port, 4, host, "192.0.2.7", 0.038 + at / 1000, "TLS 1.3", host, mode == "starttls", "220 ESMTP", 0.12)
        world.smtp.seen[port, 4] = there if port != 25 else PortSeen(port, 4, host, why_not="no answer within 5 s")
        world.smtp.seen[port, 6] = PortSeen(port, 6, host, why_not="no IPv6 here", absent=True)
    return world


def steady() -> World:
    """The same when SES accepts it."""
    world = waited_for()
    world.iam.own_keys = (AccessKey(KEY, True, START - timedelta(days=40)),)
    world.iam.used[KEY] = START - timedelta(hours=2)
    world.smtp.replies = ["235 Authentication successful"]
    return world


async def nothing(world: World, app: SeswizardApp, pilot: Pilot[str]) -> None:
    """Only look."""


def pressing(*keys: str) -> Keys:
    """Press these keys."""

    async def go(world: World, app: SeswizardApp, pilot: Pilot[str]) -> None:
        await press(pilot, *keys)

    return go


async def a_while_later(world: World, app: SeswizardApp, pilot: Pilot[str]) -> None:
    """Twelve seconds of waiting, told as they are now: how often a busy machine ticked meanwhile does not show."""
    await world.clock.advance(12)
    screen = app.screen
    assert isinstance(screen, StepScreen)
    screen.refresh_frame()


def suppressing() -> World:
    """Two addresses are on the account's list."""
    world = post_world()
    world.aws.status = replace(world.aws.status, production=True, suppressed_reasons=("BOUNCE", "COMPLAINT"))
    world.suppress("ann@other.example")
    world.suppress("bob@other.example", reason="COMPLAINT")
    return world


async def on_its_way(world: World, app: SeswizardApp, pilot: Pilot[str]) -> None:
    """A bounce has been asked for, and is not back after eight seconds."""
    await press(pilot, "w", "enter")
    await settle(pilot, 8)
    await press(pilot, "enter")
    await settle(pilot, 8)
    await world.clock.advance(8)
    await settle(pilot)
    for screen in app.step_screens:
        screen.tick()
    await settle(pilot, 8)


async def lost_on_its_way(world: World, app: SeswizardApp, pilot: Pilot[str]) -> None:
    """The queue's policy was taken away, so that it never comes back."""
    await on_its_way(world, app, pilot)
    assert isinstance(world, PostWorld)
    world.queues.policies[next(iter(world.queues.queues))] = "{}"
    await world.clock.advance(150)
    await settle(pilot, 8)


async def a_mail_read(world: World, app: SeswizardApp, pilot: Pilot[str]) -> None:
    """The header fields of a mail are pasted and read."""
    area = app.screen.query_one(TextArea)
    area.load_text(PASTED)
    await press(pilot, "f2")
    for _ in range(50):
        await settle(pilot, 2)
        if app.screen.has_class("-read"):
            break
    await settle(pilot, 4)


@dataclass(frozen=True, slots=True)
class Scene:
    """One state of one screen."""

    id: str
    """The golden file's name, without its size."""
    world: Callable[[], World]
    start: str | None
    """The step that is open; None: where the wizard begins by itself."""
    keys: Keys = nothing
    name: str | None = NAME

    async def drawn(self, size: tuple[int, int]) -> str:
        """The state as its golden file holds it; the roles of its colours in the smaller size only, for they are the same."""
        world = self.world()
        async with driven(world, self.name, start=self.start, size=size) as (app, pilot):
            app.animation_level = "none"
            await self.keys(world, app, pilot)
            await settle(pilot)
            return drawn(app, colours=size == SIZES[0])


SCENES = (
    Scene("first-run", unknown, None, name=None),
    Scene("overview-fresh", unknown, "overview"),
    Scene("overview-healthy", proven, "overview"),
    Scene("records", waiting, "records"),
    Scene("verification-waiting", waiting, "propagation", a_while_later),
    Scene("verification-doubled", doubled, "propagation"),
    Scene("verification-right", right, "propagation"),
    Scene("login-open", right, "login"),
    Scene("login-options", right, "login", pressing("f2")),
    Scene("login-plan", right, "login", pressing("enter")),
    Scene("login-waiting", waited_for, "login", a_while_later),
    Scene("login-steady", steady, "login"),
    Scene("proof-done", proven, "proof"),
    Scene("proof-choice", post_world, "proof", pressing("w")),
    Scene("proof-waiting", post_world, "proof", on_its_way),
    Scene("proof-lost", post_world, "proof", lost_on_its_way),
    Scene("suppression", suppressing, "suppression"),
    Scene("headers", post_world, "headers", a_mail_read),
    Scene("help", waiting, "propagation", pressing("f1")),
)
"""Every state that has golden files."""


def golden(scene: Scene, size: tuple[int, int]) -> Path:
    """Where a state's golden file of this size is."""
    return Path(__file__).with_name(f"{scene.id}-{size[0]}x{size[1]}.txt")

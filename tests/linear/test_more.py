"""What a step offers beside the road, in a world where everything is done: a login's life, other recipients, lookups."""

import asyncio
import json

import pytest

from seswizard.actions.action import silent
from seswizard.actions.login import MakeLogin, prepare_login
from seswizard.cli.linear.aftercare_more import more_offers
from seswizard.cli.linear.login_life import more_about_logins
from seswizard.cli.linear.table import WALKED
from seswizard.cli.linear.walk import Offer, Walk
from seswizard.core.keep import KeepChoice
from seswizard.core.login import Login
from seswizard.core.login_wish import LoginWish
from seswizard.core.names import DomainName
from seswizard.demo.world import World
from seswizard.wiring import Options, build
from tests.conftest import MakeWorld
from tests.linear.talking import Typed, unwrapped, walk_of


@pytest.fixture
def world(make_world: MakeWorld, no_lane: None) -> World:
    return make_world("production")


def walked(offer: Offer, *answers: str) -> Typed:
    """Take an offer, with these answers to its questions; what was said."""
    talk = Typed(*answers)

    async def run() -> None:
        services = build(Options(region="eu-west-1"))
        (choices,) = await services.state.choices()
        walk = walk_of(services, talk, "example.com", choices)
        await walk.look()
        await offer.run(walk)

    asyncio.run(run())
    assert talk.answers == [], "every answer was asked for"
    return talk


def login(number: int) -> Offer:
    """One of the further choices of the login step."""
    offer = more_about_logins(kept=True)

    async def run(walk: Walk) -> str | None:
        walk.talk.answers.insert(0, str(number))  # type: ignore[attr-defined]
        return await offer.run(walk)

    return Offer(offer.words, run)


def keys(world: World) -> list[list[str]]:
    """User, key and state of each key of the login's user."""
    return [line.split() for line in world.inventory()["iam_keys"] if line.startswith("seswizard-")]


def writes(world: World) -> list[str]:
    return [one.operation for one in world.requests if one.write]


def test_a_rotation_is_planned_asked_for_and_gone_on_with(world: World) -> None:
    before = keys(world)
    assert "Nothing was done." in walked(login(1), "").lines
    assert writes(world) == []
    talk = walked(login(1), "1")
    assert "Plan: rotate the SMTP login" in talk.lines
    held = json.loads(world.vault.read("seswizard", "example.com/eu-west-1") or "")
    assert {key for _, key, _ in keys(world)} == {before[0][1], held["username"]}
    assert held["username"] != before[0][1]
    later = walked(login(1), "1", "1")
    assert "1. Delete the old key now: it is off already; programs that still use it are broken now" in later.lines
    assert [key for _, key, _ in keys(world)] == [held["username"]]


def test_a_rotated_password_that_nothing_keeps_is_told_before_the_old_key_is_off(make_world: MakeWorld, no_lane: None) -> None:
    world = make_world("blank")
    read: list[str] = []

    async def reads(made: Login) -> None:
        read.append(made.username)

    async def make() -> None:
        prepared = await prepare_login(
            build(Options(region="eu-west-1")), DomainName("example.com"), LoginWish(KeepChoice("show"))
        )
        assert isinstance(prepared, MakeLogin)
        prepared.hand = reads
        assert (await prepared.apply(silent)).ok

    asyncio.run(make())
    talk = walked(login(1), "1")
    fresh = next(key for _, key, state in keys(world) if key not in read)
    told = talk.lines.index("Password:")
    assert talk.lines[told - 1] == fresh
    assert len(talk.lines[told + 1]) == 44
    assert talk.lines.index(f"done: Old key: {read[0]} switched off") > told


def test_a_login_is_revoked_only_when_its_name_was_typed(world: World) -> None:
    talk = walked(login(3), "1", "example.org")
    assert "That is another word. Nothing was done." in talk.lines
    assert writes(world) == []
    walked(login(3), "1", "example.com")
    assert keys(world) == []


def test_further_domains_get_the_same_login(world: World) -> None:
    talk = walked(login(2), "example.org", "none", "1")
    assert "Plan: make the SMTP login" in talk.lines
    assert world.vault.read("seswizard", "example.org/eu-west-1")


def test_the_ports_are_tried_and_one_is_recommended(world: World) -> None:
    talk = walked(login(4))
    assert "Port 587, IPv4: open" in talk.text
    assert "Use port 587 with STARTTLS." in talk.lines


def test_a_login_that_one_has_is_examined_and_its_password_never_shown(world: World) -> None:
    talk = walked(login(5), "AKIAIOSFODNN7EXAMPLE", "wrong" * 8 + "1234")
    assert "(login." in talk.text or "(send." in talk.text
    assert "wrongwrong" not in talk.text


def test_other_recipients_of_the_simulator_send_the_event_that_proves_them(world: World) -> None:
    (offer,) = [one for one in proof_offers() if one.words.startswith("Send to another address")]
    talk = walked(offer, "2", "1")
    assert "make: Message: one to complaint@simulator.amazonses.com" in talk.lines
    assert "came back: Complaint" in talk.text


def proof_offers() -> tuple[Offer, ...]:
    async def offers() -> tuple[Offer, ...]:
        services = build(Options(region="eu-west-1"))
        walk = walk_of(services, Typed(), "example.com", (await services.state.choices())[0])
        await walk.look()
        return tuple(WALKED["proof"].offers(walk))

    return asyncio.run(offers())


def test_lookups_tell_findings(world: World) -> None:
    suppression, explain = tuple(more_offers())
    assert "is not on" in unwrapped(walked(suppression, "nobody@example.net").lines)
    said = walked(explain, "554 Message rejected: Email address is not verified. The following identities failed the check")
    assert "(send." in said.text
    assert writes(world) == []

"""Waiting for another program's bounce: what is not the bounce, what passes, and whose events are left alone."""

import json
from datetime import timedelta

import pytest

from seswizard.actions.event_path import MakePath, prepare_path
from seswizard.actions.listen import begin, listen
from seswizard.actions.proof import Sending
from seswizard.core.aws_things import AccessKey
from seswizard.core.failure import Failure
from seswizard.core.findings import Finding, Level
from seswizard.core.identity import Dkim, Identity, our_tags
from seswizard.core.listening import Listening
from seswizard.core.login import Login
from seswizard.core.names import parse_identity
from seswizard.core.secret import Secret
from tests.fakes import REGION, START, FakeWorld

USER = "seswizard-example.com-eu-west-1"
LOGIN = Login("AKIAEXAMPLE000000001", Secret("canary-password"))


async def listening(world: FakeWorld, name: str = "example.com") -> Listening:
    tags = tuple(our_tags("example.com", REGION).items())
    world.ses.identities[name] = Identity(name, "@" not in name, "SUCCESS", True, Dkim("SUCCESS", (), None), tags=tags)
    made = await prepare_path(world.services, Sending(parse_identity(name), to=""))
    assert isinstance(made, MakePath)
    assert (await made.apply(lambda _: None)).ok
    return await begin(world.services, parse_identity(name), made)


def event(kind: str, to: str, sender: str = "Shop <shop@example.com>", user: str = USER) -> str:
    mail = {
        "messageId": "m-1",
        "timestamp": "2026-11-22T09:00:00Z",
        "destination": [to],
        "source": "shop@example.com",
        "commonHeaders": {"from": [sender]},
        "tags": {"ses:caller-identity": [user]},
    }
    return json.dumps({"eventType": kind, "mail": mail})


async def heard(world: FakeWorld, what: Listening) -> Finding:
    _, (finding,) = await listen(world.services, what, 60.0, lambda _seconds: None)
    return finding


async def test_a_mail_that_ses_took_without_its_bounce_is_not_blamed_on_login_or_sender() -> None:
    world = FakeWorld()
    what = await listening(world)
    world.events.arrives(event("Send", what.address.upper()), 3)
    finding = await heard(world, what)
    assert finding.id == "events.not-seen"
    assert "took your program's mail" in finding.title
    assert [one.seen for one in finding.evidence if one.label == "message id"] == ["m-1"]


async def test_a_mail_that_was_thrown_away_for_its_content_is_named_at_once() -> None:
    world = FakeWorld()
    what = await listening(world)
    world.events.arrives(event("Reject", what.address), 3)
    assert (await heard(world, what)).id == "send.rejected"
    assert world.clock.passed < 10


async def test_events_of_others_are_left_in_the_queue() -> None:
    world = FakeWorld()
    what = await listening(world)
    other = event("Bounce", "bounce+other@simulator.amazonses.com")
    world.events.arrives(other)
    world.events.arrives(event("Bounce", what.address), 3)
    assert (await heard(world, what)).id == "events.ok"
    assert world.events.bodies == [other]


async def test_a_network_that_is_gone_for_a_moment_does_not_end_it() -> None:
    world = FakeWorld()
    what = await listening(world)
    world.events.arrives(event("Bounce", what.address))
    world.calls.fail("sqs.receive", Failure("access.endpoint-unreachable", "AWS did not answer.", retry=True))
    sleep = world.clock.sleep

    async def meanwhile(seconds: float) -> None:
        await sleep(seconds)
        world.calls.mend()

    world.clock.sleep = meanwhile  # type: ignore[method-assign]
    assert (await heard(world, what)).id == "events.ok"


async def test_an_addresses_own_default_set_is_what_applies() -> None:
    """The links of a single address are read at that address, at the beginning and at the end."""
    world = FakeWorld()
    what = await listening(world, "post@example.com")
    assert world.ses.identities["post@example.com"].configuration_set == "seswizard-example-com"
    finding = await heard(world, what)
    assert "names no configuration set" not in finding.title


@pytest.mark.parametrize(
    ("sender", "user", "ids"),
    [
        ("shop@example.com", USER, ["events.ok"]),
        ("Shop <shop@mail.example.com>", USER, ["events.ok"]),
        ("Shop <shop@elsewhere.example>", USER, ["send.other-from"]),
        ("shop@notexample.com", USER, ["send.other-from"]),
        ("shop@example.com", "admin", ["login.other-user"]),
        ("shop@elsewhere.example", "admin", ["send.other-from", "login.other-user"]),
    ],
)
async def test_what_the_bounce_says_of_sender_and_login(sender: str, user: str, ids: list[str]) -> None:
    world = FakeWorld()
    world.vault.held[("example.com", REGION)] = LOGIN
    what = await listening(world)
    world.events.arrives(event("Bounce", what.address, sender, user))
    _, findings = await listen(world.services, what, 60.0, lambda _seconds: None)
    assert [one.id for one in findings] == ids


@pytest.mark.parametrize(
    ("active", "used", "found"),
    [
        (None, None, "login.key-missing"),
        (False, 30.0, "login.key-inactive"),
        (True, None, "send.auth-failed"),
        (True, -3600.0, "send.auth-failed"),
        (True, 30.0, "send.sender-unverified"),
    ],
)
async def test_where_nothing_came_the_kept_key_tells_why(active: bool | None, used: float | None, found: str) -> None:
    """`used` is in seconds after the listening began."""
    world = FakeWorld()
    world.vault.held[("example.com", REGION)] = LOGIN
    what = await listening(world)
    if active is not None:
        world.iam.held[USER] = (AccessKey(LOGIN.username, active),)
    if used is not None:
        world.iam.used[LOGIN.username] = START + timedelta(seconds=used)
    finding = await heard(world, what)
    assert (finding.id, finding.level) == (found, Level.PROBLEM)
    assert finding.remedy is not None
    assert "canary-password" not in repr(finding)


async def test_a_program_that_logged_in_may_also_have_written_to_somebody_else() -> None:
    """SES tells of neither, so both are said, and how the program's log tells them apart."""
    world = FakeWorld()
    world.vault.held[("example.com", REGION)] = LOGIN
    what = await listening(world)
    world.iam.held[USER] = (AccessKey(LOGIN.username, True),)
    world.iam.used[LOGIN.username] = START + timedelta(seconds=30)
    finding = await heard(world, what)
    assert "From address" in finding.title
    assert "another address" in finding.title
    assert "most likely" not in finding.title
    assert finding.remedy is not None
    assert "554" in finding.remedy.text
    assert f"250 Ok: the mail did not go to {what.address}" in finding.remedy.text


@pytest.mark.parametrize("kept", [True, False])
async def test_without_a_key_to_look_at_nothing_is_claimed_about_it(kept: bool) -> None:
    world = FakeWorld()
    if kept:
        world.vault.held[("example.com", REGION)] = LOGIN
        world.calls.fail("iam.keys")
    finding = await heard(world, await listening(world))
    assert finding.id == "events.not-seen"
    assert "log" in str(finding.remedy)


async def test_a_link_that_is_broken_meanwhile_is_named_before_the_key() -> None:
    world = FakeWorld()
    world.vault.held[("example.com", REGION)] = LOGIN
    what = await listening(world)
    world.events.subscriptions.clear()
    finding = await heard(world, what)
    assert finding.id == "events.not-seen"
    assert "stops at the subscription" in finding.title

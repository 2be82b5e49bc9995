"""Making the identity: what is planned, in which order it is done, and what is refused."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from seswizard.actions.action import Progress, silent
from seswizard.actions.identity import IdentityDraft, MakeIdentity, prepare_identity
from seswizard.actions.undo import Undo, prepare_undo
from seswizard.cli.records import present
from seswizard.core.account import Caller
from seswizard.core.checks import judge
from seswizard.core.failure import Failure
from seswizard.core.identity import our_tags
from seswizard.core.names import DomainName, parse_identity
from seswizard.core.remembered import DomainChoices
from seswizard.look import look
from seswizard.wiring import Options, build
from tests.conftest import MakeWorld
from tests.fakes import ACCOUNT, REGION, FakeWorld

DRAFT = IdentityDraft(DomainName("example.com"), "bounce.example.com", "dmarc@example.com")


async def prepared(world: FakeWorld, draft: IdentityDraft = DRAFT) -> MakeIdentity:
    made = await prepare_identity(world.services, draft)
    assert isinstance(made, MakeIdentity), made
    return made


async def test_a_fresh_domain_is_made_and_given_its_mail_from() -> None:
    world = FakeWorld()
    action = await prepared(world)
    assert world.writes() == [], "planning changes nothing"
    assert action.plan.summary == "Makes 2 things. Changes nothing that exists."
    assert all("--region eu-west-1" in command for command in action.plan.commands)
    assert action.plan.undo == "seswizard undo example.com --region eu-west-1"
    told: list[Progress] = []
    outcome = await action.apply(told.append)
    assert outcome.ok
    identity = world.ses.identities["example.com"]
    assert dict(identity.tags) == our_tags("example.com", REGION)
    assert identity.mail_from is not None and identity.mail_from.domain == "bounce.example.com"
    assert [(one.what, one.state) for one in told] == [
        ("Identity", "doing"),
        ("Identity", "done"),
        ("MAIL FROM", "doing"),
        ("MAIL FROM", "done"),
    ]
    assert world.state.chosen[("example.com", REGION)] == DomainChoices(
        "example.com", REGION, ACCOUNT, "smtp", "dmarc@example.com", "bounce.example.com"
    )


async def test_every_change_is_announced_in_the_journal_before_it_is_made() -> None:
    world = FakeWorld()
    await (await prepared(world)).apply(lambda _: None)
    assert world.writes() == [
        "journal.intent identity.create",
        "ses.create_identity",
        "journal.done identity.create",
        "journal.intent mail-from.set",
        "ses.set_mail_from",
        "journal.done mail-from.set",
    ]
    assert {(one.domain, one.region, one.account) for one in world.journal.lines} == {("example.com", REGION, ACCOUNT)}


async def test_done_twice_there_is_nothing_left_to_do() -> None:
    world = FakeWorld()
    await (await prepared(world)).apply(lambda _: None)
    again = await prepared(world)
    assert again.plan.changes == ()
    assert again.plan.summary == "Nothing to do."
    world.calls.log.clear()
    assert (await again.apply(lambda _: None)).ok
    assert world.writes() == []


async def test_a_mail_from_that_differs_is_a_change_and_the_former_is_remembered() -> None:
    world = FakeWorld()
    await (await prepared(world)).apply(lambda _: None)
    action = await prepared(world, replace(DRAFT, mail_from="mail.example.com"))
    assert [(one.sign, one.detail) for one in action.plan.changes] == [("~", "mail.example.com instead of bounce.example.com")]
    await action.apply(lambda _: None)
    assert dict(world.journal.lines[-1].detail) == {"former": "bounce.example.com", "value": "mail.example.com"}


async def test_without_a_mail_from_none_is_set_and_none_is_taken_away() -> None:
    world = FakeWorld()
    await (await prepared(world)).apply(lambda _: None)
    assert (await prepared(world, replace(DRAFT, mail_from=""))).plan.changes == ()


async def test_an_address_gets_a_note_about_its_mail_and_no_mail_from() -> None:
    world = FakeWorld()
    action = await prepared(world, IdentityDraft(parse_identity("post@example.com")))
    assert [one.what for one in action.plan.changes] == ["Identity"]
    assert "24 hours" in action.plan.notes[0]
    refused = await prepare_identity(world.services, IdentityDraft(parse_identity("post@example.com"), "bounce.example.com"))
    assert isinstance(refused, Failure)


@pytest.mark.parametrize("mail_from", ["example.com", "example.org", "bounce.example.org", "badexample.com"])
async def test_mail_from_must_lie_beneath_the_domain(mail_from: str) -> None:
    world = FakeWorld()
    refused = await prepare_identity(world.services, replace(DRAFT, mail_from=mail_from))
    assert isinstance(refused, Failure)
    assert refused.kind == "mail-from.bad-name"
    assert world.calls.log == []


async def test_another_account_stops_before_the_first_write() -> None:
    world = FakeWorld()
    world.state.chosen[("example.com", REGION)] = DomainChoices("example.com", REGION, ACCOUNT)
    world.sts.who = Caller("999999999999", "arn:aws:iam::999999999999:user/ann")
    refused = await prepare_identity(world.services, DRAFT)
    assert isinstance(refused, Failure)
    assert refused.kind == "access.other-account"
    assert world.writes() == []


async def test_the_same_domain_in_another_region_may_belong_to_another_account() -> None:
    world = FakeWorld()
    world.state.chosen[("example.com", "us-east-1")] = DomainChoices("example.com", "us-east-1", "999999999999")
    await prepared(world)


@pytest.mark.parametrize("call", ["sts.caller", "state.choices", "ses.identity"])
async def test_what_cannot_be_looked_at_is_not_planned(call: str) -> None:
    world = FakeWorld()
    world.calls.fail(call)
    assert isinstance(await prepare_identity(world.services, DRAFT), Failure)


@pytest.mark.parametrize(
    ("call", "made"),
    [
        ("state.save_choices", []),
        ("journal.intent identity.create", []),
        ("ses.create_identity", []),
        ("journal.done identity.create", ["example.com"]),
        ("ses.set_mail_from", ["example.com"]),
    ],
)
async def test_a_run_that_stops_halfway_says_so_and_goes_on_the_next_time(call: str, made: list[str]) -> None:
    world = FakeWorld()
    world.calls.fail(call)
    outcome = await (await prepared(world)).apply(lambda _: None)
    assert not outcome.ok
    assert list(world.ses.identities) == made
    world.calls.mend()
    assert (await (await prepared(world)).apply(lambda _: None)).ok
    assert world.ses.identities["example.com"].mail_from is not None


async def test_a_failed_call_is_journalled_as_failed_with_its_cause() -> None:
    world = FakeWorld()
    world.calls.fail("ses.create_identity")
    told: list[Progress] = []
    await (await prepared(world)).apply(told.append)
    assert [one.phase for one in world.journal.lines] == ["intent", "failed"]
    assert dict(world.journal.lines[-1].detail)["failure"] == "access.denied"
    assert told[-1].state == "failed"


def test_tokens_of_an_identity_that_was_taken_back_are_told_when_it_is_made_again(make_world: MakeWorld, tmp_path: Path) -> None:
    """Their records are still in DNS: that is another finding than nothing being there, in every look and in the file."""
    world = make_world("first-time")
    services = build(Options(region=REGION, state_dir=tmp_path / "own"))
    name = DomainName("example.com")

    async def made() -> tuple[str, ...]:
        action = await prepare_identity(services, DRAFT)
        assert isinstance(action, MakeIdentity)
        assert (await action.apply(silent)).ok
        identity = await services.ses.identity("example.com")
        assert identity is not None
        return identity.dkim.tokens

    async def taken_back() -> None:
        undo = await prepare_undo(services, name)
        assert isinstance(undo, Undo)
        assert (await undo.apply(silent)).ok

    async def again() -> None:
        old = await made()
        await taken_back()
        for token in old:
            world.dns.publish(f"{token}._domainkey.example.com", "CNAME", f"{token}.dkim.amazonses.com")
        new = await made()
        facts = await look(services, name, parts=frozenset({"identity", "dns"}))
        assert not set(old) & set(new)
        assert set(facts.previous_tokens) == set(old)
        assert judge(facts).has("dkim.old-tokens")
        document = (await present(services, name)).as_dict()
        assert set(document["previous_tokens"]) == set(old)
        await taken_back()
        assert {*old, *new} == set((await look(services, name, parts=frozenset({"identity"}))).previous_tokens)

    asyncio.run(again())

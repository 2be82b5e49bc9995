"""Undo is the inverse of making: the inventory is as before, and nothing of others is touched."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from seswizard.actions.action import Progress
from seswizard.actions.event_path import MakePath, prepare_path
from seswizard.actions.identity import IdentityDraft, MakeIdentity, prepare_identity
from seswizard.actions.login import MakeLogin, prepare_login
from seswizard.actions.proof import Sending
from seswizard.actions.recipient import VerifyRecipient, prepare_recipient
from seswizard.actions.undo import Undo, prepare_undo
from seswizard.core.account import Caller
from seswizard.core.aws_things import AccessKey, ConfigurationSet
from seswizard.core.failure import Failure
from seswizard.core.identity import Dkim, Identity, MailFrom
from seswizard.core.login import Login
from seswizard.core.names import DomainName
from seswizard.core.policy import POLICY_NAME
from seswizard.core.remembered import Proof
from seswizard.core.secret import Secret
from tests.fakes import REGION, START, FakeWorld

NAME = DomainName("example.com")
USER = "seswizard-example.com-eu-west-1"
PLACE = "seswizard-example-com"
KEPT = ("example.com", REGION)
THEIRS = Identity("example.com", True, "SUCCESS", True, Dkim("SUCCESS", ("t",), "z"), MailFrom("old.example.com", "SUCCESS"))


async def identity(world: FakeWorld, mail_from: str = "bounce.example.com") -> None:
    action = await prepare_identity(world.services, IdentityDraft(NAME, mail_from))
    assert isinstance(action, MakeIdentity)
    await action.apply(lambda _: None)


async def login(world: FakeWorld) -> None:
    action = await prepare_login(world.services, NAME)
    assert isinstance(action, MakeLogin), action
    await action.apply(lambda _: None)


async def path(world: FakeWorld) -> None:
    action = await prepare_path(world.services, Sending(NAME))
    assert isinstance(action, MakePath), action
    await action.apply(lambda _: None)


async def everything(world: FakeWorld) -> None:
    await identity(world)
    await login(world)
    await path(world)


async def undoing(world: FakeWorld) -> Undo:
    action = await prepare_undo(world.services, NAME)
    assert isinstance(action, Undo), action
    return action


async def undone(world: FakeWorld) -> Undo:
    action = await undoing(world)
    outcome = await action.apply(lambda _: None)
    assert outcome.ok, outcome.failure
    return action


async def test_undo_is_the_inverse_of_everything_that_was_made() -> None:
    world = FakeWorld()
    before = world.inventory()
    await everything(world)
    world.state.proofs[KEPT] = Proof("m", "k", "Bounce", START)
    assert world.inventory() != before
    action = await undone(world)
    assert world.inventory() == before
    assert (world.state.chosen, world.state.proofs) == ({}, {})
    assert [change.what for change in action.plan.changes] == [
        "Default set",
        "Configuration set",
        "SNS topic",
        "SQS queue",
        "Access key",
        "Password",
        "Policy",
        "IAM user",
        "Identity",
    ]
    assert action.plan.summary == "Changes 1 thing. Removes 8 things."
    assert "DNS records stay" in action.plan.notes[-1]


async def test_undo_done_twice_has_nothing_left_to_do() -> None:
    world = FakeWorld()
    await everything(world)
    await undone(world)
    again = await undoing(world)
    assert again.plan.changes == ()
    world.calls.log.clear()
    assert (await again.apply(lambda _: None)).ok
    assert world.writes() == []


async def test_making_and_undoing_can_be_repeated() -> None:
    world = FakeWorld()
    before = world.inventory()
    for _ in range(3):
        await everything(world)
        await undone(world)
        assert world.inventory() == before


async def test_each_removal_is_announced_first_and_then_written_down_as_undone() -> None:
    world = FakeWorld()
    await login(world)
    world.calls.log.clear()
    await undone(world)

    def removed(kind: str, call: str) -> list[str]:
        return [f"journal.intent {kind}.delete", call, f"journal.done {kind}.delete"]

    assert world.writes() == [
        *removed("access-key", "iam.delete_key"),
        "journal.undone access-key.delete",
        *removed("vault", "vault.delete"),
        *removed("iam-policy", "iam.delete_policy"),
        *removed("iam-user", "iam.delete_user"),
        *(f"journal.undone {kind}.delete" for kind in ("vault", "iam-policy", "iam-user")),
    ]


BREAKS = (
    "ses.create_identity ses.set_mail_from iam.create_user iam.put_policy iam.create_key vault.store "
    "ses.create_configuration_set sns.create_topic sns.set_topic_policy sqs.create_queue sqs.set_queue_policy sns.subscribe "
    "ses.create_destination"
).split()


@pytest.mark.parametrize("how", ["fail", "lose"])
@pytest.mark.parametrize("call", BREAKS)
async def test_undo_after_a_run_that_broke_leaves_nothing_behind(call: str, how: str) -> None:
    world = FakeWorld()
    before = world.inventory()
    getattr(world.calls, how)(call)
    await everything(world)
    world.calls.mend()
    await undone(world)
    after = world.inventory()
    if (call, how) == ("vault.store", "lose"):
        after.pop("vault")
        before.pop("vault")
        assert world.iam.held == {}, "its key is gone, so the password opens nothing"
    assert after == before


@pytest.mark.parametrize(
    "line", ["iam-user.create", "access-key.create", "vault.store", "topic.create", "identity.create", "mail-from.set"]
)
async def test_undo_after_a_journal_that_broke_between_call_and_line(line: str) -> None:
    world = FakeWorld()
    before = world.inventory()
    world.calls.fail(f"journal.done {line}")
    await everything(world)
    world.calls.mend()
    await undone(world)
    after = world.inventory()
    if line == "vault.store":
        after.pop("vault")
        before.pop("vault")
    assert after == before


@pytest.mark.parametrize("call", ["sns.delete_topic", "iam.delete_key", "iam.delete_user", "ses.delete_identity", "vault.delete"])
async def test_an_undo_that_breaks_is_finished_by_the_next_one(call: str) -> None:
    world = FakeWorld()
    before = world.inventory()
    await everything(world)
    world.calls.fail(call)
    outcome = await (await undoing(world)).apply(lambda _: None)
    assert not outcome.ok
    assert world.state.chosen, "nothing is forgotten before it is gone"
    world.calls.mend()
    await undone(world)
    assert world.inventory() == before


async def test_what_is_gone_already_is_fine() -> None:
    world = FakeWorld()
    before = world.inventory()
    await everything(world)
    action = await undoing(world)
    world.ses.sets.clear()
    world.iam.held.clear()
    world.iam.policies.clear()
    world.iam.users.clear()
    world.vault.held.clear()
    assert (await action.apply(lambda _: None)).ok
    assert world.inventory() | {"destinations": {}} == before


def no_tags(world: FakeWorld, kind: str) -> None:
    if kind == "configuration set":
        world.ses.sets[PLACE] = replace(world.ses.sets[PLACE], tags=())
    elif kind == "SNS topic":
        world.events.topics = dict.fromkeys(world.events.topics, ())
    elif kind == "SQS queue":
        world.events.queues = {url: replace(queue, tags=()) for url, queue in world.events.queues.items()}
    elif kind == "IAM user":
        world.iam.users[USER] = replace(world.iam.users[USER], tags=())
    else:
        world.ses.identities["example.com"] = replace(world.ses.identities["example.com"], tags=())


@pytest.mark.parametrize("kind", ["configuration set", "SNS topic", "SQS queue", "IAM user", "Identity"])
async def test_what_no_longer_carries_our_tag_stays_and_is_named(kind: str) -> None:
    world = FakeWorld()
    await everything(world)
    no_tags(world, kind)
    action = await undone(world)
    assert kind.lower() not in [change.what.lower() for change in action.plan.changes]
    assert any("no longer carries our tag" in note and kind.lower() in note.lower() for note in action.plan.notes)


def change_policy(world: FakeWorld) -> None:
    world.iam.policies[(USER, POLICY_NAME)] = '{"Statement": []}'


def add_key(world: FakeWorld) -> None:
    world.iam.held[USER] = (*world.iam.held[USER], AccessKey("AKIATHEIRS", True, START + timedelta(days=1)))


@pytest.mark.parametrize(("bend", "said"), [(change_policy, "changed the policy"), (add_key, "AKIATHEIRS")])
async def test_a_user_that_somebody_changed_stays(bend: Callable[[FakeWorld], None], said: str) -> None:
    world = FakeWorld()
    await login(world)
    key = world.iam.held[USER][0].id
    bend(world)
    action = await undone(world)
    assert USER in world.iam.users
    assert any(said in note for note in action.plan.notes)
    assert key not in [one.id for one in world.iam.held[USER]], "our own key goes all the same"


async def test_a_policy_that_the_journal_does_not_know_stays_with_its_user() -> None:
    world = FakeWorld()
    await login(world)
    world.journal.lines = [one for one in world.journal.lines if one.kind != "iam-policy"]
    await undone(world)
    assert (USER, POLICY_NAME) in world.iam.policies
    assert USER in world.iam.users


async def test_a_password_of_another_key_stays_in_the_keyring() -> None:
    world = FakeWorld()
    await login(world)
    world.vault.held[KEPT] = Login("AKIATHEIRS", Secret("theirs"))
    action = await undone(world)
    assert world.vault.held[KEPT].username == "AKIATHEIRS"
    assert any("another key" in note for note in action.plan.notes)


async def test_what_was_there_before_us_stays_and_its_mail_from_comes_back() -> None:
    world = FakeWorld()
    world.ses.identities["example.com"] = THEIRS
    await identity(world, "bounce.example.com")
    await identity(world, "mail.example.com")
    action = await undone(world)
    assert [(change.sign, change.what) for change in action.plan.changes] == [("~", "MAIL FROM")]
    restored = world.ses.identities["example.com"].mail_from
    assert restored is not None
    assert restored.domain == "old.example.com"


async def test_a_mail_from_that_somebody_changed_since_stays() -> None:
    world = FakeWorld()
    world.ses.identities["example.com"] = THEIRS
    await identity(world)
    world.ses.identities["example.com"] = replace(THEIRS, mail_from=MailFrom("theirs.example.com", "SUCCESS"))
    assert (await undone(world)).plan.changes == ()


async def test_a_default_set_that_somebody_else_chose_keeps_the_set() -> None:
    world = FakeWorld()
    world.ses.identities["example.com"] = THEIRS
    await path(world)
    world.ses.identities["example.com"] = replace(THEIRS, configuration_set="seswizard-example-com")
    action = await undone(world)
    assert [change.what for change in action.plan.changes] == ["SNS topic", "SQS queue"]
    assert any("the default set of example.com" in note for note in action.plan.notes)
    assert set(world.ses.sets) == {"seswizard-example-com"}


async def test_our_destination_is_taken_out_of_a_set_that_is_not_ours() -> None:
    world = FakeWorld()
    world.ses.sets["theirs"] = ConfigurationSet("theirs")
    world.ses.identities["example.com"] = replace(THEIRS, configuration_set="theirs")
    before = world.inventory()
    await path(world)
    action = await undone(world)
    assert [change.what for change in action.plan.changes] == ["Event destination", "SNS topic", "SQS queue"]
    assert world.inventory() == before


async def test_an_address_that_was_verified_for_a_message_goes_too() -> None:
    world = FakeWorld()
    world.ses.identities["example.com"] = THEIRS
    before = world.inventory()
    prepared = await prepare_recipient(world.services, Sending(NAME, "ann@mailbox.example"))
    assert isinstance(prepared, VerifyRecipient), prepared
    assert (await prepared.apply(lambda _: None)).ok
    assert "ann@mailbox.example" in world.ses.identities
    action = await undone(world)
    assert [change.what for change in action.plan.changes] == ["Address"]
    assert world.inventory() == before


async def test_a_temporary_way_that_a_crash_left_is_part_of_what_goes() -> None:
    world = FakeWorld()
    world.ses.identities["example.com"] = THEIRS
    before = world.inventory()
    action = await prepare_path(world.services, Sending(NAME), keep=False)
    assert isinstance(action, MakePath)
    assert (await action.apply(lambda _: None)).ok
    assert world.inventory() != before
    assert len((await undone(world)).plan.changes) == 3
    assert world.inventory() == before


async def test_a_colleagues_things_of_the_same_name_stay_for_the_journal_does_not_know_them() -> None:
    colleague = FakeWorld()
    await everything(colleague)
    colleague.journal.lines.clear()
    before = colleague.inventory()
    assert (await undone(colleague)).plan.changes == ()
    assert colleague.inventory() == before


async def test_what_another_account_or_region_made_is_not_looked_for() -> None:
    world = FakeWorld()
    await everything(world)
    world.journal.lines = [
        replace(one, account="999999999999") if number % 2 else replace(one, region="us-east-1")
        for number, one in enumerate(world.journal.lines)
    ]
    assert (await undoing(world)).plan.changes == ()


async def test_another_account_is_refused() -> None:
    world = FakeWorld()
    await everything(world)
    world.sts.who = Caller("999999999999", "arn:aws:iam::999999999999:user/ann")
    refused = await prepare_undo(world.services, NAME)
    assert isinstance(refused, Failure)
    assert refused.kind == "access.other-account"


@pytest.mark.parametrize("call", ["journal.entries", "ses.configuration_set", "iam.user", "vault.read", "sts.caller"])
async def test_what_cannot_be_looked_at_is_not_planned(call: str) -> None:
    world = FakeWorld()
    await everything(world)
    world.calls.fail(call)
    assert isinstance(await prepare_undo(world.services, NAME), Failure)


async def test_the_last_word_is_that_the_choices_are_forgotten() -> None:
    world = FakeWorld()
    await identity(world)
    told: list[Progress] = []
    await (await undoing(world)).apply(told.append)
    assert (told[-1].what, told[-1].state) == ("State", "done")


async def test_a_key_made_long_after_a_broken_run_is_not_taken_for_ours() -> None:
    world = FakeWorld()
    world.calls.fail("iam.create_key")
    await login(world)
    world.calls.mend()
    world.iam.held[USER] = (AccessKey("AKIACOLLEAGUE", True, START + timedelta(hours=1)),)
    await undone(world)
    assert [one.id for one in world.iam.held[USER]] == ["AKIACOLLEAGUE"]

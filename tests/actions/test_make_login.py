"""Making the SMTP login: no secret is lost, no key is left behind, nothing foreign is touched."""

import json
from dataclasses import replace

import pytest

from seswizard.actions.action import Progress, silent
from seswizard.actions.kept import kept_login
from seswizard.actions.login import MakeLogin, prepare_login
from seswizard.actions.revoke_login import RevokeLogin, prepare_revoke
from seswizard.core.account import Caller
from seswizard.core.aws_things import AccessKey, IamUser
from seswizard.core.failure import Failure
from seswizard.core.identity import Dkim, Identity
from seswizard.core.keep import KeepChoice
from seswizard.core.login import TRIAL, Keep, Login, smtp_password
from seswizard.core.login_wish import LoginWish
from seswizard.core.names import DomainName, parse_identity
from seswizard.core.policy import POLICY_NAME
from seswizard.core.remembered import DomainChoices
from seswizard.core.secret import Secret
from tests.fakes import ACCOUNT, DENIED, REGION, FakeWorld

NAME = DomainName("example.com")
USER = "seswizard-example.com-eu-west-1"
KEPT = ("example.com", REGION)


async def prepared(world: FakeWorld) -> MakeLogin:
    made = await prepare_login(world.services, NAME)
    assert isinstance(made, MakeLogin), made
    return made


async def made_in(world: FakeWorld) -> None:
    outcome = await (await prepared(world)).apply(lambda _: None)
    assert outcome.ok, outcome.failure


async def test_a_login_is_a_user_a_policy_a_key_and_a_kept_password() -> None:
    world = FakeWorld()
    action = await prepared(world)
    assert world.writes() == []
    assert [change.what for change in action.plan.changes] == ["IAM user", "Policy", "Access key", "Password"]
    assert action.plan.summary == "Makes 4 things. Changes nothing that exists."
    assert (await action.apply(lambda _: None)).ok
    (key,) = world.iam.held[USER]
    assert world.vault.held[KEPT] == Login(key.id, smtp_password(Secret("secret-1"), REGION))
    assert world.iam.users[USER].path == "/seswizard/"
    statement = json.loads(world.iam.policies[(USER, POLICY_NAME)])["Statement"][0]
    assert statement["Condition"]["StringLike"]["ses:FromAddress"][0] == "*@example.com"
    chosen = world.state.chosen[KEPT]
    assert (chosen.account, chosen.login_keep, chosen.iam_user) == (ACCOUNT, "keyring", USER)


async def test_the_journal_comes_before_each_call_and_knows_no_secret() -> None:
    world = FakeWorld()
    await made_in(world)
    assert world.writes() == [
        "journal.intent iam-user.create",
        "iam.create_user",
        "journal.done iam-user.create",
        "journal.intent iam-policy.put",
        "iam.put_policy",
        "journal.done iam-policy.put",
        "journal.intent access-key.create",
        "iam.create_key",
        "journal.done access-key.create",
        "journal.intent vault.store",
        "vault.store",
        "journal.done vault.store",
    ]
    told = repr(world.journal.lines)
    assert "secret-1" not in told
    assert world.vault.held[KEPT].password.reveal() not in told


async def test_a_keyring_that_cannot_be_used_stops_it_before_any_call_to_iam() -> None:
    world = FakeWorld()
    world.vault.keep = Keep("", False, "No keyring is running.")
    refused = await prepare_login(world.services, NAME)
    assert isinstance(refused, Failure)
    assert (refused.kind, "No keyring is running." in refused.title) == ("login.vault-missing", True)
    assert world.calls.log == ["state.choices", "vault.probe"]


async def test_a_region_without_smtp_is_refused_before_anything_is_asked() -> None:
    world = FakeWorld(region="eu-south-1")
    refused = await prepare_login(world.services, NAME)
    assert isinstance(refused, Failure)
    assert refused.kind == "region.no-smtp"
    assert world.calls.log == ["state.choices"]


async def test_a_password_that_cannot_be_kept_costs_its_key() -> None:
    world = FakeWorld()
    world.calls.fail("vault.store")
    told: list[Progress] = []
    outcome = await (await prepared(world)).apply(told.append)
    assert outcome.failure == DENIED
    assert world.iam.held[USER] == ()
    assert world.writes()[-4:] == [
        "journal.intent access-key.delete",
        "iam.delete_key",
        "journal.done access-key.delete",
        "journal.undone access-key.create",
    ]
    assert any("deleted again" in one.detail for one in told)
    world.calls.mend()
    await made_in(world)
    assert len(world.iam.held[USER]) == 1


async def test_a_password_that_was_kept_but_not_read_back_costs_its_key_too() -> None:
    world = FakeWorld()
    world.calls.lose("vault.store")
    assert not (await (await prepared(world)).apply(lambda _: None)).ok
    assert world.iam.held[USER] == ()


@pytest.mark.parametrize("call", ["journal.done access-key.create", "journal.intent vault.store"])
async def test_a_journal_that_breaks_after_the_key_was_made_costs_the_key_too(call: str) -> None:
    world = FakeWorld()
    world.calls.fail(call)
    outcome = await (await prepared(world)).apply(lambda _: None)
    assert outcome.failure == DENIED
    assert not world.iam.held[USER], "no key whose secret was lost"
    assert KEPT not in world.vault.held


async def test_a_key_is_deleted_again_even_if_the_journal_is_gone() -> None:
    world = FakeWorld()
    for call in ("vault.store", "journal.intent access-key.delete", "journal.done access-key.delete"):
        world.calls.fail(call)
    outcome = await (await prepared(world)).apply(lambda _: None)
    assert not outcome.ok
    assert not world.iam.held[USER]


async def test_a_key_that_cannot_be_deleted_again_is_told_and_the_first_cause_stays() -> None:
    world = FakeWorld()
    world.calls.fail("vault.store", Failure("login.vault-missing", "The keyring was locked."))
    world.calls.fail("iam.delete_key")
    told: list[Progress] = []
    outcome = await (await prepared(world)).apply(told.append)
    assert outcome.failure is not None
    assert outcome.failure.kind == "login.vault-missing"
    assert any("could not be deleted" in one.detail for one in told)


async def test_nothing_is_left_to_do_where_the_kept_key_is_active() -> None:
    world = FakeWorld()
    await made_in(world)
    again = await prepared(world)
    assert again.plan.changes == ()
    world.calls.log.clear()
    assert (await again.apply(lambda _: None)).ok
    assert world.writes() == []


async def test_a_policy_that_differs_is_changed_and_the_key_stays() -> None:
    world = FakeWorld()
    await made_in(world)
    keys, login = world.iam.held[USER], world.vault.held[KEPT]
    world.ses.identities["example.com"] = Identity(
        "example.com", True, "SUCCESS", True, Dkim("SUCCESS", (), None), configuration_set="theirs"
    )
    action = await prepared(world)
    assert [(change.sign, change.what) for change in action.plan.changes] == [("~", "Policy")]
    assert (await action.apply(lambda _: None)).ok
    assert "configuration-set/theirs" in world.iam.policies[(USER, POLICY_NAME)]
    assert (world.iam.held[USER], world.vault.held[KEPT]) == (keys, login)


async def test_a_lost_password_gets_a_second_key_and_the_first_stays() -> None:
    world = FakeWorld()
    await made_in(world)
    world.vault.held.clear()
    action = await prepared(world)
    assert (action.plan.changes[0].what, action.plan.changes[0].detail) == ("Access key", "a second one; the first stays")
    assert (await action.apply(lambda _: None)).ok
    assert len(world.iam.held[USER]) == 2
    assert world.vault.held[KEPT].username == world.iam.held[USER][1].id


@pytest.mark.parametrize("why", ["inactive", "gone"])
async def test_a_kept_password_whose_key_does_not_work_is_replaced(why: str) -> None:
    world = FakeWorld()
    await made_in(world)
    world.iam.held[USER] = (replace(world.iam.held[USER][0], active=False),) if why == "inactive" else ()
    assert [change.what for change in (await prepared(world)).plan.changes] == ["Access key", "Password"]


async def test_two_keys_are_the_most_that_aws_allows() -> None:
    world = FakeWorld()
    await made_in(world)
    world.vault.held.clear()
    world.iam.held[USER] = (AccessKey("AKIA1", True), AccessKey("AKIA2", False))
    refused = await prepare_login(world.services, NAME)
    assert isinstance(refused, Failure)
    assert refused.kind == "login.two-keys"


async def test_a_user_that_somebody_else_made_is_refused() -> None:
    world = FakeWorld()
    world.iam.users[USER] = IamUser(USER, "/", f"arn:aws:iam::{ACCOUNT}:user/{USER}", (("team", "mail"),))
    refused = await prepare_login(world.services, NAME)
    assert isinstance(refused, Failure)
    assert refused.kind == "login.user-not-ours"
    assert world.writes() == []


async def test_another_account_is_refused_before_iam_is_asked() -> None:
    world = FakeWorld()
    world.state.chosen[KEPT] = DomainChoices("example.com", REGION, "999999999999")
    refused = await prepare_login(world.services, NAME)
    assert isinstance(refused, Failure)
    assert refused.kind == "access.other-account"
    assert world.calls.names("iam.") == []


async def test_the_arns_are_those_of_the_callers_partition() -> None:
    world = FakeWorld()
    world.sts.who = Caller(ACCOUNT, f"arn:aws-us-gov:iam::{ACCOUNT}:user/ann")
    assert "arn:aws-us-gov:ses:" in (await prepared(world)).policy


async def test_the_login_of_an_address_is_that_of_its_domain() -> None:
    world = FakeWorld()
    action = await prepare_login(world.services, parse_identity("post@example.com"))
    assert isinstance(action, MakeLogin)
    assert (action.names.user, action.names.domain) == (USER, "example.com")


@pytest.mark.parametrize("call", ["iam.create_user", "iam.put_policy", "iam.create_key", "journal.intent access-key.create"])
async def test_a_run_that_stops_halfway_goes_on_the_next_time(call: str) -> None:
    world = FakeWorld()
    world.calls.fail(call)
    assert not (await (await prepared(world)).apply(lambda _: None)).ok
    assert KEPT not in world.vault.held
    world.calls.mend()
    await made_in(world)
    assert len(world.iam.held[USER]) == 1
    assert world.iam.made == 1


ANOTHER = Login("AKIAOTHERDOMAIN", Secret("other"))
COMMAND = KeepChoice("command", "", "pass insert -m ses", "pass show ses")


async def test_a_program_that_holds_another_domains_login_is_refused_before_anything_is_made() -> None:
    world = FakeWorld()
    world.vault.held[KEPT] = ANOTHER
    refused = await prepare_login(world.services, NAME, LoginWish(keep=COMMAND))
    assert isinstance(refused, Failure)
    assert (refused.kind, "AKIAOTHERDOMAIN" in refused.title) == ("login.vault-missing", True)
    assert (world.writes(), world.vault.held) == ([], {KEPT: ANOTHER})


async def test_a_password_without_a_keep_does_not_go_over_another_domains_login() -> None:
    world = FakeWorld()
    world.calls.fail("vault.store")
    action = await prepared(world)
    action.hold = True
    assert not (await action.apply(silent)).ok
    world.calls.mend()
    world.vault.held[KEPT] = ANOTHER
    outcome = await action.store_elsewhere(COMMAND, silent)
    assert outcome.failure is not None
    assert outcome.failure.kind == "login.vault-missing"
    assert world.vault.held == {KEPT: ANOTHER}
    assert action.unsaved is not None, "it can still go to another keep"


async def test_a_program_keeps_the_next_key_of_a_login_whose_own_is_gone() -> None:
    world = FakeWorld()
    made = await prepare_login(world.services, NAME, LoginWish(keep=COMMAND))
    assert isinstance(made, MakeLogin)
    assert (await made.apply(silent)).ok
    world.iam.held[USER] = ()
    again = await prepared(world)
    assert (await again.apply(silent)).ok
    assert world.vault.held[KEPT].username == world.iam.held[USER][0].id


async def test_revoking_leaves_another_domains_login_in_the_program() -> None:
    world = FakeWorld()
    made = await prepare_login(world.services, NAME, LoginWish(keep=COMMAND))
    assert isinstance(made, MakeLogin)
    assert (await made.apply(silent)).ok
    world.vault.held[KEPT] = ANOTHER
    action = await prepare_revoke(world.services, NAME)
    assert isinstance(action, RevokeLogin)
    assert any("belongs to another key" in note for note in action.plan.notes)
    assert (await action.apply(silent)).ok
    assert world.vault.held == {KEPT: ANOTHER}
    assert USER not in world.iam.users


async def test_a_program_or_aws_keep_proves_by_a_trial_that_it_keeps_before_any_call_that_changes_iam() -> None:
    for keep in (COMMAND, KeepChoice("ssm", "/mail/out"), KeepChoice("secretsmanager", "mail")):
        world = FakeWorld()
        made = await prepare_login(world.services, NAME, LoginWish(keep=keep))
        assert isinstance(made, MakeLogin)
        assert world.writes() == [], "a plan tries nothing"
        assert (await made.apply(silent)).ok
        writes = world.writes()
        assert writes[:3] == ["journal.intent vault.store", "vault.store", "journal.done vault.store"]
        assert writes.index("vault.store") < writes.index("iam.create_user")
        assert world.vault.held[KEPT].username == world.iam.held[USER][0].id


async def test_a_keep_that_fails_its_trial_costs_nothing_at_iam() -> None:
    world = FakeWorld()
    world.calls.fail("vault.store", Failure("login.vault-missing", "The program false ended with exit code 1."))
    made = await prepare_login(world.services, NAME, LoginWish(keep=COMMAND))
    assert isinstance(made, MakeLogin)
    outcome = await made.apply(silent)
    assert outcome.failure is not None
    assert outcome.failure.kind == "login.vault-missing"
    assert [call for call in world.writes() if call.startswith("iam.")] == []


@pytest.mark.parametrize("call", ["iam.create_user", "iam.put_policy", "iam.create_key"])
async def test_a_trial_is_taken_out_again_where_no_key_comes_of_it(call: str) -> None:
    world = FakeWorld()
    world.calls.fail(call)
    made = await prepare_login(world.services, NAME, LoginWish(keep=COMMAND))
    assert isinstance(made, MakeLogin)
    assert not (await made.apply(silent)).ok
    assert world.vault.held == {}


async def test_a_trial_that_a_killed_run_left_is_no_login() -> None:
    world = FakeWorld()
    world.vault.held[KEPT] = TRIAL
    assert await kept_login(world.services, NAME) is None
    made = await prepare_login(world.services, NAME, LoginWish(keep=COMMAND))
    assert isinstance(made, MakeLogin)
    assert (await made.apply(silent)).ok
    assert world.vault.held[KEPT].username == world.iam.held[USER][0].id

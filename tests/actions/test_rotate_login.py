"""A rotation: the old login works until the new one is proven; each run goes on from where it stands."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from seswizard.actions.action import Outcome, Progress, silent
from seswizard.actions.list_logins import list_logins
from seswizard.actions.login import MakeLogin, prepare_login
from seswizard.actions.revoke_login import RevokeLogin, prepare_revoke
from seswizard.actions.rotate_login import RotateLogin, prepare_rotation
from seswizard.actions.undo import Undo, prepare_undo
from seswizard.core.account import Caller
from seswizard.core.aws_things import AccessKey, IamUser
from seswizard.core.failure import Failure
from seswizard.core.identity import Dkim, Identity
from seswizard.core.keep import KeepChoice
from seswizard.core.login import Login, smtp_password
from seswizard.core.login_wish import LoginWish, RotateWish
from seswizard.core.names import DomainName
from seswizard.core.policy import POLICY_NAME, send_policy
from seswizard.core.secret import Secret
from seswizard.ports import Services
from tests.fakes import ACCOUNT, DENIED, REGION, START, FakeWorld

NAME = DomainName("example.com")
USER = "seswizard-example.com-eu-west-1"
KEPT = ("example.com", REGION)
BESIDE = ("example.com", f"{REGION}/next")
REFUSED = (535, "Authentication Credentials Invalid")
SHARED = LoginWish(also=("b.example",), regions=("us-east-1",))


async def made(world: FakeWorld, wish: LoginWish | None = None) -> MakeLogin:
    action = await prepare_login(world.services, NAME, wish or LoginWish())
    assert isinstance(action, MakeLogin), action
    outcome = await action.apply(silent)
    assert outcome.ok, outcome.failure
    return action


async def rotation(world: FakeWorld, how: RotateWish | None = None, wish: LoginWish | None = None) -> RotateLogin:
    action = await prepare_rotation(world.services, NAME, wish or LoginWish(), how or RotateWish())
    assert isinstance(action, RotateLogin), action
    return action


async def rotated(world: FakeWorld, how: RotateWish | None = None, wish: LoginWish | None = None) -> Outcome:
    return await (await rotation(world, how, wish)).apply(silent)


async def state(world: FakeWorld) -> str:
    return (await list_logins(world.services, "example.com"))[0].state.value


def waits(action: MakeLogin) -> bool:
    """Whether a login waits for a keep."""
    return action.unsaved is not None


async def refused(world: FakeWorld, how: RotateWish | None = None, wish: LoginWish | None = None) -> Failure:
    failure = await prepare_rotation(world.services, NAME, wish or LoginWish(), how or RotateWish())
    assert isinstance(failure, Failure), failure
    return failure


async def test_a_rotation_proves_before_it_switches() -> None:
    world = FakeWorld()
    await made(world)
    world.calls.log.clear()
    assert (await rotated(world)).ok
    calls = [one for one in world.writes() if not one.startswith("journal.")]
    assert calls == ["iam.create_key", "vault.store", "vault.store", "vault.delete", "iam.set_key"]
    log = world.calls.log
    assert log.index("iam.create_key") < log.index("smtp.prove") < log.index("iam.set_key")
    assert world.smtp.used == ["AKIAEXAMPLE000000002"]
    assert world.vault.held == {KEPT: Login("AKIAEXAMPLE000000002", smtp_password(Secret("secret-2"), REGION))}
    assert [(key.id[-1], key.active) for key in world.iam.held[USER]] == [("1", False), ("2", True)]
    assert await state(world) == "retiring"


async def test_a_young_key_is_waited_for() -> None:
    world = FakeWorld()
    await made(world)
    world.smtp.replies = [REFUSED] * 3
    told: list[Progress] = []
    assert (await (await rotation(world)).apply(told.append)).ok
    assert next(one.detail for one in told if one.state == "waiting").startswith("535 ")
    assert world.clock.slept


async def test_a_login_that_is_not_accepted_leaves_the_old_one_and_goes_on_later() -> None:
    world = FakeWorld()
    await made(world)
    old = world.vault.held[KEPT]
    world.smtp.replies = [REFUSED] * 200
    outcome = await rotated(world)
    assert outcome.failure is not None
    assert "The old login goes on working" in outcome.title
    assert world.vault.held[KEPT] == old
    assert all(key.active for key in world.iam.held[USER])
    assert await state(world) == "staged"
    world.smtp.replies = []
    world.calls.log.clear()
    again = await rotation(world)
    assert [change.what for change in again.plan.changes] == ["Password", "Old key"], "no third key"
    assert (await again.apply(silent)).ok
    assert world.iam.made == 2


async def test_a_rotation_that_is_not_proven_can_be_taken_back() -> None:
    world = FakeWorld()
    await made(world)
    before = world.inventory()
    world.smtp.replies = [REFUSED] * 200
    assert not (await rotated(world)).ok
    assert (await rotated(world, RotateWish(cancel=True))).ok
    assert world.inventory() == before
    assert await state(world) == "steady"
    assert (await refused(world, RotateWish(cancel=True))).kind == "login.nothing-staged"


async def test_a_server_out_of_reach_is_no_refusal() -> None:
    world = FakeWorld()
    await made(world)
    world.calls.fail("smtp.prove")
    again = f"seswizard login rotate example.com --region {REGION}"
    assert (await rotated(world)).failure == replace(DENIED, command=again)
    assert await state(world) == "staged"


async def test_the_old_key_is_deleted_when_its_time_has_come() -> None:
    world = FakeWorld()
    await made(world)
    assert (await rotated(world, RotateWish(after=7))).ok
    early = await rotation(world)
    assert early.plan.changes == ()
    assert "2026-11-29" in early.plan.notes[0]
    assert "2026-11-29" in (await early.apply(silent)).title
    world.clock.passed += timedelta(days=8).total_seconds()
    assert (await list_logins(world.services))[0].next.startswith("Delete the old key")
    due = await rotation(world)
    assert [(change.sign, change.what) for change in due.plan.changes] == [("-", "Access key")]
    assert (await due.apply(silent)).ok
    assert [key.id[-1] for key in world.iam.held[USER]] == ["2"]
    assert await state(world) == "steady"


async def test_the_old_key_goes_at_once_if_the_person_agrees() -> None:
    world = FakeWorld()
    await made(world)
    assert (await rotated(world, RotateWish(delete_old=True))).ok
    assert len(world.iam.held[USER]) == 1
    assert (await rotated(world, RotateWish(delete_old=True))).ok, "and again"
    assert world.iam.made == 3


async def test_a_rotation_on_another_computer_needs_no_journal() -> None:
    """The journal of the one who made the login is not here: tags and keep are enough."""
    world = FakeWorld()
    await made(world)
    world.journal.lines.clear()
    assert (await rotated(world)).ok
    assert await state(world) == "retiring"


async def test_a_keep_of_one_place_gets_the_login_after_its_proof() -> None:
    world = FakeWorld()
    await made(world, LoginWish(KeepChoice("command", "", "store it", "read it")))
    old = world.vault.held[KEPT]
    world.smtp.replies = [REFUSED] * 200
    outcome = await rotated(world)
    assert "deleted again" in outcome.title
    assert (world.vault.held, len(world.iam.held[USER])) == ({KEPT: old}, 1)
    world.smtp.replies = []
    world.calls.log.clear()
    assert (await rotated(world)).ok
    log = [one for one in world.calls.log if one in ("smtp.prove", "vault.store")]
    assert log == ["smtp.prove", "vault.store"]
    assert BESIDE not in world.vault.held


async def test_what_cannot_be_stored_beside_costs_the_new_key_only() -> None:
    world = FakeWorld()
    await made(world)
    before = world.inventory()
    world.calls.fail("vault.store")
    assert (await rotated(world)).failure == DENIED
    assert world.inventory() == before


async def test_a_second_key_of_somebody_elses_is_explained_and_given_up_only_by_choice() -> None:
    world = FakeWorld()
    await made(world)
    world.iam.held[USER] = (*world.iam.held[USER], AccessKey("AKIATHEIRS", True, START))
    world.iam.used["AKIATHEIRS"] = START
    assert await state(world) == "foreign-keys"
    failure = await refused(world)
    assert failure.kind == "login.two-keys"
    assert "AKIATHEIRS (active, made 2026-11-22, last used 2026-11-22)" in failure.title
    assert failure.command.endswith("--retire AKIATHEIRS")
    assert (await refused(world, wish=LoginWish(retire="AKIANOBODY"))).kind == "login.two-keys"
    assert (await rotated(world, RotateWish(delete_old=True), LoginWish(retire="AKIATHEIRS"))).ok
    assert [key.id[-1] for key in world.iam.held[USER]] == ["2"]


async def test_two_keys_and_no_password_ask_which_one_goes() -> None:
    world = FakeWorld()
    await made(world)
    world.vault.held.clear()
    world.iam.held[USER] = (AccessKey("AKIA1", True, START), AccessKey("AKIA2", True, START))
    failure = await prepare_login(world.services, NAME)
    assert isinstance(failure, Failure)
    assert failure.kind == "login.two-keys"
    assert failure.detail == "AKIA1 AKIA2"
    action = await made(world, LoginWish(retire="AKIA1"))
    assert [change.sign for change in action.plan.changes] == ["~", "-", "+", "+"]
    assert world.iam.held[USER][0].id == "AKIA2"
    assert "iam.set_key" in world.calls.log


async def test_there_must_be_a_login_to_rotate() -> None:
    world = FakeWorld()
    assert (await refused(world)).kind == "login.none"
    await made(world)
    world.iam.held[USER] = (replace(world.iam.held[USER][0], active=False),)
    assert (await refused(world)).kind == "login.key-inactive"


async def test_a_login_for_several_domains_and_regions_rotates_as_one() -> None:
    world = FakeWorld()
    await made(world, SHARED)
    assert len(world.vault.held) == 4
    assert (await rotated(world)).ok
    assert {login.username for login in world.vault.held.values()} == {"AKIAEXAMPLE000000002"}
    assert world.vault.held["b.example", "us-east-1"].password == smtp_password(Secret("secret-2"), "us-east-1")
    rows = await list_logins(world.services)
    assert [(row.domain, row.region, row.state.value) for row in rows] == [
        (domain, region, "retiring") for domain in ("b.example", "example.com") for region in (REGION, "us-east-1")
    ]
    shared = await prepare_rotation(world.services, DomainName("b.example"))
    assert isinstance(shared, Failure)
    assert shared.kind == "login.shared"


async def test_each_region_s_new_password_is_proven_there_before_anything_is_switched() -> None:
    world = FakeWorld()
    await made(world, SHARED)
    before = dict(world.vault.held)
    virginia = world.smtp.elsewhere("us-east-1")
    virginia.replies = [(535, "Authentication Credentials Invalid")] * 99
    outcome = await rotated(world)
    assert outcome.failure is not None
    assert outcome.failure.kind == "send.auth-failed"
    assert {place: login for place, login in world.vault.held.items() if "/next" not in place[1]} == before
    virginia.replies = []
    assert (await rotated(world)).ok
    assert virginia.used[-1] == "AKIAEXAMPLE000000002"
    assert {login.username for login in world.vault.held.values()} == {"AKIAEXAMPLE000000002"}


async def test_a_new_region_needs_the_secret_and_so_a_rotation() -> None:
    world = FakeWorld()
    await made(world)
    failure = await prepare_login(world.services, NAME, LoginWish(regions=("us-east-1",)))
    assert isinstance(failure, Failure)
    assert failure.kind == "login.needs-secret"
    assert failure.command.endswith("--regions us-east-1")
    assert (await rotated(world, wish=LoginWish(regions=("us-east-1",)))).ok
    assert ("example.com", "us-east-1") in world.vault.held
    assert ":us-east-1:" in world.iam.policies[(USER, POLICY_NAME)]


async def test_a_new_domain_of_the_same_region_gets_the_same_password() -> None:
    world = FakeWorld()
    await made(world)
    action = await made(world, LoginWish(also=("b.example",)))
    assert [(change.sign, change.what) for change in action.plan.changes] == [("~", "Policy"), ("+", "Password")]
    assert world.vault.held["b.example", REGION] == world.vault.held[KEPT]
    assert world.iam.made == 1


async def test_a_domain_with_a_login_of_its_own_is_left_alone() -> None:
    world = FakeWorld()
    other = await prepare_login(world.services, DomainName("b.example"))
    assert isinstance(other, MakeLogin)
    assert (await other.apply(silent)).ok
    failure = await prepare_login(world.services, NAME, SHARED)
    assert isinstance(failure, Failure)
    assert failure.kind == "login.has-its-own"
    world.state.chosen.clear()
    failure = await prepare_login(world.services, NAME, SHARED)
    assert isinstance(failure, Failure)
    assert failure.kind == "login.has-its-own", "nor if only the keep knows it"


@pytest.mark.parametrize(("regions", "kind"), [(("eu-south-1",), "region.no-smtp"), (("us-east-1",), "login.one-place")])
async def test_regions_that_cannot_be_served_are_refused_before_anything_is_made(regions: tuple[str, ...], kind: str) -> None:
    world = FakeWorld()
    wish = LoginWish(KeepChoice("command", "", "store it", "read it"), regions=regions)
    failure = await prepare_login(world.services, NAME, wish)
    assert isinstance(failure, Failure)
    assert failure.kind == kind
    assert world.writes() == []


async def test_a_policy_that_iam_would_not_take_is_refused_before_anything_is_made() -> None:
    world = FakeWorld()
    wish = LoginWish(also=tuple(f"a-rather-long-name-of-a-domain-{number}.example.com" for number in range(30)))
    failure = await prepare_login(world.services, NAME, wish)
    assert isinstance(failure, Failure)
    assert failure.kind == "login.policy-too-long"
    assert "2048" in failure.title
    assert world.writes() == []


async def test_a_user_of_somebody_elses_is_adopted_only_by_choice_and_never_deleted() -> None:
    world = FakeWorld()
    world.iam.users["mailer"] = IamUser("mailer", "/", f"arn:aws:iam::{ACCOUNT}:user/mailer", (("team", "mail"),))
    world.iam.held["mailer"] = (AccessKey("AKIATHEIRS", True, START - timedelta(days=300)),)
    before = world.inventory()
    wish = LoginWish(user="mailer")
    failure = await prepare_login(world.services, NAME, wish)
    assert isinstance(failure, Failure)
    assert failure.kind == "login.user-not-ours"
    endings: tuple[Callable[[Services, DomainName], Awaitable[object]], ...] = (prepare_revoke, prepare_undo)
    for ending in endings:
        await made(world, replace(wish, adopt=True))
        assert world.iam.users["mailer"].tags == (("team", "mail"),), "never tagged: it is not ours"
        assert world.state.chosen[KEPT].iam_user == "mailer"
        again = await prepare_login(world.services, NAME)
        assert isinstance(again, MakeLogin), "asked once only"
        assert again.plan.changes == ()
        action = await ending(world.services, NAME)
        assert isinstance(action, RevokeLogin | Undo), action
        assert (await action.apply(silent)).ok
        assert world.inventory() == before


async def test_a_password_that_no_keep_takes_waits_for_another_one() -> None:
    world = FakeWorld()
    action = await prepare_login(world.services, NAME)
    assert isinstance(action, MakeLogin)
    action.hold = True
    world.calls.fail("vault.store")
    assert not (await action.apply(silent)).ok
    login = action.unsaved
    assert login is not None
    assert login.password.reveal() not in repr(action)
    assert len(world.iam.held[USER]) == 1
    assert not (await action.store_elsewhere(KeepChoice("file", "/x"), silent)).ok
    assert waits(action), "still"
    world.calls.mend()
    assert (await action.store_elsewhere(KeepChoice("file", "/x"), silent)).ok
    assert not waits(action)
    assert world.state.chosen[KEPT].login_keep == "file:/x"
    assert await state(world) == "steady"


async def test_a_key_that_another_run_took_for_an_orphan_is_not_stored() -> None:
    world = FakeWorld()
    action = await prepare_login(world.services, NAME)
    assert isinstance(action, MakeLogin)
    action.hold = True
    world.calls.fail("vault.store")
    assert not (await action.apply(silent)).ok
    world.calls.mend()
    await made(world)
    held = dict(world.vault.held)
    outcome = await action.store_elsewhere(KeepChoice(), silent)
    assert outcome.failure is not None
    assert outcome.failure.kind == "login.key-missing"
    assert world.vault.held == held


async def test_a_person_may_give_the_key_up_instead() -> None:
    world = FakeWorld()
    action = await prepare_login(world.services, NAME)
    assert isinstance(action, MakeLogin)
    action.hold = True
    world.calls.fail("vault.store")
    assert not (await action.apply(silent)).ok
    assert waits(action)
    assert (await action.give_up(silent)).ok
    assert world.iam.held[USER] == ()


async def test_a_change_between_plan_and_consent_stops_it() -> None:
    world = FakeWorld()
    await made(world)
    action = await rotation(world)
    world.iam.held[USER] = (*world.iam.held[USER], AccessKey("AKIATHEIRS", True, START))
    outcome = await action.apply(silent)
    assert outcome.failure is not None
    assert outcome.failure.kind == "login.changed"


async def test_the_list_names_every_login_even_without_aws() -> None:
    world = FakeWorld()
    await made(world)
    world.iam.used[world.iam.held[USER][0].id] = START
    (row,) = await list_logins(world.services)
    assert (row.domain, row.username, row.user, row.keep, row.next) == (
        "example.com",
        "AKIAEXAMPLE000000001",
        USER,
        "keyring",
        "",
    )
    assert [(one.key.active, one.last_used) for one in row.keys] == [(True, START)]
    world.calls.fail("sts.caller")
    (row,) = await list_logins(world.services)
    assert (row.username, row.state.value, row.keys) == ("AKIAEXAMPLE000000001", "unknown", ())
    assert DENIED.title in row.next
    world.calls.mend()
    world.sts.who = Caller("999999999999", "arn:aws:iam::999999999999:user/ann")
    (row,) = await list_logins(world.services)
    assert row.state.value == "unknown"
    assert "999999999999" in row.next
    assert await list_logins(world.services, "other.example") == ()


async def test_revoke_takes_a_login_that_another_computer_made_and_names_what_stays() -> None:
    world = FakeWorld()
    before = world.inventory()
    await made(world, SHARED)
    world.journal.lines.clear()
    world.iam.held[USER] = (*world.iam.held[USER], AccessKey("AKIATHEIRS", True, START + timedelta(days=1)))
    action = await prepare_revoke(world.services, NAME)
    assert isinstance(action, RevokeLogin)
    assert any("AKIATHEIRS" in note for note in action.plan.notes)
    assert (await action.apply(silent)).ok
    assert world.vault.held == {}
    assert [key.id for key in world.iam.held[USER]] == ["AKIATHEIRS"]
    world.iam.held[USER] = ()
    rest = await prepare_revoke(world.services, NAME)
    assert isinstance(rest, RevokeLogin)
    assert (await rest.apply(silent)).ok
    assert world.inventory() == before
    assert [one for one in world.state.chosen.values() if one.login_keep] == []


async def test_revoke_leaves_a_policy_that_somebody_changed() -> None:
    world = FakeWorld()
    await made(world)
    world.iam.policies[(USER, POLICY_NAME)] = '{"Statement": []}'
    action = await prepare_revoke(world.services, NAME)
    assert isinstance(action, RevokeLogin)
    assert (await action.apply(silent)).ok
    assert USER in world.iam.users
    assert not world.iam.held[USER], "the key is ours all the same"


async def test_undo_takes_a_rotated_and_shared_login_back() -> None:
    world = FakeWorld()
    before = world.inventory()
    await made(world, SHARED)
    world.smtp.replies = [REFUSED] * 200
    assert not (await rotated(world)).ok, "it stays staged"
    action = await prepare_undo(world.services, NAME)
    assert isinstance(action, Undo)
    assert (await action.apply(silent)).ok
    assert world.inventory() == before
    assert world.state.chosen == {}


async def test_the_default_sets_of_all_its_domains_are_in_the_policy() -> None:
    world = FakeWorld()
    for name, default in (("example.com", "one"), ("b.example", "two")):
        dkim = Dkim("SUCCESS", (), None)
        world.ses.identities[name] = Identity(name, True, "SUCCESS", True, dkim, configuration_set=default)
    action = await made(world, LoginWish(also=("b.example",)))
    assert world.iam.policies[(USER, POLICY_NAME)] == send_policy(
        partition="aws",
        region=REGION,
        account=ACCOUNT,
        domain="example.com",
        also=("b.example",),
        default_sets=("one", "two"),
    )
    told = "\n".join(action.plan.notes)
    for word in ("configuration-set/one", "configuration-set/two", "identity/*", "ses:FromAddress", "ses:SendRawEmail"):
        assert word in told, "each line has its reason"

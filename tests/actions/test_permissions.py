"""The permissions that we print are enough for the whole road, and tested against the world's enforced IAM."""

import asyncio
import json

import boto3
import pytest

from seswizard.actions.action import silent
from seswizard.actions.event_path import MakePath, prepare_path
from seswizard.actions.identity import IdentityDraft, MakeIdentity, prepare_identity
from seswizard.actions.login import MakeLogin, prepare_login
from seswizard.actions.proof import Sending
from seswizard.actions.revoke_login import RevokeLogin, prepare_revoke
from seswizard.actions.rotate_login import RotateLogin, prepare_rotation
from seswizard.actions.undo import Undo, prepare_undo
from seswizard.core.checks import judge
from seswizard.core.findings import Level
from seswizard.core.login_wish import LoginWish, RotateWish
from seswizard.core.names import DomainName
from seswizard.core.permissions import LOOKING, operator_policy
from seswizard.demo.world import World
from seswizard.look import look
from seswizard.ports import Services
from seswizard.wiring import Options, build
from tests.conftest import MakeWorld

NAME = DomainName("example.com")


def become(monkeypatch: pytest.MonkeyPatch, policy: str) -> None:
    """Work as an IAM user that has exactly this policy."""
    iam = boto3.Session().client("iam")
    iam.create_user(UserName="operator")
    iam.put_user_policy(UserName="operator", PolicyName="road", PolicyDocument=json.dumps(json.loads(policy)))
    key = iam.create_access_key(UserName="operator")["AccessKey"]
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", key["AccessKeyId"])
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", key["SecretAccessKey"])


@pytest.fixture
def operator(world: World, monkeypatch: pytest.MonkeyPatch) -> World:
    """Work as an IAM user that has exactly the printed policy."""
    become(monkeypatch, operator_policy())
    return world


def test_what_is_said_to_be_enough_for_looking_is(make_world: MakeWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    make_world("production")
    allowed = {"Effect": "Allow", "Action": list(LOOKING), "Resource": "*"}
    become(monkeypatch, json.dumps({"Version": "2012-10-17", "Statement": [allowed]}))
    facts = asyncio.run(look(build(Options(region="eu-west-1")), NAME))
    assert [one.id for one in judge(facts).findings if one.level is Level.UNKNOWN] == []


@pytest.mark.parametrize("left_out", LOOKING)
def test_nothing_of_it_can_be_left_out(make_world: MakeWorld, monkeypatch: pytest.MonkeyPatch, left_out: str) -> None:
    make_world("production")
    allowed = {"Effect": "Allow", "Action": [one for one in LOOKING if one != left_out], "Resource": "*"}
    become(monkeypatch, json.dumps({"Version": "2012-10-17", "Statement": [allowed]}))
    facts = asyncio.run(look(build(Options(region="eu-west-1")), NAME))
    (denied,) = (one for one in judge(facts).findings if one.level is Level.UNKNOWN)
    assert denied.id == "access.denied"


def test_the_printed_policy_is_enough_for_the_road_and_back(operator: World) -> None:
    async def road(services: Services) -> None:
        identity = await prepare_identity(services, IdentityDraft(NAME, "bounce.example.com"))
        assert isinstance(identity, MakeIdentity), identity
        login = await prepare_login(services, NAME)
        assert isinstance(login, MakeLogin), login
        path = await prepare_path(services, Sending(NAME))
        assert isinstance(path, MakePath), path
        for action in (identity, login, path):
            outcome = await action.apply(silent)
            assert outcome.ok, outcome.failure
        for how in (RotateWish(), RotateWish(delete_old=True)):
            rotation = await prepare_rotation(services, NAME, LoginWish(), how)
            assert isinstance(rotation, RotateLogin), rotation
            outcome = await rotation.apply(silent)
            assert outcome.ok, outcome.failure
        facts = await look(services, NAME)
        unknown = [finding for finding in judge(facts).findings if finding.level is Level.UNKNOWN]
        assert unknown == []
        undo = await prepare_undo(services, NAME)
        assert isinstance(undo, Undo), undo
        assert len(undo.removals) == 8
        outcome = await undo.apply(silent)
        assert outcome.ok, outcome.failure
        again = await prepare_login(services, NAME)
        assert isinstance(again, MakeLogin), again
        assert (await again.apply(silent)).ok
        revoke = await prepare_revoke(services, NAME)
        assert isinstance(revoke, RevokeLogin), revoke
        outcome = await revoke.apply(silent)
        assert outcome.ok, outcome.failure

    before = operator.inventory()
    asyncio.run(road(build(Options(region="eu-west-1"))))
    assert operator.inventory() == before


def test_without_a_permission_the_finding_names_the_action(operator: World) -> None:
    """A denied call says which action is missing; it never says that something is not there."""
    boto3.Session().client("iam")
    document = json.dumps(
        {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "ses:GetAccount", "Resource": "*"}]}
    )
    admin = boto3.Session(operator.access_key, operator.secret).client("iam")
    admin.put_user_policy(UserName="operator", PolicyName="road", PolicyDocument=document)
    facts = asyncio.run(look(build(Options(region="eu-west-1")), NAME))
    denied = next(finding for finding in judge(facts).findings if finding.id == "access.denied")
    assert "ses:GetEmailIdentity" in denied.title + " ".join(one.seen for one in denied.evidence)
    assert not judge(facts).has("identity.missing")

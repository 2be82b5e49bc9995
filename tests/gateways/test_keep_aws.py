"""A login in Secrets Manager or Parameter Store: only ours is touched, and AWS's refusals name the very resource."""

import asyncio
import json
from dataclasses import replace
from functools import partial
from typing import Any

import boto3
import pytest

from seswizard.core.failure import FailureError
from seswizard.core.identity import our_tags
from seswizard.core.keep import KeepChoice
from seswizard.core.keep_permissions import KEEP_PERMISSIONS
from seswizard.core.login import Login
from seswizard.core.secret import Secret
from seswizard.demo.aws import backend
from seswizard.demo.faults import Fault
from seswizard.demo.world import World
from seswizard.gateways.aws import AwsSession
from seswizard.gateways.debug import CallLog
from seswizard.gateways.keep_aws import AwsKeep
from seswizard.gateways.keep_secrets import SecretsShelf
from seswizard.gateways.keeps import KeepsGateway
from seswizard.gateways.vault import VaultGateway
from seswizard.ports import Services, Vault
from seswizard.wiring import Options, build
from tests.fake_aws import ManualClock

DOMAIN, REGION = "example.com", "eu-west-1"
LOGIN = Login("AKIAFIRSTEXAMPLE0000", Secret("B" + "Fi7+/x=" * 6))
NEXT = Login("AKIASECONDEXAMPLE000", Secret("B" + "Se9+/y=" * 6))
VALUE = json.dumps({"username": LOGIN.username, "password": LOGIN.password.reveal()})
TAGS = [{"Key": key, "Value": value} for key, value in our_tags(DOMAIN, REGION).items()]
FOREIGN = [
    ("no tags", VALUE, []),
    ("tags of another", VALUE, [{"Key": "made-by", "Value": "terraform"}]),
    ("another domain", VALUE, [{"Key": key, "Value": value} for key, value in our_tags("example.org", REGION).items()]),
    ("another region", VALUE, [{"Key": key, "Value": value} for key, value in our_tags(DOMAIN, "us-east-1").items()]),
    ("another form", "hunter2", TAGS),
    ("another form in JSON", '{"username": "x"}', TAGS),
]


@pytest.fixture(params=["secretsmanager:seswizard/login", "ssm:/seswizard/login"])
def choice(request: pytest.FixtureRequest) -> KeepChoice:
    return KeepChoice.parse(request.param)


@pytest.fixture
def vault(services: Services, choice: KeepChoice) -> Vault:
    return services.keeps.open(choice)


def client(choice: KeepChoice) -> Any:
    session = boto3.Session(region_name=REGION)
    return session.client("ssm") if choice.kind == "ssm" else session.client("secretsmanager")


def put(choice: KeepChoice, value: str, tags: list[dict[str, str]], *, kind: str = "SecureString") -> None:
    if choice.kind == "ssm":
        client(choice).put_parameter(Name=choice.place, Value=value, Type=kind, Tags=tags)
    else:
        client(choice).create_secret(Name=choice.place, SecretString=value, Tags=tags)


def held(choice: KeepChoice, name: str = "") -> tuple[str, dict[str, str]]:
    """What somebody else sees there."""
    place = name or choice.place
    if choice.kind == "ssm":
        said = client(choice).get_parameter(Name=place, WithDecryption=True)["Parameter"]
        assert said["Type"] == "SecureString"
        listed = client(choice).list_tags_for_resource(ResourceType="Parameter", ResourceId=place)["TagList"]
        return said["Value"], {one["Key"]: one["Value"] for one in listed}
    listed = client(choice).describe_secret(SecretId=place).get("Tags", [])
    return client(choice).get_secret_value(SecretId=place)["SecretString"], {one["Key"]: one["Value"] for one in listed}


async def test_it_has_the_contracts_form_and_our_tags(vault: Vault, choice: KeepChoice) -> None:
    await vault.store(DOMAIN, REGION, LOGIN)
    assert await asyncio.to_thread(held, choice) == (VALUE, our_tags(DOMAIN, REGION))
    await vault.store(DOMAIN, REGION, NEXT, staged=True)
    value, tags = await asyncio.to_thread(held, choice, f"{choice.place}-next")
    assert (json.loads(value)["username"], tags) == (NEXT.username, our_tags(DOMAIN, REGION))


async def test_the_cost_is_said(vault: Vault, choice: KeepChoice) -> None:
    said = (await vault.probe()).name
    assert ("0.40 USD a month" if choice.kind == "secretsmanager" else "free of charge") in said


async def test_what_is_not_ours_is_never_touched(services: Services, choice: KeepChoice) -> None:
    for number, (why, value, tags) in enumerate(FOREIGN):
        place = replace(choice, place=f"{choice.place}{number}")
        await asyncio.to_thread(put, place, value, tags)
        before, vault = await asyncio.to_thread(held, place), services.keeps.open(place)
        for work in (vault.read(DOMAIN, REGION), vault.store(DOMAIN, REGION, NEXT), vault.delete(DOMAIN, REGION)):
            with pytest.raises(FailureError, match="did not write") as caught:
                await work
            assert caught.value.failure.kind == "login.vault-missing", why
            assert "hunter2" not in repr(caught.value.failure)
        assert await asyncio.to_thread(held, place) == before, why


async def test_a_parameter_in_clear_text_is_not_ours(services: Services) -> None:
    choice = KeepChoice.parse("ssm:/seswizard/login")
    await asyncio.to_thread(put, choice, VALUE, TAGS, kind="String")
    with pytest.raises(FailureError, match="did not write"):
        await services.keeps.open(choice).read(DOMAIN, REGION)


async def test_a_probe_only_reads(vault: Vault, choice: KeepChoice, world: World) -> None:
    assert (await vault.probe()).usable
    assert [one.operation for one in world.requests if one.write] == []
    await asyncio.to_thread(put, choice, VALUE, [])
    keep = await vault.probe()
    assert (keep.usable, "did not write" in keep.reason) == (False, True)


async def test_a_secret_that_somebody_marked_for_deletion_is_called_back(services: Services) -> None:
    choice = KeepChoice.parse("secretsmanager:seswizard/login")
    vault = services.keeps.open(choice)
    await vault.store(DOMAIN, REGION, LOGIN)
    await asyncio.to_thread(lambda: client(choice).delete_secret(SecretId=choice.place, RecoveryWindowInDays=7))
    assert await vault.read(DOMAIN, REGION) is None
    assert await vault.delete(DOMAIN, REGION) is False
    await vault.store(DOMAIN, REGION, NEXT)
    assert await vault.read(DOMAIN, REGION) == NEXT


async def test_somebody_elses_secret_marked_for_deletion_is_not(services: Services) -> None:
    choice = KeepChoice.parse("secretsmanager:seswizard/login")
    await asyncio.to_thread(put, choice, "x", [])
    await asyncio.to_thread(lambda: client(choice).delete_secret(SecretId=choice.place, RecoveryWindowInDays=7))
    with pytest.raises(FailureError, match="did not write"):
        await services.keeps.open(choice).store(DOMAIN, REGION, NEXT)


@pytest.mark.parametrize(
    ("times", "code", "kept"),
    [(3, "InvalidRequestException", True), (1, "ResourceExistsException", True), (100, "InvalidRequestException", False)],
)
async def test_a_name_that_is_still_being_deleted_is_waited_for(
    aws: AwsSession, world: World, times: int, code: str, kept: bool
) -> None:
    """AWS deletes in its own time: https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_DeleteSecret.html."""
    message = "You can't create this secret because a secret with this name is already scheduled for deletion."
    world.faults.append(Fault("CreateSecret", code=code, message=message, count=times, service="secretsmanager"))
    clock = ManualClock()
    vault = AwsKeep(SecretsShelf(), "seswizard/login", lambda region: aws, clock)
    if kept:
        await vault.store(DOMAIN, REGION, LOGIN)
        assert await vault.read(DOMAIN, REGION) == LOGIN
        assert len(clock.slept) == times
    else:
        with pytest.raises(FailureError, match="does not become free"):
            await vault.store(DOMAIN, REGION, LOGIN)


async def test_two_at_once_both_arrive(aws: AwsSession, choice: KeepChoice) -> None:
    keeps = KeepsGateway(VaultGateway(CallLog()), lambda region: aws, ManualClock(), CallLog())
    stores = [keeps.open(choice).store(DOMAIN, REGION, LOGIN) for _ in range(2)]
    assert await asyncio.gather(*stores, return_exceptions=True) == [None, None]
    assert await keeps.open(choice).read(DOMAIN, REGION) == LOGIN


def bounded(resources: list[str] | str, monkeypatch: pytest.MonkeyPatch, actions: list[str]) -> None:
    """Work as an IAM user that may do these alone."""
    iam = boto3.Session().client("iam")
    iam.create_user(UserName="operator")
    statement = {"Effect": "Allow", "Action": actions, "Resource": resources}
    document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    iam.put_user_policy(UserName="operator", PolicyName="keeps", PolicyDocument=document)
    key = iam.create_access_key(UserName="operator")["AccessKey"]
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", key["AccessKeyId"])
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", key["SecretAccessKey"])


def printed(choice: KeepChoice) -> tuple[list[str], list[str]]:
    actions, resources, _ = next(one for one in KEEP_PERMISSIONS if one[0][0].startswith(f"{choice.kind}:"))
    return list(actions), list(resources)


async def road(vault: Vault) -> None:
    assert (await vault.probe()).usable
    for staged in (False, True):
        await vault.store(DOMAIN, REGION, LOGIN, staged=staged)
        await vault.store(DOMAIN, REGION, NEXT, staged=staged)
        assert await vault.read(DOMAIN, REGION, staged=staged) == NEXT
        assert await vault.delete(DOMAIN, REGION, staged=staged)
        assert await vault.read(DOMAIN, REGION, staged=staged) is None


async def test_the_printed_permissions_are_enough(world: World, choice: KeepChoice, monkeypatch: pytest.MonkeyPatch) -> None:
    actions, resources = printed(choice)
    await asyncio.to_thread(bounded, resources, monkeypatch, actions)
    await road(build(Options()).keeps.open(choice))


async def test_a_refusal_names_the_line_that_mends_it(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also for a name that our printed permissions do not know."""
    await asyncio.to_thread(bounded, "arn:aws:ssm:*:*:parameter/none", monkeypatch, ["ssm:GetParameter"])
    admin = boto3.Session(world.access_key, world.secret).client("iam")
    for choice in (KeepChoice.parse("secretsmanager:mail/out"), KeepChoice.parse("ssm:/mail/out")):
        statements: list[Any] = []
        for _ in range(12):
            try:
                await road(build(Options()).keeps.open(choice))
                break
            except FailureError as error:
                assert error.failure.kind == "access.denied", error.failure
                statements.append(json.loads(error.failure.remedy.partition(": ")[2]))
            document = json.dumps({"Version": "2012-10-17", "Statement": statements})
            allow = partial(admin.put_user_policy, UserName="operator", PolicyName="more", PolicyDocument=document)
            await asyncio.to_thread(allow)
        else:
            pytest.fail("the advice does not mend it")
        assert all("mail/out" in one["Resource"] for one in statements)


async def test_a_secrets_arn_ends_in_six_characters_of_awss_own(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """A policy over the bare name lets make the secret and not read it: in the world as in life."""
    choice = KeepChoice.parse("secretsmanager:seswizard/login")
    bare = f"arn:aws:secretsmanager:{REGION}:123456789012:secret:{choice.place}"
    await asyncio.to_thread(bounded, bare, monkeypatch, printed(choice)[0])
    with pytest.raises(FailureError) as caught:
        await build(Options()).keeps.open(choice).store(DOMAIN, REGION, LOGIN)
    assert caught.value.failure.kind == "access.denied"
    allowed = {"Effect": "Allow", "Action": printed(choice)[0], "Resource": [f"{bare}-??????", bare]}
    backend.put_policy("operator", "keeps", {"Version": "2012-10-17", "Statement": [allowed]})
    assert await build(Options()).keeps.open(choice).read(DOMAIN, REGION) == LOGIN

"""Every operation that the product calls, and every way in which its answer may be bent: a value, or a sentence.

Each call is made by itself, so that no bent answer hides behind an earlier one; `test_commands` has what follows from it.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Literal

import pytest

from seswizard.core.failure import FailureError
from seswizard.core.keep import KeepChoice
from seswizard.core.login import Login
from seswizard.core.policy import queue_policy, send_policy, topic_policy
from seswizard.core.secret import Secret
from seswizard.demo.place import DOMAIN, REGION
from seswizard.demo.world import World
from seswizard.ports import Services
from seswizard.wiring import Options, build
from tests.bent.bends import faults
from tests.gateways.test_operations import CALLED

Call = Callable[[Services, str], Awaitable[object]]
LOGIN = Login("AKIAEXAMPLE", Secret("a password"))
ACCOUNT = "123456789012"


async def nothing(_services: Services, _name: str) -> None:
    """Nothing has to be there."""


async def user(services: Services, name: str) -> None:
    await services.iam.create_user(name, "/", {"a": "b"})
    await services.iam.put_policy(name, "send", send_policy(partition="aws", region=REGION, account=ACCOUNT, domain=DOMAIN))


async def keyed(services: Services, name: str) -> str:
    await user(services, name)
    return (await services.iam.create_key(name))[0]


async def key_of(services: Services, name: str) -> str:
    return (await services.iam.keys(name))[0].id


async def identity(services: Services, name: str) -> None:
    await services.ses.create_identity(f"{name}.example.com", {"a": "b"})


async def a_set(services: Services, name: str) -> str:
    await services.ses.create_configuration_set(name, {"a": "b"})
    made = await services.events.create_topic(name, {"a": "b"})
    policy = topic_policy(topic=made, account=ACCOUNT, partition="aws", region=REGION, set_name=name)
    await services.events.set_topic_policy(made, policy)
    return made


async def sink(services: Services, name: str) -> None:
    await services.ses.create_destination(name, "seswizard", await a_set(services, name), ("SEND",))


async def topic(services: Services, name: str) -> None:
    arn, made = await services.events.create_topic(name, {"a": "b"}), await services.events.create_queue(name, {"a": "b"})
    await services.events.subscribe(arn, made.arn)


def arn(name: str) -> str:
    return f"arn:aws:sns:{REGION}:{ACCOUNT}:{name}"


async def mail(services: Services, name: str) -> None:
    made = await services.events.create_queue(name, {})
    await services.events.set_queue_policy(made.url, queue_policy(queue=made.arn, topic=arn(name)))


async def url(services: Services, name: str) -> str:
    found = await services.events.queue(name)
    assert found
    return found.url


def shelf(kind: Literal["secretsmanager", "ssm"]) -> tuple[Call, Call, Call, Call]:
    """Look, store, store again, delete."""

    def at(services: Services, name: str) -> tuple[object, ...]:
        return services.keeps.open(KeepChoice(kind, f"{'/' if kind == 'ssm' else ''}{name}")), DOMAIN, REGION

    async def store(services: Services, name: str) -> None:
        vault, *place = at(services, name)
        await vault.store(*place, LOGIN)  # type: ignore[attr-defined]  # a vault

    async def read(services: Services, name: str) -> object:
        vault, *place = at(services, name)
        return await vault.read(*place)  # type: ignore[attr-defined]  # a vault

    async def delete(services: Services, name: str) -> object:
        vault, *place = at(services, name)
        return await vault.delete(*place)  # type: ignore[attr-defined]  # a vault

    return nothing, store, read, delete


@dataclass(frozen=True, slots=True)
class One:
    """A call, and what has to be there for it."""

    call: Call
    before: Call = nothing


_, secret, secret_read, secret_delete = shelf("secretsmanager")
_, parameter, parameter_read, parameter_delete = shelf("ssm")
CALLS: dict[str, One] = {
    "GetCallerIdentity": One(lambda s, _: s.sts.caller()),
    "GetAccount": One(lambda s, _: s.ses.account()),
    "GetEmailIdentity": One(lambda s, n: s.ses.identity(f"{n}.example.com"), identity),
    "CreateEmailIdentity": One(identity),
    "DeleteEmailIdentity": One(lambda s, n: s.ses.delete_identity(f"{n}.example.com"), identity),
    "PutEmailIdentityMailFromAttributes": One(
        lambda s, n: s.ses.set_mail_from(f"{n}.example.com", f"b.{n}.example.com"), identity
    ),
    "PutEmailIdentityConfigurationSetAttributes": One(lambda s, n: s.ses.set_default_set(f"{n}.example.com", None), identity),
    "GetConfigurationSet": One(lambda s, n: s.ses.configuration_set(n), a_set),
    "CreateConfigurationSet": One(a_set),
    "DeleteConfigurationSet": One(lambda s, n: s.ses.delete_configuration_set(n), a_set),
    "GetConfigurationSetEventDestinations": One(lambda s, n: s.ses.destinations(n), sink),
    "CreateConfigurationSetEventDestination": One(sink),
    "UpdateConfigurationSetEventDestination": One(
        lambda s, n: s.ses.update_destination(n, "seswizard", arn(n), ("BOUNCE",)), sink
    ),
    "DeleteConfigurationSetEventDestination": One(lambda s, n: s.ses.delete_destination(n, "seswizard"), sink),
    "SendEmail": One(lambda s, _: s.ses.send_raw(f"a@{DOMAIN}", "success@simulator.amazonses.com", b"Subject: x\r\n\r\nx", None)),
    "GetSuppressedDestination": One(lambda s, n: s.suppression.find(f"{n}@example.net")),
    "ListSuppressedDestinations": One(lambda s, _: s.suppression.page()),
    "DeleteSuppressedDestination": One(lambda s, n: s.suppression.remove(f"{n}@example.net")),
    "GetUser": One(lambda s, n: s.iam.user(n), user),
    "CreateUser": One(user),
    "DeleteUser": One(lambda s, n: s.iam.delete_user(n), lambda s, n: s.iam.create_user(n, "/", {})),
    "GetUserPolicy": One(lambda s, n: s.iam.policy(n, "send"), user),
    "PutUserPolicy": One(user),
    "DeleteUserPolicy": One(lambda s, n: s.iam.delete_policy(n, "send"), user),
    "ListAccessKeys": One(lambda s, n: s.iam.keys(n), keyed),
    "CreateAccessKey": One(lambda s, n: s.iam.create_key(n), user),
    "UpdateAccessKey": One(lambda s, n: _with_key(s, n, lambda key: s.iam.set_key(n, key, active=False)), keyed),
    "GetAccessKeyLastUsed": One(lambda s, n: _with_key(s, n, s.iam.last_used), keyed),
    "DeleteAccessKey": One(lambda s, n: _with_key(s, n, lambda key: s.iam.delete_key(n, key)), keyed),
    "GetTopicAttributes": One(lambda s, n: s.events.topic(n, ACCOUNT, "aws"), topic),
    "ListSubscriptionsByTopic": One(lambda s, n: s.events.subscriptions_of(arn(n)), topic),
    "GetSubscriptionAttributes": One(lambda s, n: s.events.subscriptions_of(arn(n)), topic),
    "ListTagsForResource sns": One(lambda s, n: s.events.topic(n, ACCOUNT, "aws"), topic),
    "CreateTopic": One(topic),
    "SetTopicAttributes": One(
        lambda s, n: s.events.set_topic_policy(
            arn(n), topic_policy(topic=arn(n), account=ACCOUNT, partition="aws", region=REGION, set_name=n)
        ),
        topic,
    ),
    "DeleteTopic": One(lambda s, n: s.events.delete_topic(arn(n)), topic),
    "Subscribe": One(topic),
    "GetQueueUrl": One(lambda s, n: s.events.queue(n), mail),
    "GetQueueAttributes": One(lambda s, n: s.events.queue(n), mail),
    "ListQueueTags": One(lambda s, n: s.events.queue(n), mail),
    "CreateQueue": One(mail),
    "SetQueueAttributes": One(mail),
    "ReceiveMessage": One(lambda s, n: _with_url(s, n, lambda there: s.events.receive(there, 0)), mail),
    "DeleteMessage": One(lambda s, n: _with_url(s, n, lambda there: s.events.delete_message(there, "none")), mail),
    "DeleteQueue": One(lambda s, n: _with_url(s, n, s.events.delete_queue), mail),
    "CreateSecret": One(secret),
    "PutSecretValue": One(secret, secret),
    "RestoreSecret": One(secret, secret),
    "DescribeSecret": One(secret_read, secret),
    "GetSecretValue": One(secret_read, secret),
    "DeleteSecret": One(secret_delete, secret),
    "PutParameter": One(parameter),
    "GetParameter": One(parameter_read, parameter),
    "ListTagsForResource ssm": One(parameter_read, parameter),
    "DeleteParameter": One(parameter_delete, parameter),
}


async def _with_key(services: Services, name: str, call: Callable[[str], Awaitable[object]]) -> object:
    return await call(await key_of(services, name))


async def _with_url(services: Services, name: str, call: Callable[[str], Awaitable[object]]) -> object:
    return await call(await url(services, name))


@pytest.fixture
def services(world: World, quick: None) -> Services:
    return build(Options())


def test_every_operation_that_the_product_calls_is_here() -> None:
    """`Subscribe` is a single word, which is not looked for in the gateways' sources."""
    ours = {f"{operation} {service}" if operation == "ListTagsForResource" else operation for service, operation in CALLED}
    assert ours | {"Subscribe", "GetSuppressedDestination", "ListSuppressedDestinations", "DeleteSuppressedDestination"} == {
        *CALLS
    }


PARTS = 4


@pytest.mark.parametrize("part", range(PARTS))
async def test_a_bent_answer_is_a_value_or_a_sentence(services: Services, world: World, part: int) -> None:
    wrong = {}
    for number, (operation, one) in enumerate(list(CALLS.items())[part::PARTS]):
        asked, _, service = operation.partition(" ")
        name = ""
        for bent, fault in faults(service, asked).items():
            if not name or asked.startswith(("Create", "Delete", "Subscribe")):
                name = f"n{number}-{bent.replace(' ', '-')}"
                await one.before(services, name)
            world.faults.append(fault)
            try:
                await one.call(services, name)
            except FailureError as error:
                failure = error.failure
                if not failure.kind.startswith(("access.", "login.")) or not failure.title.endswith("."):
                    wrong[operation, bent] = repr(failure)
            except Exception as error:  # noqa: BLE001  # this is what is looked for
                wrong[operation, bent] = repr(error)
            world.faults.clear()
    assert not wrong, "\n".join(f"{which}: {what}" for which, what in wrong.items())


async def test_a_secret_in_an_answer_that_cannot_be_read_is_not_told(services: Services, world: World) -> None:
    """The parser's own words hold the whole answer."""
    for bent, fault in faults("iam", "CreateAccessKey").items():
        await user(services, name := f"n-{bent.replace(' ', '-')}")
        world.faults.append(fault)
        try:
            await services.iam.create_key(name)
        except FailureError as error:
            chain = [error, error.__cause__] if error.__suppress_context__ else [error, error.__context__]
            assert "SecretAccessKey>" not in repr([(each, getattr(each, "failure", None)) for each in chain])
        world.faults.clear()

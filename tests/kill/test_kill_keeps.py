"""The same life in the keeps of AWS, where one of our calls is several of theirs, and with a password that nothing keeps.

Each call of AWS is a position of its own. Where nothing keeps the password, the login is what the person has read last.
"""

import itertools
import json
from pathlib import Path
from typing import Any

import boto3
import pytest

from seswizard.core.login import smtp_password
from seswizard.core.secret import Secret
from seswizard.demo.aws import backend
from tests.kill.test_kill import Driver, driver, no_secret_on_disk, ran

__all__ = ["driver"]

KEEPS = {"secretsmanager": "secretsmanager:seswizard/{}", "ssm": "ssm:/seswizard/{}"}
WRITES = {
    "secretsmanager": {
        "create": ["CreateSecret", "PutSecretValue"],
        "rotate": ["CreateSecret", "PutSecretValue", "DeleteSecret"],
        "revoke": ["DeleteSecret"],
    },
    "ssm": {
        "create": ["PutParameter", "PutParameter"],
        "rotate": ["PutParameter", "PutParameter", "DeleteParameter"],
        "revoke": ["DeleteParameter"],
    },
}
"""What each run changes on the shelf: a trial and then the password; beside it, in its place, and away; away."""
pytestmark = pytest.mark.journey


def positions_of(driver: Driver, service: str, action: str, domain: str, keep: str = "") -> list[str]:
    """The positions of an undisturbed run; every call that the world has seen of the shelf is one of them."""
    before = len(driver.world.requests)
    told = driver.run(action, domain, **(wish(keep) if keep else {}))
    assert told["said"] == "ok", told
    seen = [one for one in driver.world.requests[before:] if one.service == service]
    positions: list[str] = told["passed"]
    assert [one.rpartition(".")[2] for one in positions if one.startswith("aws.")] == [one.operation for one in seen]
    assert [one.operation for one in seen if one.write] == WRITES[service][action]
    return positions


def wish(keep: str) -> dict[str, Any]:
    return {"keep": keep}


def at_the_shelf(positions: list[str]) -> list[int]:
    """Before and after each call that changes the shelf.

    Between two calls that only read nothing changes, so a kill there is one before the first of them; and the positions of
    our own calls are those of every keep.
    """
    changing = {name for runs in WRITES.values() for names in runs.values() for name in names}
    changes = [at for at, one in enumerate(positions) if one.startswith("aws.") and one.rpartition(".")[2] in changing]
    return sorted({at for number in changes for at in (number, number + 1)})


def shelf(driver: Driver) -> tuple[str, ...]:
    """Every secret and parameter that is there."""
    there = driver.world.inventory()
    return (*there["secrets"], *there["parameters"])


def works(service: str, domain: str) -> bool:
    """Whether SES would accept what lies on the shelf under the domain's own name."""
    name = KEEPS[service].format(domain).partition(":")[2]
    if service == "ssm":
        text = boto3.Session().client("ssm").get_parameter(Name=name, WithDecryption=True)["Parameter"]["Value"]
    else:
        text = boto3.Session().client("secretsmanager").get_secret_value(SecretId=name)["SecretString"]
    held = json.loads(text)
    key = backend.access_key(held["username"])
    return bool(key and key.active and held["password"] == smtp_password(Secret(key.secret), "eu-west-1").reveal())


@pytest.mark.parametrize("service", list(KEEPS))
def test_create_and_revoke_killed_at_any_call_of_the_shelf(driver: Driver, service: str) -> None:
    keep = KEEPS[service].format
    creating = positions_of(driver, service, "create", "clean.example", keep=keep("clean.example"))
    revoking = positions_of(driver, service, "revoke", "clean.example")
    domain = "example.com"
    ends = itertools.cycle(at_the_shelf(revoking))
    for number in at_the_shelf(creating):
        position = creating[number]
        assert driver.run("create", domain, kill_at=number, keep=keep(domain))["killed"], position
        assert len(driver.keys(domain)) <= 1, position
        told = driver.run("create", domain, keep=keep(domain))
        assert told["said"] == "ok", (position, told)
        assert len(driver.keys(domain)) == 1, position
        assert works(service, domain), position
        at = next(ends)
        assert driver.run("revoke", domain, kill_at=at)["killed"], revoking[at]
        ran(driver, "revoke", domain)
        assert (driver.keys(domain), shelf(driver)) == ([], ()), revoking[at]
    no_secret_on_disk(driver)


@pytest.mark.parametrize("service", list(KEEPS))
def test_rotate_killed_at_any_call_of_the_shelf(driver: Driver, service: str) -> None:
    domain = "example.com"
    driver.run("create", domain, keep=KEEPS[service].format(domain))
    positions = positions_of(driver, service, "rotate", domain)
    for number in at_the_shelf(positions):
        position = positions[number]
        assert driver.run("rotate", domain, kill_at=number)["killed"], position
        assert len(driver.keys(domain)) <= 2, position
        assert works(service, domain), f"{position}: the kept login works at every moment"
        ran(driver, "rotate", domain)
        assert len(driver.keys(domain)) == 1, position
        assert works(service, domain), position
        assert len(shelf(driver)) == 1, position
    no_secret_on_disk(driver)


@pytest.mark.parametrize("action", ["create", "rotate"])
def test_a_password_that_nothing_keeps_killed_anywhere(driver: Driver, action: str, tmp_path: Path) -> None:
    """The key that is left is the one whose password was read last; one that nobody read is gone."""

    def run(domain: str, action: str, kill_at: int | None = None) -> dict[str, object]:
        keep = {"keep": "show"} if action == "create" else {}
        return driver.run(action, domain, kill_at=kill_at, read_into=str(tmp_path / domain), **keep)

    def read(domain: str) -> list[str]:
        return (tmp_path / domain).read_text().split() if (tmp_path / domain).exists() else []

    def once(domain: str) -> None:
        if action == "rotate":
            assert run(domain, "create")["said"] == "ok"

    once("clean.example")
    positions = run("clean.example", action)["passed"]
    assert isinstance(positions, list)
    assert positions.count("person.read") == 1
    for number, position in enumerate(positions):
        domain = f"d{number}.example"
        once(domain)
        assert run(domain, action, number)["killed"], position
        if action == "rotate":
            active = {key.key_id for key in driver.keys(domain) if key.active}
            assert active & set(read(domain)), f"{position}: a login that was read works at every moment"
        assert run(domain, action)["said"] == "ok", position
        (key,) = driver.keys(domain)
        assert key.active, position
        assert read(domain)[-1:] == [key.key_id], position

"""A login's life, killed by SIGKILL before and after every call that it makes, and run again.

However it is killed, the next run ends with a working login or a clean account: never a key without an owner, never more
than two, never a secret lost without its key being deleted. While it rotates there is a login that works at every moment.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from seswizard.core.login import smtp_password
from seswizard.core.secret import Secret
from seswizard.demo.aws import backend
from seswizard.demo.world import World

ROOT = Path(__file__).parents[2]
OPERATIONS = {
    "sts.caller": "GetCallerIdentity",
    "ses.identity": "GetEmailIdentity",
    "iam.user": "GetUser",
    "iam.keys": "ListAccessKeys",
    "iam.policy": "GetUserPolicy",
    "iam.create_user": "CreateUser",
    "iam.put_policy": "PutUserPolicy",
    "iam.create_key": "CreateAccessKey",
    "iam.set_key": "UpdateAccessKey",
    "iam.delete_key": "DeleteAccessKey",
    "iam.delete_policy": "DeleteUserPolicy",
    "iam.delete_user": "DeleteUser",
}
"""The AWS call that each counted call makes: one each."""

WRITES: dict[str, list[str]] = {
    "create": ["iam.create_user", "iam.put_policy", "iam.create_key", "vault.store"],
    "rotate": [
        "iam.create_key",
        "vault.store",
        "vault.store",
        "vault.delete",
        "iam.set_key",
        "iam.delete_key",
    ],
    "revoke": ["iam.delete_key", "vault.delete", "iam.delete_policy", "iam.delete_user"],
}
"""What each run changes at AWS and in the keep, in order; each is killed before and after."""


READING = {"sts.caller", "ses.identity", "iam.user", "iam.keys", "iam.policy"}

pytestmark = pytest.mark.journey


@dataclass(frozen=True)
class Driver:
    """The warm process, and the world it works in."""

    process: "subprocess.Popen[str]"
    world: World

    def run(self, action: str, domain: str, kill_at: int | None = None, **more: Any) -> dict[str, Any]:
        """One run in a child; `killed` tells whether it got to its position."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        print(json.dumps({"action": action, "domain": domain, "kill_at": kill_at, **more}), file=self.process.stdin, flush=True)
        told: dict[str, Any] = json.loads(self.process.stdout.readline())
        return told

    def keys(self, domain: str) -> list[backend.AccessKey]:
        """The keys of a domain's user, as AWS has them."""
        rows = [line.split() for line in self.world.inventory()["iam_keys"]]
        found = [backend.access_key(key) for user, key, _ in rows if user == user_of(domain)]
        return [key for key in found if key]

    def kept(self, domain: str, region: str = "eu-west-1", *, staged: bool = False) -> tuple[str, str] | None:
        """User name and password of an entry of the keyring."""
        entry = f"{domain}/{region}/next" if staged else f"{domain}/{region}"
        text = self.world.vault.read("seswizard", entry)
        held = json.loads(text) if text else None
        return (held["username"], held["password"]) if held else None

    def works(self, domain: str, region: str = "eu-west-1") -> bool:
        """Whether SES would accept the kept login: the rule of its SMTP server."""
        held = self.kept(domain, region)
        key = backend.access_key(held[0]) if held else None
        return bool(held and key and key.active and held[1] == smtp_password(Secret(key.secret), region).reveal())

    def nothing_left(self, domain: str) -> bool:
        """Whether neither AWS nor the keyring knows anything of a domain's login."""
        there = [line for line in self.world.inventory()["iam_users"] if line.endswith(f"/{user_of(domain)}")]
        held = [self.kept(domain, staged=staged) for staged in (False, True)]
        return not there and held == [None, None] and not self.keys(domain)


def user_of(domain: str) -> str:
    return f"seswizard-{domain}-eu-west-1"


@pytest.fixture
def driver(world: World, monkeypatch: pytest.MonkeyPatch) -> Iterator[Driver]:
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.kill.driver"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env=os.environ.copy(),
    )
    yield Driver(process, world)
    assert process.stdin is not None
    process.stdin.close()
    process.wait(10)


def covered(driver: Driver, action: str, domain: str) -> list[str]:
    """The positions of an undisturbed run; they are every call that the world has seen, and every write of the plan."""
    before = len(driver.world.requests)
    told = driver.run(action, domain)
    assert told["said"] == "ok", told
    assert not told["killed"]
    positions: list[str] = told["passed"]
    seen = [request.operation for request in driver.world.requests[before:]]
    assert [OPERATIONS[one] for one in positions if one.split(".")[0] in ("iam", "ses", "sts")] == seen
    changing = {*OPERATIONS, "vault.store", "vault.delete"} - READING
    assert [one for one in positions if one in changing] == WRITES[action]
    assert positions[-1] == "the end"
    return positions


def ran(driver: Driver, action: str, domain: str) -> None:
    told = driver.run(action, domain)
    assert told["said"] == "ok", told


def test_create_killed_anywhere(driver: Driver) -> None:
    positions = covered(driver, "create", "clean.example")
    for number, position in enumerate(positions):
        domain = f"d{number}.example"
        assert driver.run("create", domain, kill_at=number)["killed"], position
        assert len(driver.keys(domain)) <= 1, position
        ran(driver, "create", domain)
        (key,) = driver.keys(domain)
        assert driver.kept(domain) == (key.key_id, smtp_password(Secret(key.secret), "eu-west-1").reveal()), position
        assert driver.works(domain), position
        ran(driver, "prove", domain)
    no_secret_on_disk(driver)


def test_rotate_killed_anywhere(driver: Driver) -> None:
    """One login through all its rotations: what earlier broken runs have left in the journal confuses no later one."""
    domain = "example.com"
    ran(driver, "create", domain)
    positions = covered(driver, "rotate", domain)
    for number, position in enumerate(positions):
        assert driver.run("rotate", domain, kill_at=number)["killed"], position
        assert len(driver.keys(domain)) <= 2, position
        assert driver.works(domain), f"{position}: the kept login works at every moment"
        ran(driver, "rotate", domain)
        (key,) = driver.keys(domain)
        assert key.active, position
        assert driver.works(domain), position
        assert driver.kept(domain, staged=True) is None, position
    ran(driver, "prove", domain)
    no_secret_on_disk(driver)


def test_revoke_killed_anywhere(driver: Driver) -> None:
    ran(driver, "create", "clean.example")
    positions = covered(driver, "revoke", "clean.example")
    for number, position in enumerate(positions):
        domain = f"d{number}.example"
        ran(driver, "create", domain)
        assert driver.run("revoke", domain, kill_at=number)["killed"], position
        if driver.keys(domain):
            assert driver.works(domain), f"{position}: a key that is still there has its password"
        ran(driver, "revoke", domain)
        assert driver.nothing_left(domain), position


def no_secret_on_disk(driver: Driver) -> None:
    """Neither secret nor password of any login is in the state directory."""
    state = "".join(path.read_text(errors="replace") for path in driver.world.state_dir.rglob("*") if path.is_file())
    assert "access-key.create" in state
    for line in driver.world.inventory()["iam_keys"]:
        key = backend.access_key(line.split()[1])
        assert key is not None
        assert key.secret not in state
        assert smtp_password(Secret(key.secret), "eu-west-1").reveal() not in state

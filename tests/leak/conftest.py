"""A world in which everything is done but the login, AWS credentials in a file, and the secrets to look for."""

import json
import os
from collections.abc import Iterator
from pathlib import Path

import boto3
import pytest

from seswizard.core.login import smtp_password
from seswizard.core.secret import Secret
from seswizard.demo.aws import backend
from seswizard.demo.production import USER, VAULT_ENTRY, VAULT_SERVICE
from seswizard.demo.world import World
from tests.conftest import MakeWorld
from tests.leak.search import Canary


@pytest.fixture
def world(make_world: MakeWorld, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    """Verified, its sending user made, but no key and no password yet; the caller's secret is not in the environment."""
    world = make_world("production")
    boto3.Session().client("iam").delete_access_key(UserName=USER, AccessKeyId=world.kept_key)
    world.vault.delete(VAULT_SERVICE, VAULT_ENTRY)
    credentials = tmp_path / "credentials"
    credentials.touch(mode=0o600)
    credentials.write_text(f"[default]\naws_access_key_id = {world.access_key}\naws_secret_access_key = {world.secret}\n")
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(credentials))
    return world


def keep_a_login(world: World) -> None:
    """What `login create` would have done."""
    key = backend.create_key(USER)
    password = smtp_password(Secret(key.secret), world.region).reveal()
    world.vault.write(VAULT_SERVICE, VAULT_ENTRY, json.dumps({"username": key.key_id, "password": password}))
    world.kept_key = key.key_id


def canaries(world: World) -> tuple[Canary, ...]:
    """The caller's secret, and the secret and SMTP password of every key of the sending user."""
    found = [Canary("the AWS secret", world.secret, world.access_key)]
    for line in world.inventory()["iam_keys"]:
        user, key_id, _ = line.split()
        if user == USER:
            key = backend.access_key(key_id)
            assert key
            password = smtp_password(Secret(key.secret), world.region).reveal()
            found += [Canary("the IAM secret", key.secret, key_id), Canary("the SMTP password", password, key_id)]
    assert len(found) >= 3, "a login was made"
    return tuple(found)


@pytest.fixture
def environment(world: World) -> Iterator[dict[str, str]]:
    """What our processes are given, which holds no secret to begin with."""
    yield dict(os.environ)

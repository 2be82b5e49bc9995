"""One `demo serve` for a whole journey, as a person would start it."""

import os
import shlex
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import boto3
import pytest

Serve = Callable[..., dict[str, str]]


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Serve]:
    """Start a world in a process of its own; gives the environment to live in it."""
    children: list[subprocess.Popen[str]] = []

    def start(scenario: str = "first-time", **more: str) -> dict[str, str]:
        file = tmp_path / f"{scenario}.env"
        child = subprocess.Popen(
            [sys.executable, "-m", "seswizard", "demo", "serve", "--scenario", scenario, "--env-file", str(file)],
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, **more},
        )
        children.append(child)
        assert child.stdout is not None
        for line in child.stdout:
            if line == "ready\n":
                break
        environment = {**os.environ, **more}
        for line in file.read_text().splitlines():
            verb, rest = shlex.split(line)
            if verb == "unset":
                environment.pop(rest, None)
            else:
                name, _, value = rest.partition("=")
                environment[name] = value
        return environment

    yield start
    for child in children:
        child.terminate()
        assert child.wait(10) == 0
        assert child.stdout is not None
        child.stdout.close()
    assert not list(tmp_path.glob("*.env"))


@pytest.fixture
def inventory() -> Callable[[dict[str, str]], dict[str, list[str]]]:
    """What there is in the account, as any AWS client sees it."""

    def look(environment: dict[str, str]) -> dict[str, list[str]]:
        session = boto3.Session(
            environment["AWS_ACCESS_KEY_ID"], environment["AWS_SECRET_ACCESS_KEY"], region_name=environment["AWS_REGION"]
        )

        def client(name: str) -> object:
            return session.client(name, endpoint_url=environment["AWS_ENDPOINT_URL"])  # type: ignore[call-overload]

        ses, iam, sns, sqs = client("sesv2"), client("iam"), client("sns"), client("sqs")
        return {
            "identities": [one["IdentityName"] for one in ses.list_email_identities()["EmailIdentities"]],  # type: ignore[attr-defined]
            "sets": ses.list_configuration_sets()["ConfigurationSets"],  # type: ignore[attr-defined]
            "users": [one["UserName"] for one in iam.list_users()["Users"]],  # type: ignore[attr-defined]
            "topics": [one["TopicArn"] for one in sns.list_topics()["Topics"]],  # type: ignore[attr-defined]
            "queues": sqs.list_queues().get("QueueUrls", []),  # type: ignore[attr-defined]
        }

    return look


def wait_for(true: Callable[[], bool], seconds: float = 30.0) -> None:
    """Wait until something is so."""
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.2)

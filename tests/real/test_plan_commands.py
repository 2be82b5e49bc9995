"""The AWS CLI's lines of a plan are the plan: pasted into a shell they make what the program makes."""

import asyncio
import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from seswizard.actions.action import silent
from seswizard.actions.event_path import MakePath, prepare_path
from seswizard.actions.login import MakeLogin, prepare_login
from seswizard.actions.proof import Sending
from seswizard.core.names import DomainName
from seswizard.wiring import Options, build
from tests.conftest import MakeWorld
from tests.road import make_identity

pytestmark = [pytest.mark.real, pytest.mark.usefixtures("no_lane")]
Program = Callable[[str], str]
NAME = DomainName("example.com")


def prepared() -> tuple[MakeLogin, MakePath]:
    async def look() -> tuple[MakeLogin, MakePath]:
        services = build(Options(region="eu-west-1"))
        login, path = await prepare_login(services, NAME), await prepare_path(services, Sending(NAME))
        assert isinstance(login, MakeLogin), login
        assert isinstance(path, MakePath), path
        return login, path

    return asyncio.run(look())


def test_pasted_into_a_shell_they_make_the_same(make_world: MakeWorld, program: Program, tmp_path: Path) -> None:
    aws = program("aws")
    world = make_world("blank")
    make_identity()
    for action in prepared():
        assert asyncio.run(action.apply(silent)).ok
    ours = world.inventory()
    world = make_world("blank", tmp_path / "other-state")
    make_identity()
    script = "\n".join(line for action in prepared() for line in action.plan.commands)
    # The CLI asks a queue where its URL says.
    script = script.replace("https://sqs.eu-west-1.amazonaws.com", os.environ["AWS_ENDPOINT_URL"])
    # Version 1 of the CLI takes the world's address for SQS as an option only.
    wrapped = tmp_path / "bin" / "aws"
    wrapped.parent.mkdir()
    wrapped.write_text(f'#!/bin/sh\nexec {aws} --endpoint-url "$AWS_ENDPOINT_URL" "$@"\n')
    wrapped.chmod(0o755)
    environment = {**os.environ, "PATH": f"{wrapped.parent}:{os.environ['PATH']}", "AWS_PAGER": ""}
    done = subprocess.run(
        ["bash", "-e", "-c", script], capture_output=True, text=True, cwd=tmp_path, env=environment, check=False
    )
    assert done.returncode == 0, done.stderr
    theirs = world.inventory()
    for kind in ("iam_users", "iam_policies", "sns_topics", "sns_subscriptions", "sqs_queues"):
        assert _plain(theirs[kind]) == _plain(ours[kind]), kind
    for kind in ("sns_policies", "sqs_policies"):
        assert "seswizard-events" in str(theirs[kind]), kind


def _plain(rows: object) -> list[object]:
    """Rows with their documents as values: how JSON is spaced is nobody's business."""
    return [_parsed(str(row)) for row in rows]  # type: ignore[attr-defined]


def _parsed(row: str) -> object:
    words, brace, document = row.partition("{")
    return (words, json.loads(brace + document)) if brace else row

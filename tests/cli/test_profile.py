"""What is printed to be pasted goes to the account that the run was told to use: every command carries its `--profile`."""

import json
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Ran, Run
from tests.conftest import MakeWorld

Environment = dict[str, Any]
COMMAND = re.compile(r"(?:^|: |\$ )\s*((?:aws|seswizard) [a-z-]+ (?:[^,\n]|,(?! ))*)", re.MULTILINE)


@pytest.fixture
def as_profile(tmp_path: Path) -> Callable[[str], Environment]:
    """The variables of a shell that knows the world's account by a profile only."""

    def variables(name: str) -> Environment:
        path = tmp_path / "credentials"
        key, secret = os.environ["AWS_ACCESS_KEY_ID"], os.environ["AWS_SECRET_ACCESS_KEY"]
        path.write_text(f"[{name}]\naws_access_key_id = {key}\naws_secret_access_key = {secret}\n")
        return {"AWS_SHARED_CREDENTIALS_FILE": str(path), "AWS_ACCESS_KEY_ID": None, "AWS_SECRET_ACCESS_KEY": None}

    return variables


def commands(text: str) -> list[str]:
    """The commands in a text, continued lines joined."""
    return [one.strip() for one in COMMAND.findall(text.replace("\\\n", " "))]


def test_every_command_of_a_run_names_the_profile(
    make_world: MakeWorld, run: Run, as_profile: Callable[[str], Environment]
) -> None:
    make_world("blank")
    shell = as_profile("prod")

    def ran(*words: str) -> Ran:
        return run(*words, "--profile", "prod", **shell)

    said = {
        "a plan on stdout": ran("login", "create", "example.com", "--dry-run").out,
        "a plan for consent": ran("login", "create", "example.com").err,
        "the set-up's plan": ran("setup", "example.com", "--yes", "--dry-run").out,
        "a report": ran("health", "example.com", "--format", "text").out,
        "no such identity": ran("records", "example.com").err,
        "no login": ran("login", "show", "example.com").err,
        "no login of it": ran("login", "list", "example.com").err,
        "nothing to send through": ran("send", "example.com").err,
    }
    for where, text in said.items():
        assert commands(text), f"{where}: {text}"
        for one in commands(text):
            assert one.endswith(" --profile prod"), f"{where}: {one}"
            assert one.count("--profile") == 1, f"{where}: {one}"
    report = json.loads(ran("health", "example.com", "--format", "json").out)
    remedies = [one["remedy"]["command"] for one in report["findings"] if one["remedy"] and one["remedy"]["command"]]
    assert remedies
    assert all(one.endswith(" --profile prod") for one in remedies), remedies
    events = [json.loads(line) for line in ran("setup", "example.com", "--dry-run", "--format", "json").out.splitlines()]
    plans = [one for one in events if one["event"] == "plan"]
    assert [one["undo"].endswith(" --profile prod") for one in plans] == [True] * len(plans)
    lines = [line for one in plans for change in one["changes"] for line in (change["command"] or "").splitlines()]
    assert lines
    assert all(line.endswith(" --profile prod") for line in lines), lines


def test_a_profile_that_only_the_environment_names_stays_out(
    make_world: MakeWorld, run: Run, as_profile: Callable[[str], Environment]
) -> None:
    """What is pasted into the same shell finds it too."""
    make_world("blank")
    ran = run("login", "create", "example.com", "--dry-run", AWS_PROFILE="prod", **as_profile("prod"))
    assert "aws iam create-user" in ran.out
    assert "--profile" not in ran.out


def test_a_profile_with_a_blank_is_quoted(make_world: MakeWorld, run: Run, as_profile: Callable[[str], Environment]) -> None:
    make_world("blank")
    ran = run("login", "create", "example.com", "--dry-run", "--profile", "my work", **as_profile("my work"))
    assert all(one.endswith(" --profile 'my work'") for one in commands(ran.out)), ran.out


def test_the_way_back_to_credentials_names_it_too(make_world: MakeWorld, run: Run, tmp_path: Path) -> None:
    make_world("blank")
    config = tmp_path / "config"
    config.write_text("[profile prod]\nregion = eu-west-1\n")
    shell: Environment = {"AWS_CONFIG_FILE": str(config), "AWS_ACCESS_KEY_ID": None, "AWS_SECRET_ACCESS_KEY": None}
    ran = run("undo", "example.com", "--yes", "--profile", "prod", **shell)
    assert ran.code == 3
    assert "  aws configure --profile prod\n" in ran.err

"""`login create|rotate|revoke` and `undo` for a script: one object on stdout, on every exit but 2, and never a password."""

import json
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from seswizard.actions.action import Progress, left_over
from seswizard.core.plan import Change, Plan
from seswizard.demo.world import World
from tests.cli.conftest import Ran, Run
from tests.conftest import MakeWorld
from tests.road import until

BLIND: dict[str, Any] = {"AWS_ACCESS_KEY_ID": None, "AWS_SECRET_ACCESS_KEY": None}
CHANGES = (("login", "create"), ("login", "rotate"), ("login", "revoke"), ("undo",))


def keep_that(place: Path, then: str) -> tuple[str, ...]:
    """A keep that takes its trial, and does this when it is given the password."""
    store = place / "store"
    store.write_text(f"#!/bin/sh\ncd {place}\n[ -e tried ] && {{ {then}; }}\ncat > kept\ntouch tried\n")
    store.chmod(0o700)
    return ("--keep", "command", "--store-with", str(store), "--read-with", f"cat {place / 'kept'}")


def told(ran: Ran) -> dict[str, Any]:
    """The one object that was printed; it is as strong as its finding, and the exit code follows from it."""
    (line,) = ran.out.splitlines()
    report: dict[str, Any] = json.loads(line)
    (finding,) = report["findings"]
    assert (report["schema"], report["domain"], report["region"]) == (1, "example.com", "eu-west-1")
    assert report["level"] == finding["level"]
    assert ran.code == {"ok": 0, "problem": 1, "unknown": 3, "waiting": 4}[report["level"]]
    return report


def ident(ran: Ran) -> str:
    name: str = told(ran)["findings"][0]["id"]
    return name


def test_the_life_of_a_login_is_told_in_objects(make_world: MakeWorld, run: Run) -> None:
    world = make_world("blank")

    def changed(*words: str) -> Ran:
        return run(*words, "example.com", "--yes", "--format", "json")

    def password() -> str:
        kept: str = json.loads(world.vault.read("seswizard", "example.com/eu-west-1") or "")["password"]
        return kept

    assert ident(changed("login", "rotate")) == "login.none"
    assert ident(changed("undo")) == "undo.ok"
    made = changed("login", "create")
    first = told(made)
    assert (first["findings"][0]["id"], first["keep"]) == ("login.ok", "keyring")
    assert first["username"] == run("login", "show", "example.com").out.strip()
    assert password() not in made.out + made.err
    assert {key: value for key, value in told(changed("login", "create")).items() if key != "findings"} == {
        key: value for key, value in first.items() if key != "findings"
    }
    rotated = changed("login", "rotate")
    second = told(rotated)
    assert second["username"] == run("login", "show", "example.com").out.strip() != first["username"]
    assert password() not in rotated.out + rotated.err
    refused = told(changed("login", "create", "--keep", "file:/nowhere/at/all"))
    assert refused["level"] == "problem"
    revoked = told(changed("login", "revoke"))
    assert (revoked["findings"][0]["id"], "username" in revoked, "keep" in revoked) == ("login.ok", False, False)
    assert told(changed("login", "revoke"))["level"] == "ok", "nothing left to revoke"


@pytest.mark.parametrize("words", CHANGES)
def test_what_could_not_be_asked_is_told_in_an_object_too(world: World, run: Run, words: tuple[str, ...]) -> None:
    ran = run(*words, "example.com", "--yes", "--format", "json", **BLIND)
    assert (ran.code, ident(ran)) == (3, "access.no-credentials")
    assert "aws configure" in ran.err


@pytest.mark.parametrize("words", CHANGES)
def test_without_consent_there_is_no_object(make_world: MakeWorld, run: Run, words: tuple[str, ...]) -> None:
    world = make_world("blank")
    assert run("login", "create", "example.com", "--yes").code == 0
    if words == ("login", "create"):
        assert run("login", "revoke", "example.com", "--yes").code == 0
    before = len([one for one in world.requests if one.write])
    ran = run(*words, "example.com", "--format", "json")
    assert (ran.code, ran.out) == (2, "")
    assert "Nothing was done: say --yes" in ran.err
    assert len([one for one in world.requests if one.write]) == before


def test_a_password_never_stands_beside_an_object(make_world: MakeWorld, run: Run) -> None:
    """The keep `show` prints it, so the two do not go together: neither at first nor when it is rotated."""
    world = make_world("blank")
    refused = run("login", "create", "example.com", "--yes", "--keep", "show", "--format", "json")
    assert (refused.code, refused.out) == (2, "")
    assert "--format json" in refused.err
    assert not [one for one in world.requests if one.write]
    assert run("login", "create", "example.com", "--yes", "--keep", "show").code == 0
    before = len([one for one in world.requests if one.write])
    assert run("login", "rotate", "example.com", "--yes", "--format", "json").code == 2
    assert len([one for one in world.requests if one.write]) == before


def test_revealing_and_json_do_not_go_together(make_world: MakeWorld, run: Run) -> None:
    make_world("blank")
    assert run("login", "create", "example.com", "--yes").code == 0
    ran = run("login", "show", "example.com", "--reveal", "--format", "json")
    assert (ran.code, ran.out) == (2, "")
    assert "--reveal" in ran.err
    assert "password" not in json.loads(run("login", "show", "example.com", "--format", "json").out)


def test_a_change_that_stops_half_way_is_a_problem_in_an_object(make_world: MakeWorld, run: Run, tmp_path: Path) -> None:
    """The keep takes a trial, and nothing any more once the key is made: the key is deleted, and the object says why."""
    world = make_world("blank")
    ran = run("login", "create", "example.com", "--yes", *keep_that(tmp_path, "exit 1"), "--format", "json")
    report = told(ran)
    assert (report["level"], "username" in report) == ("problem", False)
    assert "CreateAccessKey" in [request.operation for request in world.requests]
    assert not [line for line in world.inventory()["iam_keys"] if "example.com" in line]


@pytest.mark.parametrize(
    ("words", "number", "code"),
    [(("login", "create", "example.com"), signal.SIGTERM, 143), (("setup", "example.com"), signal.SIGINT, 130)],
)
def test_ended_in_the_middle_it_says_what_it_leaves(
    make_world: MakeWorld, run: Run, tmp_path: Path, words: tuple[str, ...], number: int, code: int
) -> None:
    """While the keep still thinks, the key is made and nobody has its secret: that is said, and another run sees to it."""
    world = make_world("blank")
    keep, thinks = keep_that(tmp_path, "touch thinks; exec sleep 20"), tmp_path / "thinks"
    command = [sys.executable, "-m", "seswizard", *words, "--yes", *keep]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    until(lambda: thinks.exists() or process.poll() is not None)
    process.send_signal(number)
    _, err = process.communicate(timeout=60)
    assert process.returncode == code, err
    (said,) = [line for line in err.splitlines() if line.startswith("Ended in the middle of this change.")]
    assert "A new access key is left, and nothing keeps its password." in said
    assert said.endswith("Run it again: it finishes that, or removes it.")
    (tmp_path / "store").write_text(f"#!/bin/sh\ncat > {tmp_path / 'kept'}\n")
    again = run("login", "create", "example.com", "--yes")
    assert again.code == 0, again.err
    assert len([line for line in world.inventory()["iam_keys"] if "example.com" in line]) == 1


def test_what_is_left_is_said_as_it_is() -> None:
    made, key = Progress("IAM user", "mailer", "done"), Progress("Access key", "of mailer", "done")
    making, kept = replace(key, state="doing"), Progress("Password", "in a file", "done")
    plan = Plan("make it", (Change("+", "Access key", "of mailer"),), "Make it")
    lost = "A new access key is left"
    assert left_over(plan, []) == "Ended before anything was changed."
    assert "half done" not in left_over(plan, [made])
    assert "Done so far: IAM user. Perhaps half done: Access key." in left_over(
        plan, [replace(made, state="doing"), made, making]
    )
    assert "Done so far" not in left_over(plan, [making])
    assert lost not in left_over(plan, [making])
    assert lost in left_over(plan, [made, making, key])
    assert lost not in left_over(plan, [made, making, key, kept])
    removal = Plan("revoke it", (Change("-", "Access key", "of mailer"),), "Revoke it")
    assert lost not in left_over(removal, [key])

"""A login's life by commands, as a script sees it: exit codes, what goes to stdout, and what is never written."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from seswizard.demo.world import World
from tests.cli.conftest import Run
from tests.conftest import MakeWorld

LIFE = ("create", "rotate", "revoke")


def listed(run: Run) -> list[dict[str, Any]]:
    return [json.loads(line) for line in run("login", "list", "--format", "json").out.splitlines()]


def changes(world: World, since: int) -> list[str]:
    return [request.operation for request in world.requests[since:] if request.write]


def test_a_dry_run_makes_no_write_call_and_prints_plan_and_commands(make_world: MakeWorld, run: Run) -> None:
    """Each of them, before there is anything, and where there is a login; also where nothing is left to do."""
    world = make_world("blank")
    keyring = world.keyring_file

    def dry(*words: str) -> str:
        before, kept = len(world.requests), keyring.read_text() if keyring.exists() else ""
        ran = run(*words, "example.com", "--dry-run")
        assert changes(world, before) == []
        assert world.requests[before:], "it did look"
        if kept:
            assert json.loads(keyring.read_text()) == json.loads(kept)
        return f"{ran.code} {ran.out}"

    plan = dry("login", "create")
    for line in ("aws iam create-user", "aws iam put-user-policy", "aws iam create-access-key", "ses:FromAddress like"):
        assert line in plan, line
    assert dry("login", "revoke").startswith("0 There is no login")
    assert dry("undo").startswith("0 Nothing to take back")
    assert run("login", "create", "example.com", "--yes").code == 0
    assert dry("login", "create") == "0 The login is there already; nothing would be done.\n"
    rotation = dry("login", "rotate")
    for line in ("aws iam create-access-key", "aws iam update-access-key", "--status Inactive"):
        assert line in rotation, line
    revocation = dry("login", "revoke")
    for line in ("aws iam delete-access-key", "aws iam delete-user-policy", "aws iam delete-user"):
        assert line in revocation, line
    assert "IAM user" in dry("undo")


def test_the_life_of_a_login(make_world: MakeWorld, run: Run) -> None:
    world = make_world("blank")
    before = world.inventory()
    assert run("login", "list").code == 0
    assert run("login", "list", "example.com").code == 1
    made = run("login", "create", "example.com", "--yes", "--also", "b.example", "--regions", "us-east-1", "--user", "mailer")
    assert made.code == 0, made.err
    assert made.err.count("Proven: SES accepts this login.") == 2, "one password for each region"
    assert "→ EHLO" in made.err.partition("The password for us-east-1:")[2]
    first = run("login", "show", "example.com", "--region", "eu-west-1").out.strip()
    rows = listed(run)
    assert [(row["domain"], row["region"]) for row in rows] == [
        (domain, region) for domain in ("b.example", "example.com") for region in ("eu-west-1", "us-east-1")
    ]
    key = rows[0]["keys"][0]
    assert rows[0] == {
        "schema": 1,
        "domain": "b.example",
        "region": "eu-west-1",
        "username": first,
        "user": "mailer",
        "keep": "keyring",
        "state": "steady",
        "keys": [{"id": first, "active": True, "created": key["created"], "last_used": key["last_used"]}],
        "next": "",
    }
    assert key["last_used"].endswith("Z")
    assert run("login", "show", "b.example").code == 2, "two regions: which one?"
    assert run("login", "show", "b.example", "--region", "us-east-1").out.strip() == first

    rotated = run("login", "rotate", "example.com", "--yes", "--after", "3")
    assert rotated.code == 0, rotated.err
    assert "Login in us-east-1: Proven" in rotated.err
    second = run("login", "show", "b.example", "--region", "us-east-1").out.strip()
    assert second != first
    assert {row["state"] for row in listed(run)} == {"retiring"}
    assert run("login", "rotate", "example.com", "--yes").code == 0
    assert run("login", "rotate", "example.com", "--yes", "--delete-old").code == 0
    assert {row["state"] for row in listed(run)} == {"steady"}
    assert run("login", "rotate", "b.example", "--yes").code == 1, "it is that of example.com"

    blind = run("login", "list", "--format", "json", AWS_SECRET_ACCESS_KEY="wrong")
    assert blind.code == 3
    assert {json.loads(line)["state"] for line in blind.out.splitlines()} == {"unknown"}
    assert {json.loads(line)["username"] for line in blind.out.splitlines()} == {second}
    assert run("login", "show", "example.com", "--region", "eu-west-1", AWS_SECRET_ACCESS_KEY="wrong").out.strip() == second

    assert run("login", "revoke", "example.com").code == 2, "nobody agreed"
    assert run("login", "revoke", "example.com", "--yes").code == 0
    assert world.inventory() == before
    assert listed(run) == []
    assert run("login", "show", "example.com").code == 1


def test_two_commands_at_once_make_one_login(make_world: MakeWorld, run: Run) -> None:
    world = make_world("blank")
    words = [sys.executable, "-m", "seswizard", "login", "create", "example.com", "--yes"]
    both = [subprocess.Popen(words, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    for one in both:
        _, err = one.communicate(timeout=100)
        assert one.returncode == 0, err
    assert len([line for line in world.inventory()["iam_keys"] if "example.com" in line]) == 1
    assert [row["state"] for row in listed(run)] == ["steady"]


def test_a_login_in_a_file_is_shown_from_there(make_world: MakeWorld, run: Run, tmp_path: Path) -> None:
    make_world("blank")
    place = tmp_path / "login.json"
    made = run("login", "create", "example.com", "--yes", "--keep", f"file:{place}")
    assert made.code == 0, made.err
    about = json.loads(run("login", "show", "example.com", "--format", "json").out)
    assert about["keep"] == f"file:{place}"
    assert about["username"] in place.read_text()
    assert run("login", "create", "example.com", "--yes", "--keep", "keyring").code == 1, "it is kept elsewhere"
    assert run("login", "rotate", "example.com", "--yes", "--delete-old").code == 0
    assert about["username"] not in place.read_text()
    assert run("login", "revoke", "example.com", "--yes").code == 0
    assert "AKIA" not in (place.read_text() if place.exists() else "")


def test_a_login_that_nothing_keeps_is_shown_once(make_world: MakeWorld, run: Run) -> None:
    world = make_world("blank")
    made = run("login", "create", "example.com", "--yes", "--keep", "show")
    assert made.code == 0, made.err
    user, password = made.out.split()
    assert (user[:4], len(password)) == ("AKIA", 44)
    for words in (("login", "show"), ("login", "test"), ("send", "--yes")):
        ran = run(*words[:2], "example.com") if words[0] == "login" else run("send", "example.com", "--yes")
        told = ran.out + ran.err
        assert (ran.code, "was shown once" in told, "login.none" in told) == (1, True, True), told
        assert "seswizard login rotate example.com --region eu-west-1 --keep" in told
    assert run("login", "create", "example.com", "--dry-run").out.startswith("The login is there already")
    said = run("health", "example.com", "--only", "login", "--format", "json")
    (fine,) = [one for one in json.loads(said.out)["findings"] if one["topic"] == "login"]
    assert (fine["id"], "nothing keeps its password" in fine["title"]) == ("login.ok", True)
    again = run("login", "rotate", "example.com", "--yes", "--delete-old")
    assert again.code == 0, again.err
    assert again.out.split()[0] != user
    assert run("login", "revoke", "example.com", "--yes").code == 0
    assert not [line for line in world.inventory()["iam_users"] if "example.com" in line]
    state = "".join(path.read_text(errors="replace") for path in world.state_dir.rglob("*") if path.is_file())
    assert password not in state


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("rotate",), 1, "There is no login"),
        (("rotate", "--cancel", "--delete-old"), 2, "--cancel"),
        (("create", "--user", "a b"), 2, "no name of an IAM user"),
        (("create", "--regions", "eu-south-1"), 1, "no SMTP endpoint"),
        (("create", "--also", "b.example,nodot"), 2, "has no dot"),
        (("create", "--keep", "command"), 2, "--store-with"),
        (("create", "--retire", "AKIANONE"), 1, "has no key"),
    ],
)
def test_what_cannot_be_is_one_clear_sentence(world: World, run: Run, words: tuple[str, ...], code: int, said: str) -> None:
    ran = run("login", words[0], "example.com", *words[1:], "--yes")
    assert (ran.code, said in ran.err) == (code, True), ran.err
    assert not [request for request in world.requests if request.write]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a full disk is at hand on Linux only")
def test_a_password_that_is_shown_once_and_cannot_be_written_costs_its_key(make_world: MakeWorld, run: Run) -> None:
    world = make_world("blank")
    command = f"{sys.executable} -m seswizard login create example.com --keep show --yes"
    ends = ((">/dev/full", 3), ("| true; exit ${PIPESTATUS[0]}", 0))
    for end, code in ends:
        done = subprocess.run(["bash", "-c", f"{command} {end}"], capture_output=True, text=True, check=False)
        assert (done.returncode, "Access key: deleted again" in done.stderr) == (code, True), done.stderr
        assert "Proven" not in done.stderr
    assert [one["keys"] for one in listed(run)] == [[]]
    assert [request.operation for request in world.requests].count("DeleteAccessKey") == 2
    user = run("login", "create", "example.com", "--keep", "show", "--yes").out.split()[0]
    for end, code in ends:
        command = f"{sys.executable} -m seswizard login rotate example.com --yes"
        done = subprocess.run(["bash", "-c", f"{command} {end}"], capture_output=True, text=True, check=False)
        assert (done.returncode, "The old login goes on working; the new key is deleted again" in done.stderr) == (code, True)
    assert [(key["id"], key["active"]) for one in listed(run) for key in one["keys"]] == [(user, True)]


def test_a_login_moves_to_another_keep_with_a_new_key(make_world: MakeWorld, run: Run, tmp_path: Path) -> None:
    world, place = make_world("blank"), tmp_path / "login.json"
    assert run("login", "create", "example.com", "--yes", "--also", "b.example", "--regions", "us-east-1").code == 0
    first = json.loads(world.vault.read("seswizard", "example.com/eu-west-1") or "")["username"]
    told = run("login", "create", "example.com", "--yes", "--keep", f"file:{place}")
    assert (told.code, f"rotate example.com --region eu-west-1 --keep file:{place}" in told.err) == (1, True)
    writes = [one for one in world.requests if one.write]
    assert "the former one, out of keyring" in run("login", "rotate", "example.com", "--dry-run", "--keep", "ssm:/mail").out
    plan = run("login", "rotate", "example.com", "--dry-run", "--keep", f"file:{place}").out
    assert [one for one in world.requests if one.write] == writes
    assert not place.exists()
    assert f"in {place} (clear text, readable by you alone): example.com/us-east-1, once SES accepts it" in plan
    assert "- Password: the former one, out of keyring" in plan
    moved = run("login", "rotate", "example.com", "--yes", "--delete-old", "--keep", f"file:{place}")
    assert moved.code == 0, moved.err
    assert {(row["keep"], row["state"]) for row in listed(run)} == {(f"file:{place}", "steady")}
    assert set(json.loads(place.read_text())) >= {"example.com/eu-west-1", "b.example/us-east-1"}
    assert world.vault.read("seswizard", "example.com/eu-west-1") is None
    assert world.vault.read("seswizard", "b.example/us-east-1") is None
    second = run("login", "show", "b.example", "--region", "us-east-1").out.strip()
    assert [line.split()[1] for line in world.inventory()["iam_keys"] if "example.com" in line] == [second]
    assert second != first
    assert run("login", "revoke", "example.com", "--yes").code == 0
    assert not place.exists()

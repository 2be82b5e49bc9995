"""Odd surroundings: no home, no such user, a narrow encoding, streams that are closed or full, little memory."""

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tests.conftest import MakeWorld

BUGS = ("Traceback", "bug in seswizard", "Exception ignored", "codec can't")
ON_LINUX = pytest.mark.skipif(not Path("/dev/full").exists(), reason="a full disk is at hand on Linux only")
HOMELESS = """
import pwd, sys
def unknown(*_who):
    raise KeyError("nobody knows this user")
pwd.getpwuid = pwd.getpwnam = unknown
sys.argv[0] = "seswizard"
from seswizard.__main__ import main
main()
"""


def shell(line: str, *, words: Sequence[str] = (sys.executable, "-m", "seswizard"), **environment: str) -> tuple[int, str, str]:
    """Run a line of bash in which `seswizard` is ours; exit code, output and talk, in which no bug ever shows."""
    ran = subprocess.run(
        ["bash", "-c", f'seswizard() {{ "${{program[@]}}" "$@"; }}; program=("$@"); {line}', "bash", *words],
        stdin=subprocess.DEVNULL, capture_output=True, env=os.environ | environment, check=False, timeout=120,
    )  # fmt: skip
    out, errors = ran.stdout.decode("utf-8", "replace"), ran.stderr.decode("utf-8", "replace")
    assert not any(bug in out + errors for bug in BUGS), errors
    return ran.returncode, out, errors


@pytest.mark.parametrize(
    "words",
    [
        "--version", "--help", "explain SPF", "login show example.com",
    ],
)  # fmt: skip
@pytest.mark.parametrize("end", ["| true; exit ${PIPESTATUS[0]}", ">&-", "2>&-", ">&- 2>&-", "2>/dev/full"])
def test_streams_that_nobody_reads_change_no_exit_code(words: str, end: str) -> None:
    """None of them leaves Python anything to complain of at its very end either, where it would exit with 120."""
    usual = shell(f"seswizard {words}")[0]
    code, _out, errors = shell(f"seswizard {words} {end}")
    assert code in ((usual, 0) if "|" in end else (usual,)), errors


@ON_LINUX
@pytest.mark.parametrize("words", ["--version", "--help", "login --help", "explain SPF"])
def test_a_full_disk_is_a_sentence(words: str) -> None:
    code, _out, errors = shell(f"seswizard {words} >/dev/full")
    assert (code, "No space left on device" in errors) == (3, True)


@pytest.mark.parametrize("encoding", ["latin-1", "ascii:strict"])
@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("--version", 0), ("--help", 0), ("login create --help", 0), ("explain SPF", 0), ("nonsense€", 2),
        ("records bücher.example --offline", 3),
    ],
)  # fmt: skip
def test_a_narrow_encoding_loses_a_character_and_no_more(encoding: str, words: str, code: int) -> None:
    assert shell(f"seswizard {words}", PYTHONIOENCODING=encoding)[0] == code


PATHS = (
    ("records example.com -o '{}'", 3), ("records example.com --offline --debug '{}'", 2), ("check --expected '{}'", 2),
    ("headers '{}'", 2), ("explain '{}'", 2), ("setup example.com --yes --answers '{}'", 2),
    ("setup example.com --yes --write-answers '{}'", 3), ("login create example.com --yes --keep 'file:{}'", 2),
    ("demo serve --env-file '{}'", 2),
)  # fmt: skip


def test_the_home_of_a_user_that_does_not_exist_is_a_sentence(make_world: MakeWorld, tmp_path: Path) -> None:
    make_world("production")
    path = "~nosuchuser/x"
    told = {words: shell(f"cd '{tmp_path}'; seswizard {words.format(path)}") for words, _code in PATHS}
    assert {words: ran[0] for words, ran in told.items()} == dict(PATHS)
    assert all(path in errors for _code, _out, errors in told.values())
    for name in ("SESWIZARD_STATE_DIR", "SESWIZARD_CA_FILE"):
        code, _out, errors = shell(f"cd '{tmp_path}'; seswizard login test example.com", **{name: path})
        assert (code, path in errors) == (2, True), errors
    code, _out, errors = shell(f"cd '{tmp_path}'; seswizard demo serve -- true", SESWIZARD_STATE_DIR=path)
    assert (code, path in errors) == (2, True), errors
    assert shell(f"cd '{tmp_path}'; seswizard health example.com --only records", AWS_CONFIG_FILE=path)[0] == 0
    assert not list(tmp_path.glob("~*"))


def test_a_user_without_a_home_gets_a_sentence(make_world: MakeWorld, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """As containers have it: a number without a line in the list of users."""
    make_world("production")
    monkeypatch.delenv("HOME")
    for name in ("SESWIZARD_STATE_DIR", "XDG_STATE_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME"):
        monkeypatch.delenv(name, raising=False)
    asked = [("--version", 0), ("explain SPF", 0), ("records example.com", 0), ("login show example.com", 3),
             ("records example.com -o '~/x'", 3)]  # fmt: skip
    told = {words: shell(f"cd '{tmp_path}'; seswizard {words}", words=(sys.executable, "-c", HOMELESS))
            for words, _code in asked}  # fmt: skip
    assert {words: ran[0] for words, ran in told.items()} == dict(asked), told
    assert not list(tmp_path.glob("~*"))


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux keeps to this limit")
@pytest.mark.parametrize("words", ["--version", "explain SPF"])
@pytest.mark.parametrize("limit", [40_000, 80_000])
def test_too_little_memory_is_a_sentence(words: str, limit: int) -> None:
    """Below what Python itself needs nothing of ours runs."""
    if shell(f"ulimit -v {limit}; seswizard 'import asyncio'", words=(sys.executable, "-c"))[0]:
        pytest.skip("Python does not start with so little")
    code, _out, errors = shell(f"ulimit -v {limit}; timeout -s KILL 60 {sys.executable} -m seswizard {words}")
    assert code in (0, 3), errors
    assert code == 0 or errors.strip()


def test_a_password_that_a_closed_output_swallows_costs_its_key(make_world: MakeWorld, run: Run) -> None:
    """Nobody has read it, so the key does not stay; the login that works goes on working."""
    world = make_world("blank")
    code, _out, errors = shell("seswizard login create example.com --keep show --yes >&-")
    assert (code, "Access key: deleted again" in errors, "Proven" in errors) == (3, True, False), errors
    kept = run("login", "create", "example.com", "--keep", "show", "--yes")
    assert kept.code == 0
    code, _out, errors = shell("seswizard login rotate example.com --yes >&-")
    assert (code, "the new key is deleted again" in errors) == (3, True), errors
    assert kept.out.split()[0] in run("login", "list").out
    assert [request.operation for request in world.requests].count("DeleteAccessKey") == 2


@pytest.mark.parametrize("domain", ["", "d7.example"])
def test_a_long_list_of_logins_is_announced(run: Run, tmp_path: Path, domain: str) -> None:
    """Each is looked at, which takes a while for thousands; for one domain only its own are."""
    state = tmp_path / "state"
    state.mkdir(0o700)
    chosen = {"region": "eu-west-1", "login_keep": f"file:{tmp_path}/login.json", "iam_user": "mail"}
    rows = [chosen | {"name": f"d{number}.example"} for number in range(51)]
    (state / "state.json").write_text(json.dumps({"schema": 1, "choices": rows}))
    environment = {"AWS_ENDPOINT_URL": "http://127.0.0.1:9", "AWS_ACCESS_KEY_ID": "AKIAEXAMPLE", "AWS_SECRET_ACCESS_KEY": "x"}
    ran = run("login", "list", *([domain] if domain else []), AWS_MAX_ATTEMPTS="1", **environment)
    assert ("Looking at 51 logins" in ran.err, ran.code) == (not domain, 3)

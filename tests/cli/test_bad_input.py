"""CONTRACT §3, bad input: one clear sentence, the right exit code, nothing half-done."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from seswizard.demo.world import World
from tests.cli.conftest import Ran, Run


def sentence(ran: Ran) -> str:
    """What was said, without the notice about test addresses and click's usage lines."""
    lines = [line for line in ran.err.splitlines() if line.strip() and not line.startswith(("Test addresses", "Usage:", "Try '"))]
    assert lines, "nothing was said"
    return "\n".join(lines)


NO_AWS: dict[str, Any] = {"AWS_ACCESS_KEY_ID": None, "AWS_SECRET_ACCESS_KEY": None}


@pytest.mark.parametrize("words", [("health", "example.com", "--format", "text"), ("records", "example.com")])
def test_no_credentials_is_unknown(world: World, run: Run, words: tuple[str, ...]) -> None:
    ran = run(*words, **NO_AWS)
    assert ran.code == 3
    assert "credentials" in (ran.out + ran.err).lower()


def test_health_without_aws_still_looks_at_dns(world: World, run: Run) -> None:
    ran = run("health", "example.com", "--format", "json", **NO_AWS)
    found = {finding["id"]: finding for finding in json.loads(ran.out)["findings"]}
    assert ran.code == 3
    assert [ident for ident in found if ident.startswith("access.")] == ["access.no-credentials"]
    assert {"dns.ok", "dmarc.missing"} <= set(found)
    assert found["access.no-credentials"]["level"] == "unknown"
    assert len(found["access.no-credentials"]["evidence"]) >= 2


def test_a_wrong_secret_is_unknown(world: World, run: Run) -> None:
    ran = run("records", "example.com", AWS_SECRET_ACCESS_KEY="wrong")
    assert ran.code == 3
    assert ran.out == ""
    assert sentence(ran)


def test_an_unreachable_endpoint_is_unknown(world: World, run: Run) -> None:
    ran = run("records", "example.com", AWS_ENDPOINT_URL="http://127.0.0.1:9")
    assert ran.code == 3
    assert ran.out == ""
    assert sentence(ran)


def test_an_unknown_profile_is_bad_usage(world: World, run: Run) -> None:
    ran = run("records", "example.com", "--profile", "nobody")
    assert ran.code == 2
    assert "nobody" in sentence(ran)


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("a" * 64 + ".com", "too long"),
        (".".join(["abcdefgh"] * 30) + ".com", "too long"),
        ("exa mple.com", "not a domain"),
        ("https://www.example.com/path", "the domain is example.com"),
        ("www.example.com", "without www"),
        ("192.0.2.1", "network address"),
    ],
)
def test_a_bad_name_gets_one_sentence(world: World, run: Run, name: str, says: str) -> None:
    ran = run("records", name)
    assert ran.code == 2
    assert says in sentence(ran)
    assert len(sentence(ran).splitlines()) == 1


def test_an_international_name_is_accepted(world: World, run: Run) -> None:
    ran = run("records", "Bücher.Example.COM")
    assert ran.code == 1
    assert "xn--bcher-kva.example.com" in sentence(ran)


def test_a_region_without_ses_is_a_problem(world: World, run: Run) -> None:
    ran = run("records", "example.com", "--region", "ap-east-1")
    assert ran.code == 1
    assert "no SES in" in sentence(ran)


@pytest.mark.parametrize(
    "words",
    [
        ("health", "example.com"),
        ("login", "test", "example.com"),
        ("login", "create", "example.com"),
        ("login", "rotate", "example.com"),
        ("login", "revoke", "example.com"),
        ("send", "example.com"),
        ("listen", "example.com"),
        ("suppression", "list"),
        ("suppression", "check", "ann@example.org"),
        ("undo", "example.com"),
    ],
)
def test_a_region_without_ses_is_told_in_json_too(world: World, run: Run, words: tuple[str, ...]) -> None:
    ran = run(*words, "--region", "cn-north-1", "--format", "json")
    (line,) = ran.out.splitlines()
    report = json.loads(line)
    found = {finding["id"]: finding for finding in report["findings"]}
    assert (ran.code, report["schema"], report["level"]) == (1, 1, "problem")
    assert found["region.not-supported"]["title"] == "There is no SES in cn-north-1."
    assert found["region.not-supported"]["remedy"]["text"]
    assert report.get("region", "cn-north-1") == "cn-north-1"


def test_no_region_at_all_is_bad_usage(world: World, run: Run) -> None:
    ran = run("records", "example.com", AWS_REGION=None, AWS_DEFAULT_REGION=None)
    assert ran.code == 2
    assert "--region" in sentence(ran)


def test_a_first_word_that_is_no_command_names_the_nearest(run: Run) -> None:
    ran = run("helth")
    assert ran.code == 2
    assert "health" in ran.err


def test_an_unreadable_file_is_bad_usage(world: World, run: Run, tmp_path: Path) -> None:
    ran = run("check", "--expected", str(tmp_path / "none.json"))
    assert ran.code == 2
    assert "none.json" in sentence(ran)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "not json",
        "[]",
        "{}",
        '{"schema": 2}',
        '{"schema": 1, "domain": "x"}',
        '{"schema":1,"domain":"example.com","region":"r","seen_at":"soon","records":[]}',
    ],
)
def test_a_bad_records_file_is_bad_usage(world: World, run: Run, text: str) -> None:
    ran = run("check", "--expected", "-", stdin=text)
    assert ran.code == 2
    assert len(sentence(ran).splitlines()) == 1


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SESWIZARD_RESOLVERS", "8.8.8.8:53"),
        ("SESWIZARD_RESOLVERS", "nonsense"),
        ("SESWIZARD_DNS_PORT", "0x35"),
        ("SESWIZARD_SMTP_HOST", "192.0.2.1"),
    ],
)
def test_overrides_are_for_loopback_only(world: World, run: Run, name: str, value: str) -> None:
    ran = run("records", "example.com", **{name: value})
    assert ran.code == 2
    assert name in sentence(ran)


def test_a_state_directory_that_is_a_link_is_refused(world: World, run: Run, tmp_path: Path) -> None:
    real = tmp_path / "elsewhere"
    real.mkdir(mode=0o700)
    link = tmp_path / "link"
    link.symlink_to(real)
    ran = run("login", "create", "example.com", "--yes", SESWIZARD_STATE_DIR=str(link))
    assert ran.code == 3
    assert sentence(ran)
    assert not any("seswizard" in line for lines in world.inventory().values() for line in lines)


@pytest.mark.skipif(not Path("/proc").exists(), reason="a place in which nobody can make a directory")
def test_where_no_state_can_be_written_nothing_is_begun_and_that_is_said(world: World, run: Run) -> None:
    ran = run("login", "create", "example.com", "--yes", SESWIZARD_STATE_DIR="/proc/seswizard")
    assert ran.code == 3
    assert "Nothing was done." in ran.err
    assert "not finished" not in ran.err
    assert [request for request in world.requests if request.write] == []


def test_a_keep_that_cannot_be_used_says_what_makes_it_usable(world: World, run: Run, tmp_path: Path) -> None:
    """With the keep's own command: the directory to make, or the file to close to others."""
    missing, opened = tmp_path / "not there", tmp_path / "open.json"
    opened.write_text("{}")
    opened.chmod(0o644)
    for place, command in ((missing / "login.json", f"mkdir -p -m 700 '{missing}'"), (opened, f"chmod 600 {opened}")):
        ran = run("login", "create", "example.com", "--yes", "--format", "json", "--keep", f"file:{place}")
        assert ran.code == 1
        (finding,) = json.loads(ran.out)["findings"]
        assert (finding["id"], finding["remedy"]["command"]) == ("login.vault-missing", command)
        assert f"  {command}\n" in ran.err
        assert "no key was made" in ran.err
        subprocess.run(["sh", "-c", command], check=True)
        assert run("login", "create", "example.com", "--dry-run", "--keep", f"file:{place}").code == 0, "it mends it"


def test_a_change_without_a_terminal_needs_yes(world: World, run: Run) -> None:
    before = world.inventory()
    ran = run("login", "create", "example.com")
    assert ran.code == 2
    assert "Plan: make the SMTP login" in ran.err
    assert ran.out == ""
    assert world.inventory() == before


def test_a_dry_run_writes_nothing(world: World, run: Run) -> None:
    ran = run("login", "create", "example.com", "--dry-run")
    assert ran.code == 0
    assert "aws iam create-user" in ran.out
    assert [request for request in world.requests if request.write] == []


def test_without_a_keyring_no_key_is_made(world: World, run: Run) -> None:
    ran = run("login", "create", "example.com", "--yes", PYTHON_KEYRING_BACKEND="keyring.backends.fail.Keyring")
    assert ran.code == 1
    assert "login.vault-missing" in ran.err
    assert [request for request in world.requests if request.service == "iam"] == []


def test_a_program_that_does_not_store_stops_it_before_anything_is_made(world: World, run: Run) -> None:
    words = ("--keep", "command", "--store-with", "false", "--read-with", "true")
    ran = run("login", "create", "example.com", "--yes", *words)
    assert ran.code == 1
    assert "login.vault-missing" in ran.err
    assert [request for request in world.requests if request.write] == []


def test_a_records_file_by_a_pipe_is_read_as_one_from_the_disk(world: World, run: Run) -> None:
    endless = run("check", "--expected", "-", stdin="x" * 16_000_001)
    assert (endless.code, "longer than 16,000,000 bytes" in sentence(endless)) == (2, True)
    marked = run("check", "--expected", "-", stdin='\ufeff{"schema": 2}')
    assert (marked.code, "another schema" in sentence(marked)) == (2, True)


def test_sending_without_a_login_is_a_problem(world: World, run: Run) -> None:
    ran = run("send", "example.com", "--yes")
    assert ran.code == 1
    assert "No SMTP login is kept" in sentence(ran)


def test_showing_a_login_that_is_not_there(world: World, run: Run) -> None:
    ran = run("login", "show", "example.com")
    assert ran.code == 1
    assert "login.none" in sentence(ran)
    assert ran.out == ""


def test_offline_without_a_copy_is_unknown(world: World, run: Run) -> None:
    ran = run("records", "example.com", "--offline")
    assert ran.code == 3
    assert ran.out == ""


def test_health_needs_to_know_which_domain(world: World, run: Run) -> None:
    assert run("health", "--format", "json").code == 2


def test_the_wizard_needs_a_terminal(world: World, run: Run) -> None:
    ran = run("setup", "example.com")
    assert ran.code == 2
    assert "terminal" in sentence(ran)


def test_a_broken_pipe_is_quiet_and_no_problem() -> None:
    command = f"{sys.executable} -m seswizard --help | true; exit ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, env=os.environ.copy(), check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_a_recipient_that_is_neither_scenario_nor_address_is_told_both(world: World, run: Run) -> None:
    ran = run("send", "example.com", "--to", "nonsense", "--yes")
    assert ran.code == 2
    assert "'nonsense' is no address, and none of bounce, complaint" in sentence(ran)


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("explain SPF >&-", 0),
        ("explain SPF 2>&-", 0),
        ("check --expected - <&-", 2),
        ("check --expected - <&- >&- 2>&-", 2),
        ("health example.com --only records >&-", 0),
        ("records example.com >&- 2>&-", 1),
    ],
)
def test_a_closed_stream_is_an_empty_one(world: World, words: str, code: int) -> None:
    command = f"{sys.executable} -m seswizard {words}"
    ran = subprocess.run(["sh", "-c", command], capture_output=True, text=True, env=dict(os.environ), check=False, timeout=60)
    assert "Traceback" not in ran.stderr
    assert "bug" not in ran.stderr
    assert ran.returncode == code


@pytest.mark.parametrize(
    "words",
    [
        ("check", "--expected", "-"),
        ("headers", "-"),
        ("explain", "-"),
        ("login", "test", "example.com", "--username", "AKIAEXAMPLE", "--password-from", "-"),
        ("undo", "example.com"),
        ("setup", "example.com"),
        ("health", "example.com", "--format", "screen"),
    ],
)
def test_standard_input_that_the_shell_has_closed_is_empty(world: World, words: tuple[str, ...]) -> None:
    line = [sys.executable, "-m", "seswizard", *words]
    done = subprocess.run(["sh", "-c", '"$@" <&-', "sh", *line], capture_output=True, text=True, check=False, timeout=120)
    assert "bug" not in done.stderr, done.stderr
    assert done.returncode == (0 if words[0] == "undo" else 2), done.stderr


def test_a_damaged_copy_of_the_records_is_none(run: Run, tmp_path: Path) -> None:
    state = tmp_path / "state"
    state.mkdir(0o700)
    kept = {"name": "example.com", "region": "eu-west-1", "document": {"schema": 1, "domain": "example.com"}}
    (state / "state.json").write_text(json.dumps({"schema": 1, "records": [kept]}))
    ran = run("records", "example.com", "--offline", SESWIZARD_STATE_DIR=str(state))
    assert (ran.code, ran.out) == (3, "")
    assert "look once without --offline" in sentence(ran)

"""`login test`: the kept login proved, a login that somebody has examined, and the ports as they look from here."""

import json
from pathlib import Path
from typing import Any

import boto3
import pytest

from seswizard.core.login import smtp_password
from seswizard.core.secret import Secret
from seswizard.demo.production import USER
from seswizard.demo.world import World
from tests.cli.conftest import Ran, Run
from tests.conftest import MakeWorld

HOST = "email-smtp.eu-west-1.amazonaws.com"


@pytest.fixture
def production(make_world: MakeWorld) -> World:
    """Everything is done: a login is kept."""
    return make_world("production")


@pytest.fixture
def key(production: World) -> tuple[str, str]:
    """Another access key of the sending user: its id and its secret."""
    made = boto3.Session().client("iam").create_access_key(UserName=USER)["AccessKey"]
    return made["AccessKeyId"], made["SecretAccessKey"]


def password(secret: str, region: str = "eu-west-1") -> str:
    return smtp_password(Secret(secret), region).reveal()


def findings(ran: Ran) -> dict[str, dict[str, Any]]:
    """The findings of a JSON report by their ids."""
    report = json.loads(ran.out)
    assert list(report) == ["schema", "domain", "region", "level", "findings"]
    assert (report["schema"], report["domain"]) == (1, "example.com")
    return {one["id"]: one for one in report["findings"]}


def test_the_kept_login_is_proved(production: World, run: Run) -> None:
    ran = run("login", "test", "example.com", "--format", "json")
    found = findings(ran)
    assert ran.code == 0
    assert list(found) == ["login.ok"]
    assert found["login.ok"]["step"] == "login"
    assert found["login.ok"]["evidence"][0]["source"] == f"{HOST}:587"
    plain = run("login", "test", "example.com", "--port", "2465")
    assert plain.code == 0
    assert "SES accepts this login" in plain.out
    assert "AUTH PLAIN password hidden" in plain.err
    assert production.smtp.attempts == [production.kept_key] * 2
    assert production.ses.outbox == []


def test_a_login_of_ones_own_comes_from_a_file_or_a_pipe(key: tuple[str, str], run: Run, tmp_path: Path) -> None:
    username, secret = key
    file = tmp_path / "password"
    for text in (password(secret), f"{password(secret)}\n"):
        file.write_text(text)
        ran = run("login", "test", "example.com", "--username", username, "--password-from", str(file))
        assert ran.code == 0, ran.err
        ran = run("login", "test", "example.com", "--username", username, "--password-from", "-", stdin=text)
        assert ran.code == 0, ran.err
        assert password(secret) not in ran.out + ran.err


def test_a_secret_key_is_told_by_its_shape_and_never_sent(key: tuple[str, str], production: World, run: Run) -> None:
    username, secret = key
    mine = ("login", "test", "example.com", "--username", username, "--password-from", "-")
    ran = run(*mine, "--format", "json", stdin=f"{secret}\n")
    assert ran.code == 1
    assert list(findings(ran)) == ["login.secret-key-used"]
    assert "--reveal" in findings(ran)["login.secret-key-used"]["remedy"]["text"]
    assert production.smtp.attempts == []
    shown = run(*mine, "--reveal", stdin=f"{secret}\n")
    assert (shown.code, shown.out) == (0, f"{password(secret)}\n")
    assert secret not in ran.out + ran.err + shown.out + shown.err
    assert run(*mine, "--reveal", stdin=password(secret)).code == 2


@pytest.mark.parametrize(
    ("username", "change", "ident"),
    [
        ("ses-smtp-user.20261122-100000", "{}", "login.iam-user-name-used"),
        ("ASIAEXAMPLE000000001", "{}", "login.temporary-key"),
        ("AKIAEXAMPLE000000001", "A" + "g" * 43, "login.old-algorithm"),
        ("AKIAEXAMPLE000000001", "{}\r\n", "login.malformed"),
        ("AKIAEXAMPLE000000001", "{}=", "login.malformed"),
    ],
)
def test_the_shape_tells(production: World, run: Run, username: str, change: str, ident: str) -> None:
    given = change.format(password("x" * 40))
    ran = run(
        "login", "test", "example.com", "--username", username, "--password-from", "-", "--format", "json", stdin=given
    )  # fmt: skip
    assert ran.code == 1
    assert list(findings(ran)) == [ident]
    assert production.smtp.attempts == []
    assert given.strip() not in ran.out + ran.err


def test_a_password_of_another_region_is_found_out_there(key: tuple[str, str], production: World, run: Run) -> None:
    username, secret = key
    mine = ("login", "test", "example.com", "--username", username, "--password-from", "-", "--format", "json")
    ran = run(*mine, stdin=password(secret, "ap-south-1"))
    found = findings(ran)
    assert ran.code == 1
    assert list(found) == ["login.other-region"]
    assert "ap-south-1" in found["login.other-region"]["title"]
    assert "email-smtp.ap-south-1.amazonaws.com" in found["login.other-region"]["remedy"]["text"]
    assert len(production.smtp.attempts) == 17
    assert production.ses.outbox == []
    production.smtp.attempts.clear()
    young = run(*mine, "--no-other-regions", stdin=password(secret, "ap-south-1"))
    assert (young.code, list(findings(young))) == (4, ["login.too-new"])
    assert production.smtp.attempts == [username]


def test_a_young_key_is_waiting(production: World, run: Run) -> None:
    production.smtp.key_lag = 600
    ran = run("login", "test", "example.com", "--format", "json")
    assert (ran.code, list(findings(ran))) == (4, ["login.too-new"])


def test_a_key_that_is_off_or_gone(production: World, run: Run) -> None:
    iam = boto3.Session().client("iam")
    iam.update_access_key(UserName=USER, AccessKeyId=production.kept_key, Status="Inactive")
    off = run("login", "test", "example.com", "--format", "json")
    assert (off.code, list(findings(off))) == (1, ["login.key-inactive"])
    iam.delete_access_key(UserName=USER, AccessKeyId=production.kept_key)
    gone = run("login", "test", "example.com", "--format", "json")
    assert (gone.code, list(findings(gone))) == (1, ["login.key-missing"])
    assert "login create" in findings(gone)["login.key-missing"]["remedy"]["command"]


def test_a_login_that_nobody_knows(production: World, run: Run) -> None:
    given = password("x" * 40)
    ran = run(
        "login", "test", "example.com", "--username", "AKIAEXAMPLE000000001", "--password-from", "-", "--format", "json",
        stdin=given,
    )  # fmt: skip
    found = findings(ran)
    assert (ran.code, list(found)) == (1, ["send.auth-failed"])
    assert "every other region" in found["send.auth-failed"]["remedy"]["text"]


def test_the_ports_and_the_one_to_use(production: World, run: Run) -> None:
    ran = run("login", "test", "example.com", "--ports")
    assert ran.code == 0
    rows = ran.out.splitlines()
    assert rows[0].split() == ["Port", "TLS", "IPv4", "IPv6"]
    assert [row.split()[:2] for row in rows[1:6]] == [
        ["587", "STARTTLS"], ["465", "at"], ["2587", "STARTTLS"], ["2465", "at"], ["25", "STARTTLS"],
    ]  # fmt: skip
    assert all("open, TLS 1.3" in row and "no IPv6 address" in row for row in rows[1:6])
    assert rows[6] == "Use port 587 with STARTTLS."
    found = findings(run("login", "test", "example.com", "--ports", "--format", "json"))
    assert list(found) == ["ports.ok", "login.ok"]
    assert len(found["ports.ok"]["evidence"]) == 10
    assert "banner email-smtp.amazonaws.com" in found["ports.ok"]["evidence"][0]["seen"]


def test_a_blocked_port_is_gone_round(production: World, run: Run) -> None:
    production.time_line.run(production.smtp.shut(587, 25))
    ran = run("login", "test", "example.com", "--ports", "--format", "json")
    found = findings(ran)
    assert ran.code == 0
    assert set(found) == {"ports.blocked", "login.ok"}
    assert found["ports.blocked"]["title"] == "From here ports 587 and 25 are blocked; 2587, 465 and 2465 are open."
    assert "Use port 2587 with STARTTLS" in found["ports.blocked"]["remedy"]["text"]
    assert found["login.ok"]["evidence"][0]["source"] == f"{HOST}:2587"
    health = run("health", "example.com", "--only", "login", "--format", "json")
    assert health.code == 0
    assert {one["id"] for one in json.loads(health.out)["findings"]} == {"ports.blocked", "login.ok"}
    alone = run("login", "test", "example.com", "--format", "json")
    assert (alone.code, list(findings(alone))) == (3, ["ports.blocked"])


def test_all_ports_blocked_is_a_problem(production: World, run: Run) -> None:
    production.time_line.run(production.smtp.shut(25, 465, 587, 2465, 2587))
    ran = run("login", "test", "example.com", "--ports", "--format", "json")
    assert (ran.code, list(findings(ran))) == (1, ["ports.all-blocked"])
    assert "API" in findings(ran)["ports.all-blocked"]["remedy"]["text"]
    assert production.smtp.attempts == []


def test_a_region_without_smtp_is_said_up_front(production: World, run: Run) -> None:
    ran = run("login", "test", "example.com", "--ports", "--region", "eu-south-1", "--format", "json")
    assert (ran.code, list(findings(ran))) == (1, ["region.no-smtp"])
    health = run("health", "example.com", "--region", "eu-south-1", "--format", "json")
    ids = [one["id"] for one in json.loads(health.out)["findings"]]
    assert "region.no-smtp" in ids
    assert not [one for one in ids if one.startswith("ports.")]


def test_nothing_kept_is_nothing_to_test(world: World, run: Run) -> None:
    ran = run("login", "test", "example.com", "--format", "json")
    assert (ran.code, list(findings(ran))) == (1, ["login.none"])
    assert "login create" in findings(ran)["login.none"]["remedy"]["command"]


USER_GIVEN = ("--username", "AKIAEXAMPLE000000001")


@pytest.mark.parametrize(
    ("words", "stdin", "said"),
    [
        (("--password-from", "-"), "x", "goes with --username"),
        (USER_GIVEN, "", "Say where the password is"),
        ((*USER_GIVEN, "--password-from", "-"), "", "empty"),
        ((*USER_GIVEN, "--password-from", "-"), "\n", "empty"),
        ((*USER_GIVEN, "--password-from", "-"), "x" * 5000, "longer than"),
        ((*USER_GIVEN, "--password-from", "/nonexistent/password"), "", "cannot be read"),
        ((*USER_GIVEN, "--password-from", "/dev/null"), "", "empty"),
        ((*USER_GIVEN, "--password-from", "/dev/zero"), "", "longer than"),
        ((*USER_GIVEN, "--reveal", "--password-from", "-", "--format", "json"), "x", "--reveal"),
        (("--reveal",), "", "--reveal"),
        (("--port", "26"), "", "26"),
    ],
)
def test_bad_input_is_one_sentence(world: World, run: Run, words: tuple[str, ...], stdin: str, said: str) -> None:
    ran = run("login", "test", "example.com", *words, stdin=stdin)
    assert ran.code == 2
    assert said in ran.err
    assert ran.out == ""
    assert world.smtp.attempts == []


def test_there_is_no_option_for_a_password(world: World, run: Run) -> None:
    """Every process here can read a command line."""
    assert run("login", "test", "example.com", "--password", "x").code == 2
    assert "--password " not in run("login", "test", "--help").out

"""The road by commands, in one world: what each prints, exits with and leaves behind."""

import json

from seswizard.demo.world import World
from tests.cli.conftest import Run
from tests.conftest import MakeWorld
from tests.road import make_identity, until


def test_production_is_well(make_world: MakeWorld, run: Run) -> None:
    """The scenario in which everything is done yields nothing above advice."""
    make_world("production")
    ran = run("health", "example.com", "--format", "json")
    report = json.loads(ran.out)
    assert ran.code == 0
    assert {finding["level"] for finding in report["findings"]} <= {"ok", "advice"}
    assert "proof.ok" in {finding["id"] for finding in report["findings"]}
    assert "login.ok" in {finding["id"] for finding in report["findings"]}


def test_the_whole_road(make_world: MakeWorld, run: Run) -> None:
    """Identity, login, records, proof, health, check, undo: the account is as it was."""
    world = make_world("first-time")
    before = world.inventory()
    assert run("health", "example.com", "--format", "json").code == 1
    make_identity()

    made = run("login", "create", "example.com", "--yes")
    assert made.code == 0, made.err
    assert run("login", "create", "example.com", "--yes").code == 0
    user = run("login", "show", "example.com").out.strip()
    password = run("login", "show", "example.com", "--reveal").out.strip()
    assert user.startswith("AKIA")
    assert len(password) == 44
    about = json.loads(run("login", "show", "example.com", "--format", "json").out)
    assert about == {
        "schema": 1,
        "domain": "example.com",
        "region": "eu-west-1",
        "username": user,
        "host": "email-smtp.eu-west-1.amazonaws.com",
        "ports": [587, 465, 2587, 2465, 25],
        "keep": "keyring",
    }
    assert run("login", "test", "example.com", "--port", "465").code == 0

    watched = run("health", "example.com", "--watch", "--until", "ok", "--timeout", "60", "--format", "json")
    reports = [json.loads(line) for line in watched.out.splitlines()]
    assert watched.code == 0
    assert any(finding["id"] == "dkim.doubled-name" for report in reports for finding in report["findings"])
    assert len({json.dumps(report["findings"]) for report in reports}) == len(reports)

    sent = run("send", "example.com", "--yes", "--format", "json")
    proof = json.loads(sent.out)
    assert sent.code == 0
    assert proof["event"]["type"] == "Bounce"
    assert proof["message_id"] in sent.err
    health = run("health", "--format", "json")
    assert health.code == 0
    assert "proof.ok" in health.out

    records = run("records", "example.com", "--format", "json")
    document = json.loads(records.out)
    assert [one["purpose"] for one in document["records"]] == ["dkim"] * 3 + ["mail-from-mx", "mail-from-spf", "dmarc"]
    assert document["zone"] == "example.com"
    checked = run("check", "--expected", "-", "--format", "json", stdin=records.out)
    assert checked.code == 0
    assert sorted(finding["id"] for finding in json.loads(checked.out)["findings"]) == [
        "dkim.ok", "dmarc.ok", "dns.ok", "mail-from.ok", "spf.ok",
    ]  # fmt: skip
    offline = json.loads(run("records", "example.com", "--format", "json", "--offline").out)
    assert offline["records"] == document["records"]

    assert "identity.create" not in run("undo", "example.com", "--dry-run").out
    undone = run("undo", "example.com", "--yes")
    assert undone.code == 0, undone.err
    assert world.inventory() == before
    assert run("login", "show", "example.com").code == 1
    assert "Nothing to take back" in run("undo", "example.com", "--yes").err
    state = "".join(path.read_text(errors="replace") for path in world.state_dir.rglob("*") if path.is_file())
    assert password not in state


def test_a_failed_second_send_is_honest(make_world: MakeWorld, run: Run) -> None:
    """To an unverified mailbox the sandbox refuses, and the finding names the address."""
    world: World = make_world("first-time")
    make_identity()
    assert run("login", "create", "example.com", "--yes").code == 0
    until(lambda: run("health", "example.com", "--only", "domain", "--format", "json").code == 0)
    ran = run("send", "example.com", "--to", "someone@elsewhere.example", "--yes", "--format", "json")
    finding = json.loads(ran.out)["findings"][0]
    assert ran.code == 1
    assert finding["id"] == "send.recipient-unverified"
    assert "someone@elsewhere.example" in finding["title"]
    assert world.failures == []

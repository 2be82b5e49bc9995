"""Real programs live in the same world, and accept what we emit."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from seswizard.demo.world import World
from tests.conftest import MakeWorld
from tests.road import make_identity, until

pytestmark = pytest.mark.real

Program = Callable[[str], str]


def ran(*words: str, stdin: str = "") -> str:
    """A command's stdout; a failure shows what it said."""
    done = subprocess.run(words, input=stdin, capture_output=True, text=True, timeout=60, env=os.environ.copy(), check=False)
    assert done.returncode == 0, f"{words[0]}: {done.stderr}{done.stdout}"
    return done.stdout


def seswizard(*words: str, stdin: str = "") -> str:
    return ran(sys.executable, "-m", "seswizard", *words, stdin=stdin)


def verified(world: World) -> bool:
    with world.ses.lock:
        return all(one.verified for one in world.ses.region("eu-west-1").identities.values())


def test_the_aws_cli_sees_the_same_account(world: World, program: Program) -> None:
    aws = program("aws")
    make_identity()
    identity = json.loads(ran(aws, "sesv2", "get-email-identity", "--email-identity", "example.com", "--output", "json"))
    assert identity["VerificationStatus"] == "PENDING"
    assert len(identity["DkimAttributes"]["Tokens"]) == 3
    assert {"Key": "made-by", "Value": "seswizard"} in identity["Tags"]
    account = json.loads(ran(aws, "sesv2", "get-account", "--output", "json"))
    assert account["ProductionAccessEnabled"] is False


def test_the_plans_lines_work_in_the_aws_cli(world: World, program: Program) -> None:
    """What the plan shows as "the same with the AWS CLI" makes the same user."""
    aws = program("aws")
    plan = seswizard("login", "create", "example.com", "--dry-run")
    lines = plan.replace("\\\n", " ").splitlines()
    line = next(one.strip() for one in lines if one.strip().startswith("aws iam create-user"))
    ran(aws, *line.split()[1:])
    assert any("seswizard-example.com" in one for lines in world.inventory().values() for one in lines)


def test_dig_finds_every_exported_record(make_world: MakeWorld, program: Program) -> None:
    dig = program("dig")
    world = make_world("production")
    document = json.loads(seswizard("records", "example.com", "--format", "json"))
    assert len(document["records"]) == 6
    for server in world.dns.auth:
        for record in document["records"]:
            out = ran(
                dig, "+short", "+norecurse", "-p", str(world.dns.port), f"@{server.address}", record["name"], record["type"]
            )
            found = {line.strip().strip('"').rstrip(".") for line in out.splitlines()}
            wanted = f"{record['priority']} {record['value']}" if record["type"] == "MX" else record["value"]
            assert wanted in found


def test_nsupdate_bends_a_blank_world_until_it_verifies(world: World, program: Program) -> None:
    nsupdate = program("nsupdate")
    make_identity()
    records = seswizard("records", "example.com", "--format", "bind")
    adds = [f"update add {line}" for line in records.splitlines() if line and not line.startswith(";")]
    for server in world.dns.auth:
        script = "\n".join([f"server {server.address} {world.dns.port}", "zone example.com.", *adds, "send", ""])
        ran(nsupdate, stdin=script)
    until(lambda: verified(world), 60)
    report = json.loads(seswizard("health", "example.com", "--format", "json", "--only", "propagation", "--only", "domain"))
    assert report["level"] == "ok"


@pytest.mark.parametrize(("port", "tls"), [(587, "--tls"), (465, "--tls-on-connect")])
def test_swaks_sends_with_the_stored_login(make_world: MakeWorld, program: Program, port: int, tls: str) -> None:
    swaks = program("swaks")
    world = make_world("production")
    user = seswizard("login", "show", "example.com").strip()
    password = seswizard("login", "show", "example.com", "--reveal").strip()
    out = ran(
        swaks,
        "--server", f"{world.smtp.host}:{port + world.smtp.offset}",
        tls, "--tls-verify", "--tls-ca-path", str(world.ca_file), "--tls-sni", "email-smtp.eu-west-1.amazonaws.com",
        "--auth", "PLAIN", "--auth-user", user, "--auth-password", password,
        "--from", "swaks@example.com", "--to", "success@simulator.amazonses.com", "--ehlo", "client.example.com",
    )  # fmt: skip
    assert "250 Ok 0" in out


@pytest.mark.parametrize("scenario", ["production", "blank"])
def test_named_accepts_the_exported_zone(make_world: MakeWorld, program: Program, tmp_path: Path, scenario: str) -> None:
    checkzone = program("named-checkzone")
    make_world(scenario)
    if scenario == "blank":
        make_identity()
    records = tmp_path / "ses.zone"
    seswizard("records", "example.com", "--format", "bind", "-o", str(records))
    zone = tmp_path / "example.com.zone"
    zone.write_text(
        "$TTL 300\n@ IN SOA ns1.example.com. admin.example.com. 1 3600 600 86400 300\n"
        f"@ IN NS ns1.example.com.\nns1 IN A 127.0.0.1\n$INCLUDE {records}\n"
    )
    assert "OK" in ran(checkzone, "example.com", str(zone))


def test_route_53_publishes_by_the_aws_cli(make_world: MakeWorld, program: Program, tmp_path: Path) -> None:
    """In the `route53` scenario, what the AWS CLI puts into the hosted zone is what the servers answer."""
    aws = program("aws")
    world = make_world("route53")
    make_identity()
    zones = json.loads(ran(aws, "route53", "list-hosted-zones", "--output", "json"))["HostedZones"]
    zone = next(one["Id"] for one in zones if one["Name"] == "example.com.")
    document = json.loads(seswizard("records", "example.com", "--format", "json"))
    changes = []
    for record in document["records"]:
        value = {"TXT": f'"{record["value"]}"', "MX": f"{record['priority']} {record['value']}"}.get(
            record["type"], record["value"]
        )
        rrset = {"Name": record["name"], "Type": record["type"], "TTL": 5, "ResourceRecords": [{"Value": value}]}
        changes.append({"Action": "UPSERT", "ResourceRecordSet": rrset})
    batch = tmp_path / "batch.json"
    batch.write_text(json.dumps({"Changes": changes}))
    ran(aws, "route53", "change-resource-record-sets", "--hosted-zone-id", zone, "--change-batch", f"file://{batch}")
    until(lambda: verified(world), 60)
    checked = seswizard("check", "--expected", "-", "--format", "json", stdin=json.dumps(document))
    assert json.loads(checked)["level"] == "ok"

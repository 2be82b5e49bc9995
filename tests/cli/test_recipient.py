"""`send` to a mailbox of one's own: what the sandbox would refuse is said first, and one click mends it."""

import json

import boto3
import pytest

from tests.cli.conftest import Run
from tests.conftest import MakeWorld

MINE = "ann@mailbox.example"


def test_an_unverified_recipient_is_named_before_anything_is_made(make_world: MakeWorld, run: Run) -> None:
    world = make_world("blank")
    boto3.Session().client("sesv2").create_email_identity(EmailIdentity="example.com")
    before = world.inventory()
    ran = run("send", "example.com", "--via", "api", "--to", MINE, "--yes", "--format", "json")
    (finding,) = json.loads(ran.out)["findings"]
    assert (ran.code, finding["id"]) == (1, "send.recipient-unverified")
    assert MINE in finding["title"]
    assert "--verify" in finding["remedy"]["command"]
    assert world.inventory() == before


def test_a_click_verifies_it_and_the_message_arrives(make_world: MakeWorld, run: Run) -> None:
    world = make_world("production")
    sandboxed(world)
    world.ses.click_after = 2.0
    ran = run("send", "example.com", "--to", MINE, "--verify", "--yes", "--format", "json")
    said = json.loads(ran.out)
    assert ran.code == 0, ran.err
    assert said["event"]["type"] == "Delivery"
    assert "mailed a link" in ran.err


@pytest.mark.parametrize("pending", [True, False])
def test_an_address_under_a_domain_of_ours_is_never_made_an_identity(make_world: MakeWorld, run: Run, pending: bool) -> None:
    world = make_world("production")
    sandboxed(world)
    ses = boto3.Session().client("sesv2")
    if pending:
        ses.create_email_identity(EmailIdentity="elsewhere.example")
    to = "ann@elsewhere.example" if pending else "ann@example.com"
    ran = run("send", "example.com", "--to", to, "--verify", "--yes", "--format", "json")
    assert ran.code == (1 if pending else 0), ran.err
    if pending:
        assert "elsewhere.example is verified" in json.loads(ran.out)["findings"][0]["remedy"]["text"]
    names = {one["IdentityName"] for one in ses.list_email_identities()["EmailIdentities"]}
    assert to not in names


def test_the_simulator_needs_no_verifying(make_world: MakeWorld, run: Run) -> None:
    make_world("production")
    assert run("send", "example.com", "--verify", "--yes").code == 2


def sandboxed(world: object) -> None:
    """The production scenario back in the sandbox."""
    world.ses.region("eu-west-1").account.production = False  # type: ignore[attr-defined]

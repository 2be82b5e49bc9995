"""Bent answers in front of a person: the wizard stays open and says so, and a process of its own ends in a sentence."""

import json
from typing import TYPE_CHECKING

import pytest

from seswizard.core.names import parse_identity
from seswizard.tui.app import SeswizardApp
from seswizard.wiring import Options, build
from tests.bent.bends import faults
from tests.bent.conftest import ran
from tests.cli.conftest import Run, run  # noqa: F401  # a fixture
from tests.conftest import MakeWorld
from tests.tui.driving import LARGE, settle, text

if TYPE_CHECKING:
    from seswizard.demo.world import World

SHOWN = ("malformed", "wrong type", "html")


@pytest.fixture
def production(make_world: MakeWorld) -> "World":
    """Made before the test's own loop runs: the scenario has a past, which takes a loop of its own."""
    return make_world("production")


@pytest.mark.parametrize("operation", ["GetCallerIdentity", "GetAccount", "GetEmailIdentity", "ListAccessKeys"])
async def test_the_wizard_stays_open_and_says_what_could_not_be_read(production: "World", quick: None, operation: str) -> None:
    world = production
    app = SeswizardApp(build(Options()), parse_identity("example.com"), None, None)
    async with app.run_test(size=LARGE, notifications=True) as pilot:
        await app.open("login" if operation == "ListAccessKeys" else "access")
        for title in SHOWN:
            world.faults.append(faults("", operation)[title])
            began = len(world.requests)
            await app.look()
            await settle(pilot, 2)
            world.faults.clear()
            assert operation in {request.operation for request in world.requests[began:]}, title
            assert app.is_running, title
            assert "Traceback" not in text(app)


@pytest.mark.parametrize(
    ("operation", "title"), [("GetAccount", "html"), ("GetCallerIdentity", "binary"), ("GetEmailIdentity", "huge")]
)
def test_a_process_ends_in_a_sentence(make_world: MakeWorld, run: Run, operation: str, title: str) -> None:  # noqa: F811
    world = make_world("production")
    world.faults.append(faults("", operation)[title])
    done = run("health", "example.com", "--format", "json")
    assert done.code == 3
    assert json.loads(done.out)["level"] == "unknown"
    assert "bug" not in done.err


ENVIRONMENTS: dict[str, dict[str, str]] = {
    "an endpoint without http://": {"AWS_ENDPOINT_URL": "localhost:4566"},
    "an endpoint that is an address": {"AWS_ENDPOINT_URL": "127.0.0.1"},
    "no token": {"AWS_WEB_IDENTITY_TOKEN_FILE": "/nowhere/token", "AWS_ROLE_ARN": "arn:aws:iam::1:role/x"},
    "a container address that is forbidden": {"AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://192.0.2.7/credentials"},
    "a key that no header takes": {"AWS_ACCESS_KEY_ID": "AKIA\u00e9\n", "AWS_SECRET_ACCESS_KEY": "x"},
}
PROGRAMS = {
    "is missing": "/nowhere/program",
    "prints no JSON": "/bin/echo hello",
    "prints a list": "/bin/echo []",
    "prints a number": "/bin/echo 7",
    "prints null": "/bin/echo null",
    "prints keys that are numbers": '/bin/echo {"Version":1,"AccessKeyId":7,"SecretAccessKey":8}',
    "fails": "/bin/false",
}
CHAIN = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")


def said_of(done: object, kinds: tuple[str, ...]) -> None:
    code, out, err = done.code, done.out, done.err  # type: ignore[attr-defined]  # how a run ended
    assert code == 3, (out, err)
    assert "bug" not in err, err
    (report,) = [json.loads(line) for line in out.splitlines()]
    found = [one["id"] for one in report["findings"] if one["topic"] == "access" and one["level"] == "unknown"]
    assert found, report
    assert found[0] in kinds, found


@pytest.mark.parametrize("title", ENVIRONMENTS)
def test_what_is_set_wrong_is_a_sentence(
    world: "World", monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], title: str
) -> None:
    given = ENVIRONMENTS[title]
    if "AWS_WEB_IDENTITY_TOKEN_FILE" in given or "AWS_CONTAINER_CREDENTIALS_FULL_URI" in given:
        for name in CHAIN:
            monkeypatch.delenv(name)
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    kinds = ("access.endpoint-unreachable", "access.no-credentials", "access.error")
    said_of(ran(capsys, "health", "example.com", "--format", "json", "--doh", "off"), kinds)


@pytest.mark.parametrize("title", PROGRAMS)
def test_a_program_for_credentials_that_does_not_give_them_is_a_sentence(
    world: "World", monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], title: str
) -> None:
    for name in CHAIN:
        monkeypatch.delenv(name)
    (world.directory / "aws-config").write_text(f"[default]\nregion = eu-west-1\ncredential_process = {PROGRAMS[title]}\n")
    said_of(ran(capsys, "health", "example.com", "--format", "json", "--doh", "off"), ("access.no-credentials",))

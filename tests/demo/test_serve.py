"""`demo serve` as another process sees it."""

import os
import shlex
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest

SERVE = (sys.executable, "-m", "seswizard.demo.serve")
EXPORTED = {
    "AWS_ENDPOINT_URL", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_REGION", "AWS_DEFAULT_REGION",
    "AWS_EC2_METADATA_DISABLED", "AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE", "NO_PROXY", "SESWIZARD_RESOLVERS",
    "SESWIZARD_DNS_PORT", "SESWIZARD_SMTP_HOST", "SESWIZARD_SMTP_PORT_OFFSET", "SESWIZARD_CA_FILE",
    "PYTHON_KEYRING_BACKEND", "KEYRING_PROPERTY_SESWIZARD_WORLD",
}  # fmt: skip
Start = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Start `demo serve` with its worlds in a place of the test's own; whatever still runs at the end is killed."""
    running: list[subprocess.Popen[str]] = []
    place = tmp_path / "tmp"
    place.mkdir()

    def run(*arguments: str, **environment: str) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            (*SERVE, *arguments),
            env=os.environ | {"TMPDIR": str(place)} | environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        running.append(process)
        return process

    yield run
    for process in running:
        if process.poll() is None:
            process.kill()
        process.communicate()
    assert list(place.iterdir()) == []


def read(process: "subprocess.Popen[str]") -> tuple[list[str], dict[str, str]]:
    """What it prints up to `ready`: what to unset, and what to export."""
    assert process.stdout is not None
    removed: list[str] = []
    exports: dict[str, str] = {}
    for line in process.stdout:
        words = shlex.split(line)
        if words == ["ready"]:
            return removed, exports
        assert len(words) == 2 and words[0] in ("unset", "export"), line
        if words[0] == "unset":
            removed.append(words[1])
        else:
            name, _, exports[name] = words[1].partition("=")
    raise AssertionError(process.communicate())


def identities(exports: dict[str, str]) -> list[str]:
    """What SES lists in that world."""
    session = boto3.Session(exports["AWS_ACCESS_KEY_ID"], exports["AWS_SECRET_ACCESS_KEY"], region_name="eu-west-1")
    found = session.client("sesv2", endpoint_url=exports["AWS_ENDPOINT_URL"]).list_email_identities()
    return [one["IdentityName"] for one in found["EmailIdentities"]]


def test_two_worlds_at_once_end_without_a_trace(start: Start) -> None:
    """Two processes, two worlds; SIGTERM and SIGINT each end one with 0."""
    first, second = start("--scenario", "production"), start("--scenario", "blank", AWS_ENDPOINT_URL_SES="http://x")
    (removed, exports), (more_removed, others) = read(first), read(second)
    assert set(exports) == EXPORTED
    assert removed == ["AWS_PROFILE", "AWS_DEFAULT_PROFILE", "AWS_SESSION_TOKEN", "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"]
    assert more_removed == [*removed, "AWS_ENDPOINT_URL_SES"]
    assert (identities(exports), identities(others)) == (["example.com"], [])
    assert exports["SESWIZARD_SMTP_HOST"].startswith("127.")
    assert len(exports["SESWIZARD_RESOLVERS"].split(",")) >= 3
    first.send_signal(signal.SIGTERM)
    second.send_signal(signal.SIGINT)
    for process in (first, second):
        out, errors = process.communicate(timeout=5)
        assert (process.returncode, out, errors) == (0, "", "")


def test_the_file_holds_the_same_lines(start: Start, tmp_path: Path, until: Callable[..., Any]) -> None:
    """For a shell that sources it; private, and gone at the end."""
    file = tmp_path / "world.env"
    process = start("--scenario", "blank", "--env-file", str(file))
    _, exports = read(process)
    assert file.stat().st_mode & 0o777 == 0o600
    shown = subprocess.run(
        ("sh", "-c", '. "$1"; env -0', "sh", str(file)), capture_output=True, text=True, check=True, env={"AWS_PROFILE": "mine"}
    )
    variables = dict(entry.split("=", 1) for entry in shown.stdout.split("\0") if entry)
    assert "AWS_PROFILE" not in variables
    assert {name: variables[name] for name in exports} == exports
    process.terminate()
    assert process.wait(5) == 0
    assert not file.exists()


@pytest.mark.parametrize("prepared", ["file", "link", "fifo", "directory"])
def test_a_file_that_it_did_not_make_is_neither_written_over_nor_removed(start: Start, tmp_path: Path, prepared: str) -> None:
    file, theirs = tmp_path / "world.env", tmp_path / "theirs"
    theirs.write_text("KEY=value\n")
    if prepared == "file":
        file.write_text("KEY=value\n")
    elif prepared == "link":
        file.symlink_to(theirs)
    elif prepared == "fifo":
        os.mkfifo(file)
    else:
        file.mkdir()
    before = file.lstat()
    process = start("--scenario", "blank", "--env-file", str(file), "--", "true")
    _out, errors = process.communicate(timeout=90)
    assert (process.returncode, str(file) in errors, errors.count("\n")) == (2, True, 1)
    assert (file.lstat().st_ino, file.lstat().st_mode) == (before.st_ino, before.st_mode)
    assert theirs.read_text() == "KEY=value\n"


def test_the_file_of_a_world_that_was_killed_is_replaced(start: Start, tmp_path: Path) -> None:
    file = tmp_path / "world.env"
    first = start("--scenario", "blank", "--env-file", str(file))
    read(first)
    left = file.read_text()
    first.terminate()
    assert first.wait(90) == 0
    file.write_text(left)
    process = start("--scenario", "blank", "--env-file", str(file), "--", "grep", "-c", "export", str(file))
    assert (process.wait(90), file.exists()) == (0, False)


def test_a_file_that_took_its_place_meanwhile_stays(start: Start, tmp_path: Path) -> None:
    file = tmp_path / "world.env"
    process = start(
        "--scenario", "blank", "--env-file", str(file), "--", "sh", "-c", 'echo mine >"$1.new"; mv "$1.new" "$1"', "sh", str(file)
    )
    assert process.wait(90) == 0
    assert file.read_text() == "mine\n"


def test_a_command_runs_inside(start: Start) -> None:
    """With the world's environment, its own output alone, and its own exit status."""
    inside = 'echo "$AWS_ENDPOINT_URL ${AWS_PROFILE-none}"; exit 7'
    process = start("--scenario", "blank", "--", "sh", "-c", inside, AWS_PROFILE="mine")
    out, errors = process.communicate(timeout=15)
    assert (process.returncode, errors) == (7, "")
    assert out.startswith("http://127.0.0.1:") and out.endswith(" none\n") and out.count("\n") == 1
    missing = start("--scenario", "blank", "--", "/nowhere/at-all")
    assert missing.wait(15) == 127


def test_a_command_gets_the_signal(start: Start) -> None:
    """It may clean up; its exit status is the one we end with."""
    process = start(
        "--scenario", "blank", "--", "sh", "-c", 'trap "echo bye; exit 3" TERM; echo up; while :; do sleep 0.05; done'
    )
    assert process.stdout is not None and process.stdout.readline() == "up\n"
    process.terminate()
    out, _ = process.communicate(timeout=5)
    assert (process.returncode, out) == (3, "bye\n")


def test_it_ends_with_its_parent(start: Start) -> None:
    """The parent's death closes the pipe, however it died."""
    process = start("--scenario", "blank", "--with-parent")
    read(process)
    assert process.stdin is not None
    process.stdin.close()
    process.stdin = None
    assert process.wait(5) == 0


def test_the_state_is_thrown_away_too(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    """A throw-away account gets a throw-away state, unless somebody chose a place for it."""
    monkeypatch.delenv("SESWIZARD_STATE_DIR")
    process = start("--scenario", "blank")
    _, exports = read(process)
    assert set(exports) == EXPORTED | {"SESWIZARD_STATE_DIR"}
    assert Path(exports["SESWIZARD_STATE_DIR"]).parent == Path(exports["SESWIZARD_CA_FILE"]).parent
    process.terminate()
    assert process.wait(5) == 0


def test_wrong_use_is_one_sentence(start: Start, tmp_path: Path) -> None:
    """No such scenario; or the packages are not there."""
    process = start("--scenario", "nowhere")
    out, errors = process.communicate(timeout=15)
    assert (process.returncode, out, errors.count("\n")) == (2, "", 1)
    hide = "import sys; sys.modules['moto'] = None; from seswizard.demo.serve import main; sys.exit(main([]))"
    hidden = subprocess.run((sys.executable, "-c", hide), capture_output=True, text=True, check=False, timeout=15)
    assert (hidden.returncode, hidden.stderr) == (
        2,
        "The embedded world needs a few packages more: pip install 'seswizard[demo]'\n",
    )

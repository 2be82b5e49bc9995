"""`explain` as a person's shell runs it: exits, forms, files, words, and what stays unsaid."""

import asyncio
import json
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from seswizard.core.remembered import DomainChoices
from seswizard.gateways.state import StateGateway
from seswizard.gateways.state_directory import StateDirectory
from tests.cli.conftest import Run

REFUSED = (
    "554 Message rejected: Email address is not verified. The following identities failed the check in region EU-WEST-1: a@b.org"
)


@pytest.mark.parametrize(
    ("text", "level", "code"),
    [
        ("250 Ok 0102019a1b2c3d4e-5f6a7b8c-9d0e-4f1a-8b2c-3d4e5f6a7b8c-000000", "ok", 0),
        ("v=DMARC1; p=none; pct=50", "advice", 0),
        ("454 Throttling failure: Maximum sending rate exceeded.", "waiting", 4),
        ("what is this?", "unknown", 3),
        (REFUSED, "problem", 1),
    ],
)
def test_the_strongest_level_is_the_exit(run: Run, text: str, level: str, code: int) -> None:
    ran = run("explain", "-", "--format", "json", stdin=text)
    said = json.loads(ran.out)
    assert (ran.code, said["schema"], said["level"]) == (code, 1, level)
    assert set(said) == {"schema", "level", "findings"}
    assert ran.err == ""
    assert ran.out.isascii()


def test_a_finding_has_the_shape_of_every_report(run: Run) -> None:
    (finding,) = json.loads(run("explain", "--format", "json", stdin=REFUSED).out)["findings"]
    assert set(finding) == {"id", "topic", "step", "level", "title", "evidence", "remedy"}
    assert (finding["id"], finding["topic"], finding["step"]) == ("send.recipient-unverified", "send", "proof")
    assert finding["evidence"] == [{"label": "reply 554", "expected": None, "seen": REFUSED, "source": "line 1", "at": None}]
    assert finding["remedy"]["text"]


def test_the_text_says_what_it_is_what_it_means_and_what_to_do(run: Run) -> None:
    lines = run("explain", stdin=REFUSED).out.splitlines()
    assert lines[0] == "This is a reply or a program's error."
    assert lines[1].startswith("× problem  SES in eu-west-1 does not know these addresses as verified: a@b.org.")
    assert lines[2].startswith("    Do: ")
    assert lines[3] == f"    reply 554: {REFUSED}, says line 1"


def test_a_file_is_read(run: Run, tmp_path: Path) -> None:
    log = tmp_path / "mail log.txt"
    log.write_bytes(b"\xef\xbb\xbf" + REFUSED.encode() + b"\xff\x00\x1b[31m\r\n")
    ran = run("explain", str(log))
    assert ran.code == 1
    assert "\x1b" not in ran.out
    assert "␛" in ran.out


def test_what_powershell_writes_is_read(run: Run, tmp_path: Path) -> None:
    log = tmp_path / "log.txt"
    log.write_text(REFUSED, encoding="utf-16")
    assert run("explain", str(log)).code == 1


def test_a_long_file_is_read_in_part_and_said_so(run: Run, tmp_path: Path) -> None:
    log = tmp_path / "log.txt"
    log.write_text(REFUSED + "\n" + "x" * 1_100_000)
    ran = run("explain", str(log))
    assert ran.code == 1
    assert ran.err == "Only the first 1,000,000 bytes were read.\n"


@pytest.mark.parametrize("name", ["no-such-file", "no such file", "x" * 300])
def test_no_such_file_and_no_word_is_bad_usage(run: Run, name: str) -> None:
    ran = run("explain", name)
    assert (ran.code, ran.out) == (2, "")
    assert len(ran.err.splitlines()) == 1


def test_a_directory_is_bad_input(run: Run, tmp_path: Path) -> None:
    ran = run("explain", str(tmp_path))
    assert (ran.code, len(ran.err.splitlines())) == (2, 1)


@pytest.mark.parametrize("stdin", ["", "  \n"])
def test_nothing_is_bad_input(run: Run, stdin: str) -> None:
    ran = run("explain", stdin=stdin)
    assert (ran.code, ran.err) == (2, "There is nothing to explain: the text is empty.\n")


@pytest.mark.parametrize("words", [("SPF",), ("MAIL", "FROM"), ("mail from",)])
def test_a_word_has_a_page(run: Run, words: tuple[str, ...]) -> None:
    ran = run("explain", *words)
    assert ran.code == 0
    assert "[explain.word]" in ran.out
    assert ran.err == ""


def test_a_word_shows_your_own_value(run: Run, tmp_path: Path) -> None:
    records = [
        {"purpose": "mail-from-spf", "name": "bounce.example.net", "type": "TXT", "value": "v=spf1 include:amazonses.com ~all"}
    ]
    document = {"schema": 1, "domain": "example.net", "region": "eu-west-1", "zone": None, "seen_at": "2026-11-22T09:00:00Z"}
    state = StateGateway(StateDirectory(Path(os.environ["SESWIZARD_STATE_DIR"])))
    asyncio.run(state.save_choices(DomainChoices("example.net", "eu-west-1")))
    assert "bounce.example.net" not in run("explain", "SPF").out
    asyncio.run(state.save_records_copy("example.net", "eu-west-1", {**document, "records": records}))
    ran = run("explain", "SPF")
    assert "bounce.example.net: TXT v=spf1 include:amazonses.com ~all, says the last look at example.net, 2026-11-22" in ran.out


def test_a_damaged_state_costs_only_your_own_value(run: Run) -> None:
    state = Path(os.environ["SESWIZARD_STATE_DIR"])
    state.mkdir(mode=0o700)
    (state / "state.json").write_text("{")
    ran = run("explain", "SPF")
    assert ran.code == 0
    assert "Your own values are not shown" in ran.err


def test_a_file_named_like_a_word_is_the_file(tmp_path: Path) -> None:
    (tmp_path / "SPF").write_text(REFUSED)
    done = subprocess.run(
        [sys.executable, "-m", "seswizard", "explain", "SPF"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 1


def test_a_password_is_not_said_again(run: Run) -> None:
    secret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
    for form in ("text", "json"):
        ran = run("explain", "--format", form, stdin=f"AUTH PLAIN {secret}\npassword={secret}\n{REFUSED} {secret}\n")
        assert ran.code == 1
        assert secret not in ran.out + ran.err


def test_long_evidence_is_counted_in_text_and_whole_in_json(run: Run) -> None:
    line = (
        "x postfix/smtp[1]: {:08X}: to=<a@b.org>, relay=email-smtp.eu-west-1.amazonaws.com[192.0.2.1]:587, status=sent (250 Ok)\n"
    )
    log = "".join(line.format(number) for number in range(30))
    assert "… and 10 lines more; --format json has them all" in run("explain", stdin=log).out
    assert len(json.loads(run("explain", "--format", "json", stdin=log).out)["findings"][0]["evidence"]) == 30


def test_a_terminal_is_asked_to_paste() -> None:
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "seswizard", "explain"], stdin=theirs, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    os.close(theirs)
    os.write(ours, b"535 Authentication Credentials Invalid\n\x04")
    out, err = process.communicate(timeout=60)
    os.close(ours)
    assert process.returncode == 1
    assert err == "Paste the text, then Ctrl-D.\n"
    assert "send.auth-failed" in out


def test_help_has_three_examples_and_the_exits(run: Run) -> None:
    ran = run("explain", "--help")
    assert ran.out.count("seswizard explain") >= 3
    assert "3 not recognised" in " ".join(ran.out.split())


def test_it_loads_neither_aws_nor_a_screen() -> None:
    program = (
        "import sys; from seswizard.cli.explain import command\n"
        "from click.testing import CliRunner; CliRunner().invoke(command, ['DKIM'])\n"
        "print([name for name in ('boto3', 'botocore', 'textual', 'dns', 'keyring') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout == "[]\n"


def test_a_closed_standard_input_is_an_empty_text() -> None:
    command = f"{sys.executable} -m seswizard explain <&-"
    ran = subprocess.run(["sh", "-c", command], capture_output=True, text=True, check=False, timeout=60)
    assert (ran.returncode, ran.stderr) == (2, "There is nothing to explain: the text is empty.\n")

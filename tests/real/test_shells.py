"""Pasted into a real shell, a printed command gives its program exactly the arguments that were meant."""

import os
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from seswizard.actions.identity import IdentityDraft, plan_identity
from seswizard.actions.suppression import removal_plan
from seswizard.core.commands import for_profile
from seswizard.core.names import EmailAddress
from seswizard.core.offer_words import watch_command
from seswizard.core.quoting import aws_command, our_command, shell
from seswizard.core.suppression import Suppressed

pytestmark = pytest.mark.real
Program = Callable[[str], str]

HOSTILE = (
    "plain",
    "`id`",
    "o'brien",
    "''",
    'say "hi"',
    "a&b|c;d<e>f",
    "$(id)${HOME}$HOME",
    "two  words, and: aws x",
    "-rf",
    "--",
    "!!boo!x",
    "%PATH%%d",
    "*?[a]{b,c}",
    "~root",
    "=ls",
    "#no",
    "back\\slash\\",
    "grüße ☃ 漢字",
    "line\nbreak\ttab\x1b[2J",
    "'\x07\"$(id)%s\\n",
    "\udcff\u202e",
    "(x)^y",
    "",
)


@pytest.fixture
def arrived(program: Program, tmp_path: Path) -> Callable[[str, str], list[list[str]]]:
    """Runs a script in a shell where `seswizard`, `aws` and `chmod` note their arguments."""
    binaries, notes = tmp_path / "bin", tmp_path / "notes"
    binaries.mkdir()
    for name in ("seswizard", "aws", "chmod"):
        it = binaries / name
        it.write_text(
            f"#!{sys.executable} -I\nimport os, sys\n"
            f"with open({str(notes)!r}, 'ab') as file:\n"
            "    file.write(b'\\0'.join(map(os.fsencode, [os.path.basename(sys.argv[0]), *sys.argv[1:]])) + b'\\0\\0end\\0')\n"
        )
        it.chmod(0o755)

    def run(shell_name: str, script: str) -> list[list[str]]:
        notes.unlink(missing_ok=True)
        words = [program(shell_name.split()[0]), *shell_name.split()[1:]]
        environment = {"PATH": f"{binaries}:{os.environ['PATH']}", "HOME": str(tmp_path), "LC_ALL": "C.UTF-8"}
        done = subprocess.run(
            words, input=os.fsencode(f"{script}\n"), capture_output=True, env=environment, cwd=tmp_path, timeout=60, check=False
        )
        assert notes.exists(), done.stderr
        runs = notes.read_bytes().split(b"\0\0end\0")[:-1]
        return [[os.fsdecode(part) for part in one.split(b"\0")] for one in runs]

    return run


SHELLS = pytest.mark.parametrize("shell_name", ["dash", "bash", "bash --norc --noprofile -i"])
"""The last one as at a prompt, where `!` calls commands back."""


@SHELLS
def test_each_word_arrives_as_it_was_meant(shell_name: str, arrived: Callable[[str, str], list[list[str]]]) -> None:
    script = "\n".join(shell("chmod", meant, "last") for meant in HOSTILE)
    assert arrived(shell_name, script) == [["chmod", meant, "last"] for meant in HOSTILE]


@SHELLS
def test_options_and_profiles_arrive(shell_name: str, arrived: Callable[[str, str], list[list[str]]]) -> None:
    wanted, script = [], []
    for meant in HOSTILE:
        if not meant or "\n" in meant:
            continue
        script.append(for_profile(our_command("undo", meant, region="eu-west-1"), meant))
        tail = [f"--profile={meant}"] if meant.startswith("-") else ["--profile", meant]
        middle = ["--region", "eu-west-1", *tail]
        wanted.append(["seswizard", "undo", *([*middle, "--", meant] if meant.startswith("-") else [meant, *middle])])
    assert arrived(shell_name, "\n".join(script)) == wanted


LOCALS = ("`id`", "o'brien", "a&b", "x|sh", "-x", "=x", "~x", "$HOME", "{a", "!x!", "%s", "#x", "a*?b^c")


@SHELLS
@pytest.mark.parametrize("local", LOCALS)
def test_a_plan_for_an_address_arrives_whole(shell_name: str, local: str, arrived: Callable[[str, str], list[list[str]]]) -> None:
    """Broken over lines with backslashes too, as a plan is shown."""
    name = EmailAddress.parse(f"{local}@example.com")
    plan = for_profile(plan_identity(IdentityDraft(name), None, "eu-west-1"), "the whole company's account")
    listed = removal_plan(Suppressed(str(name), "BOUNCE", datetime(2026, 1, 1, tzinfo=UTC)), "eu-west-1")
    script = "\n".join([*plan.commands, plan.undo, *listed.commands, listed.undo, watch_command(name, "eu-west-1")])
    script = f"{script}\n{aws_command('sesv2 get-email-identity', email_identity=name)}"
    for run in arrived(shell_name, script):
        assert any(one == str(name) or one.endswith(f"={name}") or f'"{name}"' in one for one in run), run
        assert run[0] in ("aws", "seswizard")
    assert len(arrived(shell_name, script)) == 6

"""`--keep` and its two command lines become one choice, or one sentence."""

from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from seswizard.cli.keep_options import keep_options
from seswizard.core.failure import BadInputError
from seswizard.core.keep import KEEPS, KeepChoice

seen: list[tuple[str, KeepChoice | None]] = []


@click.command()
@click.argument("name")
@keep_options
@click.option("--more")
def command(name: str, keep: KeepChoice | None, more: str | None) -> None:
    """Says what it was given."""
    seen.append((name, keep))


def chosen(*arguments: str) -> KeepChoice | None:
    ran = CliRunner().invoke(command, ["example.com", *arguments], catch_exceptions=False)
    assert ran.exit_code == 0, ran.output
    name, keep = seen.pop()
    assert name == "example.com"
    return keep


def test_without_the_option_nothing_is_chosen() -> None:
    assert chosen() is None


@pytest.mark.parametrize("text", ["keyring", "show", "ssm:/mail/out", "secretsmanager:mail/out"])
def test_a_keep_by_name(text: str) -> None:
    assert chosen("--keep", text) == KeepChoice.parse(text)


def test_a_files_path_is_made_whole(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert chosen("--keep", "file:~/.netrc") == KeepChoice("file", f"{home}/.netrc")
    assert chosen("--keep", "file:login.json") == KeepChoice("file", f"{tmp_path}/login.json")


def test_a_command_with_its_lines() -> None:
    keep = chosen("--keep", "command", "--store-with", "pass insert -m x", "--read-with", "pass show x")
    assert keep == KeepChoice("command", "", "pass insert -m x", "pass show x")


@pytest.mark.parametrize(
    "arguments",
    [
        ["--keep", "vault"], ["--keep", ""], ["--keep", "command"], ["--keep", "command", "--store-with", "x"],
        ["--store-with", "x"], ["--read-with", "x"], ["--keep", "show", "--read-with", "x"], ["--keep", "file:~bob/x"],
    ],
)  # fmt: skip
def test_what_cannot_be_used_is_bad_input(arguments: list[str]) -> None:
    with pytest.raises(BadInputError):
        chosen(*arguments)


def test_the_help_names_every_keep() -> None:
    said = " ".join(CliRunner().invoke(command, ["--help"]).output.split())
    assert all(way in said for _, way, _ in KEEPS)

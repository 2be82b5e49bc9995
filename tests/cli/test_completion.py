"""What the shells are told when somebody presses tab."""

import pytest
from click.shell_completion import ShellComplete

from seswizard.cli.main import COMMANDS, seswizard


def suggested(words: str) -> list[str]:
    *before, begun = words.split(" ")
    return [one.value for one in ShellComplete(seswizard, {}, "seswizard", "_SESWIZARD_COMPLETE").get_completions(before, begun)]


def test_the_first_word_is_any_command() -> None:
    assert suggested("") == list(COMMANDS)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("he", ["health", "headers"]),
        ("login ro", ["rotate"]),
        ("example.com --lin", ["--linear"]),
        ("health --form", ["--format"]),
        ("records example.com --format ", ["text", "json", "bind"]),
        ("demo se", ["serve"]),
        ("demo dkim.dou", ["dkim.doubled-name"]),
        ("demo serve --scenario prod", ["production"]),
    ],
)
def test_what_comes_next(words: str, expected: list[str]) -> None:
    assert suggested(words) == expected

"""Every command that is printed is put together in one place, which quotes for the shell that it is pasted into."""

import ast
import re
import shlex
from pathlib import Path

import pytest

from seswizard.core.commands import for_profile
from seswizard.core.quoting import aws_command, our_command, powershell, shell, tag_words, word

PACKAGE = Path(__file__).parents[2] / "seswizard"
PRINTED = re.compile(
    r"(?:^|: |`)(?:seswizard (?:setup|login|send|health|records|check|listen|explain|headers|suppression|undo|demo) "
    r"|aws [a-z0-9]+ [a-z-]+ --|(?:dig|nslookup|swaks|curl|openssl|chmod|mkdir|postmap) )[^\n]*\0"
)
"""A command with something filled in, as an f-string would hold it."""


@pytest.mark.parametrize("path", sorted(PACKAGE.rglob("*.py")), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_no_command_is_put_together_elsewhere(path: Path) -> None:
    """Neither as an f-string that begins as a command does, nor with another quoting than ours."""
    if path.name == "quoting.py":
        return
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.JoinedStr):
            text = "".join(str(part.value) if isinstance(part, ast.Constant) else "\0" for part in node.values)
            assert not PRINTED.search(text), f"{path.name}:{node.lineno} {ast.unparse(node)}"
        if isinstance(node, ast.Attribute) and ast.unparse(node.value) == "shlex":
            assert node.attr == "split", f"{path.name}:{node.lineno} quotes by itself"


@pytest.mark.parametrize(
    ("name", "command"),
    [
        ("example.com", "seswizard undo example.com --region eu-west-1"),
        ("`id`@example.com", "seswizard undo '`id`@example.com' --region eu-west-1"),
        ("o'brien@example.com", "seswizard undo 'o'\"'\"'brien@example.com' --region eu-west-1"),
        ("a&b@example.com", "seswizard undo 'a&b@example.com' --region eu-west-1"),
        ("x|sh@example.com", "seswizard undo 'x|sh@example.com' --region eu-west-1"),
        ("=x@example.com", "seswizard undo '=x@example.com' --region eu-west-1"),
        ("~x@example.com", "seswizard undo '~x@example.com' --region eu-west-1"),
        ("-x@example.com", "seswizard undo --region eu-west-1 -- -x@example.com"),
        ("-'@example.com", "seswizard undo --region eu-west-1 -- '-'\"'\"'@example.com'"),
    ],
)
def test_a_name_is_one_argument_whatever_it_holds(name: str, command: str) -> None:
    assert our_command("undo", name, region="eu-west-1") == command


def test_options_that_say_nothing_are_left_out() -> None:
    assert our_command("health", "a.b", watch=True, until="", region=None, only=False) == "seswizard health a.b --watch"
    assert aws_command("iam create-user", tags=("Key=a", "Key=b c")) == "aws iam create-user --tags Key=a 'Key=b c'"


def test_a_value_that_begins_with_a_dash_is_no_option() -> None:
    assert aws_command("sesv2 x", email_identity="-x@a.b") == "aws sesv2 x --email-identity=-x@a.b"


def test_a_tag_means_itself_in_the_clis_shorthand() -> None:
    assert tag_words({"a:b": "example.com"}) == ("Key=a:b,Value=example.com",)
    assert tag_words({"a:b": "o'b{=@a.b"}) == ('Key=a:b,Value="o\'b{=@a.b"',)


@pytest.mark.parametrize(
    ("meant", "quoted"),
    [
        ("_dmarc.example.com", "_dmarc.example.com"),
        ("-Type", "-Type"),
        ("o'brien", "'o''brien'"),
        ("o\u2019brien\u2018\u201a\u201b", "'o\u2019\u2019brien\u2018\u2018\u201a\u201a\u201b\u201b'"),
        ("$(id)", "'$(id)'"),
        ("`id`", "'`id`'"),
        ("a b", "'a b'"),
        ("a;b", "'a;b'"),
        ("@a", "'@a'"),
        ("a,b", "'a,b'"),
        ("-x@y", "'-x@y'"),
        ("%PATH%", "'%PATH%'"),
        ("ä", "'ä'"),
        ("", "''"),
    ],
)
def test_powershell_takes_it_as_one_argument(meant: str, quoted: str) -> None:
    assert powershell(meant) == quoted


@pytest.mark.parametrize("name", ["o'b, rien@example.com", "a: aws x@example.com", "a --profile b", 'say "hi", you'])
def test_the_profile_is_put_behind_what_is_quoted_not_into_it(name: str) -> None:
    command = for_profile(our_command("health", name, keep="file:/a, b"), "my work")
    assert shlex.split(command) == ["seswizard", "health", name, "--keep", "file:/a, b", "--profile", "my work"]
    assert for_profile(command, "my work") == command
    assert for_profile(f"{command}, until then", "") == f"{command}, until then"


def test_the_profile_stands_before_a_name_that_begins_with_a_dash() -> None:
    command = for_profile(our_command("undo", "-x@example.com", region="eu-west-1"), "-p")
    assert command == "seswizard undo --region eu-west-1 --profile=-p -- -x@example.com"


def test_a_control_character_never_reaches_the_terminal() -> None:
    for meant in ("a\x1b[2Jb", "a\nb", "\u202eb", "a\x9bb", "\udcff"):
        assert word(meant).isascii()
        assert word(meant).isprintable()
    assert shell("chmod", "600", "/a b") == "chmod 600 '/a b'"

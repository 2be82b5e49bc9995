"""How a keep is written, what fits this computer, and how a path becomes whole."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from seswizard.core.checks import could_not_look
from seswizard.core.failure import BadInputError, Failure
from seswizard.core.findings import Level, Report
from seswizard.core.keep import KEEPS, KeepChoice, Surroundings, file_form, keep_offers
from seswizard.core.reading import Unseen
from seswizard.core.remembered import DomainChoices
from seswizard.core.steps import State, progress, step_of

DESKTOP = Surroundings()
SERVER = Surroundings(display=False, bus=False)


@pytest.mark.parametrize(
    ("text", "kind", "place"),
    [
        ("keyring", "keyring", ""),
        ("file:/etc/postfix/sasl_passwd", "file", "/etc/postfix/sasl_passwd"),
        ("file: /a b/c:d ", "file", "/a b/c:d"),
        ("secretsmanager:mail/ses@example.com", "secretsmanager", "mail/ses@example.com"),
        ("ssm:/mail/ses", "ssm", "/mail/ses"),
        ("ssm:mail.ses-1", "ssm", "mail.ses-1"),
        ("show", "show", ""),
    ],
)
def test_a_keep_reads_back_as_it_is_written(text: str, kind: str, place: str) -> None:
    choice = KeepChoice.parse(text)
    assert (choice.kind, choice.place) == (kind, place)
    assert KeepChoice.parse(choice.text) == choice


@pytest.mark.parametrize(
    "text",
    [
        "", "vault", "keyring:", "keyring:x", "file", "file:", "file: ", "file:/a\0b", "file:/a\x1b[2Jb", "file:/a\nb",
        "secretsmanager:", "secretsmanager:a b", "secretsmanager:[/x]", "secretsmanager:" + "a" * 501,
        "secretsmanager:arn:aws:secretsmanager:eu-west-1:123456789012:secret:x-AbCdEf",
        "ssm:a/b", "ssm:/aws/x", "ssm:AWSmail", "ssm:/ssm", "ssm:/a//b", "ssm:/" + "a" * 900, "ssm:/a" * 16, "command", "show:x",
    ],
)  # fmt: skip
def test_what_is_no_keep_is_one_sentence(text: str) -> None:
    with pytest.raises(BadInputError) as caught:
        KeepChoice.parse(text)
    said = str(caught.value)
    assert said.endswith(".")
    assert "\x1b" not in said
    assert "\n" not in said


@pytest.mark.parametrize(
    ("store", "read"), [("", ""), ("pass insert x", ""), ("", "pass show x"), ("pass 'x", "y"), ("''", "y"), ("a\0", "y")]
)
def test_a_command_needs_both_its_lines(store: str, read: str) -> None:
    with pytest.raises(BadInputError):
        KeepChoice.parse("command", store, read)


def test_command_lines_belong_to_the_command() -> None:
    with pytest.raises(BadInputError, match="belong to"):
        KeepChoice.parse("file:/x", "a", "b")
    assert KeepChoice.parse("command", "pass insert x", "pass show x").text == "command"


@pytest.mark.parametrize(
    ("path", "whole"),
    [
        ("~/.netrc", "/home/eve/.netrc"),
        ("login", "/srv/login"),
        ("../login", "/login"),
        ("/etc/./x", "/etc/x"),
        ("~", "/home/eve"),
    ],
)
def test_a_path_is_made_whole_before_it_is_remembered(path: str, whole: str) -> None:
    assert KeepChoice.parse(f"file:{path}").anchored("/home/eve", "/srv").place == whole


def test_another_persons_home_is_not_guessed() -> None:
    with pytest.raises(BadInputError, match="whole path"):
        KeepChoice.parse("file:~bob/x").anchored("/home/eve", "/srv")
    assert KeepChoice.parse("ssm:/x").anchored("/home/eve", "/srv").place == "/x"


@pytest.mark.parametrize(
    ("path", "form"),
    [
        ("/etc/postfix/sasl_passwd", "postfix"), ("/x/.netrc", "netrc"), ("/x/_netrc", "netrc"), ("netrc", "netrc"),
        ("/x/login.json", "json"), ("/x/sasl_passwd.db", "json"), ("/x/.netrc/login", "json"),
    ],
)  # fmt: skip
def test_a_files_name_tells_its_form(path: str, form: str) -> None:
    assert file_form(path) == form


def test_postfix_has_to_be_told() -> None:
    assert KeepChoice("file", "/etc/post fix/sasl_passwd").afterwards == "postmap '/etc/post fix/sasl_passwd'"
    assert KeepChoice("file", "/home/ann/.netrc").afterwards == ""
    assert KeepChoice("ssm", "sasl_passwd").afterwards == ""


@pytest.mark.parametrize(
    ("here", "first"),
    [
        (DESKTOP, "keyring"),
        (SERVER, "file"),
        (Surroundings(display=False), "file"),
        (Surroundings(bus=False), "file"),
        (Surroundings(ssh=True), "file"),
        (Surroundings(system="darwin", display=False, bus=False), "keyring"),
        (Surroundings(system="darwin", ssh=True), "file"),
        (replace(SERVER, named_keyring="keyrings.alt.file"), "keyring"),
    ],
)
def test_what_fits_this_computer_comes_first_and_says_why(here: Surroundings, first: str) -> None:
    offers = keep_offers(here)
    assert offers[0].kind == first
    assert offers[0].reason.endswith(".")
    assert offers[-1].kind == "show"
    assert {(one.kind, one.way, one.what) for one in offers} == set(KEEPS)


def test_where_a_keyring_will_hardly_work_that_is_said() -> None:
    (keyring,) = (one for one in keep_offers(SERVER) if one.kind == "keyring")
    assert "locked or absent" in keyring.reason


def test_the_keep_that_was_remembered() -> None:
    kept = DomainChoices("example.com", "eu-west-1", login_keep="command", keep_store="pass insert x", keep_read="pass show x")
    assert KeepChoice.of(kept) == KeepChoice("command", "", "pass insert x", "pass show x")
    assert KeepChoice.of(None) == KeepChoice()
    assert KeepChoice.of(DomainChoices("example.com", "eu-west-1", login_keep="gone:x")) == KeepChoice()


def test_only_places_of_many_hold_a_successor_beside() -> None:
    assert [KeepChoice(kind).stages for kind, _, _ in KEEPS] == [True, True, True, True, False, False]
    assert [KeepChoice(kind).regions for kind, _, _ in KEEPS] == [True, True, True, True, False, False]


@pytest.mark.parametrize("kind", ["login.vault-missing", "login.keychain-refused"])
def test_a_keep_that_refuses_is_advice_and_its_step_is_to_do(kind: str) -> None:
    """Another keep does as well, so it is no reason to call anything broken or unknown."""
    unseen = Unseen(Failure(kind, "It refused.", remedy="Unlock it."), "keyring", datetime(2026, 11, 22, tzinfo=UTC))
    finding = could_not_look(kind, [unseen])
    assert (finding.id, finding.level, step_of(finding)) == (kind, Level.ADVICE, "login")
    looked = Report("example.com", "eu-west-1", (finding,), frozenset({"access", "region", "identity", "login", "ports"}))
    assert progress(looked)["login"] is State.OPEN

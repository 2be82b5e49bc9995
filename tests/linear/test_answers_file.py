"""The answers file: what is written is read back the same, and what cannot be used is one sentence."""

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seswizard.core.answers_file import (
    NONE,
    SetupAnswers,
    mail_from_name,
    read_answers,
    read_proof,
    read_sends_by,
    reports_address,
    write_answers,
)
from seswizard.core.failure import BadInputError
from seswizard.core.keep import KeepChoice
from seswizard.core.names import BadNameError, DomainName, EmailAddress
from seswizard.core.remembered import DomainChoices

EXAMPLE = DomainName("example.com")
WHOLE = SetupAnswers(
    EXAMPLE,
    "eu-west-1",
    "sdk",
    "bounce.example.com",
    "reports@example.com",
    KeepChoice("command", "", "pass insert -m 'ses \"x\"'", "pass show ses\\x"),
    "mailer",
    "none",
)


@pytest.mark.parametrize(
    "answers",
    [
        WHOLE,
        SetupAnswers(),
        SetupAnswers(EmailAddress("post", EXAMPLE), mail_from="", reports_to=""),
        SetupAnswers(EXAMPLE, keep=KeepChoice("file", "/etc/ses login"), proof="bounce"),
    ],
)
def test_what_is_written_is_read_back(answers: SetupAnswers) -> None:
    text = write_answers(answers)
    read = read_answers(text)
    assert SetupAnswers(mail_from=answers.mail_from).over(read) == answers
    assert read.mail_from == (answers.mail_from or NONE if answers.mail_from is not None else None)
    assert all(len(line) <= 130 for line in text.splitlines())


@given(st.text(st.characters(blacklist_categories=["Cs"])))
def test_any_text_is_quoted_so_that_toml_reads_it_back(text: str) -> None:
    choice = KeepChoice("command", "", text, "pass show ses")
    written = write_answers(SetupAnswers(keep=choice))
    assert tomllib.loads(written).get("store_with", "") == text


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("name = ", "not TOML"),
        ("a = " + "[" * 4000, "nested too deeply"),
        ("a = " + "[" * 5000, "longer than any"),
        (".".join("a" * 30_000) + " = 1", "longer than any"),
        ("[" + ".".join("a" * 30_000) + "]", "longer than any"),
        ("# a comment\n" * 2_000, "longer than any"),
        ("schema = 2", "another schema"),
        ("schema = true", "another schema"),
        ('nam = "example.com"', "Did you mean name?"),
        ('password = "x"', "no 'password'"),
        ("name = 5", "must be a text"),
        ("name = ['example.com']", "must be a text"),
        ('name = "https://example.com/"', "In the answers file: That is a web address"),
        ('sends_by = "pigeon"', "'pigeon' does not say what sends"),
        ('proof = "delivery"', "is no proof"),
        ('reports_to = "nobody"', "In the answers file:"),
        ('keep = "pocket"', "is no keep"),
        ('keep = "command"', "--store-with"),
        ('read_with = "pass show x"', 'belong to keep = "command"'),
        ('user = "a user"', "no name of an IAM user"),
    ],
)
def test_a_file_that_cannot_be_used_gets_one_sentence(text: str, says: str) -> None:
    with pytest.raises(BadInputError) as error:
        read_answers(text)
    assert says in str(error.value)
    assert "\n" not in str(error.value)


def test_options_win_over_the_file() -> None:
    assert SetupAnswers(region="us-east-1", proof="bounce").over(WHOLE) == SetupAnswers(
        WHOLE.name, "us-east-1", "sdk", WHOLE.mail_from, WHOLE.reports_to, WHOLE.keep, "mailer", "bounce"
    )


def test_what_was_chosen_becomes_answers() -> None:
    choices = DomainChoices("example.com", "eu-west-1", "123456789012", mail_from="bounce.example.com", login_keep="file:/x")
    assert SetupAnswers.of(choices) == SetupAnswers(
        EXAMPLE, "eu-west-1", "smtp", "bounce.example.com", "", KeepChoice("file", "/x")
    )
    assert "123456789012" not in write_answers(SetupAnswers.of(choices))


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("bounce", "bounce.example.com"),
        (" Bounce.Example.com. ", "bounce.example.com"),
        ("a.b", "a.b.example.com"),
        ("", ""),
        ("none", ""),
        ("none.example.com", "none.example.com"),
    ],
)
def test_mail_from_is_typed_as_a_label_or_whole(typed: str, name: str) -> None:
    assert mail_from_name(EXAMPLE, typed) == name


def test_bad_single_answers_are_sentences() -> None:
    with pytest.raises(BadNameError, match="is not a domain name"):
        mail_from_name(EXAMPLE, "bounce_")
    for dots in (".", "..", ".example.com"):
        with pytest.raises(BadNameError):
            mail_from_name(EXAMPLE, dots)
    with pytest.raises(BadNameError, match="MAIL FROM is a name below"):
        mail_from_name(EXAMPLE, "Example.com.")
    with pytest.raises(BadNameError):
        reports_address("example.com")
    with pytest.raises(BadInputError):
        read_sends_by("")
    with pytest.raises(BadInputError):
        read_proof("")
    assert reports_address("none") == ""
    assert reports_address("Me@Example.com") == "Me@example.com"


def test_a_file_is_refused_before_its_keys_cost_memory_with_the_square_of_their_length(monkeypatch: pytest.MonkeyPatch) -> None:
    """60 KB of one dotted key took 3.6 GB."""
    monkeypatch.setattr(tomllib, "loads", lambda _text: pytest.fail("it was parsed"))
    for text in (".".join("a" * 2_501) + "=1", "a=1\n" * 5_001):
        with pytest.raises(BadInputError, match="longer than any"):
            read_answers(text)

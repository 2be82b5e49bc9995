"""What is printed to be pasted goes to the account that was looked at."""

import pytest

from seswizard.core.commands import for_profile
from seswizard.core.failure import Failure
from seswizard.core.findings import Evidence, Finding, Level, Remedy, Report
from seswizard.core.plan import Change, Plan


@pytest.mark.parametrize(
    ("plain", "named"),
    [
        ("aws sso login", "aws sso login --profile prod"),
        ("seswizard undo example.com --region eu-west-1", "seswizard undo example.com --region eu-west-1 --profile prod"),
        ("seswizard --region eu-west-1", "seswizard --region eu-west-1 --profile prod"),
        ("seswizard", "seswizard --profile prod"),
        ("  seswizard health example.com", "  seswizard health example.com --profile prod"),
        (
            "seswizard login rotate example.com --cancel, until the new login is proven",
            "seswizard login rotate example.com --cancel --profile prod, until the new login is proven",
        ),
        ("Make a new key: seswizard login create a.b", "Make a new key: seswizard login create a.b --profile prod"),
        ("aws iam a\naws iam b", "aws iam a --profile prod\naws iam b --profile prod"),
        (
            'eval "$(aws configure export-credentials --format env)"',
            'eval "$(aws configure export-credentials --format env --profile prod)"',
        ),
        ("aws sso login --profile other", "aws sso login --profile other"),
        ("seswizard explain FILE", "seswizard explain FILE"),
        ("seswizard check --expected records.json", "seswizard check --expected records.json"),
        ("mkdir -p -m 700 /srv/keep", "mkdir -p -m 700 /srv/keep"),
        ("Delete it in the console; aws is not asked.", "Delete it in the console; aws is not asked."),
        ("seswizardry", "seswizardry"),
        ("", ""),
    ],
)
def test_a_command_names_the_profile_once_and_prose_is_left_alone(plain: str, named: str) -> None:
    assert for_profile(plain, "prod") == named
    assert for_profile(named, "prod") == named
    assert for_profile(plain, "") == plain


def test_a_name_that_needs_it_is_quoted() -> None:
    assert for_profile("aws sso login", "my work") == "aws sso login --profile 'my work'"


def test_everything_that_holds_commands_gets_it_in_each_of_them() -> None:
    finding = Finding("login.missing", Level.PROBLEM, "Gone", (Evidence("aws x", "aws y"),), Remedy("Do", command="aws iam x"))
    report = for_profile(Report("example.com", "eu-west-1", (finding, Finding("dns.ok", Level.OK, "Fine"))), "prod")
    assert [one.remedy and one.remedy.command for one in report.findings] == ["aws iam x --profile prod", None]
    assert report.findings[0].evidence == finding.evidence
    assert for_profile(Failure("x", "y", command="aws iam x"), "prod").command == "aws iam x --profile prod"
    plan = Plan(
        "make it",
        (Change("+", "User", "one", "aws iam a\naws iam b"), Change("+", "Password", "x")),
        "Make",
        "seswizard undo a.b",
    )
    named = for_profile(plan, "prod")
    assert named.commands == ("aws iam a --profile prod\naws iam b --profile prod",)
    assert named.lines()[-1] == "Undo: seswizard undo a.b --profile prod"
    assert (named.title, named.verb, named.summary) == (plan.title, plan.verb, plan.summary)


def test_a_quoted_name_is_never_torn_over_two_lines() -> None:
    """A plan breaks its lines between words; the words within quotes are one, blanks and all."""
    command = "aws iam create-user --user-name seswizard-example-com-eu-west-1 --path /seswizard/"
    plan = for_profile(Plan("make it", (Change("+", "User", "one", command),), "Make"), "the  whole company's production account")
    assert "--profile 'the  whole company'\"'\"'s production account'" in plan.commands[0].splitlines()[-1]

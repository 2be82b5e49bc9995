"""The first minute as a process: no region on a terminal and in a script, and a mistyped domain without a person."""

import json
import os

import pytest

from seswizard.demo.world import World
from tests.cli.conftest import Run
from tests.conftest import MakeWorld
from tests.linear.dialogue import Dialogue

UNSET = ("AWS_REGION", "AWS_DEFAULT_REGION")


@pytest.fixture
def world(make_world: MakeWorld) -> World:
    """A fresh account."""
    return make_world("blank")


@pytest.mark.parametrize(
    "words",
    [("setup", "example.com", "--yes"), ("setup",), ("example.com",), ("health", "example.com"), ("records", "example.com")],
    ids=" ".join,
)
def test_a_script_without_a_region_is_refused(world: World, run: Run, words: tuple[str, ...]) -> None:
    """Nobody is there to be asked: one sentence, exit 2."""
    ran = run(*words, AWS_REGION=None, AWS_DEFAULT_REGION=None)
    assert ran.code == 2
    assert ran.out == ""
    assert len(ran.err.strip().splitlines()) <= 2


def test_a_person_is_asked_for_the_region(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in UNSET:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TZ", "Europe/Dublin")
    with Dialogue("setup", "--linear", "example.com") as talk:
        talk.answer("")
        listed = talk.answer("1")
        assert "1. eu-west-1, Ireland" in listed
        assert "Step " in talk.until(r"Step \d of 9: [^\n]*")
        talk.answer("q")
        assert talk.ended() == 0
    with Dialogue("setup", "--linear", "example.com") as talk:
        again = talk.until(r"Step \d of 9: [^\n]*")
        assert "AWS region" not in again, "the only one that is remembered for the name"
        talk.answer("q")
        assert talk.ended() == 0
    assert "AWS_REGION" not in os.environ


@pytest.mark.parametrize("form", ["text", "json"])
def test_a_mistyped_domain_is_refused_without_a_person(world: World, run: Run, form: str) -> None:
    """One sentence and its finding, exit 1; nothing is made, and nothing remembers the name."""
    ran = run("setup", "foo.org", "--yes", "--format", form)
    assert ran.code == 1
    assert "foo.org is not registered, or has no name servers." in ran.out + ran.err
    assert "foo.org" not in world.ses.region("eu-west-1").identities
    if form == "json":
        assert [line for line in map(json.loads, ran.out.splitlines()) if "dns.not-delegated" in json.dumps(line)]
    assert run("health", AWS_REGION=None, AWS_DEFAULT_REGION=None).code == 2
    assert "foo.org" not in run("setup", "--yes").err

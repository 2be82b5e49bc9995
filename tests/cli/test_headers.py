"""`headers` as a shell runs it: files and standard input, with DNS and without, formats and exit codes."""

import json
from pathlib import Path

import pytest

from seswizard.core.headers.kinds import LEVELS
from seswizard.core.reading import Seen, Unseen
from seswizard.look.headers import look_published
from tests.cli.conftest import Run
from tests.conftest import MakeWorld
from tests.core.headers.mails import MANGLES, delivered, signed
from tests.fakes import FakeWorld

GOOD = delivered(signed(), "gmail")
BROKEN = delivered(MANGLES["footer"](signed()), "postfix", "lists.example.org")


@pytest.fixture
def save(tmp_path: Path) -> Path:
    """A place for mails."""
    (tmp_path / "good.eml").write_bytes(GOOD)
    (tmp_path / "broken.eml").write_bytes(BROKEN)
    return tmp_path


@pytest.mark.parametrize(("name", "code", "level"), [("good.eml", 0, "ok"), ("broken.eml", 1, "problem")])
def test_the_exit_code_is_that_of_the_strongest_level(save: Path, run: Run, name: str, code: int, level: str) -> None:
    ran = run("headers", str(save / name), "--offline", "--format", "json")
    about = json.loads(ran.out)
    assert (ran.code, about["schema"], about["level"]) == (code, 1, level)
    assert set(about) == {"schema", "level", "findings"}
    for one in about["findings"]:
        assert set(one) == {"id", "topic", "step", "level", "title", "evidence", "remedy"}
        assert one["level"] in {level.value for level in LEVELS[one["id"]]}


def test_text_shows_worst_first_and_every_rule(save: Path, run: Run) -> None:
    ran = run("headers", str(save / "broken.eml"), "--offline")
    lines = ran.out.splitlines()
    assert lines[0] == "From example.com: problem"
    assert lines[1].startswith("×")
    assert "[headers.body-changed]" in ran.out
    assert "one-click unsubscribe, for marketing and subscribed mail: met" in ran.out
    assert "spam rate below 0.3 %: cannot be seen in this mail" in ran.out


def test_standard_input_and_header_fields_alone(run: Run) -> None:
    pasted = GOOD.partition(b"\r\n\r\n")[0].decode()
    ran = run("headers", "-", "--offline", "--format", "json", stdin=pasted)
    assert ran.code == 0
    assert "headers.second-signature" in ran.out


def test_a_mail_that_is_no_utf_8_is_read_byte_for_byte(tmp_path: Path, run: Run) -> None:
    content = delivered(signed(body=b"caf\xe9 \xff\r\n"), "fastmail")
    (tmp_path / "latin.eml").write_bytes(content)
    ran = run("headers", str(tmp_path / "latin.eml"), "--offline", "--format", "json")
    (signatures,) = [one for one in json.loads(ran.out)["findings"] if one["id"] == "headers.signatures"]
    assert [one["seen"] for one in signatures["evidence"]] == ["pass, body unchanged"] * 2


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "no header fields"),
        (b"%PDF-1.7 \x00\x01", "no header fields"),
        (b"\xd0\xcf\x11\xe0 an Outlook .msg", "no header fields"),
        (b"A: b\r\n\r\n" + b"x" * (10 * 1024 * 1024), "longer than 10 MB"),
    ],
)
def test_a_bad_file_is_exit_2_in_one_sentence(tmp_path: Path, run: Run, content: bytes, words: str) -> None:
    (tmp_path / "bad.eml").write_bytes(content)
    ran = run("headers", str(tmp_path / "bad.eml"))
    assert (ran.code, ran.out, len(ran.err.splitlines())) == (2, "", 1)
    assert words in ran.err


@pytest.mark.parametrize("name", ["nothing.eml", ".", "a\x1b[31m.eml"])
def test_what_cannot_be_read_is_exit_2(tmp_path: Path, run: Run, name: str) -> None:
    ran = run("headers", str(tmp_path / name))
    assert (ran.code, ran.out, len(ran.err.splitlines())) == (2, "", 1)
    assert "\x1b" not in ran.err


def test_hostile_fields_reach_no_terminal(tmp_path: Path, run: Run) -> None:
    (tmp_path / "h.eml").write_bytes(GOOD.replace(b"mx.google.com", b"mx\x1b]0;x\x07.google.com").replace(b"0102@", b"\xc2\x9b@"))
    ran = run("headers", str(tmp_path / "h.eml"), "--offline")
    assert not any(char in ran.out + ran.err for char in "\x1b\x07\x9b")


def test_with_dns_the_published_policy_decides(make_world: MakeWorld, save: Path, run: Run) -> None:
    world = make_world("production")
    ran = run("headers", str(save / "good.eml"), "--format", "json")
    about = json.loads(ran.out)
    (aligned,) = [one for one in about["findings"] if one["id"] == "headers.aligned"]
    assert "backed by DKIM and SPF" in aligned["title"]
    (policy,) = [one for one in aligned["evidence"] if one["label"] == "DMARC policy"]
    assert policy["seen"].startswith("v=DMARC1")
    assert ran.code == 0
    assert "Test addresses are in force" in ran.err
    assert world.failures == []


def test_offline_asks_nothing(make_world: MakeWorld, save: Path, run: Run) -> None:
    make_world("production")
    ran = run("headers", str(save / "good.eml"), "--offline")
    assert "DMARC policy:" not in ran.out
    assert ran.err == ""


def test_without_an_answer_the_names_decide_and_it_is_said(save: Path, run: Run) -> None:
    ran = run("headers", str(save / "good.eml"), "--doh", "off", SESWIZARD_RESOLVERS="127.0.0.1:9")
    assert ran.code == 0
    assert "Could not look" in ran.err
    assert "backed by DKIM and SPF" in ran.out


def asked(world: FakeWorld) -> set[str]:
    return world.dns.names_asked(resolvers=True)


async def test_the_walk_is_asked_for_the_from_and_for_what_lies_within_its_organisation() -> None:
    world = FakeWorld()
    world.dns.put("_dmarc.example.com", "TXT", "v=DMARC1; p=none; aspf=s")
    others = ["bounce.example.com", "amazonses.com", "news.example.com", "not a name.example.com"]
    seen = await look_published(world.services, "news.example.com", others)
    assert isinstance(seen, Seen)
    assert seen.value.policy is not None
    assert seen.value.policy.at == "_dmarc.example.com"
    assert dict(seen.value.organisations) == {"news.example.com": "example.com", "bounce.example.com": "example.com"}
    assert asked(world) == {"_dmarc.news.example.com", "_dmarc.bounce.example.com", "_dmarc.example.com", "_dmarc.com"}


async def test_a_mail_cannot_make_us_ask_about_a_thousand_domains() -> None:
    world = FakeWorld()
    world.dns.put("_dmarc.example.com", "TXT", "v=DMARC1; p=none")
    seen = await look_published(world.services, "example.com", [f"a{one}.example.com" for one in range(1000)])
    assert isinstance(seen, Seen)
    assert len(seen.value.organisations) == 9
    assert len(asked(world)) < 12


async def test_an_author_that_is_no_domain_is_not_asked_about() -> None:
    world = FakeWorld()
    seen = await look_published(world.services, "no domain", ["example.com"])
    assert isinstance(seen, Seen)
    assert (seen.value.policy, asked(world)) == (None, set())


async def test_where_no_resolver_answers_https_does_and_else_nothing_is_known() -> None:
    world = FakeWorld()
    world.dns.put("_dmarc.example.com", "TXT", "v=DMARC1; p=none")
    world.dns.deaf = True
    seen = await look_published(world.services, "example.com", [])
    assert isinstance(seen, Seen)
    assert seen.value.policy is not None
    world.dns.doh_deaf = True
    assert isinstance(await look_published(world.services, "example.com", []), Unseen)

"""The whole journey without a screen: plain lines in a terminal, the way into the wizard and back, Ctrl-C.

What is left in account, state and keyring is compared, item by item, with what the full-screen wizard leaves.
"""

import itertools
import json
import re
import subprocess
import time
from pathlib import Path

import pytest

from seswizard.core.text import printable
from seswizard.demo.faults import Fault
from seswizard.demo.world import World
from tests.conftest import MakeWorld
from tests.journey.terminal import Terminal
from tests.linear.dialogue import FAST, ROOT, Dialogue

pytestmark = pytest.mark.journey
TRANSCRIPT = Path(__file__).parents[2] / "screenshots" / "linear-transcript.txt"
CHANGING = re.compile(r"(?P<key>[AL]KIA[A-Z0-9]{16})|(?P<message>0102[0-9a-f]{12}-[0-9a-f-]+)|(?P<port>(?<=127\.0\.0\.1):\d+)")
"""What is another in every world: key ids, message ids, the port of the world's AWS."""


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """A colleague who is quick at the keyboard, for time is not what is looked at here."""
    for name, seconds in (("HANDS_ON", 1.5), ("SPREADS", 1.0), ("MENDED_AFTER", 1.0)):
        monkeypatch.setattr(f"seswizard.demo.colleague.{name}", seconds)


def journal_of(world: World) -> list[dict[str, str]]:
    """The journal's lines."""
    file = world.state_dir / "journal.jsonl"
    return [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []


def left_behind(world: World) -> dict[str, object]:
    """Everything that a set-up leaves: the account, what the state remembers and did, and what the keyring holds."""
    journal = journal_of(world)
    state = json.loads((world.state_dir / "state.json").read_text())
    keyring = json.loads(world.keyring_file.read_text())
    found: dict[str, object] = {name: [_same(line) for line in lines] for name, lines in world.inventory().items()}
    found["journal"] = sorted((one["action"], one["phase"], one["kind"], _same(one["thing"])) for one in journal)
    found["state"] = json.loads(_same(json.dumps(state)))
    found["keyring"] = sorted(str(one) for one in keyring)
    return found


def _same(text: str) -> str:
    return CHANGING.sub(lambda found: found.lastgroup or "", text)


def writes(world: World) -> list[str]:
    """The AWS calls so far that change something."""
    return [one.operation for one in world.requests if one.write]


def forget_times(value: object) -> object:
    """The same without moments."""
    if isinstance(value, dict):
        return {key: forget_times(one) for key, one in value.items() if key not in ("at", "seen_at", "theme")}
    return [forget_times(one) for one in value] if isinstance(value, list) else value


def by_wizard(world: World) -> dict[str, object]:
    """The full-screen wizard's journey."""
    with Terminal(FAST, (80, 24)) as terminal:
        terminal.wait("Type the domain that your mail will come from")
        terminal.press("example.com", "f2")
        terminal.wait("free; bounces will come back here")
        terminal.press("enter")
        terminal.wait("Make it")
        terminal.press("enter")
        terminal.wait("1 of 6")
        terminal.press("n")
        terminal.wait("example.com is verified", seconds=60)
        terminal.press("n")
        terminal.wait("A user that may send as your domain and nothing else")
        terminal.press("enter")
        terminal.wait("Plan: make the SMTP login")
        terminal.press("enter")
        terminal.wait("Proven: SES accepts this login")
        terminal.press("n")
        terminal.wait("One message through your own login")
        terminal.press("enter")
        terminal.wait("Plan: send the proof")
        terminal.press("enter")
        terminal.wait("Proven: sent through your own login, and its bounce came back", seconds=60)
        terminal.press("q")
        assert terminal.ended() == 0
    return left_behind(world)


def by_lines(world: World) -> tuple[dict[str, object], list[str]]:
    """The same journey by plain lines; records and verification are gone through while DNS spreads."""
    with Dialogue("setup", "--linear") as talk:
        talk.answer("example.com", "single address: ")
        talk.answer("")
        talk.answer("", r"Which AWS region.*: ")
        talk.choose("Show the plan: makes one identity")
        talk.answer("", r"which name below example\.com.*: ")
        talk.answer("", "to which address.*: ")
        assert writes(world) == [], "the plan is shown, nothing is done"
        talk.answer("")
        talk.until("Nothing was done.")
        assert writes(world) == [], "Enter is no consent"
        talk.choose("Show the plan: makes one identity")
        talk.answer("", r"which name below example\.com.*: ")
        talk.answer("", "to which address.*: ")
        talk.choose("Yes: make it")
        talk.choose("Tell the records one by one")
        for number in range(1, 6):
            talk.until(f"Record {number} of 6: ")
            talk.answer("")
        talk.choose("Go on to Verification")
        talk.choose("Wait here")
        talk.until(r"^done: example\.com is verified\.", 90)
        talk.choose("Go on to SMTP login")
        talk.choose("Show the plan: makes an IAM user")
        talk.answer("")
        talk.choose("Yes: make the login")
        talk.until("^done: Proven: SES accepts this login")
        talk.choose("Go on to Proof")
        talk.choose("Show the plan: one message")
        talk.choose("Yes: send it")
        talk.until("^done: Proven: ", 90)
        talk.choose("Go on to Production access")
        talk.choose("Go on to Aftercare")
        talk.choose("Overview of all steps")
        talk.answer("quit")
        assert talk.ended() == 0
        lines = talk.lines
    assert any("doubled" in line for line in lines), "told where it was first seen: at the record, or while waiting"
    return left_behind(world), lines


def by_script(world: World) -> dict[str, object]:
    """The same, unattended, through pipes: what is to be published, then the rest."""
    first = script("setup", "example.com", "--yes")
    assert first.returncode == 4, first.stderr
    assert "_domainkey" in first.stdout
    done = script("setup", "example.com", "--yes", "--wait", "--timeout", "90")
    assert done.returncode == 0, done.stderr
    assert "came back: Bounce" in done.stderr
    return left_behind(world)


def script(*words: str) -> "subprocess.CompletedProcess[str]":
    done = subprocess.run([*FAST, *words], input="", capture_output=True, text=True, cwd=ROOT, timeout=120, check=False)
    assert "Traceback" not in done.stderr
    return done


def read_as_text(lines: list[str]) -> None:
    """No escapes, no box drawing, nothing wider than a page but values to copy, which stand alone on their lines."""
    assert len(lines) > 100
    for before, line in itertools.pairwise(["", *lines]):
        assert line.isprintable(), repr(line)
        assert not any("\u2500" <= char <= "\u259f" for char in line), line
        assert len(line) <= 100 or (before.endswith(":") and printable(line) == line), line


def test_lines_and_a_script_leave_what_the_wizard_leaves(
    make_world: MakeWorld, quick: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Three faces, three worlds, one end."""

    def fresh(name: str) -> World:
        monkeypatch.setenv("SESWIZARD_STATE_DIR", str(tmp_path / name))
        return make_world("first-time", tmp_path / name)

    wizard = by_wizard(fresh("wizard"))
    lines, said = by_lines(fresh("lines"))
    scripted = by_script(fresh("script"))
    assert wizard["identities"]
    assert wizard["keyring"]
    for name, there in wizard.items():
        assert forget_times(lines[name]) == forget_times(there), name
        assert forget_times(scripted[name]) == forget_times(there), name
    read_as_text(said)


def test_the_committed_transcript_reads_as_text() -> None:
    text = TRANSCRIPT.read_text(encoding="utf-8")
    read_as_text(text.splitlines())
    for told in ("Record 2 of 6: dkim 2", "problem: dkim 2 was saved under a doubled name", "came back: Bounce", "Plan: "):
        assert told in text


def test_to_the_wizard_and_back(make_world: MakeWorld) -> None:
    """What was begun in lines goes on in the full-screen wizard; quitting that leads back into lines."""
    make_world("production")
    with Dialogue("setup", "example.com", "--linear", term="xterm-256color") as talk:
        talk.answer("wizard")
        talk.until(r"\x1b\[\?1049h")
        talk.until("Look again, from a script|Aftercare")
        talk.send("q")
        talk.until("Back from the wizard, in lines again", 30)
        talk.answer("quit")
        assert talk.ended() == 0


def test_a_dumb_terminal_gets_lines_and_says_why_there_is_no_wizard(make_world: MakeWorld) -> None:
    make_world("production")
    with Dialogue("example.com") as talk:
        talk.answer("w")
        talk.until("this one says TERM=dumb")
        talk.answer("q")
        assert talk.ended() == 0
    with Dialogue("example.com", environment={"SESWIZARD_LINEAR": "1"}, term="xterm-256color") as talk:
        talk.answer("q")
        assert talk.ended() == 0
        assert "\x1b" not in talk.raw


def test_ctrl_c_and_the_end_of_input_leave_with_the_command_that_goes_on(make_world: MakeWorld) -> None:
    make_world("blank")
    with Dialogue("setup", "example.com", "--linear") as talk:
        talk.answer("")
        talk.until(r"Choose 1 to \d+[^\n]*: ")
        talk.key("c")
        talk.until("^seswizard setup example.com --linear --region eu-west-1")
        assert talk.ended() == 130
    with Dialogue("setup", "example.com", "--linear") as talk:
        talk.until(r"^Step 3 of 9: Domain")
        talk.until(r"Choose 1 to \d+[^\n]*: ")
        talk.key("d")
        talk.until("^seswizard setup example.com --linear --region eu-west-1")
        assert talk.ended() == 0


def test_ctrl_c_in_a_change_lets_it_finish(make_world: MakeWorld) -> None:
    """Half an identity is worse than none or a whole one: both of its calls are made, then it stops."""
    world = make_world("blank")
    world.faults.append(Fault("CreateEmailIdentity", delay=2.0))
    with Dialogue("setup", "example.com", "--linear") as talk:
        talk.answer("")
        talk.choose("Show the plan: makes one identity")
        talk.answer("", r"which name below example\.com.*: ")
        talk.answer("", "to which address.*: ")
        talk.choose("Yes: make it")
        deadline = time.monotonic() + 20
        while not any(one["action"] == "identity.create" for one in journal_of(world)) and time.monotonic() < deadline:
            time.sleep(0.05)
        talk.key("c")
        talk.until("Finishing this change so that nothing is half done")
        talk.until("^seswizard setup example.com --linear")
        assert talk.ended() == 130
    assert writes(world) == ["CreateEmailIdentity", "PutEmailIdentityMailFromAttributes"]


def test_nothing_typed_ahead_is_consent(make_world: MakeWorld) -> None:
    """What was typed before the plan was told agrees to nothing."""
    world = make_world("blank")
    with Dialogue("setup", "example.com", "--linear") as talk:
        talk.answer("")
        talk.choose("Show the plan: makes one identity")
        talk.until(r"which name below example\.com.*: ")
        talk.send("\r\r1\r1\r")
        talk.until(r"Choose 1 to 2, Enter for 2: ")
        time.sleep(1.0)
        assert writes(world) == []
        talk.send("\r")
        talk.until("Nothing was done.")
        talk.answer("quit")
        assert talk.ended() == 0


def test_a_password_is_not_echoed(make_world: MakeWorld) -> None:
    """The login that somebody has is examined; what is typed unseen is nowhere in what the terminal showed."""
    make_world("production")
    with Dialogue("setup", "example.com", "--linear") as talk:
        talk.choose("Open SMTP login")
        talk.choose("More: rotate")
        talk.choose("Examine a login that you have")
        talk.answer("AKIAIOSFODNN7EXAMPLE", "user name.*: ")
        talk.answer("B" + "canary" * 7 + "x", "not shown.*: ")
        talk.until(r"\((login|send)\.")
        talk.answer("quit")
        assert talk.ended() == 0
        assert "canary" not in talk.raw

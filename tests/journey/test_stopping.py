"""A change whose answer drips, in a real terminal: told once it says what it waits for, told twice it is over."""

import os
import signal

import pytest

from tests.conftest import MakeWorld
from tests.journey.terminal import SESWIZARD, Terminal
from tests.linear.dialogue import Dialogue
from tests.slow_aws import SlowAws

pytestmark = pytest.mark.journey

PATIENCE = 90.0
CREATE = '"EmailIdentity"'


@pytest.mark.parametrize(("how", "code"), [("ctrl+q", 130), ("SIGINT", 130), ("SIGTERM", 143), ("SIGHUP", 129)])
def test_the_wizard_is_left_in_two_words(make_world: MakeWorld, how: str, code: int) -> None:
    make_world("blank")
    with SlowAws(CREATE, "dripping") as aws, Terminal(SESWIZARD, (80, 24), {"AWS_ENDPOINT_URL": aws.url}) as terminal:

        def leave() -> None:
            if how == "ctrl+q":
                terminal.press(how)
            else:
                os.kill(terminal.pid, signal.Signals[how])

        terminal.wait("Type the domain that your mail will come from", seconds=PATIENCE)
        terminal.press("example.com", "f2")
        terminal.wait("free; bounces will come back here", seconds=PATIENCE)
        terminal.press("enter")
        terminal.wait("Make it", seconds=PATIENCE)
        terminal.press("enter")
        assert aws.reached.wait(PATIENCE)
        leave()
        terminal.wait("Again to stop", seconds=PATIENCE)
        terminal.rest(1.2)  # a key held down, or a terminal that goes away, is one word
        leave()
        assert terminal.ended(PATIENCE) == code
        assert b"Ended in the middle of this change." in terminal.raw
        assert b"Traceback" not in terminal.raw


def test_plain_lines_are_left_in_two_words(make_world: MakeWorld) -> None:
    make_world("blank")
    words = ("setup", "example.com", "--linear")
    with (
        SlowAws(CREATE, "dripping") as aws,
        Dialogue(*words, environment={"AWS_ENDPOINT_URL": aws.url}) as talk,
    ):
        talk.answer("")
        talk.choose("Show the plan: makes one identity")
        talk.answer("", r"which name below example\.com.*: ")
        talk.answer("", "to which address.*: ")
        talk.choose("Yes: make it")
        assert aws.reached.wait(PATIENCE)
        talk.key("c")
        talk.until("Finishing this change so that nothing is half done")
        talk.key("c")
        talk.until("Ended in the middle of this change.")
        talk.until("^seswizard setup example.com --linear")
        assert talk.ended() == 130

"""Every kind of proof by keys, in a real terminal: the five scenarios and a mailbox, each with the event of its own id."""

import re

import pytest

from tests.journey.conftest import Serve
from tests.journey.terminal import SESWIZARD, Terminal
from tests.journey.test_first_time import MESSAGE_ID, jump

pytestmark = pytest.mark.journey

SENT = (
    (0, "", r"and its bounce came back", r"Bounce +Permanent, General"),
    (1, "", r"the complaint about it came", r"Complaint +abuse"),
    (2, "", r"its delivery was reported", r"Delivery"),
    (3, "", r"SES reports\W+none", r"Delivery"),
    (4, "", r"did not even try", r"Bounce +Permanent, Suppressed"),
    (5, "ann@example.net", r"and the receiver took", r"Delivery .*ann@example\.net"),
)
"""How far down in the list, the mailbox where it is one, the verdict's words, and the event's line."""


WAYS = ((0, "587", r"amazonaws\.com:587"), (1, "465", r"amazonaws\.com:465"), (5, "API", "with SES’s API"))
"""How far down in the list of ways: STARTTLS, implicit TLS, the API; and what the conversation's head says."""


@pytest.mark.parametrize(("way", "name", "through"), WAYS, ids=[name for _, name, _ in WAYS])
def test_every_scenario_and_a_mailbox_by_keys(serve: Serve, way: int, name: str, through: str) -> None:
    """In the account that is set up; each message has an id of its own, and the event of that id is on the screen."""
    environment = serve("production")
    seen: set[str] = set()
    with Terminal(SESWIZARD, (100, 30), environment) as terminal:
        terminal.wait("Mail from example.com works")
        jump(terminal, "proof", "Go to Proof")
        terminal.wait("Proven: a bounce came back")
        terminal.press("g")
        terminal.wait("Send through")
        terminal.press(*["down"] * way, "enter")
        terminal.wait("Plan: send the proof")
        terminal.press("escape")
        terminal.wait("Plan: send the proof", absent=True)
        for down, mailbox, said, told in SENT:
            terminal.press("w")
            terminal.wait("Send to")
            terminal.press(*["down"] * down)
            terminal.press("enter")
            if mailbox:
                terminal.wait("Your mailbox")
                terminal.press(mailbox, "enter")
            terminal.wait("Plan: send the proof")
            terminal.wait("Send it")
            terminal.press("enter")
            terminal.wait(said)
            terminal.wait(told)
            terminal.wait(through)
            found = {one.group() for one in MESSAGE_ID.finditer(terminal.screen)}
            assert found - seen, terminal.screen
            seen |= found
        terminal.press("q")
        assert terminal.ended() == 0
        by_smtp = b"AUTH PLAIN password hidden" in terminal.raw
        assert by_smtp is (name != "API"), "the whole conversation is told where there is room"
    assert len(seen) == len(SENT)


def test_leaving_the_screen_keeps_waiting_for_the_click(serve: Serve) -> None:
    """In the sandbox a mailbox is verified by a click; meanwhile one may look at something else."""
    environment = serve("first-time")
    with Terminal(SESWIZARD, (80, 24), environment) as terminal:
        terminal.wait("Type the domain")
        terminal.press("example.com", "enter", "down", "enter", "f2")
        terminal.wait("free; bounces will come back here")
        terminal.press("enter")
        terminal.wait("Make it")
        terminal.press("enter")
        terminal.wait("1 of 6")
        terminal.press("n")
        terminal.wait("example.com is verified", seconds=60)
        terminal.press("n")
        terminal.wait("One message through your own login")
        terminal.press("w")
        terminal.wait("Send to")
        terminal.press(*["down"] * 5, "enter")
        terminal.wait("Your mailbox")
        terminal.press("ann@example.net", "enter")
        terminal.wait("has not verified ann@example.net")
        terminal.press("enter")
        terminal.wait("Plan: verify ann@example.net")
        terminal.press("enter")
        terminal.wait("waiting for the click")
        terminal.press("b")
        terminal.wait("waiting for the click", absent=True)
        jump(terminal, "proof", "Go to Proof")
        terminal.wait("ann@example.net is verified")
        terminal.press("enter")
        terminal.wait("Send it")
        terminal.press("enter")
        terminal.wait(re.escape("and the receiver took"))
        terminal.press("q")
        assert terminal.ended() == 0

"""Printing plainly leaves the screen for as long as one likes: the way back is always open."""

import pytest

from tests.journey.conftest import Serve
from tests.journey.terminal import SESWIZARD, Terminal

pytestmark = pytest.mark.journey

LONG = 40.0
"""Seconds; thirty frames that nobody writes out once held the wizard up for ever, and a countdown makes one a second."""


def test_one_comes_back_after_a_long_look(serve: Serve) -> None:
    environment = serve("blank")
    with Terminal(SESWIZARD, (80, 24), environment) as terminal:
        terminal.wait("Type the domain that your mail will come from")
        terminal.press("example.com", "f2")
        terminal.wait("free; bounces will come back here")
        terminal.press("enter")
        terminal.wait("Make it")
        terminal.press("enter")
        terminal.wait("DNS records .*next look|0 of 6")
        terminal.press("p")
        terminal.wait("enter goes back")
        terminal.rest(LONG)
        terminal.press("enter")
        terminal.wait("DNS records")
        terminal.press("o")
        terminal.wait("Overview")


def test_told_to_end_it_ends_while_it_shows_the_plain_print(serve: Serve) -> None:
    environment = serve("production")
    with Terminal(SESWIZARD, (80, 24), environment) as terminal:
        terminal.wait("looked|next look")
        terminal.press("o")
        terminal.wait("Overview")
        terminal.press("p")
        terminal.wait("What was found")
        terminal.press("p")
        terminal.wait("enter goes back")
        terminal.terminate()
        assert terminal.ended() == 143

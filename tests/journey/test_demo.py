"""`seswizard demo` as somebody meets it who has read nothing: what to type, and what is left when they leave."""

from pathlib import Path

import pytest

from tests.journey.terminal import SESWIZARD, Terminal

pytestmark = pytest.mark.journey


def test_the_demo_says_what_to_type_and_that_nothing_is_left(tmp_path: Path) -> None:
    """The first screen names the domain; the closing line sends nobody to look at a world that is gone."""
    with Terminal([*SESWIZARD, "demo", "blank"], environment={"SESWIZARD_STATE_DIR": str(tmp_path / "state")}) as terminal:
        terminal.wait("type example.com, the only domain in this world")
        terminal.press("example.com", "f2")
        terminal.wait("SES does not know example.com yet")
        terminal.wait("free; bounces will come back here")
        terminal.press("enter")
        terminal.wait("Make it")
        terminal.press("enter")
        terminal.wait("Add 6 records at your DNS host")
        terminal.press("q")
        assert terminal.ended() == 0
        assert "That world is gone, with all that was made in it. Anew: seswizard demo blank" in terminal.screen
        assert "seswizard health" not in terminal.screen


def test_in_lines_it_says_the_same(tmp_path: Path) -> None:
    """Enter is the only domain of this world, and leaving names no command for a world that is gone."""
    environment = {"SESWIZARD_STATE_DIR": str(tmp_path / "state"), "SESWIZARD_LINEAR": "1"}
    with Terminal([*SESWIZARD, "demo", "blank"], (100, 60), environment) as terminal:
        terminal.wait("Type example.com, the only domain in this world.")
        terminal.wait(r"\(Enter for example.com\):")
        terminal.press("enter")
        terminal.wait("ok: example.com, a domain")
        terminal.press("quit", "enter")
        assert terminal.ended() == 0
        assert "Left. That world is gone, with all that was made in it. Anew: seswizard demo blank" in terminal.screen
        assert "goes on" not in terminal.screen

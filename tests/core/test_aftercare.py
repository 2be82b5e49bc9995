"""What was decided of aftercare: read with patience, written without losing what a newer version has written."""

import pytest

from seswizard.core.aftercare import ITEMS, decided, decisions, still_to_decide


@pytest.mark.parametrize("text", ["", "alarms", "alarms=", "alarms=loud", "=done", "new=done ===", "\x1b[31m"])
def test_what_is_not_understood_is_not_decided(text: str) -> None:
    assert set(decisions(text).values()) == {"open"}
    assert still_to_decide(text) == len(ITEMS)


def test_a_decision_is_taken_and_taken_back() -> None:
    text = decided("", "alarms", "done")
    text = decided(text, "health", "aside")
    assert decisions(text) == {"alarms": "done", "bounces": "open", "health": "aside"}
    assert decisions(decided(text, "alarms", "open"))["alarms"] == "open"
    assert decided(decided("", "alarms", "aside"), "alarms", "open") == ""


def test_what_a_newer_version_wrote_stays() -> None:
    assert decided("pager=done alarms=aside", "alarms", "done") == "pager=done alarms=done"

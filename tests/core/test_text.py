"""Foreign text made safe, cut and counted."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seswizard.core.text import counted, duration, elide, printable

ANY = st.text(st.characters(categories=("L", "M", "N", "P", "S", "Z", "C")))


@given(ANY)
def test_no_control_or_direction_changing_character_gets_through(text: str) -> None:
    for char in printable(text):
        assert unicodedata.category(char) not in {"Cc", "Cf", "Cs", "Zl", "Zp"}
        assert unicodedata.bidirectional(char) not in {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}


@given(ANY)
def test_printable_text_stays_as_it_is(text: str) -> None:
    once = printable(text)
    assert printable(once) == once


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain", "plain"),
        ("Grüße, 例え", "Grüße, 例え"),
        ("\x1b[31mred", "␛[31mred"),
        ("a\r\nb\tc", "a␍␊b␉c"),
        ("\x7f", "␡"),
        ("\x9b31m", "\\x9b31m"),
        ("\u202egnp.exe", "\\u202egnp.exe"),
        ("\u2066x\u2069", "\\u2066x\\u2069"),
        ("\ud800", "\\ud800"),
        ("\U000e0001", "\\U000e0001"),
    ],
)
def test_what_cannot_be_shown_becomes_visible(text: str, shown: str) -> None:
    assert printable(text) == shown


@given(st.text(min_size=0, max_size=80), st.integers(min_value=1, max_value=60))
def test_an_elided_text_keeps_its_beginning_and_its_end(text: str, width: int) -> None:
    cut = elide(text, width)
    assert len(cut) == min(len(text), width)
    if len(text) > width > 2:
        assert cut[0] == text[0]
        assert cut[-1] == text[-1]
        assert "…" in cut


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (-3, "0 s"),
        (0, "0 s"),
        (59.9, "59 s"),
        (60, "1 min"),
        (252, "4 min 12 s"),
        (3600, "1 h"),
        (3659, "1 h"),
        (7500, "2 h 5 min"),
        (86400 * 3 + 5000, "3 d"),
    ],
)
def test_seconds_are_said_in_words(seconds: float, words: str) -> None:
    assert duration(seconds) == words


def test_one_is_singular() -> None:
    assert [counted(number, "record") for number in (0, 1, 2)] == ["0 records", "1 record", "2 records"]

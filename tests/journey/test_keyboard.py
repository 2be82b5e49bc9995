"""Bytes that a keyboard sends and a wizard must bear."""

import pytest

from tests.journey.conftest import Serve
from tests.journey.terminal import SESWIZARD, Terminal

pytestmark = pytest.mark.journey


def test_a_byte_that_is_not_utf_8_is_read_as_latin_1(serve: Serve) -> None:
    with Terminal(SESWIZARD, environment=serve("blank")) as terminal:
        terminal.wait("Type the domain")
        terminal.send_bytes(b"m\xe9", b"t.example\x9b")
        terminal.wait("mét.example")
        terminal.press("ctrl+q")
        assert terminal.ended() == 0
    assert b"Traceback" not in terminal.raw

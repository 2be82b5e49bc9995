"""A pasted mail or text is read and judged; letters stay in the text, control characters never reach the terminal."""

import pytest
from textual.events import Paste
from textual.widgets import TextArea

from seswizard.tui.reading_screen import LONGEST, ReadingScreen
from seswizard.tui.widgets.finding import FindingPanel
from tests.tui.driving import LARGE, SMALL, Driven, driven, lines, press, settle, text
from tests.tui.post import post_world

MAIL = """\
Return-Path: <0102@bounce.example.com>
Authentication-Results: mx.receiver.example;
\tdkim=pass header.d=example.com header.s=q7;
\tspf=pass smtp.mailfrom=bounce.example.com; dmarc=pass header.from=example.com
From: Shop <post@example.com>
To: ann@receiver.example
Subject: [/x] \x1b[31m hello
Date: Sun, 22 Nov 2026 09:00:00 +0000
Message-ID: <1@example.com>

the body
"""
REFUSED = (
    "554 Message rejected: Email address is not verified. "
    "The following identities failed the check in region EU-WEST-1: a@b.example"
)


async def paste(at: Driven, given: str) -> None:
    """Paste as a terminal does."""
    area = at[0].screen.query_one(TextArea)
    assert at[0].focused is area
    area.post_message(Paste(given))
    await settle(at[1])


async def read(at: Driven) -> None:
    """The function key, from within the text."""
    await press(at[1], "f2")
    for _ in range(100):
        await settle(at[1], 2)
        screen = at[0].screen
        assert isinstance(screen, ReadingScreen)
        if screen.findings or screen.refused:
            break
    await settle(at[1], 6)


@pytest.mark.parametrize("size", [SMALL, LARGE])
async def test_pasted_header_fields_are_judged_as_cards(size: tuple[int, int]) -> None:
    """From Aftercare by key; the alignment is backed, and every finding has its card."""
    async with driven(post_world(), start="aftercare", size=size) as at:
        await press(at[1], "h")
        await settle(at[1], 6)
        assert at[0].step == "headers"
        await paste(at, MAIL)
        assert "\x1b" not in text(at[0])
        assert "␛[31m" in text(at[0])
        await read(at)
        screen = at[0].screen
        assert isinstance(screen, ReadingScreen)
        found = {one.id for one in screen.findings}
        assert {"headers.aligned", "headers.results", "headers.gmail"} <= found
        assert "headers.body-changed" not in found, "of a paste only the header fields are read"
        assert len(screen.query(FindingPanel)) == len(screen.findings)
        assert "From example.com." in text(at[0])
        assert "F1 Help" in lines(at[0])[-1]
        await press(at[1], "c")
        assert "headers.aligned" in at[0].clipboard


async def test_escape_goes_back_to_the_text_and_then_back() -> None:
    async with driven(post_world(), start="aftercare") as at:
        await at[0].open("headers")
        await settle(at[1], 6)
        await paste(at, MAIL)
        await read(at)
        await press(at[1], "escape")
        area = at[0].screen.query_one(TextArea)
        assert at[0].focused is area
        assert "Shop" in area.text
        await press(at[1], "escape")
        assert at[0].focused is at[0].screen.query_one("#go")
        await press(at[1], "escape")
        await settle(at[1], 6)
        assert at[0].step == "aftercare"


async def test_letters_are_text_there() -> None:
    """Neither the overview nor leaving is behind a letter while one types."""
    async with driven(post_world(), start="aftercare") as at:
        await at[0].open("explain")
        await settle(at[1], 6)
        await press(at[1], *"qob")
        assert at[0].screen.query_one(TextArea).text == "qob"
        assert at[0].step == "explain"


@pytest.mark.parametrize("size", [SMALL, LARGE])
async def test_a_pasted_reply_is_explained(size: tuple[int, int]) -> None:
    async with driven(post_world(), start="aftercare", size=size) as at:
        await press(at[1], "e")
        await settle(at[1], 6)
        await paste(at, REFUSED)
        await read(at)
        flat = " ".join(text(at[0]).replace("▌", "").split())
        assert "a@b.example" in flat
        assert "In the sandbox sender and recipient must be verified" in flat


async def test_a_word_has_its_page_and_nonsense_is_not_guessed_at() -> None:
    async with driven(post_world(), start="aftercare") as at:
        await at[0].open("explain")
        await settle(at[1], 6)
        await paste(at, "DMARC")
        await read(at)
        assert "explain.word" in {one.id for one in at[0].screen.findings}  # type: ignore[attr-defined]
        await press(at[1], "enter")
        area = at[0].screen.query_one(TextArea)
        area.clear()
        await paste(at, "lorem ipsum")
        await read(at)
        assert "? unknown  Not recognised" in text(at[0])


async def test_nothing_and_no_mail_are_said_in_one_sentence() -> None:
    async with driven(post_world(), start="aftercare") as at:
        await at[0].open("headers")
        await settle(at[1], 6)
        await press(at[1], "f2")
        assert "There is nothing to read" in text(at[0])
        await paste(at, "just words")
        await read(at)
        assert "That holds no header fields" in text(at[0])
        assert at[0].screen.query_one(TextArea).display


async def test_a_file_is_read_whole() -> None:
    """Its body is compared too; a file that is not there is one sentence."""
    world = post_world()
    world.files.written["/tmp/mail.eml"] = MAIL
    async with driven(world, start="aftercare") as at:
        await at[0].open("headers")
        await settle(at[1], 6)
        await press(at[1], "f3")
        await press(at[1], *"/tmp/mail.eml", "enter")
        for _ in range(50):
            await settle(at[1], 2)
            if at[0].screen.findings:  # type: ignore[attr-defined]
                break
        assert "From example.com." in text(at[0])


async def test_a_very_long_paste_is_cut_and_said() -> None:
    async with driven(post_world(), start="aftercare") as at:
        await at[0].open("headers")
        await settle(at[1], 6)
        await paste(at, "X-Long: y\n" * (LONGEST // 10 + 500))
        await settle(at[1], 10)
        assert len(at[0].screen.query_one(TextArea).text) <= LONGEST
        assert "F3 reads a file" in text(at[0])

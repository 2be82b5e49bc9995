"""The clipboard program: found by its display, fed by stdin, believed by its exit status."""

from pathlib import Path

import pytest

from seswizard.gateways.clipboard import ClipboardGateway


def program(folder: Path, name: str, body: str) -> None:
    path = folder / name
    path.write_text(f"#!/bin/sh\n{body}\n")
    path.chmod(0o755)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    found = tmp_path / "bin"
    found.mkdir()
    return found


async def test_without_a_program_nothing_was_copied(folder: Path) -> None:
    assert not await ClipboardGateway({"PATH": str(folder), "DISPLAY": ":0"}).copy("x")


async def test_text_goes_by_stdin(folder: Path, tmp_path: Path) -> None:
    program(folder, "xclip", f'/bin/cat > {tmp_path}/got; echo "$@" > {tmp_path}/arguments')
    assert await ClipboardGateway({"PATH": str(folder), "DISPLAY": ":0"}).copy("schön")
    assert (tmp_path / "got").read_text(encoding="utf-8") == "schön"
    assert (tmp_path / "arguments").read_text() == "-selection clipboard -in\n"


async def test_without_a_display_the_program_is_not_asked(folder: Path, tmp_path: Path) -> None:
    program(folder, "xclip", f"touch {tmp_path}/asked")
    assert not await ClipboardGateway({"PATH": str(folder)}).copy("x")
    assert not (tmp_path / "asked").exists()


async def test_the_next_program_is_tried_when_one_fails(folder: Path) -> None:
    program(folder, "wl-copy", "exit 1")
    program(folder, "xsel", "/bin/cat > /dev/null")
    assert await ClipboardGateway({"PATH": str(folder), "DISPLAY": ":0", "WAYLAND_DISPLAY": "w"}).copy("x")


async def test_text_that_no_encoding_takes_is_not_copied_and_nothing_breaks(tmp_path: Path) -> None:
    program = tmp_path / "pbcopy"
    program.write_text("#!/bin/sh\ncat > /dev/null\n")
    program.chmod(0o755)
    assert not await ClipboardGateway({"PATH": str(tmp_path)}).copy("\ud800")

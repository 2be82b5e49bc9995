"""Files by name: whole, with the right mode, and never through a link."""

import os
import stat
from pathlib import Path

import pytest

from seswizard.core.failure import FailureError
from seswizard.gateways.files import FilesGateway

FILES = FilesGateway()


def names(folder: Path) -> set[str]:
    return {one.name for one in folder.iterdir()}


async def test_a_file_is_written_with_its_mode_and_replaced_whole(tmp_path: Path) -> None:
    path = tmp_path / "records.txt"
    await FILES.write(str(path), "one", 0o600)
    assert path.stat().st_mode & 0o777 == 0o600
    await FILES.write(str(path), "größer\n")
    assert path.read_text(encoding="utf-8") == "größer\n"
    assert await FILES.read(str(path)) == "größer\n"
    assert names(tmp_path) == {"records.txt", "home"}


async def test_the_home_directory_may_be_written_as_a_tilde(home: Path) -> None:
    await FILES.write("~/x", "here")
    assert (home / "x").read_text() == "here"


async def test_links_and_odd_places_are_refused(tmp_path: Path) -> None:
    (tmp_path / "target").write_text("theirs")
    (tmp_path / "link").symlink_to(tmp_path / "target")
    for bad in ("link", "no/such/place", "", "target/below"):
        with pytest.raises(FailureError) as caught:
            await FILES.write(str(tmp_path / bad), "mine")
        assert caught.value.failure.kind == "file.unwritable"
    assert (tmp_path / "target").read_text() == "theirs"


async def test_what_cannot_be_read_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "long").write_bytes(b"x" * 101)
    (tmp_path / "binary").write_bytes(b"\xff\x00")
    for bad in ("long", "binary", "missing\x1b", "."):
        with pytest.raises(FailureError) as caught:
            await FILES.read(str(tmp_path / bad), limit=100)
        assert caught.value.failure.kind == "file.unreadable"
        assert "\x1b" not in caught.value.failure.title
    assert await FILES.read(str(tmp_path / "long"), limit=101) == "x" * 101


async def test_bytes_are_given_as_they_are_and_cut_where_asked(tmp_path: Path) -> None:
    (tmp_path / "mail").write_bytes(b"\xff\x00\x1b[")
    assert await FILES.read_bytes(str(tmp_path / "mail"), 4) == (b"\xff\x00\x1b[", False)
    assert await FILES.read_bytes(str(tmp_path / "mail"), 3) == (b"\xff\x00\x1b", True)
    for bad, kind in (("missing", "file.missing"), (".", "file.unreadable"), ("a\0b", "file.unreadable")):
        with pytest.raises(FailureError) as caught:
            await FILES.read_bytes(str(tmp_path / bad), 4)
        assert caught.value.failure.kind == kind


async def test_a_byte_order_mark_is_no_text(tmp_path: Path) -> None:
    (tmp_path / "bom").write_bytes(b"\xef\xbb\xbf{}")
    assert await FILES.read(str(tmp_path / "bom")) == "{}"


@pytest.mark.parametrize(("umask", "mode"), [(0o022, 0o644), (0o077, 0o600)])
async def test_a_new_file_is_as_open_as_the_umask_says(tmp_path: Path, umask: int, mode: int) -> None:
    before = os.umask(umask)
    try:
        await FILES.write(str(tmp_path / "records.json"), "{}")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "records.json").stat().st_mode) == mode


async def test_a_file_that_is_replaced_keeps_its_mode(tmp_path: Path) -> None:
    file = tmp_path / "records.json"
    file.write_text("old")
    file.chmod(0o600)
    await FILES.write(str(file), "new")
    assert (file.read_text(), stat.S_IMODE(file.stat().st_mode)) == ("new", 0o600)

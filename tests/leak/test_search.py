"""The search finds what is planted: in every form, in every place, also where only a piece is left."""

import base64
import os
import sys
from pathlib import Path

import pytest

from tests.leak.search import Canary, Observer, files_below, leaks

CANARY = Canary("the canary", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", "AKIAEXAMPLE000000001")
PLAIN = base64.b64encode(f"\0{CANARY.username}\0{CANARY.secret}".encode())


@pytest.mark.parametrize(
    ("planted", "form"),
    [
        (CANARY.secret.encode(), "raw"),
        (f"Secret({CANARY.secret!r})".encode(), "raw"),
        (CANARY.secret[14:30].encode(), "raw"),
        (f"{CANARY.secret[:20]}\n{CANARY.secret[20:]}".encode(), "raw"),
        (base64.b64encode(CANARY.secret.encode()), "base64"),
        (base64.b64encode(b"x" + CANARY.secret.encode() + b"yy"), "base64"),
        (base64.b64encode(b"xx" + CANARY.secret.encode() + b"y"), "base64"),
        (b"AUTH PLAIN " + PLAIN, "AUTH PLAIN"),
        (CANARY.secret.replace("/", "%2F").replace("+", "%2B").encode(), "URL"),
        (CANARY.secret.encode().hex().encode(), "hex"),
    ],
)
def test_every_form_is_found(planted: bytes, form: str) -> None:
    found = leaks([("a place", b"before " + planted + b" after")], [CANARY])
    assert f"the canary ({form}) in a place" in found


def test_nothing_is_found_where_nothing_is() -> None:
    """Neither in what is redacted nor in a key id."""
    clean = b"Secret(...) AUTH PLAIN password hidden " + CANARY.username.encode() + bytes(range(256))
    assert leaks([("a place", clean)], [CANARY]) == []


def test_files_are_read_whole_and_so_are_their_names(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "journal").write_bytes(b"\0" * 5000 + CANARY.secret.encode())
    (tmp_path / f"lane-{CANARY.secret[:13]}").touch()
    found = leaks(files_below(tmp_path), [CANARY])
    assert "the canary (raw) in deep/journal" in found
    assert f"the canary (raw) in the name lane-{CANARY.secret[:13]}" in found


def test_command_lines_and_environments_are_seen_also_of_grandchildren() -> None:
    sleeping = "import time; time.sleep(0.5)"
    start = "import os, subprocess, sys; subprocess.run([sys.executable, '-c', sys.argv[1], os.environ.pop('PLANTED', '')])"
    environment = {**os.environ, "PLANTED": CANARY.secret}
    observer = Observer()
    assert observer.run([sys.executable, "-c", start, sleeping], environment).code == 0
    found = leaks(observer.places(), [CANARY])
    assert "the canary (raw) in /proc/…/cmdline" in found
    assert "the canary (raw) in /proc/…/environ" in found
    quiet = Observer()
    assert quiet.run([sys.executable, "-c", sleeping], os.environ).code == 0
    assert quiet.seen["cmdline"]
    assert leaks(quiet.places(), [CANARY]) == []

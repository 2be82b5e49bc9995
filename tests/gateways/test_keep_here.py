"""What this computer tells about the keep that fits it."""

from pathlib import Path

import pytest

from seswizard.core.keep import Surroundings, keep_offers
from seswizard.gateways.keep_here import surroundings, time_zone


@pytest.mark.parametrize(
    ("environment", "expected", "first"),
    [
        ({}, Surroundings("/", "", "linux", False, False, False), "file"),
        ({"HOME": "/home/eve", "DISPLAY": ":0", "DBUS_SESSION_BUS_ADDRESS": "unix:x"}, Surroundings("/home/eve", ""), "keyring"),
        ({"WAYLAND_DISPLAY": "wayland-0", "DBUS_SESSION_BUS_ADDRESS": "unix:x"}, Surroundings("/", ""), "keyring"),
        (
            {"DISPLAY": "localhost:10", "DBUS_SESSION_BUS_ADDRESS": "x", "SSH_TTY": "/dev/pts/1"},
            Surroundings("/", "", ssh=True),
            "file",
        ),
        ({"DISPLAY": ":0"}, Surroundings("/", "", bus=False), "file"),
        (
            {"PYTHON_KEYRING_BACKEND": "a.B\x1b"},
            Surroundings("/", "", "linux", False, False, False, "a.B␛"),
            "keyring",
        ),
    ],
)
def test_the_environment_tells(
    environment: dict[str, str], expected: Surroundings, first: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    here = surroundings(environment, "linux")
    assert here.directory == str(tmp_path)
    assert (here.home, here.display, here.ssh, here.bus, here.named_keyring) == (
        expected.home, expected.display, expected.ssh, expected.bus, expected.named_keyring,
    )  # fmt: skip
    assert keep_offers(here)[0].kind == first


def test_systemds_session_bus_is_found_without_a_variable(tmp_path: Path) -> None:
    assert not surroundings({"XDG_RUNTIME_DIR": str(tmp_path)}).bus
    (tmp_path / "bus").touch()
    assert surroundings({"XDG_RUNTIME_DIR": str(tmp_path)}).bus


def test_a_working_directory_that_is_gone_is_no_traceback(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    assert surroundings({}).directory == "/"


@pytest.mark.parametrize(
    ("named", "points_to", "told"),
    [
        ("Europe/Berlin", "", "Europe/Berlin"),
        (":America/New_York", "", "America/New_York"),
        ("/usr/share/zoneinfo/Asia/Tokyo", "", "Asia/Tokyo"),
        ("", "/usr/share/zoneinfo/Europe/Rome", "Europe/Rome"),
        ("", "", ""),
        ("\x1b[31mred", "", "␛[31mred"),
    ],
)
def test_the_time_zone_is_told_by_its_name(tmp_path: Path, named: str, points_to: str, told: str) -> None:
    """By TZ, else by where the system's file points; a file that is no link tells none."""
    local = tmp_path / "localtime"
    if points_to:
        local.symlink_to(points_to)
    else:
        local.write_bytes(b"TZif2")
    found = time_zone({"TZ": named} if named else {}, str(local))
    assert found == told

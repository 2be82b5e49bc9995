"""What this computer tells of itself: environment and platform in, plain facts out."""

import os
import sys
from collections.abc import Mapping
from pathlib import Path

from seswizard.core.keep import Surroundings
from seswizard.core.text import printable


def surroundings(environment: Mapping[str, str] = os.environ, system: str = sys.platform) -> Surroundings:
    """The facts; one look at the file system, for systemd's session bus lies in the runtime directory unannounced."""
    runtime = environment.get("XDG_RUNTIME_DIR", "")
    return Surroundings(
        home=environment.get("HOME") or "/",
        directory=_directory(),
        system=system,
        display=bool(environment.get("DISPLAY") or environment.get("WAYLAND_DISPLAY")),
        ssh=any(environment.get(name) for name in ("SSH_CONNECTION", "SSH_CLIENT", "SSH_TTY")),
        bus=bool(environment.get("DBUS_SESSION_BUS_ADDRESS")) or bool(runtime and (Path(runtime) / "bus").exists()),
        named_keyring=printable(environment.get("PYTHON_KEYRING_BACKEND", "")),
        time_zone=time_zone(environment),
    )


def time_zone(environment: Mapping[str, str], local: str = "/etc/localtime") -> str:
    """The time zone's name, by TZ or by where the system's file points; empty where neither tells."""
    named = environment.get("TZ", "").removeprefix(":")
    if not named:
        try:
            named = str(Path(local).readlink())
        except (OSError, ValueError):  # no such link; a system without links
            return ""
    return printable(named.rpartition("zoneinfo/")[2])[:60]


def _directory() -> str:
    try:
        return str(Path.cwd())
    except OSError:  # it was removed under us
        return "/"

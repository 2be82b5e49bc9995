"""The platform's clipboard program: OSC 52 gives no receipt, a program's exit status does."""

import os
import shutil
import subprocess
from collections.abc import Mapping

from seswizard.gateways.threads import in_thread

_LIMIT = 2.0
_PROGRAMS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("WAYLAND_DISPLAY", ("wl-copy",)),
    ("DISPLAY", ("xclip", "-selection", "clipboard", "-in")),
    ("DISPLAY", ("xsel", "--clipboard", "--input")),
    ("", ("pbcopy",)),
    ("", ("clip.exe",)),
)
"""Each program with the variable that says whether its display is there."""


class ClipboardGateway:
    """Whichever program is installed."""

    def __init__(self, environment: Mapping[str, str] = os.environ) -> None:
        self._environment = environment

    async def copy(self, text: str) -> bool:
        """Whether a program took it; the text goes by stdin, so that no process list shows it."""

        def run() -> bool:
            return any(_took(command, text) for command in self._commands())

        try:
            return await in_thread(run, len(_PROGRAMS) * _LIMIT)
        except Exception:  # noqa: BLE001  # late, or whatever it is: no receipt
            return False

    def _commands(self) -> list[list[str]]:
        found = []
        for variable, (program, *arguments) in _PROGRAMS:
            path = shutil.which(program, path=self._environment.get("PATH"))
            if path and (not variable or self._environment.get(variable)):
                found.append([os.path.abspath(path), *arguments])  # noqa: PTH100  # resolve() would follow busybox's links
        return found


def _took(command: list[str], text: str) -> bool:
    try:
        done = subprocess.run(  # noqa: S603  # an absolute path of ours and no shell
            command,
            input=text.encode(),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=_LIMIT,
            check=False,
        )
    except (OSError, ValueError, subprocess.TimeoutExpired):  # also half a character, which no encoding takes
        return False
    return done.returncode == 0

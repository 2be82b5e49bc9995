"""Looking for secrets where none may be: in files, in what a program prints, in what every process may read of it."""

import base64
import subprocess
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

_WINDOW = 12
"""Characters of a secret that are as bad as all of it: a wrapped or cut line must not hide a leak."""


@dataclass(frozen=True)
class Canary:
    """A secret, what it is, and the user name it is sent with."""

    what: str
    secret: str
    username: str = ""

    @property
    def forms(self) -> Mapping[str, tuple[bytes, ...]]:
        """How it may turn up: as it is, in any Base64 that holds it, in AUTH PLAIN, in a URL, in hexadecimal digits."""
        raw = self.secret.encode()
        plain = base64.b64encode(f"\0{self.username}\0{self.secret}".encode())
        return {
            "raw": _windows(raw),
            "base64": tuple(window for shift in range(3) for window in _windows(_inside_base64(raw, shift))),
            "AUTH PLAIN": _windows(plain[-40:]),
            "URL": (quote(self.secret, safe="").encode(), quote(self.secret).encode()),
            "hex": (raw.hex().encode(), raw.hex().upper().encode()),
        }


def _windows(text: bytes) -> tuple[bytes, ...]:
    return tuple(text[place : place + _WINDOW] for place in range(len(text) - _WINDOW + 1))


def _inside_base64(raw: bytes, shift: int) -> bytes:
    """The characters that the secret has in the Base64 of anything that holds it, when it begins at this byte of three."""
    encoded = base64.b64encode(b"\0" * shift + raw)
    begin = 4 if shift else 0
    return encoded[begin : len(encoded) // 4 * 4 - 4]


def leaks(places: Iterable[tuple[str, bytes]], canaries: Iterable[Canary]) -> list[str]:
    """Every place in which a secret is, in whichever form; the secret itself is not told."""
    wanted = [(one.what, form, windows) for one in canaries for form, windows in one.forms.items()]
    return sorted(
        {
            f"{what} ({form}) in {name}"
            for name, content in places
            for what, form, windows in wanted
            if any(window in content for window in windows)
        }
    )


def files_below(*directories: Path) -> Iterator[tuple[str, bytes]]:
    """Every plain file, and the names of all."""
    for directory in directories:
        for path in sorted(directory.rglob("*")):
            yield f"the name {path.name}", str(path).encode()
            if path.is_file() and not path.is_symlink():
                yield str(path.relative_to(directory)), path.read_bytes()


@dataclass
class Observer:
    """What any other process of this user can read of ours, as long as they run."""

    seen: dict[str, set[bytes]] = field(default_factory=dict)

    def look(self, pid: int) -> None:
        """Look at a process and everything it has started."""
        for one in (pid, *_below(pid)):
            for what in ("cmdline", "environ"):
                try:
                    self.seen.setdefault(what, set()).add(Path(f"/proc/{one}/{what}").read_bytes())
                except OSError:  # it has ended
                    continue

    def places(self) -> Iterator[tuple[str, bytes]]:
        """All that was read."""
        for what, contents in self.seen.items():
            for content in contents:
                yield f"/proc/…/{what}", content

    def run(self, words: list[str], environment: Mapping[str, str], stdin: str = "") -> "Ended":
        """Run a program to its end, looking all the time."""
        child = subprocess.Popen(
            words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=dict(environment)
        )
        assert child.stdin
        child.stdin.write(stdin.encode())
        child.stdin.close()
        child.stdin = None
        while child.poll() is None:
            self.look(child.pid)
            time.sleep(0.01)
        out, err = child.communicate(timeout=60)
        return Ended(child.returncode, out, err)


@dataclass(frozen=True)
class Ended:
    """How a program ended, and what it said."""

    code: int
    out: bytes
    err: bytes


def _below(pid: int) -> Iterator[int]:
    try:
        tasks = tuple(Path(f"/proc/{pid}/task").iterdir())
    except OSError:
        return
    for task in tasks:
        try:
            children = (task / "children").read_text().split()
        except OSError:
            continue
        for child in children:
            yield int(child)
            yield from _below(int(child))

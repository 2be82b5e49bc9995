"""A world of one's own for as long as this process runs: a child serves it, so that its work never delays a frame here.

The child ends when its standard input ends, so it also goes when this process is killed.
"""

import os
import shlex
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager


class WorldFailedError(RuntimeError):
    """The world did not start; its own words are on stderr."""


@contextmanager
def visiting(scenario: str) -> Iterator[None]:
    """Start a world, live in it (this process's environment is changed), and end it.

    Raises:
        WorldFailedError: it did not start.
    """
    child = subprocess.Popen(
        [sys.executable, "-m", "seswizard.demo.serve", "--with-parent", "--scenario", scenario],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert child.stdin is not None
    assert child.stdout is not None
    before = dict(os.environ)
    try:
        for line in child.stdout:
            words = shlex.split(line)
            if words == ["ready"]:
                break
            _apply(words)
        else:
            raise WorldFailedError
        yield
    finally:
        child.stdin.close()
        try:
            child.wait(5)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
        child.stdout.close()
        os.environ.clear()
        os.environ.update(before)


def _apply(words: list[str]) -> None:
    verb, rest = words[0], words[1]
    if verb == "unset":
        os.environ.pop(rest, None)
    elif verb == "export":
        name, _, value = rest.partition("=")
        os.environ[name] = value

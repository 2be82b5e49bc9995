"""The command line as a person's shell runs it: a process of its own, inside the test's world."""

import os
import subprocess
import sys
from dataclasses import dataclass
from typing import Protocol

import pytest


@dataclass(frozen=True, slots=True)
class Ran:
    """How a command ended."""

    code: int
    out: str
    err: str


class Run(Protocol):
    """`run("records", "example.com")`."""

    def __call__(self, *words: str, stdin: str = "", **environment: str | None) -> Ran: ...


@pytest.fixture
def run() -> Run:
    """Run a command to its end; no run ever shows a traceback."""

    def runner(*words: str, stdin: str = "", **environment: str | None) -> Ran:
        merged = {**os.environ, **{name: value for name, value in environment.items() if value is not None}}
        for name, value in environment.items():
            if value is None:
                merged.pop(name, None)
        done = subprocess.run(
            [sys.executable, "-m", "seswizard", *words],
            input=stdin,
            capture_output=True,
            text=True,
            timeout=120,
            env=merged,
            check=False,
        )
        assert "Traceback" not in done.stderr + done.stdout, done.stderr
        return Ran(done.returncode, done.stdout, done.stderr)

    return runner

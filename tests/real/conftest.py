"""Real programs: found on this machine, or skipped visibly; where SESWIZARD_REAL=required a missing one is a failure."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
REQUIRED = os.environ.get("SESWIZARD_REAL") == "required"
"""Read once: the fixtures take our variables out of every test's environment."""
PLACES = (ROOT / ".venv-aws" / "bin", Path("/usr/sbin"), Path("/sbin"))


def find(name: str) -> str | None:
    """The program's path, also in sbin and in the AWS CLI's own environment."""
    if name == "aws":
        own = PLACES[0] / "aws"
        return str(own) if own.exists() else None
    return shutil.which(name) or next((str(place / name) for place in PLACES if (place / name).exists()), None)


@pytest.fixture
def program() -> Callable[[str], str]:
    """Gives the path of a real program; skips the test, or fails it where real programs are required."""

    def wanted(name: str) -> str:
        path = find(name)
        if path is None:
            if REQUIRED:
                pytest.fail(f"{name} is required here and missing")
            pytest.skip(f"{name} is not installed")
        return path

    return wanted

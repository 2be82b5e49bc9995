"""Lines and scripts never load the screen: they must work, and start, where it cannot."""

import subprocess
import sys

import pytest


@pytest.mark.parametrize(
    "module", ["seswizard.cli.setup", "seswizard.cli.linear.conversation", "seswizard.cli.linear.unattended"]
)
def test_no_screen_is_loaded(module: str) -> None:
    program = f"import sys, {module}; print(sorted({{'textual', 'rich', 'boto3'}} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"

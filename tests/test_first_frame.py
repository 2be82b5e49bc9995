"""The first frame waits for nothing: no AWS library, no DNS library, no keyring is loaded before it is out."""

import subprocess
import sys

PROGRAM = """
import sys
from seswizard.core.names import DomainName
from seswizard.tui.app import SeswizardApp
from seswizard.wiring import Options, build

class Frame(SeswizardApp):
    def _after_first_frame(self):
        loaded = [name for name in ("boto3", "botocore", "dns", "keyring", "moto") if name in sys.modules]
        self.exit(message=f"LOADED {loaded}")

app = Frame(build(Options(region="eu-west-1")), DomainName("example.com"))
app.run(headless=True)
assert hasattr(SeswizardApp, "_after_first_frame")
"""


def test_nothing_heavy_is_loaded_before_the_first_frame() -> None:
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, timeout=60, check=True)
    assert "LOADED []" in done.stdout + done.stderr

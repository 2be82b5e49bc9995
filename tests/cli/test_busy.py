"""What another process holds, and does not let go of, is a sentence and exit 3; a look goes on without it."""

import json
import os
import subprocess
import sys

from seswizard.demo.world import World
from tests.cli.conftest import Run
from tests.cli.test_signals import held
from tests.conftest import MakeWorld


def test_records_are_printed_though_they_cannot_be_remembered(make_world: MakeWorld, run: Run) -> None:
    world: World = make_world("production")
    with held(world.state_dir / "lock"):
        ran = run("records", "example.com", "--format", "json")
    assert ran.code == 0, ran.err
    assert json.loads(ran.out)["domain"] == "example.com"
    assert f"Another seswizard (pid {os.getpid()}) is at work here and did not finish in time." in ran.err


def test_a_change_is_refused_with_nothing_done(make_world: MakeWorld, run: Run) -> None:
    world: World = make_world("production")
    before = world.inventory()
    with held(world.state_dir / "lock"):
        ran = run("login", "rotate", "example.com", "--yes")
    assert ran.code == 3, ran.err
    assert "Waiting for another seswizard" in ran.err
    assert "Try again when it has ended." in ran.err
    assert world.inventory() == before


def test_ctrl_c_while_we_are_being_loaded_shows_nothing() -> None:
    program = """
import sys
class Interrupting:
    def find_spec(self, name, path=None, target=None):
        if name == "seswizard.cli.main":
            raise KeyboardInterrupt
sys.meta_path.insert(0, Interrupting())
from seswizard.__main__ import main
main()
"""
    done = subprocess.run([sys.executable, "-c", program, "health"], capture_output=True, text=True, timeout=90, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (130, "", "")

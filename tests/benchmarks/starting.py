"""The figures of starting: every command beside the bare thing it stands on, and the event loop while clients load."""

import asyncio
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from seswizard.demo.world import World

ROUNDS = int(os.environ.get("SESWIZARD_BENCH_ROUNDS", "15"))
PYTHON = [sys.executable]

BARE_BOTO3 = """
import os, boto3
client = boto3.client("sesv2", region_name=os.environ["AWS_REGION"])
client.get_email_identity(EmailIdentity="example.com")
"""

HELLO = """
import os, sys, time
from textual.app import App
from textual.widgets import Static
class Hello(App):
    def compose(self):
        yield Static("hello")
    def on_mount(self):
        self.call_after_refresh(self.exit)
Hello().run()
"""

FIRST_FRAME = """
import os, sys
from seswizard.wiring import Options, build
from seswizard.tui.app import SeswizardApp
class Frame(SeswizardApp):
    def _after_first_frame(self):
        self.exit()
Frame(build(Options(region=os.environ["AWS_REGION"]))).run()
"""


def timed(words: Sequence[str]) -> float:
    """Seconds that one run takes."""
    began = time.perf_counter()
    subprocess.run(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL, check=True)
    return time.perf_counter() - began


def in_terminal(program: str) -> float:
    """Seconds that one run takes in a pty."""
    import pexpect

    began = time.perf_counter()
    environment = {**os.environ, "TERM": "xterm-256color"}
    child = pexpect.spawn(sys.executable, ["-c", program], dimensions=(24, 80), env=environment, timeout=30)
    child.delaybeforesend = None
    child.expect(pexpect.EOF)
    child.close()
    return time.perf_counter() - began


def beside(name: str, ours: Callable[[], float], bare_name: str, bare: Callable[[], float], aim: float) -> None:
    """Measure both, alternately, and print the medians and their ratio."""
    ours(), bare()
    pairs = [(ours(), bare()) for _ in range(ROUNDS)]
    mine = statistics.median(pair[0] for pair in pairs)
    theirs = statistics.median(pair[1] for pair in pairs)
    print(f"{name:<14} {mine * 1000:7.0f} ms   {bare_name:<22} {theirs * 1000:7.0f} ms   ratio {mine / theirs:5.2f}   aim {aim}")


async def lag_while_warming() -> tuple[float, float, float]:
    """Milliseconds by which a 1 ms sleep is late while the AWS clients load in their thread: p50, p99, longest."""
    from seswizard.wiring import Options, build

    services = build(Options(region="eu-west-1"))
    late: list[float] = []
    services.warm()
    caller = asyncio.ensure_future(services.sts.caller())
    began = time.perf_counter()
    while not caller.done() or time.perf_counter() - began < 1.5:
        before = time.perf_counter()
        await asyncio.sleep(0.001)
        late.append((time.perf_counter() - before - 0.001) * 1000)
        if time.perf_counter() - began > 10:
            break
    await caller
    late.sort()
    return late[len(late) // 2], late[int(len(late) * 0.99)], late[-1]


def measure() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as folder, World("production", Path(folder) / "state") as world:
        os.environ.update(world.environment)
        os.environ["SESWIZARD_STATE_DIR"] = str(world.state_dir)
        for name in world.unset:
            os.environ.pop(name, None)
        # SES's lane would make every second call wait; each run gets a state directory, and so a lane, of its own.
        count = iter(range(100_000))

        def records() -> float:
            os.environ["SESWIZARD_STATE_DIR"] = str(Path(folder) / f"state-{next(count)}")
            return timed([*PYTHON, "-m", "seswizard", "records", "example.com", "--format", "json"])

        print(f"medians of {ROUNDS}, each pair measured alternately; {sys.version.split()[0]}")
        beside(
            "--version", lambda: timed([*PYTHON, "-m", "seswizard", "--version"]), "python -c pass",
            lambda: timed([*PYTHON, "-c", "pass"]), 2.0,
        )  # fmt: skip
        beside("records", records, "bare boto3 call", lambda: timed([*PYTHON, "-c", BARE_BOTO3]), 1.45)
        beside("first frame", lambda: in_terminal(FIRST_FRAME), "bare Textual hello", lambda: in_terminal(HELLO), 1.25)
        median, high, longest = asyncio.run(lag_while_warming())
        lag = f"p50 {median:.1f} ms, p99 {high:.1f} ms, longest {longest:.1f} ms"
        print(f"event-loop lag while clients warm up: {lag}   aim p99 50 ms")


if __name__ == "__main__":
    measure()

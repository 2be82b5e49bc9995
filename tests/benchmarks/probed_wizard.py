"""The wizard on its Verification screen, for benchmarks.

With SESWIZARD_BENCH_LAG it writes there, as JSON, how late its loop was and when it looked.
"""

import asyncio
import json
import os
import time
from pathlib import Path

from seswizard.core.names import DomainName
from seswizard.tui.app import SeswizardApp
from seswizard.wiring import Options, build

AFTER = 0.25
"""Seconds after a look that still count as its own: its news is being shown."""


class Probed(SeswizardApp):
    """The wizard beside a task that sleeps for a millisecond, again and again, and notes how late it wakes."""

    def __init__(self) -> None:
        super().__init__(build(Options(region=os.environ["AWS_REGION"])), DomainName("example.com"), "propagation")
        self.late: list[float] = []
        """Seconds, of the sleeps during a look and just after it."""
        self.looks: list[tuple[float, float]] = []
        """The monotonic times at which each look began and ended."""

    async def probe(self) -> None:
        """Sleep and note, from the first report on."""
        looked = 0.0
        while True:
            before = time.perf_counter()
            await asyncio.sleep(0.001)
            now = time.perf_counter()
            if self.session.report is not None and any(screen.looking for screen in self.step_screens):
                looked = now
            if now - looked < AFTER:
                self.late.append(now - before - 0.001)

    async def look(self, parts: frozenset[str] | None = None) -> None:
        """Note when."""
        began = time.monotonic()
        await super().look(parts)
        self.looks.append((began, time.monotonic()))

    def on_ready(self) -> None:
        """Begin."""
        if "SESWIZARD_BENCH_LAG" in os.environ:
            self.run_worker(self.probe(), group="probe", description="measuring the loop")


if __name__ == "__main__":
    app = Probed()
    app.run()
    if "SESWIZARD_BENCH_LAG" in os.environ:
        Path(os.environ["SESWIZARD_BENCH_LAG"]).write_text(json.dumps({"late": app.late, "looks": app.looks}))

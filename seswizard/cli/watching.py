"""`--watch`: look again and again, report at the first look and at each change, end when it is well or time is up."""

from collections.abc import Awaitable, Callable, Iterator

from seswizard.core.findings import Level, Report
from seswizard.core.text import duration
from seswizard.ports import Clock

Shown = tuple[tuple[str, str, str], ...]


def essence(reports: tuple[Report, ...]) -> tuple[Shown, ...]:
    """What has to change before a report is worth a new line: ids, levels and titles, not times."""
    return tuple(tuple((finding.id, finding.level.value, finding.title) for finding in report.findings) for report in reports)


async def watch(
    look: Callable[[], Awaitable[tuple[Report, ...]]],
    show: Callable[[tuple[Report, ...]], None],
    tick: Callable[[str], None],
    *,
    clock: Clock,
    pauses: Iterator[float],
    timeout: float | None,
    until_ok: bool,
) -> tuple[Report, ...]:
    """Watch until everything is ok or advice (if `until_ok`) or the time is up; the last reports."""
    started = clock.monotonic()
    before: tuple[Shown, ...] | None = None
    while True:
        reports = await look()
        if essence(reports) != before:
            before = essence(reports)
            show(reports)
        if until_ok and all(report.level in (Level.OK, Level.ADVICE) for report in reports):
            return reports
        waited = clock.monotonic() - started
        pause = next(pauses)
        if timeout is not None and waited + pause > timeout:
            if waited >= timeout:
                return reports
            pause = max(0.05, timeout - waited)
        tick(f"{duration(waited)}, next look in {max(1, round(pause))} s")
        await clock.sleep(pause)

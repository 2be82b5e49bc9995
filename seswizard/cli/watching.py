"""`--watch`: look again and again, report at the first look and at each change, end when it is well or time is up."""

from collections.abc import Awaitable, Callable, Iterator

from seswizard.core.findings import Level, Report
from seswizard.core.text import duration
from seswizard.ports import Clock

Shown = tuple[tuple[str, str, str], ...]


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
    """Watch until everything is ok or advice (if `until_ok`) or the time is up; the last reports.

    Shows every report at the first look, later only those that changed.
    """
    started = clock.monotonic()
    before: tuple[Shown | None, ...] | None = None
    while True:
        reports = await look()
        now = tuple(tuple(finding.essence for finding in report.findings) for report in reports)
        changed = tuple(
            report for report, is_so, was_so in zip(reports, now, before or (None,) * len(now), strict=True) if is_so != was_so
        )
        before = now
        if changed:
            show(changed)
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

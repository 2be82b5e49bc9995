"""`--watch`: which reports are shown when, and when it ends."""

from collections.abc import Iterator
from itertools import repeat

from seswizard.cli.watching import watch
from seswizard.core.findings import Finding, Level, Report
from tests.fake_aws import ManualClock


def report(domain: str, ident: str, level: Level) -> Report:
    return Report(domain, "eu-west-1", (Finding(ident, level, ident),))


async def test_only_what_changed_is_shown_again() -> None:
    waiting, well = ("dkim.not-published", Level.WAITING), ("dkim.ok", Level.OK)
    looks: Iterator[tuple[Report, ...]] = iter(
        [
            (report("a.example", *waiting), report("b.example", *waiting)),
            (report("a.example", *waiting), report("b.example", *waiting)),
            (report("a.example", *waiting), report("b.example", *well)),
            (report("a.example", *well), report("b.example", *well)),
        ]
    )
    shown: list[list[str]] = []

    async def look() -> tuple[Report, ...]:
        return next(looks)

    ended = await watch(
        look,
        lambda reports: shown.append([one.domain for one in reports]),
        lambda _text: None,
        clock=ManualClock(),
        pauses=repeat(1.0),
        timeout=None,
        until_ok=True,
    )
    assert shown == [["a.example", "b.example"], ["b.example"], ["a.example"]]
    assert [one.level for one in ended] == [Level.OK, Level.OK]

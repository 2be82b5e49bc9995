"""The slow watch: while a step waits, the App looks now and then, whatever screen is open.

Here is only when to look, what has changed, and the words for both; the App does the looking.
"""

from dataclasses import dataclass

from seswizard.core.cells import cells
from seswizard.core.facts import Facts
from seswizard.core.pacing import SLOW_DNS, SLOW_SES
from seswizard.core.reading import Seen
from seswizard.core.steps import STEP, State, findings_of
from seswizard.look.session import Session
from seswizard.tui.paint import Text, bold, joined, mark, quiet

WATCHED = ("domain", "records", "propagation")
"""The steps that wait for DNS or for SES."""

LIVE = "propagation"
"""The step whose screen looks by itself, and faster."""


@dataclass(frozen=True, slots=True)
class News:
    """Something changed while another screen was open."""

    step: str
    mark: str
    text: str


class SlowWatch:
    """When the next looks are due, in monotonic seconds."""

    def __init__(self) -> None:
        self._dns: float | None = None
        self._ses: float | None = None

    def rest(self) -> None:
        """Nothing is to be watched now."""
        self._dns = self._ses = None

    def due(self, now: float) -> frozenset[str]:
        """The parts to look at now; the first call after a rest only starts the pauses."""
        if self._dns is None or self._ses is None:
            self._dns, self._ses = now + SLOW_DNS, now + SLOW_SES
        parts = set()
        if now >= self._dns:
            self._dns = now + SLOW_DNS
            parts.add("dns")
        if now >= self._ses:
            self._ses = now + SLOW_SES
            parts.add("identity")
        return frozenset(parts)

    def left(self, now: float) -> float | None:
        """Seconds until the next look; None while nothing is watched."""
        return None if self._dns is None or self._ses is None else max(0.0, min(self._dns, self._ses) - now)


def waits(session: Session) -> bool:
    """Whether there is something to watch for."""
    return session.name is not None and any(session.states[step] is State.WAITING for step in WATCHED)


def changed(before: Session, after: Session) -> News | None:
    """What a look has brought for the watched steps; the most telling one."""
    for step in reversed(WATCHED):
        label = STEP[step].label
        if before.states[step] is not after.states[step]:
            state = after.states[step]
            word = "verified" if step == LIVE and state is State.DONE else state.value
            return News(step, state.value, f"{label}: {word if state is not State.OPEN else 'to do'}")
        if before.report and after.report:
            known = {finding.id for finding in findings_of(step, before.report)}
            for finding in findings_of(step, after.report):
                if finding.id not in known:
                    return News(step, finding.level.value, f"{label}: {finding.title}")
    old, new = dkim_count(before.facts), dkim_count(after.facts)
    if new != old and new is not None:
        return News(LIVE, "waiting", f"DKIM: {new[0]} of {new[1]}")
    return None


def dkim_count(facts: Facts | None) -> tuple[int, int] | None:
    """How many DKIM records every server has right, of how many; None while unknown."""
    if facts is None or not isinstance(facts.sweep, Seen):
        return None
    wanted = [record for record in facts.records if record.purpose == "dkim"]
    right = 0
    for record in wanted:
        said = [one for one in cells(record, facts.sweep.value) if one.standing != "silent"]
        right += bool(said) and all(one.standing == "right" for one in said)
    return (right, len(wanted)) if wanted else None


def watch_line(session: Session, left: float | None, news: News | None) -> Text:
    """The line under the rail: `DKIM 2/3 · looks in 12 s`, or the news and the key that opens it."""
    if news is not None:
        return joined(mark(news.mark, news.text), "\n", bold("F6"), quiet(" opens it"))
    if left is None:
        return ""
    count = dkim_count(session.facts)
    head = joined(f"DKIM {count[0]}/{count[1]}", " · ") if count else ""
    return quiet(joined(head, f"looks in {round(left)} s"))

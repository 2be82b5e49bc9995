"""What was told already is not told again: facts and findings are remembered by step, and only what is new is said."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from seswizard.cli.linear.lines import finding_lines, wrapped
from seswizard.cli.pasting import pasted
from seswizard.core.findings import Finding, Level


@dataclass(slots=True)
class Memory:
    """What was told of each step, by id, level and title."""

    _told: dict[str, dict[str, Finding]] = field(default_factory=dict)

    def news(self, step: str, findings: Iterable[Finding]) -> tuple[tuple[Finding, ...], tuple[Finding, ...]]:
        """The findings that are new or have changed, and those that are there no more."""
        before, now = self._told.get(step, {}), {one.id: one for one in findings}
        self._told[step] = now
        fresh = tuple(one for one in now.values() if one.id not in before or before[one.id].essence != one.essence)
        return fresh, tuple(one for one in before.values() if one.id not in now)

    def told(self, step: str) -> tuple[Finding, ...]:
        """What was told of a step last."""
        return tuple(self._told.get(step, {}).values())

    def forget(self, step: str) -> None:
        """Tell everything of this step again."""
        self._told.pop(step, None)


@dataclass(slots=True)
class Telling:
    """Lines to a person."""

    write: Callable[[str], None]
    memory: Memory = field(default_factory=Memory)
    _facts: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def say(self, text: str) -> None:
        """A sentence, in as many lines as it needs."""
        for line in wrapped(text):
            self.write(line)

    def lines(self, lines: Iterable[str]) -> None:
        """Lines as they are."""
        for line in lines:
            self.write(line)

    def value(self, name: str, text: str) -> None:
        """A name, and what is to be copied alone on its line."""
        self.lines((f"{name}:", pasted(text)))

    def facts(self, step: str, facts: Iterable[str]) -> bool:
        """Facts of a step that were not told yet; whether there were any."""
        now = tuple(facts)
        before, self._facts[step] = self._facts.get(step, ()), now
        fresh = [one for one in now if one not in before]
        for one in fresh:
            self.say(one)
        return bool(fresh)

    def findings(self, step: str, findings: Iterable[Finding]) -> bool:
        """Findings of a step that are new, and those that are over; whether there were any."""
        fresh, over = self.memory.news(step, findings)
        for one in over:
            if one.level is not Level.OK:
                self.say(f"no longer so: {one.title} ({one.id})")
        for one in fresh:
            self.lines(finding_lines(pasted(one)))
        return bool(fresh or over)

    def forget(self, step: str) -> None:
        """Tell everything of this step again."""
        self.memory.forget(step)
        self._facts.pop(step, None)

"""What is known: the session and the looks that fill it, whether a person walks or a script."""

from dataclasses import dataclass, replace

from seswizard.core.checks import judge
from seswizard.core.findings import Finding, worst_first
from seswizard.core.names import EmailAddress, IdentityName
from seswizard.core.pacing import SES_LOOK
from seswizard.core.step_words import could_not_look
from seswizard.core.steps import State, findings_of
from seswizard.look import ALL_PARTS, look
from seswizard.look.beginning import begin
from seswizard.look.session import Session
from seswizard.ports import Services

FRESH = 10.0
"""Seconds for which a look that has just been made is not made again."""


@dataclass(slots=True)
class Knowing:
    """A session that can look."""

    session: Session

    @property
    def services(self) -> Services:
        """The world."""
        return self.session.services

    @property
    def name(self) -> IdentityName:
        """What is set up."""
        assert self.session.name is not None
        return self.session.name

    @property
    def settled(self) -> bool:
        """Whether SES has verified the name and nothing is left to wait for at DNS."""
        return self.session.verified and self.session.states["propagation"] in (State.DONE, State.SKIPPED)

    async def look(self, parts: frozenset[str] = ALL_PARTS) -> None:
        """Look at these parts and know more."""
        session = self.session
        facts = await look(session.services, self.name, parts=parts, last=session.facts, choices=session.choices)
        looked = {**session.looked, **dict.fromkeys(parts, self.services.clock.monotonic())}
        self.session = replace(session.with_report(facts, judge(facts)), looked=looked)

    async def look_unless_fresh(self, parts: frozenset[str]) -> None:
        """Look at what was not looked at a moment ago."""
        now, looked = self.services.clock.monotonic(), self.session.looked
        if stale := frozenset(part for part in parts if part not in looked or now - looked[part] >= FRESH):
            await self.look(stale)

    def found(self, step: str) -> tuple[Finding, ...]:
        """What was found of a step, worst first, or why it could not be looked at."""
        report, facts = self.session.report, self.session.facts
        if report is None or facts is None:
            return ()
        found = findings_of(step, report)
        blind = could_not_look(step, facts, report)
        known = blind is None or any(one.id == blind.id for one in found)
        return worst_first(found if known or blind is None else (*found, blind))

    async def look_at_spread(self) -> None:
        """DNS each time, SES not more often than every ten seconds; of an address only SES is asked."""
        last = self.session.looked.get("identity")
        if isinstance(self.name, EmailAddress):
            parts = {"identity"}
        elif last is not None and self.services.clock.monotonic() - last < SES_LOOK:
            parts = {"dns"}
        else:
            parts = {"dns", "identity"}
        await self.look(frozenset(parts))

    async def take_over_choices(self) -> None:
        """Know what a change has written into the state."""
        beginning = await begin(self.services, self.session.name, None)
        if beginning.choices is not None and beginning.choices != self.session.choices:
            self.session = self.session.with_choices(beginning.choices)

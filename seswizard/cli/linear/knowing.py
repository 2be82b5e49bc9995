"""What is known: the session and the looks that fill it, whether a person walks or a script."""

from dataclasses import dataclass

from seswizard.core.findings import Finding, worst_first
from seswizard.core.names import IdentityName
from seswizard.core.step_words import could_not_look
from seswizard.core.steps import findings_of
from seswizard.look import ALL_PARTS
from seswizard.look.beginning import begin
from seswizard.look.knowing import know_more, not_fresh, settled, spreading
from seswizard.look.session import Session
from seswizard.ports import Services


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
        return settled(self.session)

    async def look(self, parts: frozenset[str] = ALL_PARTS) -> None:
        """Look at these parts and know more."""
        self.session = await know_more(lambda: self.session, parts) or self.session

    async def look_unless_fresh(self, parts: frozenset[str]) -> None:
        """Look at what was not looked at a moment ago."""
        if stale := not_fresh(self.session, parts):
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
        """Look whether it has spread further."""
        await self.look(spreading(self.session))

    async def take_over_choices(self) -> None:
        """Know what a change has written into the state."""
        beginning = await begin(self.services, self.session.name, None)
        if beginning.choices is not None and beginning.choices != self.session.choices:
            self.session = self.session.with_choices(beginning.choices)

"""Ask the resolvers, but only for records that every server heard has: asking early plants "no such name"."""

from collections.abc import Iterable

from seswizard.core.answers import Question, Sweep
from seswizard.core.cells import everywhere
from seswizard.core.records import Record
from seswizard.look.asking import Asking, to_resolvers
from seswizard.ports import Services

_PATIENCE = 0.8


class Public:
    """What each resolver answers about the records that are out, and the system's resolver about the zone itself."""

    def __init__(self, services: Services, zone: str) -> None:
        self._resolvers = services.dns.resolvers
        self.asking: Asking = to_resolvers(services, _PATIENCE)
        self.asking.ask(self._resolvers[:1], [Question(zone, "SOA")])

    def ask(self, records: Iterable[Record], sweep: Sweep) -> None:
        """Ask for those that are out by now and were not asked for yet."""
        self.asking.ask(self._resolvers, [Question(one.name, one.type) for one in records if everywhere(one, sweep)])

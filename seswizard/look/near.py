"""Whom to ask where a missing record may have landed, look after look."""

import random
from collections.abc import Sequence
from datetime import timedelta

from seswizard.core.answers import Asked, Question, Server, Silence, Sweep

IN_TURN = timedelta(seconds=3)
"""A look this soon after the last one asks in turn; what is looked at less often is asked whole."""


class NearMisses:
    """The questions of `core/misses.py` in one look, with the answers of the look before.

    They are most of the questions while one looks every second, and a mistake is at every server soon, and mostly with
    every record. So where the last look found no trace of one, a single server is asked for the likeliest mistake with each
    record and for all mistakes with one of them, both picked by chance; the other answers are kept. The first trace is
    followed up with all records at all servers.
    """

    def __init__(self, before: Sweep) -> None:
        self._before = before
        self._chances = random.random(), random.random()  # noqa: S311  # nothing is kept safe by them
        self._alone: frozenset[Question] = frozenset()
        """What is asked in part only."""

    def chosen(
        self, near: Sequence[tuple[Question, ...]], servers: tuple[Server, ...], sweep: Sweep
    ) -> tuple[tuple[Server, ...], tuple[Question, ...]]:
        """Whom to ask for what now, of the questions about each record, likeliest first.

        `sweep` is what this look has heard so far.
        """
        groups = [group for group in near if group]
        every = tuple(question for group in groups for question in group)
        before, now = ([one for each in every for one in told.to(each.name, each.type)] for told in (self._before, sweep))
        alone = {one.question for one in before}.issuperset(every) and not any(map(_trace, (*before, *now)))
        self._alone = frozenset(every if alone else ())
        if not alone or not groups or not servers:
            return servers, every
        who, what = self._chances
        likeliest = tuple(group[0] for group in groups)
        return (servers[int(who * len(servers))],), (*likeliest, *groups[int(what * len(groups))])

    def with_kept(self, sweep: Sweep, servers: tuple[Server, ...]) -> Sweep:
        """The sweep with the last answers of the servers that were not asked again, as if all had been."""
        now = {(one.server, one.question): one for one in sweep.asked}
        some = {question for question in self._alone if any((server, question) not in now for server in servers)}
        near = [
            now.pop((one.server, one.question), one)
            for one in self._before.asked
            if one.question in some and one.server in servers
        ]
        return Sweep((*now.values(), *near)) if near else sweep


def _trace(asked: Asked) -> bool:
    """Whether something stands there, or the server kept what stands there to itself."""
    reply = asked.reply
    return isinstance(reply, Silence) or bool(reply.rows) or reply.status not in ("NOERROR", "NXDOMAIN")

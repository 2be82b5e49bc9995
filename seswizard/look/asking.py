"""DNS questions under way: each is put once to each server, and what has come in so far can be read at any time.

Most servers answer within a round trip, some never do. Whoever asks need not wait for the silent ones before asking what
follows from the answers of the others.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from types import TracebackType

from seswizard.core.answers import Answer, Asked, Question, Server, Sweep
from seswizard.ports import Services

PATIENCE = 1.2
"""Seconds for one question to one server; the gateway sends it again on the way."""
ENOUGH = 0.6
"""Seconds after which one goes on with what was heard. A later answer still counts."""

Put = Callable[[Server, Question], Awaitable[tuple[Asked, ...]]]
"""Puts one question to one server; more than one asking where the first answer calls for a second."""


class Asking:
    """Questions and servers, in the order of asking. Leaving its `with` gives up what is still under way."""

    def __init__(self, put: Put) -> None:
        self._put = put
        self._tasks: dict[tuple[Server, Question], asyncio.Future[tuple[Asked, ...]]] = {}
        self._began = 0.0

    def __enter__(self) -> "Asking":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        for task in self._tasks.values():
            if not task.cancel() and not task.cancelled():
                task.exception()  # of several that fail alike, one has been told

    def ask(self, servers: Iterable[Server], questions: Iterable[Question]) -> bool:
        """Put every question to every server unless it was; whether any was new."""
        if not self._tasks:
            self._began = asyncio.get_running_loop().time()
        before, wanted = len(self._tasks), tuple(dict.fromkeys(questions))
        for server in servers:
            for question in wanted:
                if (server, question) not in self._tasks:
                    self._tasks[server, question] = asyncio.ensure_future(self._put(server, question))
        return len(self._tasks) > before

    @property
    def pending(self) -> bool:
        """Whether some answer is still out."""
        return not all(task.done() for task in self._tasks.values())

    @property
    def heard(self) -> Sweep:
        """What has come in; a question without its answer is left out."""
        return Sweep(tuple(asked for task in self._tasks.values() if task.done() for asked in task.result()))

    async def enough(self) -> Sweep:
        """What was heard once all have answered, or `ENOUGH` seconds after the first question."""
        # Seconds of the sockets, as their patience is, and not of `Clock`: this holds nothing up that a test could wait for.
        left = self._began + ENOUGH - asyncio.get_running_loop().time()
        return await self._within(max(left, 0.0))

    async def whole(self) -> Sweep:
        """What was heard once all have answered or used up their time."""
        return await self._within(None)

    async def _within(self, seconds: float | None) -> Sweep:
        if waiting := [task for task in self._tasks.values() if not task.done()]:
            await asyncio.wait(waiting, timeout=seconds)
        return self.heard


def to_servers(services: Services) -> Asking:
    """Questions to authoritative servers."""

    async def put(server: Server, question: Question) -> tuple[Asked, ...]:
        return (Asked(server, question, await services.dns.ask(server, question, timeout=PATIENCE)),)

    return Asking(put)


def to_resolvers(services: Services, patience: float) -> Asking:
    """Questions to resolvers; a SERVFAIL is followed by the same with DNSSEC checking disabled."""

    async def put(server: Server, question: Question) -> tuple[Asked, ...]:
        reply = await services.dns.ask(server, question, recursive=True, timeout=patience)
        first = Asked(server, question, reply)
        if not isinstance(reply, Answer) or reply.status != "SERVFAIL":
            return (first,)
        again = await services.dns.ask(server, question, recursive=True, timeout=patience, checking_disabled=True)
        return first, Asked(server, question, again, checking_disabled=True)

    return Asking(put)

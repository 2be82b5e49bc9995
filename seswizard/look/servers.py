"""The addresses at which the servers of a zone are asked: each once, not endlessly many, and none but the Internet's.

Whoever holds a zone names its servers. However many names he gives to one address, it must not cost that address a look
for each; and nobody is to have us knock at the machines of our own network.
"""

import asyncio
from dataclasses import dataclass

from seswizard.core.answers import MOST_SERVERS, Answer, Question, Reply, Server
from seswizard.look.resolving import resolved
from seswizard.ports import Services

_MOST_OF_ONE = 8
MOST = 32
"""Addresses that are asked in all."""
_ELSEWHERE = 3
"""Public resolvers that are asked for what the own one gives only private addresses of."""

Glue = dict[str, tuple[str, ...]]
"""Addresses by server name, as they came with a reply."""


@dataclass(frozen=True, slots=True)
class Addressed:
    """What the names of a zone's servers lead to."""

    servers: tuple[Server, ...]
    unaddressed: tuple[str, ...]
    """The names without any address."""
    private: tuple[Server, ...]
    """Those at addresses that are not of the Internet."""


async def addressed(services: Services, names: tuple[str, ...], glue: Glue) -> Addressed:
    """Every address of the names, from the glue, else as the resolver says; within bounds."""
    taken = tuple(sorted(names))[:MOST_SERVERS]
    found = await asyncio.gather(*(_addresses(services, name, glue.get(name, ())) for name in taken))
    servers: dict[str, Server] = {}
    private: dict[str, Server] = {}
    for name, addresses in zip(taken, found, strict=True):
        for address in addresses[:_MOST_OF_ONE]:
            there = servers if services.dns.may_ask(address) else private
            if address not in there and len(there) < MOST:
                there[address] = Server(name, address, services.dns.port)
    unaddressed = tuple(name for name, addresses in zip(taken, found, strict=True) if not addresses)
    return Addressed(tuple(servers.values()), unaddressed, tuple(private.values()))


async def _addresses(services: Services, name: str, glued: tuple[str, ...]) -> tuple[str, ...]:
    if glued:
        return glued
    questions = [Question(name, rtype) for rtype in ("A", "AAAA")]
    found = _in(await asyncio.gather(*(resolved(services, question, 2.0) for question in questions)))
    if not found or any(map(services.dns.may_ask, found)):
        return found
    # This network has a view of its own; what SES and recipients see is the public one.
    for resolver in services.dns.resolvers[1 : 1 + _ELSEWHERE]:
        asked = (services.dns.ask(resolver, question, recursive=True, timeout=2.0) for question in questions)
        public = _in(await asyncio.gather(*asked))
        if any(map(services.dns.may_ask, public)):
            return public
    return found


def _in(replies: list[Reply]) -> tuple[str, ...]:
    return tuple(row.value for reply in replies if isinstance(reply, Answer) for row in reply.rows if row.type in ("A", "AAAA"))

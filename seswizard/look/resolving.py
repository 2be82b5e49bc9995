"""What resolvers say of names that nobody is about to publish: the zone, its servers, what other organisations have.

The system's resolver speaks first. Where it gives nothing usable in time (a VPN that went away leaves such ones behind),
some of the public ones are asked as well, and the first that answers is believed.
"""

import asyncio

from seswizard.core.answers import Answer, Asked, Question, Reply, Server, Silence
from seswizard.look import asking
from seswizard.ports import Services

_BESIDE = 3
"""How many others are asked: enough that one of them lives."""


async def resolved(services: Services, question: Question, timeout: float) -> Reply:
    """The answer of the system's resolver, else of another one; where there is none, what the system's gave instead."""
    return (await resolved_by(services, question, timeout)).reply


async def resolved_by(services: Services, question: Question, timeout: float) -> Asked:
    """The same, and who said it."""
    if not services.dns.resolvers:
        return Asked(Server("no resolver", ""), question, Silence("unreachable"))
    own, *others = services.dns.resolvers
    first = asyncio.ensure_future(_told(services, own, question, timeout))
    asked = [first]
    try:
        await asyncio.wait(asked, timeout=asking.ENOUGH)
        if first.done() and usable(first.result().reply):
            return first.result()
        asked += [asyncio.ensure_future(_told(services, one, question, timeout)) for one in others[:_BESIDE]]
        for each in asyncio.as_completed(asked):
            if usable((told := await each).reply):
                return told
        return await first
    finally:
        for one in asked:
            one.cancel()


def usable(reply: Reply) -> bool:
    """Whether it says something of the name, be it that there is none."""
    return isinstance(reply, Answer) and reply.status in ("NOERROR", "NXDOMAIN")


async def _told(services: Services, resolver: Server, question: Question, timeout: float) -> Asked:
    """What one resolver says; where it fails, what it says with DNSSEC checking disabled."""
    reply = await services.dns.ask(resolver, question, recursive=True, timeout=timeout)
    if isinstance(reply, Answer) and reply.status == "SERVFAIL":
        reply = await services.dns.ask(resolver, question, recursive=True, timeout=timeout, checking_disabled=True)
    return Asked(resolver, question, reply)

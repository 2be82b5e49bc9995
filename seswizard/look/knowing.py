"""Knowing more: what was looked at is judged, merged with what was learnt meanwhile, and noted with its time.

Both faces know more by this and by nothing else; when one looks again is decided here too.
"""

from collections.abc import Callable
from dataclasses import replace

from seswizard.core.checks import judge
from seswizard.core.facts import Facts
from seswizard.core.names import EmailAddress
from seswizard.core.pacing import SES_LOOK
from seswizard.core.steps import State
from seswizard.look.everything import ALL_PARTS, look
from seswizard.look.session import Session, merged

FRESH = 10.0
"""Seconds for which a look that has just been made is not made again."""


async def know_more(known: Callable[[], Session], parts: frozenset[str] = ALL_PARTS) -> Session | None:
    """The session after a look at these parts; None where it is about something else by then.

    `known` is asked again when the look has ended: two looks at once keep each other's news.
    """
    base = known()
    if base.name is None:
        return None
    facts = await look(base.services, base.name, parts=parts, last=base.facts, choices=base.choices)
    now = known()
    if now.name != base.name or now.services is not base.services:
        return None
    looked = {**now.looked, **dict.fromkeys(parts, now.services.clock.monotonic())}
    return replace(judged(now, merged(base.facts, facts, now.facts)), looked=looked)


def judged(session: Session, facts: Facts) -> Session:
    """The session with these facts, and what they mean.

    While one waits most looks bring nothing new: then the report stays the one that it was, which spares whoever shows it
    the trouble.
    """
    if session.facts is not None and session.report is not None and session.facts.tells_the_same(facts):
        return replace(session, facts=facts)
    return session.with_report(facts, judge(facts))


def not_fresh(session: Session, parts: frozenset[str]) -> frozenset[str]:
    """Those of the parts that were not looked at a moment ago."""
    now = session.services.clock.monotonic()
    return frozenset(part for part in parts if part not in session.looked or now - session.looked[part] >= FRESH)


def spreading(session: Session) -> frozenset[str]:
    """What is looked at while records spread: DNS each time, SES less often; of an address only SES is asked."""
    if isinstance(session.name, EmailAddress):
        return frozenset({"identity"})
    last = session.looked.get("identity")
    recent = last is not None and session.services.clock.monotonic() - last < SES_LOOK
    return frozenset({"dns"}) if recent else frozenset({"dns", "identity"})


def settled(session: Session) -> bool:
    """Whether SES has verified the name and nothing is left to wait for at DNS."""
    return session.verified and session.states["propagation"] in (State.DONE, State.SKIPPED)

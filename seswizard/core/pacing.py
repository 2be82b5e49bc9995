"""How often one looks: quick while something is about to change, slow when nothing does, never faster than SES allows."""

from collections.abc import Iterator

SES_GAP = 1.1
"""Seconds between two control calls to SES: it allows one a second for the whole account and region."""
SES_LOOK = 10.0
"""Seconds between two looks at the same identity."""
SLOW_DNS = 15.0
SLOW_SES = 30.0
"""The slow watch that goes on under other screens."""


def dns_pauses(eager_seconds: float = 30.0) -> Iterator[float]:
    """Pauses between looks at the authoritative servers: 1 s for the first 30 s, then growing to 10 s."""
    waited = 0.0
    while waited < eager_seconds:
        waited += 1.0
        yield 1.0
    pause = 1.5
    while True:
        yield pause
        pause = min(10.0, pause * 1.5)


def login_pauses(limit: float = 300.0) -> Iterator[float]:
    """Pauses between logins with a young key, ending when `limit` seconds are used up."""
    waited, pause = 0.0, 1.0
    while waited < limit:
        yield pause
        waited += pause
        pause = min(20.0, pause * 1.6)


YOUNG_KEY = 300.0
"""Seconds for which 535 on a new key is normal: IAM is still spreading it (no number is published)."""
EVENT_SLOW = 60.0
EVENT_LOST = 150.0
"""Seconds after which a missing event is slower than usual, and after which it is called lost."""


def hidden(others: int) -> float:
    """Seconds for which what is read from a queue is kept from other readers, once so many messages were not ours.

    Short at first, for a message may be theirs. In a queue that nobody empties it grows, or the same ones would come
    again before the rest was seen.
    """
    return min(EVENT_LOST, 10.0 + others / 20)

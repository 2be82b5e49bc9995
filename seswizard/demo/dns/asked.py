"""Who asked a server for what: scenarios react to it (a colleague mends a name once somebody has looked at it)."""

import threading
import time
from collections import deque
from dataclasses import dataclass
from typing import Literal

Transport = Literal["udp", "tcp", "inside"]
"""How a question came: over a socket, or from the world itself (a resolver that iterates, SES that verifies)."""

KEPT = 10_000


@dataclass(frozen=True, slots=True)
class Asked:
    """One question that a server was asked."""

    at: float
    """Seconds of the monotonic clock."""
    name: str
    type: str
    transport: Transport


class QuestionLog:
    """The latest questions of one server, and when each name was first asked for from outside."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._latest: deque[Asked] = deque(maxlen=KEPT)
        self._first: dict[str, float] = {}

    def note(self, name: str, rtype: str, transport: Transport) -> None:
        """Remember a question."""
        asked = Asked(time.monotonic(), name.lower(), rtype, transport)
        with self._lock:
            self._latest.append(asked)
            if transport != "inside" and (asked.name in self._first or len(self._first) < KEPT):
                self._first.setdefault(asked.name, asked.at)

    def latest(self) -> tuple[Asked, ...]:
        """The questions kept, oldest first."""
        with self._lock:
            return tuple(self._latest)

    def first(self, name: str, since: float = 0.0) -> float | None:
        """When this name was first asked for over a socket; with `since`, after that moment, as far as still known."""
        wanted = name.lower().removesuffix(".")
        with self._lock:
            if not since:
                return self._first.get(wanted)
            times = (one.at for one in self._latest if one.name == wanted and one.transport != "inside" and one.at >= since)
            return next(times, None)

"""Scripted faults at the wire: what AWS does on a bad day, told in advance by a scenario or a test."""

import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass

Answer = tuple[int, dict[str, str], Iterable[bytes]]
"""Status, headers and the body's pieces."""
Bend = Callable[[int, dict[str, str], bytes], Answer]


@dataclass(frozen=True, slots=True)
class Fault:
    """What happens to the next calls of an operation."""

    operation: str
    """Such as `GetAccount`, or `*` for every one."""
    code: str = ""
    """The error code of the answer; none: the call is answered as always, after the delay."""
    message: str = "The embedded world was told to answer so."
    status: int = 400
    """The HTTP status of that answer."""
    count: int | None = 1
    """How many calls it hits; None: every one from now on."""
    delay: float = 0.0
    """Seconds before anything is done."""
    drop: bool = False
    """The work is done, but the connection is cut instead of answering."""
    bend: Bend | None = None
    """The work is done, and this is made of its answer, such as a page of a captive portal."""
    service: str = ""
    """Only this service, such as `sesv2`; none: whichever has the operation."""


class Faults:
    """The faults that are still to come, first come first served."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: list[tuple[Fault, int | None]] = []

    def append(self, fault: Fault) -> None:
        """Have a fault happen from now on."""
        with self._lock:
            self._waiting.append((fault, fault.count))

    def clear(self) -> None:
        """Be well again."""
        with self._lock:
            self._waiting.clear()

    def __len__(self) -> int:
        with self._lock:
            return len(self._waiting)

    def take(self, service: str, operation: str) -> Fault | None:
        """The fault that hits this call, if any; it counts as used."""
        with self._lock:
            for place, (fault, left) in enumerate(self._waiting):
                if fault.operation in ("*", operation) and fault.service in ("", service):
                    if left == 1:
                        del self._waiting[place]
                    elif left is not None:
                        self._waiting[place] = (fault, left - 1)
                    return fault
            return None

"""The world's SES: its regions, and what it needs from the rest of the world."""

import secrets
import threading
import time
from collections.abc import Callable, Mapping
from typing import Protocol

from seswizard.demo.ses.region import Identity, Region, Sent

Answer = dict[str, object]
"""What an operation answers: the members of its output in the model."""


class Seen(Protocol):
    """What the DNS answers, as `seswizard.demo.dns` tells it."""

    @property
    def outcome(self) -> str: ...
    @property
    def values(self) -> tuple[str, ...]: ...
    @property
    def soa(self) -> tuple[str, str, int] | None: ...


class Dns(Protocol):
    """What SES needs from the world's DNS."""

    def add_dkim_key(self, token: str, hosted_zone: str) -> None: ...
    def look(self, name: str, type: str) -> Seen: ...


class Topics(Protocol):
    """What SES needs from the world's SNS."""

    def policy(self, arn: str) -> Mapping[str, object] | None:
        """The topic's policy; None when there is no such topic."""

    def publish(self, arn: str, subject: str, message: str) -> None:
        """Publish to the topic."""


class Ses:
    """All of SES in one account; every use holds `lock`."""

    def __init__(self, dns: Dns, topics: Topics, after: Callable[[float, Callable[[], None]], None]) -> None:
        self.dns, self.topics, self.after = dns, topics, after
        self.clock: Callable[[], float] = time.monotonic
        self.lock = threading.RLock()
        self.regions: dict[str, Region] = {}
        self.outbox: list[Sent] = []
        """Everything accepted so far, oldest first."""
        self.click_after: float | None = None
        """Seconds until somebody clicks the link mailed to a new address; None: nobody does."""
        self.lost_events = 0
        """How many of the next events get lost on their way."""

    def region(self, name: str) -> Region:
        """SES in a region; fresh and sandboxed at first."""
        with self.lock:
            return self.regions.setdefault(name, Region(name))

    def mail_verification(self, region: Region, identity: Identity) -> None:
        """Send the verification mail to an address, which somebody may click."""
        if self.click_after is not None:
            self.after(self.click_after, lambda: self.click(identity.name, region.name))

    def click(self, address: str, region: str | None = None) -> None:
        """Click the link in the verification mail of an address."""
        from seswizard.demo.ses.verification import succeed

        with self.lock:
            for found in [self.region(region)] if region else list(self.regions.values()):
                if address in found.identities:
                    succeed(found.identities[address])

    def decide_review(self, region: str, outcome: str = "GRANTED") -> None:
        """Have AWS's people answer the request for production access."""
        with self.lock:
            account = self.region(region).account
            account.review = outcome
            if outcome == "GRANTED":
                account.production, account.daily_quota, account.rate = True, 50000.0, 14.0

    @staticmethod
    def new_message_id() -> str:
        """An id in the shape of SES's own."""
        parts = (f"0102{int(time.time() * 1000):012x}", *(secrets.token_hex(size) for size in (4, 2, 2, 2, 6)), "000000")
        return "-".join(parts)

"""Loopback addresses for one world: a random prefix of 127.0.0.0/8, so that two worlds at once do not meet.

macOS has 127.0.0.1 alone; there a world makes do with one authoritative server.
"""

import random
from dataclasses import dataclass

from seswizard.demo.dns.listen import binds

ONLY = "127.0.0.1"
SIX = "::1"


@dataclass(frozen=True, slots=True)
class Addresses:
    """Who listens where."""

    root: str
    com: tuple[str, ...]
    amazonses: str
    auth: tuple[str, ...]
    """The servers of the user's domain."""
    other: str
    """Another company's server, free for sub-zones and wrong delegations."""
    resolvers: tuple[str, ...]

    @property
    def single(self) -> bool:
        """Whether one address must do for all authoritative servers."""
        return self.root == ONLY


def pick(*, single: bool | None = None, six: bool | None = None) -> Addresses:
    """Addresses that this machine has; `single` and `six` overrule what it says of itself."""
    prefix = f"127.{random.randint(1, 254)}.{random.randint(0, 254)}"
    if single is None:
        single = not binds(f"{prefix}.10")
    extra = (SIX,) if (binds(SIX) if six is None else six) else ()
    if single:
        return Addresses(ONLY, (ONLY,), ONLY, (ONLY, *extra), ONLY, (ONLY,) * 3)
    return Addresses(
        root=f"{prefix}.10",
        com=(f"{prefix}.11", f"{prefix}.12"),
        amazonses=f"{prefix}.13",
        auth=(f"{prefix}.21", f"{prefix}.22", *extra),
        other=f"{prefix}.31",
        resolvers=(f"{prefix}.53", f"{prefix}.54", f"{prefix}.55"),
    )

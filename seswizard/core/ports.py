"""SES's SMTP ports as they look from here, and which of them to use.

A port is open when it led all the way to TLS with SES's own certificate; anything less is blocked, with the reason.
An address family that this machine (or the endpoint) does not have is neither.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from seswizard.core.login import PORTS, tls_mode

Family = Literal[4, 6]
FAMILIES: tuple[Family, ...] = (4, 6)

TOO_BUSY = "this machine was too busy to listen"
"""Why a port is not seen where our own time was over before anybody listened."""

BEST_FIRST: tuple[int, ...] = (587, 2587, 465, 2465, 25)
"""What to recommend: STARTTLS on the submission port and its understudy, TLS from the start, and 25 last, which
networks block and EC2 throttles (https://docs.aws.amazon.com/ses/latest/dg/smtp-connect.html)."""


@dataclass(frozen=True, slots=True)
class PortSeen:
    """What one try at one port, by one address family, came to."""

    port: int
    family: Family
    host: str = ""
    """The name that was dialled and that the certificate had to have; by IPv6 it may be SES's dual-stack name."""
    address: str = ""
    """The address that was tried; empty where there was none to try."""
    connected: float | None = None
    """Seconds until TCP was open; None where it never was."""
    tls: str = ""
    """Such as `TLS 1.3`; empty where TLS did not begin or its certificate was refused."""
    certificate: str = ""
    """The name in the certificate that was found to be SES's."""
    starttls: bool = False
    """Whether STARTTLS was offered; never on a port where TLS is there from the start."""
    banner: str = ""
    """The server's first reply, scrubbed, 200 characters at most."""
    seconds: float = 0.0
    """The whole try."""
    why_not: str = ""
    """Why it is not open, a short sentence; empty where it is."""
    absent: bool = False
    """There was nothing to try: no such address, or no way to that kind of address from here."""

    @property
    def open(self) -> bool:
        """Whether mail can go this way."""
        return not self.why_not and not self.absent

    @property
    def blocked(self) -> bool:
        """Whether something hinders it."""
        return bool(self.why_not) and not self.absent

    @property
    def label(self) -> str:
        """`587 IPv4`."""
        return f"{self.port} IPv{self.family}"


def dual_stack_host(region: str) -> str:
    """The endpoint's name that has IPv6 addresses too (https://docs.aws.amazon.com/general/latest/gr/ses.html)."""
    return f"email-smtp.{region}.api.aws"


def open_ports(seen: Iterable[PortSeen]) -> tuple[int, ...]:
    """The ports that are open by any family, the recommended one first."""
    found = {one.port for one in seen if one.open}
    return tuple(port for port in BEST_FIRST if port in found)


def shut_ports(seen: Iterable[PortSeen]) -> tuple[int, ...]:
    """The ports that were tried and are open by no family, in the same order."""
    tried = tuple(seen)
    found = {one.port for one in tried if one.blocked} - set(open_ports(tried))
    return tuple(port for port in BEST_FIRST if port in found)


def recommended(seen: Iterable[PortSeen]) -> int | None:
    """The port to use from here; None where none is open."""
    return next(iter(open_ports(seen)), None)


def recommendation(seen: Iterable[PortSeen]) -> str:
    """Which port to use, in one line."""
    tried = tuple(seen)
    best = recommended(tried)
    if best is None:
        return "No port is open from here; send by SES's API, or from another network."
    shut = [port for port in BEST_FIRST[: BEST_FIRST.index(best)] if port in shut_ports(tried)]
    because = f", for {listed(shut)} {'is' if len(shut) == 1 else 'are'} blocked here" if shut else ""
    return f"Use port {port_words(best)}{because}."


def port_words(port: int) -> str:
    """`587 with STARTTLS`."""
    return f"{port} with {'STARTTLS' if tls_mode(port) == 'starttls' else 'TLS from the start'}"


def listed(ports: Iterable[int]) -> str:
    """`25`, `25 and 465`, `25, 465 and 587`."""
    words = [str(port) for port in ports]
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def in_order(seen: Iterable[PortSeen]) -> tuple[PortSeen, ...]:
    """By SES's own list of ports, IPv4 before IPv6."""
    places = [port for port, _ in PORTS]
    return tuple(sorted(seen, key=lambda one: (places.index(one.port), one.family)))

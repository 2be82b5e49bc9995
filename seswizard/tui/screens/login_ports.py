"""SES's ports while they are tried: all at once, each told as soon as it has answered."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import cast

from seswizard.core.ports import Family, PortSeen
from seswizard.core.reading import Reading
from seswizard.look.ports import look_at_ports
from seswizard.ports import Services, Smtp


@dataclass(frozen=True, slots=True)
class _Telling:
    """An SMTP endpoint that can be probed only, and tells what came."""

    smtp: Smtp
    tell: Callable[[PortSeen], None]

    @property
    def host(self) -> str:
        """The endpoint's name."""
        return self.smtp.host

    async def probe(self, port: int, family: Family) -> PortSeen:
        """Probe, and tell."""
        seen = await self.smtp.probe(port, family)
        self.tell(seen)
        return seen


async def try_ports(services: Services, tell: Callable[[PortSeen], None]) -> Reading[tuple[PortSeen, ...]] | None:
    """Try every port by both address families; None in a region in which SES listens on none."""
    telling = cast("Smtp", _Telling(services.smtp, tell))  # Looking at ports asks for nothing else.
    return await look_at_ports(replace(services, smtp=telling), services.region)

"""Somebody with access to the DNS, who adds by hand what the wizard asks for, one record under a doubled name.

The first server gets a record some seconds before the others, as with a provider that is slow to spread; the doubled
name is mended once somebody has noticed it, that is, asked for it.
"""

import time
from functools import partial
from typing import TYPE_CHECKING

from seswizard.demo.place import DOMAIN, REGION
from seswizard.demo.ses.region import Identity

if TYPE_CHECKING:
    from seswizard.demo.world import World

HANDS_ON = 6.0
"""Seconds from SES's wanting a record to its being on the first server: somebody has to paste it."""
SPREADS = 3.0
"""Seconds from there to its being on the others."""
MENDED_AFTER = 5.0
"""Seconds from the first question for the doubled name to its being mended."""
TTL = 5
DMARC = '"v=DMARC1; p=none;"'
SPF = '"v=spf1 include:amazonses.com ~all"'


class Colleague:
    """Looks at SES's console now and then, and acts on what it wants."""

    def __init__(self, world: "World") -> None:
        self._world = world
        self._done: set[tuple[str, ...]] = set()
        self._doubled: dict[str, str] = {}
        self._saved: dict[str, float] = {}
        """When each doubled name was saved: only then can somebody notice it."""

    def look_around(self) -> None:
        """Take up what is new, and mend what somebody has noticed."""
        with self._world.ses.lock:
            for identity in self._world.ses.region(REGION).identities.values():
                if identity.is_domain and f".{identity.name}".endswith(f".{DOMAIN}"):
                    self._take_up(identity)
        for name, target in list(self._doubled.items()):
            saved = self._saved.get(f"{name}.{DOMAIN}")
            asked = self._world.dns.first_asked(f"{name}.{DOMAIN}", saved) if saved else None
            if asked is not None and time.monotonic() >= asked + MENDED_AFTER:
                del self._doubled[name]
                self._world.dns.unpublish(f"{name}.{DOMAIN}")
                self._world.dns.publish(name, "CNAME", target, ttl=TTL)

    def _take_up(self, identity: Identity) -> None:
        if identity.hosted_zone and self._is_new("dkim", *identity.tokens):
            for place, token in enumerate(sorted(identity.tokens)):
                name, target = f"{token}._domainkey.{identity.name}", f"{token}.{identity.hosted_zone}"
                if place == 1:
                    self._doubled[name] = target
                    self._add(f"{name}.{DOMAIN}", "CNAME", target)
                else:
                    self._add(name, "CNAME", target)
            self._add(f"_dmarc.{identity.name}", "TXT", DMARC)
        if identity.mail_from and self._is_new("mail-from", identity.mail_from.domain):
            self._add(identity.mail_from.domain, "MX", f"10 feedback-smtp.{REGION}.amazonses.com")
            self._add(identity.mail_from.domain, "TXT", SPF)

    def _is_new(self, *what: str) -> bool:
        new = what not in self._done
        self._done.add(what)
        return new

    def _add(self, name: str, rtype: str, value: str) -> None:
        others = range(1, len(self._world.dns.auth))
        for seconds, servers in ((HANDS_ON, range(1)), (HANDS_ON + SPREADS, others)):
            self._world.time_line.after(seconds, partial(self._publish, name, rtype, value, servers))

    def _publish(self, name: str, rtype: str, value: str, servers: range) -> None:
        mended = name.endswith(f".{DOMAIN}.{DOMAIN}") and name.removesuffix(f".{DOMAIN}") not in self._doubled
        if not mended:
            self._saved.setdefault(name, time.monotonic())
            self._world.dns.publish(name, rtype, value, ttl=TTL, servers=servers)

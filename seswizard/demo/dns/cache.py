"""A resolver's memory: answers and refusals with the time they may still be kept (RFC 2308)."""

import math
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace

import dns.name
import dns.rcode
import dns.rrset
from dns.rdatatype import CNAME, NONE, RdataType

from seswizard.demo.dns.iterate import Reply

_MOST = 10_000
_Key = tuple[dns.name.Name, RdataType]


@dataclass(frozen=True, slots=True)
class _Kept:
    reply: Reply
    until: float


class Cache:
    """Replies kept for their TTL, but at most `longest` seconds; what is handed out counts down."""

    def __init__(self, clock: Callable[[], float], longest: float) -> None:
        self._clock = clock
        self.longest = longest
        self._lock = threading.Lock()
        self._kept: dict[_Key, _Kept] = {}

    def get(self, name: dns.name.Name, rtype: RdataType) -> Reply | None:
        """The reply that is still good for this name and type, with what is left of its TTL."""
        now = self._clock()
        with self._lock:
            for key in ((name, NONE), (name, rtype), (name, CNAME)):
                kept = self._kept.get(key)
                if kept is None or (key[1] == CNAME != rtype and not kept.reply.rrsets):
                    continue
                if kept.until > now:
                    return _aged(kept.reply, math.ceil(kept.until - now))
                del self._kept[key]
        return None

    def put(self, name: dns.name.Name, rtype: RdataType, reply: Reply) -> Reply:
        """Keep the reply, and hand it out as it is to be given on."""
        ttls = [rrset.ttl for rrset in (*reply.rrsets, *((reply.soa,) if reply.soa else ()))]
        lifetime = min([*ttls, self.longest]) if ttls else 0
        if lifetime > 0:
            if reply.rcode == dns.rcode.NXDOMAIN:
                rtype = NONE
            elif [rrset.rdtype for rrset in reply.rrsets] == [CNAME]:
                rtype = CNAME
            with self._lock:
                if len(self._kept) >= _MOST:
                    self._kept.clear()
                self._kept[(name, rtype)] = _Kept(reply, self._clock() + lifetime)
        return _aged(reply, math.ceil(lifetime))

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._kept.clear()


def _aged(reply: Reply, ttl: int) -> Reply:
    return replace(
        reply,
        rrsets=tuple(_with_ttl(rrset, ttl) for rrset in reply.rrsets),
        soa=_with_ttl(reply.soa, ttl) if reply.soa else None,
    )


def _with_ttl(rrset: dns.rrset.RRset, ttl: int) -> dns.rrset.RRset:
    return dns.rrset.from_rdata_list(rrset.name, min(rrset.ttl, ttl), list(rrset))

"""Everything one look found out, as one frozen value of readings. Checks judge it; nothing else is known."""

from dataclasses import dataclass, fields
from datetime import datetime

from seswizard.core.account import Account, Caller
from seswizard.core.answers import Delegation, Sweep
from seswizard.core.aws_things import AccessKey
from seswizard.core.dmarc import DmarcFound, ReportPlace
from seswizard.core.identity import Identity
from seswizard.core.names import DomainName, IdentityName, domain_of
from seswizard.core.ports import PortSeen
from seswizard.core.public import telling
from seswizard.core.reading import Reading, Seen, Unseen
from seswizard.core.records import Record
from seswizard.core.remembered import Proof
from seswizard.core.spf import SpfCount


@dataclass(frozen=True, slots=True)
class KeptLogin:
    """The SMTP login that a keep holds, or that was shown once, without its password."""

    username: str
    keep: str
    """The kind of keep; with `show` nothing holds it, and it was shown once."""


@dataclass(frozen=True, slots=True)
class Facts:
    """Readings; None means that nobody asked, which yields no finding."""

    name: IdentityName
    region: str
    at: datetime
    caller: Reading[Caller] | None = None
    account: Reading[Account] | None = None
    identity: Reading[Identity | None] | None = None
    delegation: Reading[Delegation] | None = None
    sweep: Reading[Sweep] | None = None
    """What the authoritative servers answered about `records` and their near misses."""
    public: Reading[Sweep] | None = None
    """What the resolvers, the system's first, answered about records that an authoritative server has."""
    spf: Reading[SpfCount] | None = None
    """What evaluating MAIL FROM's SPF record costs; None while there is no record."""
    reports: Reading[tuple[ReportPlace, ...]] | None = None
    """Where the DMARC policy sends reports, and whether those places accept them."""
    dmarc: Reading[DmarcFound] | None = None
    login: Reading[KeptLogin | None] | None = None
    keys: Reading[tuple[AccessKey, ...]] | None = None
    """The keys of the IAM user that the kept login belongs to."""
    send_policy: Reading[str | None] | None = None
    """That user's inline policy of ours, as JSON text."""
    proof: Reading[Proof | None] | None = None
    ports: Reading[tuple[PortSeen, ...]] | None = None
    """SES's SMTP ports as they look from here; asked for by name only, see `look/ports.py`."""
    records: tuple[Record, ...] = ()
    """What is expected in DNS: built from SES's answer, or read from a records file."""
    previous_tokens: tuple[str, ...] = ()
    """DKIM tokens of earlier tries, from the journal or a records file."""
    remembered_account: str | None = None
    """The account this domain was set up in."""
    sends_by: str = "smtp"
    """`smtp`, or `sdk` for a program with a role."""

    @property
    def domain(self) -> DomainName:
        """The domain whose DNS is looked at."""
        return domain_of(self.name)

    def tells_the_same(self, other: "Facts") -> bool:
        """Whether the other facts are these at another time: whoever judges them alike may keep the judgement."""
        same = all(_timeless(getattr(self, one)) == _timeless(getattr(other, one)) for one in _TELLING)
        return same and self._ages() == other._ages() and self._resolvers_tell() == other._resolvers_tell()

    def _ages(self) -> list[int]:
        """Of the login's keys, in days: the only time that is judged."""
        keys = self.keys.value if isinstance(self.keys, Seen) else ()
        return [(self.at - key.created).days for key in keys if key.created]

    def _resolvers_tell(self) -> object:
        if not isinstance(self.public, Seen):
            return _timeless(self.public)
        zone = self.delegation.value.zone if isinstance(self.delegation, Seen) else ""
        return telling(self.records, zone, self.public.value)


_TELLING = tuple(one.name for one in fields(Facts) if one.name not in ("at", "public"))


def _timeless(found: object) -> object:
    match found:
        case Seen(value, source):
            return value, source
        case Unseen(failure, source):
            return failure, source
        case _:
            return found

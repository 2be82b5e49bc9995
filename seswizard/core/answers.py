"""What was asked of a DNS server and what came back: plain values, compared by rules, never by a library's types.

Names and host values are lower-case A-labels without the trailing dot; TXT strings are joined (RFC 7208 §3.3).
"""

from dataclasses import dataclass, field

from seswizard.core.names import within


@dataclass(frozen=True, slots=True)
class Question:
    """One name and type."""

    name: str
    type: str


@dataclass(frozen=True, slots=True)
class Server:
    """A DNS server by address."""

    name: str
    address: str
    port: int = 53

    @property
    def shown(self) -> str:
        """Name and address for a person; the address alone where there is no name."""
        return f"{self.name} ({self.address})" if self.name and self.name != self.address else self.address


@dataclass(frozen=True, slots=True)
class Row:
    """One resource record of an answer."""

    name: str
    type: str
    ttl: int
    value: str
    """Presentation form: host names lower-case without trailing dot, TXT joined and unquoted, SOA as its seven fields."""
    priority: int | None = None
    """The preference of an MX."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A server's reply."""

    status: str
    """The response code: NOERROR, NXDOMAIN, SERVFAIL, REFUSED …"""
    authoritative: bool
    rows: tuple[Row, ...] = ()
    """The answer section."""
    authority: tuple[Row, ...] = ()
    additional: tuple[Row, ...] = ()
    milliseconds: float = field(default=0.0, compare=False)
    """How long it took, which makes it no other answer."""

    def after(self, milliseconds: float) -> "Answer":
        """The same with the time that it took; `dataclasses.replace` takes twice as long, and there are dozens in a look."""
        return Answer(self.status, self.authoritative, self.rows, self.authority, self.additional, milliseconds)

    def of(self, name: str, rtype: str) -> tuple[Row, ...]:
        """The rows of the answer section with exactly this name and type."""
        return tuple(row for row in self.rows if row.name == name and row.type == rtype)

    def through(self, rtype: str) -> tuple[Row, ...]:
        """The rows of this type under whatever name: a CNAME chain followed to its end."""
        return tuple(row for row in self.rows if row.type == rtype)

    @property
    def serial(self) -> int | None:
        """The serial of the SOA record it carries, if any."""
        for row in (*self.rows, *self.authority):
            if row.type == "SOA":
                return int(row.value.split()[2])
        return None

    def referral(self, name: str) -> str | None:
        """The zone that this answer refers a question about `name` to, or None."""
        if self.authoritative or self.rows or self.status != "NOERROR":
            return None
        return next((row.name for row in self.authority if row.type == "NS" and within(name, row.name)), None)

    @property
    def negative_seconds(self) -> int | None:
        """How long "no such record" may be kept: min(SOA TTL, minimum), RFC 2308 §5."""
        for row in self.authority:
            if row.type == "SOA":
                return min(row.ttl, int(row.value.split()[6]))
        return None


@dataclass(frozen=True, slots=True)
class Silence:
    """No usable reply."""

    reason: str
    """`timeout`, `malformed`, `unreachable`, or what says nothing about the server: `no-ipv6` where this machine has no way
    to such an address, `busy` where it never came to listen."""
    milliseconds: float = field(default=0.0, compare=False)

    def after(self, milliseconds: float) -> "Silence":
        """The same with the time that it took."""
        return Silence(self.reason, milliseconds)


Reply = Answer | Silence


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, whom it was put to, and the reply."""

    server: Server
    question: Question
    reply: Reply
    checking_disabled: bool = False
    """Whether a resolver was asked to leave DNSSEC aside."""


@dataclass(frozen=True, slots=True)
class Sweep:
    """All that was asked in one look."""

    asked: tuple[Asked, ...] = ()
    _to: dict[tuple[str, str], tuple[Asked, ...]] = field(default_factory=dict, init=False, repr=False, compare=False)
    """The askings by name and type, filled when first needed: the checks and the screens ask for each many times a look."""

    def to(self, name: str, rtype: str) -> tuple[Asked, ...]:
        """Every asking of this question."""
        if not self._to:
            for one in self.asked:
                if not one.checking_disabled:
                    key = one.question.name, one.question.type
                    self._to[key] = (*self._to.get(key, ()), one)
        return self._to.get((name, rtype), ())

    def answers(self, name: str, rtype: str) -> tuple[tuple[Server, Answer], ...]:
        """The servers that answered this question, with their answers."""
        return tuple((one.server, one.reply) for one in self.to(name, rtype) if isinstance(one.reply, Answer))

    def unchecked(self, server: Server, question: Question) -> Answer | None:
        """What a resolver answered with checking disabled, if it was asked so and answered."""
        for one in self.asked:
            if one.checking_disabled and one.server == server and one.question == question and isinstance(one.reply, Answer):
                return one.reply
        return None


MOST_SERVERS = 20
"""Server names of one zone that are looked up and asked; the root and `com` have thirteen."""


@dataclass(frozen=True, slots=True)
class Delegation:
    """Which zone the domain lies in and which servers the parent sends the world to."""

    zone: str
    servers: tuple[Server, ...]
    """One entry an address."""
    from_parent: bool = True
    """False when the parent could not be asked and the resolver's NS set stands in: delegation is then not judged."""
    unaddressed: tuple[str, ...] = ()
    """Delegated server names without any address."""
    names: tuple[str, ...] = ()
    """Every server name delegated to, also those that were left out because there are so many."""
    private: tuple[Server, ...] = ()
    """Addresses that no delegation should have, as they are not of the Internet; they are not asked."""

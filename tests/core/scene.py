"""A healthy domain as facts, to be bent: two name servers, SES's answer, a kept login and its proof."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from seswizard.core import misses
from seswizard.core.account import Account, Caller, Quota
from seswizard.core.answers import Asked, Delegation, Question, Server, Sweep
from seswizard.core.aws_things import AccessKey
from seswizard.core.checks import judge
from seswizard.core.dmarc import DmarcFound, find, walk_names
from seswizard.core.facts import Facts, KeptLogin
from seswizard.core.findings import Finding, Level, Report
from seswizard.core.identity import Dkim, Identity, MailFrom
from seswizard.core.login import PORTS
from seswizard.core.names import DomainName, IdentityName, within
from seswizard.core.ports import PortSeen
from seswizard.core.reading import Reading, Seen
from seswizard.core.records import MAIL_FROM_SPF, Record, required_records
from seswizard.core.remembered import Proof
from tests.fake_dns import NameServer
from tests.fakes import ACCOUNT, REGION, START

KEY = "AKIAEXAMPLE000000001"
TOKENS = ("tokena", "tokenb", "tokenc")
NAMES = tuple(f"{token}._domainkey.example.com" for token in TOKENS)
HOSTED = "dkim.amazonses.com"
MX = "feedback-smtp.eu-west-1.amazonses.com"


def seen(value: object, source: str, at: datetime = START) -> Seen[object]:
    return Seen(value, source, at)


@dataclass
class Scene:
    """Everything right; bend it, then look at `report`."""

    name: IdentityName = DomainName("example.com")  # noqa: RUF009  # a frozen value
    zone: str = "example.com"
    region: str = REGION
    caller: Caller = field(default_factory=lambda: Caller(ACCOUNT, f"arn:aws:iam::{ACCOUNT}:user/ann"))
    account: Account = field(default_factory=lambda: Account(True, True, "HEALTHY", Quota(50000, 14, 10)))
    identity: Identity | None = field(
        default_factory=lambda: Identity(
            "example.com",
            True,
            "SUCCESS",
            True,
            Dkim("SUCCESS", TOKENS, HOSTED),
            MailFrom("bounce.example.com", "SUCCESS"),
        )
    )
    login: KeptLogin | None = field(default_factory=lambda: KeptLogin(KEY, "keyring"))
    keys: tuple[AccessKey, ...] = field(default_factory=lambda: (AccessKey(KEY, True, START - timedelta(days=3)),))
    proof: Proof | None = field(default_factory=lambda: Proof("message-1", KEY, "Bounce", START))
    ports: tuple[PortSeen, ...] = tuple(PortSeen(port, 4, tls="TLS 1.3") for port, _ in PORTS)
    servers: list[NameServer] = field(
        default_factory=lambda: [NameServer("example.com", "192.0.2.53"), NameServer("example.com", "192.0.2.54")]
    )
    previous_tokens: tuple[str, ...] = ()
    remembered_account: str | None = None
    sends_by: str = "smtp"
    records: tuple[Record, ...] | None = None
    """Instead of those that SES's answer asks for."""
    unseen: dict[str, Reading[object]] = field(default_factory=dict)
    """Readings in place of the seen ones, by the names of Facts' fields; None for "not asked"."""
    unasked: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        for name, token in zip(NAMES, TOKENS, strict=True):
            self.put(name, "CNAME", f"{token}.{HOSTED}")
        self.put("bounce.example.com", "MX", MX, 10)
        self.put("bounce.example.com", "TXT", MAIL_FROM_SPF)
        self.put("_dmarc.example.com", "TXT", "v=DMARC1; p=none;")

    def put(self, name: str, rtype: str, value: str, priority: int | None = None, *, server: int | None = None) -> None:
        """Publish a record at every server, or at one."""
        for one in self.servers if server is None else [self.servers[server]]:
            one.put(name, rtype, value, priority)

    def remove(self, name: str, rtype: str, *, server: int | None = None) -> None:
        """Take a name's records of a type away."""
        for one in self.servers if server is None else [self.servers[server]]:
            one.rows = [row for row in one.rows if (row.name, row.type) != (name, rtype)]

    def instead(self, name: str, rtype: str, value: str, priority: int | None = None, *, server: int | None = None) -> None:
        """Publish this in place of what stands there."""
        self.remove(name, rtype, server=server)
        self.put(name, rtype, value, priority, server=server)

    def ses(self, **changes: object) -> None:
        """Change fields of the identity; `dkim__status` reaches into its DKIM, `mail_from__status` into its MAIL FROM."""
        assert self.identity is not None
        for key, value in changes.items():
            outer, _, inner = key.partition("__")
            if inner:
                value = replace(getattr(self.identity, outer), **{inner: value})
            self.identity = replace(self.identity, **{outer: value})  # type: ignore[arg-type]  # any field of it

    def pending(self) -> None:
        """SES has not seen anything yet."""
        self.ses(status="PENDING", may_send=False, dkim__status="PENDING", mail_from__status="PENDING")

    @property
    def expected(self) -> tuple[Record, ...]:
        if self.records is not None:
            return self.records
        return required_records(self.identity, self.region, self.dmarc) if self.identity else ()

    @property
    def dmarc(self) -> DmarcFound:
        names = walk_names(DomainName.parse(str(self.name).rpartition("@")[2]))
        rows = self.servers[0].rows
        return find(
            DomainName.parse(str(self.name).rpartition("@")[2]),
            {name: tuple(row.value for row in rows if (row.name, row.type) == (name, "TXT")) for name in names},
        )

    def sweep(self) -> Sweep:
        """What every server answers to every question of a look, near misses included."""
        domain = str(self.name).rpartition("@")[2]
        questions = [Question(self.zone, "SOA"), Question(self.zone, "NS"), Question(domain, "CNAME")]
        for record in self.expected:
            if within(record.name, self.zone):
                questions.append(Question(record.name, record.type))
                questions += misses.questions(record, domain, self.zone, self.previous_tokens)
        return Sweep(
            tuple(
                Asked(Server(f"ns{number}.example.net", one.address), question, one.answer(question))
                for number, one in enumerate(self.servers, 1)
                for question in dict.fromkeys(questions)
            )
        )

    def facts(self) -> Facts:
        delegation = Delegation(
            self.zone, tuple(Server(f"ns{number}.example.net", one.address) for number, one in enumerate(self.servers, 1))
        )
        readings: dict[str, object] = {
            "caller": seen(self.caller, "sts:GetCallerIdentity"),
            "account": seen(self.account, "ses:GetAccount"),
            "identity": seen(self.identity, "ses:GetEmailIdentity"),
            "delegation": seen(delegation, "DNS"),
            "sweep": seen(self.sweep(), "the zone's name servers"),
            "dmarc": seen(self.dmarc, "DNS"),
            "login": seen(self.login, "keyring"),
            "keys": seen(self.keys, "iam:ListAccessKeys"),
            "proof": seen(self.proof, "state"),
            "ports": seen(self.ports, "smtp"),
        }
        readings |= self.unseen | dict.fromkeys(self.unasked)
        return Facts(
            self.name,
            self.region,
            START,
            records=self.expected,
            previous_tokens=self.previous_tokens,
            remembered_account=self.remembered_account,
            sends_by=self.sends_by,
            **readings,  # type: ignore[arg-type]  # readings by field name, bent by tests
        )

    @property
    def report(self) -> Report:
        return judge(self.facts())

    @property
    def levels(self) -> dict[str, str]:
        """The findings above ok: id to level."""
        return {one.id: one.level.value for one in self.report.findings if one.level is not Level.OK}

    def finding(self, ident: str) -> Finding:
        return next(one for one in self.report.findings if one.id == ident)

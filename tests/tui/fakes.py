"""A small world in memory: every port as a fake that a test can bend, and a clock that only moves when told."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any, cast

from seswizard.core.account import Account, Caller, Quota
from seswizard.core.answers import Answer, Question, Reply, Row, Server, Silence
from seswizard.core.aws_things import AccessKey, ConfigurationSet, EventDestination, IamUser
from seswizard.core.conversation import Conversation, Hear, Line
from seswizard.core.failure import Failure, FailureError
from seswizard.core.identity import Dkim, Identity, MailFrom, SeenZone, Verification
from seswizard.core.keep import KeepChoice, Surroundings
from seswizard.core.login import Keep, Login
from seswizard.core.ports import Family, PortSeen
from seswizard.core.remembered import DomainChoices, Entry, Proof
from seswizard.core.secret import Secret
from seswizard.gateways.threads import WAITS
from seswizard.ports import Clock, Events, Iam, Services, Smtp, Suppression, Vault

START = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
TOKENS = ("q7example1h5n3bwvx6rjd2mtp4cyu2a", "k2example2z4w7c3fj5sbqh6xnv8rl3d", "m5example3t6y2gk4zpwd7qcv3hjx9ns")
ZONE = "a31d.dkim.eu-west-1.amazonses.com"


class ManualClock:
    """Time that moves by `advance` only."""

    def __init__(self) -> None:
        self.seconds = 1000.0
        self._sleepers: list[tuple[float, asyncio.Future[None]]] = []

    def now(self) -> datetime:
        return START + timedelta(seconds=self.seconds - 1000.0)

    def monotonic(self) -> float:
        return self.seconds

    async def sleep(self, seconds: float) -> None:
        if seconds <= 0:
            await asyncio.sleep(0)
            return
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._sleepers.append((self.seconds + seconds, future))
        await future

    async def advance(self, seconds: float) -> None:
        """Move on second by second, letting whoever sleeps wake at the right time."""
        end = self.seconds + seconds
        while self.seconds < end:
            self.seconds = min(end, self.seconds + 1.0)
            due = [one for one in self._sleepers if one[0] <= self.seconds]
            self._sleepers = [one for one in self._sleepers if one[0] > self.seconds]
            for _, future in due:
                if not future.done():
                    future.set_result(None)
            for _ in range(20):
                await asyncio.sleep(0)


def denied(title: str = "The SSO session of “mail-admin” ended at 08:15.") -> FailureError:
    """What a gateway raises when the session has ended."""
    return FailureError(
        Failure(
            "access.sso-expired",
            title,
            "UnauthorizedSSOTokenError",
            "Sign in again, here or in another terminal:",
            "aws sso login --profile mail-admin",
        )
    )


@dataclass
class FakeSts:
    arn: str = "arn:aws:sts::123456789012:assumed-role/Admin/mail-admin"
    failure: FailureError | None = None

    async def caller(self) -> Caller:
        if self.failure:
            raise self.failure
        return Caller("123456789012", self.arn)


@dataclass
class FakeSes:
    clock: Clock
    known: dict[str, Identity] = field(default_factory=dict)
    production: bool = False
    failure: FailureError | None = None
    looks: int = 0
    gate: asyncio.Event | None = None
    """While set and not released, asking for an identity waits."""
    made: list[str] = field(default_factory=list)

    async def account(self) -> Account:
        if self.failure:
            raise self.failure
        return Account(self.production, True, "HEALTHY", Quota(200, 1, 37), plan="ESSENTIALS")

    async def identity(self, name: str) -> Identity | None:
        self.looks += 1
        if self.gate is not None:
            await self.gate.wait()
        if self.failure:
            raise self.failure
        return self.known.get(name)

    async def create_identity(self, name: str, tags: Mapping[str, str]) -> None:
        self.made.append(name)
        self.known[name] = pending(name)

    async def delete_identity(self, name: str) -> bool:
        return self.known.pop(name, None) is not None

    async def set_mail_from(self, identity: str, mail_from: str | None) -> None: ...

    async def configuration_set(self, name: str) -> ConfigurationSet | None:
        return None

    async def create_configuration_set(self, name: str, tags: Mapping[str, str]) -> None: ...

    async def delete_configuration_set(self, name: str) -> bool:
        return False

    async def destinations(self, configuration_set: str) -> tuple[EventDestination, ...]:
        return ()

    async def create_destination(self, configuration_set: str, name: str, topic: str, types: tuple[str, ...]) -> None: ...

    async def update_destination(self, configuration_set: str, name: str, topic: str, types: tuple[str, ...]) -> None: ...

    async def delete_destination(self, configuration_set: str, name: str) -> bool:
        return False

    async def set_default_set(self, identity: str, configuration_set: str | None) -> None: ...

    async def send_raw(self, sender: str, to: str, message: bytes, configuration_set: str | None) -> str:
        return "0102"


def pending(name: str, *, dkim: str = "PENDING", serial: int = 1) -> Identity:
    """A new domain identity that SES has not verified yet."""
    right = dkim == "SUCCESS"
    return Identity(
        name,
        True,
        dkim,
        right,
        Dkim(dkim, TOKENS, ZONE),
        MailFrom(f"bounce.{name}", dkim),
        Verification(START, soa=SeenZone("ns1.dns.example", "admin.dns.example", serial)),
    )


class FakeIam:
    """Any user has the same keys, `own_keys`; a key made here is `AKIAMADE…` with a number."""

    def __init__(self) -> None:
        self.users: dict[str, IamUser] = {}
        self.own_keys: tuple[AccessKey, ...] = ()
        self.used: dict[str, datetime] = {}
        self.policies: dict[str, str] = {}
        self.made = 0
        self.secret = "wJalrXUtnFEMIwJalrXUtnFEMIwJalrXUtnFEMI0"
        """The secret of every key that is made."""

    async def user(self, name: str) -> IamUser | None:
        return self.users.get(name)

    async def create_user(self, name: str, path: str, tags: Mapping[str, str]) -> bool:
        made = name not in self.users
        self.users.setdefault(name, IamUser(name, path, f"arn:aws:iam::123456789012:user{path}{name}", tuple(tags.items())))
        return made

    async def delete_user(self, name: str) -> bool:
        return self.users.pop(name, None) is not None

    async def keys(self, user: str) -> tuple[AccessKey, ...]:
        return self.own_keys

    async def create_key(self, user: str) -> tuple[str, Secret]:
        self.made += 1
        key = f"AKIAMADEMADEMADE{self.made:04}"
        self.own_keys += (AccessKey(key, True, START),)
        return key, Secret(self.secret)

    async def set_key(self, user: str, key: str, *, active: bool) -> None:
        self.own_keys = tuple(replace(one, active=active) if one.id == key else one for one in self.own_keys)

    async def last_used(self, key: str) -> datetime | None:
        return self.used.get(key)

    async def delete_key(self, user: str, key: str) -> bool:
        there = len(self.own_keys)
        self.own_keys = tuple(one for one in self.own_keys if one.id != key)
        return len(self.own_keys) < there

    async def policy(self, user: str, name: str) -> str | None:
        return self.policies.get(name)

    async def put_policy(self, user: str, name: str, document: str) -> None:
        self.policies[name] = document

    async def delete_policy(self, user: str, name: str) -> bool:
        return self.policies.pop(name, None) is not None


@dataclass
class FakeDns:
    """`com` delegates `example.com` to two servers, which hold `published`."""

    published: dict[tuple[str, str], str] = field(default_factory=dict)
    silent: bool = False
    resolvers: tuple[Server, ...] = (Server("resolver", "192.0.2.200"),)
    port: int = 53
    overridden: bool = False
    asked: int = 0
    zone: str = "example.com"
    ipv6: bool = True
    doh: bool = False
    servers: int = 2
    """How many name servers the zone has."""
    resolvers_know: bool = False
    """Whether resolvers have heard of what is published."""

    def may_ask(self, address: str) -> bool:
        return True

    async def ask_doh(self, question: Question, *, timeout: float = 4.0) -> Reply:
        return Silence("unreachable")

    async def ask(
        self,
        server: Server,
        question: Question,
        *,
        recursive: bool = False,
        timeout: float = 1.5,
        checking_disabled: bool = False,
    ) -> Reply:
        self.asked += 1
        if self.silent:
            return Silence("timeout")
        name, kind = question.name, question.type
        soa = Row(self.zone, "SOA", 300, "ns1.dns.example admin.dns.example 1 2 3 4 300")
        if recursive:
            table = {
                (self.zone, "SOA"): (soa,),
                ("com", "SOA"): (Row("com", "SOA", 300, "a.com b.com 1 2 3 4 300"),),
                ("com", "NS"): (Row("com", "NS", 300, "a.com.example"),),
                ("a.com.example", "A"): (Row("a.com.example", "A", 300, "192.0.2.1"),),
            }
            heard = self.published.get((name, kind)) if self.resolvers_know else None
            known = (Row(name, kind, 300, heard, 10 if kind == "MX" else None),) if heard else table.get((name, kind), ())
            return Answer("NOERROR", False, known, milliseconds=8.0)
        if server.address == "192.0.2.1":
            names = tuple(f"ns{number}.dns.example" for number in range(1, self.servers + 1))
            return Answer(
                "NOERROR",
                False,
                authority=tuple(Row(self.zone, "NS", 300, one) for one in names),
                additional=tuple(Row(one, "A", 300, f"192.0.2.{53 + at}") for at, one in enumerate(names)),
            )
        if kind == "SOA":
            return Answer("NOERROR", True, (soa,))
        value = self.published.get((name, kind))
        if value is None:
            return Answer("NXDOMAIN", True, authority=(soa,), milliseconds=12.0)
        return Answer("NOERROR", True, (Row(name, kind, 300, value, 10 if kind == "MX" else None),), milliseconds=12.0)


class FakeVault:
    def __init__(self, keep: Keep | None = None) -> None:
        self.kept: dict[tuple[str, str], Login] = {}
        self.keep = keep or Keep("Secret Service", True)
        self.refuses: FailureError | None = None
        """What storing raises."""

    async def probe(self) -> Keep:
        return self.keep

    async def read(self, domain: str, region: str, *, staged: bool = False) -> Login | None:
        return self.kept.get((domain, f"{region}/next" if staged else region))

    async def store(self, domain: str, region: str, login: Login, *, staged: bool = False) -> None:
        if self.refuses:
            raise self.refuses
        self.kept[domain, f"{region}/next" if staged else region] = login

    async def delete(self, domain: str, region: str, *, staged: bool = False) -> bool:
        return self.kept.pop((domain, f"{region}/next" if staged else region), None) is not None


@dataclass
class FakeKeeps:
    """One vault for every kind of keep that has none of its own."""

    vault: Vault
    others: Mapping[str, Vault] = field(default_factory=dict)

    def open(self, choice: KeepChoice) -> Vault:
        return self.others.get(choice.kind, self.vault)


class FakeState:
    def __init__(self, *remembered: DomainChoices) -> None:
        self.remembered = list(remembered)
        self.saved_theme = ""
        self.proofs: dict[str, Proof] = {}

    async def choices(self) -> tuple[DomainChoices, ...]:
        return tuple(self.remembered)

    async def save_choices(self, choices: DomainChoices) -> None:
        await self.forget(choices.name, choices.region)
        self.remembered.append(choices)

    async def forget(self, name: str, region: str) -> None:
        self.remembered = [one for one in self.remembered if (one.name, one.region) != (name, region)]

    async def proof(self, name: str, region: str) -> Proof | None:
        return self.proofs.get(name)

    async def save_proof(self, name: str, region: str, proof: Proof) -> None:
        self.proofs[name] = proof

    async def records_copy(self, name: str, region: str | None) -> dict[str, Any] | None:
        return None

    async def save_records_copy(self, name: str, region: str, document: dict[str, Any]) -> None: ...

    async def theme(self) -> str:
        return self.saved_theme

    async def save_theme(self, theme: str) -> None:
        self.saved_theme = theme


class FakeJournal:
    def __init__(self) -> None:
        self.lines: list[Entry] = []

    @asynccontextmanager
    async def alone(self) -> AsyncIterator[None]:
        yield

    @asynccontextmanager
    async def holding(self, name: str) -> AsyncIterator[bool]:
        yield True

    async def write(self, entry: Entry) -> None:
        self.lines.append(entry)

    async def entries(self, domain: str | None = None) -> tuple[Entry, ...]:
        return tuple(self.lines)


class FakeFiles:
    def __init__(self) -> None:
        self.written: dict[str, str] = {}

    async def write(self, path: str, text: str, mode: int | None = None) -> None:
        self.written[path] = text

    async def read(self, path: str, limit: int = 1_000_000) -> str:
        return self.written[path]

    async def read_bytes(self, path: str, limit: int) -> tuple[bytes, bool]:
        return self.written[path].encode()[:limit], False


class FakeClipboard:
    def __init__(self) -> None:
        self.taken: list[str] = []

    async def copy(self, text: str) -> bool:
        self.taken.append(text)
        return True


@dataclass
class FakeSmtp:
    """Every port is open by IPv4; a login gets `replies` in turn, the last one again and again."""

    host: str = "email-smtp.eu-west-1.amazonaws.com"
    overridden: bool = False
    replies: list[str] = field(default_factory=list)
    """`235 …`, `535 …`, or a sentence without a code: then nobody answers."""
    seen: dict[tuple[int, int], PortSeen] = field(default_factory=dict)
    """What a probe sees that is not as usual."""
    gate: asyncio.Event | None = None
    """While set and not released, a probe waits."""
    asked: list[tuple[int, str]] = field(default_factory=list)
    """Port and user name of each login."""

    def elsewhere(self, region: str) -> Any:
        raise AssertionError("nobody asks another region here")

    async def probe(self, port: int, family: Family) -> PortSeen:
        if self.gate is not None and (port, family) not in self.seen:
            await self.gate.wait()
        usual = PortSeen(port, family, self.host, tls="TLS 1.3", absent=family == 6)
        return self.seen.get((port, family), usual)

    async def prove(self, login: Login, port: int, hear: Hear) -> Conversation:
        assert self.replies, "nobody proves a login here"
        self.asked.append((port, login.username))
        said = self.replies.pop(0) if len(self.replies) > 1 else self.replies[0]
        code, _, reply = said.partition(" ")
        if not code.isdigit():
            raise FailureError(Failure("ports.blocked", said, remedy="Take another of SES's ports."))
        lines = (Line(0.1, "→", "AUTH PLAIN password hidden"), Line(0.2, "←", said))
        for line in lines:
            hear(line)
        return Conversation(lines, "AUTH", int(code), reply)

    async def send(self, login: Login, port: int, sender: str, to: str, message: bytes, hear: Hear) -> Any:
        raise AssertionError("nobody sends here")


@dataclass
class World:
    """Everything a test may bend, and the services made of it."""

    clock: ManualClock = field(default_factory=ManualClock)
    sts: FakeSts = field(default_factory=FakeSts)
    ses: FakeSes = field(init=False)
    iam: FakeIam = field(default_factory=FakeIam)
    dns: FakeDns = field(default_factory=FakeDns)
    vault: FakeVault = field(default_factory=FakeVault)
    state: FakeState = field(default_factory=FakeState)
    journal: FakeJournal = field(default_factory=FakeJournal)
    files: FakeFiles = field(default_factory=FakeFiles)
    clipboard: FakeClipboard = field(default_factory=FakeClipboard)
    smtp: FakeSmtp = field(default_factory=FakeSmtp)
    other_vaults: dict[str, Vault] = field(default_factory=dict)
    """A vault of its own for a kind of keep."""
    here: Surroundings = field(default_factory=Surroundings)
    overrides: tuple[str, ...] = ()
    profile: str = ""
    """What `--profile` named."""
    warmed: int = 0

    def __post_init__(self) -> None:
        self.ses = FakeSes(self.clock)

    def services(self, region: str = "eu-west-1") -> Services:
        """The services of this world in a region."""

        def warm() -> None:
            self.warmed += 1

        return Services(
            region=region,
            clock=self.clock,
            sts=self.sts,
            ses=self.ses,
            iam=cast("Iam", self.iam),
            events=cast("Events", None),
            suppression=cast("Suppression", None),
            dns=self.dns,
            smtp=cast("Smtp", self.smtp),
            keeps=FakeKeeps(self.vault, self.other_vaults),
            state=self.state,
            journal=self.journal,
            files=self.files,
            clipboard=self.clipboard,
            waits=WAITS,
            overrides=self.overrides,
            profile=self.profile,
            here=self.here,
            warm=warm,
        )

    def publish(self, *numbers: int, name: str = "example.com") -> None:
        """Publish these DKIM records (1 to 3), rightly."""
        for number in numbers:
            token = TOKENS[number - 1]
            self.dns.published[f"{token}._domainkey.{name}", "CNAME"] = f"{token}.{ZONE}"

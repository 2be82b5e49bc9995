"""The whole world in memory: every port of `seswizard.ports`, one call log, and a failure at any call one likes.

`FakeWorld().services` is complete. `world.calls.log` tells what was asked, in order; `world.calls.fail("iam.create_key")`
makes that call fail before it does anything, `world.calls.lose(...)` lets it work and loses the answer. Time stands still
until somebody sleeps or waits for a message. AWS itself is in `tests/fake_aws.py`, DNS in `tests/fake_dns.py`.
"""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from seswizard.core.conversation import Conversation, Hear, Line
from seswizard.core.failure import Failure, FailureError
from seswizard.core.keep import KeepChoice
from seswizard.core.login import Keep, Login, smtp_host
from seswizard.core.ports import Family, PortSeen
from seswizard.core.remembered import DomainChoices, Entry, Proof
from seswizard.core.suppression import Suppressed, SuppressionPage
from seswizard.gateways.threads import WAITS
from seswizard.ports import Services, Vault
from tests.fake_aws import ACCOUNT, DENIED, REGION, START, Calls, FakeEvents, FakeIam, FakeSes, FakeSts, ManualClock
from tests.fake_dns import FakeDns, example_dns

__all__ = ["ACCOUNT", "DENIED", "REGION", "START", "FakeWorld", "ManualClock"]

TAKEN = Conversation((), "DATA", 250, "Ok message-1", "message-1")
THROW_AWAY = Keep("a throw-away keyring", True)


@dataclass
class FakeSmtp:
    calls: Calls
    clock: ManualClock
    host: str = smtp_host(REGION)
    overridden: bool = False
    replies: list[tuple[int, str]] = field(default_factory=list)
    """What the next log-ins are answered; 235 when the list is used up."""
    taken: Conversation = TAKEN
    sent: list[tuple[str, str, bytes]] = field(default_factory=list)
    used: list[str] = field(default_factory=list)
    """The user names that logged in."""
    then: Callable[[], None] = lambda: None
    """What happens in the world once a message was taken."""
    blocked: dict[int, str] = field(default_factory=dict)
    """Why a port is not open, by its number; there is no IPv6."""
    regions: dict[str, "FakeSmtp"] = field(default_factory=dict)
    """The endpoints of other regions that were asked for; they refuse every login unless told otherwise."""

    def elsewhere(self, region: str) -> "FakeSmtp":
        refusing = [(535, "Authentication Credentials Invalid")] * 9
        return self.regions.setdefault(region, FakeSmtp(self.calls, self.clock, smtp_host(region), replies=refusing))

    async def probe(self, port: int, family: Family) -> PortSeen:
        self.calls.begin("smtp.probe")
        if family == 6:
            return PortSeen(port, family, self.host, why_not="no IPv6 address", absent=True)
        return PortSeen(port, family, self.host, "192.0.2.1", tls="TLS 1.3", why_not=self.blocked.get(port, ""))

    async def prove(self, login: Login, port: int, hear: Hear) -> Conversation:
        self.calls.begin("smtp.prove")
        self.used.append(login.username)
        code, reply = self.replies.pop(0) if self.replies else (235, "Authentication successful.")
        hear(Line(0.1, "←", f"{code} {reply}"))
        return Conversation((), "AUTH", code, reply)

    async def send(self, login: Login, port: int, sender: str, to: str, message: bytes, hear: Hear) -> Conversation:
        self.calls.begin("smtp.send")
        self.used.append(login.username)
        self.sent.append((sender, to, message))
        self.then()
        return self.taken


@dataclass
class FakeVault:
    calls: Calls
    keep: Keep = THROW_AWAY
    held: dict[tuple[str, str], Login] = field(default_factory=dict)

    async def probe(self) -> Keep:
        self.calls.begin("vault.probe")
        return self.keep

    async def read(self, domain: str, region: str, *, staged: bool = False) -> Login | None:
        self.calls.begin("vault.read")
        return self.held.get((domain, _slot(region, staged)))

    async def store(self, domain: str, region: str, login: Login, *, staged: bool = False) -> None:
        self.calls.begin("vault.store")
        self.held[(domain, _slot(region, staged))] = login
        self.calls.end("vault.store")

    async def delete(self, domain: str, region: str, *, staged: bool = False) -> bool:
        self.calls.begin("vault.delete")
        return self.held.pop((domain, _slot(region, staged)), None) is not None


def _slot(region: str, staged: bool) -> str:
    return f"{region}/next" if staged else region


@dataclass
class FakeKeeps:
    """One vault for every choice; what was opened is told."""

    vault: Vault
    opened: list[KeepChoice] = field(default_factory=list)

    def open(self, choice: KeepChoice) -> Vault:
        self.opened.append(choice)
        return self.vault


@dataclass
class FakeState:
    calls: Calls
    chosen: dict[tuple[str, str], DomainChoices] = field(default_factory=dict)
    proofs: dict[tuple[str, str], Proof] = field(default_factory=dict)
    copies: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict)
    colours: str = ""

    async def choices(self) -> tuple[DomainChoices, ...]:
        self.calls.begin("state.choices")
        return tuple(self.chosen.values())

    async def save_choices(self, choices: DomainChoices) -> None:
        self.calls.begin("state.save_choices")
        self.chosen[(choices.name, choices.region)] = choices

    async def forget(self, name: str, region: str) -> None:
        self.calls.begin("state.forget")
        for kept in (self.chosen, self.proofs, self.copies):
            kept.pop((name, region), None)

    async def proof(self, name: str, region: str) -> Proof | None:
        self.calls.begin("state.proof")
        return self.proofs.get((name, region))

    async def save_proof(self, name: str, region: str, proof: Proof) -> None:
        self.calls.begin("state.save_proof")
        self.proofs[(name, region)] = proof

    async def records_copy(self, name: str, region: str | None) -> dict[str, Any] | None:
        self.calls.begin("state.records_copy")
        return next((copy for key, copy in self.copies.items() if key[0] == name and region in (None, key[1])), None)

    async def save_records_copy(self, name: str, region: str, document: dict[str, Any]) -> None:
        self.calls.begin("state.save_records_copy")
        self.copies[(name, region)] = document

    async def theme(self) -> str:
        return self.colours

    async def save_theme(self, theme: str) -> None:
        self.colours = theme


@dataclass
class FakeJournal:
    calls: Calls
    lines: list[Entry] = field(default_factory=list)
    held: set[str] = field(default_factory=set)
    """Names that somebody works with."""

    @asynccontextmanager
    async def alone(self) -> AsyncIterator[None]:
        self.calls.begin("journal.alone")
        yield

    @asynccontextmanager
    async def holding(self, name: str) -> AsyncIterator[bool]:
        mine = name not in self.held
        self.held.add(name)
        try:
            yield mine
        finally:
            if mine:
                self.held.discard(name)

    async def write(self, entry: Entry) -> None:
        self.calls.begin(f"journal.{entry.phase} {entry.action}")
        self.lines.append(entry)

    async def entries(self, domain: str | None = None) -> tuple[Entry, ...]:
        self.calls.begin("journal.entries")
        return tuple(one for one in self.lines if domain in (None, one.domain))


@dataclass
class FakeFiles:
    calls: Calls
    there: dict[str, tuple[str, int | None]] = field(default_factory=dict)

    async def write(self, path: str, text: str, mode: int | None = None) -> None:
        self.calls.begin("files.write")
        self.there[path] = (text, mode)

    async def read(self, path: str, limit: int = 1_000_000) -> str:
        self.calls.begin("files.read")
        if path not in self.there:
            raise FailureError(Failure("file.missing", f"{path} is not there."))
        return self.there[path][0][:limit]

    async def read_bytes(self, path: str, limit: int) -> tuple[bytes, bool]:
        content = (await self.read(path, limit + 1)).encode()
        return content[:limit], len(content) > limit


@dataclass
class FakeSuppression:
    calls: Calls
    entries: list[Suppressed] = field(default_factory=list)
    page_size: int = 2

    async def find(self, address: str) -> Suppressed | None:
        self.calls.begin(f"suppression.find {address}")
        return next((one for one in self.entries if one.address == address), None)

    async def page(
        self, following: str | None = None, *, reason: str | None = None, since: datetime | None = None
    ) -> SuppressionPage:
        self.calls.begin("suppression.page")
        start = int(following or 0)
        found = [one for one in self.entries if reason in (None, one.reason) and (since is None or one.since >= since)]
        end = start + self.page_size
        return SuppressionPage(tuple(found[start:end]), str(end) if end < len(found) else None)

    async def remove(self, address: str) -> bool:
        self.calls.begin("suppression.delete_")
        there = await self.find(address)
        self.entries = [one for one in self.entries if one.address != address]
        self.calls.end("suppression.delete_")
        return there is not None


@dataclass
class FakeClipboard:
    held: str = ""

    async def copy(self, text: str) -> bool:
        self.held = text
        return True


class FakeWorld:
    """Everything that `Services` holds, each part within reach of the test."""

    def __init__(self, dns: FakeDns | None = None, region: str = REGION) -> None:
        self.calls, self.clock = Calls(), ManualClock()
        self.sts = FakeSts(self.calls)
        self.events = FakeEvents(self.calls, self.clock)
        self.suppression = FakeSuppression(self.calls)
        self.ses = FakeSes(self.calls, self.events)
        self.iam = FakeIam(self.calls, self.clock)
        self.dns = dns or example_dns()
        self.smtp = FakeSmtp(self.calls, self.clock)
        self.vault = FakeVault(self.calls)
        self.state = FakeState(self.calls)
        self.journal = FakeJournal(self.calls)
        self.files = FakeFiles(self.calls)
        self.clipboard = FakeClipboard()
        self.services = Services(
            region,
            self.clock,
            self.sts,
            self.ses,
            self.iam,
            self.events,
            self.suppression,
            self.dns,
            self.smtp,
            FakeKeeps(self.vault),
            self.state,
            self.journal,
            self.files,
            self.clipboard,
            WAITS,
        )

    def inventory(self) -> dict[str, object]:
        """All that stands in the account and in the keyring; two inventories can be compared."""
        return {
            "identities": dict(self.ses.identities),
            "sets": dict(self.ses.sets),
            "destinations": {name: sinks for name, sinks in self.ses.sinks.items() if sinks},
            "users": dict(self.iam.users),
            "policies": dict(self.iam.policies),
            "keys": {user: keys for user, keys in self.iam.held.items() if keys},
            "topics": dict(self.events.topics),
            "queues": dict(self.events.queues),
            "subscriptions": {topic: queues for topic, queues in self.events.subscriptions.items() if queues},
            "event policies": dict(self.events.policies),
            "vault": dict(self.vault.held),
        }

    def writes(self) -> list[str]:
        """The calls that change something at AWS or in the keyring, with the journal's lines between them."""
        changing = (".create_", ".delete_", ".put_", ".set_", ".store", ".subscribe", "vault.delete")
        return [
            one for one in self.calls.log if (one.startswith("journal.") and " " in one) or any(word in one for word in changing)
        ]

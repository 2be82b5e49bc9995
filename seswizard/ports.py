"""What we need from the world, as async protocols; gateways implement them, everything else is given them.

Every call may raise `FailureError` with a translated, scrubbed `Failure`. "Not there" is None or an empty tuple.
Foreign text in results has passed `printable`.
"""

from collections.abc import Callable, Coroutine, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, Protocol, TypeVar

from seswizard.core.account import Account, Caller
from seswizard.core.answers import Question, Reply, Server
from seswizard.core.aws_things import (
    AccessKey,
    ConfigurationSet,
    EventDestination,
    IamUser,
    Queue,
    QueueMessage,
    Subscription,
    Topic,
)
from seswizard.core.conversation import Conversation, Hear
from seswizard.core.identity import Identity
from seswizard.core.keep import KeepChoice, Surroundings
from seswizard.core.login import Keep, Login
from seswizard.core.ports import Family, PortSeen
from seswizard.core.remembered import DomainChoices, Entry, Proof
from seswizard.core.secret import Secret
from seswizard.core.suppression import Suppressed, SuppressionPage

T = TypeVar("T")


class Waits(Protocol):
    """What a run may not leave at once, and how it does so all the same when it is told twice."""

    on_wait: Callable[[str], None]
    """Told, on the event loop, what is waited for when it takes its time; the face that is open sets it."""

    def finishing(self) -> bool:
        """Whether something is on its way that a cancellation has to wait for."""

    async def whole(self, work: Coroutine[Any, Any, T]) -> T:
        """Do it to its end though the awaiter is cancelled meanwhile, for half of it is worse than either end."""

    def abandon(self) -> None:
        """End what is not finished, and begin nothing more."""

    async def aside(self, work: Callable[[], T]) -> T:
        """Compute something on a thread that no program's end waits for."""


class Clock(Protocol):
    """Time, so that tests can hold it."""

    def now(self) -> datetime:
        """The present moment, in UTC."""

    def monotonic(self) -> float:
        """Seconds that never go back."""

    async def sleep(self, seconds: float) -> None:
        """Wait."""


class Ses(Protocol):
    """SES v2 in one region; control calls keep SES's one request a second."""

    async def account(self) -> Account: ...
    async def identity(self, name: str) -> Identity | None: ...
    async def create_identity(self, name: str, tags: Mapping[str, str]) -> None: ...
    async def delete_identity(self, name: str) -> bool:
        """Whether there was one."""

    async def set_mail_from(self, identity: str, mail_from: str | None) -> None: ...
    async def configuration_set(self, name: str) -> ConfigurationSet | None: ...
    async def create_configuration_set(self, name: str, tags: Mapping[str, str]) -> None: ...
    async def delete_configuration_set(self, name: str) -> bool: ...
    async def destinations(self, configuration_set: str) -> tuple[EventDestination, ...]: ...
    async def create_destination(self, configuration_set: str, name: str, topic: str, types: tuple[str, ...]) -> None: ...
    async def update_destination(self, configuration_set: str, name: str, topic: str, types: tuple[str, ...]) -> None:
        """Switch a destination on, to this topic, for these types."""

    async def delete_destination(self, configuration_set: str, name: str) -> bool:
        """Whether there was one."""

    async def set_default_set(self, identity: str, configuration_set: str | None) -> None:
        """The configuration set of mail that names none; None for none."""

    async def send_raw(self, sender: str, to: str, message: bytes, configuration_set: str | None) -> str:
        """Send by API; the message id."""


class Sts(Protocol):
    """Who we are."""

    async def caller(self) -> Caller: ...


class Iam(Protocol):
    """The sending user and its keys."""

    async def user(self, name: str) -> IamUser | None: ...
    async def create_user(self, name: str, path: str, tags: Mapping[str, str]) -> bool:
        """Whether it was made; False if there is one of this name already."""

    async def delete_user(self, name: str) -> bool: ...
    async def policy(self, user: str, name: str) -> str | None:
        """An inline policy's document as JSON text."""

    async def put_policy(self, user: str, name: str, document: str) -> None: ...
    async def delete_policy(self, user: str, name: str) -> bool: ...
    async def keys(self, user: str) -> tuple[AccessKey, ...]: ...
    async def create_key(self, user: str) -> tuple[str, Secret]:
        """Key id and secret; AWS never shows the secret again."""

    async def set_key(self, user: str, key: str, *, active: bool) -> None: ...
    async def last_used(self, key: str) -> datetime | None:
        """When a key was last used; None for never."""

    async def delete_key(self, user: str, key: str) -> bool: ...


class Events(Protocol):
    """The event path's topic and queue (SNS and SQS in the same region)."""

    async def topic(self, name: str, account: str, partition: str) -> Topic | None: ...
    async def subscriptions_of(self, topic: str) -> tuple[Subscription, ...]:
        """Every subscription of a topic (ARN); none if there is no such topic."""

    async def create_topic(self, name: str, tags: Mapping[str, str]) -> str:
        """The topic's ARN."""

    async def set_topic_policy(self, arn: str, policy: str) -> None: ...
    async def delete_topic(self, arn: str) -> bool: ...
    async def queue(self, name: str) -> Queue | None: ...
    async def create_queue(self, name: str, tags: Mapping[str, str]) -> Queue: ...
    async def set_queue_policy(self, url: str, policy: str) -> None: ...
    async def delete_queue(self, url: str) -> bool: ...
    async def subscribe(self, topic: str, queue: str) -> str:
        """Subscribe the queue (ARN) with raw delivery; the subscription's ARN."""

    async def receive(self, url: str, wait: float, hidden: float = 10.0) -> tuple[QueueMessage, ...]:
        """Up to ten messages, waiting up to `wait` seconds (20 at most) for the first."""

    async def delete_message(self, url: str, receipt: str) -> None: ...


class Suppression(Protocol):
    """The account's suppression list in one region; SES compares addresses letter by letter."""

    async def find(self, address: str) -> Suppressed | None: ...
    async def page(
        self, following: str | None = None, *, reason: Literal["BOUNCE", "COMPLAINT"] | None = None, since: datetime | None = None
    ) -> SuppressionPage:
        """A part of the list, from the beginning or from the token of the page before."""

    async def remove(self, address: str) -> bool:
        """Whether it was there."""


class Dns(Protocol):
    """Questions to one server at a time; silence is a value."""

    port: int
    """Where authoritative servers are asked: 53 in life."""
    overridden: bool
    """Whether resolvers or port come from the environment."""
    doh: bool
    """Whether `ask_doh` may be used; it is never used by itself."""

    @property
    def resolvers(self) -> tuple[Server, ...]:
        """The system's resolver first, then the public ones to which there is a way from here."""

    @property
    def ipv6(self) -> bool:
        """Whether servers with IPv6 addresses can be asked from here; where not, asking is `Silence("no-ipv6")`."""

    async def ask(
        self,
        server: Server,
        question: Question,
        *,
        recursive: bool = False,
        timeout: float = 1.5,
        checking_disabled: bool = False,
    ) -> Reply:
        """One question, TCP after truncation; every failure to get a usable reply is a `Silence`.

        `checking_disabled` asks a validating resolver for what it would refuse to say for a broken DNSSEC signature.
        """

    def may_ask(self, address: str) -> bool:
        """Whether an address that a zone gives for its server may be asked: one of the Internet, or of our own world."""

    async def ask_doh(self, question: Question, *, timeout: float = 4.0) -> Reply:
        """One question to a public operator by HTTPS; every failure to get a usable reply is a `Silence`."""


class Smtp(Protocol):
    """SES's SMTP endpoint; TLS is always verified."""

    host: str
    overridden: bool

    def elsewhere(self, region: str) -> "Smtp":
        """The endpoint of another region, reached in the same way."""

    async def probe(self, port: int, family: Family) -> PortSeen:
        """Look at one port by one address family, without logging in; what hinders it is in the answer, 5 s at most."""

    async def prove(self, login: Login, port: int, hear: Hear) -> Conversation:
        """Log in and leave; a refusal is a `Conversation` with its code, an unreachable server a failure."""

    async def send(self, login: Login, port: int, sender: str, to: str, message: bytes, hear: Hear) -> Conversation:
        """Log in and hand over one message."""


class Vault(Protocol):
    """One keep for logins: any failure of it is a sentence, and nothing of it ever freezes a frame.

    `staged` means the place beside the login, where its successor lies until it is proven.
    """

    async def probe(self) -> Keep:
        """Whether a secret written here can be read back; really tried, nothing left behind."""

    async def read(self, domain: str, region: str, *, staged: bool = False) -> Login | None: ...
    async def store(self, domain: str, region: str, login: Login, *, staged: bool = False) -> None:
        """Write and read back; raises if it does not read back the same."""

    async def delete(self, domain: str, region: str, *, staged: bool = False) -> bool: ...


class Keeps(Protocol):
    """Every kind of keep, by the person's choice."""

    def open(self, choice: KeepChoice) -> Vault:
        """The keep of this choice; asks nothing of the world yet. `KeepChoice()` is the keyring."""


class StateStore(Protocol):
    """Choices, proofs and last seen public records; 0700 directory, every write atomic, locked and 0600."""

    async def choices(self) -> tuple[DomainChoices, ...]: ...
    async def save_choices(self, choices: DomainChoices) -> None: ...
    async def forget(self, name: str, region: str) -> None: ...
    async def proof(self, name: str, region: str) -> Proof | None: ...
    async def save_proof(self, name: str, region: str, proof: Proof) -> None: ...
    async def records_copy(self, name: str, region: str | None) -> dict[str, Any] | None:
        """The last seen records document; without a region the only or newest one."""

    async def save_records_copy(self, name: str, region: str, document: dict[str, Any]) -> None: ...
    async def theme(self) -> str: ...
    async def save_theme(self, theme: str) -> None: ...


class Journal(Protocol):
    """JSON Lines, fsynced before the call that each line announces."""

    def alone(self) -> AbstractAsyncContextManager[None]:
        """One change of a login at a time, among all our processes; `state.busy` if another one does not end."""

    def holding(self, name: str) -> AbstractAsyncContextManager[bool]:
        """Be the one who works with a thing of this name, among all processes of ours; False: another one is.

        Nothing is waited for, and a killed process holds nothing any more. `FailureError`: nothing can be written here.
        """

    async def write(self, entry: Entry) -> None: ...
    async def entries(self, domain: str | None = None) -> tuple[Entry, ...]: ...


class Files(Protocol):
    """Files that the person asked for by name."""

    async def write(self, path: str, text: str, mode: int | None = None) -> None: ...
    async def read(self, path: str, limit: int = 1_000_000) -> str: ...
    async def read_bytes(self, path: str, limit: int) -> tuple[bytes, bool]:
        """Up to `limit` bytes, and whether there are more.

        Raises:
            FailureError: kind `file.missing` where there is no such file, else `file.unreadable`.
        """


class Clipboard(Protocol):
    """The platform's clipboard program, beside the terminal's own OSC 52."""

    async def copy(self, text: str) -> bool:
        """Whether a program took it."""


@dataclass(frozen=True, slots=True)
class Services:
    """All of the world that one run is given."""

    region: str
    clock: Clock
    sts: Sts
    ses: Ses
    iam: Iam
    events: Events
    suppression: Suppression
    dns: Dns
    smtp: Smtp
    keeps: Keeps
    state: StateStore
    journal: Journal
    files: Files
    clipboard: Clipboard
    waits: Waits
    overrides: tuple[str, ...] = ()
    """Names of the SESWIZARD_ variables in force; every face says so."""
    profile: str = ""
    """The profile that the person named by option; `core.commands` puts it into every command to paste."""
    here: Surroundings = field(default_factory=Surroundings)
    """What decides which keep fits this computer; `core.keep.keep_offers` tells."""
    warm: Callable[[], None] = lambda: None
    """Start loading the AWS library in a thread; called once after the first frame."""

"""One boto3 session for one run, loaded when it is first needed, and its calls off the event loop.

Clients may be shared by threads, sessions may not: both are made under a lock. boto3 does not read AWS_REGION, so the
region is always given.
"""

import contextlib
import gc
import re
import threading
from collections.abc import Awaitable, Callable, Iterator
from typing import Any, Literal, TypeVar

from seswizard import __version__
from seswizard.core.failure import FailureError
from seswizard.gateways.debug import CallLog
from seswizard.gateways.failures import Asker, CredentialsError, MfaAskedError, SettingsError, region_off, translated
from seswizard.gateways.http_answers import BoundedSession, check_form
from seswizard.gateways.threads import in_thread, to_completion

T = TypeVar("T")
Service = Literal["sts", "sesv2", "iam", "sns", "sqs", "secretsmanager", "ssm"]

_WARMED: tuple[Service, ...] = ("sts", "sesv2", "iam", "sns", "sqs")
_CONNECT, _READ, _ATTEMPTS = 5, 15, 3
_LONG_POLL_READ = 30
"""SQS holds a long poll for 20 s."""
_KEY = re.compile(r"[!-~]+")
_UNKNOWN_KEY = ("InvalidClientTokenId:", "UnrecognizedClientException:", "AuthFailure:")
"""What AWS says to a key that it does not know, and to every key in a region that is off for its account."""
READ_LIMIT = 30.0
"""Seconds for a whole look, its tries included."""
WRITE_LIMIT = 30.0
"""Seconds for a whole change, its tries included, also where the answer drips and no read time-out notices."""
_CALL = threading.local()
"""The call that a thread makes: its event `over` is set when nobody waits for it any more."""


class AwsSession:
    """The session of one profile in one region."""

    def __init__(self, profile: str | None, region: str, log: CallLog) -> None:
        self.asker = Asker(profile, region)
        self._log = log
        self._lock = threading.RLock()
        self._session: Any = None  # boto3's type would load boto3
        self._clients: dict[tuple[Service, bool], Any] = {}

    def client(self, service: Service, *, once: bool = False) -> Any:
        """The client of a service, for a thread; callers annotate it. `once`: for calls that must not be repeated.

        Raises:
            CredentialsError: what should give credentials is broken; where there simply are none, the call says so.
            SettingsError: the library cannot work with what is set here.
        """
        with self._lock:
            self._credentials()
            if (service, once) not in self._clients:
                self._clients[service, once] = self._made(service, once)
            return self._clients[service, once]

    def lane_key(self) -> tuple[str, str, str]:
        """What SES's one request a second is counted by: endpoint, region and access key. For a thread."""
        from botocore.exceptions import NoCredentialsError

        endpoint = self.client("sesv2").meta.endpoint_url
        with self._lock:
            key = self._credentials()
        if key is None:
            raise NoCredentialsError
        return endpoint, self.asker.region, key

    def warm(self) -> None:
        """Load boto3 and make the clients on one thread."""
        threading.Thread(target=self._warm, name="seswizard-warm", daemon=True).start()

    async def read(self, source: str, work: Callable[[], T], limit: float = READ_LIMIT) -> T:
        """Look at something; `source` names the call, such as `ses:GetAccount`."""
        return await self._asked(source, lambda: in_thread(work, limit))

    async def write(self, source: str, work: Callable[[], T]) -> T:
        """Change something; it runs to its end even if the awaiter is cancelled.

        An answer that does not come in time, or is given up, counts as lost: the library must not ask again afterwards.
        """
        over = threading.Event()

        def once() -> T:
            _CALL.over = over
            return work()

        try:
            return await self._asked(source, lambda: to_completion(once, WRITE_LIMIT))
        finally:
            over.set()

    async def _asked(self, source: str, call: Callable[[], Awaitable[T]]) -> T:
        with self._log.call(source):
            try:
                with translated(source, self.asker):
                    return await call()
            except FailureError as error:
                if error.failure.detail.startswith(_UNKNOWN_KEY) and await self._accepted_at_home():
                    raise FailureError(region_off(self.asker, error.failure.detail)) from None
                raise

    async def _accepted_at_home(self) -> bool:
        """Whether the key is good in a region that no account can switch off."""
        home = "us-gov-west-1" if self.asker.region.startswith("us-gov-") else "us-east-1"

        def ask() -> bool:
            try:
                self._made("sts", True, home).get_caller_identity()
            except Exception:  # noqa: BLE001  # whatever it is, it says nothing about the key
                return False
            return True

        try:
            return home != self.asker.region and await in_thread(ask, READ_LIMIT)
        except TimeoutError:
            return False

    def _warm(self) -> None:
        # Whatever is wrong shows again, in words, at the first call that somebody waits for.
        with contextlib.suppress(Exception):
            for service in _WARMED:
                self.client(service)
        # The library's models are half a million objects that live as long as we do: looking through them again and
        # again for garbage would hold a frame up for a third of a second each time.
        gc.freeze()

    def _credentials(self) -> str | None:
        """The access key's id; None where there are no credentials. Finding them may take a call, or a program."""
        session = self._boto3()
        with _blamed_on(CredentialsError):
            credentials = session.get_credentials()
            frozen = credentials and credentials.get_frozen_credentials()
            if not frozen:
                return None
            if not all(isinstance(one, str) and _KEY.fullmatch(one) for one in (frozen.access_key, frozen.secret_key)):
                raise ValueError("An access key or its secret holds what no key holds.")
            return str(frozen.access_key)

    def _boto3(self) -> Any:
        if self._session is None:
            import boto3
            import botocore.session

            with _blamed_on(SettingsError):
                core = botocore.session.Session(profile=self.asker.profile)
                core.register("before-parse", check_form)  # type: ignore[arg-type]  # it takes two of the event's members by name
                session = boto3.session.Session(botocore_session=core, region_name=self.asker.region)
                _ask_nothing(core)
            self._session = session
        return self._session

    def _made(self, service: Service, once: bool, region: str | None = None) -> Any:
        from botocore.config import Config

        config = Config(
            connect_timeout=_CONNECT,
            read_timeout=_LONG_POLL_READ if service == "sqs" else _READ,
            retries={"mode": "standard", "total_max_attempts": 1 if once else _ATTEMPTS},
            user_agent_extra=f"seswizard/{__version__}",
        )
        with self._lock, _blamed_on(SettingsError):
            client = self._boto3().client(service, region_name=region, config=config)
            client._endpoint.http_session = BoundedSession(client._endpoint.http_session)
        client.meta.events.register("before-send", _unless_over)
        return client


def _unless_over(**_call: Any) -> None:
    """Refuse to send what nobody waits for any more: it would be a second try of something that was called lost."""
    over = getattr(_CALL, "over", None)
    if over is not None and over.is_set():
        raise TimeoutError


@contextlib.contextmanager
def _blamed_on(kind: type[SettingsError]) -> Iterator[None]:
    """Name what a bare exception of the library is about, for its own classes say that themselves."""
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        yield
    except (BotoCoreError, ClientError, MfaAskedError, SettingsError):
        raise
    except Exception as error:
        raise kind(error) from error


def _ask_nothing(core: Any) -> None:
    """Keep botocore from asking for an MFA code on the terminal, which a full-screen program owns."""

    def refuse(_prompt: str) -> str:
        raise MfaAskedError

    provider = core.get_component("credential_provider").get_provider("assume-role")
    provider._prompter = refuse

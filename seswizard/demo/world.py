"""The embedded world: an AWS, a DNS and an SMTP endpoint that answer on loopback sockets, and a clock that moves them.

One world at a time in a process, because moto's state belongs to the process; several processes may each have one.
"""

import contextlib
import os
import shutil
import tempfile
import threading
from pathlib import Path
from types import TracebackType
from typing import Self

from seswizard.demo.aws import backend
from seswizard.demo.aws.gate import ADMIN, Gate, Request
from seswizard.demo.aws.server import AwsServer
from seswizard.demo.certificates import write_authority
from seswizard.demo.dns.network import DnsNetwork
from seswizard.demo.environment import exported, removed
from seswizard.demo.faults import Faults
from seswizard.demo.place import DOMAIN, REGION
from seswizard.demo.scenarios import SCENARIOS
from seswizard.demo.ses import Ses
from seswizard.demo.ses.verification import tick
from seswizard.demo.smtp import SmtpServers
from seswizard.demo.timeline import TimeLine
from seswizard.demo.vault import VaultFile

_alone = threading.Lock()


class WorldBusyError(RuntimeError):
    """There is a world in this process already."""


class World:
    """A running world; use it as a context manager, or call `start` and `stop`."""

    def __init__(self, scenario: str = "first-time", state_dir: Path | None = None) -> None:
        """Prepare a world; `state_dir` is where a scenario leaves what the wizard would have remembered, else its own directory.

        Raises:
            KeyError: there is no such scenario.
        """
        self._bend = SCENARIOS[scenario]
        self.scenario, self._state_dir = scenario, state_dir
        self.region, self.domain = REGION, DOMAIN
        self.kept_key = ""
        """The id of the access key whose SMTP login a scenario has put into the keyring."""
        self.previous_tokens: tuple[str, ...] = ()
        """The DKIM tokens of an earlier try, where a scenario's story has one."""
        self._built = contextlib.ExitStack()

    def start(self) -> Self:
        """Open every socket and bend the world to its scenario.

        Raises:
            WorldBusyError: there is another world in this process.
        """
        if not _alone.acquire(blocking=False):
            raise WorldBusyError("There is one embedded world in this process already; stop it first.")
        with contextlib.ExitStack() as built:
            built.callback(_alone.release)
            self._build(built)
            self._built = built.pop_all()
        return self

    def _build(self, built: contextlib.ExitStack) -> None:
        self.directory = Path(tempfile.mkdtemp(prefix="seswizard-world-"))
        built.callback(shutil.rmtree, self.directory, ignore_errors=True)
        self.state_dir = self._state_dir or self.directory / "state"
        self.time_line = TimeLine()
        self.time_line.start()
        built.callback(self.time_line.stop)
        backend.reset()
        backend.create_user(ADMIN)
        key = backend.create_key(ADMIN)
        self.access_key, self.secret = key.key_id, key.secret
        for name in ("aws-config", "aws-credentials"):
            (self.directory / name).touch(mode=0o600)
        self.ca_file, context = write_authority(self.directory)
        self.keyring_file = self.directory / "keyring.json"
        self.vault = VaultFile(self.keyring_file)
        self.dns = DnsNetwork(DOMAIN)
        self.time_line.run(self.dns.start())
        built.callback(lambda: self.time_line.run(self.dns.stop()))
        self.ses = Ses(self.dns, backend.SnsTopics(), self.time_line.after)
        self.smtp = SmtpServers(self.ses, context, REGION)
        self.time_line.run(self.smtp.start())
        built.callback(lambda: self.time_line.run(self.smtp.stop()))
        self.faults = Faults()
        self._gate = Gate(self.ses, self.faults)
        server = AwsServer(self._gate)
        server.start()
        built.callback(server.stop)
        self.endpoint = server.url
        self.environment = exported(self)
        self.unset = removed(os.environ)
        self._bend(self)
        self.time_line.every(1.0, lambda: tick(self.ses))

    @property
    def requests(self) -> list[Request]:
        """Every AWS call so far, oldest first."""
        return self._gate.requests

    @property
    def failures(self) -> list[str]:
        """Tracebacks of the world's own mistakes; empty in a world that works."""
        return [*self._gate.failures, *self.smtp.failures, *self.time_line.failures]

    def inventory(self) -> dict[str, tuple[str, ...]]:
        """Everything there is in SES, IAM, SNS and SQS, one line each, for comparing before and after."""
        with self.ses.lock:
            regions = sorted(self.ses.regions.items())
            identities = [(f"{name}/{one.name}", one) for name, region in regions for one in region.identities.values()]
            sets = [(f"{name}/{one.name}", one) for name, region in regions for one in region.sets.values()]
            return {
                "identities": tuple(sorted(name for name, _ in identities)),
                "identity_tags": tuple(sorted(f"{n} {k}={v}" for n, one in identities for k, v in one.tags.items())),
                "mail_from": tuple(sorted(f"{n} {one.mail_from.domain}" for n, one in identities if one.mail_from)),
                "default_sets": tuple(sorted(f"{n} {s}" for n, one in identities if (s := one.configuration_set))),
                "configuration_sets": tuple(sorted(name for name, _ in sets)),
                "event_destinations": tuple(
                    sorted(f"{n}/{d.name} {d.topic} {','.join(d.types)}" for n, one in sets for d in one.destinations.values())
                ),
                "suppressed": tuple(sorted(f"{n}/{address}" for n, region in regions for address in region.suppressed)),
                **backend.inventory(),
            }

    def stop(self) -> None:
        """Close every socket and remove the world's directory; harmless when not running."""
        self._built.close()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.stop()

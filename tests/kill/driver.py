"""A warm process that runs one command of a login's life in a child of its own, and may kill that child at any call.

It imports everything and makes the AWS clients once, before any thread exists; then it reads a job per line on standard
input, forks, and answers with what the child wrote and how it ended. The child's ports are counted by proxies: before
every call to IAM, SES, STS, the keep, the state and the journal, and after the last one, there is a position, and at the
wanted one the child ends itself by SIGKILL. After a call is before the next one: nothing happens between the two. A keep
of AWS takes several calls for one of ours: each of them is a position of its own. Nothing else of the product is different.
"""

import asyncio
import json
import os
import signal
import sys
from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

from seswizard.actions.action import silent
from seswizard.actions.kept import kept_login
from seswizard.actions.login import prepare_login
from seswizard.actions.proof import Sending
from seswizard.actions.revoke_login import prepare_revoke
from seswizard.actions.rotate_login import prepare_rotation
from seswizard.actions.send_proof import prepare_send
from seswizard.actions.temporary_path import remove_leftovers
from seswizard.core.failure import Failure
from seswizard.core.keep import KeepChoice
from seswizard.core.login import Login
from seswizard.core.login_wish import LoginWish, RotateWish
from seswizard.core.names import DomainName
from seswizard.ports import Services
from seswizard.wiring import Options, build

COUNTED = ("iam", "ses", "sts", "state", "journal", "events")
POLLED = ("events.receive", "events.delete_message")
"""Called as often as it takes until the event is there; the first call of each stands for all."""
SHELVES = ("secretsmanager", "ssm")
"""The services behind the keeps of AWS."""


@dataclass
class Positions:
    """Where a run is, and where it ends."""

    kill_at: int | None
    passed: list[str] = field(default_factory=list)

    def __call__(self, where: str) -> None:
        if where in POLLED and where in self.passed:
            return
        if len(self.passed) == self.kill_at:
            os.kill(os.getpid(), signal.SIGKILL)
        self.passed.append(where)


class Counted:
    """A port whose every call is a position."""

    def __init__(self, name: str, port: Any, at: Positions) -> None:
        self._name, self._port, self._at = name, port, at

    def __getattr__(self, method: str) -> Any:
        call = getattr(self._port, method)

        async def counted(*args: Any, **named: Any) -> Any:
            where = f"{self._name}.{method}"
            if method == "write":
                where += f" {args[0].phase} {args[0].action}"
            self._at(where)
            return await call(*args, **named)

        return counted

    def alone(self) -> AbstractAsyncContextManager[None]:
        """The lock is no call of its own: the system frees it with the process."""
        lock: AbstractAsyncContextManager[None] = self._port.alone()
        return lock

    def holding(self, name: str) -> AbstractAsyncContextManager[bool]:
        """Neither is this one."""
        lock: AbstractAsyncContextManager[bool] = self._port.holding(name)
        return lock


class CountedKeeps:
    """Keeps whose vaults are counted."""

    def __init__(self, keeps: Any, at: Positions) -> None:
        self._keeps, self._at = keeps, at

    def open(self, choice: KeepChoice) -> Any:
        return Counted("vault", self._keeps.open(choice), self._at)


@dataclass(frozen=True)
class Person:
    """Reads a login that nothing keeps, and writes its user name down."""

    into: Path

    async def read(self, login: Login) -> None:
        with self.into.open("a") as file:
            file.write(f"{login.username}\n")


def _passing(service: str, at: Positions) -> Callable[..., None]:
    def passing(event_name: str, **_more: Any) -> None:
        at(f"aws.{service}.{event_name.rpartition('.')[2]}")

    return passing


def counted(services: Services, at: Positions) -> Services:
    """The same services, counting."""
    for service in SHELVES:
        events = services.iam._aws.client(service).meta.events  # type: ignore[attr-defined]  # the gateway's own session
        events.register("before-send", _passing(service, at))
    ports = {name: Counted(name, getattr(services, name), at) for name in COUNTED}
    return replace(services, keeps=CountedKeeps(services.keeps, at), **ports)  # type: ignore[arg-type]  # proxies


async def create(services: Services, job: dict[str, Any]) -> str:
    keep = KeepChoice.parse(job["keep"]) if "keep" in job else None
    return await _applied(await prepare_login(services, DomainName(job["domain"]), LoginWish(keep)), services, job)


async def rotate(services: Services, job: dict[str, Any]) -> str:
    how = RotateWish(delete_old=True)
    return await _applied(await prepare_rotation(services, DomainName(job["domain"]), LoginWish(), how), services, job)


async def revoke(services: Services, job: dict[str, Any]) -> str:
    return await _applied(await prepare_revoke(services, DomainName(job["domain"])))


async def prove(services: Services, job: dict[str, Any]) -> str:
    """A real log-in with what the keep holds."""
    login = await kept_login(services, DomainName(job["domain"]))
    assert login is not None
    conversation = await services.smtp.prove(login, 587, lambda _line: None)
    return "ok" if conversation.code == 235 else f"{conversation.code} {conversation.reply}"


async def send(services: Services, job: dict[str, Any]) -> str:
    """One message over a temporary way back."""
    return await _applied(await prepare_send(services, Sending(DomainName(job["domain"]), via="api"), keep=False))


async def tidy(services: Services, job: dict[str, Any]) -> str:
    """What every start of `send` and `listen` begins with."""
    outcome = await remove_leftovers(services, silent)
    return f"failed: {outcome.failure.title}" if outcome.failure else "ok"


async def _applied(action: Any, services: Any = None, job: Mapping[str, Any] = MappingProxyType({})) -> str:
    """What a face says at the end, or why it stopped; the actions have no common base that holds a Failure too."""
    if isinstance(action, Failure):
        return f"refused: {action.kind}"
    if "read_into" in job:
        action.hand = Counted("person", Person(Path(job["read_into"])), services.keeps._at).read
    outcome = await action.apply(silent)
    return f"failed: {outcome.failure.kind} {outcome.failure.title}" if outcome.failure else "ok"


RUNS: dict[str, Callable[[Services, dict[str, Any]], Any]] = {
    "create": create,
    "rotate": rotate,
    "revoke": revoke,
    "prove": prove,
    "send": send,
    "tidy": tidy,
}


def child(services: Services, job: dict[str, Any], answer: int) -> None:
    """Run the job and write how it ended; never returns to the server's loop."""
    at = Positions(job.get("kill_at"))
    said = asyncio.run(RUNS[job["action"]](counted(services, at), job))
    at("the end")
    os.write(answer, json.dumps({"said": said, "passed": at.passed}).encode())


def serve() -> None:
    """Answer jobs until standard input ends."""
    services: Any = build(Options(region="eu-west-1"))
    services.ses._lane._gap = 0.0  # SES's one call a second is real life, and another test's matter
    for service in ("iam", "sesv2", "sts", "sns", "sqs", *SHELVES):
        services.iam._aws.client(service)
    for service in ("iam", "sesv2"):
        services.iam._aws.client(service, once=True)
    import keyring

    keyring.get_keyring()
    for line in sys.stdin:
        job = json.loads(line)
        reader, writer = os.pipe()
        pid = os.fork()
        if pid == 0:
            try:
                child(services, job, writer)
            finally:
                os._exit(0)
        os.close(writer)
        with os.fdopen(reader, "rb") as pipe:
            told = pipe.read()
        _, status = os.waitpid(pid, 0)
        ended = {"killed": os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL}
        print(json.dumps((json.loads(told) if told else {}) | ended), flush=True)


if __name__ == "__main__":
    serve()

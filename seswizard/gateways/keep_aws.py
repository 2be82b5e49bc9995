"""A login in the person's own AWS account: one secret or parameter a login, in the region that the login is for.

Only what carries our tags for this identity, and holds a value of our form, is ever written over or deleted. The login
that is to follow lies beside it under the same name with `-next`.
"""

import contextlib
import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Protocol

from seswizard.core.failure import FailureError
from seswizard.core.identity import MAKER, TAG_MAKER, TAG_REGION, made_for, our_tags
from seswizard.core.login import Keep, Login
from seswizard.core.secret import Secret
from seswizard.gateways.aws import AwsSession
from seswizard.gateways.keep_values import login_of, not_ours, not_the_same, unkept, written
from seswizard.ports import Clock

Sessions = Callable[[str], AwsSession]
"""The session of a region; of the run's own for an empty one."""

_TRIES, _PAUSE = 12, 2.5
"""A name whose secret was deleted a moment ago is free again only after a while."""
_READ_BACKS = 4

_ACTION = re.compile(r"[a-z]+:[A-Za-z]+")


@dataclass(frozen=True, slots=True)
class Found:
    """What lies under a name."""

    value: Secret | None
    tags: tuple[tuple[str, str], ...]
    leaving: bool = False
    """Whether it is marked for deletion and could still be restored."""


class BusyError(Exception):
    """The name is taken for the moment: somebody made it just now, or its deletion is not over yet."""


class Shelf(Protocol):
    """One service that keeps secrets by name; its methods block, so they are for threads."""

    service: str
    """As IAM calls it."""
    what: str
    """`the secret`, for sentences."""
    cost: str
    resource: str
    """The ARN's part before the name."""
    calls: tuple[str, str, str]
    """The calls that read, write and delete, as IAM calls them."""

    def look(self, aws: AwsSession, name: str) -> Found | None: ...
    def create(self, aws: AwsSession, name: str, value: str, tags: Mapping[str, str]) -> None:
        """Raises BusyError."""

    def replace(self, aws: AwsSession, name: str, value: str, *, leaving: bool) -> None: ...
    def delete(self, aws: AwsSession, name: str) -> bool: ...


class AwsKeep:
    """Logins on one of AWS's shelves."""

    def __init__(self, shelf: Shelf, name: str, sessions: Sessions, clock: Clock) -> None:
        self._shelf, self._name, self._sessions, self._clock = shelf, name, sessions, clock

    async def probe(self) -> Keep:
        """Whether the name is free or ours. It is only read: a trial would be a write before anybody agreed to one.

        Raises:
            FailureError: AWS could not be asked, or did not allow it.
        """
        keep = Keep(f"{self._shelf.what} {self._name} ({self._shelf.cost})", usable=True)
        found = await self._look("", self._name)
        if found is None or dict(found.tags).get(TAG_MAKER) == MAKER:
            return keep
        return replace(keep, usable=False, reason=self._foreign(self._name).failure.title)

    async def read(self, domain: str, region: str, *, staged: bool = False) -> Login | None:
        """The login under the name."""
        name = self._named(staged)
        return self._login(name, await self._look(region, name), domain, region)

    async def store(self, domain: str, region: str, login: Login, *, staged: bool = False) -> None:
        """Write and read back; raises if it does not read back the same."""
        name = self._named(staged)
        for _ in range(_TRIES):
            found = await self._look(region, name)
            self._login(name, found, domain, region)
            if await self._wrote(region, name, found, written(login), our_tags(domain, region)):
                break
            await self._clock.sleep(_PAUSE)
        else:
            raise unkept(f"The name {name} does not become free.", "Wait a minute, or choose another name.")
        for _ in range(_READ_BACKS):
            if await self.read(domain, region, staged=staged) == login:
                return
            await self._clock.sleep(_PAUSE)
        raise not_the_same(f"{self._shelf.what} {name}")

    async def delete(self, domain: str, region: str, *, staged: bool = False) -> bool:
        """Whether there was one; at once, so that the name is free again."""
        name = self._named(staged)
        found = await self._look(region, name)
        self._login(name, found, domain, region)
        if found is None or found.leaving:
            return False
        aws = self._sessions(region)
        with self._advised(aws, name):
            return await aws.write(self._shelf.calls[2], lambda: self._shelf.delete(aws, name))

    async def _look(self, region: str, name: str) -> Found | None:
        aws = self._sessions(region)
        with self._advised(aws, name):
            return await aws.read(self._shelf.calls[0], lambda: self._shelf.look(aws, name))

    async def _wrote(self, region: str, name: str, found: Found | None, value: str, tags: Mapping[str, str]) -> bool:
        """Whether it was written; False where the name is taken for the moment."""
        aws, shelf = self._sessions(region), self._shelf

        def change() -> bool:
            try:
                if found is None:
                    shelf.create(aws, name, value, tags)
                else:
                    shelf.replace(aws, name, value, leaving=found.leaving)
            except BusyError:
                return False
            return True

        with self._advised(aws, name):
            return await aws.write(shelf.calls[1], change)

    def _login(self, name: str, found: Found | None, domain: str, region: str) -> Login | None:
        """The login that was found.

        Raises:
            FailureError: it is not ours for this identity and region.
        """
        if found is None:
            return None
        told = dict(found.tags)
        if not made_for(found.tags, domain) or told.get(TAG_REGION) != region:
            raise self._foreign(name)
        if found.leaving or found.value is None:
            return None
        return login_of(found.value, f"{self._shelf.what} {name}")

    def _foreign(self, name: str) -> FailureError:
        return not_ours(f"{self._shelf.what} {name}")

    def _named(self, staged: bool) -> str:
        return f"{self._name}-next" if staged else self._name

    @contextlib.contextmanager
    def _advised(self, aws: AwsSession, name: str) -> Iterator[None]:
        """Name the very resource where something is not allowed: our printed permissions only know names of ours."""
        try:
            yield
        except FailureError as error:
            failure = error.failure
            action = _ACTION.search(failure.title)
            if failure.kind != "access.denied" or action is None:
                raise
            region = aws.asker.region or "*"
            partition = {"us-gov": "aws-us-gov", "cn-nor": "aws-cn"}.get(region[:6], "aws")
            arn = f"arn:{partition}:{self._shelf.service}:{region}:*:{self._shelf.resource}{name.lstrip('/')}*"
            line = json.dumps({"Effect": "Allow", "Action": action[0], "Resource": arn})
            raise FailureError(replace(failure, remedy=f"Have this line added to your policy: {line}")) from None

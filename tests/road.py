"""What several tests do on the way to what they are about: make the identity, wait for the world."""

import asyncio
import time
from collections.abc import Callable

from seswizard.actions.action import silent
from seswizard.actions.identity import IdentityDraft, MakeIdentity, prepare_identity
from seswizard.core.names import DomainName
from seswizard.wiring import Options, build


def make_identity(mail_from: str = "bounce.example.com") -> None:
    """What the wizard's domain step does."""

    async def make() -> None:
        services = build(Options(region="eu-west-1"))
        prepared = await prepare_identity(services, IdentityDraft(DomainName("example.com"), mail_from))
        assert isinstance(prepared, MakeIdentity)
        assert (await prepared.apply(silent)).ok

    asyncio.run(make())


def until(true: Callable[[], bool], seconds: float = 30.0) -> None:
    """Wait for the world to get there."""
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "it never came"
        time.sleep(0.2)

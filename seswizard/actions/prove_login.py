"""Prove a login by logging in; with a young key 535 is normal for a while, so it is tried again with growing pauses."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from seswizard.core.conversation import Conversation, Hear
from seswizard.core.failure import Failure, FailureError
from seswizard.core.login import Login
from seswizard.core.pacing import login_pauses
from seswizard.ports import Services


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try, and when the next one comes."""

    number: int
    reply: str
    """`535 Authentication Credentials Invalid`"""
    next_in: float | None
    """Seconds; None when there is no next try."""


@dataclass(frozen=True, slots=True)
class LoginProven:
    """How proving ended."""

    ok: bool
    title: str
    failure: Failure | None = None
    conversation: Conversation | None = None


def in_region(services: Services, region: str) -> Services:
    """The same services, with the SMTP endpoint of another region."""
    return services if region == services.region else replace(services, region=region, smtp=services.smtp.elsewhere(region))


async def prove_login(
    services: Services,
    login: Login,
    *,
    port: int,
    hear: Hear,
    tried: Callable[[Attempt], None],
    patience: float = 300.0,
) -> LoginProven:
    """Log in until it works, until something else than 535 comes, or until `patience` seconds are used up."""
    number = 0
    pauses = login_pauses(patience)
    while True:
        number += 1
        try:
            conversation = await services.smtp.prove(login, port, hear)
        except FailureError as error:
            return LoginProven(False, error.failure.title, error.failure)
        if conversation.code == 235:
            tried(Attempt(number, "235 Authentication successful", None))
            return LoginProven(True, "Proven: SES accepts this login.", conversation=conversation)
        reply = f"{conversation.code} {conversation.reply}".strip()
        pause = next(pauses, None) if conversation.code in (535, 454, 421, 451) else None
        tried(Attempt(number, reply, pause))
        if pause is None:
            return LoginProven(False, f"SES refuses this login: {reply}", refused(reply, services.region), conversation)
        await services.clock.sleep(pause)


def refused(reply: str, region: str) -> Failure:
    """What a refused login means."""
    return Failure(
        "send.auth-failed",
        f"SES refuses this login: {reply}",
        detail=reply,
        remedy=f"The key is deleted or inactive, or the password belongs to another region than {region}. Make a new login.",
    )

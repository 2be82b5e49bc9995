"""Prove a login by logging in; with a young key 535 is normal for a while, so it is tried again with growing pauses."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from seswizard.actions.action import Progress, Say
from seswizard.core.conversation import Conversation, Hear, Line
from seswizard.core.failure import Failure, FailureError
from seswizard.core.login import Login
from seswizard.core.login_places import Place
from seswizard.core.pacing import YOUNG_KEY, login_pauses
from seswizard.core.text import duration
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


async def prove_everywhere(services: Services, logins: Mapping[Place, Login], *, port: int, say: Say) -> Failure | None:
    """Log in with a new key's password of each region, there, in the present one first; why one is refused."""
    by_region = {region: login for (_, region), login in logins.items()}
    for region in sorted(by_region, key=lambda one: one != services.region):
        if failure := await _prove_in(services, region, by_region[region], port, say):
            return failure
    return None


async def _prove_in(services: Services, region: str, login: Login, port: int, say: Say) -> Failure | None:
    there, what = in_region(services, region), "Login" if region == services.region else f"Login in {region}"

    def hear(_line: Line) -> None:
        """The lines of the conversation are no progress."""

    def tried(attempt: Attempt) -> None:
        if attempt.next_in is not None:
            say(Progress(what, f"{attempt.reply}; again in {duration(attempt.next_in)}", "waiting"))

    say(Progress(what, "logging in with the new key", "doing"))
    proven = await prove_login(there, login, port=port, hear=hear, tried=tried, patience=YOUNG_KEY)
    say(Progress(what, proven.title, "done" if proven.ok else "failed"))
    return None if proven.ok else proven.failure or Failure("send.auth-failed", proven.title)


def refused(reply: str, region: str) -> Failure:
    """What a refused login means."""
    return Failure(
        "send.auth-failed",
        f"SES refuses this login: {reply}",
        detail=reply,
        remedy=f"The key is deleted or inactive, or the password belongs to another region than {region}. Make a new login.",
    )

"""Wait for the bounce of a mail that another program sends to an address which only we know."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from secrets import token_hex

from seswizard.actions.account_guard import choices_for
from seswizard.actions.event_path import MakePath, prepare_path
from seswizard.actions.kept import kept_login
from seswizard.actions.proof import Sending, received
from seswizard.actions.send_proof import covered, unknown_identity
from seswizard.core.account import Caller
from seswizard.core.events import MailEvent, read_event
from seswizard.core.failure import Failure, FailureError
from seswizard.core.findings import Finding
from seswizard.core.listening import Listening, fresh_address, heard, silent, unfinished
from seswizard.core.names import IdentityName, domain_of
from seswizard.core.policy import Names
from seswizard.core.way_back import Path, Way
from seswizard.look.way_back import look_way
from seswizard.ports import Services

_AFTER_FAILURE = 5.0
"""Seconds after which the queue is asked again where AWS was not reached for a moment."""


async def prepare_listen(services: Services, name: IdentityName) -> MakePath | Failure:
    """Plan what of the way back is missing; nothing is made for a name that SES does not know, for all its mail is refused."""
    sending = Sending(name, to="")
    try:
        if await services.ses.identity(str(name)) is None and not await covered(services, sending):
            return unknown_identity(sending, services.region, "mail from it")
    except FailureError as error:
        return error.failure
    return await prepare_path(services, sending)


async def begin(services: Services, name: IdentityName, made: MakePath) -> Listening:
    """A fresh address and what should come with it.

    Raises:
        FailureError: the keep or the identity could not be read.
    """
    names = Names(str(domain_of(name)), services.region)
    login = await kept_login(services, name)
    choices = await choices_for(services, str(name))
    user = (choices.iam_user or names.user) if login else ""
    path = await _looked(services, name, made.way, made.caller) if made.plan.changes else replace(made.path, named=False)
    address, username = fresh_address(token_hex(5)), login.username if login else ""
    return Listening(name, services.region, address, services.clock.now(), user, username, path)


async def _looked(services: Services, name: IdentityName, way: Way, caller: Caller) -> Path:
    """The links as a message passes them that names no configuration set."""
    identity = await services.ses.identity(str(name))
    default_set = identity.configuration_set if identity else None
    return await look_way(services, way, caller, default_set=default_set, named=False)


async def listen(
    services: Services, listening: Listening, patience: float, waiting: Callable[[float], None]
) -> tuple[MailEvent | None, tuple[Finding, ...]]:
    """The bounce and what it says, or why none came. `waiting` is told the seconds that have passed, now and then.

    Raises:
        FailureError: the queue could not be read, and that does not pass by itself.
    """
    queue, clock, others = listening.path.queue, services.clock, 0
    started, taken = clock.monotonic(), None
    while queue is not None and (waited := clock.monotonic() - started) < patience:
        waiting(waited)
        try:
            messages = await received(services, queue.url, min(10.0, max(1.0, patience - waited)), others)
        except FailureError as error:
            if not error.failure.retry:
                raise
            await clock.sleep(min(_AFTER_FAILURE, patience - waited))
            continue
        if messages is None:
            break  # reading the links tells so
        for message in messages:
            event = read_event(message.body)
            if event is None or listening.address not in (one.lower() for one in event.recipients):
                others += 1
                continue  # somebody else's: it is seen again by whoever waits for it
            await services.events.delete_message(queue.url, message.receipt)
            if event.type in ("Bounce", "Reject"):
                return event, heard(listening, event, clock.now())
            taken = event
        await asyncio.sleep(0)
    if taken:
        return None, (unfinished(listening, taken, clock.now()),)
    return None, (await _why(services, listening),)


async def _why(services: Services, listening: Listening) -> Finding:
    """Read every link, and whether the kept key was used meanwhile."""
    path = await _looked(services, listening.name, listening.path.way, await services.sts.caller())
    now, listening = services.clock.now(), replace(listening, path=path)
    if not listening.username:
        return silent(listening, now, None, None, key_seen=False)
    try:
        keys = await services.iam.keys(listening.user)
        key = next((one for one in keys if one.id == listening.username), None)
        used = await services.iam.last_used(listening.username) if key else None
    except FailureError:
        return silent(listening, now, None, None, key_seen=False)
    return silent(listening, now, key, used)

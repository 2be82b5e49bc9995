"""The proof as one change with one consent: the missing links of the way back, the message, and waiting for its event."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from seswizard.actions.account_guard import choices_for
from seswizard.actions.action import Outcome, Progress, Say
from seswizard.actions.event_path import MakePath, prepare_path
from seswizard.actions.from_case import by_case
from seswizard.actions.kept import kept_login, no_login
from seswizard.actions.proof import Came, ProofRun, Sending, run_proof
from seswizard.actions.recipient import not_verified, recipient_of
from seswizard.actions.temporary_path import STAYS, remove_own
from seswizard.core.conversation import Hear, Line
from seswizard.core.events import MailEvent
from seswizard.core.failure import Failure, FailureError
from seswizard.core.names import IdentityName, domain_of
from seswizard.core.pacing import EVENT_LOST
from seswizard.core.plan import Plan
from seswizard.core.quoting import our_command
from seswizard.core.way_back import Link, broken, links
from seswizard.look.way_back import look_way
from seswizard.ports import Services


def _nothing(_line: Line) -> None:
    return


def _no_event(_event: MailEvent, _seconds: float) -> None:
    return


def _no_id(_message_id: str) -> None:
    return


@dataclass(slots=True)
class SendProof:
    """The prepared change; `run` holds how it went."""

    services: Services
    sending: Sending
    path: MakePath
    hear: Hear = _nothing
    came: Came = _no_event
    taken: Callable[[str], None] = _no_id
    patience: float = EVENT_LOST
    """Seconds to wait for the event."""
    run: ProofRun | None = field(default=None)

    @property
    def plan(self) -> Plan:
        """The missing links and the message."""
        return self.path.plan

    async def apply(self, say: Say) -> Outcome:
        """Make the way back, send, and wait; a temporary way is taken away again, however it ends."""
        if not self.path.way.temporary:
            return await self._apply(say)
        name = self.path.way.things
        try:
            async with self.services.journal.holding(name):
                try:
                    return await self._apply(say)
                finally:
                    if left := await remove_own(self.services, name, self.path.caller, say):
                        say(Progress("Way back", f"{STAYS} {left.title}", "failed"))
        except FailureError as error:
            if self.run is None:
                return Outcome("Nothing was sent.", error.failure)
            ended = _ended(self.run)
            return replace(ended, title=f"{ended.title} Afterwards: {error.failure.title}")

    async def _apply(self, say: Say) -> Outcome:
        made = await self.path.apply(say)
        if made.failure:
            return made
        way = self.path.way
        try:
            login = await kept_login(self.services, self.sending.name) if self.sending.via == "smtp" else None
            queue = await self.services.events.queue(way.things)
        except FailureError as error:
            return Outcome("Nothing was sent.", error.failure)
        if queue is None:
            return Outcome("Nothing was sent.", Failure("events.not-seen", f"The queue {way.things} is gone."))
        if self.sending.via == "smtp" and login is None:
            return Outcome("Nothing was sent.", await _no_login(self.services, self.sending.name))
        run = await run_proof(
            self.services,
            self.sending,
            login,
            queue,
            configuration_set=way.set,
            hear=self.hear,
            came=self.came,
            taken=self.taken,
            patience=self.patience,
        )
        self.run = run
        if run.failure and run.failure.kind == "events.not-seen" and run.message_id:
            run = await self._diagnosed(run)
        elif run.failure and run.failure.kind == "send.not-authorized" and self.sending.via == "smtp":
            run = replace(run, failure=await by_case(self.services, self.sending, run.failure))
        self.run = run
        return _ended(run)

    async def _diagnosed(self, run: ProofRun) -> ProofRun:
        """The same run, with every link of the way read and the one named at which the event stopped."""
        assert run.failure is not None
        made = self.path
        try:
            path = await look_way(self.services, made.way, made.caller, default_set=made.path.default_set, named=True)
        except FailureError as error:
            detail = f"A link could not be read: {error.failure.title}"
            return replace(run, failure=replace(run.failure, detail=detail, remedy=error.failure.remedy))
        found = links(path, self.sending.expected.upper())
        return replace(run, links=found, failure=stopped_at(run.failure, found))


def _ended(run: ProofRun) -> Outcome:
    if run.failure:
        return Outcome("Not proven yet.", run.failure)
    lost = f" It could not be remembered: {run.forgotten.title}" if run.forgotten else ""
    return Outcome(f"Proven: the event of this message came back.{lost}")


def stopped_at(failure: Failure, found: tuple[Link, ...]) -> Failure:
    """The failure with the link that the event did not get past, or the word that all of them are whole."""
    link = broken(found)
    if link is None:
        remedy = "Every link of the way back is whole. Send once more; if that stays lost too, ask AWS with the message id."
        return replace(failure, remedy=remedy)
    title = f"{failure.title} It stops at the {link.name}: {link.seen}."
    remedy = link.remedy or f"Wanted: {link.expected}. Send again to mend it."
    return replace(failure, title=title, detail=link.name, remedy=remedy)


async def prepare_send(
    services: Services,
    sending: Sending,
    *,
    keep: bool = True,
    hear: Hear = _nothing,
    came: Came = _no_event,
    taken: Callable[[str], None] = _no_id,
) -> SendProof | Failure:
    """Look whether there is a login and what of the way back is missing, and plan the rest.

    With `keep` the way back stays afterwards; without it a standing one is used, else a temporary one is made.
    """
    try:
        if sending.via == "smtp" and await kept_login(services, sending.name) is None:
            return await _no_login(services, sending.name)
        if await services.ses.identity(str(sending.name)) is None and not await covered(services, sending):
            return unknown_identity(sending, services.region)
        recipient = await recipient_of(services, sending)
        if recipient and not recipient.allowed:
            return not_verified(recipient, sending, services.region)
    except FailureError as error:
        return error.failure
    path = await prepare_path(services, sending, keep=keep)
    if isinstance(path, Failure):
        return path
    return SendProof(services, sending, path, hear, came, taken)


async def _no_login(services: Services, name: IdentityName) -> Failure:
    return no_login(services, await choices_for(services, str(name)), str(domain_of(name)), services.region)


async def covered(services: Services, sending: Sending) -> bool:
    """Whether an address, or a subdomain, may be sent as because a domain above it is an identity."""
    labels = str(domain_of(sending.name)).split(".")
    first = 0 if "@" in str(sending.name) else 1
    for depth in range(first, len(labels) - 1):
        if await services.ses.identity(".".join(labels[depth:])) is not None:
            return True
    return False


def unknown_identity(sending: Sending, region: str, what: str = "the message") -> Failure:
    """SES has never heard of what is to be proven; nothing is made for it."""
    return Failure(
        "send.sender-unverified",
        f"SES knows no identity {sending.name} in {region}, so it would refuse {what}.",
        remedy="Set it up first.",
        command=our_command("setup", sending.name, region=region),
    )

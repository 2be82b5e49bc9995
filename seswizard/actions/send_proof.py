"""The proof as one change with one consent: the missing links of the way back, the message, and waiting for its event."""

from collections.abc import Callable
from dataclasses import dataclass, field

from seswizard.actions.action import Outcome, Say
from seswizard.actions.event_path import MakePath, prepare_path
from seswizard.actions.kept import kept_login
from seswizard.actions.proof import Came, ProofRun, Sending, run_proof
from seswizard.core.conversation import Hear, Line
from seswizard.core.events import MailEvent
from seswizard.core.failure import Failure, FailureError
from seswizard.core.names import domain_of
from seswizard.core.plan import Plan
from seswizard.core.policy import Names
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
    run: ProofRun | None = field(default=None)

    @property
    def plan(self) -> Plan:
        """The missing links and the message."""
        return self.path.plan

    async def apply(self, say: Say) -> Outcome:
        """Make the way back, send, and wait."""
        made = await self.path.apply(say)
        if made.failure:
            return made
        names = Names(str(domain_of(self.sending.name)), self.services.region)
        try:
            login = await kept_login(self.services, self.sending.name) if self.sending.via == "smtp" else None
            queue = await self.services.events.queue(names.set)
        except FailureError as error:
            return Outcome("Nothing was sent.", error.failure)
        if queue is None:
            return Outcome("Nothing was sent.", Failure("events.not-seen", f"The queue {names.set} is gone."))
        if self.sending.via == "smtp" and login is None:
            return Outcome("Nothing was sent.", no_login(names))
        self.run = await run_proof(self.services, self.sending, login, queue, hear=self.hear, came=self.came, taken=self.taken)
        if self.run.failure:
            return Outcome("Not proven yet.", self.run.failure)
        lost = f" It could not be remembered: {self.run.forgotten.title}" if self.run.forgotten else ""
        return Outcome(f"Proven: the event of this message came back.{lost}")


def no_login(names: Names) -> Failure:
    """There is no login to send through."""
    return Failure(
        "login.none",
        f"No SMTP login is kept for {names.domain} in {names.region}.",
        remedy="Make one first.",
        command=f"seswizard login create {names.domain} --region {names.region}",
    )


async def prepare_send(
    services: Services,
    sending: Sending,
    *,
    hear: Hear = _nothing,
    came: Came = _no_event,
    taken: Callable[[str], None] = _no_id,
) -> SendProof | Failure:
    """Look whether there is a login and what of the way back is missing, and plan the rest."""
    names = Names(str(domain_of(sending.name)), services.region)
    try:
        if sending.via == "smtp" and await kept_login(services, sending.name) is None:
            return no_login(names)
    except FailureError as error:
        return error.failure
    path = await prepare_path(services, sending)
    if isinstance(path, Failure):
        return path
    return SendProof(services, sending, path, hear, came, taken)

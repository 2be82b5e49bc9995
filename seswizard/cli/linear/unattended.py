"""The scripted set-up: the same steps in one go, each only as far as it is not done; a person's part ends it with 4.

Every stop is one exit code of the contract, and running it again goes on where it stopped.
"""

import contextlib
from dataclasses import dataclass, replace

from seswizard.actions.identity import IdentityDraft, prepare_identity
from seswizard.actions.kept import kept_login
from seswizard.actions.login import prepare_login
from seswizard.actions.prove_login import Attempt, prove_login
from seswizard.actions.send_proof import SendProof, prepare_send
from seswizard.actions.sending import sending_to
from seswizard.cli.linear.emitting import Emitter, Form
from seswizard.cli.linear.how import How
from seswizard.cli.linear.scripted import THROTTLED, Scripted, StoppedError
from seswizard.cli.pasting import pasted
from seswizard.core.answers_file import SetupAnswers, mail_from_name
from seswizard.core.events import MailEvent
from seswizard.core.failure import BadInputError, Failure, FailureError
from seswizard.core.findings import Finding, Level, speaking, strongest
from seswizard.core.keep import KeepChoice
from seswizard.core.login_wish import LoginWish
from seswizard.core.names import DomainName, IdentityName
from seswizard.core.offer_words import TAKEN, in_use
from seswizard.core.pacing import YOUNG_KEY
from seswizard.core.quoting import our_command
from seswizard.core.reading import Seen
from seswizard.core.remembered import DomainChoices
from seswizard.core.step_words import TO_DO, undelegated
from seswizard.core.steps import State
from seswizard.core.text import duration
from seswizard.look.beginning import forget_mistyped
from seswizard.look.mail_from import propose_mail_from, rows_at
from seswizard.look.session import Session
from seswizard.ports import Services

ROAD = ("access", "sandbox", "domain", "records", "propagation", "login", "proof")
"""The steps that it walks; production access and aftercare are a person's."""


@dataclass(slots=True)
class Unattended(Scripted):
    """One run."""

    async def run(self) -> int:
        """Walk as far as possible; the exit code, already told."""
        try:
            await self.unthrottled(self._made)
            if self.how.dry_run:
                return self.emit.end(Level.OK, 0, "Nothing was done; the proof is planned once SES has verified the name.")
            await self._verified()
            await self._prove()
            await self._proof()
            return await self._end()
        except StoppedError as stop:
            return self._stopped(stop)
        except FailureError as error:
            return self._stopped(self.refused("end", error.failure, 3))

    def _stopped(self, stop: StoppedError) -> int:
        if stop.untold:
            self.emit.finding(*stop.untold)
        return self.emit.end(stop.level, stop.code, stop.title)

    # ---- the steps ------------------------------------------------------------------------------------------

    async def _made(self) -> None:
        """All that is made before SES has seen the records; each only as far as it is not there."""
        await self._begin()
        await self._access()
        await self._identity()
        await self._login()

    async def _begin(self) -> None:
        """Take over what was chosen before, and remember what is chosen now."""
        await self.take_over_choices()
        known = self.session.choices
        choices = known or DomainChoices(str(self.name), self.services.region)
        choices = replace(choices, sends_by=self.answers.sends_by or choices.sends_by)
        self.session = self.session.with_choices(choices)
        if choices != known and self.how.yes:
            await self._save(choices)

    async def _save(self, choices: DomainChoices) -> None:
        self.session = self.session.with_choices(choices)
        try:
            await self.services.state.save_choices(choices)
        except FailureError as error:
            self.emit.note("access", "note", error.failure.title)

    async def _access(self) -> None:
        await self.look()
        told: set[str] = set()
        for step in ("access", "sandbox", "domain"):
            # What is missing is about to be made; what cannot be seen must not be written to.
            found = [one for one in self.found(step) if one.id not in TO_DO]
            # One cause may make blind for several steps.
            self.emit.findings(step, [one for one in found if one.id not in told])
            told |= {one.id for one in found}
            worst = speaking(one for one in found if step == "access" or (step == "domain" and one.level is Level.UNKNOWN))
            if worst and worst.level in (Level.PROBLEM, Level.UNKNOWN):
                raise StoppedError(worst.level, worst.level.exit_code, worst.title, worst.id)

    async def _identity(self) -> None:
        choices, name = self.session.choices, self.name
        assert choices is not None
        facts, report = self.session.facts, self.session.report
        if facts and report and (mistyped := undelegated(facts, report)):
            self.emit.finding("domain", mistyped)
            await forget_mistyped(self.services, choices)
            raise StoppedError(mistyped.level, mistyped.level.exit_code, f"{mistyped.title} Nothing was made.")
        mail_from = reports_to = ""
        if isinstance(name, DomainName):
            mail_from = await self._mail_from(name, choices)
            reports_to = choices.reports_to if self.answers.reports_to is None else self.answers.reports_to
        prepared = await prepare_identity(self.services, IdentityDraft(name, mail_from, reports_to))
        if isinstance(prepared, Failure):
            raise self.refused("domain", prepared)
        if await self.carry_out("domain", prepared):
            await self.take_over_choices()
            await self.look(frozenset({"identity", "dns"}))
        elif choices.reports_to != reports_to and self.how.yes:
            await self._save(replace(choices, reports_to=reports_to))

    async def _mail_from(self, name: DomainName, choices: DomainChoices) -> str:
        """As answered, as SES has it, as it was chosen, or a name that nothing stands at."""
        known, facts = self.session.identity, self.session.facts
        now = known.mail_from.domain if known and known.mail_from else ""
        zone = facts.delegation.value if facts and isinstance(facts.delegation, Seen) else None
        if self.answers.mail_from is not None:
            wanted = mail_from_name(name, self.answers.mail_from)
            rows = await rows_at(self.services, zone, wanted) if wanted not in ("", now) and zone else None
            if rows and choices.mail_from != wanted:
                self.emit.note("domain", "advice", f"{in_use(wanted)}{rows[0].type} {rows[0].value}")
            return wanted
        if now or choices.account:
            return now or choices.mail_from
        if zone is None:
            return f"bounce.{name}"
        return await propose_mail_from(self.services, name, zone)

    async def _login(self) -> None:
        choices = self.session.choices
        if self.session.states["login"] is State.SKIPPED:
            return
        wish = LoginWish(self.answers.keep, user=self.answers.user or "")
        as_before = wish.keep in (None, KeepChoice.of(choices)) and wish.user in ("", choices.iam_user if choices else "")
        ids = {one.id for one in self.found("login")}
        if as_before and "login.ok" in ids and "login.policy-identity-only" not in ids:
            self.emit.findings("login", self.found("login"))
            return
        prepared = await prepare_login(self.services, self.name, wish)
        if isinstance(prepared, Failure):
            raise self.refused("login", prepared)
        if not await self.carry_out("login", prepared):
            return
        if prepared.made and prepared.standing.site.choice.afterwards:
            self.emit.note("login", "note", f"Postfix reads it after: {prepared.standing.site.choice.afterwards}")
        await self.take_over_choices()
        await self.look(frozenset({"login"}))

    async def _verified(self) -> None:
        """What SES has to see first: the records are a person's part, the waiting is not."""
        if not self.session.verified:
            await self.look(frozenset({"identity", "dns"}))
        self.tell_waited()
        if self.session.verified:
            return
        if isinstance(self.name, DomainName):
            self.records()
        if not self.how.wait or not await self.wait_until(lambda: self.session.verified):
            found = self.waited_for()
            level = strongest((Level.WAITING, *(one.level for one in found)))
            worst = speaking(found)
            title = worst.title if worst else "SES has not verified it yet."
            raise StoppedError(level, level.exit_code, f"{title} Run it again to go on.")

    async def _prove(self) -> None:
        """Log in, unless a bounce has come back through this very login."""
        if self.session.states["login"] is State.SKIPPED or any(one.id == "proof.ok" for one in self.found("proof")):
            return
        login = await kept_login(self.services, self.name)
        if login is None:
            raise StoppedError(Level.PROBLEM, 1, "No login is kept, so nothing can be sent through it.")

        def tried(attempt: Attempt) -> None:
            if attempt.next_in is not None:
                again = f"normal for a new key. Trying again in {duration(attempt.next_in)}."
                self.emit.note("login", "waiting", f"{attempt.reply}; {again}")

        proven = await prove_login(self.services, login, port=587, hear=lambda _line: None, tried=tried, patience=YOUNG_KEY)
        if proven.failure:
            unreached = proven.failure.kind.startswith("ports.") and proven.conversation is None
            raise self.refused("login", proven.failure, 3 if unreached else None)
        self.emit.note("login", "done", proven.title)

    async def _proof(self) -> None:
        if self.answers.proof == "none":
            return
        if any(one.id == "proof.ok" for one in self.found("proof")):
            self.emit.findings("proof", self.found("proof"))
            return

        def taken(message_id: str) -> None:
            self.emit.note("proof", "waiting", f"{TAKEN} {message_id}; its bounce is waited for.")

        def came(event: MailEvent, seconds: float) -> None:
            self.emit.note("proof", "came back", f"{event.type} {event.subtype}".rstrip() + f", after {seconds:.1f} s")

        async def ready() -> SendProof:
            prepared = await prepare_send(self.services, sending_to(self.session), came=came, taken=taken)
            if isinstance(prepared, Failure):
                raise self.refused("proof", prepared)
            return prepared

        # Not the sending itself: a message that was taken is not sent again.
        await self.carry_out("proof", await self.unthrottled(ready))

    async def _end(self) -> int:
        """Look once more at everything; what only waits is waited for."""
        with contextlib.suppress(StoppedError):  # it is told as the last look has it
            await self.unthrottled(self._last_look)
        for step in ROAD:
            self.emit.findings(step, self._counted(step))
        found = [one for step in ROAD for one in self._counted(step)]
        level = strongest(one.level for one in found)
        worst = speaking(found)
        if level.exit_code and worst:
            return self.emit.end(level, level.exit_code, worst.title)
        proven = "; no proof was wanted" if self.answers.proof == "none" else ", and a bounce came back"
        return self.emit.end(level, 0, f"{self.name} is set up{proven}.")

    async def _last_look(self) -> None:
        await self.look()
        if self.how.wait and not self.settled:
            await self.wait_until(lambda: self.settled)
        worst = speaking(one for step in ROAD for one in self._counted(step))
        if worst and worst.id == THROTTLED:
            raise StoppedError(worst.level, worst.level.exit_code, worst.title, worst.id)

    def _counted(self, step: str) -> tuple[Finding, ...]:
        """What counts at the end: not what was left out by choice."""
        left_out = self.session.states[step] is State.SKIPPED or (step == "proof" and self.answers.proof == "none")
        return () if left_out else self.found(step)


async def unattended(services: Services, name: IdentityName, answers: SetupAnswers, form: Form, how: How) -> int:
    """Set up without asking; the exit code.

    Raises:
        BadInputError: the keep shows the password and keeps nothing, so that no later run could send the proof.
    """
    if answers.keep and answers.keep.kind == "show":
        why = "The keep show keeps nothing, so the proof could not be sent."
        raise BadInputError(pasted(f"{why} Make that login with: {our_command('login create', name, keep='show')}"))
    emit = Emitter(form, str(name), services.region, services.clock)
    return await Unattended(Session(services, name), answers, emit, how).run()

"""Proof: one message through the person's own login, and the event of that very message coming back."""

from typing import ClassVar

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widgets import Static

from seswizard.actions.proof import Sending
from seswizard.actions.send_proof import prepare_send
from seswizard.core.conversation import Line
from seswizard.core.events import MailEvent
from seswizard.core.facts import Facts
from seswizard.core.failure import Failure
from seswizard.core.findings import Report
from seswizard.core.login import smtp_host
from seswizard.core.names import domain_of
from seswizard.core.pacing import EVENT_LOST, EVENT_SLOW
from seswizard.core.policy import Names
from seswizard.core.reading import Seen
from seswizard.core.regions import has_smtp
from seswizard.core.remembered import Proof
from seswizard.core.steps import State, unmet
from seswizard.core.text import duration
from seswizard.tui.live_proof import LiveProof, SendLive
from seswizard.tui.paint import Text, bold, glyph, joined, quiet
from seswizard.tui.step_screen import Do, Say, StepScreen
from seswizard.tui.widgets.facts import FactsGrid, Pair
from seswizard.tui.widgets.talk import Conversation

HELP = """\
### Proof

"Accepted" proves nothing. This sends one message through your own login to AWS's mailbox simulator, which bounces it,
and waits for the report of exactly that message.

For that it makes a configuration set, a topic and a queue, the same that will handle your bounces later.

Mail to the simulator costs as one message and harms no reputation. It works in the sandbox.

`c` copies the message id.
"""


class ProofScreen(StepScreen):
    """The conversation as it happened, and the events beside it."""

    step = "proof"
    HELP = HELP
    parts = frozenset({"access", "identity", "login", "proof"})
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("t,f2", "again", "Send again", id="proof.again", tooltip="Show the plan for another message"),
        Binding("c,f3", "copy_id", "Copy id", id="proof.copy", tooltip="Copy the message id"),
    ]

    def compose_body(self) -> ComposeResult:
        with Vertical(id="live", classes="auto"):
            yield Static("", id="with", classes="h first")
            yield FactsGrid(id="way")
            yield Conversation(id="talk")
            yield Static("Came back", classes="h", id="came-head")
            yield Static("", id="came", classes="auto")
            yield Static("Message id", classes="h", id="id-head")
            yield Static("", id="message-id", classes="value")

    @property
    def live(self) -> LiveProof:
        """The proof that is on its way or has ended in this run."""
        return self.app.live_proof

    @property
    def kept(self) -> Proof | None:
        """The proof that is remembered."""
        facts = self.session.facts
        return facts.proof.value if facts and isinstance(facts.proof, Seen) else None

    async def show(self, facts: Facts, report: Report) -> None:
        """What was heard and seen so far."""
        await self._draw()

    async def _draw(self) -> None:
        live, kept = self.live, self.kept
        lines = live.lines if self.has_class("-tall") else [line for line in live.lines if proves(line)][-7:]
        way = "by API" if self._sending().via == "api" else f"with {smtp_host(self.session.region)}:{self._sending().port}"
        head = joined("Conversation", quiet(f"  {way}")) if lines else joined("The way there and back")
        self.query_one("#with", Static).update(head)
        await self.query_one("#way", FactsGrid).show(*(() if lines else self._way()))
        await self.query_one("#talk", Conversation).show(*lines)
        rows = [event_line(event, seconds) for event, seconds in live.events]
        if not rows and not live.running and kept and not live.run:
            rows = [joined(glyph("ok"), f" {kept.event}  ", quiet(f"on {kept.at:%Y-%m-%d %H:%M} UTC, seen then"))]
        self.query_one("#came", Static).update(joined(*with_breaks(rows)))
        message_id = live.message_id or (kept.message_id if kept else "")
        self.query_one("#message-id", Static).update(message_id)
        self.query_one("#message-id").display = self.query_one("#id-head").display = bool(message_id)
        self.query_one("#came-head").display = bool(rows)
        self.refresh_frame()

    def note(self) -> Text:
        """How long it waits, or how long it took."""
        live = self.live
        if live.running and live.sent_at is not None:
            waited = self.session.services.clock.monotonic() - live.sent_at
            return joined(quiet("waiting for "), bold(duration(waited)))
        if live.run and live.run.ok:
            return quiet(f"{live.run.seconds:.1f} s there and back")
        return self.usual_note()

    def verdict(self) -> Say:
        """On its way, proven, or what refused."""
        live = self.live
        if live.running and live.sent_at is not None:
            waited = self.session.services.clock.monotonic() - live.sent_at
            slow = "slower than usual; " if waited > EVENT_SLOW else ""
            then = f"{slow}mostly under 10 s, given up at {duration(EVENT_LOST)}"
            return Say("waiting", "SES took the message. Its bounce is not back yet.", then)
        if live.running:
            return Say("waiting", "Sending through your own login.")
        if live.failure:
            return Say("problem", live.failure.title, live.failure.remedy)
        if live.run and live.run.ok:
            return Say("ok", "Proven: sent through your own login, and its bounce came back.")
        if self.state is State.DONE and self.kept:
            return Say("ok", "Proven: a bounce came back through this login.", f"Seen {self.kept.at:%Y-%m-%d %H:%M} UTC.")
        return self.usual_verdict()

    def primary(self) -> Do | None:
        """Show the plan, then go on."""
        if self.session.report is None:
            return Do("Show the plan", "looking first")
        if self.live.running:
            return Do("Waiting", "it goes on by itself, also on other screens")
        if self.state is State.DONE or (self.live.run and self.live.run.ok):
            return self.way_on()
        missing = unmet("proof", self.session.states)
        if missing:
            names = {"domain": "SES has to verify the domain", "login": "the login has to be made and proven"}
            first = names.get(missing[0], missing[0])
            return Do("Show the plan", f"first {first}")
        return Do("Show the plan", "one message to the simulator, and its bounce", self._plan)

    def _way(self) -> tuple[Pair, ...]:
        """What will be sent, and how its bounce comes back."""
        sending, region = self._sending(), self.session.region
        names = Names(str(domain_of(sending.name)), region)
        through = "SES's API" if sending.via == "api" else f"{smtp_host(region)}:{sending.port}"
        return (
            ("From", sending.from_address),
            ("To", sending.recipient),
            ("Through", through),
            ("Reported by", joined(names.set, quiet("  a configuration set"))),
            ("Comes back by", quiet("a topic and a queue of the same name")),
        )

    def _sending(self) -> Sending:
        session = self.session
        assert session.name is not None
        by_api = not has_smtp(session.region) or (session.choices is not None and session.choices.sends_by != "smtp")
        return Sending(session.name, via="api" if by_api else "smtp")

    @work(exclusive=True, group="again", description="preparing another message")
    async def action_again(self) -> None:
        """Show the plan for another message."""
        if not self.live.running and not unmet("proof", self.session.states):
            await self._plan()

    async def _plan(self) -> None:
        app = self.app
        prepared = await prepare_send(self.session.services, self._sending())
        if isinstance(prepared, Failure):
            self.live.failure = prepared
            await self._draw()
            return
        live = LiveProof()

        def changed() -> None:
            app.live_proof = live
            for screen in app.step_screens:
                if isinstance(screen, ProofScreen):
                    screen.redraw()

        await app.ask_for_consent(SendLive(prepared, live, self.session.services.clock, changed))

    @work(exclusive=True, group="draw", description="showing what was heard")
    async def redraw(self) -> None:
        """Bring the body up to date."""
        await self._draw()

    def action_copy_id(self) -> None:
        """Copy the message id."""
        if text := self.live.message_id or (self.kept.message_id if self.kept else ""):
            self.app.copy(text, "Message id")


def proves(line: Line) -> bool:
    """Whether a line of the conversation proves something; the others are left out on small screens."""
    text = line.text
    wanted = ("235", "250 Ok 0", "MAIL", "RCPT", "4", "5", "TLS", "MessageId", "ses:")
    return text.startswith(wanted) or (line.way == "·" and "TLS" in text)


def event_line(event: MailEvent, seconds: float) -> Text:
    """One event that came back."""
    who = f"  {', '.join(event.recipients)}" if event.recipients else ""
    return joined(quiet(f"{seconds:5.2f} "), glyph("ok"), f" {event.type:<10} {event.subtype}", quiet(who))


def with_breaks(rows: list[Text]) -> list[Text]:
    """The rows with line breaks between them."""
    return [part for row in rows for part in (row, "\n")][:-1]

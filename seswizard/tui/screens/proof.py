"""Proof: one message through the person's own login, and the event of that very message coming back."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widgets import Static

from seswizard.core.conversation import Line
from seswizard.core.facts import Facts
from seswizard.core.findings import Report
from seswizard.core.offer_words import ANOTHER_MESSAGE
from seswizard.core.reading import Seen
from seswizard.core.remembered import Proof
from seswizard.core.simulator import scenario
from seswizard.core.steps import State
from seswizard.core.text import duration
from seswizard.tui import proof_words as words
from seswizard.tui.paint import Text, bold, joined, quiet
from seswizard.tui.sending_screen import SendingScreen
from seswizard.tui.step_screen import Do, Say
from seswizard.tui.widgets.facts import FactsGrid, Pair
from seswizard.tui.widgets.talk import Conversation
from seswizard.tui.words import help_of

_HEAD = 2
"""Rows of a heading with its air."""
_FEWEST = 1
"""Lines of the conversation that are shown however small the screen is; it scrolls then."""


class ProofScreen(SendingScreen):
    """The conversation as it happened, and the events beside it."""

    step = "proof"
    HELP = help_of(
        "proof",
        "Proof",
        "`w` sends another kind: a complaint, a delivery, an out-of-office reply, an address as on SES's suppression list, or a"
        " real mail to a mailbox of yours. In the sandbox that mailbox is verified first, by one click in a mail from AWS.",
        "`g` sends it another way: by another port, with STARTTLS or with TLS from the first byte, or by SES's API.",
        "`y` proves another program: WordPress, Postfix, cron.",
    )
    parts = frozenset({"access", "identity", "login", "proof"})
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("t,f2", "again", "Send again", id="proof.again", tooltip=ANOTHER_MESSAGE),
        Binding(
            "w,f4",
            "choose",
            "To whom",
            key_display="w",
            id="proof.choose",
            tooltip="Another simulator address, or a mailbox of yours",
        ),
        Binding(
            "y,f10",
            "listen",
            "Your program",
            key_display="y",
            id="proof.listen",
            tooltip="Prove another program by the bounce of its mail",
        ),
        Binding(
            "s,f11", "suppression", "Suppression list", show=False, id="proof.suppression", tooltip="Look at the recipient there"
        ),
        Binding("g", "way", "Other way", show=False, id="proof.way", tooltip="By another port, or by SES's API"),
        Binding("c,f3", "copy_id", "Copy id", show=False, id="proof.copy", tooltip="Copy the message id"),
    ]

    def compose_body(self) -> ComposeResult:
        with Vertical(id="live", classes="auto"):
            yield Static("", id="with", classes="h first")
            yield FactsGrid(id="way")
            yield Conversation(id="talk")
            yield Static("Came back", classes="h", id="came-head")
            yield Static("", id="came", classes="auto")
            yield Static("The way back", classes="h", id="links-head")
            yield Static("", id="links", classes="auto")
            yield Static("Message id", classes="h", id="id-head")
            yield Static("", id="message-id", classes="value")

    @property
    def kept(self) -> Proof | None:
        """The proof that is remembered."""
        facts = self.session.facts
        return facts.proof.value if facts and isinstance(facts.proof, Seen) else None

    async def show(self, facts: Facts, report: Report) -> None:
        """What was heard and seen so far."""
        self.redraw()

    async def draw(self) -> None:
        """The conversation, what came back, the links of the way."""
        live, kept = self.live, self.kept
        bad = words.unwanted(live)
        rows = [words.event_line(event, seconds, good=event is not bad) for event, seconds in live.events]
        if not rows and kept and not live.running and not live.run and not self.chosen:
            rows = [words.kept_line(kept, self.state)]
        found = live.links if live.running or live.failure else ()
        ways = words.link_lines(found, whole=self.has_class("-tall") and not self.has_class("-narrow"))
        message_id = live.message_id or (kept.message_id if kept and not self.chosen else "")
        if ways and not self.has_class("-tall"):
            message_id = ""  # It stands in the last line of the conversation, and `c` copies it.
        wrapping = sum(link.state != "whole" for link in found)
        taken = wrapping + _HEAD - 1 + sum(len(one) + _HEAD for one in (rows, ways, [message_id] if message_id else []) if one)
        height = self.query_one("#body").size.height
        lines = words.fitting_lines(live.lines, max(_FEWEST, height - taken))
        head = joined("Conversation", quiet(f"  with {words.through(self.sending, self.session.region)}"))
        self.query_one("#with", Static).update(head if lines else "The way there and back")
        await self.query_one("#way", FactsGrid).show(*(() if lines else self._way()))
        await self._talk(lines)
        self._part("came", rows)
        self._part("links", ways)
        self.query_one("#message-id", Static).update(message_id)
        self.query_one("#message-id").display = self.query_one("#id-head").display = bool(message_id)
        self.refresh_frame()
        self.call_after_refresh(self._draw_if_not, height)

    def _way(self) -> tuple[Pair, ...]:
        return words.way(self.sending, self.session, chosen=self.live.way_chosen)

    def _draw_if_not(self, height: int) -> None:
        """A longer verdict leaves less room for the conversation."""
        if self.is_attached and self.query_one("#body").size.height != height:
            self.redraw()

    async def _talk(self, lines: list[Line]) -> None:
        """The conversation grows; what has been said stays where it is."""
        talk = self.query_one("#talk", Conversation)
        if tuple(lines[: len(talk.lines)]) == talk.lines:
            for line in lines[len(talk.lines) :]:
                talk.hear(line)
        else:
            await talk.show(*lines)

    def _part(self, name: str, rows: list[Text]) -> None:
        self.query_one(f"#{name}", Static).update(joined(*words.with_breaks(rows)))
        self.query_one(f"#{name}").display = self.query_one(f"#{name}-head").display = bool(rows)

    # ---- what the frame says --------------------------------------------------------------------------------

    def _waited(self) -> float:
        return self.session.services.clock.monotonic() - (self.live.sent_at or 0.0)

    def tick(self) -> None:
        """Seconds go by; while waiting the way back is looked at."""
        super().tick()
        if self.live.links_due(self.session.services.clock.monotonic()):
            self.look_at_links()

    def note(self) -> Text:
        """How long it waits, or how long it took."""
        live = self.live
        if live.running and live.sent_at is not None:
            return joined(quiet("waiting for "), bold(duration(self._waited())))
        return words.took(live.run) if live.run and live.run.ok else self.usual_note()

    def verdict(self) -> Say:
        """On its way, proven, or what refused."""
        live = self.live
        if self.preparing:
            return Say("waiting", "Looking what of the way back is there.")
        if live.click:
            return words.clicking(live.click, self.session.services.clock.now())
        if live.running and live.sent_at is not None:
            return words.awaiting(self.sending, self._waited())
        if live.running:
            return Say("waiting", "Sending through your own login." if self.sending.via == "smtp" else "Sending by SES’s API.")
        if live.failure:
            unseen = live.failure.kind.startswith("access.")
            return Say("unknown" if unseen else "problem", live.failure.title, live.failure.remedy)
        if live.run and live.run.ok:
            return words.proven(self.sending)
        if self.chosen:
            return words.next_one(self.sending)
        if self.state is State.DONE and self.kept:
            by = "by SES’s API" if self.kept.key_id == "api" else "through this login"
            return Say("ok", f"Proven: a bounce came back, sent {by}.", f"Seen {self.kept.at:%Y-%m-%d %H:%M} UTC.")
        return self.usual_verdict()

    def primary(self) -> Do | None:
        """Show the plan, then go on."""
        live = self.live
        if self.session.report is None:
            return Do("Show the plan", "looking first")
        if live.running or self.preparing or (live.click and live.click.waiting):
            return Do("Waiting", "it goes on by itself, also on other screens" if not self.preparing else "nothing is changed")
        if live.failure and live.failure.kind == "send.recipient-unverified":
            return Do("Verify it", "the plan first: SES mails a link, one click there does it", self.verify)
        if live.failure and live.failure.kind.startswith("ports.") and self.sending.via == "smtp":
            return Do("Send by SES’s API", "proves the way back, but neither login nor port", self.by_api)
        if words.suppressed(live):
            return Do("Suppression list", "shows the entry and takes it off", self.action_suppression)
        if (live.run and live.run.ok) or (self.state is State.DONE and not live.failure and not self.chosen):
            return self.way_on()
        if missing := self.missing():
            names = {"domain": "SES has to verify the domain", "login": "first make the login; g sends without it"}
            return Do("Show the plan", f"first {names.get(missing[0], missing[0])}")
        whom = "the simulator" if scenario(self.sending.to) else self.sending.recipient
        return Do("Show the plan", f"one message to {whom}, and what comes back", self.plan)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Keys that would do nothing now are dim, or hidden."""
        if action == "suppression":
            return bool(words.suppressed(self.live))
        if action == "copy_id":
            return bool(self.live.message_id or self.kept)
        if action in ("again", "choose"):
            return None if self.busy() else True
        if action == "way":
            return None if self.stuck() else True
        return super().check_action(action, parameters)

    def action_listen(self) -> None:
        """Prove another program."""
        self.go_to("listen")

    def action_suppression(self) -> None:
        """The suppression list, at this recipient."""
        self.go_to(f"suppression {words.suppressed(self.live)}")

    def action_copy_id(self) -> None:
        """Copy the message id."""
        if text := self.live.message_id or (self.kept.message_id if self.kept else ""):
            self.app.copy(text, "Message id")

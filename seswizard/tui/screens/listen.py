"""Listen: prove another program by the bounce of a mail that it sends to an address which only we know."""

from dataclasses import replace
from typing import ClassVar

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widgets import Static

from seswizard.actions.event_path import MakePath
from seswizard.actions.listen import begin, listen, prepare_listen
from seswizard.core.facts import Facts
from seswizard.core.failure import Failure, FailureError
from seswizard.core.findings import Finding, Level, Report, speaking, worst_first
from seswizard.core.listening import Listening
from seswizard.core.offer_words import HEADER_LINE, MAIL_TO, slow
from seswizard.core.text import duration
from seswizard.core.way_back import links
from seswizard.tui.paint import Text, bold, changed, joined, quiet
from seswizard.tui.step_screen import Do, Say, StepScreen
from seswizard.tui.widgets.facts import FactsGrid
from seswizard.tui.widgets.finding import Findings

PATIENCE = 600.0
"""Seconds for which it listens, as the command does."""


class ListenScreen(StepScreen):
    """The address, the waiting, and what the bounce tells; leaving the screen ends the listening."""

    step = "listen"
    heading = "Listen"
    parts = frozenset({"listen"})
    HELP = """\
### Prove your own program

WordPress, cron, Postfix or whatever sends for the domain writes one mail to the address shown here. It belongs to AWS's
mailbox simulator: it works in the sandbox and harms no reputation; the mail is billed as one message.

When its bounce comes back it tells who sent it: the From, the IAM user, the source address, the configuration set. When
none comes, what is wrong is looked for.

`c` copies the address, `h` the header line where one is needed. Leaving ends the listening, and nothing is harmed.
"""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("c,f2", "copy_address", "Copy address", id="listen.copy", tooltip="Copy the address to write to"),
        Binding("h,f3", "copy_header", "Copy header", id="listen.header", tooltip="Copy the header line to add"),
        Binding("t,f4", "again", "Listen anew", key_display="t", id="listen.again", tooltip="A fresh address, listened for anew"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self.made: MakePath | None = None
        self.failure: Failure | None = None
        self.listening: Listening | None = None
        self.findings: tuple[Finding, ...] = ()
        self._since: float | None = None

    def compose_body(self) -> ComposeResult:
        with Vertical(classes="auto"):
            yield Static(MAIL_TO, classes="h first", id="to-head")
            yield Static("", id="address", classes="value")
            yield Static(HEADER_LINE, classes="h", id="header-head")
            yield Static("", id="header", classes="value")
            yield Static("", id="header-why", classes="quiet auto")
            yield Static("", id="hint", classes="quiet auto gap")
            yield FactsGrid(id="told")
            yield Findings(id="findings")

    @property
    def waiting(self) -> bool:
        """Whether it is being listened."""
        return self._since is not None

    @property
    def header(self) -> str:
        """The header that the program has to add; empty where the identity's default set applies."""
        if self.listening is None or links(self.listening.path)[0].state == "whole":
            return ""
        return self.listening.path.way.header

    # ---- looking and listening ------------------------------------------------------------------------------

    async def look_once(self) -> None:
        """Whether the way back is there; if so the listening begins by itself."""
        if self.waiting or self.findings or self.session.name is None:
            return
        prepared = await prepare_listen(self.session.services, self.session.name)
        if isinstance(prepared, Failure):
            self.failure = prepared
        else:
            self.made, self.failure = prepared, None
            if not prepared.plan.changes:
                self.hear()
        await self._draw()

    async def _open(self) -> None:
        """Ask for consent to what is missing of the way back, then listen."""
        if self.made is None:
            return
        outcome = await self.app.ask_for_consent(self.made)
        if outcome is not None and outcome.failure:
            self.failure = outcome.failure
            self.refresh_frame()
        elif outcome is not None:
            self.hear()

    @work(exclusive=True, group="listen", description="listening for a bounce")
    async def hear(self) -> None:
        """A fresh address, and its bounce or why none came."""
        made, services, name = self.made, self.session.services, self.session.name
        if made is None or name is None:
            return
        self.findings, self.failure, self.listening = (), None, None
        self._since = services.clock.monotonic()
        try:
            self.listening = await begin(services, name, made)
            await self._draw()
            _, self.findings = await listen(services, self.listening, PATIENCE, lambda _seconds: None)
        except FailureError as error:
            self.failure = error.failure
        self._since = None
        self.app.bell()
        await self._draw()

    # ---- showing --------------------------------------------------------------------------------------------

    async def show(self, facts: Facts, report: Report) -> None:
        """The session's facts tell nothing here."""
        await self._draw()

    async def _draw(self) -> None:
        address = self.listening.address if self.listening and not self.findings else ""
        header = self.header if address else ""
        changed(self.query_one("#address", Static), bold(address))
        changed(self.query_one("#header", Static), header)
        changed(self.query_one("#header-why", Static), self._why() if header else "")
        changed(self.query_one("#hint", Static), self._hint())
        for shown, names in ((address, ("to-head", "address")), (header, ("header-head", "header", "header-why"))):
            for name in names:
                self.query_one(f"#{name}").display = bool(shown)
        evidence = self.findings[0].evidence if self._heard() else ()
        await self.query_one("#told", FactsGrid).show(*((one.label.capitalize(), one.seen) for one in evidence))
        more = tuple(one for one in worst_first(self.findings) if one.level is not Level.OK or one.remedy)
        if evidence:
            more = tuple(replace(one, evidence=()) for one in more)
        await self.query_one("#findings", Findings).show(*more, said=self.said())
        self.query_one("#findings").set_class(bool(evidence and more), "gap")
        self.refresh_frame()

    def _heard(self) -> bool:
        """Whether a bounce came: then its event is the evidence."""
        return any("event" in one.source for finding in self.findings for one in finding.evidence)

    def _why(self) -> str:
        return "No default set applies to its mail, so without this line SES reports nothing of it."

    def _hint(self) -> Text:
        if self.findings:
            return ""
        if self.listening:
            return f"From an address of {self.listening.domain}, by the same login as ever. It may take a minute."
        return "" if self.failure else "The address is made when the way back for bounces is open."

    def note(self) -> Text:
        """How long it has listened."""
        if self._since is None:
            return ""
        return joined(quiet("listening for "), bold(duration(self._waited())))

    def _waited(self) -> float:
        return self.session.services.clock.monotonic() - (self._since or 0.0)

    def verdict(self) -> Say:
        """What is listened for, or what came of it."""
        if self.failure:
            unseen = self.failure.kind.startswith("access.")
            return Say("unknown" if unseen else "problem", self.failure.title, self.failure.remedy)
        if worst := speaking(self.findings):
            return Say(worst.level.value, worst.title)
        if self.waiting and self.listening:
            ends = f"ends after {duration(PATIENCE)}, or when you leave; nothing is harmed"
            then = "; ".join(filter(None, (slow(self._waited()), ends)))
            return Say("waiting", "Listening for the bounce of your program’s mail.", then)
        if self.waiting or self.made is None:
            return Say("waiting", "Looking at the way back for bounces.")
        return Say("doing", "The way back for bounces is to be opened first.", "The plan is shown before anything is made.")

    def primary(self) -> Do | None:
        """Open the way, copy the address, listen anew."""
        if self.listening and self.waiting:
            return Do("Copy address", "then have your program write to it", self.action_copy_address)
        if self.waiting or (self.made is None and self.failure is None):
            return Do("Copy address", "looking first")
        if self.made is None:
            return Do("Try again", "nothing is lost", self.action_look_now)
        if self.made.plan.changes and self.listening is None:
            return Do("Show the plan", "opens the way back, then listens", self._open)
        return Do("Listen anew", "with a fresh address", self.action_again)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Nothing to copy while there is no address."""
        if action == "copy_address":
            return self.listening is not None and self.waiting
        if action == "copy_header":
            return bool(self.header) and self.waiting
        if action == "again":
            return self.listening is not None
        return super().check_action(action, parameters)

    def action_copy_address(self) -> None:
        """Copy the address to write to."""
        if self.listening:
            self.app.copy(self.listening.address, "Address")

    def action_copy_header(self) -> None:
        """Copy the header line."""
        if self.header:
            self.app.copy(self.header, "Header line")

    def action_again(self) -> None:
        """A fresh address."""
        self.hear()

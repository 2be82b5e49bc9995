"""What the login's screen shows: what is there or will be made, its keys, the proof as it goes along, and SES's ports."""

import asyncio
from dataclasses import replace

from textual import work
from textual.app import ComposeResult
from textual.widgets import Button, Static

from seswizard.core.conversation import Line
from seswizard.core.facts import Facts
from seswizard.core.findings import Report, worst_first
from seswizard.core.keep import keep_offers
from seswizard.core.login import Login, smtp_host
from seswizard.core.login_life import Life
from seswizard.core.offer_words import SETTINGS
from seswizard.core.reading import Unseen
from seswizard.core.regions import has_smtp
from seswizard.core.step_words import settings
from seswizard.core.steps import State, findings_of
from seswizard.tui.paint import PLAIN, Text, bold, mark, quiet, shown
from seswizard.tui.screens.login_reads import LoginReads
from seswizard.tui.screens.login_words import beside_proof, is_there, kept_words, key_rows, life_say, no_smtp, to_make
from seswizard.tui.step_screen import Say
from seswizard.tui.widgets.card import RecordCard
from seswizard.tui.widgets.countdown import countdown
from seswizard.tui.widgets.facts import FactsGrid, Pair
from seswizard.tui.widgets.finding import Findings
from seswizard.tui.widgets.ports_table import PortsTable
from seswizard.tui.widgets.table import Row, Table
from seswizard.tui.widgets.talk import Conversation

HIDDEN = ("*" if PLAIN else "•") * 12
"""What stands for a password, however long it is."""
NOWHERE = "nowhere: it was shown once"
_MARKS = {"done": "done", "doing": "doing", "waiting": "waiting", "failed": "problem"}
_SAID_ELSEWHERE = frozenset({"login.none", "login.ok", "ports.ok"})
_LINES = 3
"""Lines of the conversation on small screens."""
_ROWS = 1
"""Rows of a change that has ended well, on small screens: the login that was accepted."""


class LoginView(LoginReads):
    """The evidence; what can be done about it is the subclass's."""

    def __init__(self) -> None:
        super().__init__()
        self._stale = self._drawing = False
        self.revealed = False
        """Whether the password is on the screen."""
        self._brush = asyncio.Lock()

    def compose_body(self) -> ComposeResult:
        yield RecordCard("", "", next_field=-1, id="settings")
        yield FactsGrid(id="about")
        yield Button("Options", compact=True, id="options", classes="gap")
        yield Table(layouts=((12, 24, 13, 17, 20), (10, 22, 12, 14, 17)), id="keys", classes="gap")
        yield Table(layouts=((12, 16, 58), (10, 15, 50)), wrap=2, id="made")
        yield Conversation(id="talk")
        yield PortsTable(id="ports", classes="gap")
        yield Findings(id="findings")

    async def show(self, facts: Facts, report: Report) -> None:
        """What is there; a login that is kept is proven by itself."""
        if self.ports_read is not None and facts.ports is not self.ports_read:
            self.tell_of_ports()
        await self._draw()
        self.refresh_frame()  # What its button offers depends on the hour too.
        if self.kept and self.state is State.DONE and not self.proved_by_itself and not self.live.doing:
            self.proved_by_itself = True
            self.action_try_now()

    # ---- drawing --------------------------------------------------------------------------------------------

    def redraw(self) -> None:
        """Bring body and frame up to date soon; news that comes while it draws is drawn afterwards, never in between."""
        self._stale = True
        if not self._drawing and self.is_attached:
            self._drawing = True
            self._draw_what_is_new()

    @work(group="draw", description="showing how it goes along")
    async def _draw_what_is_new(self) -> None:
        try:
            while self._stale:
                self._stale = False
                await self._draw()
                self.refresh_frame()
        finally:
            self._drawing = False

    async def _draw(self) -> None:
        async with self._brush:
            await self._draw_body()

    async def _draw_body(self) -> None:
        session, now, report = self.session, self.session.services.clock.now(), self.session.report
        if session.name is None or report is None:
            return
        live, tall = self.live, self.has_class("-tall")
        pairs: tuple[Pair, ...] = ()
        if self.smtp_here and self.username:
            unusual = self.look is not None and self.look.life is not Life.STEADY
            pairs = is_there(self.look, now) if tall or unusual else ()
        elif live.doing:
            pairs = (("Server", smtp_host(session.region)),)
        elif self.smtp_here:
            offer = keep_offers(session.services.here)[0]
            pairs = to_make(session.name, session.region, live.wish, offer)
        await self._show_settings()
        await self.query_one("#about", FactsGrid).show(*pairs)
        self.query_one("#about").display = bool(pairs)
        self.query_one("#about").set_class(self.query_one("#settings").display, "gap")
        self.query_one("#options").display = self.smtp_here and not self.username and not live.doing
        made: list[Row] = [(mark(_MARKS[one.state]), one.what, quiet(one.detail)) for one in live.rows.values()]
        if self.proving and "Login" not in live.rows:
            made.append(self.proving.row())
        if not tall and not live.doing and not live.failure:
            made = made[-_ROWS:]  # Once all is well what was made first gives way to the settings and the ports.
        self._fill("#made", made)
        keys = () if live.rows and not tall else key_rows(self.look, now)
        self._fill("#keys", keys)
        self.query_one("#made").set_class(tall or not (keys or self.query_one("#settings").display), "gap")
        await self.query_one("#talk", Conversation).show(*self._lines(tall=tall))
        ports = self.query_one("#ports", PortsTable)
        ports.display = self.smtp_here
        blind = quiet(self.ports_read.failure.title) if isinstance(self.ports_read, Unseen) and not self.trying else ""
        ports.show(self.ports, chosen=self.port, trying=self.trying, why_not=blind)
        found = [one for one in worst_first(findings_of("login", report)) if one.id not in _SAID_ELSEWHERE]
        # The table above is the evidence of what is said of ports.
        found = [replace(one, evidence=()) if one.topic == "ports" else one for one in found]
        if life_say(self.look, now) is not None:
            found = [one for one in found if one.id != "login.two-keys"]
        self.query_one("#findings").set_class(bool(found), "gap")
        await self.query_one("#findings", Findings).show(*found, said=self.said())

    async def _show_settings(self) -> None:
        """What a program is told, as one would copy it field by field; the password only where somebody asked to see it."""
        card = self.query_one("#settings", RecordCard)
        card.display = self.smtp_here and bool(self.username)
        card.styles.margin = 0
        if not card.display:
            return
        where = f"  {kept_words(self.look.site.choice)}" if self.look and self.look.site else ""
        password = ("Password", f"{HIDDEN}{where}" if self.kept else NOWHERE)
        fields = (*settings(self.session.region, self.port, self.username), password)
        if fields != card.fields:
            self.revealed = False
        why = "5 copies the password, s shows it" if self.kept else ""
        await card.show(bold(SETTINGS), why, *fields, next_field=-1)

    def show_secret(self, login: Login | None) -> None:
        """Put the password into its field, or dots in its place: never into anything that is kept, compared or printed."""
        self.revealed = login is not None
        card = self.query_one_optional("#settings", RecordCard)
        if card is not None and card.fields and (values := list(card.query(".field-value").results(Static))):
            values[-1].update(shown(login.password.reveal() if login else card.fields[-1][1]))

    def conceal(self) -> None:
        """The password is in no picture."""
        self.show_secret(None)

    def _lines(self, *, tall: bool) -> tuple[Line, ...]:
        """The conversation; on small screens its end, once something went wrong: until then the login's row has it."""
        if self.proving is None:
            return ()
        wrong = self.proving.refused or self.proving.unreached
        return self.proving.lines if tall else self.proving.lines[-_LINES:] if wrong else ()

    def _fill(self, which: str, rows: "list[Row] | tuple[Row, ...]") -> None:
        table = self.query_one(which, Table)
        table.display = bool(rows)
        table.show(*rows)

    def note(self) -> Text:
        """When the next try comes."""
        if self.proving and self.proving.next_try is not None:
            return countdown("next try", self.proving.next_try - self.session.services.clock.monotonic())
        return self.usual_note()

    def verdict(self) -> Say:
        """A secret in danger, what runs, what was refused, what is unfinished; then the proof, and the usual words."""
        if not has_smtp(self.session.region):
            return no_smtp(self.session.region)
        live, report = self.live, self.session.report
        if report is None or self.state is State.SKIPPED:
            return self.usual_verdict()
        if live.unsaved:
            return Say(
                "problem", "The password is made, and no keep has taken it yet.", live.failure.title if live.failure else ""
            )
        if live.showing:
            return Say("doing", "The login is made. Nothing keeps its password: it is shown once.", "Have its place ready first.")
        if live.doing:
            return Say("waiting", f"{live.doing}.", "It goes on, also when you leave this screen.")
        if self.examining:
            return Say("waiting", "Examining the login.", "It is tried in the other regions if SES refuses it here.")
        if live.failure:
            level = "unknown" if live.failure.kind.startswith("access.") else "problem"
            return Say(level, live.failure.title, live.failure.remedy)
        if self.blindness() is not None or report.has("ports.all-blocked"):
            return self.usual_verdict()
        now = self.session.services.clock.now()
        unfinished = life_say(self.look, now)
        proof = self.proving.say() if self.proving else None
        if proof is not None and self.proving and self.proving.ok:
            proof = replace(proof, then=beside_proof(self.look, now) or proof.then)
        if unfinished is None and proof is None and self.username and not self.kept:
            return Say("ok", "The login is made, and nothing keeps its password.", "Rotate it if you need a new one.")
        return unfinished or proof or self.usual_verdict()

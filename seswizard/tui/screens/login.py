"""SMTP login: a user that may send as this domain and nothing else, its password in the keyring, proven by logging in."""

from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Static

from seswizard.actions.action import Progress
from seswizard.actions.kept import kept_login
from seswizard.actions.login import prepare_login
from seswizard.actions.prove_login import Attempt, LoginProven, prove_login
from seswizard.core.conversation import Line
from seswizard.core.facts import Facts, KeptLogin
from seswizard.core.failure import Failure, FailureError
from seswizard.core.findings import Report, worst_first
from seswizard.core.login import PORTS, smtp_host
from seswizard.core.pacing import YOUNG_KEY
from seswizard.core.reading import Seen
from seswizard.core.steps import State, findings_of, unmet
from seswizard.core.text import duration
from seswizard.tui.messages import WriteProgress
from seswizard.tui.paint import Text, mark, quiet
from seswizard.tui.step_screen import Do, Say, StepScreen
from seswizard.tui.widgets.countdown import countdown
from seswizard.tui.widgets.facts import FactsGrid, Pair
from seswizard.tui.widgets.finding import Findings
from seswizard.tui.widgets.table import Table

HELP = """\
### SMTP login

Your mail program logs in with an access key id and a password that is derived from the key's secret.

The key belongs to an IAM user of its own, which may send as your domain and nothing else. The password goes into your
keyring and is read back before the secret is forgotten; it never touches the disk.

A new key needs a moment at AWS: **535** is normal for up to five minutes, and it is tried again by itself.

`t` logs in again. `seswizard login show DOMAIN` prints the user name, with `--reveal` the password.
"""

_MARKS = {"done": "done", "doing": "doing", "waiting": "waiting", "failed": "problem"}


class LoginScreen(StepScreen):
    """What exists and where the secret lies; then the proof by logging in."""

    step = "login"
    HELP = HELP
    parts = frozenset({"access", "identity", "login"})
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("t,f2", "try_now", "Log in", id="login.try", tooltip="Log in now"),
        Binding("g,f3", "other_port", "Other port", id="login.port", tooltip="Use the next port"),
        Binding("c,f4", "copy_user", "Copy user name", show=False, id="login.copy", tooltip="Copy the SMTP user name"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self.refused: Failure | None = None
        self.attempt: Attempt | None = None
        self.proven: LoginProven | None = None
        self.port = PORTS[0][0]
        self._making: dict[str, Progress] = {}
        self._next_try: float | None = None
        self._began: float | None = None
        self._tried_by_itself = False

    def compose_body(self) -> ComposeResult:
        yield FactsGrid(id="about")
        yield Table(layouts=((12, 16, 62), (12, 16, 48)), id="made", classes="gap")
        yield Static("", id="talk", classes="quiet gap")
        yield Findings(id="findings")

    @property
    def kept(self) -> KeptLogin | None:
        """The login that the keep holds."""
        facts = self.session.facts
        return facts.login.value if facts and isinstance(facts.login, Seen) else None

    async def show(self, facts: Facts, report: Report) -> None:
        """What is there."""
        host = smtp_host(self.session.region)
        pairs: list[Pair] = [("Server", host), ("Port", port_words(self.port))]
        if self.kept:
            pairs += [("User name", self.kept.username), ("Password", "in your keyring, read back and compared")]
        await self.query_one("#about", FactsGrid).show(*pairs)
        findings = [one for one in worst_first(findings_of("login", report)) if one.id not in ("login.none", "login.ok")]
        await self.query_one("#findings", Findings).show(*findings)
        self._rows()
        if self.kept and self.state is State.DONE and not self._tried_by_itself:
            self._tried_by_itself = True
            self.action_try_now()

    def _rows(self) -> None:
        rows: list[tuple[Text, ...]] = [(mark(_MARKS[one.state]), one.what, quiet(one.detail)) for one in self._making.values()]
        if self.proven and self.proven.ok:
            rows.append((mark("done"), "Login", "235 Authentication successful"))
        elif self.proven:
            rows.append((mark("problem"), "Login", self.proven.failure.detail if self.proven.failure else self.proven.title))
        elif self.attempt:
            rows.append((mark("waiting"), "Login", self.attempt.reply))
        self.query_one("#made", Table).show(*rows)

    @on(WriteProgress)
    def _progress(self, message: WriteProgress) -> None:
        self._making[message.progress.what] = message.progress
        self._rows()

    def note(self) -> Text:
        """When the next try comes."""
        if self._next_try is not None:
            return countdown("next try", self._next_try - self.session.services.clock.monotonic())
        return self.usual_note()

    def verdict(self) -> Say:
        """Refused, waiting for AWS, proven, or to do."""
        if self.refused:
            return Say("problem", self.refused.title, self.refused.remedy)
        if self.proven and self.proven.ok:
            return Say("ok", "Proven: SES accepts this login.", f"{smtp_host(self.session.region)}:{self.port}")
        if self.proven and self.proven.failure:
            return Say("problem", self.proven.title, self.proven.failure.remedy)
        if self.attempt and self.attempt.next_in is not None and self._began is not None:
            since = self.session.services.clock.monotonic() - self._began
            tried = f"tried {self.attempt.number} times" if self.attempt.number > 1 else "tried once"
            then = f"For {duration(since)} · {tried} · gives up at {duration(YOUNG_KEY)}"
            return Say("waiting", "AWS is still spreading the new key; 535 is normal until then.", then)
        return self.usual_verdict()

    def primary(self) -> Do | None:
        """Make it, prove it, go on."""
        if self.session.report is None:
            return Do("Show the plan", "looking first")
        if self.state is State.SKIPPED:
            return self.way_on()
        if self.kept is None:
            if unmet("login", self.session.states):
                return Do("Show the plan", "first the domain has to be known to SES")
            return Do("Show the plan", "makes an IAM user, its policy and its key", self._plan)
        if self.state is State.BLOCKED:
            return Do("Show the plan", "makes a new key for it", self._plan)
        if self.proven and not self.proven.ok:
            return Do("Log in again", "nothing is changed by that", self._try)
        return self.way_on()

    async def _plan(self) -> None:
        session = self.session
        if session.name is None:
            return
        prepared = await prepare_login(session.services, session.name)
        if isinstance(prepared, Failure):
            self.refused = prepared
            self.refresh_frame()
            return
        if prepared.plan.changes:
            self._making.clear()
            outcome = await self.app.ask_for_consent(prepared)
            if outcome is None:
                return
            self.refused = outcome.failure
        self._tried_by_itself = True
        await self.app.look(self.parts)
        if self.refused is None:
            self.action_try_now()
        else:
            self.refresh_frame()

    @work(exclusive=True, group="prove", description="proving the login by logging in")
    async def action_try_now(self) -> None:
        """Log in until it works or it is clear that it will not."""
        session, clock = self.session, self.session.services.clock
        name = session.facts.domain if session.facts else None
        if name is None:
            return
        self.proven, self.attempt, self._began = None, None, clock.monotonic()
        try:
            login = await kept_login(session.services, name)
        except FailureError as error:
            self.refused = error.failure
            self.refresh_frame()
            return
        if login is None:
            return
        self.proven = await prove_login(
            session.services, login, port=self.port, hear=self._hear, tried=self._tried, patience=YOUNG_KEY
        )
        self._next_try = None
        self._rows()
        self.refresh_frame()

    async def _try(self) -> None:
        self.action_try_now()

    def _tried(self, attempt: Attempt) -> None:
        self.attempt = attempt
        now = self.session.services.clock.monotonic()
        self._next_try = None if attempt.next_in is None else now + attempt.next_in
        self._rows()
        self.refresh_frame()

    def _hear(self, line: Line) -> None:
        if self.is_mounted:
            self.query_one("#talk", Static).update(quiet(f"{line.seconds:5.2f} {line.way} {line.text}"))

    async def action_other_port(self) -> None:
        """Use the next port and log in there."""
        ports = [port for port, _ in PORTS]
        self.port = ports[(ports.index(self.port) + 1) % len(ports)]
        facts, report = self.session.facts, self.session.report
        if facts and report:
            await self.show(facts, report)
        if self.kept:
            self.action_try_now()

    def action_copy_user(self) -> None:
        """Copy the SMTP user name."""
        if self.kept:
            self.app.copy(self.kept.username, "User name")


def port_words(port: int) -> str:
    """`587 STARTTLS`."""
    return f"{port} {'STARTTLS' if dict(PORTS)[port] == 'starttls' else 'TLS from the start'}"
